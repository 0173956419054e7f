"""Which test compares the numbers of several arms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from afterload.study.anova import Moments, anova, welch
from afterload.study.describe import Numbers
from afterload.study.method import ANOVA, KRUSKAL_WALLIS, WELCH, WILCOXON_EXACT, WILCOXON_NORMAL
from afterload.study.rank import RankSums, kruskal_wallis, rank_sums, wilcoxon
from afterload.study.tested import Tested, not_tested, too_small

_SAME = "all values are the same"


def compare_numbers(
    numbers: Numbers,
    places: Sequence[int],
    names: Sequence[str],
    summary: Literal["median", "mean"],
) -> Tested:
    """Whether arms differ in a number.

    Medians: Kruskal-Wallis between all arms, Wilcoxon's rank sum test between two of them. Means:
    one-way analysis of variance between all arms, Welch's t test between two of them.

    Args:
        numbers: The sorted column.
        places: The arms to compare; two of more than two, or two alone, or all.
        names: All arms.
        summary: How the number is summarised.
    """
    sizes = [numbers.moments.sizes[place] for place in places]
    needed = 1 if summary == "median" else 2
    small = too_small(sizes, [names[place] for place in places], needed)
    if small is not None:
        return small
    overall = len(places) == len(names)
    if summary == "mean":
        return _means(numbers.moments, places, overall)
    return _ranks(numbers, places, overall)


def _means(moments: Moments, places: Sequence[int], overall: bool) -> Tested:
    part = moments.of(places)
    p = anova(part) if overall else welch(part)
    if p is None:
        return not_tested("no arm varies")
    return Tested(p, ANOVA if overall else WELCH, "", sum(part.sizes))


def _ranks(numbers: Numbers, places: Sequence[int], overall: bool) -> Tested:
    if overall:
        ranks = rank_sums(numbers.ordered, numbers.arm, len(places))
        p = kruskal_wallis(ranks)
        method = KRUSKAL_WALLIS
    else:
        ranks = _two(numbers, places)
        p, exact = wilcoxon(ranks)
        method = WILCOXON_EXACT if exact else WILCOXON_NORMAL
    n = int(ranks.sizes.sum())
    return not_tested(_SAME) if p is None else Tested(p, method, "", n)


def _two(numbers: Numbers, places: Sequence[int]) -> RankSums:
    first, second = places
    keep = numbers.arm == first
    is_first = keep.copy()
    keep |= numbers.arm == second
    return rank_sums(numbers.ordered[keep], 1 - is_first[keep].astype(np.int64), 2)

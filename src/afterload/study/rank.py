"""Rank tests: Kruskal-Wallis between several arms, Wilcoxon between two.

Both start from values that are already sorted, each with the arm it belongs to, so that a column
is sorted once whatever is asked of it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

EXACT_BELOW = 50
"""Wilcoxon's test is exact when both arms are smaller than this and no value stands twice."""


@dataclass(frozen=True, slots=True)
class RankSums:
    """What rank tests need to know of a sample.

    Args:
        sums: Shape (k,), sum of the ranks in each arm; tied values share their mean rank.
        sizes: Shape (k,), number of values in each arm.
        ties: Sum of t³ − t over groups of t equal values; 0 when no value stands twice.
    """

    sums: NDArray[np.float64]
    sizes: NDArray[np.int64]
    ties: float


def rank_sums(ordered: NDArray[np.float64], arm: NDArray[np.integer], arms: int) -> RankSums:
    """Rank sums by arm of values that are already sorted.

    Args:
        ordered: Shape (n,), ascending, nothing missing.
        arm: Shape (n,), the arm of each value, 0 to `arms` - 1.
        arms: How many arms.
    """
    n = len(ordered)
    sizes = np.bincount(arm, minlength=arms)
    new = ordered[1:] != ordered[:-1]
    if new.all():
        ranks = np.arange(1.0, n + 1.0)
        return RankSums(_sums(arm, ranks, arms), sizes, 0.0)
    starts = np.concatenate(([0], np.flatnonzero(new) + 1, [n]))
    lengths = np.diff(starts)
    ranks = np.repeat(starts[:-1] + (lengths + 1) / 2.0, lengths)
    tied = lengths[lengths > 1].astype(np.float64)
    ties = float(np.sum(tied**3 - tied))
    return RankSums(_sums(arm, ranks, arms), sizes, ties)


def _sums(arm: NDArray[np.integer], ranks: NDArray[np.float64], arms: int) -> NDArray[np.float64]:
    return np.bincount(arm, weights=ranks, minlength=arms).astype(np.float64, copy=False)


def kruskal_wallis(ranks: RankSums) -> float | None:
    """The p value of Kruskal and Wallis' test that all arms come from the same distribution.

    Args:
        ranks: Rank sums of two or more arms, each with at least one value.

    Returns:
        The p value by the χ² approximation, corrected for ties; None when all values are equal.

    Source:
        Kruskal WH, Wallis WA. J Am Stat Assoc 1952;47:583-621.
    """
    from scipy.special import chdtrc

    n = int(ranks.sizes.sum())
    spread = 1.0 - ranks.ties / (float(n) ** 3 - n) if n > 1 else 0.0
    if spread <= 0.0:
        return None
    away = ranks.sums / ranks.sizes - (n + 1) / 2.0
    statistic = 12.0 / (n * (n + 1.0)) * float(np.dot(ranks.sizes, away**2)) / spread
    return float(chdtrc(len(ranks.sizes) - 1, statistic))


def wilcoxon(ranks: RankSums) -> tuple[float | None, bool]:
    """The two-sided p value of Wilcoxon's rank sum test (Mann and Whitney's U) of two arms.

    Exact when both arms hold fewer than 50 values and no value stands twice; otherwise the normal
    approximation with continuity correction and correction for ties.

    Args:
        ranks: Rank sums of exactly two arms, each with at least one value.

    Returns:
        The p value (None when all values are equal), and whether it is exact.

    Source:
        Mann HB, Whitney DR. Ann Math Stat 1947;18:50-60.
    """
    m, n = (int(size) for size in ranks.sizes)
    u = float(ranks.sums[0]) - m * (m + 1) / 2.0
    if ranks.ties == 0.0 and m < EXACT_BELOW and n < EXACT_BELOW:
        return _wilcoxon_exact(u, m, n), True
    return _wilcoxon_normal(u, m, n, ranks.ties), False


def _wilcoxon_exact(u: float, m: int, n: int) -> float:
    nearer = min(u, m * n - u)
    return min(1.0, 2.0 * float(_lower_tail(*sorted((m, n)))[int(nearer)]))


def _wilcoxon_normal(u: float, m: int, n: int, ties: float) -> float | None:
    total = float(m + n)
    variance = m * n / 12.0 * ((total + 1.0) - ties / (total * (total - 1.0)))
    if variance <= 0.0:
        return None
    away = max(0.0, abs(u - m * n / 2.0) - 0.5)
    return min(1.0, math.erfc(away / math.sqrt(2.0 * variance)))


@lru_cache(maxsize=4096)
def _lower_tail(m: int, n: int) -> NDArray[np.float64]:
    """P(U <= u) for u = 0 ... mn/2: coefficients of a Gaussian binomial, built factor by factor.

    The number of ways to reach U = u is the coefficient of x^u in the product over i = 1..m of
    (1 - x^(n+i)) / (1 - x^i). Up to 2^53 every step is exact in floating point.
    """
    size = m * n // 2 + 1
    ways = np.zeros(size + m)
    ways[0] = 1.0
    for i in range(1, m + 1):
        if n + i < size:
            ways[n + i : size] -= ways[: size - n - i].copy()
        rows = -(-size // i)
        stride = ways[: rows * i].reshape(rows, i)
        np.add.accumulate(stride, axis=0, out=stride)
        ways[size:] = 0.0
    tail: NDArray[np.float64] = np.cumsum(ways[:size]) / math.comb(m + n, m)
    return tail

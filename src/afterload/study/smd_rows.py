"""The rows of standardised mean differences: each arm against the reference, and all pairs."""

from __future__ import annotations

import math
from collections.abc import Callable

from afterload.study.ard import Statistic
from afterload.study.groups import Groups
from afterload.study.method import SMD
from afterload.study.smd import all_pairs, mean_of_pairs
from afterload.study.tested import About

INFINITE = (
    "The standardised mean difference is infinite: two arms have no value in common in a variable "
    "that does not vary within them."
)


def smd_rows(
    about: About, groups: Groups, pair: Callable[[int, int], float], n: int
) -> list[Statistic]:
    """The standardised mean differences of a variable.

    Args:
        about: The variable.
        groups: The arms.
        pair: The difference between the arms at two places; NaN where it cannot be computed.
        n: How many episodes have a value.

    Returns:
        One row per other arm against the reference, and one with the mean of all pairs.
    """
    if groups.count < 2:
        return []
    pairs = {places: pair(*places) for places in all_pairs(groups.count)}
    reference = groups.place(groups.reference)
    rows = []
    for arm in groups.others:
        low, high = sorted((groups.place(arm), reference))
        rows.append(_row(about, pairs[low, high], n, arm, groups.reference))
    return [*rows, _row(about, mean_of_pairs(list(pairs.values())), n)]


def _row(about: About, value: float, n: int, arm: str = "", versus: str = "") -> Statistic:
    warning = INFINITE if math.isinf(value) else ""
    return Statistic(
        about.section, about.variable, "smd", None if math.isnan(value) else value, "",
        about.point, arm, versus, None, n, None, "", SMD.name, SMD.reference, warning,
    )  # fmt: skip

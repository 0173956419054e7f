"""The rows of a numeric variable in a table by arm."""

from __future__ import annotations

import math

from afterload.core.column import Column
from afterload.study import smd
from afterload.study.anova import Moments
from afterload.study.ard import Statistic
from afterload.study.compare_numbers import compare_numbers
from afterload.study.describe import Floats, describe_numbers
from afterload.study.design import Item
from afterload.study.groups import Groups
from afterload.study.method import QUARTILES
from afterload.study.quantile import quantile
from afterload.study.smd_rows import smd_rows
from afterload.study.tested import About, comparison_rows

_STATISTICS = ("median", "q1", "q3", "mean", "sd", "min", "max")
_WITH_METHOD = 3


def number_rows(
    about: About,
    item: Item,
    column: Column,
    groups: Groups,
    sizes: tuple[int, ...],
    pairwise: bool = True,
) -> list[Statistic]:
    """Every statistic of a numeric variable: its summary by arm, its tests, its SMDs.

    Args:
        about: Section, variable and point of the rows.
        item: Says whether medians or means are compared.
        column: The values, NaN where missing.
        groups: The arm of every episode.
        sizes: Number of episodes in each arm.
        pairwise: Whether each arm is compared with the reference.
    """
    numbers = describe_numbers(column.values, groups)
    unit = column.variable.unit
    moments = numbers.moments
    rows: list[Statistic] = []
    for place, arm in enumerate(groups.names):
        sd = math.sqrt(moments.variances[place])
        values = _summary(numbers.by_arm[place], moments.means[place], sd)
        rows += _rows(about, item, arm, values, len(numbers.by_arm[place]), sizes[place], unit)
    values = _summary(numbers.ordered, moments.mean, moments.sd)
    n = len(numbers.ordered)
    rows += _rows(about, item, "", values, n, sum(sizes), unit)
    rows += comparison_rows(
        about,
        groups,
        lambda places: compare_numbers(numbers, places, groups.names, item.summary),
        pairwise,
    )
    return rows + smd_rows(about, groups, lambda a, b: _smd(moments, a, b), n)


def _summary(ordered: Floats, mean: float, sd: float) -> tuple[float | None, ...]:
    """The statistics of one arm in the order of their names; None where they do not exist."""
    if not len(ordered):
        return (None,) * len(_STATISTICS)
    return (
        quantile(ordered, 0.5),
        quantile(ordered, 0.25),
        quantile(ordered, 0.75),
        mean,
        None if math.isnan(sd) else sd,
        float(ordered[0]),
        float(ordered[-1]),
    )


def _rows(
    about: About, item: Item, arm: str, values: tuple[float | None, ...], n: int, size: int,
    unit: str,
) -> list[Statistic]:  # fmt: skip
    section, variable, point = about.section, about.variable, about.point
    rows = [
        Statistic(section, variable, "n", float(n), "", point, arm, "", None, n, size),
        Statistic(section, variable, "missing", float(size - n), "", point, arm, "", None, n, size),
    ]
    method, reference = QUARTILES.name, QUARTILES.reference
    shown = _WITH_METHOD if item.summary == "median" else 0
    for place, (name, value) in enumerate(zip(_STATISTICS, values, strict=True)):
        if place == shown:
            method = reference = ""
        rows.append(
            Statistic(
                section, variable, name, value, "", point, arm, "", None, n, size, unit,
                method, reference,
            )
        )  # fmt: skip
    return rows


def _smd(moments: Moments, a: int, b: int) -> float:
    pair = moments.of((a, b))
    if min(pair.sizes) < 2:
        return math.nan
    (x, y), (variance_x, variance_y) = pair.means, pair.variances
    return smd.of_means((x, y), (variance_x, variance_y))

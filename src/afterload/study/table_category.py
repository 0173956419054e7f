"""The rows of a categorical variable in a table by arm."""

from __future__ import annotations

import numpy as np

from afterload.core.column import Column
from afterload.study import smd
from afterload.study.ard import Statistic
from afterload.study.contingency import compare_counts
from afterload.study.describe import Ints, count_levels
from afterload.study.design import Item
from afterload.study.groups import Groups
from afterload.study.smd_rows import smd_rows
from afterload.study.tested import About, comparison_rows


def category_rows(
    about: About,
    item: Item,
    column: Column,
    groups: Groups,
    sizes: tuple[int, ...],
    pairwise: bool = True,
) -> list[Statistic]:
    """Every statistic of a categorical variable: counts by arm, its tests, its SMDs.

    Missing values are counted, and belong to no category and no denominator.

    Args:
        about: Section, variable and point of the rows.
        item: The levels to show; empty for those of the column.
        column: The place of each episode's level, NaN where missing.
        groups: The arm of every episode.
        sizes: Number of episodes in each arm.
        pairwise: Whether each arm is compared with the reference.
    """
    levels = item.levels or column.levels
    counts = count_levels(column, levels, groups)
    rows: list[Statistic] = []
    for place, arm in enumerate(groups.names):
        rows += _rows(about, levels, arm, counts[:, place].tolist(), sizes[place])
    rows += _rows(about, levels, "", counts.sum(axis=1).tolist(), sum(sizes))
    rows += comparison_rows(
        about,
        groups,
        lambda places: compare_counts(
            counts[:, list(places)], [groups.names[place] for place in places]
        ),
        pairwise,
    )
    return rows + smd_rows(about, groups, lambda a, b: _smd(counts, a, b), int(counts.sum()))


def _rows(
    about: About, levels: tuple[str, ...], arm: str, counts: list[int], size: int
) -> list[Statistic]:
    section, variable, point = about.section, about.variable, about.point
    n = sum(counts)
    rows = [
        Statistic(section, variable, "n", float(n), "", point, arm, "", None, n, size),
        Statistic(section, variable, "missing", float(size - n), "", point, arm, "", None, n, size),
    ]
    for level, count in zip(levels, counts, strict=True):
        share = count / n if n else None
        rows.append(
            Statistic(section, variable, "count", float(count), level, point, arm, "", None, n, n)
        )
        rows.append(
            Statistic(section, variable, "proportion", share, level, point, arm, "", None, n, n)
        )
    return rows


def _smd(counts: Ints, a: int, b: int) -> float:
    pair = counts[:, [a, b]]
    return smd.of_shares(pair) if pair.any(axis=0).all() else np.nan

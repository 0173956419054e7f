"""Table 1 and the biology table, as statistics."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from afterload.core.column import Column
from afterload.core.errors import InputError, UnknownName
from afterload.study.ard import Section, Statistic
from afterload.study.design import Item
from afterload.study.groups import Groups
from afterload.study.table_category import category_rows
from afterload.study.table_number import number_rows
from afterload.study.tested import About

_WORTH_THREADS = 20_000


def baseline(
    columns: Sequence[Column],
    items: Sequence[Item],
    groups: Groups,
    *,
    section: Section = "baseline",
    pairwise: bool = True,
    threads: int | None = None,
) -> list[Statistic]:
    """Every number of a table of characteristics by arm: Table 1, or with `section` the biology.

    Args:
        columns: One per item and point, shape (n,), found by its variable's name and its point.
        items: What is shown, in order. A category item without `levels` takes the column's.
        groups: The arm of every episode.
        section: "baseline" or "biology".
        pairwise: Whether each arm is also compared with the reference (only if more than two arms).
        threads: Columns worked on at the same time; by default as many as there are cores if the
            table is large enough for that to pay.

    Returns:
        The statistics, items in order.

    Raises:
        UnknownName: An item has no column.
        InputError: A column's length is not that of the arms, or a value is not one of its levels.
    """
    found = {(column.variable.name, column.point): column for column in columns}
    jobs = [(item, _column(found, item, point, groups)) for item in items for point in item.points]
    sizes = tuple(np.bincount(groups.index[groups.index >= 0], minlength=groups.count).tolist())

    def rows(job: tuple[Item, Column]) -> list[Statistic]:
        item, column = job
        about = About(section, item.name, column.point)
        make = number_rows if item.kind == "number" else category_rows
        return make(about, item, column, groups, sizes, pairwise)

    workers = threads or (os.cpu_count() or 1 if len(groups.index) >= _WORTH_THREADS else 1)
    if workers == 1:
        return [row for job in jobs for row in rows(job)]
    with ThreadPoolExecutor(workers) as pool:
        return [row for part in pool.map(rows, jobs) for row in part]


def _column(found: dict[tuple[str, str], Column], item: Item, point: str, groups: Groups) -> Column:
    column = found.get((item.name, point))
    if column is None:
        name = f"{item.name}@{point}" if point else item.name
        raise UnknownName("column", name, [known.name for known in found.values()])
    if len(column.values) != len(groups.index):
        raise InputError(
            f"{column.name} has {len(column.values)} values for {len(groups.index)} episodes."
        )
    return column

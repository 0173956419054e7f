"""The ways to deal a number of episodes out over columns with limited room."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def compositions(room: Ints, total: int) -> tuple[Ints, Ints]:
    """Every way to deal `total` out over the columns of each of several nodes.

    Args:
        room: Shape (k, u), the room left in each column of each node.
        total: How many to deal out; no more than the room of any node.

    Returns:
        parent: Shape (w,), the node each way belongs to, ascending.
        cells: Shape (k, w), what each column gets.
    """
    columns, nodes = room.shape
    parent = np.arange(nodes)
    need = np.full(nodes, total)
    rest = room.sum(axis=0)
    dealt: list[Ints] = []
    for i in range(columns - 1):
        here = room[i, parent]
        rest = rest - here
        low = np.maximum(need - rest, 0)
        sizes = np.minimum(here, need) - low + 1
        source = np.repeat(np.arange(len(parent)), sizes)
        step = np.arange(len(source)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        cell = low[source] + step
        dealt = [column[source] for column in dealt] + [cell]
        parent, need, rest = parent[source], need[source] - cell, rest[source]
    return parent, np.stack([*dealt, need])


def count_compositions(room: Ints, total: int) -> NDArray[np.float64]:
    """How many ways there are, for each node, without listing them.

    Args:
        room: Shape (k, u), the room left in each column of each node.
        total: How many to deal out.
    """
    ways = np.zeros((room.shape[1], total + 1))
    ways[:, 0] = 1.0
    sums = np.arange(total + 1)
    for column in room:
        below = np.cumsum(ways, axis=1)
        start = sums[None, :] - column[:, None] - 1
        before = np.take_along_axis(below, np.maximum(start, 0), axis=1)
        ways = below - np.where(start >= 0, before, 0.0)
    counted: NDArray[np.float64] = ways[:, total]
    return counted


def sort_columns(room: Ints) -> Ints:
    """The same nodes with the room of their columns in ascending order, shape (k, u).

    What can be dealt out does not depend on the order of the columns.
    """
    columns = [*room]
    for last in range(len(columns) - 1, 0, -1):
        for i in range(last):
            low, high = columns[i], columns[i + 1]
            columns[i], columns[i + 1] = np.minimum(low, high), np.maximum(low, high)
    return np.stack(columns)

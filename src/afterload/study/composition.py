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
        low, sizes = _choices(here, need, rest)
        cell = _each(low, sizes)
        dealt = [np.repeat(column, sizes) for column in dealt] + [cell]
        parent, rest = np.repeat(parent, sizes), np.repeat(rest, sizes)
        need = np.repeat(need, sizes) - cell
    return parent, np.stack([*dealt, need])


def sums_over_columns(
    room: Ints, total: int, whole: Ints, real: NDArray[np.float64]
) -> tuple[Ints, Ints, NDArray[np.float64]]:
    """Two sums over the columns for every way to deal `total` out, without keeping the ways.

    Args:
        room: Shape (k, u), the room left in each column of each node.
        total: How many to deal out.
        whole: Shape (r, t), what a column with room r that gets t adds to the first sum.
        real: Shape (r, t), the same for the second.

    Returns:
        The node each way belongs to, ascending, and the two sums, each of shape (w,).
    """
    width = whole.shape[1]
    flat_whole, flat_real = whole.ravel(), real.ravel()
    columns, nodes = room.shape
    parent = np.arange(nodes)
    need = np.full(nodes, total)
    rest = room.sum(axis=0)
    first, second = np.zeros(nodes, dtype=np.int64), np.zeros(nodes)
    for i in range(columns - 1):
        here = room[i, parent]
        rest = rest - here
        low, sizes = _choices(here, need, rest)
        cell = _each(low, sizes)
        place = np.repeat(here * width, sizes) + cell
        first = np.repeat(first, sizes) + flat_whole[place]
        second = np.repeat(second, sizes) + flat_real[place]
        parent, rest = np.repeat(parent, sizes), np.repeat(rest, sizes)
        need = np.repeat(need, sizes) - cell
    place = room[-1, parent] * width + need
    return parent, first + flat_whole[place], second + flat_real[place]


def _choices(here: Ints, need: Ints, rest: Ints) -> tuple[Ints, Ints]:
    """The fewest a column must get, and how many choices there are from there."""
    low = np.maximum(need - rest, 0)
    return low, np.minimum(here, need) - low + 1


def _each(low: Ints, sizes: Ints) -> Ints:
    """low, low + 1, ... `sizes` numbers long, for each of them in turn."""
    each: Ints = np.arange(int(sizes.sum())) + np.repeat(low - np.cumsum(sizes) + sizes, sizes)
    return each


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

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
        here = room[i].take(parent)
        rest = rest - here
        way, cell = _deal(here, need, rest)
        dealt = [column.take(way) for column in dealt] + [cell]
        parent, rest = parent.take(way), rest.take(way)
        need = need.take(way) - cell
    return parent, np.stack([*dealt, need])


def sums_over_columns(
    room: Ints, total: int, whole: Ints, real: NDArray[np.float64]
) -> tuple[Ints, Ints, NDArray[np.float64]]:
    """Two sums over the columns for every way to deal `total` out, without keeping the ways.

    Args:
        room: Shape (k, u), k at least 2, the room left in each column of each node.
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
    for i in range(columns - 2):
        here = room[i].take(parent)
        rest = rest - here
        way, cell = _deal(here, need, rest)
        place = (here * width).take(way) + cell
        first = first.take(way) + flat_whole.take(place)
        second = second.take(way) + flat_real.take(place)
        parent, rest = parent.take(way), rest.take(way)
        need = need.take(way) - cell
    # The last two columns at once: what one gets, the other does not.
    here = room[-2].take(parent)
    rest -= here
    way, cell = _deal(here, need, rest)
    place = (here * width).take(way)
    place += cell
    other = (rest * width + need).take(way)
    other -= cell
    first, second = first.take(way), second.take(way)
    for one in (place, other):
        first += flat_whole.take(one)
        second += flat_real.take(one)
    return parent.take(way), first, second


def _deal(here: Ints, need: Ints, rest: Ints) -> tuple[Ints, Ints]:
    """Every choice for one column, going on from each of the ways so far.

    Args:
        here: Shape (w,), the room of the column.
        need: Shape (w,), what is still to be dealt out.
        rest: Shape (w,), the room of the columns after it.

    Returns:
        The way each choice goes on from, ascending, and what the column gets.
    """
    low = np.maximum(need - rest, 0)
    sizes = np.minimum(here, need) - low + 1
    way = np.arange(len(sizes)).repeat(sizes)
    cell = np.arange(len(way))
    cell += (low - np.cumsum(sizes) + sizes).take(way)
    return way, cell


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

"""Assigned classes on columns: the class of every row, or those it can be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from afterload.core.variable import Variable
from afterload.scores.assigned import Assigned, Modifier, legal
from afterload.scores.columns_derive import Bools, Columns, Floats, column_of
from afterload.scores.columns_missing import unknown

Bits = NDArray[np.uint32]


def bounds(
    score: Assigned, variables: Mapping[str, Variable], x: Columns, n: int
) -> tuple[Floats, Floats, Bits]:
    """The number of the class, or of the lowest and highest that can be, and all as bits.

    Rows whose class and modifiers contradict each other have none of it.
    """
    low, high, bits = np.full(n, np.nan), np.full(n, np.nan), np.zeros(n, np.uint32)
    codes = column_of(x, score.variable, n)
    open_ = np.isnan(codes)
    marked = dict(_marked(score, variables, x, n))
    for place, (told, level) in enumerate(legal(score)):
        rows = marked[told] & (open_ | (codes == level.code))
        bits[rows] |= np.uint32(1 << place)
        low[rows] = np.fmin(low[rows], level.value)
        high[rows] = np.fmax(high[rows], level.value)
    return low, high, bits


def class_names(score: Assigned) -> tuple[str, ...]:
    """Every legal class with its modifiers, the classes alone first."""
    return score.names


def open_inputs(
    score: Assigned, variables: Mapping[str, Variable], x: Columns, n: int
) -> dict[str, Bools]:
    """The rows without a class, and those of which no modifier was told."""
    del variables
    found: dict[str, Bools] = {}
    names = [score.variable, *([score.marked] if score.marked else [])]
    unknown(found, names, np.ones(n, np.bool_), x, n)
    return found


def _marked(
    score: Assigned, variables: Mapping[str, Variable], x: Columns, n: int
) -> Iterator[tuple[tuple[Modifier, ...], Bools]]:
    """For every legal set of modifiers, the rows that have just these."""
    sets = dict.fromkeys(told for told, _ in legal(score))
    if not score.marked:
        yield (), np.ones(n, np.bool_)
        return
    codes = column_of(x, score.marked, n)
    untold = np.isnan(codes)
    masks = np.where(untold, 0, codes).astype(np.int64)
    variable = variables[score.marked]
    for told in sets:
        if variable.kind == "bool":
            rows = masks == int(bool(told))
        else:
            words = {modifier.name.lower() for modifier in told}
            held = sum(1 << k for k, w in enumerate(variable.levels) if w.lower() in words)
            rows = masks == held
            if not told and "none" in variable.levels:
                rows |= masks == 1 << variable.levels.index("none")
        yield told, rows

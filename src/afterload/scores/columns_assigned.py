"""Assigned classes on columns: the class of every row, or those it can be."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from afterload.core.variable import Variable
from afterload.scores.assigned import Assigned, Modifier, legal
from afterload.scores.columns_derive import Bools, Columns, Floats
from afterload.scores.columns_missing import unknown

Bits = NDArray[np.uint32]


def bounds(
    score: Assigned, variables: Mapping[str, Variable], x: Columns, n: int
) -> tuple[Floats, Floats, Bits]:
    """The number of the class, or of the lowest and highest that can be, and all as bits.

    Rows whose class and modifiers contradict each other have none of it.
    """
    marked = variables[score.marked] if score.marked else None
    bits = _table(score, marked)
    values = np.array([level.value for _, level in legal(score)])
    held = bits[..., None] >> np.arange(len(values), dtype=np.uint32) & np.uint32(1)
    low = np.where(held, values, np.inf).min(axis=-1)
    high = np.where(held, values, -np.inf).max(axis=-1)
    low[bits == 0] = high[bits == 0] = np.nan
    place = _mark_places(x, score.marked, len(bits) - 1, n) * bits.shape[1]
    place += _class_places(score, x, n)
    return low.ravel()[place], high.ravel()[place], bits.ravel()[place]


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


def _table(score: Assigned, marked: Variable | None) -> Bits:
    """The classes that can be (bits), by the modifiers' code and the class; the last: missing.

    The one before the last class stands for a code that names none.
    """
    codes = 0 if marked is None else 2 if marked.kind == "bool" else 2 ** len(marked.levels)
    table = np.zeros((codes + 1, len(score.levels) + 2), np.uint32)
    for bit, (told, level) in enumerate(legal(score)):
        rows = [] if marked is None else _codes(told, marked)
        for row in [*rows, *([] if told else [codes])]:
            table[row, score.levels.index(level)] |= np.uint32(1 << bit)
            table[row, -1] |= np.uint32(1 << bit)
    return table


def _codes(told: tuple[Modifier, ...], marked: Variable) -> list[int]:
    """The codes of the input that holds the modifiers for one set of them."""
    if marked.kind == "bool":
        return [int(bool(told))]
    words = {modifier.name.lower() for modifier in told}
    mask = sum(1 << k for k, level in enumerate(marked.levels) if level.lower() in words)
    none = [1 << marked.levels.index("none")] if not told and "none" in marked.levels else []
    return [mask, *none]


def _mark_places(x: Columns, name: str, last: int, n: int) -> NDArray[np.intp]:
    """Each row's code of the modifiers; the last where nobody told them."""
    if name not in x:
        return np.full(n, last, np.intp)
    return np.where(np.isnan(x[name]), last, np.nan_to_num(x[name])).astype(np.intp)


def _class_places(score: Assigned, x: Columns, n: int) -> NDArray[np.intp]:
    """Each row's place among the classes; then one for no class at all, then one for missing."""
    count = len(score.levels)
    if score.variable not in x:
        return np.full(n, count + 1, np.intp)
    values = x[score.variable]
    codes = np.array([level.code for level in score.levels])
    place = np.searchsorted(codes, values)
    named = codes[np.minimum(place, count - 1)] == values
    return np.where(np.isnan(values), count + 1, np.where(named, place, count))

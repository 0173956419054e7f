"""Cards on columns: the attainable interval of every row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from afterload.core.variable import Variable
from afterload.scores.card import Card, Item, Row, leaves, pieces, shared
from afterload.scores.columns_derive import Bools, Columns, Floats, any_known, column_of
from afterload.scores.columns_item import Bounds, Patients, Points, either, row_bounds, ways
from afterload.scores.columns_missing import mark, unknown
from afterload.scores.inputs import span_of


def bounds(
    card: Card, variables: Mapping[str, Variable], x: Columns, n: int
) -> tuple[Floats, Floats, NDArray[np.uint32]]:
    """Lowest and highest attainable total of every row, and its classes as bits.

    NaN where a row's values contradict each other.
    """
    low = np.full(n, card.constant, np.int16)
    high = low.copy()
    bad: Bools | None = None
    for block in blocks(card):
        one_low, one_high, one_bad = _block(block, Patients(variables, x, n, {}))
        low += one_low
        high += one_high
        bad = either(bad, one_bad)
    bits = class_masks(card, low, high)
    lows, highs = low.astype(np.float64), high.astype(np.float64)
    if bad is not None and bad.any():
        lows[bad] = highs[bad] = np.nan
        bits[bad] = 0
    return lows, highs, bits


def class_names(card: Card) -> tuple[str, ...]:
    """The card's classes, in its order."""
    return tuple(class_.name for class_ in card.classes)


def open_inputs(
    card: Card, variables: Mapping[str, Variable], x: Columns, n: int
) -> dict[str, Bools]:
    """For every input, the rows it would narrow."""
    found: dict[str, Bools] = {}
    everyone = np.ones(n, np.bool_)
    for row in card.items:
        _open_row(found, row, Patients(variables, x, n, {}), everyone)
    return found


def _open_row(found: dict[str, Bools], row: Row, patients: Patients, asked: Bools) -> None:
    low, high, _ = row_bounds(row, patients)
    asked = asked & (low != high)
    if isinstance(row, Item):
        _open_item(found, row, patients, asked)
        return
    for part in row.parts:
        least, most, _ = row_bounds(part, patients)
        matters = most > low if row.take == "most" else least < high
        _open_row(found, part, patients, asked & matters)


def _open_item(found: dict[str, Bools], item: Item, patients: Patients, asked: Bools) -> None:
    x, n = patients.x, patients.n
    open_ = asked
    for derived, chosen in ways(item, x, np.isnan(column_of(x, item.variable, n)), n):
        begun = open_ & chosen & any_known(x, derived.inputs, n)
        unknown(found, derived.inputs, begun, x, n)
        asked = asked & ~begun
    for name in item.asks or (item.variable,):
        mark(found, name, asked)


def class_masks(card: Card, low: Points, high: Points) -> NDArray[np.uint32]:
    """Which classes each row's interval spans, as bits.

    A class is spanned when it ends no lower than the interval begins, and begins no higher than
    the interval ends; both are looked up by the total.
    """
    if not card.classes or not len(low):
        return np.zeros(len(low), np.uint32)
    least, most = int(low.min()), int(high.max())
    ends, begins = np.zeros((2, most - least + 1), np.uint32)
    totals = np.arange(least, most + 1)
    for place, class_ in enumerate(card.classes):
        bit = np.uint32(1 << place)
        above = totals >= class_.low if class_.low_closed else totals > class_.low
        below = totals <= class_.high if class_.high_closed else totals < class_.high
        ends[below] |= bit
        begins[above] |= bit
    bits: NDArray[np.uint32] = ends.take(low - least)
    bits &= begins.take(high - least)
    return bits


@cache
def blocks(card: Card) -> tuple[tuple[Row, ...], ...]:
    """The rows in groups: those of a group share an input that gives points by itself."""
    direct = {item.variable for item in leaves(card.items)}
    groups: list[tuple[set[str], list[Row]]] = []
    for row in card.items:
        links = {item.variable for item in leaves([row])}
        links |= {n for item in leaves([row]) for d in item.derive for n in d.inputs if n in direct}
        joined: list[Row] = [row]
        for group in [g for g in groups if g[0] & links]:
            links |= group[0]
            joined = group[1] + joined
            groups.remove(group)
        groups.append((links, joined))
    return tuple(tuple(rows) for _, rows in groups)


def _block(rows: tuple[Row, ...], patients: Patients) -> Bounds:
    """Points of some rows together; exact also where they share a missing input."""
    low, high, bad = _sum(rows, patients)
    names = _shared(rows)
    if not names:
        return low, high, bad
    joint = np.zeros(patients.n, np.bool_)
    for name in names:
        joint |= np.isnan(column_of(patients.x, name, patients.n))
    where = np.flatnonzero(joint)
    if where.size:
        low[where], high[where], empty = _cells(rows, names, patients.take(where, _inputs(rows)))
        bad = np.zeros(patients.n, np.bool_) if bad is None else bad
        bad[where] = empty
    return low, high, bad


@cache
def _shared(rows: tuple[Row, ...]) -> tuple[str, ...]:
    items = tuple(leaves(rows))
    return shared(items, {name for item in items for d in item.derive for name in d.inputs})


@cache
def _inputs(rows: tuple[Row, ...]) -> tuple[str, ...]:
    items = tuple(leaves(rows))
    derived = (name for item in items for d in item.derive for name in d.inputs)
    return tuple(dict.fromkeys([*(item.variable for item in items), *derived]))


def _cells(
    rows: Sequence[Row], names: Sequence[str], patients: Patients
) -> tuple[Points, Points, Bools]:
    """As `_sum`, cutting each shared input at the bands that read it, where it is missing."""
    n = patients.n
    low = np.full(n, np.iinfo(np.int16).max, np.int16)
    high = np.full(n, np.iinfo(np.int16).min, np.int16)
    bad = np.ones(n, np.bool_)
    items = tuple(leaves(rows))
    cuts = [
        pieces(
            [item for item in items if item.variable == name],
            span_of(patients.variables[name], None),
        )
        for name in names
    ]
    for choice in product(*cuts):
        cells = dict(zip(names, choice, strict=True))
        one_low, one_high, empty = _sum(rows, Patients(patients.variables, patients.x, n, cells))
        good = np.True_ if empty is None else ~empty
        np.minimum(low, one_low, out=low, where=good)
        np.maximum(high, one_high, out=high, where=good)
        bad &= ~good
    low[bad] = high[bad] = 0
    return low, high, bad


def _sum(rows: Sequence[Row], patients: Patients) -> Bounds:
    low, high, bad = row_bounds(rows[0], patients)
    for row in rows[1:]:
        one_low, one_high, one_bad = row_bounds(row, patients)
        low += one_low
        high += one_high
        bad = either(bad, one_bad)
    return low, high, bad

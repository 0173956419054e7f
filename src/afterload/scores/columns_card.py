"""Cards on columns: the attainable interval of every row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise, product

import numpy as np
from numpy.typing import NDArray

from afterload.core.variable import Variable
from afterload.scores.band import Band, Span
from afterload.scores.card import Card, Item, common, points
from afterload.scores.columns_derive import (
    Bools,
    Columns,
    Floats,
    any_known,
    any_of_columns,
    column_of,
    equation_spans,
    within,
)
from afterload.scores.columns_missing import mark, unknown
from afterload.scores.derive import AnyOf, Derived, Equation

Points = NDArray[np.int16]


def bounds(
    card: Card, variables: Mapping[str, Variable], x: Columns, n: int
) -> tuple[Floats, Floats, NDArray[np.uint32]]:
    """Lowest and highest attainable total of every row, and its classes as bits.

    NaN where a row's values contradict each other.
    """
    low = np.full(n, card.constant, np.int16)
    high = low.copy()
    bad = np.zeros(n, np.bool_)
    for block in blocks(card):
        one_low, one_high, one_bad = _block(block, variables, x, n)
        low += one_low
        high += one_high
        bad |= one_bad
    lows, highs = np.where(bad, np.nan, low), np.where(bad, np.nan, high)
    return lows, highs, class_masks(card, lows, highs)


def class_names(card: Card) -> tuple[str, ...]:
    """The card's classes, in its order."""
    return tuple(class_.name for class_ in card.classes)


def open_inputs(
    card: Card, variables: Mapping[str, Variable], x: Columns, n: int
) -> dict[str, Bools]:
    """For every input, the rows it would narrow."""
    found: dict[str, Bools] = {}
    for item in card.items:
        _open_item(found, item, variables, x, n)
    return found


def _open_item(
    found: dict[str, Bools], item: Item, variables: Mapping[str, Variable], x: Columns, n: int
) -> None:
    low, high, _ = item_bounds(item, variables, x, n, {})
    open_ = low != high
    asked = open_
    for derived, chosen in ways(item, x, np.isnan(column_of(x, item.variable, n)), n):
        begun = open_ & chosen & any_known(x, derived.inputs, n)
        unknown(found, derived.inputs, begun, x, n)
        asked = asked & ~begun
    for name in item.asks or (item.variable,):
        mark(found, name, asked)


def class_masks(card: Card, low: Floats, high: Floats) -> NDArray[np.uint32]:
    """Which classes each row's interval spans, as bits."""
    bits = np.zeros(len(low), np.uint32)
    for place, class_ in enumerate(card.classes):
        reaches = high >= class_.low if class_.low_closed else high > class_.low
        starts = low <= class_.high if class_.high_closed else low < class_.high
        bits |= (reaches & starts).astype(np.uint32) << np.uint32(place)
    return bits


@cache
def blocks(card: Card) -> tuple[tuple[Item, ...], ...]:
    """The items in groups: those of a group share an input that gives points by itself."""
    direct = {item.variable for item in card.items}
    groups: list[tuple[set[str], list[Item]]] = []
    for item in card.items:
        links = {name for d in item.derive for name in d.inputs if name in direct}
        links.add(item.variable)
        joined = [item]
        for group in [g for g in groups if g[0] & links]:
            links |= group[0]
            joined = group[1] + joined
            groups.remove(group)
        groups.append((links, joined))
    return tuple(tuple(items) for _, items in groups)


def _block(
    items: Sequence[Item], variables: Mapping[str, Variable], x: Columns, n: int
) -> tuple[Points, Points, Bools]:
    """Points of some items together; exact also where they share a missing input."""
    low, high, bad = _sum(items, variables, x, n, {})
    shared = _shared(items)
    if not shared:
        return low, high, bad
    joint = np.zeros(n, np.bool_)
    for item in shared:
        joint |= np.isnan(column_of(x, item.variable, n))
    rows = np.flatnonzero(joint)
    if rows.size:
        part = {name: x[name][rows] for name in _names(items) if name in x}
        low[rows], high[rows], bad[rows] = _cells(items, shared, variables, part, rows.size)
    return low, high, bad


def _shared(items: Sequence[Item]) -> list[Item]:
    used = {name for item in items for d in item.derive for name in d.inputs}
    return [item for item in items if item.variable in used]


def _names(items: Sequence[Item]) -> set[str]:
    return {item.variable for item in items} | {
        name for item in items for d in item.derive for name in d.inputs
    }


def _cells(
    items: Sequence[Item],
    shared: Sequence[Item],
    variables: Mapping[str, Variable],
    x: Columns,
    n: int,
) -> tuple[Points, Points, Bools]:
    """As `_sum`, cutting each shared input at its own bands where it is missing."""
    low = np.full(n, np.iinfo(np.int16).max, np.int16)
    high = np.full(n, np.iinfo(np.int16).min, np.int16)
    bad = np.ones(n, np.bool_)
    for bands in product(*(item.bands for item in shared)):
        cells = {
            item.variable: common(band, Span(*_reach(variables[item.variable])))
            for item, band in zip(shared, bands, strict=True)
        }
        if any(cell.is_empty for cell in cells.values()):
            continue
        one_low, one_high, one_bad = _sum(items, variables, x, n, cells)
        low = np.where(one_bad, low, np.minimum(low, one_low))
        high = np.where(one_bad, high, np.maximum(high, one_high))
        bad &= one_bad
    low[bad] = high[bad] = 0
    return low, high, bad


def _reach(variable: Variable) -> tuple[float, float]:
    return (0.0, 1.0) if variable.kind == "bool" else (variable.low, variable.high)


def _sum(
    items: Sequence[Item],
    variables: Mapping[str, Variable],
    x: Columns,
    n: int,
    cells: Mapping[str, Span],
) -> tuple[Points, Points, Bools]:
    low, high = np.zeros(n, np.int16), np.zeros(n, np.int16)
    bad = np.zeros(n, np.bool_)
    for item in items:
        one_low, one_high, one_bad = item_bounds(item, variables, x, n, cells)
        low += one_low
        high += one_high
        if one_bad is not None:
            bad |= one_bad
    return low, high, bad


def item_bounds(
    item: Item, variables: Mapping[str, Variable], x: Columns, n: int, cells: Mapping[str, Span]
) -> tuple[Points, Points, Bools | None]:
    """Lowest and highest points of one item, and where its inputs contradict each other."""
    variable = variables[item.variable]
    span = cells.get(item.variable) or Span(*_reach(variable))
    least, most = points(item, span) or (0, 0)
    values = x.get(item.variable)
    if values is None:
        low, high = np.full(n, least, np.int16), np.full(n, most, np.int16)
        missing = np.ones(n, np.bool_)
    else:
        missing = np.isnan(values)
        given = _steps(item.bands, values)
        low, high = np.where(missing, least, given), np.where(missing, most, given)
    if not item.derive or not missing.any():
        return low.astype(np.int16), high.astype(np.int16), None
    bad = np.zeros(n, np.bool_)
    for derived, chosen in ways(item, x, missing, n):
        one_low, one_high, empty = _derived(item, derived, variables, x, n, cells)
        low = np.where(chosen, one_low, low)
        high = np.where(chosen, one_high, high)
        if empty is not None:
            bad |= chosen & empty
    return low.astype(np.int16), high.astype(np.int16), bad


def ways(item: Item, x: Columns, missing: Bools, n: int) -> list[tuple[Derived, Bools]]:
    """Each way to derive the item, and the rows it is used for."""
    found, left = [], missing
    for derived in item.derive:
        last = derived is item.derive[-1]
        chosen = left if last else left & any_known(x, derived.inputs, n)
        if chosen.any():
            found.append((derived, chosen))
        left = left & ~chosen
    return found


def _derived(
    item: Item,
    derived: Derived,
    variables: Mapping[str, Variable],
    x: Columns,
    n: int,
    cells: Mapping[str, Span],
) -> tuple[Points, Points, Bools | None]:
    if isinstance(derived, AnyOf):
        certain, possible = any_of_columns(derived, variables, x, n)
        return (*_yes_no(item, certain, possible), None)
    return _banded(item, derived, variables, x, n, cells)


def _yes_no(item: Item, certain: Bools, possible: Bools) -> tuple[Points, Points]:
    no, yes = (band.points for band in sorted(item.bands, key=lambda band: band.low))
    at_low = np.where(certain, np.int16(yes), np.int16(no))
    at_high = np.where(possible, np.int16(yes), np.int16(no))
    return np.minimum(at_low, at_high), np.maximum(at_low, at_high)


def _banded(
    item: Item,
    equation: Equation,
    variables: Mapping[str, Variable],
    x: Columns,
    n: int,
    cells: Mapping[str, Span],
) -> tuple[Points, Points, Bools]:
    variable = variables[item.variable]
    spans = within(equation_spans(equation, variables, x, n, cells), variable.low, variable.high)
    bands = sorted(item.bands, key=lambda band: band.low)
    first = _places(bands, spans.low, spans.low_closed, strict=False)
    last = _places(bands, spans.high, spans.high_closed, strict=True)
    least, most = _extremes(tuple(bands))
    closed = spans.low_closed & spans.high_closed
    empty = (spans.low > spans.high) | ((spans.low == spans.high) & np.logical_not(closed))
    return least[first, last], most[first, last], empty


def _places(
    bands: Sequence[Band], ends: Floats, closed: Bools | bool, *, strict: bool
) -> NDArray[np.intp]:
    """The band each end lies in; an open end lies just inside (`strict` for a high end)."""
    place = np.zeros(len(ends), np.intp)
    for lower in bands[:-1]:
        edge = lower.high
        beyond = ends > edge if lower.high_closed else ends >= edge
        inside = ends > edge if strict else ends >= edge
        place += np.where(closed, beyond, inside)
    return place


@cache
def _extremes(bands: tuple[Band, ...]) -> tuple[Points, Points]:
    """Least and most points from one band to another."""
    k = len(bands)
    least, most = np.zeros((k, k), np.int16), np.zeros((k, k), np.int16)
    for first in range(k):
        for last in range(first, k):
            held = [band.points for band in bands[first : last + 1]]
            least[first, last], most[first, last] = min(held), max(held)
    return least, most


def _steps(bands: Sequence[Band], values: Floats) -> Points:
    """Points of known values: each edge passed adds the difference of its two bands."""
    ordered = sorted(bands, key=lambda band: band.low)
    result = np.full(len(values), ordered[0].points, np.int16)
    for lower, upper in pairwise(ordered):
        beyond = values > lower.high if lower.high_closed else values >= lower.high
        result += beyond.view(np.int8) * np.int8(upper.points - lower.points)
    return result

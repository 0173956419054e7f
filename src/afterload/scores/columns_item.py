"""The rows of a card on columns: lowest and highest points of every patient."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from afterload.core.variable import Variable
from afterload.scores.band import Band, Span
from afterload.scores.card import Item, Row, points
from afterload.scores.columns_derive import (
    Bools,
    Columns,
    Floats,
    any_known,
    any_of_columns,
    equation_spans,
    within,
)
from afterload.scores.derive import AnyOf, Derived, Equation
from afterload.scores.inputs import span_of

Points = NDArray[np.int16]
Bounds = tuple[Points, Points, Bools | None]
"""Lowest and highest points, and where the inputs contradict each other (None: nowhere)."""


@dataclass(frozen=True, slots=True)
class Patients:
    """Columns of patients, as the rows of a card read them.

    Args:
        variables: Every input of the score by name, as far as its population reaches.
        x: The inputs' columns, NaN where missing.
        n: How many patients.
        cells: What a missing input can be, where that is less than its whole range.
    """

    variables: Mapping[str, Variable]
    x: Columns
    n: int
    cells: Mapping[str, Span]

    def reach(self, name: str) -> Span:
        """What one input can be where it is missing."""
        return self.cells.get(name) or span_of(self.variables[name], None)

    def take(self, rows: NDArray[np.intp], names: Sequence[str]) -> Patients:
        """Some of the patients, with some of the columns."""
        part = {name: self.x[name][rows] for name in names if name in self.x}
        return Patients(self.variables, part, rows.size, self.cells)


def row_bounds(row: Row, patients: Patients) -> Bounds:
    """Lowest and highest points of a row: of its bands, or of the part that counts.

    The arrays are the caller's to write on.
    """
    if isinstance(row, Item):
        return item_bounds(row, patients)
    choose = np.maximum if row.take == "most" else np.minimum
    low, high, bad = row_bounds(row.parts[0], patients)
    for part in row.parts[1:]:
        one_low, one_high, one_bad = row_bounds(part, patients)
        choose(low, one_low, out=low)
        choose(high, one_high, out=high)
        bad = either(bad, one_bad)
    return low, high, bad


def either(one: Bools | None, other: Bools | None) -> Bools | None:
    """Where one or the other holds; None stands for nowhere."""
    if one is None or other is None:
        return other if one is None else one
    both: Bools = one | other
    return both


def item_bounds(item: Item, patients: Patients) -> Bounds:
    """Lowest and highest points of one item: given, derived, or open."""
    n = patients.n
    least, most = points(item, patients.reach(item.variable)) or (0, 0)
    values = patients.x.get(item.variable)
    if values is None:
        if item.derive:
            return _derived_bounds(item, patients)
        return np.full(n, least, np.int16), np.full(n, most, np.int16), None
    low = _steps(item.bands, values)
    high = low.copy()
    missing = np.isnan(values)
    if not item.derive:
        np.copyto(low, np.int16(least), where=missing)
        np.copyto(high, np.int16(most), where=missing)
        return low, high, None
    rows = np.flatnonzero(missing)
    if not rows.size:
        return low, high, None
    names = tuple(dict.fromkeys(name for d in item.derive for name in d.inputs))
    low[rows], high[rows], empty = _derived_bounds(item, patients.take(rows, names))
    if empty is None:
        return low, high, None
    bad = np.zeros(n, np.bool_)
    bad[rows] = empty
    return low, high, bad


def _derived_bounds(item: Item, patients: Patients) -> Bounds:
    """The same where the item's own input is missing in every row."""
    everyone = np.ones(patients.n, np.bool_)
    found = ways(item, patients.x, everyone, patients.n)
    if len(found) == 1:
        return _derived(item, found[0][0], patients)
    low, high = np.zeros(patients.n, np.int16), np.zeros(patients.n, np.int16)
    bad: Bools | None = None
    for derived, chosen in found:
        one_low, one_high, empty = _derived(item, derived, patients)
        np.copyto(low, one_low, where=chosen)
        np.copyto(high, one_high, where=chosen)
        bad = either(bad, None if empty is None else empty & chosen)
    return low, high, bad


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


def _derived(item: Item, derived: Derived, patients: Patients) -> Bounds:
    if isinstance(derived, AnyOf):
        certain, possible = any_of_columns(derived, patients.variables, patients.x, patients.n)
        return (*_yes_no(item, certain, possible), None)
    return _banded(item, derived, patients)


def _yes_no(item: Item, certain: Bools, possible: Bools) -> tuple[Points, Points]:
    no, yes = (band.points for band in sorted(item.bands, key=lambda band: band.low))
    # Yes for certain settles it; what is only possible reaches from one answer to the other.
    few, many = (certain, possible) if yes >= no else (possible, certain)
    return _choice(few, no, yes), _choice(many, no, yes)


def _choice(answer: Bools, no: int, yes: int) -> Points:
    result = answer.astype(np.int16)
    result *= np.int16(yes - no)
    result += np.int16(no)
    return result


def _banded(item: Item, equation: Equation, patients: Patients) -> Bounds:
    variable = patients.variables[item.variable]
    spans = equation_spans(equation, patients.variables, patients.x, patients.n, patients.cells)
    spans = within(spans, variable.low, variable.high)
    bands = sorted(item.bands, key=lambda band: band.low)
    place = _places(bands, spans.low, spans.low_closed, strict=False)
    place *= np.int16(len(bands))
    place += _places(bands, spans.high, spans.high_closed, strict=True)
    least, most = _extremes(tuple(bands))
    closed = spans.low_closed & spans.high_closed
    empty = (spans.low > spans.high) | ((spans.low == spans.high) & np.logical_not(closed))
    # An empty span has no points: any place will do, none beyond the table.
    return least.take(place, mode="clip"), most.take(place, mode="clip"), empty


def _places(
    bands: Sequence[Band], ends: Floats, closed: Bools | bool, *, strict: bool
) -> NDArray[np.int16]:
    """The band each end lies in; an open end lies just inside (`strict` for a high end)."""
    place = np.zeros(len(ends), np.int16)
    for lower in bands[:-1]:
        edge = lower.high
        beyond = ends > edge if lower.high_closed else ends >= edge
        inside = ends > edge if strict else ends >= edge
        place += beyond if closed is True else np.where(closed, beyond, inside)
    return place


@cache
def _extremes(bands: tuple[Band, ...]) -> tuple[Points, Points]:
    """Least and most points from one band to another, at first × count + last."""
    k = len(bands)
    least, most = np.zeros((k, k), np.int16), np.zeros((k, k), np.int16)
    for first in range(k):
        for last in range(first, k):
            held = [band.points for band in bands[first : last + 1]]
            least[first, last], most[first, last] = min(held), max(held)
    return least.ravel(), most.ravel()


def _steps(bands: Sequence[Band], values: Floats) -> Points:
    """Points of known values: each edge passed adds the difference of its two bands."""
    ordered = sorted(bands, key=lambda band: band.low)
    result = np.full(len(values), ordered[0].points, np.int16)
    for lower, upper in pairwise(ordered):
        step = upper.points - lower.points
        if step:
            beyond = values > lower.high if lower.high_closed else values >= lower.high
            result += beyond.view(np.int8) * np.int16(step)
    return result

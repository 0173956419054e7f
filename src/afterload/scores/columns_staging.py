"""Stagings on columns: the stages every row can still have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from afterload.core.variable import Variable
from afterload.scores.columns_boxes import Boxes, boxes, missing_twice, worked_out
from afterload.scores.columns_derive import Bools, Columns, Floats, column_of, test_column
from afterload.scores.columns_missing import mark
from afterload.scores.derive import Test
from afterload.scores.rules import Axis, axes, codes_of, read, stages_left, start
from afterload.scores.staging import Staging

Bits = NDArray[np.uint32]
Codes = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Read:
    """One input of every row: from which to which cell it can lie, as one code.

    Args:
        cells: `first * width + last`, shape (n,).
        empty: Where it can have no value; None for nowhere.
    """

    cells: Codes
    empty: Bools | None = None

    def at(self, rows: Codes) -> Read:
        """The same for some rows."""
        return Read(self.cells[rows], None if self.empty is None else self.empty[rows])


def bounds(
    staging: Staging, variables: Mapping[str, Variable], x: Columns, n: int
) -> tuple[Floats, Floats, Bits]:
    """Lowest and highest attainable total of every row, and its stages as bits.

    NaN where a row's values contradict each other.
    """
    codes = [_codes(staging, axis, variables, x, n, {}) for axis in axes(staging)]
    bits = _bits(staging, codes, n)
    for rows, names in missing_twice(staging, x, n):
        part = {name: values[rows] for name, values in x.items()}
        here = [code.at(rows) for code in codes]
        bits[rows] = 0
        for box in boxes(staging, names, variables, part, len(rows)):
            bits[rows] |= _boxed(staging, variables, part, here, box, len(rows))
    low, high = np.full(n, np.inf), np.full(n, -np.inf)
    for place, (least, most) in enumerate(staging.totals()):
        held = (bits >> np.uint32(place) & np.uint32(1)).astype(np.bool_)
        np.copyto(low, np.minimum(low, least), where=held)
        np.copyto(high, np.maximum(high, most), where=held)
    none = bits == 0
    low[none] = high[none] = np.nan
    return low, high, bits


def class_names(staging: Staging) -> tuple[str, ...]:
    """The stages and gaps, the mildest first."""
    return tuple(stage.name for stage in staging.stages)


def open_inputs(
    staging: Staging, variables: Mapping[str, Variable], x: Columns, n: int
) -> dict[str, Bools]:
    """For every input, the rows it would narrow."""
    found: dict[str, Bools] = {}
    answers = _answers(staging, variables, x, n)
    decided = np.zeros(n, np.bool_)
    for stage in reversed(staging.stages):
        certain = np.zeros(n, np.bool_)
        for group in stage.groups:
            certain |= _all(n, [answers[test][0] for test in group])
        for group in stage.groups:
            open_ = _all(n, [answers[test][1] for test in group]) & ~certain & ~decided
            for test in group:
                unsettled = open_ & (answers[test][0] != answers[test][1])
                _mark_parts(found, staging, test.variable, unsettled, x, n)
        decided |= certain
    return found


def _boxed(
    staging: Staging,
    variables: Mapping[str, Variable],
    x: Columns,
    codes: Sequence[Read],
    box: Boxes,
    n: int,
) -> Bits:
    """The stages of every row while its missing inputs lie in a box; none for an empty box."""
    ways = staging.ways()
    inside = []
    for axis, code in zip(axes(staging), codes, strict=True):
        name = axis.variable.name
        touched = name in box or (name in ways and not box.keys().isdisjoint(ways[name].inputs))
        inside.append(_codes(staging, axis, variables, x, n, box) if touched else code)
    bits = _bits(staging, inside, n)
    for piece in box.values():
        bits[piece.low > piece.high] = 0
    return bits


def _bits(staging: Staging, codes: Sequence[Read], n: int) -> Bits:
    """The stages of every row; none where an input can have no value."""
    plan = _plan(staging)
    state = np.zeros(n, np.intp)
    for code, table in zip(codes, plan.tables, strict=True):
        state *= table.width
        state += code.cells
        state = table.next[state]
    bits = plan.bits[state]
    for code in codes:
        if code.empty is not None:
            bits[code.empty] = 0
    return bits


def _codes(
    staging: Staging,
    axis: Axis,
    variables: Mapping[str, Variable],
    x: Columns,
    n: int,
    box: Boxes,
) -> Read:
    """From which to which cell an input can lie, row by row."""
    name, width, ways = axis.variable.name, axis.last + 1, staging.ways()
    cells = np.full(n, axis.last, np.intp)
    open_ = np.arange(n)
    if (values := x.get(name)) is not None:
        missing = np.isnan(values)
        cell = _cell_column(axis, values)
        cells = np.where(missing, cells, cell * width + cell)
        open_ = np.flatnonzero(missing)
    if not open_.size:
        return Read(cells)
    if name in ways:
        part = {key: column[open_] for key, column in x.items() if key in ways[name].inputs}
        cut = {key: piece.at(open_) for key, piece in box.items()}
        low, high = worked_out(ways[name], variables[name], variables, part, open_.size, cut)
        none = low > high
        first, last = _cell_column(axis, low), _cell_column(axis, high)
        cells[open_] = np.where(none, axis.last, first * width + last)
        if not none.any():
            return Read(cells)
        empty = np.zeros(n, np.bool_)
        empty[open_] = none
        return Read(cells, empty)
    if name in box:
        cell = _cell_column(axis, box[name].low[open_])
        cells[open_] = cell * width + cell
    return Read(cells)


def _cell_column(axis: Axis, values: Floats) -> Codes:
    """The cell each value lies in; the first for a missing one."""
    if axis.cell_of_code:
        codes = np.nan_to_num(values).astype(np.intp)
        return np.maximum(np.array(axis.cell_of_code, np.intp), 0)[codes]
    cell = np.zeros(len(values), np.int8)
    for edge, closed in axis.edges:
        cell += (values >= edge if closed else values > edge).view(np.int8)
    return cell.astype(np.intp)


@dataclass(frozen=True, slots=True)
class Table:
    """What reading one input makes of every state: `next[state * width + code]`."""

    width: int
    next: Codes


@dataclass(frozen=True, slots=True)
class Plan:
    """The states of a staging's rules by number: one table per input, and the stages at the end."""

    tables: tuple[Table, ...]
    bits: Bits


@cache
def _plan(staging: Staging) -> Plan:
    """Every state that can be met, found input by input.

    Many patients leave the same rules open, so that there are few states, however many inputs
    there are; the stages are looked up without a table over all inputs together.
    """
    ways = staging.ways()
    states = [start(staging)]
    tables = []
    for place, axis in enumerate(axes(staging)):
        width = axis.last + 1
        after: dict[object, int] = {}
        table = np.zeros((len(states), width * width), np.intp)
        for k, state in enumerate(states):
            for first, last in _ranges(axis, axis.variable.name in ways):
                left = read(staging, place, state, first, last)
                table[k, first * width + last] = after.setdefault(left, len(after))
        tables.append(Table(width * width, table.ravel()))
        states = list(after)  # type: ignore[arg-type]
    bits = np.array([stages_left(state) for state in states], np.uint32)
    return Plan(tuple(tables), bits)


def _ranges(axis: Axis, worked_out: bool) -> Iterator[tuple[int, int]]:
    """From which to which cell an input can lie."""
    cells = range(axis.last + 1)
    if worked_out:
        yield from ((first, last) for first in cells for last in cells if first <= last)
        return
    yield from ((cell, cell) for cell in cells)
    if axis.last:
        yield 0, axis.last


def _answers(
    staging: Staging, variables: Mapping[str, Variable], x: Columns, n: int
) -> dict[Test, tuple[Bools, Bools]]:
    """For every test, where it says yes for certain and where it can."""
    found: dict[Test, tuple[Bools, Bools]] = {}
    ways = staging.ways()
    for test in {t for stage in staging.stages for group in stage.groups for t in group}:
        variable = variables[test.variable]
        values = column_of(x, test.variable, n)
        missing = np.isnan(values)
        yes = test_column(test, variable, values) & ~missing
        certain, possible = yes, yes | missing
        if test.variable in ways:
            low, high = worked_out(ways[test.variable], variable, variables, x, n, {})
            at_low, at_high = test_column(test, variable, low), test_column(test, variable, high)
            between = ~((high < test.low) | (low > test.high)) & ~at_low & ~at_high
            if not test.low_closed:
                between &= high != test.low
            if not test.high_closed:
                between &= low != test.high
            certain = np.where(missing, at_low & at_high, certain)
            possible = np.where(missing, at_low | at_high | between, possible)
        elif not codes_of(variable):
            reach = max(test.low, variable.low), min(test.high, variable.high)
            whole = test.low <= variable.low and test.high >= variable.high
            possible &= ~missing | (reach[0] <= reach[1])
            certain |= missing & whole
        found[test] = certain, possible
    return found


def _all(n: int, columns: Sequence[Bools]) -> Bools:
    found = np.ones(n, np.bool_)
    for column in columns:
        found &= column
    return found


def _mark_parts(
    found: dict[str, Bools], staging: Staging, name: str, rows: Bools, x: Columns, n: int
) -> None:
    """Mark what an input is read from: itself, or its parts once one of them is known."""
    way = staging.ways().get(name)
    begun = np.zeros(n, np.bool_)
    for part in way.inputs if way else ():
        begun |= ~np.isnan(column_of(x, part, n))
    mark(found, name, rows & ~begun)
    for part in way.inputs if way else ():
        mark(found, part, rows & begun & np.isnan(column_of(x, part, n)))

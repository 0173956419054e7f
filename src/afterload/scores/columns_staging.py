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


def bounds(
    staging: Staging, variables: Mapping[str, Variable], x: Columns, n: int
) -> tuple[Floats, Floats, Bits]:
    """Lowest and highest attainable total of every row, and its stages as bits.

    NaN where a row's values contradict each other.
    """
    bits = _bits(staging, variables, x, n, {})
    for rows, names in missing_twice(staging, x, n):
        part = {name: values[rows] for name, values in x.items()}
        bits[rows] = 0
        for box in boxes(staging, names, variables, part, len(rows)):
            bits[rows] |= _bits(staging, variables, part, len(rows), box)
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


def _bits(
    staging: Staging, variables: Mapping[str, Variable], x: Columns, n: int, box: Boxes
) -> Bits:
    """The stages of every row while its missing inputs lie in a box; none for an empty box."""
    plan = _plan(staging)
    state = np.zeros(n, np.intp)
    none = np.zeros(n, np.bool_)
    for axis, table in zip(axes(staging), plan.tables, strict=True):
        code, empty = _codes(staging, axis, variables, x, n, box)
        state *= table.width
        state += code
        state = table.next[state]
        none |= empty
    for span in box.values():
        none |= span.low > span.high
    return np.where(none, np.uint32(0), plan.bits[state])


def _codes(
    staging: Staging,
    axis: Axis,
    variables: Mapping[str, Variable],
    x: Columns,
    n: int,
    box: Boxes,
) -> tuple[Codes, Bools | bool]:
    """From which to which cell an input can lie, as one code; and where it can have no value."""
    name = axis.variable.name
    ways, width = staging.ways(), axis.last + 1
    whole = axis.last
    values = x.get(name)
    if values is None:
        code, missing = np.full(n, whole, np.intp), None
    else:
        missing = np.isnan(values)
        cell = _cell_column(axis, values)
        code = np.where(missing, whole, cell * width + cell)
        if not missing.any():
            return code, False
    empty: Bools | bool = False
    if name in ways:
        open_ = np.flatnonzero(missing) if missing is not None else np.arange(n)
        part = {key: column[open_] for key, column in x.items()}
        cut = {key: span.at(open_) for key, span in box.items()}
        low, high = worked_out(ways[name], variables[name], variables, part, open_.size, cut)
        code[open_] = _cell_column(axis, low) * width + _cell_column(axis, high)
        empty = np.zeros(n, np.bool_)
        empty[open_] = low > high
        code[empty] = whole
    elif name in box:
        cell = _cell_column(axis, box[name].low)
        code = np.where(missing, cell * width + cell, code) if missing is not None else (
            cell * width + cell
        )  # fmt: skip
    return code, empty


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

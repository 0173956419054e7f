"""Derived quantities on columns: what each row can still be, as arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from afterload.core.variable import Variable
from afterload.scores.band import Span
from afterload.scores.derive import AnyOf, Equation, Test, level_codes

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Columns = Mapping[str, Floats]


@dataclass(frozen=True, slots=True)
class Spans:
    """One span per row; the ends' flags are one for all rows or one per row."""

    low: Floats
    high: Floats
    low_closed: Bools | bool = True
    high_closed: Bools | bool = True


def column_of(x: Columns, name: str, n: int) -> Floats:
    """One input's column, or NaN for everyone when it is not there."""
    values = x.get(name)
    return np.full(n, np.nan) if values is None else values


def any_known(x: Columns, names: tuple[str, ...], n: int) -> Bools:
    """Where at least one of some inputs is known."""
    known = np.zeros(n, np.bool_)
    for name in names:
        if name in x:
            known |= ~np.isnan(x[name])
    return known


def test_column(test: Test, variable: Variable, values: Floats) -> Bools:
    """Where a test answers yes; missing never does."""
    if not test.levels:
        above = values >= test.low if test.low_closed else values > test.low
        below = values <= test.high if test.high_closed else values < test.high
        return above & below
    codes = level_codes(variable, test.levels)
    if variable.kind == "multi":
        mask = sum(1 << code for code in codes)
        named: Bools = (np.nan_to_num(values).astype(np.int64) & mask) != 0
        return named
    answer = np.zeros(len(values), np.bool_)
    for code in codes:
        answer |= values == code
    return answer


def any_of_columns(
    rule: AnyOf, variables: Mapping[str, Variable], x: Columns, n: int
) -> tuple[Bools, Bools]:
    """Where the answer is yes for certain, and where it can be yes."""
    yes, open_ = np.zeros(n, np.bool_), np.zeros(n, np.bool_)
    for test in rule.tests:
        values = x.get(test.variable)
        if values is None:
            open_[:] = True
        else:
            yes |= test_column(test, variables[test.variable], values)
            open_ |= np.isnan(values)
    return yes, yes | open_


def input_spans(
    name: str, variables: Mapping[str, Variable], x: Columns, n: int, cell: Span | None
) -> Spans:
    """What one number is, or can still be; inside `cell` where it is missing."""
    variable = variables[name]
    span = cell or Span(variable.low, variable.high)
    values = x.get(name)
    if values is None:
        return Spans(np.full(n, span.low), np.full(n, span.high), span.low_closed, span.high_closed)
    missing = np.isnan(values)
    return Spans(
        np.where(missing, span.low, values),
        np.where(missing, span.high, values),
        True if span.low_closed else ~missing,
        True if span.high_closed else ~missing,
    )


def equation_spans(
    equation: Equation,
    variables: Mapping[str, Variable],
    x: Columns,
    n: int,
    cells: Mapping[str, Span],
) -> Spans:
    """Every value an equation can take, row by row."""
    at = {
        name: input_spans(name, variables, x, n, cells.get(name))
        for name in (*equation.rises, *equation.falls, *equation.either)
    }
    lows = {name: at[name].low for name in equation.rises}
    lows |= {name: at[name].high for name in equation.falls}
    highs = {name: at[name].high for name in equation.rises}
    highs |= {name: at[name].low for name in equation.falls}
    low_closed, high_closed = _all_closed(equation, at)
    low, high = np.full(n, np.inf), np.full(n, -np.inf)
    for flags in _flag_columns(equation, variables, x, n):
        for tried in _either_columns(equation, at):
            np.minimum(low, _value(equation, lows | flags | tried), out=low)
            np.maximum(high, _value(equation, highs | flags | tried), out=high)
    if low_closed is not True or high_closed is not True:
        still = low == high  # as in `attainable`
        low_closed, high_closed = low_closed | still, high_closed | still
    spans = Spans(low, high, low_closed, high_closed)
    return within(spans, equation.low, equation.high) if equation.is_bounded else spans


def equation_ends(
    equation: Equation, variables: Mapping[str, Variable], x: Columns, n: int
) -> tuple[Floats, Floats]:
    """The lowest and highest value of an equation, row by row; NaN where there is none."""
    spans = equation_spans(equation, variables, x, n, {})
    if equation.is_bounded:
        none = spans.low > spans.high
        spans.low[none] = spans.high[none] = np.nan
    return spans.low, spans.high


def within(spans: Spans, low: float, high: float) -> Spans:
    """The part of every span between `low` and `high`, both included."""
    below, above = spans.low < low, spans.high > high
    return Spans(
        np.where(below, low, spans.low),
        np.where(above, high, spans.high),
        below | spans.low_closed,
        above | spans.high_closed,
    )


def _value(equation: Equation, values: Mapping[str, Any]) -> Floats:
    maths: Any = np
    # Rows outside the score's limits (no flow to divide by) are computed too, and given no result.
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        result: Floats = equation.function(maths, values)
    return result


def _either_columns(equation: Equation, at: Mapping[str, Spans]) -> list[dict[str, Floats]]:
    """Both ends of the inputs whose direction depends on the others; one where they are equal."""
    columns = []
    for name in equation.either:
        low, high = at[name].low, at[name].high
        columns.append([low] if np.array_equal(low, high) else [low, high])
    return [dict(zip(equation.either, chosen, strict=True)) for chosen in product(*columns)]


def _all_closed(equation: Equation, at: Mapping[str, Spans]) -> tuple[Bools | bool, Bools | bool]:
    low: Bools | bool = True
    high: Bools | bool = True
    for name in equation.rises:
        low, high = low & at[name].low_closed, high & at[name].high_closed
    for name in equation.falls:
        low, high = low & at[name].high_closed, high & at[name].low_closed
    return low, high


def _flag_columns(
    equation: Equation, variables: Mapping[str, Variable], x: Columns, n: int
) -> list[dict[str, Floats]]:
    """The categorical inputs as 1 and 0, once for every answer a missing one can have."""
    columns = []
    for name, level in equation.flags:
        values = column_of(x, name, n)
        missing = np.isnan(values)
        known = (values == variables[name].levels.index(level)).astype(np.float64)
        answers = (0.0, 1.0) if missing.any() else (0.0,)
        columns.append([(level, np.where(missing, answer, known)) for answer in answers])
    return [dict(chosen) for chosen in product(*columns)]

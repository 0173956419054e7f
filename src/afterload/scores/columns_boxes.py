"""Missing inputs that a staging asks twice, cut row by row; as `boxes` does for one patient."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from afterload.core.variable import Variable
from afterload.scores.boxes import Way, asked_twice
from afterload.scores.columns_derive import (
    Bools,
    Columns,
    Floats,
    any_known,
    any_of_columns,
    column_of,
    equation_spans,
    test_column,
)
from afterload.scores.count import Count
from afterload.scores.derive import AnyOf, Equation
from afterload.scores.inputs import span_of
from afterload.scores.rules import Edge, axes, codes_of, edges_of
from afterload.scores.staging import Staging

Variables = Mapping[str, Variable]


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a missing input, row by row, both ends included; empty where low > high.

    A row that knows the input has the value itself as its only piece.
    """

    low: Floats
    high: Floats

    def at(self, rows: NDArray[np.intp]) -> Piece:
        """The same for some rows."""
        return Piece(self.low[rows], self.high[rows])


Boxes = Mapping[str, Piece]


@cache
def _shared(staging: Staging) -> tuple[str, ...]:
    """Every input that can be asked twice."""
    return tuple(asked_twice(staging, tuple(staging.ways())))


def missing_twice(
    staging: Staging, x: Columns, n: int
) -> list[tuple[NDArray[np.intp], tuple[str, ...]]]:
    """Rows that lack inputs asked twice, by which they lack."""
    ways = staging.ways()
    used = dict.fromkeys(_shared(staging), np.zeros(n, np.bool_))
    for name in used:
        begun = np.zeros(n, np.bool_)
        for quantity, way in ways.items():
            if name in way.inputs:
                begun = begun | (np.isnan(column_of(x, quantity, n)) & any_known(x, way.inputs, n))
        used[name] = begun & np.isnan(column_of(x, name, n))
    found = []
    for chosen in product((False, True), repeat=len(used)):
        if not any(chosen):
            continue
        here = np.ones(n, np.bool_)
        for rows, wanted in zip(used.values(), chosen, strict=True):
            here &= rows == wanted
        if here.any():
            names = tuple(name for name, wanted in zip(used, chosen, strict=True) if wanted)
            found.append((np.flatnonzero(here), names))
    return found


def boxes(
    staging: Staging, names: Sequence[str], variables: Variables, x: Columns, n: int
) -> Iterator[Boxes]:
    """Every choice of pieces of some inputs that all these rows lack."""
    pieces = [_pieces(staging, name, variables, x, n) for name in names]
    for chosen in product(*pieces):
        yield dict(zip(names, chosen, strict=True))


def _pieces(staging: Staging, name: str, variables: Variables, x: Columns, n: int) -> list[Piece]:
    variable = variables[name]
    if codes := codes_of(variable):
        return [Piece(np.full(n, code), np.full(n, code)) for code in codes]
    cuts = _cuts(staging, name, variables, x, n)
    cuts[(cuts <= variable.low) | (cuts > variable.high)] = np.inf
    cuts.sort(axis=0)
    lows = [np.full(n, variable.low), *cuts]
    highs = [np.where(cut < np.inf, np.nextafter(cut, -np.inf), variable.high) for cut in cuts]
    pieces = [
        Piece(low, high)
        for low, high in zip(lows, [*highs, np.full(n, variable.high)], strict=True)
    ]
    if variable.kind == "int":
        return [Piece(np.ceil(piece.low), np.floor(piece.high)) for piece in pieces]
    return pieces


def _cuts(staging: Staging, name: str, variables: Variables, x: Columns, n: int) -> Floats:
    """The first value of every piece but the lowest, shape (cuts, n); infinite for none."""
    own = {edge for axis in axes(staging) if axis.variable.name == name for edge in axis.edges}
    found = []
    edges = {axis.variable.name: axis.edges for axis in axes(staging)}
    for quantity, way in staging.ways().items():
        if name not in way.inputs:
            continue
        if not isinstance(way, Equation):
            own |= edges_of(test for test in way.tests if test.variable == name)
            continue
        # Rows that know the quantity, or lack another part of it, are not cut by it.
        rows = np.isnan(column_of(x, quantity, n))
        for part in way.inputs:
            if part != name:
                rows &= ~np.isnan(column_of(x, part, n))
        for edge in edges[quantity]:
            cut = np.full(n, np.inf)
            here = {part: values[rows] for part, values in x.items()}
            if rows.any():
                cut[rows] = _solved(way, name, edge, variables, here, int(rows.sum()))
            found.append(cut)
    direct = [np.full(n, e if closed else np.nextafter(e, np.inf)) for e, closed in sorted(own)]
    return np.array([*direct, *found]).reshape(-1, n)


def _solved(
    equation: Equation, name: str, edge: Edge, variables: Variables, x: Columns, n: int
) -> Floats:
    """Where the equation passes an edge while one input rises: the first number past it.

    Guesses, as if the equation were straight in the input or in its inverse, bring the ends
    within a few numbers of each other for differences and ratios; halving does the rest.
    """
    told = {part: x[part] for part in equation.inputs if part != name}
    maths: Any = np

    def value(tried: Floats) -> Floats:
        if not _is_plain(equation):
            return equation_spans(equation, variables, {**told, name: tried}, n, {}).low
        found: Floats = equation.function(maths, {**told, name: tried})
        return found

    def past(found: Floats) -> Bools:
        return found >= edge[0] if edge[1] else found > edge[0]

    with np.errstate(all="ignore"):
        low, high = np.full(n, variables[name].low), np.full(n, variables[name].high)
        at_low, at_high = value(low), value(high)
        there = past(at_high)
        none = past(at_low) == there
        for near in (1e-12, 1e-15):
            share = (edge[0] - at_low) / (at_high - at_low)
            straight = low + share * (high - low)
            inverse = 1 / (1 / low + share * (1 / high - 1 / low))
            guesses = (straight, inverse) if near == 1e-12 else (straight,)
            for tried in (guess * (1 + off) for guess in guesses for off in (-near, near)):
                inside = (tried > low) & (tried < high)
                found = value(np.where(inside, tried, low))
                beyond = past(found) == there
                up, down = inside & beyond, inside & ~beyond
                high, at_high = np.where(up, tried, high), np.where(up, found, at_high)
                low, at_low = np.where(down, tried, low), np.where(down, found, at_low)
        while True:
            middle = low + (high - low) / 2
            if (none | (middle <= low) | (middle >= high)).all():
                break
            beyond = past(value(middle)) == there
            high = np.where(beyond, middle, high)
            low = np.where(beyond, low, middle)
    return np.where(none, np.inf, high)


def worked_out(
    way: Way, variable: Variable, variables: Variables, x: Columns, n: int, box: Boxes
) -> tuple[Floats, Floats]:
    """What a quantity can be, row by row, both ends included; low > high where nothing is left."""
    begun = any_known(x, way.inputs, n)
    full = span_of(variable, None)
    low, high = _ends(way, variables, x, n, {k: v for k, v in box.items() if k in way.inputs})
    low = np.where(begun, np.maximum(low, variable.low), full.low)
    high = np.where(begun, np.minimum(high, variable.high), full.high)
    return low, high


def _ends(way: Way, variables: Variables, x: Columns, n: int, box: Boxes) -> tuple[Floats, Floats]:
    if isinstance(way, Equation) and _is_plain(way):
        return _plain_ends(way, variables, x, n, box)
    low, high = np.full(n, np.inf), np.full(n, -np.inf)
    for corner in product(*([piece.low, piece.high] for piece in box.values())):
        told = {**x, **dict(zip(box, corner, strict=True))}
        if isinstance(way, Equation):
            spans = equation_spans(way, variables, told, n, {})
            ends = spans.low, spans.high
        elif isinstance(way, AnyOf):
            yes, open_ = any_of_columns(way, variables, told, n)
            ends = yes.astype(np.float64), open_.astype(np.float64)
        else:
            ends = _counted(way, variables, told, n)
        low, high = np.minimum(low, ends[0]), np.maximum(high, ends[1])
    return low, high


def _is_plain(equation: Equation) -> bool:
    """Whether it rises or falls in each of its numbers, and has nothing else."""
    return not (equation.flags or equation.either or equation.is_bounded)


def _plain_ends(
    equation: Equation, variables: Variables, x: Columns, n: int, box: Boxes
) -> tuple[Floats, Floats]:
    """The two corners of a plain equation: no other can be lower or higher."""
    lows: dict[str, Any] = {}
    highs: dict[str, Any] = {}
    for name in equation.inputs:
        reach = variables[name]
        values = x.get(name)
        if name in box:
            ends: tuple[Any, Any] = box[name].low, box[name].high
        elif values is None:
            ends = np.full(n, reach.low), np.full(n, reach.high)
        elif (missing := np.isnan(values)).any():
            ends = np.where(missing, reach.low, values), np.where(missing, reach.high, values)
        else:
            ends = values, values
        rising = name in equation.rises
        lows[name], highs[name] = ends if rising else ends[::-1]
    maths: Any = np
    return equation.function(maths, lows), equation.function(maths, highs)


def _counted(rule: Count, variables: Variables, x: Columns, n: int) -> tuple[Floats, Floats]:
    """The least and the greatest number of tests that say yes."""
    yes, open_ = np.zeros(n), np.zeros(n)
    for test in rule.tests:
        values = x.get(test.variable)
        if values is None:
            open_ += 1
            continue
        missing = np.isnan(values)
        yes += test_column(test, variables[test.variable], values) & ~missing
        open_ += missing
    return yes, yes + open_

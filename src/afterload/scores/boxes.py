"""Missing inputs that a staging asks twice, cut where any answer changes.

A missing creatinine enters its ratio to the baseline, its rise and its own threshold: the three
cannot be chosen one by one. It is cut at every value where one of them changes, solved for where
the other inputs of an equation are known; inside a piece every such answer is settled, and what
is left open is open by itself.

Exact, as the machine computes the equations, unless two of them share a missing input and each
lacks another input too: then the pieces hold every completion and may hold a little more. No
staging shipped here has such a pair: an equation of two inputs is worked out only when one of
them is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise, product
from math import ceil, floor, inf, nextafter

from afterload.core.variable import Variable
from afterload.scores.band import Span
from afterload.scores.count import Count, counted
from afterload.scores.derive import AnyOf, Equation, any_of, attainable
from afterload.scores.inputs import span_of
from afterload.scores.rules import Edge, axes, codes_of, edges_of, is_past
from afterload.scores.staging import Staging

Known = Mapping[str, float]
Variables = Mapping[str, Variable]
Box = Mapping[str, Span]
Way = Equation | AnyOf | Count


def live(staging: Staging, known: Known) -> dict[str, Way]:
    """The quantities that are worked out: not given, and something of them is known."""
    return {
        name: derive
        for name, derive in staging.ways().items()
        if name not in known and any(part in known for part in derive.inputs)
    }


def boxes(staging: Staging, variables: Variables, known: Known) -> Iterator[Box]:
    """Every choice of pieces of the missing inputs that are asked twice; one without any."""
    ways = live(staging, known)
    names = [name for name in asked_twice(staging, tuple(ways)) if name not in known]
    pieces = [pieces_of(name, staging, ways, variables, known) for name in names]
    for chosen in product(*pieces):
        yield dict(zip(names, chosen, strict=True))


def asked_twice(staging: Staging, ways: tuple[str, ...]) -> list[str]:
    """The inputs that enter some of these quantities and are also asked elsewhere."""
    derive = staging.ways()
    uses = [part for name in ways for part in derive[name].inputs]
    direct = [axis.variable.name for axis in axes(staging)]
    return [name for name in dict.fromkeys(uses) if (uses + direct).count(name) > 1]


def pieces_of(
    name: str,
    staging: Staging,
    ways: Mapping[str, Way],
    variables: Variables,
    known: Known,
) -> list[Span]:
    """A missing input, cut where any answer it enters changes."""
    variable = variables[name]
    if codes := codes_of(variable):
        return [Span(code, code) for code in codes]
    cuts = cuts_of(name, staging, ways, variables, known)
    ends = sorted({variable.low, *(cut for cut in cuts if variable.low < cut <= variable.high)})
    pieces = [
        Span(low, nextafter(high, -inf) if high < inf else variable.high)
        for low, high in pairwise([*ends, inf])
    ]
    if variable.kind != "int":
        return pieces
    whole = [Span(float(ceil(piece.low)), float(floor(piece.high))) for piece in pieces]
    return [piece for piece in whole if not piece.is_empty]


def cuts_of(
    name: str,
    staging: Staging,
    ways: Mapping[str, Way],
    variables: Variables,
    known: Known,
) -> set[float]:
    """The first value of every piece of a missing input but the lowest."""
    own = {edge if at else nextafter(edge, inf) for edge, at in own_edges(name, staging, ways)}
    return own | solved_edges(name, staging, ways, variables, known)


def own_edges(name: str, staging: Staging, ways: Mapping[str, Way]) -> set[Edge]:
    """Where tests on an input itself change their answer."""
    found = {edge for axis in axes(staging) if axis.variable.name == name for edge in axis.edges}
    for way in ways.values():
        if not isinstance(way, Equation):
            found |= edges_of(test for test in way.tests if test.variable == name)
    return found


def solved_edges(
    name: str,
    staging: Staging,
    ways: Mapping[str, Way],
    variables: Variables,
    known: Known,
) -> set[float]:
    """Where equations that lack nothing but one input pass an edge as it rises."""
    edges = {axis.variable.name: axis.edges for axis in axes(staging)}
    found: set[float] = set()
    for quantity, way in ways.items():
        if not isinstance(way, Equation) or name not in numbers_of(way):
            continue
        if all(part in known for part in way.inputs if part != name):
            found |= solved(way, name, edges[quantity], variables, known)
    return found


def numbers_of(equation: Equation) -> tuple[str, ...]:
    """The inputs of an equation that are numbers."""
    return (*equation.rises, *equation.falls, *equation.either)


def solved(
    equation: Equation,
    name: str,
    edges: tuple[Edge, ...],
    variables: Variables,
    known: Known,
) -> set[float]:
    """Where the equation passes an edge while one input rises: the first number past it."""

    def value(x: float) -> float:
        spans = {part: Span(known[part], known[part]) for part in equation.inputs if part != name}
        return attainable(equation, variables, {**spans, name: Span(x, x)}).low

    return {
        found
        for edge in edges
        if (found := _first_beyond(edge, value, variables[name])) is not None
    }


def _first_beyond(edge: Edge, value: Callable[[float], float], variable: Variable) -> float | None:
    low, high = variable.low, variable.high
    there = is_past(edge, value(high))
    if is_past(edge, value(low)) == there:
        return None
    while low < (middle := low + (high - low) / 2) < high:
        low, high = (low, middle) if is_past(edge, value(middle)) == there else (middle, high)
    return high


def worked_out(name: str, way: Way, variables: Variables, known: Known, box: Box) -> Span:
    """What a quantity is, or can still be, inside a box; empty when its inputs contradict."""
    variable = variables[name]
    if not any(part in known for part in way.inputs):
        return span_of(variable, None)
    if isinstance(way, Equation):
        spans = {part: span_of(variables[part], known.get(part)) for part in way.inputs}
        spans |= {part: box[part] for part in way.inputs if part in box}
        return attainable(way, variables, spans).within(variable.low, variable.high)
    told = {**known, **{part: span.low for part, span in box.items()}}
    return any_of(way, variables, told) if isinstance(way, AnyOf) else counted(way, variables, told)

"""One patient's card: its interval, its items, its classes, and what it warns of."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

from afterload.core.errors import InputError
from afterload.scores import card, support
from afterload.scores.band import Span, meets
from afterload.scores.card import (
    Card,
    Composed,
    Item,
    Row,
    band_text,
    leaves,
    points,
    quantity,
    row_points,
    way,
)
from afterload.scores.derive import PLAIN, Derived, Equation
from afterload.scores.inputs import Patient
from afterload.scores.risk import risk
from afterload.scores.tally import Line, Outcome, Predicted


def attained(score: Card, patient: Patient) -> tuple[float, float]:
    """Lowest and highest attainable total.

    Raises:
        InputError: The values contradict each other.
    """
    reach = card.interval(score, patient.variables, patient.known, patient.spans)
    if reach is None:
        raise _contradiction(score, patient)
    return reach


def lines(score: Card, patient: Patient) -> tuple[Line, ...]:
    """Its items, and its constant when it has one."""
    return (*(_line(row, patient) for row in score.items), *_constant_line(score))


def classes(
    score: Card, patient: Patient, reach: tuple[float, float]
) -> list[tuple[str, Outcome | None]]:
    """The classes the interval spans, with what was published for each."""
    del patient
    return [
        (
            c.name,
            None
            if c.value is None
            else Outcome(c.name, score.measure, score.horizon, c.value, c.source),
        )
        for c in score.classes
        if meets(c, Span(*reach))
    ]


def edges(score: Card, patient: Patient, name: str) -> set[float]:
    """Values at which the points of one input change, through whatever is derived from it too."""
    return {edge for item in leaves(score.items) for edge in _item_edges(item, patient, name)}


def _item_edges(item: Item, patient: Patient, name: str) -> Iterator[float]:
    bands = {edge for band in item.bands for edge in (band.low, band.high)}
    if item.variable == name:
        yield from bands
    for derived in item.derive:
        if isinstance(derived, Equation):
            solved = (_solved(derived, patient, name, edge) for edge in bands)
            yield from (x for x in solved if x is not None)
        else:
            tests = (test for test in derived.tests if test.variable == name)
            yield from (edge for test in tests for edge in (test.low, test.high))


_FAR = 1e6
"""Beyond any edge of an input without a range, as the hours of a date."""


def _solved(equation: Equation, patient: Patient, name: str, edge: float) -> float | None:
    """The value of one input that brings an equation to an edge; None if none does, or if another
    input of it is not known.
    """
    if name not in (*equation.rises, *equation.falls):
        return None
    others = {n: patient.known[n] for n in equation.inputs if n != name and n in patient.known}
    if len(others) < len(equation.inputs) - 1 or equation.flags or not isfinite(edge):
        return None
    variable = patient.variables[name]
    sign = 1.0 if name in equation.rises else -1.0
    low, high = max(variable.low, -_FAR), min(variable.high, _FAR)

    def beyond(x: float) -> float:
        return sign * (float(equation.function(PLAIN, {**others, name: x})) - edge)

    if not beyond(low) <= 0 <= beyond(high):
        return None
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if beyond(middle) < 0 else (low, middle)
    # Clinical numbers have few digits: the edge is the short number the bisection closes in on.
    return float(f"{high:.9g}")


def warnings(score: Card, patient: Patient) -> list[str]:
    """By the support that was running; and where a value given and the one worked out disagree."""
    found = [text for item in leaves(score.items) if (text := _disagreement(item, patient))]
    return [*support.warnings(score.about, patient.known), *found]


def predicted(score: Card, reach: tuple[float, float]) -> Predicted | None:
    """The risk its equation gives for the attainable totals; None without an equation."""
    equation = score.predict
    if equation is None:
        return None
    low, high = sorted(float(risk(equation, total)) for total in reach)
    return Predicted(equation.measure, equation.horizon, low, high, equation.text, equation.source)


def _line(row: Row, patient: Patient) -> Line:
    """One row of the table; what is read from contradicting values counts nothing."""
    low, high = _points(row, patient) or (0, 0)
    return Line(
        name=row.variable if isinstance(row, Item) else row.name,
        label=row.label,
        given=patient.told(dict.fromkeys(_used(row, patient))),
        low=low,
        high=high,
        band=_band(row, patient),
        wants=tuple(dict.fromkeys(_wants(row, patient))),
        source=row.source,
    )


def _points(row: Row, patient: Patient) -> tuple[int, int] | None:
    return row_points(row, patient.variables, patient.known, patient.spans)


def _used(row: Row, patient: Patient) -> Iterator[str]:
    """The inputs a row is read from."""
    for item in leaves([row]):
        derived = way(item, patient.known)
        yield from derived.inputs if derived else (item.variable,)


def _band(row: Row, patient: Patient) -> str:
    """The band a row falls in; of a composed row, the bands of the parts that decide."""
    if isinstance(row, Item):
        span = quantity(row, patient.variables, patient.known, patient.spans)
        return band_text(row, patient.variables[row.variable], span)
    return ", ".join(f"{part.label} {_band(part, patient)}" for part in _deciding(row, patient))


def _deciding(row: Composed, patient: Patient) -> list[Row]:
    """The parts that can still give a composed row its points."""
    found = [(part, _points(part, patient) or (0, 0)) for part in row.parts]
    low, high = _points(row, patient) or (0, 0)
    return [part for part, (least, most) in found if least <= high and most >= low]


def _wants(row: Row, patient: Patient) -> Iterator[str]:
    """Names of the inputs that would settle a row."""
    low, high = _points(row, patient) or (0, 0)
    if low == high:
        return
    if isinstance(row, Item):
        yield from _item_wants(row, way(row, patient.known), patient)
        return
    for part in row.parts:
        least, most = _points(part, patient) or (0, 0)
        if most > low if row.take == "most" else least < high:
            yield from _wants(part, patient)


def _constant_line(card: Card) -> tuple[Line, ...]:
    """What a card adds to every total, as a line: the lines' points then add up to it."""
    if card.constant_source is None:
        return ()
    points = float(card.constant)
    what = "for every patient"
    return (Line("constant", "Constant", (), points, points, what, (), card.constant_source),)


def _item_wants(item: Item, derived: Derived | None, patient: Patient) -> tuple[str, ...]:
    names = derived.inputs if derived else ()
    if any(name in patient.known for name in names):
        return tuple(name for name in names if name not in patient.known)
    return item.asks or (item.variable,)


def _contradiction(score: Card, patient: Patient) -> InputError:
    for item in leaves(score.items):
        derived = way(item, patient.known)
        if not isinstance(derived, Equation):
            continue
        variable = patient.variables[item.variable]
        if quantity(item, patient.variables, patient.known, patient.spans).is_empty:
            given = ", ".join(
                f"{name} = {patient.known[name]:g}"
                for name in derived.inputs
                if name in patient.known
            )
            return InputError(
                f"{given} cannot all be right: {derived.text} would lie outside "
                f"{variable.low:g} to {variable.high:g} {variable.unit_label}. Check these values."
            )
    return InputError(f"The values given for {score.about.title} contradict each other.")


def _disagreement(item: Item, patient: Patient) -> str:
    """What to say when a given value and the one derived from others give other points."""
    if item.variable not in patient.known:
        return ""
    known = {name: v for name, v in patient.known.items() if name != item.variable}
    derived = way(item, known)
    if derived is None or not any(name in known for name in derived.inputs):
        return ""
    others = Patient(patient.variables, known, patient.given)
    span = quantity(item, others.variables, known, others.spans)
    mine = points(item, patient.spans[item.variable])
    if mine is None or span.is_empty or points(item, span) in (None, mine):
        return ""
    low, high = points(item, span) or mine
    if low <= mine[0] <= high:
        return ""
    rule = derived.text or " or ".join(derived.inputs)
    return (
        f"{item.label}: {item.variable} as given was used; {rule} says otherwise. "
        "Check which is right."
    )

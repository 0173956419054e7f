"""What would change the class: each known input by itself, all else as it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from afterload.core.errors import InputError
from afterload.core.variable import Variable
from afterload.scores.band import Span, wording
from afterload.scores.composite import Composite
from afterload.scores.inputs import Patient, Score, kind_of, needed, read_patient, span_of
from afterload.scores.patient import READERS, attained


@dataclass(frozen=True, slots=True)
class Change:
    """Values of one input that would give another class.

    Args:
        name: The input.
        label: What it is, in words.
        now: Its value, as people read it.
        would: The values that change the class, as people write them: "≤ 8 mmol/L", "no".
        classes: The class, or classes, they give.
        span: The same values as a range; a category by its place, several as a bit mask.
    """

    name: str
    label: str
    now: str
    would: str
    classes: tuple[str, ...]
    span: Span


def changes(score: Score, values: Mapping[str, object]) -> tuple[Change, ...]:
    """Every single input that, changed by itself, would change the class, with the values it takes.

    Nothing is told while missing inputs leave several classes open, nor for a score without
    classes. Values that contradict the others are left out.

    Args:
        score: The score.
        values: Values by name or alias; see `read_patient`.

    Raises:
        InputError: As `tally`.
    """
    if isinstance(score, Composite):
        return ()
    patient = read_patient(score, values)
    now = _classes(score, patient)
    if len(now) != 1:
        return ()
    return tuple(
        change
        for name in needed(score)
        if name in patient.known
        for change in _of_input(score, patient, name, now)
    )


def _of_input(score: Score, patient: Patient, name: str, now: tuple[str, ...]) -> Iterator[Change]:
    variable = patient.variables[name]
    told = _told(variable, patient.known[name])
    runs = list(_runs(score, patient, name))
    for place, (span, classes) in enumerate(runs):
        if classes and classes != now:
            beside = [*runs[:place][-1:], *runs[place + 1 :][:1]]
            would = _would(variable, span, [near for near, other in beside if other])
            yield Change(name, variable.label, told, would, classes, span)


def _runs(score: Score, patient: Patient, name: str) -> Iterator[tuple[Span, tuple[str, ...]]]:
    """Ranges of one input's values, and the classes each gives with all else as it is."""
    variable = patient.variables[name]
    if variable.kind == "multi":
        held = int(patient.known[name])
        for bit in range(len(variable.levels)):
            code = float(held ^ 1 << bit)
            yield Span(code, code), _with(score, patient, name, code)
        return
    if variable.kind in ("bool", "enum"):
        for place in range(2 if variable.kind == "bool" else len(variable.levels)):
            if variable.kind == "bool" or variable.levels[place] != "unknown":
                yield Span(place, place), _with(score, patient, name, float(place))
        return
    yield from _number_runs(score, patient, name)


def _number_runs(
    score: Score, patient: Patient, name: str
) -> Iterator[tuple[Span, tuple[str, ...]]]:
    """Between two neighbouring edges a score answers alike, so one value of each piece tells."""
    variable = patient.variables[name]
    reach = span_of(variable, None)
    edges = READERS[kind_of(score)].edges(score, patient, name)
    ordered = sorted({reach.low, reach.high, *(e for e in edges if reach.low < e < reach.high)})
    pieces = [Span(edge, edge) for edge in ordered]
    pieces += [Span(low, high, False, False) for low, high in pairwise(ordered)]
    pieces.sort(key=lambda piece: (piece.low, piece.high))
    run: Span | None = None
    found: tuple[str, ...] = ()
    for piece in pieces:
        value = (piece.low + piece.high) / 2
        if variable.kind == "int" and not value.is_integer():
            inside = [float(v) for v in range(int(piece.low) + 1, int(-(-piece.high // 1)))]
            if not inside:
                continue
            value = inside[0]
        classes = _with(score, patient, name, value)
        if run is not None and classes == found:
            run = Span(run.low, piece.high, run.low_closed, piece.high_closed)
            continue
        if run is not None:
            yield run, found
        run, found = piece, classes
    if run is not None:
        yield run, found


def _with(score: Score, patient: Patient, name: str, value: float) -> tuple[str, ...]:
    known = {**patient.known, name: value}
    return _classes(score, Patient(patient.variables, known, patient.given))


def _classes(score: Score, patient: Patient) -> tuple[str, ...]:
    """The classes a patient can be in; none when the values contradict each other."""
    try:
        reach = attained(score, patient)
    except InputError:
        return ()
    return tuple(name for name, _ in READERS[kind_of(score)].classes(score, patient, reach))


def _told(variable: Variable, code: float) -> str:
    """A value as people read it."""
    if variable.kind == "bool":
        return "yes" if code else "no"
    if variable.kind == "enum":
        return variable.levels[int(code)]
    if variable.kind == "multi":
        held = (level for bit, level in enumerate(variable.levels) if int(code) >> bit & 1)
        return " + ".join(held) or "none"
    return f"{code:.4g} {variable.unit_label}".strip()


def _would(variable: Variable, span: Span, beside: Sequence[Span]) -> str:
    """A range as people write it; an end at the edge of what is possible is no end.

    Where the edge itself gives another class it is told: "> 0 and < 2".

    Args:
        variable: The input.
        span: The range.
        beside: The ranges next to it that are possible at all.
    """
    if variable.kind in ("bool", "enum", "multi") or span.low == span.high:
        return _told(variable, span.low)
    reach = span_of(variable, None)
    from_edge = span.low <= reach.low and all(near.high > reach.low for near in beside)
    to_edge = span.high >= reach.high and all(near.low < reach.high for near in beside)
    low = -float("inf") if from_edge else span.low
    high = float("inf") if to_edge else span.high
    return wording(Span(low, high, span.low_closed, span.high_closed), variable.unit_label)

"""Score one patient."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, Protocol

from afterload.core.errors import InputError
from afterload.scores import (
    patient_assigned,
    patient_card,
    patient_definition,
    patient_formula,
    patient_staging,
)
from afterload.scores.about import About, Caution
from afterload.scores.band import holds
from afterload.scores.card import Card
from afterload.scores.composite import Composite
from afterload.scores.inputs import Patient, Score, kind_of, needed, read_patient, span_of
from afterload.scores.tally import Kind, Line, Outcome, Predicted, Tally


class Reader(Protocol):
    """What each kind of score tells of one patient; a module a kind, see `READERS`."""

    def attained(self, score: Any, patient: Patient, /) -> tuple[float, float]:
        """Lowest and highest attainable total."""

    def lines(self, score: Any, patient: Patient, /) -> tuple[Line, ...]:
        """The score's items, settled or not."""

    def classes(
        self, score: Any, patient: Patient, reach: tuple[float, float], /
    ) -> list[tuple[str, Outcome | None]]:
        """The classes the interval spans, with what was published for each."""

    def edges(self, score: Any, patient: Patient, name: str, /) -> set[float]:
        """Values of one input at which its answer changes."""

    def warnings(self, score: Any, patient: Patient, /) -> list[str]:
        """What this kind of score has to warn of, beyond its cautions."""


READERS: Mapping[Kind, Reader] = {
    "card": patient_card,
    "formula": patient_formula,
    "staging": patient_staging,
    "definition": patient_definition,
    "assigned": patient_assigned,
}
"""How each kind of score is read for one patient; a composite reads the patient itself."""


def tally(score: Score, values: Mapping[str, object]) -> Tally:
    """Score one patient; what is missing leaves an interval, never a default.

    Args:
        score: The score.
        values: Values by name or alias; see `read_patient`.

    Returns:
        The total, or the attainable interval, with its items, classes and warnings.

    Raises:
        UnknownName: A name is no input of the score.
        UnknownUnit: A value's unit cannot be read for its variable.
        OutOfRange: A value is not possible.
        InputError: A value cannot be read, or the values contradict each other.

    Example:
        >>> from afterload.scores import ALL
        >>> tally(ALL["encourage"], {"age": 65, "sex": "male"}).low
        5
    """
    if isinstance(score, Composite):
        found = score.tally(values)
        warnings = (*_provisional(score.about, found.warnings), *found.warnings)
        return replace(found, warnings=warnings, status=score.about.status)
    patient = read_patient(score, values)
    outside = _outside(score, patient)
    read = READERS[kind_of(score)]
    lines = () if outside else read.lines(score, patient)
    reach = None if outside else attained(score, patient)
    low, high = reach or (None, None)
    total = low if low is not None and low == high else None
    classes = [] if reach is None else read.classes(score, patient, reach)
    told = (*outside, *_cautions(score, patient, total), *read.warnings(score, patient))
    return Tally(
        score=score.about.name,
        title=score.about.title,
        kind=kind_of(score),
        total=total,
        low=low,
        high=high,
        unit=getattr(score, "unit", ""),
        classes=tuple(name for name, _ in classes),
        outcome=tuple(outcome for _, outcome in classes if outcome),
        items=lines,
        missing=() if outside else _missing(score, patient, lines),
        warnings=(*_provisional(score.about, told), *told),
        inputs=tuple(patient.given.values()),
        source=score.about.source,
        version=score.about.version,
        predicted=_predicted(score, reach),
        status=score.about.status,
    )


def attained(score: Score, patient: Patient) -> tuple[float, float]:
    """The lowest and the highest total that completing the missing inputs can give.

    Raises:
        InputError: The values contradict each other.
    """
    return READERS[kind_of(score)].attained(score, patient)


def _predicted(score: Score, reach: tuple[float, float] | None) -> Predicted | None:
    if reach is None or not isinstance(score, Card):
        return None
    return patient_card.predicted(score, reach)


def _outside(score: Score, patient: Patient) -> tuple[str, ...]:
    return tuple(
        limit.text
        for limit in score.about.limits
        if limit.variable in patient.known
        and not limit.low <= patient.known[limit.variable] <= limit.high
    )


def _missing(score: Score, patient: Patient, lines: Sequence[Line]) -> tuple[str, ...]:
    """The inputs that would narrow the interval, those that can narrow it most first."""
    low, high = attained(score, patient)
    if low == high:
        return ()
    names = list(dict.fromkeys(name for line in lines for name in line.wants))
    left = {name: _width_with(score, patient, name) for name in names}
    return tuple(sorted(names, key=lambda name: left[name]))


def _width_with(score: Score, patient: Patient, name: str) -> float:
    """The narrowest the interval can become once one more input is known."""
    widths = []
    for value in _candidates(score, patient, name):
        known = {**patient.known, name: value}
        try:
            low, high = attained(score, Patient(patient.variables, known, patient.given))
        except InputError:
            continue
        widths.append(high - low)
    return min(widths, default=0.0)


def _candidates(score: Score, patient: Patient, name: str) -> list[float]:
    """Values of an input that between them give every answer it can give."""
    span = span_of(patient.variables[name], None)
    edges = READERS[kind_of(score)].edges(score, patient, name)
    ordered = sorted({span.low, span.high, *(e for e in edges if span.low < e < span.high)})
    middles = [(a + b) / 2 for a, b in pairwise(ordered)]
    whole = patient.variables[name].kind in ("bool", "enum", "multi")
    return ordered if whole else ordered + middles


def _provisional(about: About, told: Sequence[str]) -> tuple[str, ...]:
    """That a score is provisional, unless one of its own warnings says so already."""
    if about.status != "provisional" or any("provisional" in text.lower() for text in told):
        return ()
    return (
        f"{about.title} is provisional: not every number or reading of it is settled by a source. "
        f"Its notes tell which: `afterload score {about.name} --explain`, or its page in the "
        "reference.",
    )


def _cautions(score: Score, patient: Patient, total: float | None) -> tuple[str, ...]:
    found = (c.text for c in score.about.cautions if _calls(c, patient, total))
    return tuple(dict.fromkeys(found))


def _calls(caution: Caution, patient: Patient, total: float | None) -> bool:
    if not caution.about:
        return True
    value = total if caution.about == "total" else patient.known.get(caution.about)
    if value is None:
        return False
    if caution.levels:
        return patient.variables[caution.about].levels[int(value)] in caution.levels
    return holds(caution, value)


__all__ = ["READERS", "attained", "needed", "tally"]

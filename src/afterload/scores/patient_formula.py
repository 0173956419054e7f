"""One patient's formula: its interval and its terms."""

from __future__ import annotations

from afterload.scores import formula, support
from afterload.scores.derive import attainable
from afterload.scores.formula import Formula, Term
from afterload.scores.inputs import Patient
from afterload.scores.tally import Line, Outcome


def attained(score: Formula, patient: Patient) -> tuple[float, float]:
    """Lowest and highest attainable value."""
    return formula.interval(score, patient.variables, patient.spans)


def lines(score: Formula, patient: Patient) -> tuple[Line, ...]:
    """Its terms, and what is told beside the result."""
    return tuple(_term_line(term, patient) for term in (*score.terms, *score.also))


def classes(
    score: Formula, patient: Patient, reach: tuple[float, float]
) -> list[tuple[str, Outcome | None]]:
    """None: an equation has no classes."""
    del score, patient, reach
    return []


def edges(score: Formula, patient: Patient, name: str) -> set[float]:
    """None: an equation has no steps."""
    del score, patient, name
    return set()


def warnings(score: Formula, patient: Patient) -> list[str]:
    """What the mechanical support that was running does to it."""
    return support.warnings(score.about, patient.known)


def _term_line(term: Term, patient: Patient) -> Line:
    span = attainable(term.equation, patient.variables, patient.spans)
    names = tuple(dict.fromkeys(term.equation.inputs))
    settled = span.low == span.high
    return Line(
        name=term.name,
        label=term.label,
        given=patient.told(names),
        low=span.low,
        high=span.high,
        band=term.equation.text,
        wants=() if settled else tuple(n for n in names if n not in patient.known),
        source=term.source,
    )

"""One patient's definition: what each criterion says, and whether it is met."""

from __future__ import annotations

from math import isfinite

from afterload.scores import support
from afterload.scores.definition import (
    CLASSES,
    Criterion,
    Definition,
    Rule,
    asked_of,
    presume,
    tests_of,
    unsettled,
    verdict,
)
from afterload.scores.inputs import Patient
from afterload.scores.tally import Line, Outcome

WORDS = {(True, True): "holds", (False, False): "fails", (False, True): "unknown"}
"""What a criterion says: the same in every completion of what is missing, or unknown."""


def attained(score: Definition, patient: Patient) -> tuple[float, float]:
    """0 when the definition is not met, 1 when it is; both while it cannot be told."""
    known, _ = presume(score, patient.variables, patient.known)
    certain, possible = verdict(score.rule, patient.variables, known)
    return float(certain), float(possible)


def lines(score: Definition, patient: Patient) -> tuple[Line, ...]:
    """Its criteria in order, those of a part after a line for the whole part."""
    found: list[Line] = []
    parts = score.parts
    for criterion in score.criteria:
        if criterion.part in parts:
            found.append(_part_line(score, criterion, parts.pop(criterion.part), patient))
        found.append(
            _line(score, patient, criterion, criterion.rule, asked_of(criterion, score))
        )  # fmt: skip
    return tuple(found)


def classes(
    score: Definition, patient: Patient, reach: tuple[float, float]
) -> list[tuple[str, Outcome | None]]:
    """Met, not met, or both while it cannot be told."""
    del score, patient
    low, high = (int(end) for end in reach)
    return [(name, None) for name in CLASSES[low : high + 1]]


def edges(score: Definition, patient: Patient, name: str) -> set[float]:
    """Values of one input at which a criterion's answer changes."""
    del patient
    tests = [*tests_of(score.rule), *(test for p in score.presumed for test in p.tests)]
    ends = (end for t in tests if t.variable == name for end in (t.low, t.high))
    return {end for end in ends if isfinite(end)}


def warnings(score: Definition, patient: Patient) -> list[str]:
    """What was presumed, which single readings tell no duration, what hangs on a reading."""
    known, used = presume(score, patient.variables, patient.known)
    found = [presumed.text for presumed in used]
    open_ = set(unsettled(score.rule, patient.variables, known))
    for lasting in score.lasting:
        if lasting.reading in patient.given and lasting.duration in open_:
            variable = patient.variables[lasting.reading]
            value = f"{patient.known[lasting.reading]:g} {variable.unit_label}".strip()
            found.append(
                f"One value of {lasting.reading} ({value}) tells no duration, and does not "
                f"exclude an earlier spell: give {lasting.duration}."
            )
    told = verdict(score.rule, patient.variables, known)
    for reading in score.readings:
        if verdict(score.read(reading), patient.variables, known) != told:
            found.append(reading.text)
    return [*found, *support.warnings(score.about, patient.known)]


def _part_line(score: Definition, first: Criterion, rule: Rule, patient: Patient) -> Line:
    part = Criterion(first.part, f"{first.part.capitalize()} part", rule, first.source)
    return _line(score, patient, part, rule, ())


def _line(
    score: Definition,
    patient: Patient,
    criterion: Criterion,
    rule: Rule,
    asked: tuple[str, ...],
) -> Line:
    known, _ = presume(score, patient.variables, patient.known)
    certain, possible = verdict(rule, patient.variables, known)
    return Line(
        name=criterion.name,
        label=criterion.label,
        given=patient.told(asked),
        low=float(certain),
        high=float(possible),
        band=WORDS[certain, possible],
        wants=tuple(dict.fromkeys(unsettled(rule, patient.variables, known))),
        source=criterion.source,
    )

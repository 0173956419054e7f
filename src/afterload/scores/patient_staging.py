"""One patient's stage: the stages that can still hold, and what each rule says."""

from __future__ import annotations

from afterload.scores import staging, support
from afterload.scores.inputs import Patient
from afterload.scores.staging import Stage, Staging, verdict
from afterload.scores.tally import Line, Outcome


def attained(score: Staging, patient: Patient) -> tuple[float, float]:
    """Places of the mildest and the gravest attainable stage."""
    places = staging.attained(score, patient.variables, patient.known)
    return places[0], places[-1]


def lines(score: Staging, patient: Patient) -> tuple[Line, ...]:
    """Its stages, the gravest first."""
    return tuple(_stage_line(stage, patient) for stage in reversed(score.stages))


def classes(
    score: Staging, patient: Patient, reach: tuple[float, float]
) -> list[tuple[str, Outcome | None]]:
    """The stages still attainable, with what was published for each."""
    del reach
    places = staging.attained(score, patient.variables, patient.known)
    return [
        (
            s.name,
            None
            if s.value is None
            else Outcome(s.name, score.measure, score.horizon, s.value, s.source),
        )
        for s in (score.stages[place] for place in places)
    ]


def edges(score: Staging, patient: Patient, name: str) -> set[float]:
    """Values of one input between which the rules answer differently."""
    del patient
    tests = (t for stage in score.stages for group in stage.groups for t in group)
    return {end for test in tests if test.variable == name for end in (test.low, test.high)}


def warnings(score: Staging, patient: Patient) -> list[str]:
    """What the mechanical support that was running does to it."""
    return support.warnings(score.about, patient.known)


def _stage_line(stage: Stage, patient: Patient) -> Line:
    certain, possible = verdict(stage, patient.variables, patient.known)
    names = tuple(dict.fromkeys(test.variable for group in stage.groups for test in group))
    settled = certain or not possible
    return Line(
        name=stage.name,
        label=stage.label,
        given=patient.told(names),
        low=float(certain),
        high=float(possible),
        band="holds" if certain else "unknown" if possible else "does not hold",
        wants=() if settled else tuple(n for n in names if n not in patient.known),
        source=stage.source,
    )

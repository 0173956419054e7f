"""One patient's stage: the stages that can still hold, and what each rule says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from afterload.core.errors import InputError
from afterload.core.variable import Variable
from afterload.scores import support
from afterload.scores.band import Span, holds, meets
from afterload.scores.boxes import Box, boxes, live, own_edges, solved_edges, worked_out
from afterload.scores.derive import Test, passes
from afterload.scores.inputs import Patient, span_of
from afterload.scores.rules import axes, codes_of, read_all
from afterload.scores.staging import Groups, Stage, Staging
from afterload.scores.tally import Line, Outcome


def attained(score: Staging, patient: Patient) -> tuple[float, float]:
    """Lowest and highest attainable total: that of a stage is its place, a gap reaches further.

    Raises:
        InputError: The values contradict each other.
    """
    totals = score.totals()
    found = [totals[place] for place in places(score, patient)]
    return min(low for low, _ in found), max(high for _, high in found)


def places(score: Staging, patient: Patient) -> tuple[int, ...]:
    """Places of the stages that some completion of the missing inputs gives, mildest first.

    Raises:
        InputError: The values contradict each other.
    """
    bits = 0
    for box in boxes(score, patient.variables, patient.known):
        if (cells := _cells(score, patient, box)) is not None:
            bits |= read_all(score, cells)
    if not bits:
        raise _contradiction(score, patient)
    return tuple(place for place in range(len(score.stages)) if bits >> place & 1)


def lines(score: Staging, patient: Patient) -> tuple[Line, ...]:
    """Its stages, the gravest first; nothing is wanted for those a graver one leaves no room."""
    return tuple(_lines(score, patient))


def classes(
    score: Staging, patient: Patient, reach: tuple[float, float]
) -> list[tuple[str, Outcome | None]]:
    """The stages still attainable, with what was published for each."""
    del reach
    found = (score.stages[place] for place in places(score, patient))
    return [
        (
            s.name,
            None
            if s.value is None
            else Outcome(s.name, score.measure, score.horizon, s.value, s.source),
        )
        for s in found
    ]


def edges(score: Staging, patient: Patient, name: str) -> set[float]:
    """Values of one input between which the rules answer differently."""
    variable = patient.variables[name]
    if codes := codes_of(variable):
        return set(codes)
    known = {part: value for part, value in patient.known.items() if part != name}
    ways = live(score, {**known, name: variable.low})
    asked = {edge for edge, _ in own_edges(name, score, ways)}
    return asked | solved_edges(name, score, ways, patient.variables, known)


def warnings(score: Staging, patient: Patient) -> list[str]:
    """What publications dispute here, how quantities were worked out, and under what support."""
    answers = _answers(score, patient)
    disputed = [d.text for d in score.disputes if _verdict(d.groups, answers)[0]]
    ways = live(score, patient.known)
    worked = [q.note for q in score.quantities if q.note and q.variable in ways]
    return [*disputed, *worked, *support.warnings(score.about, patient.known)]


def _cells(score: Staging, patient: Patient, box: Box) -> list[tuple[int, int]] | None:
    """The cells every input can lie in; None when a quantity can have no value."""
    ways, found = score.ways(), []
    for axis in axes(score):
        name = axis.variable.name
        if (known := patient.known.get(name)) is not None:
            found.append((axis.cell(known), axis.cell(known)))
        elif name in ways:
            span = worked_out(name, ways[name], patient.variables, patient.known, box)
            if span.is_empty:
                return None
            found.append((axis.cell(span.low), axis.cell(span.high)))
        elif name in box:
            found.append((axis.cell(box[name].low), axis.cell(box[name].high)))
        else:
            found.append((0, axis.last))
    return found


def _contradiction(score: Staging, patient: Patient) -> InputError:
    for name, way in live(score, patient.known).items():
        variable = patient.variables[name]
        if worked_out(name, way, patient.variables, patient.known, {}).is_empty:
            given = ", ".join(
                f"{part} = {patient.known[part]:g}" for part in way.inputs if part in patient.known
            )
            return InputError(
                f"{given} cannot all be right: {way.text} would lie outside {variable.low:g} to "
                f"{variable.high:g} {variable.unit_label}. Check these values."
            )
    return InputError(f"The values given for {score.about.title} contradict each other.")


def _lines(score: Staging, patient: Patient) -> Iterator[Line]:
    answers = _answers(score, patient)
    decided = False
    for stage in reversed(score.stages):
        certain, possible = _verdict(stage.groups, answers)
        names = dict.fromkeys(t.variable for group in stage.groups for t in group)
        told = dict.fromkeys(part for name in names for part in _parts(score, patient, name))
        wants = () if decided or certain else _wants(score, patient, stage, answers)
        yield Line(
            name=stage.name,
            label=stage.label,
            given=patient.told(told),
            low=float(certain),
            high=float(possible),
            band=_asked(decided, certain, possible),
            wants=wants,
            source=stage.source,
        )
        decided = decided or certain


def _asked(decided: bool, certain: bool, possible: bool) -> str:
    """What a stage's rule gave; below the first that holds, none is asked any more."""
    if decided:
        return "not reached"
    return "holds" if certain else "unknown" if possible else "does not hold"


def _answers(score: Staging, patient: Patient) -> Mapping[Test, bool | None]:
    """What every test says of what is known; None while it can be yes and no."""
    ways, found = score.ways(), {}
    rules = (*(s.groups for s in score.stages), *(d.groups for d in score.disputes))
    for test in {test for groups in rules for group in groups for test in group}:
        variable = patient.variables[test.variable]
        known = patient.known.get(test.variable)
        span = span_of(variable, known)
        if known is None and test.variable in ways:
            way = ways[test.variable]
            span = worked_out(test.variable, way, patient.variables, patient.known, {})
        found[test] = _answer(test, variable, span)
    return found


def _answer(test: Test, variable: Variable, span: Span) -> bool | None:
    if span.low == span.high:
        return passes(test, variable, span.low)
    if test.levels or variable.kind in ("bool", "enum", "multi"):
        return None
    if holds(test, span.low) and holds(test, span.high):
        return True
    return None if meets(test, span) else False


def _verdict(groups: Groups, answers: Mapping[Test, bool | None]) -> tuple[bool, bool]:
    """Whether a rule holds for certain, and whether it can hold, test by test."""
    certain = any(all(answers[test] for test in group) for group in groups)
    possible = any(all(answers[test] is not False for test in group) for group in groups)
    return certain, possible


def _wants(
    score: Staging, patient: Patient, stage: Stage, answers: Mapping[Test, bool | None]
) -> tuple[str, ...]:
    """What would settle the groups of tests that can still hold."""
    names = (
        test.variable
        for group in stage.groups
        if all(answers[test] is not False for test in group)
        for test in group
        if answers[test] is None
    )
    wanted = (part for name in names for part in _parts(score, patient, name))
    return tuple(dict.fromkeys(name for name in wanted if name not in patient.known))


def _parts(score: Staging, patient: Patient, name: str) -> tuple[str, ...]:
    """What an input is read from: itself, or what it is worked out from once that is begun."""
    ways = live(score, patient.known)
    return ways[name].inputs if name in ways else (name,)

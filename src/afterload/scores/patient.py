"""Score one patient."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from afterload.core.errors import InputError
from afterload.scores import card, formula, staging
from afterload.scores.about import Caution
from afterload.scores.band import Span, holds, meets
from afterload.scores.card import Card, Item, band_text, points, quantity, way
from afterload.scores.derive import Derived, Equation, attainable
from afterload.scores.formula import Formula
from afterload.scores.inputs import Patient, Score, kind_of, needed, read_patient, span_of
from afterload.scores.staging import Staging, verdict
from afterload.scores.tally import Given, Line, Outcome, Tally


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
    patient = read_patient(score, values)
    outside = _outside(score, patient)
    lines = () if outside else _lines(score, patient)
    reach = None if outside else attained(score, patient)
    low, high = reach or (None, None)
    total = low if low is not None and low == high else None
    classes = _classes(score, patient, reach)
    return Tally(
        score=score.about.name,
        title=score.about.title,
        kind=kind_of(score),
        total=total,
        low=low,
        high=high,
        unit=score.unit if isinstance(score, Formula) else "",
        classes=tuple(name for name, _ in classes),
        outcome=tuple(outcome for _, outcome in classes if outcome),
        items=lines,
        missing=() if outside else _missing(score, patient, lines),
        warnings=(*outside, *_warnings(score, patient, total)),
        inputs=tuple(patient.given.values()),
        source=score.about.source,
        version=score.about.version,
    )


def attained(score: Score, patient: Patient) -> tuple[float, float]:
    """The lowest and the highest total that completing the missing inputs can give.

    Raises:
        InputError: The values contradict each other.
    """
    variables, known, spans = patient.variables, patient.known, patient.spans
    if isinstance(score, Formula):
        return formula.interval(score, variables, spans)
    if isinstance(score, Staging):
        places = staging.attained(score, variables, known)
        return places[0], places[-1]
    reach = card.interval(score, variables, known, spans)
    if reach is None:
        raise _contradiction(score, patient)
    return reach


def _contradiction(score: Card, patient: Patient) -> InputError:
    for item in score.items:
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


def _outside(score: Score, patient: Patient) -> tuple[str, ...]:
    return tuple(
        limit.text
        for limit in score.about.limits
        if limit.variable in patient.known
        and not limit.low <= patient.known[limit.variable] <= limit.high
    )


def _lines(score: Score, patient: Patient) -> tuple[Line, ...]:
    if isinstance(score, Card):
        return (*(_item_line(item, patient) for item in score.items), *_constant_line(score))
    if isinstance(score, Formula):
        return tuple(_term_line(term, patient) for term in score.terms)
    return tuple(_stage_line(stage, patient) for stage in reversed(score.stages))


def _item_line(item: Item, patient: Patient) -> Line:
    variables, known = patient.variables, patient.known
    span = quantity(item, variables, known, patient.spans)
    low, high = points(item, span) or (0, 0)
    derived = way(item, known)
    used = derived.inputs if derived else (item.variable,)
    return Line(
        name=item.variable,
        label=item.label,
        given=_given(used, patient),
        low=low,
        high=high,
        band=band_text(item, variables[item.variable], span),
        wants=() if low == high else _wants(item, derived, patient),
        source=item.source,
    )


def _constant_line(card: Card) -> tuple[Line, ...]:
    """What a card adds to every total, as a line: the lines' points then add up to it."""
    if card.constant_source is None:
        return ()
    points = float(card.constant)
    what = "for every patient"
    return (Line("constant", "Constant", (), points, points, what, (), card.constant_source),)


def _wants(item: Item, derived: Derived | None, patient: Patient) -> tuple[str, ...]:
    names = derived.inputs if derived else ()
    if any(name in patient.known for name in names):
        return tuple(name for name in names if name not in patient.known)
    return item.asks or (item.variable,)


def _given(names: Sequence[str], patient: Patient) -> tuple[Given, ...]:
    return tuple(patient.given[name] for name in names if name in patient.given)


def _term_line(term: formula.Term, patient: Patient) -> Line:
    span = attainable(term.equation, patient.variables, patient.spans)
    names = tuple(dict.fromkeys(term.equation.inputs))
    settled = span.low == span.high
    return Line(
        name=term.name,
        label=term.label,
        given=_given(names, patient),
        low=span.low,
        high=span.high,
        band=term.equation.text,
        wants=() if settled else tuple(n for n in names if n not in patient.known),
        source=term.source,
    )


def _stage_line(stage: staging.Stage, patient: Patient) -> Line:
    certain, possible = verdict(stage, patient.variables, patient.known)
    names = tuple(dict.fromkeys(test.variable for group in stage.groups for test in group))
    settled = certain or not possible
    return Line(
        name=stage.name,
        label=stage.label,
        given=_given(names, patient),
        low=float(certain),
        high=float(possible),
        band="holds" if certain else "unknown" if possible else "does not hold",
        wants=() if settled else tuple(n for n in names if n not in patient.known),
        source=stage.source,
    )


def _classes(
    score: Score, patient: Patient, reach: tuple[float, float] | None
) -> list[tuple[str, Outcome | None]]:
    if reach is None or isinstance(score, Formula):
        return []
    if isinstance(score, Staging):
        places = staging.attained(score, patient.variables, patient.known)
        held = [(s.name, s.value, s.source) for s in (score.stages[p] for p in places)]
    else:
        span = Span(*reach)
        held = [(c.name, c.value, c.source) for c in score.classes if meets(c, span)]
    return [
        (
            name,
            None if value is None else Outcome(name, score.measure, score.horizon, value, source),
        )
        for name, value, source in held
    ]


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
    """Values of an input that between them fall in every band it gives points in."""
    span = span_of(patient.variables[name], None)
    edges = {span.low, span.high}
    if isinstance(score, Card):
        bands = [band for item in score.items if item.variable == name for band in item.bands]
        edges |= {edge for b in bands for edge in (b.low, b.high) if span.low < edge < span.high}
    ordered = sorted(edges)
    middles = [(a + b) / 2 for a, b in pairwise(ordered)]
    whole = patient.variables[name].kind in ("bool", "enum", "multi")
    return ordered if whole else ordered + middles


def _warnings(score: Score, patient: Patient, total: float | None) -> tuple[str, ...]:
    shown = [c.text for c in score.about.cautions if _calls(c, patient, total)]
    if isinstance(score, Card):
        shown += [text for item in score.items if (text := _disagreement(item, patient))]
    return tuple(shown)


def _calls(caution: Caution, patient: Patient, total: float | None) -> bool:
    if not caution.about:
        return True
    value = total if caution.about == "total" else patient.known.get(caution.about)
    if value is None:
        return False
    if caution.levels:
        return patient.variables[caution.about].levels[int(value)] in caution.levels
    return holds(caution, value)


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


__all__ = ["attained", "needed", "tally"]

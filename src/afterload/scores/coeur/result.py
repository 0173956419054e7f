"""The Score Coeur and the index for one patient, missing inputs and open questions included."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from afterload.scores.about import About
from afterload.scores.coeur.about import ABOUT, ICAR_ABOUT
from afterload.scores.coeur.case import Case, listings, read_case
from afterload.scores.coeur.ccb import ADULT, URGENCIES
from afterload.scores.coeur.ends import Ends
from afterload.scores.coeur.reach import Reach, icar_reach, reach
from afterload.scores.coeur.reading import TAKEN, Reading
from afterload.scores.coeur.rows import ICAR_ROWS, ROWS, Row
from afterload.scores.coeur.rules import Applied, applied
from afterload.scores.coeur.unknowns import Unknown, icar_unknowns, score_unknowns
from afterload.scores.coeur.variables import ICAR_NAMES, LABS, NAMES, variables
from afterload.scores.tally import Line, Tally

Compute = Callable[[Case, Reading], Reach]


@dataclass(frozen=True, slots=True)
class Result:
    """The result for one patient.

    Args:
        tally: Total or interval, lines, warnings.
        unknowns: What is not known of the rule and bears on this patient.
        applied: Blood tests read by the agency's rule for missing and expired ones.
    """

    tally: Tally
    unknowns: tuple[Unknown, ...]
    applied: tuple[Applied, ...]


def coeur_result(values: Mapping[str, object]) -> Result:
    """Score one recipient for one heart, with what is not known of the rule.

    Args:
        values: Values by name or alias; see `afterload.scores.inputs.read_patient`.

    Raises:
        UnknownName: A name is no input of the score.
        UnknownUnit: A value's unit cannot be read for its variable.
        OutOfRange: A value is not possible.
        InputError: A value cannot be read, or the values contradict each other.
    """
    case = read_case(values, NAMES)
    found = reach(case)
    open_ = score_unknowns(case, reach, found.adult, found.child)
    filled = applied(case) if found.adult else ()
    return Result(_tally(ABOUT, ROWS, case, found, reach, open_, filled), open_, filled)


def coeur_tally(values: Mapping[str, object]) -> Tally:
    """The Score Coeur of one recipient for one heart; see `coeur_result`.

    Example:
        >>> from afterload.scores.coeur import coeur_tally
        >>> coeur_tally({"age": 55}).total  # without blood tests the survival filter closes
        0.0
    """
    return coeur_result(values).tally


def icar_result(values: Mapping[str, object]) -> Result:
    """The index of cardiac risk of one adult candidate, with what is not known of the rule.

    Raises:
        UnknownName: A name is no input of the index.
        UnknownUnit: A value's unit cannot be read for its variable.
        OutOfRange: A value is not possible.
        InputError: A value cannot be read.
    """
    case = read_case(values, ICAR_NAMES)
    limit = ICAR_ABOUT.limits[0]
    if case.span("age_years").high < limit.low:
        return Result(_without_points(ICAR_ABOUT, case, limit.text), (), ())
    found = icar_reach(case)
    open_, filled = icar_unknowns(case, icar_reach), applied(case, survival=False)
    return Result(
        _tally(ICAR_ABOUT, ICAR_ROWS, case, found, icar_reach, open_, filled), open_, filled
    )


def icar_tally(values: Mapping[str, object]) -> Tally:
    """The index of cardiac risk of one adult candidate; see `icar_result`.

    Example:
        >>> from afterload.scores.coeur import icar_tally
        >>> icar_tally({"on_ecls": "yes", "rrt": "no", "rrt_pre": "no"}).total
        27.0
    """
    return icar_result(values).tally


def _tally(
    about: About,
    rows: Sequence[Row],
    case: Case,
    found: Reach,
    compute: Compute,
    unknowns: Iterable[Unknown],
    filled: Iterable[Applied],
) -> Tally:
    low, high = (float(end) for end in found.ends["total"])
    helps = _helps(case, found, compute, {name for row in rows for name in row.inputs})
    lines = tuple(_line(row, case, found, helps) for row in rows if row.name in found.ends)
    useful = dict.fromkeys(name for line in lines for name in line.wants)
    width = high - low
    return Tally(
        score=about.name,
        title=about.title,
        kind="composite",
        total=low if low == high else None,
        low=low,
        high=high,
        unit="",
        classes=(),
        outcome=(),
        items=lines,
        missing=tuple(sorted(useful, key=lambda name: helps[name].get("total", width)))
        if width
        else (),
        warnings=(
            *(caution.text for caution in about.cautions),
            *(str(rule) for rule in filled),
            *(str(unknown) for unknown in unknowns),
        ),
        inputs=tuple(case.given.values()),
        source=about.source,
        version=about.version,
    )


def _without_points(about: About, case: Case, text: str) -> Tally:
    empty = Tally(
        about.name, about.title, "composite", None, None, None, "", (), (), (), (), (), (),
        about.source, about.version,
    )  # fmt: skip
    return replace(empty, warnings=(text,), inputs=tuple(case.given.values()))


def _line(row: Row, case: Case, found: Reach, helps: Mapping[str, Mapping[str, float]]) -> Line:
    low, high = (float(end) for end in found.ends[row.name])
    return Line(
        name=row.name,
        label=row.label,
        given=tuple(case.given[name] for name in row.shown if name in case.given),
        low=low,
        high=high,
        band=row.words(case, found),
        wants=_wants(row, low < high, helps),
        source=row.source,
    )


def _wants(row: Row, is_open: bool, helps: Mapping[str, Mapping[str, float]]) -> tuple[str, ...]:
    """The missing inputs that can narrow a line; all of its own when none can do so alone."""
    if not is_open:
        return ()
    alone = tuple(name for name in row.inputs if row.name in helps.get(name, {}))
    return alone or tuple(name for name in row.inputs if name in helps)


def _helps(
    case: Case, found: Reach, compute: Compute, names: Iterable[str]
) -> dict[str, dict[str, float]]:
    """For each missing input, the lines it can narrow, and the least width each can then have."""
    least: dict[str, dict[str, float]] = {}
    for name in (n for n in NAMES if n in set(names) and _missing(case, n)):
        widths: dict[str, float] = {}
        for value in _candidates(case, found, name):
            for line, ends in compute(case.with_value(name, value), TAKEN).ends.items():
                widths[line] = min(widths.get(line, _width(ends)), _width(ends))
        least[name] = {n: w for n, w in widths.items() if w < _width(found.ends[n])}
    return least


def _width(ends: Ends) -> float:
    return ends[1] - ends[0]


def _missing(case: Case, name: str) -> bool:
    """Whether an input could settle something: a test that is missing is settled by the rule."""
    if name in case.known or name in (*LABS, *(f"{lab}_pre" for lab in LABS), "biology_days"):
        return False
    if name.endswith("_days"):
        lab = name.removesuffix("_days")
        return case.get(lab) is not None and case.days(lab) is None
    return name != "abo_group" and not (name == "blood_group" and "abo_group" in case.known)


def _candidates(case: Case, found: Reach, name: str) -> list[float]:
    """Values that between them can settle what an input bears on."""
    variable = variables()[name]
    if variable.is_categorical:
        codes = [float(code) for code, level in enumerate(variable.levels) if level != "unknown"]
        if name == "blood_group":
            return [code for code in codes if variable.levels[int(code)].endswith("_positive")]
        if name == "urgency":
            told = listings(case, found.adult, found.child)
            return [code for code in codes if URGENCIES[int(code)] in told]
        return codes
    usual = {"age_years": (17.0, 40.0, 60.0), "donor_age_years": (40.0, 60.0)}.get(name, ())
    values = [variable.low, variable.high, *usual, (variable.low + variable.high) / 2]
    if name != "age_years":
        return values
    return [v for v in values if (found.adult if v >= ADULT else found.child)]


__all__ = ["Result", "coeur_result", "coeur_tally", "icar_result", "icar_tally"]

"""The validation table as one page that needs nothing from outside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from afterload.core.source import CONFIDENCE_MEANING, Source
from afterload.hemodynamics.validation import HOW, PHENOTYPES, Outcome, Study
from afterload.report.html import environment, style
from afterload.report.score_text import NOT_A_DEVICE
from afterload.report.sim_validation import BAR, GROUPS, LABELS, LEADS, by_study, texts

if TYPE_CHECKING:
    from afterload.actions.validate import Count, Validation

COUNTED = ("measured", "further")
"""Groups whose rows are counted, each apart."""

WAYS = {"up": "rises", "down": "falls", "same": "unchanged"}
"""Directions in words."""

FARTHEST = 3.0
"""SDs from the mean at which the mark stands still at the edge."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A row as the page shows it."""

    what: str
    devices: tuple[str, ...]
    against: str
    measured: str
    simulated: str
    away: float | None
    marks: tuple[tuple[bool, str], ...]
    fitted: bool
    passes: bool
    why: str


@dataclass(frozen=True, slots=True)
class _Study:
    """A study with its rows."""

    name: str
    title: str
    source: tuple[str, str, str]
    notes: tuple[str, ...]
    lines: tuple[_Line, ...]


@dataclass(frozen=True, slots=True)
class _Group:
    """A group of rows: its counts are empty where it is counted nowhere."""

    name: str
    title: str
    lead: str
    counts: tuple[tuple[str, Count], ...]
    studies: tuple[_Study, ...]


@dataclass(frozen=True, slots=True)
class _Phenotype:
    """What was simulated: goals as (what, value, source), and where the rest comes from."""

    title: str
    goals: tuple[tuple[str, str, str], ...]
    sources: tuple[tuple[str, str, str], ...]


def validation_page(found: Validation) -> str:
    """The table as one HTML page; all text is escaped."""
    template = environment().get_template("sim_validation.html")
    return (
        template.render(
            title="What studies measured, simulated",
            bar=BAR,
            met=_met(found),
            groups=[_group(found, name) for name in GROUPS if found.of(name)],
            phenotypes=[_phenotype(name) for name in found.parameters],
            how=HOW.values(),
            farthest=FARTHEST,
            notice=NOT_A_DEVICE,
            css=Markup(style("sim", "sim_validation")),
        )
        + "\n"
    )


def _met(found: Validation) -> bool:
    signs = found.signs()
    return found.within().percent >= 90.0 and signs.right == signs.of


def _group(found: Validation, name: str) -> _Group:
    counts: tuple[tuple[str, Count], ...] = ()
    if name in COUNTED:
        counts = (
            ("within one SD", found.within(name)),
            ("directions right", found.signs(name)),
            ("unchanged as measured", found.unchanged(name)),
            ("rows right", found.rows(name)),
        )
    studies = tuple(
        _Study(
            study.name,
            study.title + (f", n = {study.n}" if study.n else ""),
            _source(study.source),
            study.notes,
            tuple(_line(one) for one in outcomes),
        )
        for study, outcomes in _studies(found, name)
    )
    return _Group(name, GROUPS[name], LEADS.get(name, ""), counts, studies)


def _studies(found: Validation, name: str) -> Iterator[tuple[Study, list[Outcome]]]:
    for study, outcomes in by_study(found, name):
        yield study, list(outcomes)


def _line(one: Outcome) -> _Line:
    row, told = one.row, texts(one)
    return _Line(
        told.what,
        tuple(row.devices.split("+")) if row.devices else (),
        row.against,
        told.measured,
        told.simulated,
        _away(one),
        () if row.fitted else tuple(_marks(one)),
        row.fitted,
        one.passes,
        told.why,
    )


def _away(one: Outcome) -> float | None:
    """How far it lies from the mean in SDs, at most `FARTHEST`; None without a spread."""
    measured = one.row.measured
    if measured is None or not measured.sd > 0:
        return None
    away = (one.simulated - measured.mean) / measured.sd
    return max(-FARTHEST, min(FARTHEST, away))


def _marks(one: Outcome) -> Iterator[tuple[bool, str]]:
    """What of the row is right, and what is wrong."""
    row = one.row
    if one.within is not None:
        what = "the range" if row.measured and row.measured.kind == "range" else "1 SD"
        yield one.within, f"{'within' if one.within else 'outside'} {what}"
    if row.sign is not None:
        right = one.direction == row.sign
        yield right, WAYS[one.direction] + ("" if right else f", not {WAYS[row.sign]}")


def _phenotype(name: str) -> _Phenotype:
    one = PHENOTYPES[name]
    return _Phenotype(
        one.title,
        tuple((LABELS[g.index][0], f"{g.value:.4g}", _source(g.source)[2]) for g in one.goals),
        tuple(
            (what, source.confidence, _source(source)[2]) for what, source in one.sources.items()
        ),
    )


def _source(source: Source) -> tuple[str, str, str]:
    """Confidence, what it means, and the citation with its note."""
    told = f"{source}. {source.note}".strip()
    return source.confidence, CONFIDENCE_MEANING[source.confidence], told

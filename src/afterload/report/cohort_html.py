"""A cohort as one page that needs nothing from outside: no script, font or picture."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, cast

from markupsafe import Markup

from afterload.report.cohort_figure import Plot, contrasts, effects, people, plot_svg
from afterload.report.cohort_label import (
    Strategy,
    counted,
    ends,
    groups,
    percent,
    signed,
    span,
    strategies,
)
from afterload.report.cohort_words import (
    intervals_note,
    made,
    question,
    sentences,
    stopped,
    title,
    warnings_of,
)
from afterload.report.figure_arm import look
from afterload.report.html import environment, style
from afterload.report.score_text import NOT_A_DEVICE
from afterload.report.sim_html import GLANCE, Key, dashes, devices, unbroken
from afterload.report.sim_label import NO_DEVICE
from afterload.report.sim_rows import known, shown, unit_of

if TYPE_CHECKING:
    from afterload.actions.cohort_summary import Cohort, Contrast, Known, Sampled, Summary
    from afterload.actions.simulate import Scenario

BEFORE = ("hr", "map", "cvp", "pcwp", "total_flow", "ef")
"""Indices by which it is told who does not settle."""


@dataclass(frozen=True, slots=True)
class _Cell:
    """One index of one scenario, or of one strategy against another, as text."""

    middle: str
    interval: str
    span: str
    change: str = ""
    change_interval: str = ""


@dataclass(frozen=True, slots=True)
class _Row:
    """One index over all columns."""

    label: str
    unit: str
    cells: tuple[_Cell, ...]


@dataclass(frozen=True, slots=True)
class _Registry:
    """Whose patients they are."""

    counts: tuple[tuple[str, str, bool], ...]
    measured: tuple[tuple[str, str, str, str], ...]


def cohort_page(found: Cohort, disclosure: int | None = None) -> str:
    """The page of a cohort; all text is escaped.

    Args:
        found: The cohort.
        disclosure: Counts of a registry's patients below this are withheld; None withholds none.
    """
    every = strategies(found)
    rows = {(one.scenario, one.index): one for one in found.summary}
    keys = [_key(found, place, one, rows) for place, one in enumerate(every)]
    template = environment().get_template("cohort.html")
    who, pairs = people(found), effects(found, every)
    between, told = list(_between(found, every)), warnings_of(found)
    return (
        template.render(
            title=title(found),
            kind="In-silico trial" if len(every) > 1 else "Virtual cohort",
            question=unbroken(question(found, every, disclosure)),
            told=found.drawn.told,
            stopped=stopped(found),
            keys=keys,
            tall=any(len(key.name) > 22 for key in keys) and len(keys) > 3,
            people=_svgs(who),
            people_note=_people_note(found),
            registry=_registry(found.registry, disclosure) if found.registry else None,
            pairs=[_svgs(pair) for pair in pairs],
            between_plots=_svgs(contrasts(found)) if len(between) == 1 else [],
            between=between,
            groups=list(_groups(found, every, rows)),
            lost=list(_lost(found, every)),
            lost_heads=[(known()[name].label, unit_of(name)) for name in BEFORE],
            lost_none=found.lost.get(every[0].scenario, 0),
            n=counted(found.n),
            warnings=[text for text in told if not _of_scenario(text, found)],
            cautions=list(_cautions(told, found, every)),
            note=intervals_note(found),
            parts=list(_parts(found, every)),
            made=list(made(found)),
            version=version("afterload"),
            devices=devices(cast("Sequence[Scenario]", every[1:])),
            has_differences=bool(found.contrasts),
            notice=NOT_A_DEVICE,
            css=Markup(style("sim", "cohort")),
        )
        + "\n"
    )


def _of_scenario(text: str, found: Cohort) -> str:
    """The scenario that a warning is about; "" for all."""
    name = text.partition(": ")[0]
    if name == NO_DEVICE:
        return found.scenarios[0]
    return name if name in found.scenarios and not text.endswith("are left out.") else ""


def _cautions(
    told: Sequence[str], found: Cohort, every: Sequence[Strategy]
) -> Iterator[tuple[str, list[str]]]:
    """What was seen in some patients, by scenario."""
    for one in every:
        texts = [t.partition(": ")[2] for t in told if _of_scenario(t, found) == one.scenario]
        if texts:
            yield one.label, texts


def _svgs(plots: Sequence[Plot]) -> list[tuple[str, Markup]]:
    return [(plot.alt, Markup(plot_svg(plot, "page"))) for plot in plots]


def _key(found: Cohort, place: int, one: Strategy, rows: dict[tuple[str, str], Summary]) -> Key:
    glance = []
    for index, label in GLANCE:
        row = rows.get((one.scenario, index))
        middle = row.quantiles[2] if row else math.nan
        change = ""
        if row is not None and row.change is not None and math.isfinite(row.change[2]):
            change = signed(index, row.change[2])
        interval = ends(index, row.middle) if row else ""
        glance.append((label, shown(index, middle), unit_of(index), interval, change))
    told = tuple(_kept(text) for text in sentences(found, one)) if place else ()
    return Key(unbroken(one.label), look(place).colour, dashes(place), tuple(glance), told)


def _kept(text: str) -> str:
    """A sentence in which no line ends between a number and its unit."""
    return re.sub(r"(?<=\d) (?=%|mmHg|mL)", "\N{NO-BREAK SPACE}", unbroken(text))


def _people_note(found: Cohort) -> str:
    if found.registry is not None:
        return (
            "Filled: the patients as they were measured. Blue line: what the most probable "
            "circulation of each has; where it is missing, the measurement is taken as it is."
        )
    line = (
        "the patient as measured" if found.drawn.spread is None else "the one they are drawn around"
    )
    return f"Without a device. The line is {line}."


def _registry(told: Sampled, disclosure: int | None) -> _Registry:
    from afterload.report.cohort_disclosure import counts_of
    from afterload.report.cohort_registry_text import label_of, number_of, range_of

    counts = counts_of(told, disclosure)
    lines = [("in the registry", str(counts.episodes), False)]
    lines += [(f"left out: {why}", str(n), False) for why, n in counts.left_out.items()]
    lines.append(("simulated", str(counts.used), True))
    if list(counts.on) != ["none"]:
        lines += [
            (f"measured on {on}" if on != "none" else "measured on no device", str(n), False)
            for on, n in counts.on.items()
        ]

    def row(one: Known) -> tuple[str, str, str, str]:
        n = str(counts.measured[one.name])
        return label_of(one.name), n, range_of(one.measured), number_of(one.fitted[1])

    return _Registry(tuple(lines), tuple(row(one) for one in told.measured))


def _groups(
    found: Cohort, every: Sequence[Strategy], rows: dict[tuple[str, str], Summary]
) -> Iterator[tuple[str, list[_Row]]]:
    for name, indices in groups(found):
        told = [
            _Row(
                known()[index].label,
                unit_of(index),
                tuple(_cell(rows.get((one.scenario, index))) for one in every),
            )
            for index in indices
        ]
        yield name, told


def _cell(row: Summary | None) -> _Cell:
    if row is None or not row.n:
        return _Cell("\N{EM DASH}", "", "")
    change, interval = "", ""
    if row.change is not None and math.isfinite(row.change[2]):
        change = signed(row.index, row.change[2])
        interval = ends(row.index, row.middle_change, change=True)
    return _Cell(
        shown(row.index, row.quantiles[2]), ends(row.index, row.middle),
        span(row.index, row.quantiles[0], row.quantiles[4]), change, interval,
    )  # fmt: skip


def _between(
    found: Cohort, every: Sequence[Strategy]
) -> Iterator[tuple[str, str, list[tuple[str, str, _Cell, str]]]]:
    """Every two strategies, and of the main indices how they differ."""
    names = {one.scenario: one.label for one in every}
    pairs = dict.fromkeys((one.scenario, one.versus) for one in found.contrasts)
    order = [name for _, indices in groups(found) for name in indices]
    for first, second in pairs:
        held = {
            one.index: one
            for one in found.contrasts
            if (one.scenario, one.versus) == (first, second)
        }
        rows = [
            (
                known()[name].label,
                unit_of(name),
                _difference(held[name]),
                percent(held[name].higher),
            )
            for name in order
            if name in SHOWN and name in held and held[name].n
        ]
        yield names[first], names[second], rows


SHOWN = (
    "map", "cvp", "pcwp", "lvedp", "edv", "ef", "native_flow", "total_flow", "stroke_work", "pva",
    "mvo2", "coronary_flow", "cpo", "svo2", "do2",
)  # fmt: skip
"""Indices by which two strategies are compared on the page; the CSV has all."""


def _difference(row: Contrast) -> _Cell:
    return _Cell(
        signed(row.index, row.quantiles[2]), ends(row.index, row.middle, change=True),
        span(row.index, row.quantiles[0], row.quantiles[4], change=True),
    )  # fmt: skip


def _lost(
    found: Cohort, every: Sequence[Strategy]
) -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    """Who does not settle with a strategy: how many, and how they were without a device."""
    names = {one.scenario: one.label for one in every}
    for one in found.who_lost:
        nan = (math.nan, math.nan)
        pairs = [
            (
                shown(index, one.before.get(index, nan)[0]),
                shown(index, one.before.get(index, nan)[1]),
            )
            for index in BEFORE
        ]
        yield names[one.scenario], counted(one.n), pairs


def _parts(found: Cohort, every: Sequence[Strategy]) -> Iterator[tuple[str, list[str]]]:
    """How far each strategy's medians move with what its devices truly are."""
    rows: dict[tuple[str, str], Any] = {
        (one.scenario, one.index): one.device for one in found.summary if one.device
    }
    for one in every[1:]:
        told = [rows.get((one.scenario, index)) for index, _ in GLANCE]
        if any(told):
            yield (
                one.label,
                [
                    span(index, *held, change=True) if held else "\N{EM DASH}"
                    for (index, _), held in zip(GLANCE, told, strict=True)
                ],
            )

"""A course as one page that needs nothing from outside, and as a folder."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from afterload.hemodynamics.course import DrugAct, clock
from afterload.hemodynamics.drug import ACTS_ON, DRUGS, Drug
from afterload.report.html import environment
from afterload.report.score_text import NOT_A_DEVICE
from afterload.report.sim_course import (
    columns,
    course_title,
    extremes,
    follow_heads,
    follows,
    open_sentences,
    spread_note,
    with_loops,
)
from afterload.report.sim_course_data import beats_csv, columns_csv, course_data
from afterload.report.sim_course_figure import course_loops, loop_dash, strip
from afterload.report.sim_data import indices_csv, told, waveforms_csv
from afterload.report.sim_figure import Drawing, drawing_svg, panel_svg
from afterload.report.sim_fit import fit_view
from afterload.report.sim_html import css, devices, parameters, source_view, unbroken
from afterload.report.sim_report import tell, write_files
from afterload.report.sim_rows import grouped

if TYPE_CHECKING:
    from afterload.actions.simulate_course import PatientCourse


def course_page(course: PatientCourse, drawn: Sequence[Drawing]) -> str:
    """The page of a course; all text is escaped."""
    found = course.found
    named = [(kept(name), colour) for name, colour in columns(course)]
    chosen = with_loops(course)
    template = environment().get_template("sim.html")
    return (
        template.render(
            title=found.patient.title,
            told=told(found),
            question=kept(course_title(course)),
            keys=[],
            swatches=[
                (*named[place], _dash(rank, len(chosen) - 1)) for rank, place in enumerate(chosen)
            ],
            lead=(kept(extremes(course)),),
            follow_heads=follow_heads(),
            follows=[(when, kept(what), pairs) for when, what, pairs in follows(course)],
            tall=False,
            intervals=" ".join(
                ("Gases are worked out as if each beat went on.", spread_note(course))
            ).strip(),
            has_ranges=course.spread is not None,
            ribbons=spread_note(course),
            said=[kept(text) for text in open_sentences(course)],
            drugs=drugs(course),
            against="the begin",
            fit=fit_view(found),
            columns=named,
            groups=list(grouped(found.scenarios)),
            strip=Markup(strip(course, "page-course")),
            figures=[
                (one, [(p.title, Markup(panel_svg(p, "page"))) for p in one.panels])
                for one in drawn
            ],
            warnings=course.warnings,
            devices=devices(found.scenarios),
            parameters=parameters(found),
            notice=NOT_A_DEVICE,
            css=css(),
        )
        + "\n"
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class DrugView:
    """A drug of a course as the page tells it.

    Args:
        name: Its name, and how it is given.
        doses: At which doses it was measured.
        rows: What it acts on, the factors by dose, their band, and the source.
    """

    name: str
    doses: str
    rows: tuple[tuple[str, str, str, tuple[str, str, str]], ...]


def drugs(course: PatientCourse) -> list[DrugView]:
    """Every drug of a course once, with its numbers and their sources."""
    words = dict.fromkeys(
        step.act.word for step in course.plan.steps if isinstance(step.act, DrugAct)
    )
    return [_drug(DRUGS[word]) for word in words]


def _drug(drug: Drug) -> DrugView:
    rows = [
        (
            ACTS_ON[name][0],
            ", ".join(f"× {factor:.3g} at {dose:g}" for dose, factor in effect.factors.items()),
            f"± {100 * effect.sd:.0f} %",
            source_view(effect.source),
        )
        for name, effect in drug.effects.items()
    ]
    settles = ("time to act", clock(drug.settles), "", source_view(drug.settling))
    doses = f"{drug.lowest:g} to {drug.highest:g} {drug.unit}"
    return DrugView(drug.title, doses, (*rows, settles))


def kept(text: str) -> str:
    """A text in which no line ends between a number and its unit or unit of time."""
    return re.sub(
        r"(?<=\d) (?=(?:s|min|h|mmHg|µg/kg/min)\b|%)", "\N{NO-BREAK SPACE}", unbroken(text)
    )


def _dash(place: int, last: int) -> str:
    """The dash pattern of a moment's loop as SVG tells it, for a line 2.4 wide."""
    seen = loop_dash(place, last)
    return "none" if seen == "solid" else " ".join(f"{2.4 * part:.1f}" for part in seen[1])


def write_course(course: PatientCourse, out: Path) -> list[Path]:
    """Write the page of a course, its figures and the numbers of every beat into a folder.

    Raises:
        InputError: The folder holds something else.
    """
    loops = course_loops(course)
    files = {
        "index.html": course_page(course, [loops]).encode(),
        "figures/course.svg": (strip(course, "course") + "\n").encode(),
        "figures/loops.svg": (drawing_svg(loops, ()) + "\n").encode(),
        "beats.csv": beats_csv(course).encode(),
        "columns.csv": columns_csv(course).encode(),
        "indices.csv": indices_csv(course.found).encode(),
        "waveforms.csv.gz": waveforms_csv(course.found),
    }
    tell(files, course_data(course))
    return write_files(files, out)

"""A course on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterload.report.score_text import NOT_A_DEVICE
from afterload.report.sim_course import (
    COURSE_UNITS,
    course_heads,
    course_lines,
    course_table,
    course_title,
    follow_sentences,
    spread_note,
)
from afterload.report.sim_table import cell

if TYPE_CHECKING:
    from rich.console import RenderableType

    from afterload.actions.simulate_course import PatientCourse


def course_view(course: PatientCourse) -> RenderableType:
    """What is done, the main indices right before each of it, and what a reader must know."""
    from rich import box
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(Text("At"), no_wrap=True)
    for head in course_heads():
        table.add_column(Text(head), justify="right", no_wrap=True)
    for name, cells in course_table(course):
        table.add_row(Text(name), *(cell(text) for text in cells))
    return Group(
        Text(course.found.patient.title, style="bold"),
        Text(course_title(course)),
        *(Text(f"  {line}") for line in course_lines(course)),
        table,
        Text(COURSE_UNITS, style="dim"),
        *(Text(sentence) for sentence in follow_sentences(course)),
        *(Text(note, style="dim") for note in (spread_note(course),) if note),
        *(Text(f"! {warning}", style="yellow") for warning in course.warnings),
        Text(NOT_A_DEVICE, style="dim"),
    )

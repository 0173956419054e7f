"""Courses of the verb `simulate`: a patient over minutes, beat by beat."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from afterload.core.errors import InputError

if TYPE_CHECKING:
    from afterload.actions.simulate_patient import Subject


@dataclass(frozen=True, slots=True)
class OverTime:
    """What is asked of a course.

    Args:
        course: A file with events; None for none.
        event: Events as words.
        duration: How long, as words; "" for the file's, or five minutes after the last event.
        draws: Draws that intervals rest on; None for as many as a course takes without being
            asked.
    """

    course: Path | None
    event: tuple[str, ...]
    duration: str
    draws: int | None = None

    def __bool__(self) -> bool:
        """Whether a course is asked for."""
        return self.course is not None or bool(self.event)

    def check(self, others: dict[str, object]) -> None:
        """Refuse what does not go with a course, and a duration without one.

        Args:
            others: Other options by name, with what was told of them.

        Raises:
            InputError: One of them was.
        """
        if not self:
            if self.duration:
                raise InputError(
                    "--duration is for a course: give --event too, as --event '60 ecls:flow=4'."
                )
            return
        mine = "--course" if self.course else "--event"
        for name, value in others.items():
            if value:
                raise InputError(
                    f"{mine} and {name} exclude each other. Run them one after the other."
                )


_OPTIONS = (
    click.option(
        "--event",
        multiple=True,
        metavar="'TIME WHAT [over TIME]'",
        help="Beat by beat: do something at a time, as '60 ecls:flow=4', '2 min iabp', "
        "'300 volume=+500 over 120', '400 ecls:flow=1 over 10 min', '1000 off ecls', "
        "'5 min dobutamine=5', '300 svr=x1.2'; several one after the other. Times in s, or with "
        "min or h.",
    ),
    click.option(
        "--course",
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="Events from a TOML or JSON file: events = ['60 ecls:flow=4', ...], duration, and "
        "devices that run from the begin.",
    ),
    click.option(
        "--duration",
        default="",
        metavar="TIME",
        help="How long a course lasts, as 900 or '15 min'; by default to 5 min after the last "
        "event is done, with a drug after it has come to act.",
    ),
)


def over_time(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of a course, as one argument `course`."""

    @functools.wraps(command)
    def gathered(**told: Any) -> None:
        names = ("course", "event", "duration")
        course = OverTime(**{name: told.pop(name) for name in names}, draws=told["draws"])
        command(**told, course=course)

    for option in reversed(_OPTIONS):
        gathered = option(gathered)
    return gathered


def run_course(
    subject: Subject,
    told: OverTime,
    devices: tuple[str, ...],
    out: Path | None,
    json_: bool,
) -> None:
    """A course, told and shown.

    Args:
        subject: The patient.
        told: What is asked for.
        devices: What runs from the begin, besides what the file tells.
        out, json_: Where to write, and whether to print JSON.
    """
    from afterload.actions.simulate_course import course
    from afterload.actions.simulate_course_file import CourseFile, read_course
    from afterload.actions.simulate_course_word import read_time
    from afterload.cli.progress import progress_bar

    held = read_course(told.course) if told.course else CourseFile("", "", (), ())
    words = told.duration or held.duration
    what = "--duration" if told.duration else "The duration"
    duration = read_time(words, what) if words else None
    with progress_bar() as progress:
        found = course(
            subject, (*held.events, *told.event), (*held.devices, *devices), duration,
            name=held.name, draws=told.draws, progress=progress,
        )  # fmt: skip
    written = []
    if out is not None:
        from afterload.report.sim_course_page import write_course

        written = write_course(found, out)
    if json_:
        from afterload.report.sim_course_data import course_data

        click.echo(json.dumps(course_data(found), ensure_ascii=False, allow_nan=False))
        return
    from afterload.cli.terminal import terminal
    from afterload.report.sim_course_text import course_view

    terminal().print(course_view(found))
    if out is not None:
        click.echo(f"{len(written)} files written into {out}; open {out / 'index.html'}.")

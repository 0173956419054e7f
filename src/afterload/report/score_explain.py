"""A score's background for the terminal: what would change the class, where it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from afterload.scores.about import About
from afterload.scores.change import Change

if TYPE_CHECKING:
    from rich.console import RenderableType


def explain_parts(about: About, changes: Sequence[Change]) -> list[RenderableType]:
    """What would change the class, then cohort, discrimination, validations and readings taken."""
    from rich.text import Text

    parts: list[RenderableType] = []
    if changes:
        parts += [Text(), Text("What would change the class, all else as it is", style="bold")]
        parts.append(_changes_table(changes))
    parts += [Text(), Text("Background", style="bold"), _background(about)]
    if about.notes:
        parts += [Text(), Text("Readings taken, and what is open", style="bold"), _notes(about)]
    return parts


def background_rows(about: About) -> list[tuple[str, str]]:
    """What a reader wants to know of a score before trusting it, label by label."""
    rows = [
        ("Purpose", about.purpose),
        ("For whom", about.population),
        ("Derived in", about.cohort),
        ("Discrimination", about.discrimination),
        *(("Validated in", f"{v.cohort}: {v.found}") for v in about.validations),
        ("Status", STATUS[about.status]),
    ]
    return [(label, text) for label, text in rows if text]


STATUS = {
    "exact": "its numbers are settled; how surely each is known stands with its source",
    "provisional": "some numbers wait for a look into the paper; see the notes",
    "slot": "its numbers are not known here",
}
"""What the status of a score means, in words."""


def _background(about: About) -> RenderableType:
    from rich.table import Table

    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    for label, text in background_rows(about):
        table.add_row(label, text)
    return table


def change_rows(changes: Sequence[Change]) -> list[tuple[str, str, str, str]]:
    """What would change the class, a row per input and class: input, now, if it were, class."""
    rows: dict[tuple[str, str, str], list[str]] = {}
    for change in changes:
        key = (change.label, change.now, ", ".join(change.classes))
        rows.setdefault(key, []).append(change.would)
    return [(label, now, " or ".join(would), to) for (label, now, to), would in rows.items()]


def _changes_table(changes: Sequence[Change]) -> RenderableType:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("Input", "Now", "If it were", "Class"):
        table.add_column(name, overflow="fold")
    for row in change_rows(changes):
        table.add_row(*row)
    return table


def _notes(about: About) -> RenderableType:
    from rich.table import Table

    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", max_width=28)
    table.add_column()
    for note in about.notes:
        table.add_row(note.topic, f"{note.text} [{note.source.confidence}]")
    return table

"""What a reader must know before using the numbers, told from the results themselves.

Told from results under disclosure control, a warning tells no more than they do.
"""

from __future__ import annotations

from collections.abc import Iterator

from afterload.report import theme as themes
from afterload.report.prose_words import listed
from afterload.report.table_view import Notes
from afterload.report.tables_cell import Sheet, Subject, is_suppressed, shown
from afterload.report.theme import DEFAULT, Theme
from afterload.study.design import Outcome, Study

FEW = 5
"""Below so many episodes an arm is called small."""


def warnings(study: Study, theme: Theme = DEFAULT) -> tuple[str, ...]:
    """The warnings of the design, then those the numbers call for."""
    sheet = Sheet(study.design, study.results, theme, Notes())
    told = [*study.design.warnings, *_sizes(sheet)]
    for outcome in study.design.outcomes:
        if outcome.kind == "binary":
            told += _unknown(sheet, outcome)
    return tuple(dict.fromkeys(told))


def _sizes(sheet: Sheet) -> Iterator[str]:
    """Arms of nobody, or of too few to compare."""
    for arm in sheet.design.arms:
        row = sheet.results.find("flow", "arm", "count", arm=arm)
        if row is None:
            continue
        if row.value == 0:
            yield f"The arm {arm} has no episode: nothing can be told of it."
        elif "(< " in row.warning or (row.value is not None and row.value < FEW):
            number = shown(row, sheet.fixed)
            noun = "episode" if number == "1" else "episodes"
            yield (
                f"The arm {arm} has {number} {noun}: tests and intervals that rest on so few can "
                "hardly tell anything."
            )


def _unknown(sheet: Sheet, outcome: Outcome) -> Iterator[str]:
    """Of how many an outcome is not known, and between which ends the risk must lie."""
    about = Subject("outcomes", outcome.name)
    counts, ends = [], []
    for arm in sheet.design.arms:
        count, unknown = (sheet.find(about, name, arm) for name in ("count", "unknown"))
        if unknown is None or unknown.value == 0:
            continue
        if unknown.value is None and not is_suppressed(unknown):
            continue
        size = sheet.results.find("flow", "arm", "count", arm=arm)
        counts.append(f"{shown(unknown, sheet.fixed)} of {shown(size, sheet.fixed)} with {arm}")
        values = [row.value if row is not None else None for row in (count, unknown, size)]
        had, lost, n = values
        if had is not None and lost is not None and n:
            low, high = (themes.percentage(sheet.theme, x / n, round(n), sign=False)
                         for x in (had, had + lost))  # fmt: skip
            ends.append(f"{low}% to {high}% with {arm}")
    if not counts:
        return
    text = (
        f"{outcome.label}: not known for {listed(counts)} (last seen earlier, or not "
        "recorded). They are in no share, risk or test, and the risk among the others is not that "
        "of all."
    )
    if ends:
        text += f" Had none or all of them had it, the risk would be {listed(ends)}."
    if any(_same(outcome, other) for other in sheet.design.outcomes):
        text += " The Kaplan–Meier estimate uses them until they were last seen."
    yield text


def _same(outcome: Outcome, other: Outcome) -> bool:
    """Whether a curve is of the same event."""
    return bool(outcome.event) and other.kind != "binary" and other.event == outcome.event

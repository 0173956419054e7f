"""The table of times to an event."""

from __future__ import annotations

from collections.abc import Iterator

from afterload.report import number
from afterload.report import theme as themes
from afterload.report.landmark import at_days, from_landmark
from afterload.report.number import DASH
from afterload.report.table_view import EMPTY, Cell, ColumnHead, Notes, Row, TableView
from afterload.report.tables_cell import (
    Sheet,
    Subject,
    against_reference,
    is_suppressed,
    p_cell,
    shown,
)
from afterload.report.tables_outcome import definition, holm_note
from afterload.report.theme import Theme
from afterload.study.ard import Statistic
from afterload.study.design import Outcome, Study


def single(sheet: Sheet, outcome: str, statistic: str, arm: str) -> Statistic | None:
    """A survival statistic told once per arm, whether or not it carries its time."""
    found = sheet.results.find("survival", outcome, statistic, arm=arm)
    if found is None:
        found = next(iter(sheet.results.curve(outcome, statistic, arm)[-1:]), None)
    return found


def survival_table(study: Study, theme: Theme, position: int) -> TableView:
    """Time to event: events, median and survival at the horizon in each arm."""
    sheet = Sheet(study.design, study.results, theme, Notes())
    timed = [outcome for outcome in study.design.outcomes if outcome.kind == "time-to-event"]
    rows = [row for outcome in timed for row in _survival(sheet, outcome)]
    horizons = {outcome.horizon_days for outcome in timed if outcome.horizon_days}
    at = at_days(study.design, min(horizons)) if len(horizons) == 1 else "at the horizon"
    heads = (
        ColumnHead("Time to event", kind="stub"),
        ColumnHead("Patients", theme.count_symbol),
        ColumnHead("Events", theme.count_symbol),
        ColumnHead("Median, days", "95% CI"),
        ColumnHead(f"Free of the event {at}", "%, 95% CI"),
        ColumnHead(theme.p_symbol, "log-rank", kind="narrow"),
    )
    return TableView(
        number=position,
        name="survival",
        title="Time to event, by arm (Kaplan–Meier)",
        columns=heads,
        rows=tuple(rows),
        footnotes=sheet.notes.footnotes(),
        note=_survival_note(sheet),
    )


def _survival_note(sheet: Sheet) -> str:
    parts = [f"{DASH}: not reached or not estimable.", from_landmark(sheet.design)]
    return " ".join(part for part in (*parts, holm_note(sheet)) if part)


def _survival(sheet: Sheet, outcome: Outcome) -> Iterator[Row]:
    about = Subject("survival", outcome.name)
    refs = sheet.notes.refs(definition(outcome.note))
    p = p_cell(sheet, sheet.find(about, "p"))
    blank = (EMPTY,) * 4
    yield Row(outcome.label, (*blank, p), "group", refs=refs)
    for arm in sheet.design.arms:
        yield Row(arm, _survival_cells(sheet, outcome, arm), "level", indent=1)


def _survival_cells(sheet: Sheet, outcome: Outcome, arm: str) -> tuple[Cell, ...]:
    about = Subject("survival", outcome.name)

    def days(x: float) -> str:
        return number.sigfig(x, 2, sheet.theme.marks)

    def share(x: float) -> str:
        return sheet.fixed(100 * x, 0)

    n, events = (
        single(sheet, outcome.name, "n", arm),
        single(sheet, outcome.name, "events_total", arm),
    )
    median = _with_interval(sheet, outcome.name, arm, "median", days)
    at = _with_interval(sheet, outcome.name, arm, "survival_at", share)
    p = Cell(DASH)
    if arm != sheet.design.reference and len(sheet.design.arms) > 2:
        p = p_cell(sheet, against_reference(sheet, about, arm))
    lost = single(sheet, outcome.name, "missing", arm)
    note = f"{shown(lost, sheet.fixed)} unknown" if lost is not None and lost.value != 0 else ""
    cells = (Cell(shown(n, sheet.fixed), note=note), Cell(shown(events, sheet.fixed)))
    return (*cells, Cell(median), Cell(at), p)


def survival_text(sheet: Sheet, outcome: str, arm: str) -> str:
    """Survival at the horizon in percent, with its interval."""
    return _with_interval(sheet, outcome, arm, "survival_at", lambda x: sheet.fixed(100 * x, 0))


def _with_interval(sheet: Sheet, outcome: str, arm: str, name: str, style: number.Style) -> str:
    row = single(sheet, outcome, name, arm)
    low, high = (single(sheet, outcome, f"{name}_{end}", arm) for end in ("low", "high"))
    text = shown(row, style)
    if is_suppressed(row) or (text == DASH and (low is None or low.value is None)):
        return text
    ends = shown(low, style), shown(high, style)
    if ends == (DASH, DASH):
        return text
    return f"{text} ({themes.interval(sheet.theme, *ends)})"

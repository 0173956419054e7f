"""The table of every comparison with the reference arm: raw and corrected p-values."""

from __future__ import annotations

from collections.abc import Iterator

from afterload.report import theme as themes
from afterload.report.number import DASH
from afterload.report.table_view import Cell, ColumnHead, Notes, Row, TableView
from afterload.report.tables_biology import point_label
from afterload.report.tables_cell import Sheet, Subject, shown
from afterload.report.theme import Theme
from afterload.study.design import Design, Study


def pairwise_table(study: Study, theme: Theme, position: int) -> TableView:
    """Each arm against the reference, for everything that was compared."""
    sheet = Sheet(study.design, study.results, theme, Notes())
    rows = [row for title, lines in _groups(study.design) for row in _group(sheet, title, lines)]
    p = theme.p_symbol
    heads = tuple(
        ColumnHead(title, "", arm, "narrow")
        for arm in study.design.others
        for title in (p, f"adjusted {p}")
    )
    return TableView(
        number=position,
        name="comparisons",
        title=f"Every comparison with {study.design.reference}",
        columns=(ColumnHead("Compared", kind="stub"), *heads),
        rows=tuple(rows),
        footnotes=sheet.notes.footnotes(),
        note=(
            f"Adjusted {p}: Holm's correction over the {len(study.design.others)} comparisons of "
            "each line. There is no correction over the lines."
        ),
    )


Line = tuple[str, Subject]


def _groups(design: Design) -> Iterator[tuple[str, list[Line]]]:
    def timed(label: str, point: str, several: bool) -> str:
        return f"{label}, {point_label(point)}" if point and several else label

    yield (
        "Characteristics at baseline",
        [
            (timed(i.label, p, len(i.points) > 1), Subject("baseline", i.name, point=p))
            for i in design.baseline
            for p in i.points
        ],
    )
    yield (
        "Biology over time",
        [
            (timed(i.label, p, True), Subject("biology", i.name, point=p))
            for i in design.biology
            for p in i.points
        ],
    )
    yield (
        "Complications",
        [(i.label, Subject("complications", i.name)) for i in design.complications],
    )
    yield (
        "Outcomes",
        [
            (o.label, Subject("outcomes" if o.kind == "binary" else "survival", o.name))
            for o in design.outcomes
        ],
    )


def _group(sheet: Sheet, title: str, lines: list[Line]) -> Iterator[Row]:
    rows = [Row(label, _cells(sheet, about), "level", 1) for label, about in lines]
    rows = [row for row in rows if any(cell.text != DASH for cell in row.cells)]
    if rows:
        yield Row(title, kind="group")
        yield from rows


def _cells(sheet: Sheet, about: Subject) -> tuple[Cell, ...]:
    return tuple(cell for arm in sheet.design.others for cell in _pair(sheet, about, arm))


def _pair(sheet: Sheet, about: Subject, arm: str) -> Iterator[Cell]:
    versus = sheet.design.reference
    for name in ("p_raw", "p"):
        row = sheet.find(about, name, arm, versus)
        text = shown(row, lambda p: themes.p_cell(sheet.theme, p))
        low = row is not None and row.value is not None and row.value < sheet.design.alpha
        marked = name == "p" and low and sheet.theme.show_marks
        yield Cell(text, mark="*" if marked else "")

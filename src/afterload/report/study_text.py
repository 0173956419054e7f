"""A finished study in the terminal: who was compared, what came out, what to beware of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from afterload.report.prose_warnings import warnings
from afterload.report.table_view import Cell, ColumnHead, Notes, TableView
from afterload.report.tables import build_tables
from afterload.report.tables_cell import Sheet, shown
from afterload.report.theme import DEFAULT, Theme
from afterload.study.design import Study


def summary(study: Study, theme: Theme = DEFAULT, width: int = 100) -> RenderableType:
    """The study's title, arms, outcome tables and warnings, for a terminal `width` wide."""
    design = study.design
    parts: list[RenderableType] = [Text(design.title, style="bold")]
    sheet = Sheet(design, study.results, theme, Notes())
    arms = " · ".join(
        f"{arm} {shown(study.results.find('flow', 'arm', 'count', arm=arm), sheet.fixed)}"
        f"{' (reference)' if arm == design.reference else ''}"
        for arm in design.arms
    )
    parts.append(Text(arms, style="dim"))
    for view in build_tables(study, theme):
        if view.name.startswith(("outcome", "survival")):
            parts += [Text(), table(narrowed(view, width))]
    for warning in warnings(study, theme):
        parts += [Text(), Padding(Text(f"Beware: {warning}", style="yellow"), (0, 0, 0, 0))]
    return Group(*parts)


def narrowed(view: TableView, width: int) -> TableView:
    """A table with only the columns a terminal has room for: the last ones before p go first.

    What is left out stands in the report.
    """
    columns, rows = list(view.columns), [list(row.cells) for row in view.rows]
    while _width(columns, rows, view) > width and len(columns) > 3:
        out = len(columns) - 2
        columns.pop(out)
        for cells in rows:
            if cells:
                cells.pop(out - 1)
    return replace(
        view,
        columns=tuple(columns),
        rows=tuple(
            replace(row, cells=tuple(cells)) for row, cells in zip(view.rows, rows, strict=True)
        ),
    )


def _width(columns: list[ColumnHead], rows: list[list[Cell]], view: TableView) -> int:
    """How wide a table is when nothing wraps."""
    labels = [len(row.label) + 2 * row.indent + len(row.detail) + 1 for row in view.rows]
    widths = [max([len(columns[0].title), *labels])]
    for place, column in enumerate(columns[1:]):
        texts = [len(cells[place].plain) for cells in rows if cells]
        widths.append(max([len(column.title), len(column.second), *texts]))
    return sum(widths) + 2 * (len(widths) - 1)


def table(view: TableView) -> Table:
    """One table of the report, for the terminal."""
    drawn = Table(
        title=Text(view.title), title_style="bold", title_justify="left", box=None, pad_edge=False
    )
    for place, column in enumerate(view.columns):
        head = Text(column.title, style="bold")
        if column.second:
            head.append(f"\n{column.second}", style="dim")
        drawn.add_column(head, justify="left" if place == 0 else "right", overflow="fold")
    for row in view.rows:
        label = Text("  " * row.indent + row.label)
        if row.kind == "group":
            label.stylize("bold")
        if row.detail:
            label.append(f" {row.detail}", style="dim")
        drawn.add_row(label, *(Text(cell.plain) for cell in row.cells))
    return drawn


def written(paths: Sequence[Path], out: Path) -> RenderableType:
    """What was written, the report first."""
    lines = [Text.assemble("Report  ", (str(out / "index.html"), "bold"))]
    if (out / "report.docx") in paths:
        lines.append(Text.assemble("Word    ", str(out / "report.docx")))
    tables = sum(path.parent.name == "tables" for path in paths)
    figures = sum(path.parent.name == "figures" for path in paths)
    lines.append(Text(f"Also    {tables} tables (CSV), {figures} figures (SVG), results.json"))
    return Group(*lines)

"""A finished study in the terminal: who was compared, what came out, what to beware of."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from afterload.report.table_view import TableView
from afterload.report.tables import build_tables
from afterload.report.theme import DEFAULT, Theme
from afterload.study.design import Study


def summary(study: Study, theme: Theme = DEFAULT) -> RenderableType:
    """The study's title, arms, outcome tables and warnings."""
    design = study.design
    parts: list[RenderableType] = [Text(design.title, style="bold")]
    counts = [study.results.find("flow", "arm", "count", arm=arm) for arm in design.arms]
    arms = " · ".join(
        f"{arm} {count.value:.0f}{' (reference)' if arm == design.reference else ''}"
        for arm, count in zip(design.arms, counts, strict=True)
        if count is not None and count.value is not None
    )
    parts.append(Text(arms, style="dim"))
    for view in build_tables(study, theme):
        if view.name.startswith(("outcome", "survival")):
            parts += [Text(), table(view)]
    for warning in design.warnings:
        parts += [Text(), Padding(Text(f"Beware: {warning}", style="yellow"), (0, 0, 0, 0))]
    return Group(*parts)


def table(view: TableView) -> Table:
    """One table of the report, for the terminal."""
    drawn = Table(
        title=view.title, title_style="bold", title_justify="left", box=None, pad_edge=False
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
        drawn.add_row(label, *(cell.plain for cell in row.cells))
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

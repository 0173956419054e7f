"""The tables of a study, numbered in the order they are read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from afterload.report.table_view import TableView
from afterload.report.tables_biology import baseline_table, biology_table
from afterload.report.tables_cell import WITHHELD
from afterload.report.tables_outcome import complications_table, outcomes_table
from afterload.report.tables_pairwise import pairwise_table
from afterload.report.tables_survival import survival_table
from afterload.report.theme import DEFAULT, Theme
from afterload.study.ard import Results
from afterload.study.design import Study

Maker = Callable[[Study, Theme, int], TableView]


def build_tables(study: Study, theme: Theme = DEFAULT) -> tuple[TableView, ...]:
    """Every table the study has results for.

    Args:
        study: The study's shape and numbers.
        theme: How the numbers look.
    """
    design = study.design
    kinds = {outcome.kind for outcome in design.outcomes}
    makers: list[tuple[object, Maker]] = [
        (design.baseline, baseline_table),
        ("binary" in kinds, outcomes_table),
        ("time-to-event" in kinds, survival_table),
        (design.biology, biology_table),
        (design.complications, complications_table),
        (len(design.arms) > 2, pairwise_table),
    ]
    wanted = [make for needed, make in makers if needed]
    tables = [make(study, theme, position) for position, make in enumerate(wanted, start=1)]
    return tuple(_explained(table, study.results) for table in tables if table.rows)


def _explained(table: TableView, results: Results) -> TableView:
    """The table with what "<5" and "[c]" mean, where numbers were withheld."""
    threshold = results.find("meta", "disclosure", "text")
    cells = [cell.plain for row in table.rows for cell in row.cells]
    if threshold is None or not any(WITHHELD in text or text.startswith("<") for text in cells):
        return table
    small = threshold.text
    told = f"<{small}: a count of 1 to {int(small) - 1}, withheld; [c]: withheld to guard one."
    return replace(table, note=f"{table.note} {told}".strip())

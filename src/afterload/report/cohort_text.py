"""An in-silico trial for the terminal, as CSV and as plain data."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from afterload.report.score_text import NOT_A_DEVICE
from afterload.report.sim_rows import LABELS

if TYPE_CHECKING:
    from rich.console import RenderableType

    from afterload.actions.cohort import Cohort, Summary

SHOWN = (
    "map", "cvp", "pcwp", "lvedp", "ef", "native_flow", "total_flow", "stroke_work", "pva",
    "coronary_flow", "svo2",
)  # fmt: skip
"""Indices of the terminal's table; the CSV has all."""

COLUMNS = (
    "scenario", "index", "n", "p5", "p25", "median", "p75", "p95", "change_p5", "change_p25",
    "change_median", "change_p75", "change_p95", "share_higher",
)  # fmt: skip
"""Columns of the CSV: quantiles over the patients, and of the change patient by patient."""


def cohort_view(found: Cohort, folder: Path) -> RenderableType:
    """Every shown index in every scenario: median and the range of nine patients in ten."""
    from rich import box
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("Index")
    for scenario in found.scenarios:
        table.add_column(scenario, justify="right")
    rows = {(s.scenario, s.index): s for s in found.summary}
    for index in SHOWN:
        if (found.scenarios[0], index) in rows:
            cells = [_cell(rows[scenario, index]) for scenario in found.scenarios]
            table.add_row(_label(index), *cells, end_section=True)
    lost = [
        Text(f"! {name}: {count} of {found.n} settle in no beat and are left out.", style="yellow")
        for name, count in found.lost.items()
        if count
    ]
    return Group(
        Text(f"{found.n:,} virtual patients: median (5th to 95th percentile), and below it the "
             "median change against no device, patient by patient"),
        table,
        *lost,
        *(Text(f"! {warning}", style="yellow") for warning in found.warnings),
        Text(f"Written: {folder}"),
        Text(f"Virtual patients are nobody. {NOT_A_DEVICE}", style="dim"),
    )  # fmt: skip


def _label(index: str) -> str:
    """An index as people read it, with its unit on a line of its own."""
    from afterload.hemodynamics.gas_index import GAS_INDICES
    from afterload.hemodynamics.index import INDICES

    told = {one.name: (one.label, one.unit) for one in INDICES}
    told |= {one.name: (one.label, one.unit) for one in GAS_INDICES}
    label, unit = told.get(index, (index, ""))
    return f"{label}\n{LABELS.get(unit, unit)}".rstrip()


def _cell(one: Summary) -> str:
    """Median and range, and below them the change, in lines that a narrow column need not break."""
    low, _, middle, _, high = (_number(q) for q in one.quantiles)
    text = f"{middle}\n({low} to {high})"
    if one.change is not None:
        text += f"\n{_number(one.change[2], signed=True)}"
    return text.replace(" ", "\u00a0")


def _number(value: float, *, signed: bool = False) -> str:
    if math.isnan(value):
        return "?"
    digits = 0 if abs(value) >= 100 else 1
    rounded = round(value, digits) + 0.0  # never "-0.0"
    text = f"{rounded:+.{digits}f}" if signed else f"{rounded:.{digits}f}"
    return text.replace("-", "−")


def write_summary(found: Cohort, path: Path) -> None:
    """Every index in every scenario as CSV; what is not known is empty."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(_rows(found))


def _rows(found: Cohort) -> Iterator[tuple[str, ...]]:
    for one in found.summary:
        change = one.change or (math.nan,) * len(one.quantiles)
        numbers = (*one.quantiles, *change, one.rises)
        yield (
            one.scenario, one.index, str(one.n),
            *("" if math.isnan(x) else repr(x) for x in numbers),
        )  # fmt: skip


def cohort_data(found: Cohort) -> dict[str, Any]:
    """The trial as plain data, for JSON."""
    return {
        "n": found.n,
        "lost": dict(found.lost),
        "scenarios": list(found.scenarios),
        "summary": [dict(zip(COLUMNS, _plain(row), strict=True)) for row in _rows(found)],
        "files": [str(path) for path in found.files],
        "warnings": list(found.warnings),
    }


def _plain(row: tuple[str, ...]) -> tuple[Any, ...]:
    scenario, index, n, *numbers = row
    return (scenario, index, int(n), *(float(x) if x else None for x in numbers))

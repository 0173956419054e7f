"""An in-silico trial for the terminal, as CSV and as plain data."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from afterload.report.cohort_words import intervals_note, warnings_of
from afterload.report.score_text import NOT_A_DEVICE
from afterload.report.sim_rows import LABELS

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from afterload.actions.cohort_interval import Interval
    from afterload.actions.cohort_summary import Cohort, Contrast, Summary

SHOWN = (
    "map", "cvp", "pcwp", "lvedp", "ef", "native_flow", "total_flow", "stroke_work", "pva",
    "coronary_flow", "svo2",
)  # fmt: skip
"""Indices of the terminal's table; the CSV has all."""

COLUMNS = (
    "scenario", "index", "n", "p5", "p25", "median", "p75", "p95", "change_p5", "change_p25",
    "change_median", "change_p75", "change_p95", "share_higher", "median_low", "median_high",
    "change_low", "change_high", "device_low", "device_high",
)  # fmt: skip
"""Columns of the CSV: quantiles over the patients, and of the change patient by patient; the ends
of the 90 % intervals of both medians, and of the devices' part in these."""

CONTRASTS = (
    "scenario", "versus", "index", "n", "p5", "p25", "median", "p75", "p95", "share_higher",
    "median_low", "median_high", "device_low", "device_high",
)  # fmt: skip
"""Columns of the CSV of differences between strategies."""


def cohort_view(found: Cohort, disclosure: int | None = None) -> RenderableType:
    """Every shown index in every scenario: median and the range of nine patients in ten.

    Args:
        found: The cohort.
        disclosure: Counts of a registry's patients below this are withheld; None withholds none.
    """
    from rich.console import Group
    from rich.text import Text

    from afterload.report.cohort_registry_text import registry_view

    parts = [registry_view(found.registry, disclosure)] if found.registry else []
    parts += [Text(_headline(found)), _table(found)]
    if found.contrasts:
        parts += [Text("Between strategies, patient by patient: median difference (5th to 95th)"),
                  _apart(found)]  # fmt: skip
    whom = "A virtual patient is no prediction for the one he is of." if found.registry else (
        "Virtual patients are nobody."
    )  # fmt: skip
    return Group(
        *parts,
        *([Text(intervals_note(found), style="dim")] if found.tried or found.registry else []),
        *(Text(f"! {warning}", style="yellow") for warning in warnings_of(found)),
        Text(f"{whom} {NOT_A_DEVICE}", style="dim"),
    )


def _headline(found: Cohort) -> str:
    below = "and below it the median change against no device, patient by patient"
    return (
        f"{found.n:,} virtual patients: median, [90 % interval of the median], (5th to 95th "
        f"percentile), {below}"
    )


def _table(found: Cohort) -> RenderableType:
    """Every shown index in every scenario."""
    table = _grid(found.scenarios)
    rows = {(s.scenario, s.index): s for s in found.summary}
    for index in SHOWN:
        if (found.scenarios[0], index) in rows:
            cells = [_cell(rows[scenario, index]) for scenario in found.scenarios]
            table.add_row(_label(index), *cells, end_section=True)
    return table


def _apart(found: Cohort) -> RenderableType:
    """Every shown index between every two strategies."""
    pairs = list(dict.fromkeys((one.scenario, one.versus) for one in found.contrasts))
    table = _grid([f"{one}\nagainst {other}" for one, other in pairs])
    rows = {(one.scenario, one.versus, one.index): one for one in found.contrasts}
    for index in SHOWN:
        if (*pairs[0], index) in rows:
            cells = [_difference(rows[(*pair, index)]) for pair in pairs]
            table.add_row(_label(index), *cells, end_section=True)
    return table


def _grid(columns: Sequence[str]) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("Index")
    for name in columns:
        table.add_column(_broken(name), justify="right")
    return table


LONG = 16
"""Letters of a strategy's name that stand on one line of a narrow terminal."""


def _broken(name: str) -> str:
    """A strategy's name on lines of its devices and their options, where it is long."""
    lines = name.split("\n")
    return "\n".join(
        one.replace(":", ":\n").replace("+", "+\n") if len(one) > LONG else one for one in lines
    )


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
    lines = [middle, *_interval(one.middle), *([] if "?" in low + high else [f"({low} to {high})"])]
    if one.change is not None:
        lines += [_number(one.change[2], signed=True), *_interval(one.middle_change, signed=True)]
    return "\n".join(lines).replace(" ", "\u00a0")


def _difference(one: Contrast) -> str:
    low, _, middle, _, high = (_number(q, signed=True) for q in one.quantiles)
    span = [] if "?" in low + high else [f"({low} to {high})"]
    lines = [middle, *_interval(one.middle, signed=True), *span]
    return "\n".join(lines).replace(" ", "\u00a0")


def _interval(ends: Interval | None, *, signed: bool = False) -> list[str]:
    """The interval of a median, as a line of its own where there is one."""
    if ends is None or any(math.isnan(end) for end in ends):
        return []
    low, high = (_number(end, signed=signed) for end in ends)
    return [f"[{low} to {high}]"]


def _number(value: float, *, signed: bool = False) -> str:
    if math.isnan(value):
        return "?"
    digits = 0 if abs(value) >= 100 else 1
    rounded = round(value, digits) + 0.0  # never "-0.0"
    text = f"{rounded:+.{digits}f}" if signed else f"{rounded:.{digits}f}"
    return text.replace("-", "−")


def summary_csv(found: Cohort) -> str:
    """Every index in every scenario as CSV; what is not known is empty."""
    return _csv(COLUMNS, _rows(found))


def contrasts_csv(found: Cohort) -> str:
    """Every index between every two strategies as CSV; what is not known is empty."""
    return _csv(CONTRASTS, _contrasts(found))


def _csv(columns: Sequence[str], rows: Iterator[tuple[str, ...]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()


def _rows(found: Cohort) -> Iterator[tuple[str, ...]]:
    for one in found.summary:
        change = one.change or (math.nan,) * len(one.quantiles)
        numbers = (
            *one.quantiles,
            *change,
            one.rises,
            *_ends(one.middle),
            *_ends(one.middle_change),
            *_ends(one.device),
        )
        yield (one.scenario, one.index, str(one.n), *map(_exact, numbers))


def _contrasts(found: Cohort) -> Iterator[tuple[str, ...]]:
    for one in found.contrasts:
        numbers = (*one.quantiles, one.higher, *_ends(one.middle), *_ends(one.device))
        yield (one.scenario, one.versus, one.index, str(one.n), *map(_exact, numbers))


def _ends(interval: Interval | None) -> Interval:
    return interval or (math.nan, math.nan)


def _exact(value: float) -> str:
    return "" if math.isnan(value) else repr(value)


def cohort_data(found: Cohort, disclosure: int | None = None) -> dict[str, Any]:
    """The trial as plain data, for JSON.

    Args:
        found: The cohort.
        disclosure: Counts of a registry's patients below this are withheld; None withholds none.
    """
    from afterload.report.cohort_registry_text import registry_data

    return {
        "n": found.n,
        "asked": found.asked or found.n,
        "seed": found.drawn.seed,
        "spread": found.drawn.spread,
        "lost": dict(found.lost),
        "scenarios": list(found.scenarios),
        "summary": [_plain(row, COLUMNS, 2) for row in _rows(found)],
        "contrasts": [_plain(row, CONTRASTS, 3) for row in _contrasts(found)],
        **({"registry": registry_data(found.registry, disclosure)} if found.registry else {}),
        "devices_uncertain": _tried(found),
        "files": [str(path) for path in found.files],
        "warnings": list(found.warnings),
    }


def _tried(found: Cohort) -> dict[str, Any] | None:
    """What of the devices went into the intervals; None for nothing."""
    tried = found.tried
    if tried is None:
        return None
    return {
        "devices": list(tried.devices), "truths": tried.curves, "tried_on": tried.patients,
        "note": intervals_note(found),
    }  # fmt: skip


def _plain(row: tuple[str, ...], columns: Sequence[str], words: int) -> dict[str, Any]:
    """A row of a CSV as plain data: so many words, a count, and numbers."""
    numbers = (float(x) if x else None for x in row[words + 1 :])
    return dict(zip(columns, (*row[:words], int(row[words]), *numbers), strict=True))

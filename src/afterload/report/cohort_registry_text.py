"""Whose patients a registry's cohort is of: who was left out and why, and what was measured."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from afterload.report.cohort_disclosure import counts_of
from afterload.report.sim_rows import LABELS

if TYPE_CHECKING:
    from rich.console import RenderableType

    from afterload.actions.cohort_summary import Known, Sampled


def registry_view(told: Sampled, disclosure: int | None = None) -> RenderableType:
    """Two tables: the episodes that were taken and left out, and what was measured of them.

    Args:
        told: The patients.
        disclosure: Counts below this are withheld; None withholds none.
    """
    from rich import box
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    counts = counts_of(told, disclosure)
    who = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    who.add_column("Episodes")
    who.add_column("", justify="right")
    who.add_row("in the registry", str(counts.episodes))
    for why, n in counts.left_out.items():
        who.add_row(f"left out: {why}", str(n))
    who.add_row("simulated", str(counts.used), style="bold")
    for on, n in counts.on.items():
        if list(counts.on) != ["none"]:
            who.add_row(f"  measured on {on}" if on != "none" else "  on no device", str(n))
    what = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    what.add_column("Measured")
    for name in ("Patients", "Median (5th to 95th)", "Fitted"):
        what.add_column(name, justify="right")
    for one in told.measured:
        what.add_row(label_of(one.name), str(counts.measured[one.name]), range_of(one.measured),
                     number_of(one.fitted[1]))  # fmt: skip
    return Group(who, Text(f"Read: {told.rule}. {_drawn(told)}"), what)


def _drawn(told: Sampled) -> str:
    if not told.draws:
        each = "The most probable patient of each measured one"
    else:
        each = f"{told.draws} who fit each measured patient"
    return f"{each}, chosen by chance with replacement." if told.resampled else f"{each}."


def label_of(name: str) -> str:
    """A measurement as people read it, with its unit."""
    from afterload.core.vocabulary import standard
    from afterload.hemodynamics.fit_measure import ALL

    vocabulary = standard()
    if name in vocabulary:
        variable = vocabulary[name]
        return f"{variable.label}, {LABELS.get(variable.unit, variable.unit_label)}"
    one = ALL[name]
    return f"{one.label}, {one.unit}"


def range_of(values: tuple[float, ...]) -> str:
    """A median with the 5th and 95th percentile, as "60 (45 to 74)"."""
    low, middle, high = map(number_of, values)
    return middle if "–" in (low, high) else f"{middle} ({low} to {high})"


def number_of(value: float) -> str:
    """A measurement in as few digits as it deserves."""
    if math.isnan(value):
        return "–"
    return f"{value:.0f}" if abs(value) >= 20 else f"{value:.1f}"


def registry_data(told: Sampled, disclosure: int | None = None) -> dict[str, Any]:
    """The same as plain data, for JSON."""
    counts = counts_of(told, disclosure)
    return {
        "episodes": counts.episodes,
        "used": counts.used,
        "left_out": [{"why": why, "n": n} for why, n in counts.left_out.items()],
        "measured_on": [{"devices": on, "n": n} for on, n in counts.on.items()],
        "read": told.rule,
        "draws": told.draws,
        "resampled": told.resampled,
        "measured": [_known(one, counts.measured[one.name]) for one in told.measured],
    }


def _known(one: Known, n: int | str) -> dict[str, Any]:
    names = ("p5", "median", "p95")
    numbers = {
        name: None if math.isnan(v) else v for name, v in zip(names, one.measured, strict=True)
    }
    fitted = one.fitted[1]
    return {
        "name": one.name, "n": n, **numbers,
        "fitted_median": None if math.isnan(fitted) else fitted,
    }  # fmt: skip

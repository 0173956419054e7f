"""The indices of a simulation as rows of a table: grouped, labelled, with units and digits."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterload.core.variable import UNIT_LABELS
from afterload.hemodynamics.gas_index import GAS_INDICES, GasIndex
from afterload.hemodynamics.index import INDICES, Index
from afterload.report.number import MINUS, join

if TYPE_CHECKING:
    from afterload.actions.simulate import Scenario

LABELS = {"mm[Hg].mL": "mmHg·mL", **UNIT_LABELS}
"""Units as people write them."""

EVERY: tuple[Index | GasIndex, ...] = (*INDICES, *GAS_INDICES)
"""Every index of the circulation and of the gases."""

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Rate and arteries", ("hr", "map", "sbp", "dbp", "pulse_pressure")),
    ("Filling and lungs", ("cvp", "pa_sys", "pa_dia", "pap_mean", "pcwp", "lvedp")),
    ("Volumes", ("edv", "esv", "ef", "rv_edv", "rv_esv")),
    ("Flow", ("native_flow", "device_flow", "total_flow", "valve_opening")),
    ("Work and oxygen of the heart",
     ("stroke_work", "potential_energy", "pva", "mvo2", "coronary_flow", "supply_demand",
      "extraction_heart")),
    ("Brain", ("brain_flow", "brain_share", "brain_pressure")),
    ("Power and pulsatility", ("cpo", "papi")),
    ("Oxygen", ("svo2", "do2", "vo2", "do2_vo2", "extraction")),
    ("Arterial saturation",
     ("sao2_coronary", "sao2_head", "sao2_right_arm", "sao2_left_arm", "sao2_viscera",
      "sao2_legs", "mixing_position")),
    ("Blood gases, right radial artery", ("pao2", "paco2", "ph")),
)  # fmt: skip
"""How indices are grouped; what stands in none comes last."""

MORE = "More"
"""The group of what stands in none."""

SHORT = {
    "hr": "Heart rate", "map": "Arterial mean", "sbp": "Arterial systolic",
    "dbp": "Arterial diastolic", "pulse_pressure": "Pulse pressure", "cvp": "Central venous",
    "pa_sys": "PA systolic", "pa_dia": "PA diastolic", "pap_mean": "PA mean",
    "pcwp": "Wedge (LA mean)", "lvedp": "LV end-diastolic", "edv": "LV end-diastolic",
    "esv": "LV end-systolic", "ef": "LV ejection fraction", "rv_edv": "RV end-diastolic",
    "rv_esv": "RV end-systolic", "native_flow": "Through the aortic valve",
    "device_flow": "Pumps to the arteries", "total_flow": "To the body",
    "valve_opening": "Aortic valve open", "stroke_work": "LV stroke work",
    "potential_energy": "LV potential energy", "pva": "LV pressure-volume area",
    "mvo2": "LV oxygen use", "coronary_flow": "Coronary flow", "supply_demand": "Supply per demand",
    "extraction_heart": "Extraction", "cpo": "Cardiac power output",
    "papi": "PAPi", "svo2": "Mixed venous saturation", "do2": "Oxygen delivery",
    "vo2": "Oxygen uptake", "do2_vo2": "Delivery per uptake", "extraction": "Extraction",
    "sao2_coronary": "Coronary arteries", "sao2_head": "Head", "sao2_right_arm": "Right arm",
    "sao2_left_arm": "Left arm", "sao2_viscera": "Viscera", "sao2_legs": "Legs",
    "brain_flow": "Flow", "brain_share": "Share of all flow",
    "brain_pressure": "Perfusion pressure",
    "mixing_position": "Heart's share till mixing", "pao2": "PaO2", "paco2": "PaCO2", "ph": "pH",
}  # fmt: skip
"""Labels short enough for a table on a terminal or a phone."""

DIGITS = {
    "/min": 0, "mm[Hg]": 0, "mL": 0, "%": 0, "L/min": 1, "mm[Hg].mL": 0, "mL/min": 0, "W": 2,
    "1": 2,
}  # fmt: skip
"""Decimals by unit."""

_OWN_DIGITS = {"mvo2": 1, "do2": 0, "vo2": 0, "do2_vo2": 1, "extraction": 0}

SMALL = 0.005
"""Relative change below which two values count as the same."""


@dataclass(frozen=True, slots=True)
class Row:
    """One index over all scenarios.

    Args:
        name: The index.
        label: What it is.
        unit: As people write it.
        values: One per scenario; NaN for none.
        ranges: Ends of the 90 % interval per scenario, where it was asked for.
    """

    name: str
    label: str
    unit: str
    values: tuple[float, ...]
    ranges: tuple[tuple[float, float] | None, ...] = ()

    @property
    def short(self) -> str:
        """A label of few letters, that its group makes clear."""
        return SHORT.get(self.name, self.label)

    @property
    def texts(self) -> tuple[str, ...]:
        """The values as text."""
        return tuple(shown(self.name, value) for value in self.values)

    @property
    def intervals(self) -> tuple[str, ...]:
        """The intervals as text, "" where there is none or where nothing of it would be seen."""
        return tuple(interval(self.name, ends) for ends in self.ranges)

    @property
    def changes(self) -> tuple[str, ...]:
        """How each differs from the first, as "+12 %"; "" where it does not or cannot."""
        first = self.values[0]
        return tuple(change(first, value) for value in self.values)


def known() -> dict[str, Index | GasIndex]:
    """Every index by name."""
    return {index.name: index for index in EVERY}


def unit_of(name: str) -> str:
    """An index's unit as people write it."""
    unit = known()[name].unit
    return LABELS.get(unit, unit)


def digits_of(name: str) -> int:
    """How many decimals an index is shown with."""
    return _OWN_DIGITS.get(name, DIGITS.get(known()[name].unit, 2))


def shown(name: str, value: float) -> str:
    """A value as people read it, with a true minus sign."""
    if not math.isfinite(value):
        return "\N{EM DASH}"
    digits = digits_of(name)
    text = f"{value:,.{digits}f}".replace(",", "\N{NARROW NO-BREAK SPACE}")
    if float(f"{value:.{digits}f}") == 0:
        return text.removeprefix("-")
    return text.replace("-", MINUS)


def interval(name: str, ends: tuple[float, float] | None) -> str:
    """An interval as "62 to 71"; "" where both ends look the same."""
    if ends is None:
        return ""
    low, high = (shown(name, end) for end in ends)
    return join(low, high, "\N{EN DASH}") if low != high else ""


def change(first: float, value: float) -> str:
    """A relative change, as "+12 %"."""
    if not (math.isfinite(first) and math.isfinite(value)) or abs(first) < 1e-9:
        return ""
    share = 100 * (value - first) / abs(first)
    if abs(share) < 100 * SMALL:
        return ""
    sign = "+" if share > 0 else MINUS
    size = abs(share)
    return f"{sign}{size:.0f} %" if size >= 1 else f"{sign}{size:.1f} %"


def grouped(scenarios: tuple[Scenario, ...], patient: int = 0) -> Iterator[tuple[str, list[Row]]]:
    """The rows of every group, for one of the patients."""
    names = [name for name in known() if any(name in one.indices for one in scenarios)]
    placed = {name for _, group in GROUPS for name in group}
    rest = tuple(name for name in names if name not in placed)
    for title, group in (*GROUPS, (MORE, rest)):
        rows = [row_of(name, scenarios, patient) for name in group if name in names]
        if rows:
            yield title, rows


def row_of(name: str, scenarios: tuple[Scenario, ...], patient: int = 0) -> Row:
    """One index of one of the patients."""
    values = tuple(
        float(one.indices[name][patient]) if name in one.indices else math.nan for one in scenarios
    )
    ranges = tuple(one.ranges.get(name) for one in scenarios)
    return Row(name, known()[name].label, unit_of(name), values, ranges)

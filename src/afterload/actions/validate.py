"""Recompute what studies measured: every row of the validation table, simulated anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from afterload.actions import simulate_lanes as lanes
from afterload.core.errors import UnknownName
from afterload.hemodynamics.device import AbstractDevice, parse_device
from afterload.hemodynamics.fit_support import supported
from afterload.hemodynamics.gas import gases
from afterload.hemodynamics.gas_index import gas_indices
from afterload.hemodynamics.patient.gas import GAS
from afterload.hemodynamics.trace import Trace, trace
from afterload.hemodynamics.validation import PHENOTYPES, ROWS, Outcome, Phenotype, Row, build
from afterload.hemodynamics.validation.read import READ, read
from afterload.hemodynamics.validation.row import told_of

Array = NDArray[np.float64]

PER_BODY_SURFACE = {
    "cardiac_index": "total_flow",
    "power_index": "cpo",
    "native_index": "native_flow",
    "native_power_index": "native_power",
}
"""Indices that are another one divided by the body surface."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows of some kind are right."""

    right: int
    of: int

    @property
    def percent(self) -> float:
        """In per cent; NaN of none."""
        return 100.0 * self.right / self.of if self.of else float("nan")


@dataclass(frozen=True, slots=True)
class Validation:
    """The table, recomputed.

    Args:
        outcomes: Every row, in order.
        parameters: By phenotype, the parameters that its baseline set.
    """

    outcomes: tuple[Outcome, ...]
    parameters: dict[str, dict[str, float]]

    def of(self, group: str = "measured", *, fitted: bool | None = None) -> tuple[Outcome, ...]:
        """The rows of a group; with `fitted`, those that set a baseline, or all others."""
        return tuple(
            one
            for one in self.outcomes
            if one.row.group == group and fitted in (None, one.row.fitted)
        )

    def within(self, group: str = "measured", *, fitted: bool | None = None) -> Count:
        """Rows of a group with a published spread that are within one SD."""
        found = [
            one.within
            for one in self.of(group, fitted=fitted)
            if one.row.measured is not None and one.row.measured.sd > 0
        ]
        return Count(sum(one is True for one in found), len(found))

    def signs(self, group: str = "measured") -> Count:
        """Rows that are published as rising or falling and go that way."""
        return self._ways(group, "up", "down")

    def unchanged(self, group: str = "measured") -> Count:
        """Rows that are published as not changing and change by less than their tolerance."""
        return self._ways(group, "same")

    def rows(self, group: str = "measured") -> Count:
        """All rows of a group: neither outside nor the wrong way."""
        found = [one.passes for one in self.of(group)]
        return Count(sum(found), len(found))

    def _ways(self, group: str, *signs: str) -> Count:
        found = [one.sign_right is True for one in self.of(group) if one.row.sign in signs]
        return Count(sum(found), len(found))


def validate(rows: Sequence[Row] = ROWS, tell: Callable[[str], None] | None = None) -> Validation:
    """Simulate every row of the validation table.

    Every phenotype is set from its baseline once; all its rows are then one computation.

    Args:
        rows: The rows.
        tell: Called with the title of every phenotype as it is begun.

    Raises:
        NoConvergence: A baseline is not reached, or a scenario does not settle.
    """
    found: dict[tuple[str, str, str], float] = {}
    parameters = {}
    for name in dict.fromkeys(row.phenotype for row in rows):
        phenotype = PHENOTYPES[name]
        if tell:
            tell(phenotype.title)
        mine = [row for row in rows if row.phenotype == name]
        parameters[name] = build(phenotype)
        found |= _simulated(phenotype, parameters[name], mine)
    outcomes = []
    for row in rows:
        value = found[row.phenotype, row.devices, row.index]
        compared = found[row.phenotype, row.against, row.index]
        outcomes.append(Outcome(row, told_of(row, value, compared), compared, value))
    return Validation(tuple(outcomes), parameters)


def _simulated(
    phenotype: Phenotype, parameters: dict[str, float], rows: Sequence[Row]
) -> dict[tuple[str, str, str], float]:
    """Every index of every scenario that the rows ask for."""
    told = list(dict.fromkeys(way for row in rows for way in ("", row.against, row.devices)))
    devices = [[parse_device(word) for word in way.split("+")] if way else [] for way in told]
    given = {name: np.array([value]) for name, value in parameters.items()}
    alone, _ = lanes.settle(lanes.without_feedback(given), None)
    beat = trace(alone)
    hb = np.array([phenotype.gas.get("blood.hb", GAS["blood.hb"])])
    rested = lanes.referred(given, alone, beat, hb)
    closed = lanes.notch(beat)
    stopped = rested | {name: np.array([v]) for name, v in phenotype.arrested.items()}
    every = lanes.side_by_side(
        [supported(stopped if here else rested, here, closed) for here in devices]
    )
    settled, lost = lanes.settle(every, np.tile(alone.states, len(devices)))
    beat = trace(settled)
    names = dict.fromkeys(row.index for row in rows)
    values = {name: _index(name, beat, phenotype, devices) for name in names}
    return {
        (phenotype.name, way, name): float("nan") if lost[k] else float(value[k])
        for name, value in values.items()
        for k, way in enumerate(told)
    }


def _index(
    name: str, beat: Trace, phenotype: Phenotype, devices: Sequence[Sequence[AbstractDevice]]
) -> Array:
    if name in PER_BODY_SURFACE:
        return read(PER_BODY_SURFACE[name], beat) / phenotype.bsa
    if name in READ:
        return read(name, beat)
    found = gas_indices(gases(beat, phenotype.gas, devices))
    if name not in found:
        raise UnknownName("index of the validation table", name, [*READ, *found])
    return found[name]

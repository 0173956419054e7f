"""What a cohort found: medians with intervals, by index and strategy, and between strategies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from afterload.actions.cohort_interval import (
    Interval,
    Whose,
    device_part,
    median_moves,
    middle,
)
from afterload.actions.cohort_shape import SHAPED, Density, Shape, quantiles, shape
from afterload.core.errors import NoConvergence

if TYPE_CHECKING:
    import polars as pl

    from afterload.actions.cohort_band import Moved

Array = NDArray[np.float64]

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
"""What is told of every index; the outer two bound nine patients in ten."""


@dataclass(frozen=True, slots=True)
class Summary:
    """One index in one scenario over the whole cohort.

    Args:
        scenario: The devices, joined by "+"; "none" for the first.
        index: The index.
        n: Patients in whom it is known.
        quantiles: At `QUANTILES`, in the index's unit.
        change: Quantiles of its change against no device, patient by patient; None for the first.
        rises: Share of patients in whom it is higher than without a device; NaN for the first.
        middle: 90 % interval of the median: how far it is uncertain for who the patients happen to
            be, what was measured of them, and what the devices truly are.
        middle_change: The same of the median change.
        device: The devices' part of both, as ends around the median; None where nothing of them is
            uncertain. It is the same however many patients there are.
    """

    scenario: str
    index: str
    n: int
    quantiles: tuple[float, ...]
    change: tuple[float, ...] | None
    rises: float
    middle: Interval | None = None
    middle_change: Interval | None = None
    device: Interval | None = None


@dataclass(frozen=True, slots=True)
class Contrast:
    """One index in one strategy against another, patient by patient.

    Args:
        scenario: The one.
        versus: The other.
        index: The index.
        n: Patients in whom both are known.
        quantiles: Of the difference, at `QUANTILES`.
        higher: Share of patients in whom it is higher with the first.
        middle, device: As in `Summary`, of the median difference; a device of both strategies is
            the same in both.
    """

    scenario: str
    versus: str
    index: str
    n: int
    quantiles: tuple[float, ...]
    higher: float
    middle: Interval | None = None
    device: Interval | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """One measurement in the patients of a registry.

    Args:
        name: The measurement.
        n: Patients in whom it was measured.
        measured: The 5th, 50th and 95th percentile.
        fitted: The same of what the most probable patients have; NaN where it is not fitted.
        density: How both are distributed, as "measured" and "fitted"; None where all have the same.
    """

    name: str
    n: int
    measured: tuple[float, ...]
    fitted: tuple[float, ...]
    density: Density | None = None


@dataclass(frozen=True, slots=True)
class Sampled:
    """The patients of a registry behind a cohort.

    Args:
        episodes: Episodes in the registry.
        used: Those that were simulated.
        left_out: Why others were not, and how many, the most frequent reason first.
        rule: At which time they were measured, in words.
        draws: How many who fit were drawn of each; 0 for the most probable one alone.
        resampled: Whether the virtual patients were chosen with replacement.
        measured: What was measured of them.
        on: By the devices that ran when they were measured, how many; "none" for none.
    """

    episodes: int
    used: int
    left_out: Mapping[str, int]
    rule: str
    draws: int
    resampled: bool
    measured: tuple[Known, ...]
    on: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Lost:
    """Patients who settle in no beat with one strategy, and how they were without a device.

    Args:
        scenario: The strategy.
        n: How many, of those who settle without a device.
        before: By index, the median without a device of them, and of all others.
    """

    scenario: str
    n: int
    before: Mapping[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Drawn:
    """How the patients were drawn.

    Args:
        title: Around whom, in words; "" for the patients of a registry.
        spread: How far they lie apart; None where they are those who fit a measured patient.
        seed: Where chance began.
        around: What the patient has without a device, by index; empty for a registry.
        told: What was told of the patient, in words.
    """

    title: str = ""
    spread: float | None = None
    seed: int = 1
    around: Mapping[str, float] = field(default_factory=dict)
    told: str = ""


@dataclass(frozen=True, slots=True)
class Tried:
    """How far results move with what devices truly are.

    Args:
        devices: Words of the devices of which something is uncertain.
        curves: How many truths were drawn of them.
        patients: In how many patients each was tried.
    """

    devices: tuple[str, ...]
    curves: int
    patients: int


@dataclass(frozen=True, slots=True)
class Cohort:
    """What a cohort found.

    Args:
        n: Virtual patients.
        lost: By scenario, how many settled in no beat: their hearts cannot carry it.
        scenarios: Names of the scenarios, the first "none".
        summary: Every index in every scenario.
        files: The Parquet files with every patient.
        warnings: What a reader must know.
        contrasts: Every index between every two strategies.
        registry: Whose patients they are; None for virtual ones around one patient.
        options: The devices' words of every scenario but the first.
        asked: How many were asked for; more than n where it was stopped.
        shapes: How the main indices are distributed.
        who_lost: Who does not settle with a strategy.
        drawn: How they were drawn.
        tried: What was tried of the devices; None where nothing of them is uncertain.
    """

    n: int
    lost: Mapping[str, int]
    scenarios: tuple[str, ...]
    summary: tuple[Summary, ...]
    files: tuple[Path, ...]
    warnings: tuple[str, ...]
    contrasts: tuple[Contrast, ...] = ()
    registry: Sampled | None = None
    options: tuple[tuple[str, ...], ...] = ()
    asked: int = 0
    shapes: tuple[Shape, ...] = ()
    who_lost: tuple[Lost, ...] = ()
    drawn: Drawn = field(default_factory=Drawn)
    tried: Tried | None = None


@dataclass(slots=True)
class _Rows:
    """The rows of a result, as they are found."""

    summary: list[Summary] = field(default_factory=list)
    contrasts: list[Contrast] = field(default_factory=list)
    shapes: list[Shape] = field(default_factory=list)
    before: dict[str, dict[str, tuple[float, float]]] = field(default_factory=dict)


def summed(
    n: int,
    files: Sequence[Path],
    warnings: tuple[str, ...],
    seed: int = 1,
    moved: Sequence[Moved] = (),
) -> Cohort:
    """What the files say, index by index; only the columns of one index are in memory at a time.

    Args:
        n: Virtual patients.
        files: Where they are.
        warnings: What a reader must know.
        seed: For the intervals of medians.
        moved: How far strategies move with what their devices may truly be.

    Raises:
        NoConvergence: No patient settles without a device.
    """
    import polars as pl

    # A piece in which nobody has an index has no column of it.
    table = pl.concat([pl.scan_parquet(file) for file in files], how="diagonal")
    every = table.collect_schema().names()
    names = [name for name in every if name.startswith("index.")]
    scenarios, rows_of = _places(table)
    whose = _whose(table, rows_of[scenarios[0]]) if "episode" in every else None
    rows = _Rows()
    lost: dict[str, NDArray[np.bool_]] = {}
    of = {one.scenario: one.indices for one in moved}
    for name in names:
        held = table.select(name).collect()[name].to_numpy()
        columns = {s: held[rows_of[s]] for s in scenarios}
        if not lost:
            lost = {s: np.isnan(values) for s, values in columns.items()}
            if lost[scenarios[0]].all():
                raise NoConvergence("None of the virtual patients settles without a device.")
        index = name.removeprefix("index.")
        _add(rows, index, columns, whose, seed, {s: of[s].get(index) for s in of})
        if index in SHAPED:
            drawn = shape(index, columns)
            rows.shapes += [drawn] if drawn else []
            _before(rows, index, columns, lost)
    return Cohort(
        n, {s: int(who.sum()) for s, who in lost.items()}, scenarios, tuple(rows.summary),
        tuple(files), warnings, tuple(rows.contrasts), shapes=tuple(rows.shapes),
        who_lost=tuple(
            Lost(s, int((lost[s] & ~lost[scenarios[0]]).sum()), before)
            for s, before in rows.before.items()
        ),
    )  # fmt: skip


def _places(table: pl.LazyFrame) -> tuple[tuple[str, ...], dict[str, NDArray[np.intp]]]:
    """The scenarios, and the rows of each in the order of its patients."""
    import polars as pl

    kind = pl.col("scenario").cast(pl.Categorical)
    held = table.select("patient", kind).collect()
    scenarios = held["scenario"].unique(maintain_order=True).to_list()
    patient = held["patient"].to_numpy()
    found = {}
    for scenario in scenarios:
        rows = np.flatnonzero((held["scenario"] == scenario).to_numpy())
        found[scenario] = rows[np.argsort(patient[rows], kind="stable")]
    return tuple(scenarios), found


def _whose(table: pl.LazyFrame, rows: NDArray[np.intp]) -> Whose:
    """For every virtual patient the number of the measured one he is of."""
    held = table.select("episode").collect()["episode"].to_numpy()[rows]
    return np.unique(held, return_inverse=True)[1].astype(np.int64)


def _add(
    rows: _Rows,
    index: str,
    columns: Mapping[str, Array],
    whose: Whose | None,
    seed: int,
    moved: Mapping[str, Array | None],
) -> None:
    """The rows of one index."""
    names = list(columns)
    first = columns[names[0]]
    for place, (scenario, values) in enumerate(columns.items()):
        apart = values - first
        known, change = values[~np.isnan(values)], apart[~np.isnan(apart)]
        # Without a device nothing moves with it: the change moves as the value does.
        moves = median_moves(moved.get(scenario))
        rows.summary.append(
            Summary(
                scenario, index, len(known), quantiles(known, QUANTILES),
                quantiles(change, QUANTILES) if place else None,
                float((change > 0).mean()) if len(change) and place else float("nan"),
                middle(values, whose, seed, moves),
                middle(apart, whose, seed, moves) if place else None,
                device_part(moves),
            )
        )  # fmt: skip
        for other in names[1:place]:
            apart = values - columns[other]
            both = apart[~np.isnan(apart)]
            moves = median_moves(moved.get(scenario), moved.get(other))
            rows.contrasts.append(
                Contrast(
                    scenario, other, index, len(both), quantiles(both, QUANTILES),
                    float((both > 0).mean()) if len(both) else float("nan"),
                    middle(apart, whose, seed, moves), device_part(moves),
                )
            )  # fmt: skip


def _before(
    rows: _Rows, index: str, columns: Mapping[str, Array], lost: Mapping[str, NDArray[np.bool_]]
) -> None:
    """How those who settle in no beat with a strategy were without a device, and the others."""
    names = list(columns)
    first, none = columns[names[0]], lost[names[0]]
    for name in names[1:]:
        away = lost[name] & ~none
        if away.any():
            middles = (_median(first[away]), _median(first[~lost[name] & ~none]))
            rows.before.setdefault(name, {})[index] = middles


def _median(values: Array) -> float:
    known = values[~np.isnan(values)]
    return float(np.median(known)) if len(known) else float("nan")

"""What a cohort found: medians with intervals, by index and strategy, and between strategies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from afterload.core.errors import NoConvergence

if TYPE_CHECKING:
    import polars as pl

Array = NDArray[np.float64]

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
"""What is told of every index; the outer two bound nine patients in ten."""

ENDS = (0.05, 0.95)
"""Ends of the interval of a median: 90 %."""

REPEATED = 1000
"""Cohorts drawn anew from the patients, for the interval of a median."""

Interval = tuple[float, float]


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
        middle: 90 % interval of the median, where the patients are those of a registry: how far it
            is uncertain for who they happen to be and what was measured of them.
        middle_change: The same of the median change.
    """

    scenario: str
    index: str
    n: int
    quantiles: tuple[float, ...]
    change: tuple[float, ...] | None
    rises: float
    middle: Interval | None = None
    middle_change: Interval | None = None


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
        middle: As in `Summary`, of the median difference.
    """

    scenario: str
    versus: str
    index: str
    n: int
    quantiles: tuple[float, ...]
    higher: float
    middle: Interval | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """One measurement in the patients of a registry.

    Args:
        name: The measurement.
        n: Patients in whom it was measured.
        measured: The 5th, 50th and 95th percentile.
        fitted: The same of what the most probable patients have; NaN where it is not fitted.
    """

    name: str
    n: int
    measured: tuple[float, ...]
    fitted: tuple[float, ...]


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
    """

    n: int
    lost: Mapping[str, int]
    scenarios: tuple[str, ...]
    summary: tuple[Summary, ...]
    files: tuple[Path, ...]
    warnings: tuple[str, ...]
    contrasts: tuple[Contrast, ...] = ()
    registry: Sampled | None = None


@dataclass(slots=True)
class _Rows:
    """The rows of a result, as they are found."""

    summary: list[Summary] = field(default_factory=list)
    contrasts: list[Contrast] = field(default_factory=list)


def summed(n: int, files: Sequence[Path], warnings: tuple[str, ...], seed: int = 1) -> Cohort:
    """What the files say, index by index; only the columns of one index are in memory at a time.

    Args:
        n: Virtual patients.
        files: Where they are.
        warnings: What a reader must know.
        seed: For the intervals of medians.

    Raises:
        NoConvergence: No patient settles without a device.
    """
    import polars as pl

    # A chunk in which nobody has an index has no column of it.
    table = pl.concat([pl.scan_parquet(file) for file in files], how="diagonal")
    every = table.collect_schema().names()
    names = [name for name in every if name.startswith("index.")]
    scenarios = table.select("scenario").unique(maintain_order=True).collect()["scenario"].to_list()
    whose = _whose(table, scenarios[0]) if "episode" in every else None
    rows, lost = _Rows(), dict.fromkeys(scenarios, 0)
    for name in names:
        held = table.select("patient", "scenario", name).collect()
        columns = {
            s: held.filter(pl.col("scenario") == s).sort("patient")[name].to_numpy()
            for s in scenarios
        }
        if name == names[0]:
            lost = {s: int(np.isnan(values).sum()) for s, values in columns.items()}
            if lost[scenarios[0]] == n:
                raise NoConvergence("None of the virtual patients settles without a device.")
        _add(rows, name.removeprefix("index."), columns, whose, seed)
    return Cohort(n, lost, tuple(scenarios), tuple(rows.summary), tuple(files), warnings,
                  tuple(rows.contrasts))  # fmt: skip


def _whose(table: pl.LazyFrame, scenario: str) -> NDArray[np.int64]:
    """For every virtual patient the number of the measured one he is of."""
    import polars as pl

    held = table.filter(pl.col("scenario") == scenario).sort("patient").select("episode").collect()
    return np.unique(held["episode"].to_numpy(), return_inverse=True)[1].astype(np.int64)


def _add(
    rows: _Rows,
    index: str,
    columns: Mapping[str, Array],
    whose: NDArray[np.int64] | None,
    seed: int,
) -> None:
    """The rows of one index."""
    names = list(columns)
    first = columns[names[0]]
    for place, (scenario, values) in enumerate(columns.items()):
        known, change = values[~np.isnan(values)], (values - first)[~np.isnan(values - first)]
        rows.summary.append(
            Summary(
                scenario, index, len(known), _quantiles(known),
                _quantiles(change) if place else None,
                float((change > 0).mean()) if len(change) and place else float("nan"),
                middle(values, whose, seed),
                middle(values - first, whose, seed) if place else None,
            )
        )  # fmt: skip
        for other in names[1:place]:
            apart = values - columns[other]
            both = apart[~np.isnan(apart)]
            rows.contrasts.append(
                Contrast(
                    scenario, other, index, len(both), _quantiles(both),
                    float((both > 0).mean()) if len(both) else float("nan"),
                    middle(apart, whose, seed),
                )
            )  # fmt: skip


def _quantiles(values: Array) -> tuple[float, ...]:
    if not len(values):
        return (float("nan"),) * len(QUANTILES)
    return tuple(float(q) for q in np.quantile(values, QUANTILES))


def middle(values: Array, whose: NDArray[np.int64] | None, seed: int) -> Interval | None:
    """90 % interval of the median over the measured patients, by drawing the cohort anew.

    Each time as many patients as there are are chosen with replacement, and of each one who fits
    him: the interval holds both how few they are and how little was measured of each.

    Args:
        values: Of every virtual patient, shape (n,), NaN where unknown.
        whose: The number of the measured patient each is of; None where they are of none.
        seed: For the choice.
    """
    if whose is None:
        return None
    there = ~np.isnan(values)
    if not there.any():
        return (float("nan"), float("nan"))
    order = np.argsort(whose[there], kind="stable")
    sorted_values = values[there][order]
    _, starts, counts = np.unique(whose[there][order], return_index=True, return_counts=True)
    people, rng = len(starts), np.random.default_rng([seed, 2])
    medians = []
    at_once = max(1, 2_000_000 // people)
    for first in range(0, REPEATED, at_once):
        who = rng.integers(0, people, (min(at_once, REPEATED - first), people))
        which = starts[who] + (rng.random(who.shape) * counts[who]).astype(np.int64)
        medians.append(np.median(sorted_values[which], axis=1))
    low, high = np.quantile(np.concatenate(medians), ENDS)
    return float(low), float(high)

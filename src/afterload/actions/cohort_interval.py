"""How far a cohort's median may be off: for who its patients are, and for what its devices are.

Patients are many, and more of them make the median surer. What a device truly is, is one and the
same for all of them: that part of the interval does not shrink with their number.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Whose = NDArray[np.int64]
"""For every virtual patient, the number of the measured one he is of."""

Interval = tuple[float, float]

ENDS = (0.05, 0.95)
"""Ends of the interval of a median: 90 %."""

REPEATED = 1024
"""Medians drawn for an interval; a multiple of the number of curves."""


def middle(values: Array, whose: Whose | None, seed: int, moves: Array | None = None) -> Interval:
    """90 % interval of a median; NaN where nobody has a value.

    Args:
        values: Of every virtual patient, shape (n,), NaN where unknown.
        whose: The number of the measured patient each is of; None where they are of none.
        seed: For the choice.
        moves: How far the median moves with what the devices may truly be, shape (curves,); None
            where nothing of them is uncertain.
    """
    there = ~np.isnan(values)
    if not there.any():
        return (float("nan"), float("nan"))
    rng = np.random.default_rng([seed, 2])
    if whose is None:
        medians = _of_virtual(values[there], rng)
    else:
        medians = _of_measured(values[there], whose[there], rng)
    if moves is not None and len(moves):
        medians = medians + np.resize(moves, REPEATED)
    low, high = np.quantile(medians, ENDS)
    return float(low), float(high)


def _of_virtual(values: Array, rng: np.random.Generator) -> Array:
    """Where the median of all who could be drawn may lie, given those who were.

    Of n independent patients, the share below that median is distributed as Beta with n + 1 halves
    twice: exact, whatever the numbers' distribution.

    Source:
        Order statistics of uniform numbers (David & Nagaraja 2003, Order Statistics, section 2.1;
        memory).
    """
    half = (len(values) + 1) / 2
    return np.asarray(np.quantile(values, rng.beta(half, half, REPEATED)))


def _of_measured(values: Array, whose: Whose, rng: np.random.Generator) -> Array:
    """Medians over the measured patients, by drawing the cohort anew.

    Each time as many patients as there are are chosen with replacement, and of each one who fits
    him: this holds both how few they are and how little was measured of each.
    """
    order = np.argsort(whose, kind="stable")
    sorted_values = values[order]
    _, starts, counts = np.unique(whose[order], return_index=True, return_counts=True)
    people, medians = len(starts), []
    at_once = max(1, 2_000_000 // people)
    for first in range(0, REPEATED, at_once):
        who = rng.integers(0, people, (min(at_once, REPEATED - first), people))
        which = starts[who] + (rng.random(who.shape) * counts[who]).astype(np.int64)
        medians.append(np.median(sorted_values[which], axis=1))
    return np.concatenate(medians)


def median_moves(moved: Array | None, other: Array | None = None) -> Array | None:
    """How far a median moves with each curve, shape (curves,); None if it does not.

    Args:
        moved: How far some patients move with each, shape (curves, patients), NaN where unknown.
        other: The same of another strategy, of which the difference is asked for. A device of both
            is the same in both.
    """
    if moved is None and other is None:
        return None
    if moved is None or other is None:
        apart = moved if moved is not None else -np.asarray(other)
    else:
        apart = moved - other
    known = ~np.isnan(apart).all(axis=1)
    return np.asarray(np.nanmedian(apart[known], axis=1))


def device_part(moves: Array | None) -> Interval | None:
    """The part of an interval that is the devices', as ends around the median; None for none."""
    if moves is None or not len(moves):
        return None
    low, high = np.quantile(moves, ENDS)
    return float(low), float(high)

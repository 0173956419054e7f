"""Pressures of beats with and without the balloon, as they are read off a monitor at 1:2 or 1:3."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from afterload.core.source import Source
from afterload.hemodynamics.trace import Trace

Array = NDArray[np.float64]

READ = Source(
    "How timing of counterpulsation is judged at 1:2",
    place="the five pressures and their names; general knowledge",
    confidence="M",
)


EARLY = 0.6
"""Share of the time from the R wave to filling within which pressure begins to rise in ejection."""


@dataclass(frozen=True, slots=True)
class Augmented:
    """Pressures in the aortic arch at 1:2 or 1:3, mmHg, shape (n,) each.

    A systole is assisted if the balloon has just been emptied; the end of a diastole is, if it was
    full in that diastole. Of several of a kind in a cycle, it is their mean.

    Args:
        unassisted_systole: Highest pressure of an ejection that no balloon came before.
        augmented_diastole: Highest pressure while the balloon is full.
        assisted_end_diastole: Lowest pressure as it is emptied, before the next ejection.
        assisted_systole: Highest pressure of that ejection.
        unassisted_end_diastole: Lowest pressure after a diastole without the balloon.
    """

    unassisted_systole: Array
    augmented_diastole: Array
    assisted_end_diastole: Array
    assisted_systole: Array
    unassisted_end_diastole: Array

    def numbers(self) -> dict[str, Array]:
        """By name."""
        return {one.name: getattr(self, one.name) for one in fields(self)}


def augmented(t: Trace) -> Augmented | None:
    """The pressures of a cycle in which a balloon fills in some beats; None of any other."""
    fills = np.array([place.fills for place in t.places])
    if t.beats == 1 or fills.all():
        return None
    filled = np.array([place.filled for place in t.places])
    if filled.all() or not (fills.any() and filled.any()):
        return None
    pressure = t.of_beats(t.pressures["arch"])
    time, filling = t.time[: pressure.shape[1]], t.parameters["balloon.inflate"]
    before, step = time < filling, np.arange(pressure.shape[1])[:, None]
    foot = np.where(time < EARLY * filling, pressure, np.inf).argmin(axis=1)[:, None]
    ejected = np.where(before & (step >= foot), pressure, -np.inf)
    peak, full = ejected.max(axis=1), np.where(before, -np.inf, pressure).max(axis=1)
    late = np.where(before, np.inf, pressure).min(axis=1)
    early = np.where(step <= foot, pressure, np.inf).min(axis=1)
    lowest = np.minimum(late, np.roll(early, -1, axis=0))
    return Augmented(
        _mean(peak, ~filled), _mean(full, fills), _mean(lowest, fills), _mean(peak, filled),
        _mean(lowest, ~fills),
    )  # fmt: skip


def _mean(values: Array, which: NDArray[np.bool_]) -> Array:
    """Mean over some beats, shape (n,)."""
    return np.asarray(np.where(which, values, 0.0).sum(axis=0) / which.sum(axis=0))

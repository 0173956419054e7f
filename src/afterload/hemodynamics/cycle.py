"""Devices that do not do the same in every beat: a balloon that fills in every second or third one,
and a pump whose speed pulses by a clock of its own.

With them no beat repeats itself, but a cycle of some beats does. A balloon at 1:r has a cycle of r
beats. A pulse every 2 s and a heart have none in common, so that the nearest one stands for it: in
n beats fall m pulses, m the number that leaves the time between them nearest to what it is, and the
pulse is stretched or shortened in time to fit, which leaves the share of the time that it lasts,
and so the mean of the square of the speed, as they are. Where m and n have a factor in common, the
same few parts of the beat would be met by all pulses, which no heart keeps up for long: then some
are put off by parts of a beat, so that they fall evenly on all of it.

What follows the beats slowly, as reflexes and contractility, sees the means of the cycle.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Whole = NDArray[np.intp]

USUAL: dict[str, float] = {
    "balloon.ratio": 1.0,
    "pulse.swing": 0.0, "pulse.period": 2.0, "pulse.down": 0.15, "pulse.up": 0.20,
}  # fmt: skip
"""What stands where nothing else is told: a balloon fills in every beat, and no speed pulses.

"balloon.ratio" is in beats, "pulse.swing" in krpm, the other three in s.
"""

PULSED = "left_pump"
"""The place whose pump can pulse."""

SLOWEST, FULL = 3.9, 4.0
"""Speeds between which the pulse comes up to its size, krpm: below 4,000 rpm a HeartMate 3 has none
(its maker's card). That it comes up gradually lets a speed be found for a flow."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a beat stands among others, shape (lanes,) each.

    Args:
        fills: Whether the balloon fills in this beat.
        filled: Whether it did in the one before, so that it may still be emptying.
        clock: When it begins, s since a pulse began.
        stretch: By what the pulse's times are multiplied.
    """

    fills: NDArray[np.bool_]
    filled: NDArray[np.bool_]
    clock: Array
    stretch: Array

    def of(self, lanes: slice | Whole) -> Place:
        """The same beat of some lanes."""
        return Place(self.fills[lanes], self.filled[lanes], self.clock[lanes], self.stretch[lanes])


def in_step(lanes: int) -> Place:
    """The place of a beat where all beats are alike."""
    return Place(np.ones(lanes, bool), np.ones(lanes, bool), np.zeros(lanes), np.ones(lanes))


def beside(places: Sequence[Place]) -> Place:
    """Beats of several groups of lanes side by side."""
    return Place(
        np.concatenate([one.fills for one in places]),
        np.concatenate([one.filled for one in places]),
        np.concatenate([one.clock for one in places]),
        np.concatenate([one.stretch for one in places]),
    )


def told(parameters: Mapping[str, Array], name: str) -> Array:
    """A parameter of `USUAL`, shape (lanes,)."""
    found = parameters.get(name)
    return np.full_like(parameters["beat.hr"], USUAL[name]) if found is None else found


def ratio(parameters: Mapping[str, Array]) -> Whole:
    """Beats per filling of the balloon, shape (lanes,); 1 without one."""
    asked = np.rint(told(parameters, "balloon.ratio")).astype(np.intp)
    return np.where(parameters["desc.balloon"] != 0.0, np.maximum(asked, 1), 1)


def pulses(parameters: Mapping[str, Array]) -> NDArray[np.bool_]:
    """Where a pump's speed pulses, shape (lanes,)."""
    swings = told(parameters, "pulse.swing") != 0.0
    return np.asarray(swings & (parameters[f"{PULSED}.on"] != 0.0))


def swing(parameters: Mapping[str, Array], speed: Array) -> Array:
    """Size of the pulse at a speed, krpm."""
    up = np.clip((speed - SLOWEST) / (FULL - SLOWEST), 0.0, 1.0)
    return up * parameters[f"{PULSED}.on"] * told(parameters, "pulse.swing")


def pulse(parameters: Mapping[str, Array], place: Place, period: Array, steps: int) -> Array:
    """How much of its swing a speed is above itself in every step of a beat, -1 to 1, its mean.

    Args:
        parameters: All parameters, shape (lanes,) each.
        place: Where the beat stands.
        period: Its length, s.
        steps: Its steps.

    Returns:
        Shape (steps, lanes).
    """
    every, down, up = (
        told(parameters, f"pulse.{name}") * place.stretch for name in ("period", "down", "up")
    )
    at = place.clock + np.arange(steps + 1)[:, None] * (period / steps)
    whole, within = np.divmod(at, every)
    so_far = np.clip(within - down, 0.0, up) - np.minimum(within, down)
    gone = whole * (up - down) + so_far
    return np.asarray(np.round(np.diff(gone, axis=0) * (steps / period), 9))


BEATS = 24
"""Beats of the cycle that stands for a heart and a pulse, a multiple of every balloon's."""


def length(parameters: Mapping[str, Array]) -> Whole:
    """Beats of the cycle of every lane."""
    return np.where(pulses(parameters), BEATS, ratio(parameters))


def pulses_in(parameters: Mapping[str, Array], period: Array, beats: int) -> Array:
    """How many pulses fall in a cycle of beats, shape (lanes,): the number that fits best."""
    return np.maximum(np.rint(beats * period / told(parameters, "pulse.period")), 1.0)


def stretch(parameters: Mapping[str, Array], period: Array, beats: int, count: Array) -> Array:
    """By what the time between pulses is multiplied so that so many fill a cycle."""
    return np.asarray(beats * period / (count * told(parameters, "pulse.period")))


def places(
    parameters: Mapping[str, Array], period: Array, beats: int, count: Array
) -> tuple[Place, ...]:
    """The beats of a cycle, in the first of which the balloon fills.

    Args:
        parameters: All parameters, shape (lanes,) each.
        period: Length of a beat, s.
        beats: Beats of the cycle.
        count: How many pulses fall in it, shape (lanes,).
    """
    each, long = ratio(parameters), stretch(parameters, period, beats, count)
    alike = np.gcd(beats, count.astype(np.intp))
    late = period / count * _apart(parameters, period, beats, count, alike)
    return tuple(
        Place(
            k % each == 0, (k - 1) % each == 0, k * period - late * (k // (beats // alike)), long
        )
        for k in range(beats)
    )  # fmt: skip


def _apart(
    parameters: Mapping[str, Array], period: Array, beats: int, count: Array, alike: Whole
) -> NDArray[np.bool_]:
    """Where pulses can be put off so far that none is cut off."""
    over = told(parameters, "pulse.down") + told(parameters, "pulse.up")
    return np.asarray(alike - 1 + 1.2 * over * count / period < beats)


PULSES = 4
"""Pulses whose beats stand for a patient at one moment of a course."""


def recent(parameters: Mapping[str, Array]) -> Whole:
    """How many beats, with the last one, stand for a moment of a course, shape (lanes,)."""
    each = ratio(parameters)
    over = PULSES * told(parameters, "pulse.period") * parameters["beat.hr"] / 60.0
    many = each * np.maximum(np.rint(over / each), 1.0).astype(np.intp)
    return np.where(pulses(parameters), many, each)

"""How the chambers contract over a beat, and how a balloon fills: tables that the kernel reads.

Every lane takes the same number of steps per beat, so that the place in the table is the same for
all and only the length of a step differs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

REFERENCE_PERIOD = 0.689655
"""Seconds of the beat at which the times of contraction are told (87 a minute).

Source: svZeroDSolver c7b0ca0, tests/cases/closed_loop_two_hill.json (hemodynamics reference C.1).
"""

VENTRICLE = (0.269, 0.452, 1.32, 16.0)
ATRIUM = (0.110, 0.180, 1.32, 13.1)
"""Double Hill: time constants of rise and fall as shares of the reference beat, and exponents.

Source: as `REFERENCE_PERIOD`, but for the ventricles' last exponent, 27.4 there: pressure would
fall with a time constant of 22 ms in a healthy heart. Measured are 40 ± 8 to 48 ± 12 ms (dogs, 33 ±
5 with isoproterenol: Myreng & Smiseth 1990, Circulation 81:260, abstract), and 64 ± 13 ms in people
with coronary disease (Takeuchi 1985, J Am Coll Cardiol 6:597, abstract). 16 gives 39 ms at 70/min,
and less at a higher rate, as in people who are paced (Am Heart J, April 1998, abstract at
insights.ovid.com/amhj/199804000/00000406-199804000-00007).
"""

SYSTOLE_LENGTH = 1.15
SYSTOLE_EXPONENT = 0.4
"""Contraction lasts longer than in that source, and shortens with the length of the beat to this
power, so that a fast heart loses more diastole than systole. With both a healthy adult ejects as
long as men do: 413 - 1.7 HR ms (Weissler 1968, Circulation 37:149; memory)."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The timing of a beat, one value per lane.

    Args:
        hr: Heart rate, beats/min.
        av_delay: From atrial to ventricular contraction, s.
        inflate: When the balloon begins to fill, s after ventricular contraction begins.
        deflate: When it begins to empty, s before the next one begins; negative is after.
        ramp: How long filling and emptying take, s.
    """

    hr: Array
    av_delay: Array
    inflate: Array
    deflate: Array
    ramp: Array

    @property
    def period(self) -> Array:
        """Length of a beat, s."""
        return 60.0 / self.hr


def double_hill(t: Array, rise: Array, fall: Array, m1: float, m2: float) -> Array:
    """A contraction that begins at t = 0; its peak is `peak_of` its shape."""
    t = np.maximum(t, 0.0)
    up = (t / rise) ** m1
    down = (t / fall) ** m2
    return up / (1 + up) / (1 + down)


def scale_of(period: Array) -> Array:
    """By what the times of contraction are told, for beats of some lengths, s."""
    longest = SYSTOLE_LENGTH * REFERENCE_PERIOD
    return np.asarray(longest * (period / REFERENCE_PERIOD) ** SYSTOLE_EXPONENT)


def contraction(t: Array, period: Array, shape: tuple[float, float, float, float]) -> Array:
    """Activation, 0 to 1, at times since contraction began; shape of `t` (k, lanes).

    It is read off a fine table of the curve, straight between its points: within 2e-6 of the
    formula, and ten times as fast.
    """
    curve = curve_of(shape)
    place = _within(t, period) * (FINE / scale_of(period))
    low = np.minimum(place.astype(np.intp), len(curve) - 2)
    below = curve[low]
    return np.asarray(below + (place - low) * (curve[low + 1] - below))


FINE = 16384
"""Points of the table of a curve per reference length of its contraction."""


@cache
def curve_of(shape: tuple[float, float, float, float]) -> Array:
    """The scaled curve over four times the scale of its times; later it is at rest."""
    t = np.arange(4 * FINE + 2) / FINE
    curve = double_hill(t, np.array(shape[0]), np.array(shape[1]), *shape[2:]) / peak_of(shape)
    curve[-2:] = 0.0
    return curve


def _within(t: Array, period: Array) -> Array:
    """Times less than a beat before or after it, moved into the beat."""
    return np.where(t < 0, t + period, np.where(t >= period, t - period, t))


@cache
def peak_of(shape: tuple[float, float, float, float]) -> float:
    """The largest value of the unscaled curve; it does not depend on the length of the beat."""
    t = np.linspace(0, 1.5 * shape[1], 20001)
    return float(double_hill(t, np.array(shape[0]), np.array(shape[1]), *shape[2:]).max())


def balloon(t: Array, rhythm: Rhythm) -> Array:
    """How full the balloon is, 0 to 1, at times in the beat; smooth ramps."""
    period = rhythm.period
    begin, end = rhythm.inflate, period - rhythm.deflate
    since = _within(t - begin, period)
    length = np.mod(end - begin, period)
    up = np.clip(since / rhythm.ramp, 0, 1)
    down = np.clip((since - length) / rhythm.ramp, 0, 1)
    return _smooth(up) - _smooth(down)


def _smooth(x: Array) -> Array:
    return x * x * (3 - 2 * x)


def table(rhythm: Rhythm, steps: int) -> Array:
    """Atria, ventricles and balloon at every half step, shape (2 steps + 1, 3, lanes)."""
    period = rhythm.period
    t = np.linspace(0, 1, 2 * steps + 1)[:, None] * period
    atria = contraction(t + rhythm.av_delay, period, ATRIUM)
    ventricles = contraction(t, period, VENTRICLE)
    return np.ascontiguousarray(np.stack([atria, ventricles, balloon(t, rhythm)], axis=1))


def filled_in_some(
    whole: Array, rhythm: Rhythm, fills: NDArray[np.bool_], filled: NDArray[np.bool_]
) -> Array:
    """A table in which the balloon stays empty in some lanes; the same one if it does in none.

    Args:
        whole: The table of a balloon that fills in every beat.
        rhythm: Its rhythm.
        fills: Whether it fills in this beat, shape (lanes,).
        filled: Whether it did in the one before, and may still be emptying when this one begins.
    """
    if fills.all() and filled.all():
        return whole
    found = whole.copy()
    t = np.linspace(0, 1, len(whole))[:, None] * rhythm.period
    found[:, 2] *= np.where(t < rhythm.inflate, filled, fills)
    return found


def peak_time(period: Array) -> Array:
    """When ventricular activation is largest, s after it begins: the end of systole."""
    t = np.linspace(0, 1.5 * VENTRICLE[1], 4001)
    curve = double_hill(t, np.array(VENTRICLE[0]), np.array(VENTRICLE[1]), *VENTRICLE[2:])
    share = float(t[curve.argmax()])
    return np.asarray(share * scale_of(period))

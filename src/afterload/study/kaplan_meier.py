"""Kaplan-Meier: the share still free of an event over time, and how sure that is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SAME_TIME = math.sqrt(np.finfo(np.float64).eps)
"""Times closer than this, absolutely or as a share of the mean time, are the same time."""


@dataclass(frozen=True, slots=True)
class Curve:
    """A Kaplan-Meier curve, at every time somebody had the event or left.

    Args:
        time: Shape (t,), ascending, days.
        at_risk: Shape (t,), followed and free of the event just before.
        events: Shape (t,), events at that time.
        censored: Shape (t,), ends of follow-up at that time.
        survival: Shape (t,), share free of the event just after.
        log_se: Shape (t,), standard error of the logarithm of `survival` (Greenwood);
            infinite once nobody is left.
        low, high: Shape (t,), log-log confidence limits; NaN while the curve is at 1 or at 0.
    """

    time: Floats
    at_risk: Ints
    events: Ints
    censored: Ints
    survival: Floats
    log_se: Floats
    low: Floats
    high: Floats


def join_near_times(days: Floats) -> Floats:
    """Give times that differ only by rounding the same value.

    Without it 0.1 + 0.2 days and 0.3 days would be two different times.

    Args:
        days: Shape (n,), nothing missing.
    """
    times, place = np.unique(days, return_inverse=True)
    gaps = np.diff(times)
    near = (gaps <= SAME_TIME) | (gaps <= SAME_TIME * float(np.mean(np.abs(times))))
    if not near.any():
        return days
    first = np.concatenate(([0], np.flatnonzero(~near) + 1))
    run = np.searchsorted(first, np.arange(len(times)), side="right") - 1
    joined: Floats = times[first][run][place]
    return joined


def kaplan_meier(days: Floats, event: NDArray[np.bool_], level: float = 0.95) -> Curve:
    """The Kaplan-Meier curve of one arm.

    Args:
        days: Shape (n,), n at least 1, from time zero to the event or the end of follow-up.
        event: Shape (n,), whether it was the event.
        level: Confidence level of the limits.

    Source:
        Kaplan EL, Meier P. J Am Stat Assoc 1958;53:457-481. Variance: Greenwood M, 1926. Limits:
        Kalbfleisch JD, Prentice RL. The Statistical Analysis of Failure Time Data, 1980.
    """
    time, place = np.unique(days, return_inverse=True)
    events = np.bincount(place, weights=event, minlength=len(time)).astype(np.int64)
    leaving = np.bincount(place, minlength=len(time))
    at_risk = len(days) - np.cumsum(leaving) + leaving
    survival = np.cumprod(1.0 - events / at_risk).astype(np.float64, copy=False)
    with np.errstate(divide="ignore"):
        log_se: Floats = np.sqrt(
            np.cumsum(events / (at_risk * (at_risk - events).astype(np.float64)))
        )
    low, high = _log_log(survival, log_se, level)
    return Curve(time, at_risk, events, leaving - events, survival, log_se, low, high)


def _log_log(survival: Floats, log_se: Floats, level: float) -> tuple[Floats, Floats]:
    z = NormalDist().inv_cdf(0.5 + level / 2.0)
    inside = (survival > 0.0) & (survival < 1.0)
    low, high = np.full(len(survival), np.nan), np.full(len(survival), np.nan)
    log = np.log(survival[inside])
    half = z * log_se[inside] / log
    low[inside] = np.exp(-np.exp(np.log(-log) - half))
    high[inside] = np.exp(-np.exp(np.log(-log) + half))
    return low, high


def median_time(time: Floats, share: Floats) -> float | None:
    """When a curve has fallen to one half; the middle of the step where it stays at one half.

    Args:
        time: Shape (t,), ascending.
        share: Shape (t,), falling; NaN where not known.

    Returns:
        None if it never falls so far.

    Source:
        Brookmeyer R, Crowley J. Biometrics 1982;38:29-41, applied to the curve and its limits.
    """
    fallen = np.flatnonzero(share < 0.5 + SAME_TIME)
    if not len(fallen):
        return None
    first = fallen[0]
    lower = fallen[share[fallen] < share[first]]
    if abs(share[first] - 0.5) < SAME_TIME and len(lower):
        return float(time[first] + time[lower[0]]) / 2.0
    return float(time[first])


def place_at(curve: Curve, day: float) -> int:
    """The last step of the curve at or before `day`; -1 before the first."""
    return int(np.searchsorted(curve.time, day, side="right")) - 1


def at_risk_at(curve: Curve, day: float) -> tuple[int, int, int]:
    """Numbers under a curve at `day`.

    Returns:
        At risk just before that day, events up to and with it, and ends of follow-up before it: so
        the three add up to all, but for those whose event is on the very day.
    """
    before = int(np.searchsorted(curve.time, day, side="left"))
    at_risk = int(curve.at_risk[before]) if before < len(curve.time) else 0
    upto = place_at(curve, day) + 1
    return at_risk, int(curve.events[:upto].sum()), int(curve.censored[:before].sum())

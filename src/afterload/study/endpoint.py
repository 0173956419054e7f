"""Outcomes of a protocol, told for each episode from its times."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

HOURS_PER_DAY = 24.0


@dataclass(frozen=True, slots=True)
class Followed:
    """Time to an event.

    Args:
        days: Shape (n,), time from time zero to the event or to the last time known free of it;
            NaN where neither is known.
        event: Shape (n,), whether the time is that of the event.
    """

    days: NDArray[np.float64]
    event: NDArray[np.bool_]


def followed(
    event_h: NDArray[np.float64],
    censor_h: NDArray[np.float64],
    horizon_days: float | None = None,
    start_days: float = 0.0,
    had: NDArray[np.float64] | None = None,
) -> Followed:
    """Time to an event, closed at the horizon.

    Who had it at an unknown time, or of whom it is not known whether, has no time at all.

    Args:
        event_h: Shape (n,), hours from t0 to the event, NaN where it did not happen.
        censor_h: Shape (n,), hours from t0 to the last time known free of it, NaN if unknown.
        horizon_days: Follow-up is cut here; None leaves it whole.
        start_days: Time from t0 from which time counts (a landmark).
        had: Shape (n,), whether it happened at any time: more than 0 yes, 0 no, NaN not known;
            None for events of which a missing time means that they did not happen.
    """
    happened = ~np.isnan(event_h)
    days = np.where(happened, event_h, censor_h) / HOURS_PER_DAY - start_days
    days = np.where((days < 0) | _untold(event_h, had), np.nan, days)
    if horizon_days is not None:
        beyond = days > horizon_days
        happened = happened & ~beyond
        days = np.where(beyond, horizon_days, days)
    return Followed(days, happened & ~np.isnan(days))


def by_horizon(
    event_h: NDArray[np.float64],
    censor_h: NDArray[np.float64],
    horizon_days: float,
    start_days: float = 0.0,
    death_h: NDArray[np.float64] | None = None,
    had: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """Whether the event happened within the horizon: 1 yes, 0 no, NaN not known.

    Someone last seen free of the event before the horizon is not known: neither yes nor no. Nor is
    someone who had it before time began to count (a landmark): that event is not a new one.
    Someone who died without it is a no. Who had it at an unknown time, or of whom it is not known
    whether, is not known.

    Args:
        event_h: Shape (n,), hours from t0 to the event, NaN where it did not happen.
        censor_h: Shape (n,), hours from t0 to the last time known free of it, NaN if unknown.
        horizon_days: Until when it counts.
        start_days: Time from t0 from which time counts (a landmark).
        death_h: Shape (n,), hours from t0 to death, for an event other than death.
        had: See `followed`.
    """
    days = event_h / HOURS_PER_DAY - start_days
    seen = censor_h / HOURS_PER_DAY - start_days
    with np.errstate(invalid="ignore"):
        earlier = days < 0
        yes = days <= horizon_days
        no = (days > horizon_days) | (seen >= horizon_days)
    if death_h is not None:
        no = no | (np.isnan(event_h) & ~np.isnan(death_h))
    told = np.where(yes, 1.0, np.where(no, 0.0, np.nan))
    return np.where(earlier | _untold(event_h, had), np.nan, told)


def assumed_free(
    values: NDArray[np.float64],
    event_h: NDArray[np.float64],
    died_in_hospital: NDArray[np.float64],
    had: NDArray[np.float64] | None = None,
) -> NDArray[np.bool_]:
    """Who is not known to have had the event or not, but was discharged alive.

    Args:
        values: Shape (n,), what `by_horizon` told.
        event_h: Shape (n,), hours from t0 to the event, NaN where it did not happen.
        died_in_hospital: Shape (n,), 0 for who was discharged alive, NaN if not known.
        had: See `followed`.
    """
    alive = np.isnan(event_h) & (died_in_hospital == 0)
    free: NDArray[np.bool_] = np.isnan(values) & alive & ~_untold(event_h, had)
    return free


def _untold(event_h: NDArray[np.float64], had: NDArray[np.float64] | None) -> NDArray[np.bool_]:
    """Of whom it is not known when, or whether, an event happened."""
    if had is None:
        return np.zeros(len(event_h), dtype=np.bool_)
    return np.isnan(event_h) & (np.isnan(had) | (had > 0))

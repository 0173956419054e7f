"""Survival by arm: Kaplan-Meier curves, numbers at risk, log-rank tests."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from afterload.core.errors import InputError
from afterload.study.ard import Statistic
from afterload.study.design import Outcome
from afterload.study.groups import Groups
from afterload.study.kaplan_meier import (
    Curve,
    at_risk_at,
    join_near_times,
    kaplan_meier,
    median_time,
    place_at,
)
from afterload.study.log_rank import log_rank
from afterload.study.method import KAPLAN_MEIER, LOG_RANK, MEDIAN_TIME, Method
from afterload.study.tested import About, Tested, comparison_rows, not_tested, too_small


def survival(
    outcome: Outcome,
    days: NDArray[np.float64],
    event: NDArray[np.float64],
    groups: Groups,
    *,
    grid: Sequence[float] = (),
    until: float | None = None,
    level: float = 0.95,
) -> list[Statistic]:
    """Every number of the survival section for one time-to-event outcome.

    Args:
        outcome: What is followed; its `horizon_days` is where "survival_at" is read.
        days: Shape (n,), days from time zero to the event or to the end of follow-up; NaN if not
            known: such an episode is left out and counted in "missing".
        event: Shape (n,), 1 for the event, 0 for the end of follow-up, NaN if not known.
        groups: The arm of every episode.
        grid: Days at which numbers at risk are told.
        until: Follow-up is cut here (administrative censoring); None uses all of it.
        level: Confidence level of the intervals.

    Raises:
        InputError: An array has the wrong length, a time is negative, or an event is not 1 or 0.
    """
    _check(outcome.name, days, event, groups)
    about = About("survival", outcome.name)
    followed = _followed(days, event, groups, until)
    rows: list[Statistic] = []
    for place, name in enumerate(groups.names):
        size = int((groups.index == place).sum())
        rows += _arm_rows(outcome, name, followed, place, size, grid, level)
    return rows + comparison_rows(
        about, groups, lambda places: _compare(followed, places, groups.names)
    )


@dataclass(frozen=True, slots=True)
class _Followed:
    """Episodes in an arm whose time and event are known."""

    days: NDArray[np.float64]
    event: NDArray[np.bool_]
    arm: NDArray[np.int64]


def _check(
    name: str, days: NDArray[np.float64], event: NDArray[np.float64], groups: Groups
) -> None:
    if not len(days) == len(event) == len(groups.index):
        raise InputError(
            f"{name}: {len(days)} times and {len(event)} events for {len(groups.index)} episodes."
        )
    if (days < 0).any():
        raise InputError(f"{name}: a time is before time zero. Check the dates.")
    if not (np.isnan(event) | (event == 0.0) | (event == 1.0)).all():
        raise InputError(f"{name}: an event must be 1, 0 or missing.")


def _followed(
    days: NDArray[np.float64], event: NDArray[np.float64], groups: Groups, until: float | None
) -> _Followed:
    known = ~np.isnan(days) & ~np.isnan(event) & (groups.index >= 0)
    times, happened = days[known], event[known] == 1.0
    if until is not None:
        happened &= times <= until
        times = np.minimum(times, until)
    if len(times):
        times = join_near_times(times)
    return _Followed(times, happened, groups.index[known])


def _compare(followed: _Followed, places: Sequence[int], names: Sequence[str]) -> Tested:
    inside = np.isin(followed.arm, list(places))
    new = np.full(len(names), -1)
    new[list(places)] = np.arange(len(places))
    arm = new[followed.arm[inside]]
    sizes = np.bincount(arm, minlength=len(places)).tolist()
    small = too_small(sizes, [names[place] for place in places])
    if small is not None:
        return small
    p = log_rank(followed.days[inside], followed.event[inside], arm)
    return not_tested("there was no event") if p is None else Tested(p, LOG_RANK, "", sum(sizes))


def _arm_rows(
    outcome: Outcome,
    arm: str,
    followed: _Followed,
    place: int,
    size: int,
    grid: Sequence[float],
    level: float,
) -> list[Statistic]:
    inside = followed.arm == place
    n, events = int(inside.sum()), int(followed.event[inside].sum())

    def row(
        name: str,
        value: float | None,
        at: float | None = None,
        method: Method | None = None,
        warning: str = "",
    ) -> Statistic:
        return Statistic(
            "survival", outcome.name, name, value, arm=arm, at=at, n=n, denominator=size,
            unit="d" if name.startswith("median") else "", method=method.name if method else "",
            reference=method.reference if method else "", warning=warning,
        )  # fmt: skip

    rows = [row("n", float(n)), row("missing", float(size - n)), row("events_total", float(events))]
    if n == 0:
        return rows
    curve = kaplan_meier(followed.days[inside], followed.event[inside], level)
    for name, value, at in _steps(curve):
        rows.append(row(name, value, at, KAPLAN_MEIER))
    for day in grid:
        for name, count in zip(
            ("at_risk", "events", "censored"), at_risk_at(curve, day), strict=True
        ):
            rows.append(row(name, float(count), day))
    for end, share in (("", curve.survival), ("_low", curve.low), ("_high", curve.high)):
        rows.append(row(f"median{end}", median_time(curve.time, share), method=MEDIAN_TIME))
    if outcome.horizon_days is not None:
        values, warning = _at(curve, outcome.horizon_days, arm)
        for end, value in zip(("", "_low", "_high"), values, strict=True):
            name = f"survival_at{end}"
            rows.append(row(name, value, outcome.horizon_days, KAPLAN_MEIER, warning))
    return rows


def _steps(curve: Curve) -> list[tuple[str, float | None, float]]:
    """The points of the curve: its start at 1, every step, and its end."""
    keep = curve.events > 0
    keep[-1] = True
    points: list[tuple[str, float | None, float]] = []
    if curve.time[0] > 0.0:
        points += [("survival", 1.0, 0.0), ("ci_low", None, 0.0), ("ci_high", None, 0.0)]
    for i in np.flatnonzero(keep):
        at = float(curve.time[i])
        points.append(("survival", float(curve.survival[i]), at))
        points.append(("ci_low", _real(curve.low[i]), at))
        points.append(("ci_high", _real(curve.high[i]), at))
    return points


def _at(
    curve: Curve, day: float, arm: str
) -> tuple[tuple[float | None, float | None, float | None], str]:
    """The curve at a day with its limits; not told beyond the end of follow-up."""
    if day > curve.time[-1] and curve.survival[-1] > 0.0:
        last = f"{curve.time[-1]:.4g}"
        return (
            None,
            None,
            None,
        ), f"Follow-up in the arm {arm} ends before day {day:g}: day {last}."
    place = place_at(curve, day)
    if place < 0:
        return (1.0, None, None), ""
    return (float(curve.survival[place]), _real(curve.low[place]), _real(curve.high[place])), ""


def _real(value: float) -> float | None:
    return None if math.isnan(value) else float(value)

"""Survival under disclosure control: fewer days, each of enough patients."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from afterload.report.disclosure_cells import Key, State
from afterload.report.disclosure_counts import key_of
from afterload.report.disclosure_course import Course, Day, survival_key
from afterload.report.disclosure_rounding import blunt, percent
from afterload.report.number import half_up
from afterload.study.ard import Results, Statistic

_STEPS = ("survival", "ci_low", "ci_high")
_AT_HORIZON = ("survival_at", "survival_at_low", "survival_at_high")
_ORDERED = 6
"""So many times the threshold must have had an event for its order to tell of nobody."""
_TIMES = ("median", "median_low", "median_high")


def survival_rows(
    results: Results,
    threshold: int,
    told: Mapping[tuple[str, str], Course],
    events: Mapping[str, str],
    state: Mapping[Key, State],
    alpha: float,
) -> list[Statistic]:
    """The survival section with what would tell of fewer than `threshold` patients withheld.

    Args:
        results: The results as computed.
        threshold: The smallest number of patients that may be told.
        told: How the course of each event in each arm may be told.
        events: The event of each outcome.
        state: The cells withheld.
        alpha: The level at which a p-value is called a difference.
    """
    rows = results.section("survival")
    curves: dict[tuple[str, str], _Curve] = {}
    for name, arm in dict.fromkeys((row.variable, row.arm) for row in rows):
        course = told.get((events.get(name, name), arm), Course((), ()))
        curves[name, arm] = _Curve.of(results, name, arm, course, state, threshold)
    few = _few_events(results, curves, threshold)
    kept = [
        hide(row)
        if row.statistic in {"p", "p_raw"} and row.variable in few
        else _row(row, curves[row.variable, row.arm], state, threshold, alpha)
        for row in rows
        if row.statistic not in _STEPS
    ]
    for curve in curves.values():
        kept += curve.coarse()
    return kept


def _few_events(
    results: Results, curves: Mapping[tuple[str, str], _Curve], threshold: int
) -> set[str]:
    """The outcomes not told on every day, of so few events that their order tells counts.

    A log-rank p-value hangs on the order of all events; with few of them, two figures of it can
    tell of one arm what was withheld of it.
    """
    events: dict[str, float] = {}
    for row in results.section("survival"):
        if row.statistic == "events_total":
            events[row.variable] = events.get(row.variable, 0.0) + (row.value or 0.0)
    return {
        name
        for name, total in events.items()
        if total < _ORDERED * threshold
        and any(not curve.whole for (of, _), curve in curves.items() if of == name)
    }


@dataclass(frozen=True, slots=True)
class _Curve:
    """One curve, the days at which it is told, and which of its times are.

    Args:
        steps: Its points and those of its limits, in order of time.
        blind: Whether nothing of it is told, because the number of its patients is not.
        days: The days at which it is told.
        times: The statistics of `_TIMES` that are told.
        whole: Whether it is told on all days it has.
    """

    steps: Mapping[str, Sequence[Statistic]]
    blind: bool
    days: tuple[float, ...]
    times: frozenset[str]
    whole: bool

    @classmethod
    def of(
        cls,
        results: Results,
        name: str,
        arm: str,
        course: Course,
        state: Mapping[Key, State],
        threshold: int,
    ) -> _Curve:
        """What may be told of the curve of an outcome in an arm."""
        own = (survival_key(name, statistic, arm) for statistic in ("n", "missing"))
        blind = any(key in state for key in (("size", arm), *own))
        days = [
            (day, mode)
            for day, mode in zip(course.days, course.modes, strict=True)
            if name in day.outcomes
        ]
        clear = [
            mode == "whole" and not any(key in state for key in day.cells) for day, mode in days
        ]
        steps = {step: results.curve(name, step, arm) for step in _STEPS}
        row = results.find("survival", name, "n", arm=arm)
        n = (row.value if row is not None else None) or 1.0
        shares = [(1.0, threshold / n)]
        for day, mode in days:
            shares.append((_upto(steps["survival"], day.at), (threshold if mode else 1) / n))
        times: frozenset[str] = frozenset()
        if not blind and "events" not in course.modes:
            found = _times_told(results, name, arm, steps["survival"], shares, threshold / n)
            times = found if all(clear) else found - _unreached(results, name, arm)
        drawn = () if blind else _drawn(course, [day for day, _ in days], clear)
        return cls(steps, blind, drawn, times, not blind and all(clear))

    def coarse(self) -> Iterator[Statistic]:
        """The curve at the days it is told, in whole percent."""
        for points in self.steps.values():
            for at in self.days:
                before = [point for point in points if point.at is not None and point.at <= at]
                if before and at > 0:
                    value = percent(before[-1].value)
                    yield replace(before[-1], value=value, at=at, n=None, denominator=None)


def _drawn(course: Course, days: Sequence[Day], clear: Sequence[bool]) -> tuple[float, ...]:
    """The days at which the curve is told, beside all counts of that day.

    Not where somebody was lost since a day of which only the events are told: the curve would tell
    whether before or after that day.
    """
    lost, between = 0.0, False
    last = float("inf")  # the day from which on the curve tells of the lost
    for other, mode in zip(course.days, course.modes, strict=True):
        between = between or mode == "events"
        if mode == "whole":
            if between and (other.lost or 0.0) > lost:
                last = min(last, other.at)
            lost, between = other.lost or 0.0, False
    return tuple(
        day.at
        for day, whole in zip(days, clear, strict=True)
        if whole and day.drawn and day.at < last
    )


def _unreached(results: Results, name: str, arm: str) -> frozenset[str]:
    """The medians and limits that were not reached, which tells how far a curve fell."""
    rows = (results.find("survival", name, statistic, arm=arm) for statistic in _TIMES)
    return frozenset(row.statistic for row in rows if row is not None and row.value is None)


def _upto(points: Sequence[Statistic], at: float) -> float:
    """The curve at a day."""
    known = [p.value for p in points if p.at is not None and p.at <= at and p.value is not None]
    return known[-1] if known else 1.0


def _times_told(
    results: Results,
    name: str,
    arm: str,
    points: Sequence[Statistic],
    shares: Sequence[tuple[float, float]],
    apart: float,
) -> frozenset[str]:
    """The median, and its limits, where enough patients lie between them and every other day.

    A median is the day on which half have died: beside a day on which one fewer had, it would tell
    that one patient died between.

    Args:
        results: The results as computed.
        name, arm: Of the curve.
        points: Its points.
        shares: The curve at the days of its course, and how far from it a median must be.
        apart: How far two medians must be from one another.
    """
    told: list[tuple[str, float]] = []
    unreached = []
    for statistic in _TIMES:
        row = results.find("survival", name, statistic, arm=arm)
        if row is None or row.value is None:
            unreached.append(statistic)
            continue
        share = _upto(points, row.value)
        others = [*shares, *((other, apart) for _, other in told)]
        if all(abs(other - share) >= least - 1e-9 for other, least in others):
            told.append((statistic, share))
        elif statistic == "median":
            return frozenset()
    return frozenset([statistic for statistic, _ in told] + unreached)


def _row(
    row: Statistic, curve: _Curve, state: Mapping[Key, State], threshold: int, alpha: float
) -> Statistic:
    """A row as it may be told."""
    if row.warning:  # a warning may name the day one patient was last seen
        row = replace(row, warning=re.sub(r": day \d+(\.\d+)?", "", row.warning))
    plain = replace(row, n=None, denominator=None)
    key = key_of(row)
    if key is not None and key in state:
        return hide_count(plain, state[key], threshold)
    if row.statistic in {"p", "p_raw"}:
        return replace(plain, value=blunt(row.value, alpha))
    if curve.blind:
        return plain if row.statistic == "missing" and row.value == 0 else hide(plain)
    if row.statistic in _AT_HORIZON and row.value is None and row.warning:
        return plain  # follow-up ended before
    if row.statistic in _AT_HORIZON:
        return replace(plain, value=percent(row.value)) if row.at in curve.days else hide(plain)
    if row.statistic in _TIMES:
        value = None if row.value is None else half_up(row.value)
        return replace(plain, value=value) if row.statistic in curve.times else hide(plain)
    return plain


def hide(row: Statistic, why: str = "suppressed") -> Statistic:
    """The row without its number and its method; `why` tells what is shown in its place."""
    return replace(row, value=None, n=None, denominator=None, method="", reference="", warning=why)


def hide_count(row: Statistic, state: State, threshold: int) -> Statistic:
    """A count withheld, marked as small where it may be."""
    return hide(row, _WHY.get(state, f"suppressed (< {threshold})"))


_WHY: dict[State, str] = {
    "veiled": "suppressed: it would tell a small count",
    "guard": "suppressed: it would tell a small count",
    "silent": "suppressed",
}

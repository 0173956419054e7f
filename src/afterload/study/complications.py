"""Complications by arm: how many episodes had one, and how often per 1,000 device-days.

Shares and rates are of the episodes with an answer, yes or no. Where nobody has a no, only events
seem to be listed: then there is no share to tell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from afterload.core.errors import InputError, UnknownName
from afterload.study.ard import Statistic
from afterload.study.binary import assumed_rows, binary_of, compare_binary, share_rows
from afterload.study.design import Item
from afterload.study.groups import Groups
from afterload.study.method import GARWOOD, RATE_RATIO
from afterload.study.rate import Exposure, garwood, rate_ratio
from afterload.study.tested import About, comparison_rows

NO_EVENT = "Rate ratio not estimable: no event in the reference arm."
ONLY_EVENTS = "Nobody is recorded as not having had it: how often it occurred cannot be told."
TIME_UNKNOWN = (
    "When an event happened is not known, so it cannot be told whether it fell into support: no "
    "rate is given."
)
DAYS_UNKNOWN = "Episodes without known device-days are left out of the rate, with their events."


def complications(
    items: Sequence[Item],
    events: Mapping[str, NDArray[np.float64]],
    device_days: NDArray[np.float64],
    groups: Groups,
    *,
    level: float = 0.95,
    assumed: Mapping[str, NDArray[np.bool_]] | None = None,
    during: Mapping[str, NDArray[np.float64]] | None = None,
) -> list[Statistic]:
    """Every number of the complications table.

    Args:
        items: The complications, in order.
        events: By name of the item, shape (n,): how many such events each episode had; NaN where
            it is not known. A plain yes/no is 1 and 0.
        device_days: Shape (n,), days on any device; NaN where not known. Episodes without known
            device-days are left out of the rates, with their events.
        groups: The arm of every episode.
        level: Confidence level of the intervals.
        assumed: By name of the item, shape (n,): the episodes whose 0 is an assumption, because
            nothing was recorded.
        during: By name of the item, shape (n,): how many of the events fell into support, NaN
            where the time of one is not known. Rates count these alone; None where all events did.

    Raises:
        UnknownName: An item has no events.
        InputError: A number of events, or of days, is negative, or an array has the wrong length.
    """
    rows: list[Statistic] = []
    for item in items:
        if item.name not in events:
            raise UnknownName("complication", item.name, events)
        counts = events[item.name]
        _check(item.name, counts, device_days, groups)
        supported = None if during is None else during[item.name]
        rows += _complication(item.name, counts, supported, device_days, groups, level)
        if assumed and item.name in assumed:
            rows += assumed_rows(About("complications", item.name), assumed[item.name], groups)
    return rows


def only_events(counts: NDArray[np.float64]) -> bool:
    """Whether some have no answer and nobody has a no: events were listed, and nothing else.

    Args:
        counts: Shape (n,), events of one complication; NaN where it is not known.
    """
    return bool(np.isnan(counts).any() and not (counts == 0).any())


def _check(
    name: str, counts: NDArray[np.float64], days: NDArray[np.float64], groups: Groups
) -> None:
    if not len(counts) == len(days) == len(groups.index):
        raise InputError(
            f"{name}: {len(counts)} counts and {len(days)} device-days for "
            f"{len(groups.index)} episodes."
        )
    if (counts < 0).any() or (days < 0).any():
        raise InputError(f"{name}: events and device-days cannot be negative. Check the dates.")


def _complication(
    name: str,
    counts: NDArray[np.float64],
    during: NDArray[np.float64] | None,
    days: NDArray[np.float64],
    groups: Groups,
    level: float,
) -> list[Statistic]:
    about = About("complications", name)
    had = binary_of(np.where(np.isnan(counts), np.nan, counts > 0), groups)
    supported = counts if during is None else np.where(np.isnan(counts), np.nan, during)
    inside = [*(groups.index == place for place in range(groups.count)), groups.index >= 0]
    exposures = [_exposure(counts, supported, days, which) for which in inside]
    rows = share_rows(about, had, groups, level)
    for arm, which, exposed in zip((*groups.names, ""), inside, exposures, strict=True):
        rows += _rates(about, arm, *exposed, level)
        if during is not None:
            every = float(np.nansum(counts[which]))
            rows.append(Statistic("complications", name, "events_all", every, arm=arm))
    rows += comparison_rows(about, groups, lambda places: compare_binary(had, places, groups))
    reference = exposures[groups.place(groups.reference)]
    for arm in groups.others:
        exposure = exposures[groups.place(arm)]
        rows += _ratio(about, arm, groups.reference, exposure, reference, level)
    if only_events(counts[groups.index >= 0]):
        return [_untold(row) if row.statistic not in _COUNTS else row for row in rows]
    return rows


_COUNTS = frozenset({"count", "unknown", "events", "events_all"})


def _untold(row: Statistic) -> Statistic:
    """A row without its number, where only events are listed."""
    return replace(row, value=None, method="", reference="", warning=ONLY_EVENTS)


_Exposed = tuple[Exposure, str]
"""Events and device-days, and what a reader must know of them."""


def _exposure(
    counts: NDArray[np.float64],
    during: NDArray[np.float64],
    days: NDArray[np.float64],
    inside: NDArray[np.bool_],
) -> _Exposed:
    """Events during support and device-days of some episodes."""
    known = inside & ~np.isnan(counts) & ~np.isnan(days)
    exposure = Exposure(int(np.nansum(during[known])), float(days[known].sum()))
    if np.isnan(during[known]).any():
        return exposure, TIME_UNKNOWN
    partial = bool((inside & np.isnan(days) & ~np.isnan(counts)).any())
    return exposure, DAYS_UNKNOWN if partial else ""


def _rates(about: About, arm: str, exposure: Exposure, why: str, level: float) -> list[Statistic]:
    told = exposure.days > 0 and why != TIME_UNKNOWN
    low, high = garwood(exposure, level) if told else (None, None)
    rate = exposure.rate if told else None
    events = None if why == TIME_UNKNOWN else float(exposure.events)
    warned = why if events is None else ""
    unit = "/(1000.d)"
    return [
        Statistic(about.section, about.variable, "events", events, arm=arm, warning=warned),
        Statistic(
            about.section, about.variable, "device_days", exposure.days, arm=arm, unit="d"
        ),
        *(
            Statistic(
                about.section, about.variable, name, value, arm=arm,
                n=None if events is None else exposure.events, unit=unit,
                method=GARWOOD.name, reference=GARWOOD.reference, warning=why,
            )
            for name, value in (("rate", rate), ("rate_low", low), ("rate_high", high))
        ),
    ]  # fmt: skip


def _ratio(
    about: About, arm: str, versus: str, one: _Exposed, other: _Exposed, level: float
) -> list[Statistic]:
    (exposure, why), (reference, why_not) = one, other
    timed = TIME_UNKNOWN not in {why, why_not}
    both = exposure.days > 0 and reference.days > 0 and timed
    found = rate_ratio(exposure, reference, level) if both else None
    values = found or (None, None, None)
    warning = "" if found or not both else NO_EVENT
    return [
        Statistic(
            about.section, about.variable, name, value, arm=arm, versus=versus,
            n=exposure.events + reference.events if timed else None, method=RATE_RATIO.name,
            reference=RATE_RATIO.reference, warning=warning if timed else TIME_UNKNOWN,
        )
        for name, value in zip(
            ("rate_ratio", "rate_ratio_low", "rate_ratio_high"), values, strict=True
        )
    ]  # fmt: skip

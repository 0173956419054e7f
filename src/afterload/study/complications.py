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
from afterload.study.binary import binary_of, compare_binary, share_rows
from afterload.study.design import Item
from afterload.study.groups import Groups
from afterload.study.method import GARWOOD, RATE_RATIO
from afterload.study.rate import Exposure, garwood, rate_ratio
from afterload.study.tested import About, comparison_rows

NO_EVENT = "Rate ratio not estimable: no event in the reference arm."
ONLY_EVENTS = "Nobody is recorded as not having had it: how often it occurred cannot be told."
DAYS_UNKNOWN = "Episodes without known device-days are left out of the rate, with their events."


def complications(
    items: Sequence[Item],
    events: Mapping[str, NDArray[np.float64]],
    device_days: NDArray[np.float64],
    groups: Groups,
    *,
    level: float = 0.95,
    assumed: Mapping[str, NDArray[np.bool_]] | None = None,
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
        rows += _complication(item.name, counts, device_days, groups, level)
        if assumed and item.name in assumed:
            rows += _assumed(item.name, assumed[item.name], groups)
    return rows


def only_events(counts: NDArray[np.float64]) -> bool:
    """Whether some have no answer and nobody has a no: events were listed, and nothing else.

    Args:
        counts: Shape (n,), events of one complication; NaN where it is not known.
    """
    return bool(np.isnan(counts).any() and not (counts == 0).any())


def _assumed(name: str, which: NDArray[np.bool_], groups: Groups) -> list[Statistic]:
    """How many are taken not to have had it though nothing was recorded, by arm and in all."""
    places = [(arm, groups.index == place) for place, arm in enumerate(groups.names)]
    return [
        Statistic(
            "complications", name, "assumed_no", float((which & inside).sum()), arm=arm,
            denominator=int(inside.sum()),
        )
        for arm, inside in (*places, ("", groups.index >= 0))
    ]  # fmt: skip


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
    days: NDArray[np.float64],
    groups: Groups,
    level: float,
) -> list[Statistic]:
    about = About("complications", name)
    had = binary_of(np.where(np.isnan(counts), np.nan, counts > 0), groups)
    exposures = [_exposure(counts, days, groups.index == place) for place in range(groups.count)]
    whole = _exposure(counts, days, groups.index >= 0)
    rows = share_rows(about, had, groups, level)
    for arm, (exposure, partial) in zip((*groups.names, ""), (*exposures, whole), strict=True):
        rows += _rates(about, arm, exposure, partial, level)
    rows += comparison_rows(about, groups, lambda places: compare_binary(had, places, groups))
    reference = exposures[groups.place(groups.reference)][0]
    for arm in groups.others:
        exposure = exposures[groups.place(arm)][0]
        rows += _ratio(about, arm, groups.reference, exposure, reference, level)
    if only_events(counts[groups.index >= 0]):
        return [_untold(row) if row.statistic not in _COUNTS else row for row in rows]
    return rows


_COUNTS = frozenset({"count", "unknown", "events"})


def _untold(row: Statistic) -> Statistic:
    """A row without its number, where only events are listed."""
    return replace(row, value=None, method="", reference="", warning=ONLY_EVENTS)


def _exposure(
    counts: NDArray[np.float64], days: NDArray[np.float64], inside: NDArray[np.bool_]
) -> tuple[Exposure, bool]:
    """Events and device-days of some episodes, and whether an episode had to be left out."""
    known = inside & ~np.isnan(counts) & ~np.isnan(days)
    exposure = Exposure(int(counts[known].sum()), float(days[known].sum()))
    return exposure, bool((inside & np.isnan(days) & ~np.isnan(counts)).any())


def _rates(
    about: About, arm: str, exposure: Exposure, partial: bool, level: float
) -> list[Statistic]:
    warning = DAYS_UNKNOWN if partial else ""
    low, high = garwood(exposure, level) if exposure.days > 0 else (None, None)
    rate = exposure.rate if exposure.days > 0 else None
    unit = "/(1000.d)"
    told = [("rate", rate), ("rate_low", low), ("rate_high", high)]
    return [
        Statistic(about.section, about.variable, "events", float(exposure.events), arm=arm),
        Statistic(
            about.section, about.variable, "device_days", exposure.days, arm=arm, unit="d"
        ),
        *(
            Statistic(
                about.section, about.variable, name, value, arm=arm, n=exposure.events, unit=unit,
                method=GARWOOD.name, reference=GARWOOD.reference, warning=warning,
            )
            for name, value in told
        ),
    ]  # fmt: skip


def _ratio(
    about: About, arm: str, versus: str, exposure: Exposure, reference: Exposure, level: float
) -> list[Statistic]:
    both = exposure.days > 0 and reference.days > 0
    found = rate_ratio(exposure, reference, level) if both else None
    values = found or (None, None, None)
    return [
        Statistic(
            about.section, about.variable, name, value, arm=arm, versus=versus,
            n=exposure.events + reference.events, method=RATE_RATIO.name,
            reference=RATE_RATIO.reference, warning="" if found or not both else NO_EVENT,
        )
        for name, value in zip(
            ("rate_ratio", "rate_ratio_low", "rate_ratio_high"), values, strict=True
        )
    ]  # fmt: skip

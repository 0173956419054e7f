"""The measured haemodynamics of every episode of a registry, at one time, and what ran then."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from afterload.actions.cohort_devices import (
    CHANGED,
    NO_TIME,
    NOT_RECORDED,
    SETTINGS,
    Span,
    Unknown,
    running,
    words_of,
)
from afterload.core.errors import InputError, UnknownName
from afterload.hemodynamics.fit_measure import MEASUREMENTS, PASSED
from afterload.registry.extract import extract
from afterload.registry.points import POINTS, WINDOWS, nominal_hours, normal_point
from afterload.registry.reference import references
from afterload.registry.running import device_spans
from afterload.registry.sets import Sets, measurement_sets
from afterload.registry.store import Registry

BEFORE_H = 6.0
"""Hours before the first device in which a measurement still tells of the state it was started for;
as long as the registry's point "pre"."""

FEWEST = 3
"""Measurements of the circulation below which a patient is left out (our choice): of fewer, hardly
anything but the prior would be seen."""

READ = (*MEASUREMENTS, "hr", "ci", *PASSED)
"""What is read of a registry, where it has it."""

NOTHING = "nothing was measured then"
FEW = f"fewer than {FEWEST} measurements of the circulation"

_OF_NO_MOMENT = ("worst6h", "peak", "wean", "end")
"""Points that are no hour: their values need not have been there together, or nobody knows when."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One patient as measured.

    Args:
        key: The episode's key; it goes nowhere but into a list of keys that is asked for.
        reference: What it is called instead (`registry.reference`).
        values: By name, in the vocabulary's units; `bsa_m2` where it is known.
        on: The devices that ran, as the simulator's words.
    """

    key: str
    reference: str
    values: Mapping[str, float]
    on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An episode that cannot be simulated.

    Args:
        key, reference: As in `Measured`.
        why: The reason, in words that are the same for all who have it.
        more: What is to be looked at; it may hold the patient's numbers.
    """

    key: str
    reference: str
    why: str
    more: str = ""


@dataclass(frozen=True, slots=True)
class _Pick:
    """One value, and the hour it is of."""

    value: float
    hours: float


def read_measured(
    registry: Registry,
    at: str = "",
    *,
    require: Sequence[str] = (),
    unrecorded: Sequence[str] | None = None,
) -> list[Measured | LeftOut]:
    """Every episode as measured at one time, or why it is left out.

    Args:
        registry: The registry, open.
        at: A nominal point, e.g. "pre" or "24h"; "" for the last of each measurement in the 6 h up
            to the first device, which is the shock before support. Of an episode without a device
            these are the 6 h up to time zero.
        require: Measurements that a patient must have.
        unrecorded: The devices that ran in episodes of which no device is recorded, nor that there
            was none; empty for none. None leaves these episodes out.

    Raises:
        UnknownName: No such point or measurement.
        InputError: The point is no hour, or the registry is empty.
    """
    at = _point(at)
    for name in require:
        if name not in READ:
            raise UnknownName(f"measurement of the circulation ({', '.join(READ)})", name, READ)
    names = [name for name in READ if _is_read(registry, name)]
    sets = measurement_sets(registry, [*names, *SETTINGS])
    if not sets.keys:
        raise InputError("The registry holds no episode. Import some first (afterload record).")
    spans, called = device_spans(registry), references(registry)
    surface = extract(registry, ["bsa_m2"]).columns["bsa_m2"].values
    rows_of = dict(_by_episode(sets))
    found: list[Measured | LeftOut] = []
    for place, key in enumerate(sets.keys):
        rows = rows_of.get(place, np.empty(0, np.intp))
        one = _episode(sets, rows, spans.get(key), names, at, unrecorded)
        if isinstance(one, Unknown):
            found.append(LeftOut(key, called[key], one.why, one.more))
            continue
        values, on = one
        values |= {"bsa_m2": float(surface[place])} if surface[place] == surface[place] else {}
        lacking = _lacking(values, require)
        if lacking is not None:
            found.append(LeftOut(key, called[key], lacking.why, lacking.more))
            continue
        found.append(Measured(key, called[key], values, on))
    return found


def rule_of(at: str) -> str:
    """At which time the measurements were read, in words."""
    if at:
        return f"at {normal_point(at)}"
    return f"the last of each in the {BEFORE_H:g} h up to the first device"


def _point(at: str) -> str:
    point = normal_point(at) if at else ""
    if point in _OF_NO_MOMENT:
        raise InputError(
            f"{point} is no hour at which everything was measured, so nobody can tell what ran "
            "then. Take a point as pre or 24h."
        )
    return point


def _is_read(registry: Registry, name: str) -> bool:
    """Whether the registry keeps a measurement; one that the site added needs the same unit."""
    if name not in registry.vocabulary:
        return False
    variable = registry.vocabulary[name]
    own = variable.level == "site"
    unit = MEASUREMENTS[name].unit if name in MEASUREMENTS else ""
    return variable.table == "observation" and (not own or variable.unit in (unit, f"[{unit}]"))


def _by_episode(sets: Sets) -> Iterator[tuple[int, NDArray[np.intp]]]:
    order = np.argsort(sets.episode, kind="stable")
    begins = np.flatnonzero(np.diff(sets.episode[order], prepend=-1))
    for rows in np.split(order, begins[1:]) if len(order) else []:
        yield int(sets.episode[rows[0]]), rows


def _episode(
    sets: Sets,
    rows: NDArray[np.intp],
    spans: Sequence[Span] | None,
    names: Sequence[str],
    at: str,
    unrecorded: Sequence[str] | None,
) -> tuple[dict[str, float], tuple[str, ...]] | Unknown:
    """What was measured of one episode, and what ran."""
    if spans is None and unrecorded is None:
        return Unknown(NOT_RECORDED, "neither a device, nor that there was none (no_device)")
    if at:
        ordered, before = _at_point(sets, rows, at), at == "pre"
    else:
        starts = [start for _, start, _ in spans or ()]
        if any(math.isnan(start) for start in starts):
            return Unknown(NO_TIME, "a device has no start")
        ordered, before = _up_to(sets, rows, min(starts, default=0.0)), True
    picks = _picked(sets, ordered, (*names, *SETTINGS))
    values = {name: pick.value for name, pick in picks.items() if name not in SETTINGS}
    if not values:
        return Unknown(NOTHING, "")
    if spans is None:
        return values, tuple(unrecorded or ())
    hours = sorted({pick.hours for name, pick in picks.items() if name not in SETTINGS})
    ran = [running(spans, hour, before=before) for hour in hours]
    first = next((one for one in ran if isinstance(one, Unknown)), ran[0])
    if isinstance(first, Unknown):
        return first
    if any(one != first for one in ran):
        return Unknown(CHANGED, f"between {hours[0]:g} and {hours[-1]:g} h")
    told = {name: pick.value for name, pick in picks.items() if name in SETTINGS}
    words = words_of(first, told)
    return words if isinstance(words, Unknown) else (values, words)


def _up_to(sets: Sets, rows: NDArray[np.intp], moment: float) -> NDArray[np.intp]:
    """The sets of the hours up to a moment, the latest first."""
    hours, point = sets.hours[rows], sets.point[rows]
    named = point == POINTS.index("pre")
    momentary = ~np.isin(point, [POINTS.index(name) for name in _OF_NO_MOMENT])
    near = (hours <= moment) & ((hours > moment - BEFORE_H) | named) & momentary
    latest: NDArray[np.intp] = rows[near][np.argsort(hours[near], kind="stable")][::-1]
    return latest


def _at_point(sets: Sets, rows: NDArray[np.intp], at: str) -> NDArray[np.intp]:
    """The sets of a nominal point, those with its name first, then the closest in its window.

    This is the rule of `registry.extract`, which does not tell of which hour a value is.
    """
    hours, named = sets.hours[rows], sets.point[rows] == POINTS.index(at)
    window = WINDOWS[at]
    above = hours >= window.low if window.low_closed else hours > window.low
    below = hours <= window.high if window.high_closed else hours < window.high
    kept = named | ((sets.point[rows] < 0) & sets.timed[rows] & above & below)
    off = np.where(sets.timed[rows], np.abs(hours - nominal_hours(at)), np.inf)
    order = np.lexsort((np.arange(len(rows)), off, ~named))
    closest: NDArray[np.intp] = rows[order[kept[order]]]
    return closest


def _picked(sets: Sets, ordered: NDArray[np.intp], names: Sequence[str]) -> dict[str, _Pick]:
    """Of every variable the first value that there is."""
    found = {}
    for name in names:
        there = ordered[~np.isnan(sets.values[name][ordered])]
        if len(there):
            row = there[0]
            found[name] = _Pick(float(sets.values[name][row]), float(sets.hours[row]))
    return found


def _lacking(values: Mapping[str, float], require: Sequence[str]) -> Unknown | None:
    """What a patient lacks to be simulated; None for nothing.

    A cardiac index counts as an output where the body surface is known.
    """
    there = {name for name in values if name in (*READ, "bsa_m2")}
    if {"ci", "bsa_m2"} <= there:
        there.add("co")
    lacking = [name for name in require if name not in there]
    if lacking:
        return Unknown(f"{lacking[0]} was not measured", "")
    told = [name for name in MEASUREMENTS if name in there]
    if len(told) < FEWEST:
        return Unknown(FEW, ", ".join(told))
    return None

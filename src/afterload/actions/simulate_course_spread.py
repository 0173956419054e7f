"""How far the beats of a course may be off: 90 % intervals over time.

Everyone who fits, with what is uncertain of devices and feedbacks drawn as well, goes through the
same events side by side. They are looked at at some times, more of them after something is done; in
between, an interval keeps its distance from the course itself.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from afterload.actions.simulate_course_people import People, events_of, some_of
from afterload.actions.simulate_course_plan import Plan
from afterload.actions.simulate_course_watch import Kept, side_by_side
from afterload.actions.simulate_gas import belonging, breathing
from afterload.actions.simulate_lanes import part_of
from afterload.core.errors import AfterloadError, NoConvergence
from afterload.core.progress import Progress, silent
from afterload.hemodynamics.device import AbstractDevice
from afterload.hemodynamics.fit import ends
from afterload.hemodynamics.index import indices
from afterload.hemodynamics.kernel import WIDE
from afterload.hemodynamics.trace import Trace, trace
from afterload.hemodynamics.transient import run

Array = NDArray[np.float64]
Lanes = NDArray[np.intp]
Ranges = dict[str, tuple[float, float]]
"""Ends of the 90 % interval, by index."""

STEP = 0.002
"""Longest step of the draws, s; `fit_predict` takes the same."""

AFTER_S = (4.0, 15.0, 60.0, 180.0)
"""Seconds after something is done at which the draws are looked at."""

EVEN = 12
"""Times at which they are looked at besides, evenly over the course."""

GASES = 4
"""Times, besides the moments that are shown, at which their gases are worked out."""

TOGETHER = 128
"""Beats whose gases are worked out at once."""

FEWEST = 10
"""Draws that there must be for an interval to be told."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Intervals of a course.

    Args:
        draws: How many draws they rest on.
        lost: How many more were left out, because they cannot carry what is done to them.
        low, high: Ends of the 90 % interval of every beat of the course, by index.
        ranges: The same of the moments that are shown.
        changes: Ends of the interval of how an index differs from the moment before, draw by draw;
            of the first moment none.
        shut: In how many draws the aortic valve stays shut at some time.
    """

    draws: int
    lost: int
    low: dict[str, Array] = field(default_factory=dict)
    high: dict[str, Array] = field(default_factory=dict)
    ranges: tuple[Ranges, ...] = ()
    changes: tuple[Ranges, ...] = ()
    shut: int = 0


def spread(
    who: People,
    held: Plan,
    moments: Sequence[float],
    seconds: float,
    time: Array,
    own: Mapping[str, Array],
    cycles: Lanes,
    progress: Progress = silent,
) -> Spread:
    """Let draws go through a course.

    Args:
        who: The draws.
        held: What is done to the patient of the course.
        moments: When the moments that are shown end, s: those of the draws are the last beats that
            begin before; the first moment is the begin, and not among them.
        seconds: How long the course is.
        time: When each of its beats began, s.
        own: Its indices, shape (beats,).
        cycles: How many beats, with it, stand for the patient at every beat.
        progress: Told how far it is.

    Raises:
        NoConvergence: Hardly a draw can carry what is done to it.
    """
    at, gases_at = times_of(held, moments, seconds)
    groups = _groups(who)
    done = 0

    def one(some: Lanes) -> list[dict[str, Array]]:
        nonlocal done
        with np.errstate(all="ignore"):
            try:
                found = [_run(who, some, seconds, at, gases_at)]
            except (AfterloadError, ValueError):
                found = [f for k in some for f in _alone(who, k, seconds, at, gases_at)]
        done += 1
        progress("Draws for intervals", done / len(groups))
        return found

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        parts = [part for found in pool.map(one, groups) for part in found]
    names = parts[0] if parts else ()
    kept = {name: np.concatenate([part[name] for part in parts], axis=1) for name in names}
    count = kept["map"].shape[1] if kept else 0
    if count < FEWEST:
        raise NoConvergence(
            f"Only {count} of {len(who.plans)} draws can carry what is done to them, too few for "
            "intervals. Ask for none with --draws 0, or check the events."
        )
    worth = who.worth * count / len(who.plans)
    rows = [0, *(1 + int(np.searchsorted(at, when)) for when in moments)]
    devices = [_devices(held, -1.0), *(_devices(held, np.nextafter(t, 0.0)) for t in moments)]
    low, high = _along(kept, at, time, own, cycles, worth)
    return Spread(
        count, len(who.plans) - count, low, high,
        tuple(
            _ranges({name: value[row] for name, value in kept.items()}, worth, these)
            for row, these in zip(rows, devices, strict=True)
        ),
        (
            {},
            *(
                _ranges({n: v[row] - v[before] for n, v in kept.items()}, worth, these)
                for before, row, these in zip(rows[:-1], rows[1:], devices[1:], strict=True)
            ),
        ),
        int((kept["valve_opening"] == 0.0).any(axis=0).sum()),
    )  # fmt: skip


def times_of(held: Plan, moments: Sequence[float], seconds: float) -> tuple[Array, Array]:
    """When the draws are looked at, and when their gases are worked out, s."""
    asked = {float(when) for when in moments}
    loose = {*np.linspace(0.0, seconds, EVEN + 1)[1:]}
    for step in held.steps:
        for begin in {step.told.time, step.told.time + step.over}:
            loose |= {begin + after for after in (0.0, *AFTER_S)}
    least = max(1.0, seconds / 400)
    found = sorted(asked)
    for when in sorted(loose):
        near = min((abs(when - other) for other in found), default=np.inf)
        if 0 < when <= seconds and near >= least:
            found.append(float(when))
    at = np.array(sorted(found))
    even = at[np.linspace(0, len(at) - 1, GASES).astype(int)]
    return at, np.unique([*asked, *even])


def _groups(who: People) -> list[Lanes]:
    """Draws in as many groups as there are processors, each fit to fill a kernel's lanes; the last
    one of a group may be there more than once."""
    well = np.array([k for k, one in enumerate(who.plans) if one is not None], np.intp)
    size = WIDE * max(1, -(-len(well) // (WIDE * (os.cpu_count() or 1))))
    groups = [well[first : first + size] for first in range(0, len(well), size)]
    return [np.pad(one, (0, -len(one) % WIDE), mode="edge") for one in groups]


def _alone(
    who: People, k: int, seconds: float, at: Array, gases_at: Array
) -> list[dict[str, Array]]:
    """One draw; none where it cannot carry what is done to it."""
    try:
        return [_run(who, np.array([k], np.intp), seconds, at, gases_at)]
    except (AfterloadError, ValueError):
        return []


def _run(who: People, some: Lanes, seconds: float, at: Array, gases_at: Array) -> dict[str, Array]:
    """Some draws: every index at the begin and then at the times asked for, shape (times, n)."""
    plans = [one for k in some if (one := who.plans[k]) is not None]
    start = some_of(who.start, some)
    given = {name: value[some] for name, value in who.parameters.items()}
    gas = {name: value[some] for name, value in _gas(who).items()}
    watch = _Breaths(plans[0], gas, gases_at)
    beats = run(given, seconds, events_of(plans), start=start, step=STEP, at=at, also=watch)
    first = trace(start)
    lanes = np.arange(len(some))
    begin = {**indices(first), **watch.of(np.full(len(some), -1.0), lanes, first)}
    gases = watch.found(beats.time)
    whole = {**beats.indices, **gases}
    new = np.sort(np.unique(some, return_index=True)[1])
    found = {}
    for name in begin:
        values = np.array([_before(beats.time, whole[name], when) for when in at])
        if name in gases:
            values[~np.isin(at, gases_at)] = np.nan
        found[name] = np.concatenate([begin[name][None], values])[:, new]
    return found


def _gas(who: People) -> dict[str, Array]:
    return who.subject.gas_of(slice(None))


def _before(time: Array, values: Array, when: float) -> Array:
    """What was known last before a time, lane by lane; NaN where nothing was."""
    known = (time < when - 1e-9) & np.isfinite(values)
    last = len(time) - 1 - np.argmax(known[::-1], axis=0)
    found = np.take_along_axis(values, last[None], axis=0)[0]
    return np.where(known.any(axis=0), found, np.nan)


class _Breaths:
    """Works out the gases of some beats, many at once.

    Args:
        held: What is done.
        gas: Gas exchange of every lane.
        at: Of the last beats before these times, s, gases are worked out.
    """

    def __init__(self, held: Plan, gas: Mapping[str, Array], at: Array) -> None:
        self.held, self.gas, self.at = held, gas, at
        self.row = -1
        self.pending: list[tuple[int, int, float, Trace]] = []
        self.values: dict[tuple[int, int], dict[str, float]] = {}

    def __call__(self, time: Array, t: Trace) -> Mapping[str, Array]:
        """See a beat of the lanes whose time is told."""
        self.row += 1
        here = np.flatnonzero(np.isfinite(time))
        after = time[here] + 60.0 / t.parameters["beat.hr"]
        first, last = (np.searchsorted(self.at, when, side="right") for when in (time[here], after))
        for place in np.flatnonzero(last > first):
            lane = int(here[place])
            part = part_of(t, slice(place, place + 1))
            if self.pending and len(self.pending[0][3].time) != len(part.time):
                self.flush()
            self.pending.append((self.row, lane, float(time[lane]), part))
            if len(self.pending) == TOGETHER:
                self.flush()
        return {}

    def flush(self) -> None:
        """Work out what waits for it."""
        if not self.pending:
            return
        rows, lanes, times, parts = zip(*self.pending, strict=True)
        whole = side_by_side([Kept(0.0, part) for part in parts])
        found = self.of(np.array(times), np.array(lanes, np.intp), whole)
        for place, key in enumerate(zip(rows, lanes, strict=True)):
            self.values[key] = {name: float(value[place]) for name, value in found.items()}
        self.pending = []

    def of(self, times: Array, lanes: Lanes, whole: Trace) -> dict[str, Array]:
        """Gases of some beats side by side, each of some lane at some time."""
        now = {name: value[lanes] for name, value in self.gas.items()}
        for event in self.held.gas:
            event.apply(now, times)
        devices = [_devices(self.held, at) for at in times]
        return breathing(whole, now, devices, np.zeros(len(times), bool)).values

    def found(self, time: Array) -> dict[str, Array]:
        """Every index in the shape of `time`, NaN in beats of which they were not worked out."""
        self.flush()
        names = next(iter(self.values.values()), {})
        found = {name: np.full(time.shape, np.nan) for name in names}
        for key, values in self.values.items():
            for name, value in values.items():
                found[name][key] = value
        return found


def _devices(held: Plan, time: float) -> tuple[AbstractDevice, ...]:
    return tuple(one.device for one in held.running(time))


def _ends(values: Array, worth: float) -> tuple[float, float] | None:
    known = values[np.isfinite(values)]
    if len(known) < FEWEST:
        return None
    return ends(known, worth * len(known) / len(values))


def _ranges(
    values: Mapping[str, Array], worth: float, devices: tuple[AbstractDevice, ...]
) -> Ranges:
    kept = belonging(values, devices)
    return {name: found for name, value in kept.items() if (found := _ends(value, worth))}


def _along(
    kept: Mapping[str, Array],
    at: Array,
    time: Array,
    own: Mapping[str, Array],
    cycles: Lanes,
    worth: float,
) -> tuple[dict[str, Array], dict[str, Array]]:
    """Ends of the interval of every beat of the course, by index.

    Draws are seen by the mean of their cycle of beats, so that their distance is that from the
    mean of the course's own cycle: one beat of it may be an odd one.
    """
    low: dict[str, Array] = {}
    high: dict[str, Array] = {}
    for name, values in own.items():
        if name not in kept:
            continue
        known = np.flatnonzero(np.isfinite(values))
        where, off = [], []
        for row, when in enumerate([0.0, *at]):
            found = _ends(kept[name][row], worth)
            before = known[time[known] < when - 1e-9] if when else known[:1]
            if found is None or not len(before):
                continue
            last = int(before[-1])
            middle = np.nanmean(values[max(0, last + 1 - int(cycles[last])) : last + 1])
            where.append(time[last])
            off.append([end - middle for end in found])
        if not where:
            continue
        floor = 0.0 if np.nanmin(kept[name]) >= 0.0 else -np.inf
        for place, side in enumerate((low, high)):
            away = np.interp(time, where, np.array(off)[:, place])
            side[name] = np.maximum(values + away, floor)
    return low, high

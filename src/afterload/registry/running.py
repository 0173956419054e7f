"""Which devices run at one moment of every episode.

What is not recorded is not known. An episode without any device interval may have had a device
nobody recorded, unless it is said to have had none. Only what is recorded to have stopped, or to
start later, does not run.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection

from afterload.registry.derived import without_device
from afterload.registry.engine import reading
from afterload.registry.numbers import Episodes, Numbers, episodes, time_number
from afterload.registry.points import nominal_hours
from afterload.registry.rows import holds, select
from afterload.registry.store import Registry
from afterload.registry.strategy import FAMILIES, FAMILY

NAN = math.nan


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment of every episode.

    Args:
        hours: Hours from time zero; NaN where the moment has none that is the same for all.
        point: The nominal point it is, if any.
        before: Whether it is the moment just before: what starts then does not run yet, and what
            stops then still does.
    """

    hours: float
    point: str = ""
    before: bool = False

    def within(self, start: float, stop: float) -> bool:
        """Whether something that ran from `start` to `stop` ran at this moment."""
        if self.before:
            return start < self.hours <= stop
        return start <= self.hours < stop

    def past(self, stop: float) -> bool:
        """Whether something that stopped then ran no longer."""
        return stop < self.hours if self.before else stop <= self.hours


def moment_of(point: str) -> Moment:
    """A nominal point as a moment; "pre" and "worst6h" as the one just before first flow."""
    return Moment(nominal_hours(point), point, before=point in ("pre", "worst6h"))


def devices_at(registry: Registry, moment: Moment) -> dict[str, Numbers]:
    """How many devices of each family run at a moment, shape (n,), episode by episode.

    NaN where no device interval is recorded and nothing says that there was none, and where the
    times recorded do not tell. A device whose end is not recorded ends with its run; without that
    it is taken to run on, as in `strategy.strategy_at`.
    """
    with reading(registry.engine) as connection:
        known = episodes(connection)
        spans = _device_spans(connection, known)
        spans |= {place: [] for place, none in enumerate(without_device(connection, known)) if none}
    counts = {family: np.full(len(known.keys), NAN) for family in FAMILIES}
    for place, of in spans.items():
        told = _counted(of, moment)
        if told is not None:
            for family in FAMILIES:
                counts[family][place] = told.get(family, 0)
    return counts


def device_spans(registry: Registry) -> dict[str, tuple[tuple[str, float, float], ...]]:
    """Kind, start and stop of every device in hours from time zero, by the episode's key.

    NaN is not known; a device whose end is not recorded ends with its run. An episode that is
    recorded to have had no device has none; one of which nothing is recorded is not here.
    """
    with reading(registry.engine) as connection:
        known = episodes(connection)
        spans = _device_spans(connection, known)
        spans |= {place: [] for place, none in enumerate(without_device(connection, known)) if none}
    return {known.keys[place]: tuple(of) for place, of in sorted(spans.items())}


def _counted(of: Sequence[tuple[str, float, float]], moment: Moment) -> dict[str, int] | None:
    """How many intervals of each family run; None where their times do not tell."""
    if math.isnan(moment.hours):
        return None
    found: dict[str, int] = {}
    for kind, start, stop in of:
        if moment.past(stop):
            continue
        if math.isnan(start):
            return None
        if moment.within(start, math.inf if math.isnan(stop) else stop):
            found[FAMILY[kind]] = found.get(FAMILY[kind], 0) + 1
    return found


def _device_spans(
    connection: Connection, known: Episodes
) -> dict[int, list[tuple[str, float, float]]]:
    """Kind, start and stop of every device, by the place of its episode."""
    d = connection.dialect.name
    place = {root: i for i, root in enumerate(known.roots.tolist())}
    times = f'{time_number("start", d)}, "start_h", {time_number("stop", d)}, "stop_h"'
    ends: dict[int, float] = {}
    sql = f'SELECT "episode", "root", {times} FROM "run" WHERE {holds("run")}'
    for episode, root, _, _, stop, stop_h in select(connection, sql):
        if episode in place:
            ends[root] = known.hours(place[episode], stop, stop_h)
    found: dict[int, list[tuple[str, float, float]]] = {}
    sql = (
        f'SELECT "episode", "kind", "run", {times} FROM "device" '
        f'WHERE {holds("device")} ORDER BY "id"'
    )
    for episode, kind, run, start, start_h, stop, stop_h in select(connection, sql):
        if episode not in place:
            continue
        at = place[episode]
        begin, end = known.hours(at, start, start_h), known.hours(at, stop, stop_h)
        end = ends.get(run, NAN) if math.isnan(end) else end
        # A stop before a start that was told in other words is a finding of `verify`, not a stop.
        found.setdefault(at, []).append((kind, begin, NAN if end < begin else end))
    return found

"""What is derived from several rows of an episode: intervals, events, times of support."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection

from afterload.core.column import Column
from afterload.core.variable import Choice, Variable
from afterload.registry.engine import reading
from afterload.registry.numbers import (
    Episodes,
    Numbers,
    Places,
    episodes,
    numbers_of,
    time_number,
)
from afterload.registry.points import nominal_hours
from afterload.registry.rows import holds, select
from afterload.registry.shape import COMPLICATIONS, OCCURRED, RUNS
from afterload.registry.store import Registry
from afterload.registry.strategy import Interval, strategy_over


@dataclass(frozen=True, slots=True)
class Event:
    """One complication.

    Args:
        kind: One of `shape.COMPLICATIONS`.
        hours: Hours from time zero; NaN where it is not known.
    """

    kind: str
    hours: float


def intervals(registry: Registry) -> dict[str, tuple[Interval, ...]]:
    """The device intervals of every episode, by episode key, in order of start.

    An episode without devices has an empty tuple: it had none, or nothing is recorded; which of the
    two `no_device` tells. A start that is not known is NaN, a stop that is
    not known is None.
    """
    with reading(registry.engine) as connection:
        known = episodes(connection)
        return dict(zip(known.keys, _intervals(connection, known), strict=True))


def no_device(registry: Registry) -> frozenset[str]:
    """The keys of the episodes that are recorded to have had no device, and have none.

    An episode that has no device interval and is not here was not recorded: whether it had a device
    is not known.
    """
    with reading(registry.engine) as connection:
        known = episodes(connection)
        told = without_device(connection, known)
    return frozenset(key for key, none in zip(known.keys, told, strict=True) if none)


def complications(registry: Registry) -> dict[str, tuple[Event, ...]]:
    """The complications of every episode, by episode key, in order of time."""
    with reading(registry.engine) as connection:
        known = episodes(connection)
        return dict(zip(known.keys, _events(connection, known), strict=True))


def ruled_out(registry: Registry) -> dict[str, frozenset[str]]:
    """The complications each episode is recorded not to have had, by episode key.

    A kind that is neither here nor among the episode's `complications` was not recorded: whether
    it occurred is not known.
    """
    with reading(registry.engine) as connection:
        known = episodes(connection)
        return dict(zip(known.keys, map(frozenset, _absent(connection, known)), strict=True))


def derived_names() -> tuple[str, ...]:
    """Every name `extract` computes from several rows."""
    counts = tuple(f"complication:{kind}" for kind in COMPLICATIONS)
    return (*_WHOLE, *counts, *(f"time_to_{kind}" for kind in COMPLICATIONS))


def derive(connection: Connection, known: Episodes, name: str) -> Column:
    """One derived column; see `derived_names`."""
    if name in _WHOLE:
        return _WHOLE[name](connection, known)
    kind = name.removeprefix("complication:").removeprefix("time_to_")
    words = kind.replace("_", " ")
    if name.startswith("complication:"):
        variable = Variable(name, f"Events of {words}", kind="int", unit="{events}", low=0)
        return Column(variable, _counts(connection, known, kind))
    variable = Variable(name, f"Time to first {words}", kind="calc", unit="h")
    first = np.full(len(known.keys), np.nan)
    extra = f" AND {OCCURRED} AND \"kind\" = '{kind}'"
    np.fmin.at(first, *_times(connection, known, "complication", "at", extra))
    return Column(variable, first)


def _counts(connection: Connection, known: Episodes, kind: str) -> Numbers:
    """How many complications of a kind each episode had; 0 where said so, NaN where nobody says."""
    sql = (
        f'SELECT "episode", CASE WHEN {OCCURRED} THEN 1 ELSE 0 END FROM "complication" '
        f'WHERE {holds("complication")} AND "kind" = ?'
    )
    found = numbers_of(connection, sql, 2, [kind])
    counts = np.full(len(known.keys), np.nan)
    places = known.places(found[:, 0])
    counts[places] = 0.0
    np.add.at(counts, places, found[:, 1])
    return counts


def _spans(
    connection: Connection, known: Episodes, table: str
) -> list[tuple[int, str, float, float]]:
    """Place of the episode, kind, start and stop in hours (NaN if unknown) of a table's rows."""
    kind = '"kind"' if table == "device" else "''"
    d = connection.dialect.name
    sql = (
        f'SELECT "episode", {kind}, {time_number("start", d)}, "start_h", '
        f'{time_number("stop", d)}, "stop_h" FROM "{table}" WHERE {holds(table)} ORDER BY "id"'
    )
    rows = select(connection, sql)
    place = {root: i for i, root in enumerate(known.roots.tolist())}
    return [
        (
            place[r[0]],
            r[1],
            known.hours(place[r[0]], r[2], r[3]),
            known.hours(place[r[0]], r[4], r[5]),
        )
        for r in rows
        if r[0] in place
    ]


def _intervals(connection: Connection, known: Episodes) -> list[tuple[Interval, ...]]:
    found: list[list[Interval]] = [[] for _ in known.keys]
    for place, kind, start, stop in _spans(connection, known, "device"):
        # A stop before a start that was told in other words is a finding of `verify`, not a stop.
        ends = None if math.isnan(stop) or stop < start else stop
        found[place].append(Interval(kind, start, ends))
    return [tuple(sorted(of, key=_by_start)) for of in found]


def without_device(connection: Connection, known: Episodes) -> list[bool]:
    """Whether each episode is recorded to have had no device, and has none."""
    sql = (
        f'SELECT "root" FROM "episode" WHERE {holds("episode")} AND "no_device" AND "root" NOT IN '
        f'(SELECT "episode" FROM "device" WHERE {holds("device")})'
    )
    roots = {root for (root,) in select(connection, sql)}
    return [root in roots for root in known.roots.tolist()]


def _by_start(interval: Interval) -> float:
    return math.inf if math.isnan(interval.start_h) else interval.start_h


def _events(connection: Connection, known: Episodes) -> list[tuple[Event, ...]]:
    sql = (
        f'SELECT "episode", "kind", {time_number("at", connection.dialect.name)}, "at_h" '
        f'FROM "complication" WHERE {holds("complication")} AND {OCCURRED} ORDER BY "id"'
    )
    found: list[list[Event]] = [[] for _ in known.keys]
    place = {root: i for i, root in enumerate(known.roots.tolist())}
    for root, kind, at, at_h in select(connection, sql):
        if root in place:
            found[place[root]].append(Event(kind, known.hours(place[root], at, at_h)))
    return [tuple(sorted(of, key=_by_hours)) for of in found]


def _absent(connection: Connection, known: Episodes) -> list[set[str]]:
    """The kinds said not to have occurred, episode by episode."""
    sql = (
        'SELECT "episode", "kind" FROM "complication" '
        f'WHERE {holds("complication")} AND NOT "occurred"'
    )
    found: list[set[str]] = [set() for _ in known.keys]
    place = {root: i for i, root in enumerate(known.roots.tolist())}
    for root, kind in select(connection, sql):
        if root in place:
            found[place[root]].add(kind)
    return found


def _by_hours(event: Event) -> float:
    return math.inf if math.isnan(event.hours) else event.hours


def _union(spans: Sequence[tuple[float, float]]) -> float:
    """Hours covered by at least one span; NaN if any end is not known.

    Example:
        >>> _union([(0, 10), (5, 20), (30, 40)])
        30.0
    """
    if any(math.isnan(end) for span in spans for end in span):
        return math.nan
    total, reached = 0.0, -math.inf
    for start, stop in sorted(spans):
        total += max(0.0, stop - max(start, reached))
        reached = max(reached, stop)
    return total


def _covered(connection: Connection, known: Episodes, table: str) -> list[float]:
    spans: list[list[tuple[float, float]]] = [[] for _ in known.keys]
    for place, _, start, stop in _spans(connection, known, table):
        spans[place].append((start, stop))
    return [_union(of) if of else math.nan for of in spans]


def _support_hours(connection: Connection, known: Episodes) -> Column:
    """Hours from first flow to removal of the last cannula: of the runs, else of the devices."""
    runs, devices = (_covered(connection, known, table) for table in ("run", "device"))
    hours = [d if math.isnan(r) else r for r, d in zip(runs, devices, strict=True)]
    variable = Variable(
        "support_hours", "Duration of support", "Durée d'assistance", "calc", "h", 0
    )
    return Column(variable, np.array(hours, dtype=np.float64))


def _device_days(connection: Connection, known: Episodes) -> Column:
    """Days with at least one device; two devices on one day are one device-day."""
    found = _intervals(connection, known)
    days = [
        _union([(i.start_h, math.nan if i.stop_h is None else i.stop_h) for i in of]) / 24
        for of in found
    ]
    variable = Variable("device_days", "Device-days", "Jours d'assistance", "calc", "d", 0)
    return Column(variable, np.array(days, dtype=np.float64))


def _n_runs(connection: Connection, known: Episodes) -> Column:
    counts = np.zeros(len(known.keys))
    for place, *_ in _spans(connection, known, "run"):
        counts[place] += 1
    return Column(Variable("n_runs", "Support runs", "Assistances", "int", "", 0), counts)


def _died_in_hospital(connection: Connection, known: Episodes) -> Column:
    """Whether the patient died before leaving hospital, from `discharge_dest`."""
    sql = (
        'SELECT "episode", CASE WHEN "discharge_dest" IS NULL THEN NULL '
        "WHEN \"discharge_dest\" = 'died' THEN 1 ELSE 0 END "
        f'FROM "outcome" WHERE {holds("outcome")}'
    )
    values = np.full(len(known.keys), np.nan)
    found = numbers_of(connection, sql, 2)
    values[known.places(found[:, 0])] = found[:, 1]
    variable = Variable("died_in_hospital", "Death in hospital", "Décès à l'hôpital", "bool")
    return Column(variable, values, variable.levels)


def _strategy(connection: Connection, known: Episodes) -> Column:
    """What the whole course amounts to, in words that are a rule of a protocol.

    NaN where no device is recorded and nothing says that there was none.
    """
    none = without_device(connection, known)
    words = [
        strategy_over(of).words if of or told else None
        for of, told in zip(_intervals(connection, known), none, strict=True)
    ]
    levels = tuple(sorted({word for word in words if word is not None}))
    choices = tuple(Choice(word, word, word) for word in levels)
    variable = Variable("device_strategy", "Device strategy", "Stratégie d'assistance", "enum",
                        choices=choices)  # fmt: skip
    places = [math.nan if word is None else float(levels.index(word)) for word in words]
    return Column(variable, np.array(places), levels)


_ALIVE_AT: tuple[tuple[str, str, str], ...] = (
    ("run", "start", ""),
    ("run", "stop", ""),
    ("device", "start", ""),
    ("device", "stop", ""),
    ("infusion", "start", f" AND {RUNS}"),
    ("infusion", "stop", f" AND {RUNS}"),
    ("observation", "at", ""),
    ("complication", "at", ""),
    ("outcome", "hosp_discharge_dt", " AND coalesce(\"discharge_dest\", '') <> 'died'"),
    ("outcome", "death_dt", ""),
    ("outcome", "htx_dt", ""),
    ("outcome", "lvad_dt", ""),
    ("followup", "at", " AND \"vital_status\" = 'alive'"),
)
"""The times at which a patient was alive; of death, the moment before. Who is discharged as dead
left no sign of life by it."""


def _last_known_alive(connection: Connection, known: Episodes) -> Column:
    """The latest time anything says that the patient lived; never after death.

    Time zero itself counts, so that it is never missing. A follow-up counts only when it says
    "alive".
    """
    latest = np.zeros(len(known.keys))
    for table, name, extra in _ALIVE_AT:
        np.fmax.at(latest, *_times(connection, known, table, name, extra))
    _nominal_too(connection, known, latest)
    variable = Variable("last_known_alive", "Last known alive", "Dernières nouvelles", "calc", "h")
    return Column(variable, np.fmin(latest, death_hours(connection, known)))


def _nominal_too(connection: Connection, known: Episodes, latest: Numbers) -> None:
    """Measurement sets that only have a nominal point: their nominal hour."""
    sql = (
        'SELECT DISTINCT "episode", "nominal" FROM "observation" WHERE "nominal" IS NOT NULL '
        f'AND "at" IS NULL AND "at_h" IS NULL AND {holds("observation")}'
    )
    place = {root: i for i, root in enumerate(known.roots.tolist())}
    for root, point in select(connection, sql):
        hours = nominal_hours(point)
        if root in place and hours > latest[place[root]]:
            latest[place[root]] = hours


_DEAD_AT: tuple[tuple[str, str, str], ...] = (
    ("outcome", "death_dt", ""),
    ("outcome", "hosp_discharge_dt", " AND \"discharge_dest\" = 'died'"),
    ("followup", "at", " AND \"vital_status\" = 'dead'"),
)
"""The times that tell of a death, the one to be taken first."""


def death_hours(connection: Connection, known: Episodes) -> Numbers:
    """Hours from time zero to death, NaN where nothing tells it, shape (n,).

    Of somebody known to be dead whose time of death is not recorded, it is the time of the
    discharge as dead, else that of the first follow-up that says "dead": the latest it can have
    been. `verify` asks about both.
    """
    taken = np.full(len(known.keys), np.nan)
    for table, name, extra in _DEAD_AT:
        earliest = np.full(len(known.keys), np.nan)
        places, hours = _times(connection, known, table, name, extra)
        np.fmin.at(earliest, places, hours)
        taken = np.where(np.isnan(taken), earliest, taken)
    return taken


def _times(
    connection: Connection, known: Episodes, table: str, name: str, extra: str
) -> tuple[Places, Numbers]:
    """A time of the rows of a table, in hours from time zero, and the episode of each."""
    sql = (
        f'SELECT "episode", {time_number(name, connection.dialect.name)}, "{name}_h" '
        f'FROM "{table}" WHERE {holds(table)}{extra}'
    )
    found = numbers_of(connection, sql, 3)
    places = known.places(found[:, 0])
    return places, known.hours_of(places, found[:, 1], found[:, 2])


_WHOLE: dict[str, Callable[[Connection, Episodes], Column]] = {
    "support_hours": _support_hours,
    "device_days": _device_days,
    "n_runs": _n_runs,
    "last_known_alive": _last_known_alive,
    "died_in_hospital": _died_in_hospital,
    "device_strategy": _strategy,
}

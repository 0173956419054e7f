"""The times of one episode, side by side: what the temporal rules look at."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sqlalchemy import Connection

from afterload.registry.numbers import Episodes, time_number
from afterload.registry.rows import holds, select
from afterload.registry.shape import OCCURRED, RUNS

NAN = math.nan

TOLERANCE_H = 24.0
"""A record that knows the day alone may be this far off (our choice)."""

Found = Iterable[tuple[str, int, str]]
"""Table, row and the sentence of each thing found."""


@dataclass(frozen=True, slots=True)
class Item:
    """One row with its times in hours from time zero, NaN where they are not known.

    Args:
        table: The table it stands in.
        row: Its id.
        name: What it is: a device kind, a complication, a drug, a run's key, a nominal point.
        start, stop: Its times; both the same for a moment.
        parent: Root id of its run, for a device.
        root: Its own root id.
    """

    table: str
    row: int
    name: str
    start: float
    stop: float
    parent: int | None = None
    root: int = 0


@dataclass(slots=True)
class Course:
    """All that happened in one episode.

    Args:
        key: The episode's key.
        row: The id of the episode's current row.
        has_t0: Whether the date of time zero is known.
        admitted, left, died: Hospital admission, discharge and death, in hours from time zero.
        outcome: The id of the outcome's current row; None without one.
        destination: Where the patient was discharged to; empty if unknown.
        items: Runs, devices, observations, complications, infusions, decisions, follow-ups.
    """

    key: str
    row: int
    has_t0: bool
    admitted: float = NAN
    left: float = NAN
    died: float = NAN
    outcome: int | None = None
    destination: str = ""
    items: list[Item] = field(default_factory=list)

    def of(self, *tables: str) -> Iterator[Item]:
        """The rows of some tables."""
        return (item for item in self.items if item.table in tables)


_SPANS = {"run": '"key"', "device": '"kind"', "infusion": '"drug"'}
_MOMENTS = {
    "observation": "coalesce(\"nominal\", '')",
    "complication": '"kind"',
    "decision": '"kind"',
    "followup": "coalesce(\"vital_status\", '')",
}


def courses(connection: Connection, known: Episodes) -> list[Course]:
    """The course of every current episode, in the order of `known`."""
    made = _beginnings(connection, known)
    place = {root: i for i, root in enumerate(known.roots.tolist())}
    d = connection.dialect.name
    for table, name in {**_SPANS, **_MOMENTS}.items():
        first, last = ("start", "stop") if table in _SPANS else ("at", "at")
        run = '"run"' if table == "device" else "NULL"
        real = {"complication": f" AND {OCCURRED}", "infusion": f" AND {RUNS}"}.get(table, "")
        sql = (
            f'SELECT "episode", "id", "root", {name}, {run}, {time_number(first, d)}, '
            f'"{first}_h", {time_number(last, d)}, "{last}_h" '
            f'FROM "{table}" WHERE {holds(table)}{real} ORDER BY "id"'
        )
        for episode, row, root, word, parent, *times in select(connection, sql):
            at = place.get(episode)
            if at is not None:
                start, stop = known.hours(at, *times[:2]), known.hours(at, *times[2:])
                made[at].items.append(Item(table, row, word, start, stop, parent, root))
    return made


def _beginnings(connection: Connection, known: Episodes) -> list[Course]:
    """Each episode with its admission, discharge and death."""
    d = connection.dialect.name
    place = {root: i for i, root in enumerate(known.roots.tolist())}
    made: list[Course] = [Course(key, 0, False) for key in known.keys]
    sql = (
        f'SELECT "root", "id", {time_number("hosp_admit_dt", d)}, "hosp_admit_dt_h" '
        f'FROM "episode" WHERE {holds("episode")}'
    )
    for root, row, admitted, admitted_h in select(connection, sql):
        at = place[root]
        made[at].row, made[at].has_t0 = row, not math.isnan(known.t0[at])
        made[at].admitted = known.hours(at, admitted, admitted_h)
    sql = (
        f'SELECT "episode", "id", coalesce("discharge_dest", \'\'), '
        f'{time_number("hosp_discharge_dt", d)}, "hosp_discharge_dt_h", '
        f'{time_number("death_dt", d)}, "death_dt_h" FROM "outcome" WHERE {holds("outcome")}'
    )
    for root, row, destination, left, left_h, died, died_h in select(connection, sql):
        if root in place:
            at = place[root]
            course = made[at]
            course.outcome, course.destination = row, destination
            course.left = known.hours(at, left, left_h)
            course.died = known.hours(at, died, died_h)
    return made

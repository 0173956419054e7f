"""What a row says, so that two rows can be compared: its values, and its times as one moment."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from afterload.registry.keyed import note_text
from afterload.registry.shape import TAKEN_AS_T0, Shape
from afterload.registry.stored import store

Facts = Mapping[str, Any]
"""What is known of a row, by variable; nothing stands for what is missing."""

_LATER: Mapping[str, tuple[str, ...]] = {"query": ("status", "answer")}
"""What becomes of a row after it was added, and does not tell it from another one."""


@dataclass(frozen=True, slots=True)
class Reader:
    """What the rows of one table can say.

    Args:
        table: The table.
        plain: Columns that are compared as they are.
        pairs: Times, each kept as two columns.
        defaults: What columns that do not say are read as.
    """

    table: str
    plain: tuple[str, ...]
    pairs: tuple[str, ...]
    defaults: Mapping[str, Any]

    @classmethod
    def of(cls, shape: Shape) -> Reader:
        """The reader for a table."""
        names = shape.by_name
        pairs = tuple(n for n, f in names.items() if f.kind == "time" and f"{n}_h" in names)
        apart = {"episode", *pairs, *(f"{n}_h" for n in pairs), *_LATER.get(shape.name, ())}
        plain = tuple(n for n in names if n not in apart)
        told = {n: store(f, [f.default])[0] for n, f in names.items() if f.default is not None}
        return cls(shape.name, plain, pairs, {n: v for n, v in told.items() if n in plain})

    def facts(self, row: Mapping[str, Any], t0: datetime | None) -> dict[str, Any]:
        """What one row says.

        Args:
            row: Stored values by column; columns may lack.
            t0: Time zero of its episode, if it is known.
        """
        get = row.get
        held = {**self.defaults}
        held |= {name: value for name in self.plain if (value := get(name)) is not None}
        assumed = assumed_start(row) if self.table == "device" else False
        for name in self.pairs:
            if assumed and name == "start":
                continue  # nobody told it, so that a start told later is no other device's
            when = moment(get(name), get(f"{name}_h"), t0)
            if when is not None:
                held[name] = when
        return held


def moment(at: str | None, hours: float | None, t0: datetime | None) -> int | str | None:
    """A time as it is read: whole seconds from time zero, or a date where time zero is not known.

    Args:
        at: The real time as stored.
        hours: The hours from time zero.
        t0: Time zero.
    """
    if at is not None and t0 is not None:
        return round((datetime.fromisoformat(at) - t0).total_seconds())
    if hours is not None:
        return round(hours * 3600)
    return at


def assumed_start(row: Mapping[str, Any]) -> bool:
    """Whether the start of a device was not told, and taken as t0."""
    entered = row.get("entered")
    return bool(entered) and json.loads(entered or "{}").get("start_h") == TAKEN_AS_T0


def without_assumed_start(row: Mapping[str, Any]) -> dict[str, Any]:
    """A device row without the start that nobody told."""
    entered = json.loads(row.get("entered") or "{}")
    del entered["start_h"]
    return {**row, "start_h": None, "entered": note_text(entered)}


def columns_of(fact: str, row: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns of a row that hold one fact."""
    return tuple(name for name in (fact, f"{fact}_h") if name in row)


def agree(one: Facts, other: Facts) -> bool:
    """Whether two rows contradict each other nowhere."""
    return all(other.get(name, value) == value for name, value in one.items())


def within(one: Facts, other: Facts) -> bool:
    """Whether the other row says all that this one says."""
    return all(name in other and other[name] == value for name, value in one.items())

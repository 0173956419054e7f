"""The past of a registry: its entries, and the versions of a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from afterload.core.errors import RecordError
from afterload.registry.engine import reading
from afterload.registry.rows import every_field, key_of_root, select, shape_of, stored_rows
from afterload.registry.shape import Shape
from afterload.registry.store import Registry
from afterload.registry.stored import python_value
from afterload.registry.version import content
from afterload.registry.writer import Entry

ENTRY_FIELDS: tuple[str, ...] = (
    "id", "at", "who", "why", "action", "origin", "counts", "content", "previous", "hash",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a row.

    Args:
        id: Its row id.
        entry: Who wrote it, when and why.
        withdrawn: Whether it says that the row no longer holds.
        values: What it says, as Python scalars, without what is missing; links as keys.
        changed: For every value that differs from the version before: the old and the new one.
    """

    id: int
    entry: Entry
    withdrawn: bool
    values: Mapping[str, Any]
    changed: Mapping[str, tuple[Any, Any]]


def entries(registry: Registry) -> list[Entry]:
    """Every entry of the audit chain, oldest first."""
    with reading(registry.engine) as connection:
        return read_entries(connection)


def read_entries(connection: Connection) -> list[Entry]:
    """Every entry of the audit chain, as it stands in the database."""
    import json

    listed = ", ".join(f'"{name}"' for name in ENTRY_FIELDS)
    made = []
    for row in select(connection, f'SELECT {listed} FROM "entry" ORDER BY "id"'):
        values = dict(zip(ENTRY_FIELDS, row, strict=True))
        at = values["at"]
        values["at"] = datetime.fromisoformat(at) if isinstance(at, str) else at
        values["counts"] = json.loads(values["counts"])
        made.append(Entry(**values))
    return made


def history(registry: Registry, table: str, root: int) -> list[Version]:
    """All versions of a row, oldest first.

    Args:
        registry: Where.
        table: The table.
        root: The id of its first version; the id of any other version does as well.

    Raises:
        RecordError: There is no such row.
        UnknownName: There is no such table.
    """
    shape = shape_of(registry.shapes, table)
    with reading(registry.engine) as connection:
        first = select(connection, f'SELECT "root" FROM "{table}" WHERE "id" = ?', [root])
        if not first:
            raise RecordError(f"There is no {table} row {root}.")
        rows = list(stored_rows(connection, shape, '"root" = ?', [first[0][0]]))
        written = {entry.id: entry for entry in read_entries(connection)}
        values = [_values(connection, shape, row) for row in rows]
    before: list[dict[str, Any]] = [{}, *values[:-1]]
    return [
        Version(row["id"], written[row["entry"]], bool(row["withdrawn"]), new, _changed(old, new))
        for row, old, new in zip(rows, before, values, strict=True)
    ]


def _values(connection: Connection, shape: Shape, row: Mapping[str, Any]) -> dict[str, Any]:
    held = content(row)
    values = {}
    for field in every_field(shape):
        if held.get(field.name) is None:
            continue
        value = python_value(field, held[field.name])
        values[field.name] = (
            key_of_root(connection, field.link)[value] if field.kind == "link" else value
        )
    return values


def _changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    names = dict.fromkeys((*old, *new))
    return {n: (old.get(n), new.get(n)) for n in names if old.get(n) != new.get(n)}

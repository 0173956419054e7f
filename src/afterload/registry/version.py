"""The current version of a row, and what hangs on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from afterload.core.errors import RecordError
from afterload.registry.rows import holds, latest, select, stored_rows
from afterload.registry.shape import BOOKKEEPING, Shape

CONTENT: tuple[str, ...] = ("entered", "accepted", "missing")
"""The bookkeeping that is part of what a row says."""


def content(row: Mapping[str, Any]) -> dict[str, Any]:
    """What a row says, without its place in the registry."""
    return {n: v for n, v in row.items() if n in CONTENT or n not in BOOKKEEPING}


def locate(connection: Connection, shape: Shape, row: int | str) -> dict[str, Any]:
    """The current version of a row, as stored.

    Args:
        connection: Where.
        shape: The table.
        row: Its id, or its key.

    Raises:
        RecordError: There is no such row, or it is superseded or withdrawn.
    """
    number = row if isinstance(row, int) else _id_of_key(connection, shape, row)
    found = list(stored_rows(connection, shape, '"id" = ?', [number]))
    if not found:
        raise RecordError(f"There is no {shape.name} row {row}.")
    newer = list(stored_rows(connection, shape, '"supersedes" = ?', [number]))
    if newer:
        newest = max(stored_rows(connection, shape, '"root" = ?', [found[0]["root"]]), key=_id)
        raise RecordError(
            f"{shape.name} row {number} was superseded; its newest version is row {newest['id']}. "
            "Look at that one first."
        )
    if found[0]["withdrawn"]:
        raise RecordError(f"{shape.name} row {number} was withdrawn.")
    return found[0]


def _id(row: Mapping[str, Any]) -> int:
    return int(row["id"])


def _id_of_key(connection: Connection, shape: Shape, key: str) -> int:
    """The id of the newest version of a named row."""
    if not shape.key:
        raise RecordError(
            f"Rows of {shape.name!r} have no key; give the id of the row, as `show` prints it."
        )
    where, values = '"key" = ?', [key]
    if shape.name == "outcome":
        where = '"episode" IN (SELECT "id" FROM "episode" WHERE "key" = ?)'
    elif shape.name == "run" and "/" in key:
        where = '"episode" IN (SELECT "id" FROM "episode" WHERE "key" = ?) AND "key" = ?'
        values = key.rsplit("/", 1)
    elif shape.name == "site_variable":
        where = '"name" = ?'
    sql = f'SELECT "id" FROM "{shape.name}" WHERE {where} AND {latest(shape.name)}'
    found = select(connection, sql, values)
    if not found:
        raise RecordError(f"There is no {shape.name} {key!r} in the registry.")
    if len(found) > 1:
        raise RecordError(f"Several runs have the key {key!r}; write EPISODE/RUN.")
    return int(found[0][0])


def hanging_on(
    connection: Connection, shapes: Mapping[str, Shape], table: str, row: Mapping[str, Any]
) -> dict[str, list[dict[str, Any]]]:
    """A row and every current row that points at it, directly or not, by table."""
    found: dict[str, dict[int, dict[str, Any]]] = {table: {row["id"]: dict(row)}}
    for shape in shapes.values():
        for link in shape.links:
            for parent in list(found.get(link.link, {}).values()):
                where = f'"{link.name}" = ? AND {holds(shape.name)}'
                for child in stored_rows(connection, shape, where, [parent["root"]]):
                    found.setdefault(shape.name, {})[child["id"]] = child
    return {name: [rows[n] for n in sorted(rows)] for name, rows in found.items()}

"""Reading rows as they are stored, and the current ones as columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from afterload.core.errors import UnknownName
from afterload.registry.engine import cursor_of, reading
from afterload.registry.shape import BOOKKEEPING, Field, Shape
from afterload.registry.store import Registry
from afterload.registry.stored import plain_value, python_value

_CHUNK = 2000
_KINDS = {
    "id": "int", "root": "int", "supersedes": "int", "withdrawn": "bool", "entry": "int",
    "digest": "text", "entered": "json", "accepted": "json", "missing": "json",
}  # fmt: skip


def shape_of(shapes: Mapping[str, Shape], table: str) -> Shape:
    """The shape of a table.

    Raises:
        UnknownName: There is no such table.
    """
    if table not in shapes:
        raise UnknownName("registry table", table, shapes)
    return shapes[table]


def latest(table: str) -> str:
    """SQL that is true for the newest version of each row, withdrawn or not."""
    return f'"id" NOT IN (SELECT "supersedes" FROM "{table}" WHERE "supersedes" IS NOT NULL)'


def holds(table: str) -> str:
    """SQL that is true for the current rows: newest version and not withdrawn."""
    return f'NOT "withdrawn" AND {latest(table)}'


def chunks(
    connection: Connection, sql: str, values: Sequence[Any] = (), size: int = _CHUNK
) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of a query in chunks, straight from the driver.

    Args:
        connection: Where.
        sql: The query, with "?" for each value.
        values: The values.
        size: Rows per chunk.
    """
    if connection.dialect.name == "postgresql":
        sql = sql.replace("%", "%%").replace("?", "%s") if values else sql
    cursor = cursor_of(connection)
    try:
        cursor.execute(sql, tuple(values)) if values else cursor.execute(sql)
        while chunk := cursor.fetchmany(size):
            yield chunk
    finally:
        cursor.close()


def select(connection: Connection, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """All rows of a query; see `chunks`."""
    return [row for chunk in chunks(connection, sql, values) for row in chunk]


def every_field(shape: Shape) -> list[Field]:
    """The fields of a table, the bookkeeping first."""
    kept = [Field(name, _KINDS[name]) for name in BOOKKEEPING]  # type: ignore[arg-type]
    return [*kept, *shape.fields]


def stored_rows(
    connection: Connection, shape: Shape, where: str, values: Sequence[Any] = ()
) -> Iterator[dict[str, Any]]:
    """Rows as they are stored, by column name, in the order of their id.

    Args:
        connection: Where.
        shape: The table.
        where: SQL condition, with "?" for each value.
        values: The values.
    """
    fields = every_field(shape)
    names = [field.name for field in fields]
    listed = ", ".join(f'"{name}"' for name in names)
    sql = f'SELECT {listed} FROM "{shape.name}" WHERE {where} ORDER BY "id"'
    plain = connection.dialect.name == "sqlite"
    odd = [] if plain else [(f.name, f.kind) for f in fields if f.kind in ("bool", "time")]
    for chunk in chunks(connection, sql, values):
        for row in chunk:
            made = dict(zip(names, row, strict=True))
            for name, kind in odd:
                made[name] = plain_value(kind, made[name])
            yield made


def key_of_root(connection: Connection, table: str) -> dict[int, str]:
    """The key of every patient, episode or run by its root id, whatever became of it."""
    sql = f'SELECT "id", "key" FROM "{table}" WHERE "supersedes" IS NULL'
    return {row[0]: row[1] for row in select(connection, sql)}


def current(registry: Registry, table: str) -> dict[str, list[Any]]:
    """All current rows of a table as columns, links resolved to keys.

    Returns:
        For each column its values, as Python scalars; "id" and "root" come first.

    Raises:
        UnknownName: There is no such table.
    """
    shape = shape_of(registry.shapes, table)
    hidden = {"supersedes", "withdrawn", "entry", "digest"}
    with reading(registry.engine) as connection:
        keys = {link.link: key_of_root(connection, link.link) for link in shape.links}
        rows = list(stored_rows(connection, shape, holds(table)))
    made: dict[str, list[Any]] = {}
    for field in every_field(shape):
        if field.name in hidden:
            continue
        values = [row[field.name] for row in rows]
        if field.kind == "link":
            made[field.name] = [keys[field.link].get(value) for value in values]
        elif field.kind in ("bool", "time", "json") or field.default is not None:
            made[field.name] = [python_value(field, value) for value in values]
        else:
            made[field.name] = values
    return made

"""Everything the registry holds on one episode."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from afterload.core.errors import RecordError
from afterload.registry.engine import reading
from afterload.registry.past import Version, history
from afterload.registry.rows import every_field, holds, key_of_root, select, stored_rows
from afterload.registry.store import Registry
from afterload.registry.stored import python_value

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from afterload.registry.shape import Shape

_HIDDEN = frozenset(("root", "supersedes", "withdrawn", "entry", "digest"))


@dataclass(frozen=True, slots=True)
class EpisodeView:
    """Everything on one episode.

    Args:
        key: Its key.
        tables: The current rows by registry table, each as name and value without what is missing.
        history: The versions of each row, oldest first, by table and row id; empty if not asked.
    """

    key: str
    tables: Mapping[str, tuple[Mapping[str, Any], ...]]
    history: Mapping[tuple[str, int], tuple[Version, ...]] = field(default_factory=dict)


def episode_view(registry: Registry, key: str, *, past: bool = False) -> EpisodeView:
    """Read everything on one episode.

    Args:
        registry: Where from.
        key: Key of the episode.
        past: Whether earlier versions of its rows are read too.

    Raises:
        RecordError: There is no such episode.
    """
    with reading(registry.engine) as connection:
        found = select(
            connection,
            f'SELECT "root", "patient" FROM "episode" WHERE "key" = ? AND {holds("episode")}',
            [key],
        )
        if not found:
            raise RecordError(_no_episode(connection, key))
        root, patient = found[0]
        keys = {t: key_of_root(connection, t) for t in ("patient", "episode", "run")}
        tables: dict[str, tuple[Mapping[str, Any], ...]] = {}
        for name, shape in registry.shapes.items():
            column = {"patient": "root", "episode": "root"}.get(name, "episode")
            if column == "episode" and "episode" not in shape.by_name:
                continue
            owner = patient if name == "patient" else root
            where = f'"{column}" = ? AND {holds(name)}'
            rows = tuple(
                _told(r, shape, keys) for r in stored_rows(connection, shape, where, [owner])
            )
            if rows:
                tables[name] = rows
    versions = {}
    if past:
        for name, kept in tables.items():
            for row in kept:
                versions[name, row["id"]] = tuple(history(registry, name, row["id"]))
    return EpisodeView(key, tables, versions)


def _no_episode(connection: Connection, key: str) -> str:
    near = select(
        connection,
        f'SELECT "key" FROM "episode" WHERE {holds("episode")} AND "key" LIKE ? ORDER BY 1 LIMIT 3',
        [f"%{key}%"],
    )
    hint = f" Did you mean {' or '.join(row[0] for row in near)}?" if near else ""
    return f"There is no episode {key!r} in the registry.{hint}"


def _told(
    row: Mapping[str, Any], shape: Shape, keys: Mapping[str, Mapping[int, str]]
) -> dict[str, Any]:
    told = {}
    for one in every_field(shape):
        value = one.default if row[one.name] is None else row[one.name]
        if value is None or one.name in _HIDDEN:
            continue
        told[one.name] = (
            keys[one.link].get(value) if one.kind == "link" else python_value(one, value)
        )
    return told


def timed_keys(registry: Registry) -> frozenset[str]:
    """The keys of the current episodes whose time zero is known."""
    with reading(registry.engine) as connection:
        sql = f'SELECT "key" FROM "episode" WHERE "t0" IS NOT NULL AND {holds("episode")}'
        return frozenset(key for (key,) in select(connection, sql))


def supported_keys(registry: Registry) -> frozenset[str]:
    """The keys of the current episodes with a device."""
    with reading(registry.engine) as connection:
        sql = (
            f'SELECT "key" FROM "episode" WHERE {holds("episode")} AND "root" IN '
            f'(SELECT "episode" FROM "device" WHERE {holds("device")})'
        )
        return frozenset(key for (key,) in select(connection, sql))


def known_keys(registry: Registry) -> tuple[frozenset[str], dict[str, str]]:
    """The keys of the current patients, and the patient of each current episode."""
    with reading(registry.engine) as connection:
        of_root = dict(
            select(connection, f'SELECT "root", "key" FROM "patient" WHERE {holds("patient")}')
        )
        pairs = select(
            connection, f'SELECT "key", "patient" FROM "episode" WHERE {holds("episode")}'
        )
    return frozenset(of_root.values()), {key: of_root.get(root, "") for key, root in pairs}

"""Results of scores that are kept: what was found, from which values, by which version.

A result belongs to one episode, one score and one nominal point (none where each input was read at
its own). Told again, the same result from the same values is passed over; another one is a new row
that supersedes, so that the history shows what was told when, by whom and why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import isclose
from typing import Any

from sqlalchemy import Connection

from afterload.core.errors import UnknownName
from afterload.registry.engine import writing
from afterload.registry.links import Links
from afterload.registry.rows import holds, stored_rows
from afterload.registry.shape import Shape
from afterload.registry.store import Registry
from afterload.registry.stored import store
from afterload.registry.writer import Entry, Writer, said


@dataclass(frozen=True, slots=True)
class Result:
    """One result of a score.

    Args:
        episode: Key of the episode.
        score, version: Name of the score, and version of its implementation.
        nominal: The nominal point asked; "" where each input was read at its own.
        total: The total; None while missing inputs leave it open, or there is none.
        low, high: The attainable interval; None where the score has no points for the patient.
        classes: The classes still open.
        inputs: The values it rests on: by input its value (a list for several categories) and unit.
        assumed: Inputs whose values were assumed, not observed.
        wanting: Inputs that would narrow the interval.
        rule: At which times, and how, the inputs were read.
        source, doi: The publication.
        warnings: What the reader must know.
    """

    episode: str
    score: str
    version: str
    nominal: str
    total: float | None
    low: float | None
    high: float | None
    classes: tuple[str, ...]
    inputs: Mapping[str, Mapping[str, Any]]
    assumed: tuple[str, ...]
    wanting: tuple[str, ...]
    rule: str
    source: str
    doi: str
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """What keeping results came to.

    Args:
        new: Results of an episode, score and point that had none.
        changed: Results that took the place of another one.
        same: Results that were kept already.
        entry: The audit entry; None where nothing was written.
    """

    new: int
    changed: int
    same: int
    entry: Entry | None


_Place = tuple[int, str, str | None]
_AT_ONCE = 500


def keep_results(
    registry: Registry, results: Sequence[Result], *, who: str, why: str, now: datetime
) -> Kept:
    """Keep results in the registry, all of them or none.

    Args:
        registry: Where.
        results: The results; no two of the same episode, score and point.
        who, why, now: Who keeps them, for what reason, and when.

    Raises:
        UnknownName: An episode does not exist.
        InputError: `who` or `why` is empty.
        RecordError: The registry cannot be written.
    """
    said(who, why)
    shape = registry.shapes["score"]
    with writing(registry.engine) as connection:
        rows = _stored(connection, shape, results)
        there = _there(connection, shape, {row["episode"] for row in rows})
        new, changed = [], []
        for row in rows:
            kept = there.get(_place(row))
            if kept is None:
                new.append(row)
            elif any(_differ(kept[name], value) for name, value in row.items()):
                changed.append((row, kept))
        if not new and not changed:
            return Kept(0, 0, len(rows), None)
        writer = Writer.begin(connection, registry.shapes)
        writer.insert("score", _columns(shape, new), len(new))
        writer.insert(
            "score",
            _columns(shape, [row for row, _ in changed]),
            len(changed),
            superseding=[(kept["root"], kept["id"]) for _, kept in changed],
        )
        entry = writer.close(who=who, why=why, action="score", origin="", now=now)
    return Kept(len(new), len(changed), len(rows) - len(new) - len(changed), entry)


def _stored(
    connection: Connection, shape: Shape, results: Sequence[Result]
) -> list[dict[str, Any]]:
    """The results in the form the database keeps."""
    roots = Links(connection).roots("episode")
    for one in results:
        if one.episode not in roots:
            raise UnknownName("episode", one.episode, [str(key) for key in roots])
    columns: dict[str, Sequence[Any]] = {"episode": [roots[one.episode] for one in results]}
    for field in shape.fields:
        if field.name == "episode":
            continue
        told = [getattr(one, field.name) for one in results]
        if field.kind == "json":
            told = [dict(v) if isinstance(v, Mapping) else list(v) for v in told]
        columns[field.name] = store(field, [None if value == "" else value for value in told])
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _there(
    connection: Connection, shape: Shape, episodes: set[int]
) -> dict[_Place, dict[str, Any]]:
    """The results kept of some episodes, by episode, score and point."""
    found, asked = {}, sorted(episodes)
    for begin in range(0, len(asked), _AT_ONCE):
        part = asked[begin : begin + _AT_ONCE]
        where = f'"episode" IN ({", ".join("?" * len(part))}) AND {holds("score")}'
        for row in stored_rows(connection, shape, where, part):
            found[_place(row)] = row
    return found


def _differ(kept: Any, value: Any) -> bool:
    """Whether two stored values differ; the last digits of a computed number do not count."""
    if isinstance(kept, float) and isinstance(value, float):
        return not isclose(kept, value, rel_tol=1e-9)
    return bool(kept != value)


def _place(row: Mapping[str, Any]) -> _Place:
    return row["episode"], row["score"], row["nominal"]


def _columns(shape: Shape, rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    return {field.name: [row[field.name] for row in rows] for field in shape.fields}

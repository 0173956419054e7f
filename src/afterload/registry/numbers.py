"""The fast way out of the database: queries whose every column is a number, as arrays."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from afterload.registry.rows import chunks, holds, select
from afterload.registry.shape import Field

Numbers = NDArray[np.float64]
Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Episodes:
    """The current episodes.

    Args:
        keys: Their keys, in the order they were first added.
        roots: Their root ids, ascending, shape (n,).
        patients: The root ids of their patients, shape (n,).
        t0: Time zero in seconds since 1970, NaN where no date is known, shape (n,).
    """

    keys: tuple[str, ...]
    roots: NDArray[np.int64]
    patients: NDArray[np.int64]
    t0: Numbers

    def places(self, roots: Numbers) -> Places:
        """Where episodes stand, by root id; every root must be that of a current episode."""
        return np.searchsorted(self.roots, roots.astype(np.int64))

    def hours_of(self, places: Places, seconds: Numbers, hours: Numbers) -> Numbers:
        """Hours from time zero: from the real times where both are known, else as recorded."""
        real = (seconds - self.t0[places]) / 3600
        return np.where(np.isnan(real), hours, real)

    def hours(self, place: int, seconds: float | None, hours: float | None) -> float:
        """The same for one time of one episode; NaN if it is not known."""
        t0 = float(self.t0[place])
        if seconds is not None and not math.isnan(t0):
            return (seconds - t0) / 3600
        return math.nan if hours is None else hours


def episodes(connection: Connection) -> Episodes:
    """The current episodes of a registry."""
    t0 = time_number("t0", connection.dialect.name)
    sql = f'SELECT "root", "key", "patient", {t0} FROM "episode" WHERE {holds("episode")}'
    rows = sorted(select(connection, sql))
    return Episodes(
        tuple(row[1] for row in rows),
        np.array([row[0] for row in rows], dtype=np.int64),
        np.array([row[2] for row in rows], dtype=np.int64),
        np.array([row[3] for row in rows], dtype=np.float64),
    )


def numbers_of(
    connection: Connection, sql: str, width: int, values: Sequence[object] = ()
) -> Numbers:
    """A query's rows as one array, shape (n, width), NaN for what is missing.

    Chunks are turned into numbers while they are small enough to stay in the processor's cache,
    and laid out so that each column is contiguous.
    """
    parts = [np.array(chunk, dtype=np.float64).T for chunk in chunks(connection, sql, values, 500)]
    return np.concatenate(parts, axis=1).T if parts else np.empty((0, width))


def time_number(name: str, dialect: str) -> str:
    """SQL for a time as seconds since 1970."""
    if dialect == "sqlite":
        return f'CAST(strftime(\'%s\', "{name}") AS REAL) + CAST(substr("{name}", 20) AS REAL)'
    return f'CAST(extract(epoch FROM "{name}") AS double precision)'


def number(field: Field, dialect: str) -> str:
    """SQL for a field as a number: a word is its place in the list, yes is 1."""
    name = f'"{field.name}"'
    match field.kind:
        case "word":
            cases = (f"WHEN '{_quoted(w)}' THEN {i}" for i, w in enumerate(field.words))
            return f"CASE {name} {' '.join(cases)} END" if field.words else "NULL"
        case "bool" if dialect == "postgresql":
            return f"CAST({name} AS int)"
        case "time":
            return time_number(field.name, dialect)
        case _:
            return name


def _quoted(word: str) -> str:
    return word.replace("'", "''")

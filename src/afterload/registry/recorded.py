"""The rows of episodes that were there before a batch, to compare the batch with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from afterload.registry.facts import Facts, Reader
from afterload.registry.rows import holds, select, stored_rows
from afterload.registry.shape import Shape

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Kept:
    """One recorded row: as it is stored, and what it says."""

    row: dict[str, Any]
    facts: Facts

    @property
    def id(self) -> int:
        """Its id."""
        return int(self.row["id"])

    @property
    def root(self) -> int:
        """The id of its first version."""
        return int(self.row["root"])


@dataclass(frozen=True, slots=True)
class Known:
    """What is recorded of one episode in one table.

    Args:
        t0: Time zero of the episode.
        current: The rows that hold.
        past: What these rows said before they were corrected or completed.
    """

    t0: datetime | None
    current: list[Kept] = field(default_factory=list)
    past: list[Kept] = field(default_factory=list)


@dataclass(slots=True)
class Recorded:
    """Reads what was there before a batch; what the batch itself wrote is not seen."""

    connection: Connection
    _last: dict[str, int] = field(default_factory=dict)
    _superseded: dict[str, frozenset[int]] = field(default_factory=dict)
    _t0s: dict[int, datetime | None] | None = None

    def last(self, table: str) -> int:
        """The highest id of a table when it was first asked for; 0 if it was empty."""
        if table not in self._last:
            sql = f'SELECT coalesce(max("id"), 0) FROM "{table}"'
            self._last[table] = int(select(self.connection, sql)[0][0])
        return self._last[table]

    def of(self, shape: Shape, episodes: Sequence[int | None]) -> dict[int | None, Known]:
        """What is recorded of each episode in a table.

        Args:
            shape: The table.
            episodes: Root ids; None for rows that belong to no episode.
        """
        found = {root: Known(self._t0(root)) for root in dict.fromkeys(episodes)}
        reader, gone = Reader.of(shape), self._gone(shape.name)
        for row in self._rows(shape, episodes):
            known = found[row["episode"]]
            kept = Kept(row, reader.facts(row, known.t0))
            if row["id"] in gone:
                known.past.append(kept)
            elif not row["withdrawn"]:
                known.current.append(kept)
        return found

    def _rows(self, shape: Shape, episodes: Sequence[int | None]) -> Iterable[dict[str, Any]]:
        before = f'"id" <= {self.last(shape.name)}'
        for asked in _parts([root for root in episodes if root is not None]):
            where = f'"episode" IN ({", ".join("?" * len(asked))}) AND {before}'
            yield from stored_rows(self.connection, shape, where, asked)
        if None in episodes:
            yield from stored_rows(self.connection, shape, f'"episode" IS NULL AND {before}')

    def _gone(self, table: str) -> frozenset[int]:
        """The rows that were superseded before the batch."""
        if table not in self._superseded:
            sql = (
                f'SELECT "supersedes" FROM "{table}" '
                f'WHERE "supersedes" IS NOT NULL AND "id" <= {self.last(table)}'
            )
            self._superseded[table] = frozenset(row[0] for row in select(self.connection, sql))
        return self._superseded[table]

    def _t0(self, episode: int | None) -> datetime | None:
        """Time zero of an episode, with what the batch has filled."""
        if self._t0s is None:
            sql = f'SELECT "root", "t0" FROM "episode" WHERE {holds("episode")}'
            read = select(self.connection, sql)
            self._t0s = {
                root: datetime.fromisoformat(t0) if isinstance(t0, str) else t0 for root, t0 in read
            }
        return None if episode is None else self._t0s.get(episode)


def _parts(roots: Sequence[int]) -> Iterable[Sequence[int]]:
    for start in range(0, len(roots), _AT_ONCE):
        yield roots[start : start + _AT_ONCE]

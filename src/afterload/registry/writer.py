"""One audit entry being written: rows in bulk, each with its digest, then the entry itself."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from itertools import islice
from typing import Any

from sqlalchemy import Connection

from afterload.core.errors import InputError
from afterload.registry.digest import content_hash, counts_text, digester, entry_hash
from afterload.registry.engine import cursor_of
from afterload.registry.shape import Shape
from afterload.registry.stored import time_text

GENESIS = "0" * 64
"""What the first entry of a chain names as its previous one."""

_CHUNK = 2000
_NULL = float("nan")
"""What SQLite is given for a missing value: it keeps NaN as NULL, and the driver binds a float
twenty times faster than None, which it takes for an object to be adapted (measured)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One link of the audit chain: who wrote what, when and why.

    Args:
        id: Its number in the chain, from 1.
        at: When, in universal time.
        who, why: Who wrote it and for what reason.
        action: "init", "add", "correct", "withdraw", "score" or "variables".
        origin: The file the rows came from; empty if they came from no file.
        counts: Rows written, by table.
        content: SHA-256 over the digests of its rows.
        previous: The hash of the entry before it.
        hash: SHA-256 over all of the above. Whoever keeps it can prove later that nothing up to
            this entry was changed: it is the receipt.
    """

    id: int
    at: datetime
    who: str
    why: str
    action: str
    origin: str
    counts: Mapping[str, int]
    content: str
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What adding rows would come to, if it were done.

    Args:
        counts: Rows that would be written, by table: new ones, and new versions of others.
        new: Rows nobody knows, by table.
        passed: Rows that are recorded already and would be left as they are, by table.
    """

    counts: Mapping[str, int]
    new: Mapping[str, int]
    passed: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Added(Entry):
    """What adding rows came to: the entry that wrote them.

    Where nothing of the batch was new no entry is written: this is then the newest one there is,
    whose receipt covers the rows as they were recorded before, and `counts` is empty.

    Args:
        new: Rows nobody knew, by table; `counts` has the rows that were completed as well.
        passed: Rows that were recorded already and are left as they are, by table.
    """

    new: Mapping[str, int] = field(default_factory=dict)
    passed: Mapping[str, int] = field(default_factory=dict)


def said(who: str, why: str) -> tuple[str, str]:
    """Who makes a change and why, without blanks around.

    Raises:
        InputError: One of them is empty.
    """
    if not who.strip() or not why.strip():
        raise InputError("Every change of a registry needs who makes it and why.")
    return who.strip(), why.strip()


@dataclass(slots=True)
class Writer:
    """An open audit entry; `insert` writes rows, `close` writes the entry they belong to."""

    connection: Connection
    shapes: Mapping[str, Shape]
    entry: int
    previous: str
    counts: dict[str, int] = field(default_factory=dict)
    _digests: dict[str, Any] = field(default_factory=dict)
    _next: dict[str, int] = field(default_factory=dict)

    @classmethod
    def begin(cls, connection: Connection, shapes: Mapping[str, Shape]) -> Writer:
        """Open the next entry; the connection must be alone in writing (see `engine.writing`)."""
        last = connection.exec_driver_sql(
            'SELECT "id", "hash" FROM "entry" ORDER BY "id" DESC LIMIT 1'
        ).first()
        number, previous = (last[0] + 1, last[1]) if last else (1, GENESIS)
        return cls(connection, shapes, number, previous)

    def insert(
        self,
        table: str,
        columns: Mapping[str, Sequence[Any]],
        count: int,
        *,
        superseding: Sequence[tuple[int, int]] = (),
        withdrawn: bool = False,
    ) -> range:
        """Write rows and return their ids.

        Args:
            table: Where to.
            columns: Stored values by field name, each of length `count`; links are root ids.
            count: How many rows.
            superseding: For each row its root and the row it replaces; empty for first versions.
            withdrawn: Whether the rows say that their predecessors no longer hold.
        """
        if not count:
            return range(0)
        first = self._first_id(table)
        ids = range(first, first + count)
        self._next[table] = first + count
        self.counts[table] = self.counts.get(table, 0) + count
        kept = {
            "id": ids,
            "root": [root for root, _ in superseding] if superseding else ids,
            "withdrawn": [int(withdrawn)] * count,
            "entry": [self.entry] * count,
            **columns,
        }
        if superseding:
            kept["supersedes"] = [old for _, old in superseding]
        names = sorted(kept)
        rows = zip(*(self._bound(kept[name]) for name in names), strict=True)
        self._send(table, names, self._with_digests(table, names, rows))
        return ids

    def close(self, *, who: str, why: str, action: str, origin: str, now: datetime) -> Entry:
        """Write the entry itself: the last thing done.

        Raises:
            InputError: `who` or `why` is empty.
        """
        who, why = said(who, why)
        at = now.astimezone(timezone.utc).replace(tzinfo=None) if now.tzinfo else now  # noqa: UP017
        fields: dict[str, Any] = {
            "id": self.entry,
            "at": time_text(at),
            "who": who,
            "why": why,
            "action": action,
            "origin": origin,
            "counts": counts_text(self.counts),
            "content": content_hash(self._digests),
            "previous": self.previous,
        }
        whole = {**fields, "hash": entry_hash(fields)}
        self._send("entry", list(whole), iter([tuple(whole.values())]))
        return Entry(**{**whole, "at": at, "counts": dict(self.counts)})

    @property
    def _missing(self) -> float | None:
        return None if self.connection.dialect.name == "postgresql" else _NULL

    def _bound(self, values: Sequence[Any]) -> Sequence[Any]:
        """Values as the driver takes them."""
        missing = self._missing
        if missing is None or None not in values:
            return values
        return [missing if value is None else value for value in values]

    def _first_id(self, table: str) -> int:
        if table not in self._next:
            sql = f'SELECT coalesce(max("id"), 0) + 1 FROM "{table}"'
            self._next[table] = int(self.connection.exec_driver_sql(sql).scalar_one())
        return self._next[table]

    def _with_digests(
        self, table: str, names: Sequence[str], rows: Iterator[tuple[Any, ...]]
    ) -> Iterator[tuple[Any, ...]]:
        running = self._digests.setdefault(table, hashlib.sha256())
        digest_of = digester(self.shapes[table], names, self._missing).of
        for row in rows:
            digest = digest_of(row)
            running.update(digest.encode())
            yield (*row, digest)

    def _send(self, table: str, names: Sequence[str], rows: Iterator[tuple[Any, ...]]) -> None:
        """Hand rows to the driver, in chunks; PostgreSQL takes them as one COPY."""
        all_names = [*names, "digest"] if table != "entry" else names
        quoted = ", ".join(f'"{name}"' for name in all_names)
        if self.connection.dialect.name == "postgresql":
            into = f'COPY "{table}" ({quoted}) FROM STDIN'
            with cursor_of(self.connection) as cursor, cursor.copy(into) as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join("?" * len(all_names))
        sql = f'INSERT INTO "{table}" ({quoted}) VALUES ({marks})'
        while chunk := list(islice(rows, _CHUNK)):
            self.connection.exec_driver_sql(sql, chunk)

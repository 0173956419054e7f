"""The audit chain: anything edited, inserted or removed behind the registry's back shows.

Every row has a digest of what it says, every entry a hash over its rows' digests and the entry
before it. Somebody who rewrites the whole chain from the edited place on leaves no trace in the
registry itself; the receipt (the hash of the last entry, printed after every change) kept outside
of it does: see `expected`. The rules that guard the rows are compared with those this version
makes (`schema_check`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from afterload.core.progress import Progress, silent
from afterload.registry.digest import content_hash, counts_text, digester, entry_hash
from afterload.registry.engine import reading
from afterload.registry.findings import Finding
from afterload.registry.past import ENTRY_FIELDS
from afterload.registry.rows import chunks, every_field, select
from afterload.registry.schema_check import schema_findings
from afterload.registry.shape import Shape
from afterload.registry.store import Registry, as_it_is
from afterload.registry.stored import plain_value
from afterload.registry.writer import GENESIS


def receipt(registry: Registry) -> str:
    """The hash of the last entry: proof, kept elsewhere, of everything written up to now."""
    with reading(registry.engine) as connection:
        last = select(connection, 'SELECT "hash" FROM "entry" ORDER BY "id" DESC LIMIT 1')
    return str(last[0][0]) if last else GENESIS


def verify_chain(
    registry: Registry, *, expected: Sequence[str] = (), progress: Progress = silent
) -> list[Finding]:
    """Recompute every digest and every hash, and tell what does not agree.

    Args:
        registry: Which registry.
        expected: Receipts kept outside; entries removed from the end, and a chain rewritten as a
            whole, then show as well.
        progress: Told after every table.

    Returns:
        One finding for each row, entry or table that was touched; empty if nothing was.
    """
    with reading(registry.engine) as connection:
        registry = as_it_is(connection, registry)
        entries = _stored_entries(connection)
        found = [*_entry_findings(entries), *schema_findings(connection, registry.shapes)]
        seen = _Seen({entry["id"] for entry in entries})
        for number, shape in enumerate(registry.shapes.values()):
            progress(shape.name, number / len(registry.shapes))
            found += _row_findings(connection, shape, seen)
        progress("entries", 1.0)
    found += _content_findings(entries, seen)
    hashes = {entry["hash"] for entry in entries}
    found += [
        _finding(
            "receipt", "entry", None,
            f"No entry has the hash {lost[:16]}... of the receipt: entries were removed or "
            "rewritten after it was given, or it is of another registry.",
        )
        for lost in dict.fromkeys(expected)
        if lost not in hashes
    ]  # fmt: skip
    return found


@dataclass(slots=True)
class _Seen:
    """What the rows of each entry amount to."""

    entries: set[int]
    digests: dict[int, dict[str, Any]] = field(default_factory=dict)
    counts: dict[int, dict[str, int]] = field(default_factory=dict)

    def row(self, entry: int, table: str, digest: str) -> None:
        running = self.digests.setdefault(entry, {}).setdefault(table, hashlib.sha256())
        running.update(digest.encode())
        counts = self.counts.setdefault(entry, {})
        counts[table] = counts.get(table, 0) + 1


def _finding(rule: str, table: str, row: int | None, sentence: str) -> Finding:
    return Finding(f"audit:{rule}", "error", table, row, "", sentence)


def _stored_entries(connection: Connection) -> list[dict[str, Any]]:
    listed = ", ".join(f'"{name}"' for name in ENTRY_FIELDS)
    made = []
    for row in select(connection, f'SELECT {listed} FROM "entry" ORDER BY "id"'):
        entry = dict(zip(ENTRY_FIELDS, row, strict=True))
        if not isinstance(entry["at"], str):
            entry["at"] = plain_value("time", entry["at"])
        made.append(entry)
    return made


def _entry_findings(entries: list[dict[str, Any]]) -> Iterator[Finding]:
    """Each entry follows the one before it and hashes to what it says."""
    previous, number = GENESIS, 0
    if not entries:
        yield _finding("empty", "entry", None, "The audit chain is empty: it was removed.")
    for entry in entries:
        if entry["id"] != number + 1:
            yield _finding(
                "entry-gap", "entry", entry["id"],
                f"Entries {number + 1} to {entry['id'] - 1} were removed.",
            )  # fmt: skip
        elif entry["previous"] != previous:
            yield _finding(
                "chain", "entry", entry["id"],
                f"Entry {entry['id']} does not follow entry {number}: one of them was changed.",
            )  # fmt: skip
        fields = {name: entry[name] for name in ENTRY_FIELDS if name != "hash"}
        if entry_hash(fields) != entry["hash"]:
            yield _finding(
                "entry-changed", "entry", entry["id"],
                f"Entry {entry['id']} was changed after it was written.",
            )  # fmt: skip
        previous, number = entry["hash"], entry["id"]


def _row_findings(connection: Connection, shape: Shape, seen: _Seen) -> Iterator[Finding]:
    """Each row hashes to its digest, belongs to an entry, and none is missing in between."""
    fields = sorted((f for f in every_field(shape) if f.name != "digest"), key=lambda f: f.name)
    names = [f.name for f in fields]
    at = {name: place for place, name in enumerate(names)}
    odd = [] if connection.dialect.name == "sqlite" else [
        (place, f.kind) for place, f in enumerate(fields) if f.kind in ("bool", "time")
    ]  # fmt: skip
    digest_of = digester(shape, names).of
    listed = ", ".join(f'"{name}"' for name in names)
    number, table = 0, shape.name
    roots: dict[int, int] = {}
    sql = f'SELECT {listed}, "digest" FROM "{table}" ORDER BY "id"'
    for chunk in chunks(connection, sql):
        for row in chunk:
            if odd:
                row = _plain(row, odd)
            row_id, digest = row[at["id"]], row[-1]
            if row_id != number + 1:
                yield _finding(
                    "row-gap", table, row_id, f"Rows {number + 1} to {row_id - 1} were removed."
                )
            if digest_of(row) != digest:
                yield _finding(
                    "row-changed", table, row_id, "The row was changed after it was written."
                )
            if row[at["entry"]] not in seen.entries:
                yield _finding(
                    "row-without-entry", table, row_id,
                    f"The row names entry {row[at['entry']]}, which does not exist.",
                )  # fmt: skip
            if row[at["supersedes"]] is not None:
                roots[row_id] = row[at["root"]]
                if roots.get(row[at["supersedes"]], row[at["supersedes"]]) != row[at["root"]]:
                    yield _finding(
                        "wrong-root", table, row_id,
                        "The row supersedes a version of another row.",
                    )  # fmt: skip
            seen.row(row[at["entry"]], table, digest)
            number = row_id


def _plain(row: tuple[Any, ...], odd: Sequence[tuple[int, str]]) -> tuple[Any, ...]:
    values = list(row)
    for place, kind in odd:
        values[place] = plain_value(kind, values[place])
    return tuple(values)


def _content_findings(entries: list[dict[str, Any]], seen: _Seen) -> Iterator[Finding]:
    """Each entry's rows are those it was written with."""
    for entry in entries:
        number = entry["id"]
        counts: Mapping[str, int] = seen.counts.get(number, {})
        if counts_text(counts) != entry["counts"]:
            yield _finding(
                "count", "entry", number,
                f"Entry {number} wrote {entry['counts']} rows and {counts_text(counts)} are there: "
                "rows were removed or inserted.",
            )  # fmt: skip
        elif content_hash(seen.digests.get(number, {})) != entry["content"]:
            yield _finding(
                "content", "entry", number,
                f"The rows of entry {number} are not those it was written with.",
            )  # fmt: skip

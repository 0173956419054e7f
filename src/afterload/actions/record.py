"""Keep a registry: create it, import, look, correct, withdraw, export, verify."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from afterload.actions.record_import import Imported, import_files, load, registry_of_files
from afterload.core.errors import InputError
from afterload.core.progress import Progress, part, silent

if TYPE_CHECKING:
    from afterload.core.vocabulary import Vocabulary
    from afterload.registry.export import Exported
    from afterload.registry.export_episode import EpisodeView
    from afterload.registry.findings import Finding
    from afterload.registry.store import Registry
    from afterload.registry.writer import Entry

__all__ = [
    "Imported", "Verdict", "correct", "create", "export", "import_files", "load", "open_registry",
    "registry_of_files", "rows", "show", "suggest_map", "upgrade", "verify", "withdraw",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a look over a registry found.

    Args:
        findings: One sentence each, the worst first.
        receipt: The hash of the last entry.
        entries: How many entries the audit chain has.
        vouched: The newest entry for which a receipt was given; 0 without one.
    """

    findings: tuple[Finding, ...]
    receipt: str
    entries: int
    vouched: int = 0

    @property
    def holds(self) -> bool:
        """Whether nothing was found that cannot be true."""
        return all(finding.severity != "error" for finding in self.findings)


def create(
    where: str | Path,
    *,
    variables: Iterable[Path] = (),
    maps: Iterable[Path] = (),
    who: str,
    now: datetime,
) -> Registry:
    """Create an empty registry.

    Args:
        where: Path of an SQLite file, or a URL.
        variables: TOML files with the site's own variables.
        maps: Map files whose own variables the registry gets too.
        who, now: Who creates it, and when.

    Raises:
        InputError: A file declares a variable wrongly.
        RecordError: There is something at that place already.
    """
    from afterload.core.vocabulary import site_variables, standard
    from afterload.registry.mapping_parse import read_map
    from afterload.registry.store import create as create_registry

    vocabulary = standard()
    for path in variables:
        own = site_variables(path)
        try:
            vocabulary = vocabulary.with_variables(own)
        except InputError as error:
            raise InputError(f"{path}: {error}") from None
    for path in maps:
        vocabulary = read_map(path, vocabulary).vocabulary
    return create_registry(where, vocabulary, who=who, now=now)


def open_registry(where: str | Path) -> Registry:
    """Open a registry that exists.

    Raises:
        RecordError: There is none, or its schema is another version's.
    """
    from afterload.registry.store import open_registry as open_there

    return open_there(where)


def upgrade(where: str | Path) -> Registry:
    """Bring a registry of an older version to this version's schema.

    Raises:
        RecordError: There is none, or it was written by a newer version.
    """
    from afterload.registry.store import open_registry as open_there

    return open_there(where, migrate=True)


def suggest_map(files: Sequence[Path], vocabulary: Vocabulary | None = None) -> str:
    """A draft of a map for spreadsheets, to be checked by somebody who knows them.

    Raises:
        InputError: A file cannot be read.
    """
    from afterload.core.vocabulary import standard
    from afterload.registry.suggest import suggest

    return suggest(files, vocabulary or standard())


def show(registry: Registry, episode: str, *, history: bool = False) -> EpisodeView:
    """Everything on one episode; with `history` the earlier versions of its rows too.

    Raises:
        RecordError: There is no such episode.
    """
    from afterload.registry.export_episode import episode_view

    return episode_view(registry, episode, past=history)


def rows(registry: Registry, table: str = "episode") -> dict[str, list[Any]]:
    """The current rows of a registry table, as columns.

    Raises:
        UnknownName: There is no such table.
    """
    from afterload.registry.rows import current

    return current(registry, table)


def place(text: str) -> tuple[str, int | str]:
    """The table and row "observation:12" or "outcome:LK-004" names; a number is a row id.

    Raises:
        InputError: It names none.
    """
    table, sign, row = text.partition(":")
    if not (sign and table and row):
        raise InputError(f"{text!r} is not TABLE:ROW, e.g. observation:12 or outcome:E042.")
    keyed = table in ("patient", "episode", "run", "outcome")
    if row.startswith("#") or (not keyed and row.isdigit()):
        return table, int(row.removeprefix("#"))
    return table, row


def correct(
    registry: Registry,
    row: str,
    changes: Iterable[str],
    *,
    who: str,
    why: str,
    now: datetime,
    accept_soft: bool = False,
) -> Entry:
    """Correct values of one row; the row as it was stays in its history.

    Args:
        registry: Where.
        row: TABLE:ROW with a row id (`#12` for tables whose rows have keys) or a key.
        changes: Texts "name=value"; the value may name a unit, "none" empties it.
        who, why, now: Who corrects it, for what reason, and when.
        accept_soft: Whether values outside the usual range are let through, marked.

    Raises:
        InputError: A name or value is not understood.
        RecordError: There is no such row, or nothing would change.
    """
    from afterload.registry import ledger
    from afterload.registry.convert_change import parse_change
    from afterload.registry.rows import shape_of

    table, key = place(row)
    change = parse_change(changes, shape_of(registry.shapes, table), accept_soft=accept_soft)
    values = {**change.values, **_notes(registry, table, key, change)}
    return ledger.correct(registry, table, key, values, who=who, why=why, now=now)


def _notes(registry: Registry, table: str, key: int | str, change: Any) -> dict[str, Any]:
    """The raw texts and acceptances of a row after a change, where the change has any."""
    import json

    from afterload.registry.engine import reading
    from afterload.registry.version import locate

    if not (change.entered or change.accepted):
        return {}
    with reading(registry.engine) as connection:
        there = locate(connection, registry.shapes[table], key)
    held = json.loads(there["entered"] or "{}")
    entered = {n: v for n, v in held.items() if n not in change.values} | dict(change.entered)
    held = json.loads(there["accepted"] or "[]")
    accepted = [n for n in held if n not in change.values] + list(change.accepted)
    return {"entered": entered, "accepted": accepted}


def withdraw(registry: Registry, row: str, *, who: str, why: str, now: datetime) -> Entry:
    """Withdraw a row and all that hangs on it; they stay in the history.

    Raises:
        RecordError: There is no such row, or it was withdrawn already.
    """
    from afterload.registry import ledger

    table, key = place(row)
    return ledger.withdraw(registry, table, key, who=who, why=why, now=now)


def export(
    registry: Registry,
    to: Path,
    *,
    deidentified: bool = False,
    keep: Sequence[str] = (),
    force: bool = False,
    rng: Random | None = None,
    progress: Progress = silent,
) -> Exported:
    """Write a registry to CSV, Parquet or a workbook, with a codebook.

    Args:
        registry: Where from.
        to: A workbook if it ends in .xlsx, a folder of Parquet files if it ends in .parquet,
            else a folder of CSV files.
        deidentified: Leave out dates, free text, keys, and the site's own variables that were not
            declared `identifying = false`; group old ages.
        keep: Site variables that stay all the same.
        force: Write over files that are there.
        rng: Where new keys come from; the system's own randomness if None.
        progress: Told what is being written.

    Raises:
        InputError: There are files already.
    """
    from afterload.registry import export as room

    return room.export(
        registry, to, deidentified=deidentified, keep=keep, force=force, rng=rng,
        progress=progress,
    )  # fmt: skip


def verify(
    registry: Registry,
    *,
    receipt: str | None = None,
    receipts: Path | None = None,
    now: datetime | None = None,
    progress: Progress = silent,
) -> Verdict:
    """Check a registry: the audit chain, its guards, ranges, times, what is missing and open.

    Args:
        registry: Which.
        receipt: The hash an earlier entry was told to have.
        receipts: A file of such hashes, kept elsewhere. If the registry holds, its newest one is
            added; a file that is not there is begun.
        now: When; needed with `receipts`.
        progress: Told what is being checked.

    Raises:
        InputError: The file of receipts cannot be read or written.
    """
    from afterload.actions.record_receipts import add_receipt, read_receipts
    from afterload.registry import audit
    from afterload.registry.check import check_all
    from afterload.registry.past import entries

    given = [receipt] if receipt else []
    given += read_receipts(receipts) if receipts else ()
    chain = audit.verify_chain(registry, expected=given, progress=part(progress, 0, 0.5))
    found = [*chain, *check_all(registry)]
    order = {"error": 0, "warning": 1, "note": 2}
    found.sort(key=lambda finding: order[finding.severity])
    written = entries(registry)
    vouched = max((entry.id for entry in written if entry.hash in given), default=0)
    verdict = Verdict(tuple(found), written[-1].hash if written else "", len(written), vouched)
    if receipts and verdict.holds:
        add_receipt(receipts, verdict.receipt, written[-1].id, now or datetime.now())
    return verdict

"""From spreadsheets and a map into a registry, or into none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from afterload.core.errors import RecordError
from afterload.core.progress import Progress, part, silent

if TYPE_CHECKING:
    from afterload.core.vocabulary import Vocabulary
    from afterload.registry.convert import Converted, ImportReport
    from afterload.registry.store import Registry
    from afterload.registry.writer import Added, Changes


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import brought.

    Args:
        report: What was read.
        entry: The audit entry, with how many rows were new and how many were recorded already;
            None for a dry run.
        would: What a dry run found that the import would write; None for one that wrote.
    """

    report: ImportReport
    entry: Added | None
    would: Changes | None = None


def load(
    files: Sequence[Path],
    map_file: Path,
    *,
    vocabulary: Vocabulary | None = None,
    accept_soft: bool = False,
    progress: Progress = silent,
) -> tuple[Converted, Vocabulary]:
    """Read spreadsheets as a map says, without any registry.

    Args:
        files: The spreadsheets.
        map_file: What their columns are.
        vocabulary: The variables known beside the map's own; the standard ones if None.
        accept_soft: Whether values outside the usual range are let through, marked.
        progress: Told what is being read.

    Returns:
        The rows with the report on them, and the vocabulary they are written in.

    Raises:
        BadCells: Cells cannot be imported; all are listed.
        InputError: A file or the map cannot be read, or they do not fit.
    """
    from afterload.core.vocabulary import standard
    from afterload.registry.convert import convert
    from afterload.registry.mapping_parse import read_map

    plan = read_map(map_file, vocabulary or standard())
    made = convert(files, plan, accept_soft=accept_soft, progress=progress)
    return made, plan.vocabulary


def registry_of_files(
    files: Sequence[Path],
    map_file: Path,
    *,
    accept_soft: bool = False,
    progress: Progress = silent,
) -> tuple[Registry, ImportReport]:
    """A registry in memory with what spreadsheets hold; see `load`."""
    from afterload.registry.ledger import add
    from afterload.registry.store import memory

    made, vocabulary = load(files, map_file, accept_soft=accept_soft, progress=progress)
    registry = memory(vocabulary)
    start = datetime(1970, 1, 1)
    add(registry, made.batch, who="afterload", why="read from files", now=start, progress=progress)
    return registry, made.report


def import_files(
    registry: Registry,
    files: Sequence[Path],
    map_file: Path,
    *,
    who: str,
    why: str,
    now: datetime,
    accept_soft: bool = False,
    dry_run: bool = False,
    again: bool = False,
    progress: Progress = silent,
) -> Imported:
    """Import spreadsheets into a registry: all of them, or nothing.

    Variables the map declares and the registry does not have yet are added to it first.

    Args:
        registry: Where to.
        files: The spreadsheets.
        map_file: What their columns are.
        who, why, now: Who imports them, for what reason, and when.
        accept_soft: Whether values outside the usual range are let through, marked.
        dry_run: Read, check and compare with what is recorded, as the import does; write nothing.
        again: Import even a file that was imported before.
        progress: Told what is being done.

    Raises:
        BadCells: Cells cannot be imported; all of all files are listed.
        InputError: A file or the map cannot be read, or they do not fit.
        RecordError: A value would change one that is there, or a file was imported already.
    """
    from afterload.registry.convert import convert
    from afterload.registry.convert_keys import Known
    from afterload.registry.export_episode import known_keys, supported_keys, timed_keys
    from afterload.registry.ledger import add, rehearse
    from afterload.registry.mapping_parse import read_map

    plan = read_map(map_file, registry.vocabulary)
    known = Known(*known_keys(registry), timed_keys(registry), supported_keys(registry))
    reading = part(progress, 0.0, 0.3)
    made = convert(files, plan, known=known, accept_soft=accept_soft, now=now, progress=reading)
    if not again:
        _refuse_second_time(registry, made.report)
    told: dict[str, Any] = {
        "who": who, "why": why, "now": now, "variables": plan.variables,
        "progress": part(progress, 0.3, 1.0),
    }  # fmt: skip
    if dry_run:
        return Imported(made.report, None, rehearse(registry, made.batch, **told))
    return Imported(made.report, add(registry, made.batch, **told))


def _refuse_second_time(registry: Registry, report: ImportReport) -> None:
    from afterload.registry.past import entries

    for entry in entries(registry):
        for one in report.files:
            if one.sha256 in entry.origin:
                raise RecordError(
                    f"{one.file} was imported already, by {entry.who} on {entry.at:%Y-%m-%d} "
                    f"(entry {entry.id}). If it is to be imported twice, add --again."
                )

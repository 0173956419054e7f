"""From spreadsheets and a map to rows for the registry, or to a list of all that is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from afterload.core.errors import BadCells, InputError
from afterload.core.progress import Progress, silent
from afterload.registry.batch import Batch
from afterload.registry.mapping import Map, TableMap
from afterload.registry.reader import Reading, Sheet, read_sheet

if TYPE_CHECKING:
    from afterload.registry.convert_fragment import Held
    from afterload.registry.convert_keys import Known
    from afterload.registry.convert_table import TableRead
    from afterload.registry.convert_tally import Tally


@dataclass(frozen=True, slots=True)
class FileRead:
    """One sheet that was read, and how.

    Args:
        file, sheet: Its name.
        encoding, delimiter: How its text was written; empty if it is not text.
        rows: Its rows without the header.
        sha256: Fingerprint of the file.
        ignored: The columns that no table of the map reads.
        skipped: Rows passed over because their key is not known.
        notes: What a reader should know.
    """

    file: str
    sheet: str
    encoding: str
    delimiter: str
    rows: int
    sha256: str
    ignored: tuple[str, ...] = ()
    skipped: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import brought, or would bring.

    Args:
        files: The sheets, in the order they were read.
        patients, episodes: How many the import tells of.
        rows: Rows for each registry table.
        values: Values among them, without keys and times.
        tallies: What happened to the cells of each column.
        notes: What a reader should know of the whole.
    """

    files: tuple[FileRead, ...]
    patients: int
    episodes: int
    rows: Mapping[str, int]
    values: Mapping[str, int]
    tallies: tuple[Tally, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Converted:
    """Rows ready for the registry, and the report on them."""

    batch: Batch
    report: ImportReport


def convert(
    files: Sequence[Path],
    plan: Map,
    *,
    known: Known | None = None,
    accept_soft: bool = False,
    now: datetime | None = None,
    progress: Progress = silent,
) -> Converted:
    """Read files as a map says.

    Args:
        files: The spreadsheets.
        plan: What their columns are.
        known: The keys a registry has already.
        accept_soft: Whether values outside the usual range are let through, marked.
        now: When it is done: times that have not come by then are refused; None to let them be.
        progress: Told what is being read.

    Raises:
        BadCells: Cells cannot be imported; all of all files are listed.
        InputError: A file cannot be read, or the map does not fit.
    """
    from afterload.registry.convert_finish import finished
    from afterload.registry.convert_future import in_future
    from afterload.registry.convert_keys import Known
    from afterload.registry.convert_table import read_table
    from afterload.registry.convert_zones import refuse_mixed

    work = pair(files, plan)
    keys = known or Known()
    sheets: dict[tuple[Path, Reading], Sheet] = {}
    reads: list[tuple[Sheet, TableRead]] = []
    for step, (path, table) in enumerate(work):
        progress(f"Reading {path.name}", 0.8 * step / len(work))
        place = (path, table.reading)
        if place not in sheets:
            sheets[place] = read_sheet(path, table.reading)
        read = read_table(sheets[place], table, keys, accept_soft=accept_soft)
        keys = read.known
        reads.append((sheets[place], read))
    refuse_mixed([read.zones for _, read in reads])
    bad = [cell for _, read in reads for cell in read.bad]
    progress("Putting rows together", 0.8)
    pieces = [f for _, read in reads for f in read.fragments]
    held = _held(list(sheets.values()))
    notes: tuple[str, ...] = ()
    if now is not None and not plan.shifted:
        own = {v.name for v in plan.vocabulary.variables.values() if v.level == "site"}
        early, notes = in_future(pieces, now, held, own)
        bad += early
    tables, conflicts = finished(pieces, keys.timed, held, keys.supported)
    if bad or conflicts:
        raise BadCells([*bad, *conflicts])
    told = _files_read(reads, [table for _, table in work])
    tallies = tuple(t for _, read in reads for t in read.tallies)
    report = ImportReport(
        files=told,
        patients=tables.counts.get("patient", 0),
        episodes=tables.counts.get("episode", 0),
        rows=tables.counts,
        values=tables.values,
        tallies=tallies,
        notes=(*notes, *tables.notes),
    )
    progress("Rows are ready", 1.0)
    return Converted(Batch(tables.rows, origin(told)), report)


def _held(sheets: Sequence[Sheet]) -> Held:
    """What single cells of sheets hold, for errors."""
    from afterload.registry.convert_numbers import as_held

    def held(where: str, row: int, column: str) -> str:
        for sheet in sheets:
            if sheet.where == where and column in sheet.columns:
                cell = as_held(sheet.columns[column]).filter(sheet.rows == row)
                return str(cell[0] or "") if len(cell) else ""
        return ""

    return held


def _files_read(
    reads: Sequence[tuple[Sheet, TableRead]], tables: Sequence[TableMap]
) -> tuple[FileRead, ...]:
    """How each sheet was read; the columns that none of its tables reads stand with the first."""
    named: dict[tuple[str, str], set[str]] = {}
    for (sheet, _), table in zip(reads, tables, strict=True):
        named.setdefault((sheet.where, sheet.sha256), set()).update(table.columns())
    told: set[tuple[str, str]] = set()
    found = []
    for sheet, read in reads:
        place = (sheet.where, sheet.sha256)
        ignored = () if place in told else read.ignored
        left = tuple(column for column in ignored if column not in named[place])
        found.append(_file_read(sheet, read, left))
        told.add(place)
    return tuple(found)


def _file_read(sheet: Sheet, read: TableRead, ignored: tuple[str, ...]) -> FileRead:
    return FileRead(
        file=sheet.file,
        sheet=sheet.sheet,
        encoding=sheet.encoding,
        delimiter=sheet.delimiter,
        rows=read.rows,
        sha256=sheet.sha256,
        ignored=ignored,
        skipped=read.skipped,
        notes=(*sheet.notes, *read.notes),
    )


def origin(files: Sequence[FileRead]) -> str:
    """Where rows come from, as the audit chain keeps it: each file and its fingerprint."""
    return "; ".join(dict.fromkeys(f"{one.file} sha256:{one.sha256}" for one in files))


def pair(files: Sequence[Path], plan: Map) -> list[tuple[Path, TableMap]]:
    """Which file is read by which table of a map; tables that bring new keys come first.

    Raises:
        InputError: A file or a table is left over, or it is not clear which belongs to which.
    """
    if not files:
        raise InputError("Name at least one file to import.")
    vague = [table for table in plan.tables if not table.file]
    if vague and len(files) > 1:
        raise InputError(
            f"{vague[0].place} does not say which of the {len(files)} files it is for. "
            'Write file = "name*.csv".'
        )
    work: list[tuple[Path, TableMap]] = []
    given = ", ".join(path.name for path in files)
    for table in plan.tables:
        mine = [path for path in files if table.reads(path.name)]
        if not mine:
            raise InputError(f"{table.place} is for a file {table.file!r}, and you gave {given}.")
        work += [(path, table) for path in mine]
    for path in files:
        if not any(path == used for used, _ in work):
            patterns = ", ".join(repr(table.file) for table in plan.tables)
            raise InputError(f"No table of the map is for {path.name}. They are for: {patterns}.")
    return sorted(work, key=lambda one: one[1].rows == "existing")

"""A spreadsheet, whatever it was saved as, as columns of raw cells.

CSV keeps its cells as text, so that an error quotes what the cell holds. XLSX and Parquet keep
their numbers, dates and truth values as they are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from afterload.core.errors import InputError

if TYPE_CHECKING:
    import polars as pl

TEXT_SUFFIXES = (".csv", ".tsv", ".txt", ".tab")
EXCEL_SUFFIXES = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
PARQUET_SUFFIXES = (".parquet", ".pq")


@dataclass(frozen=True, slots=True)
class Reading:
    """What the map tells about how to read a file; empty where it is to be found out.

    Args:
        sheet: Name of the sheet of a workbook; the only one if empty.
        encoding: How the text is encoded, e.g. "cp1252".
        delimiter: What stands between two cells of a text file.
        header_row: Row of the column names as a spreadsheet counts it; 0 to find it.
        wall: Whether times keep the clock time of their zone; else they become UTC.
    """

    sheet: str = ""
    encoding: str = ""
    delimiter: str = ""
    header_row: int = 0
    wall: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of raw cells.

    Args:
        file: Name of the file, without its folder.
        sheet: Name of the sheet; empty if the file has none.
        encoding: How the text was encoded; empty if the file is not text.
        delimiter: What stood between two cells; empty if the file is not text.
        columns: The cells by column name, each of shape (n,).
        rows: Number of each row as a spreadsheet shows it, shape (n,).
        sha256: Fingerprint of the file.
        notes: What a reader should know about the reading.
        zoned: The columns the file says hold times with a zone.
    """

    file: str
    sheet: str
    encoding: str
    delimiter: str
    columns: Mapping[str, pl.Series]
    rows: pl.Series
    sha256: str
    notes: tuple[str, ...] = ()
    zoned: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def where(self) -> str:
        """How errors name it."""
        return f"{self.file} [{self.sheet}]" if self.sheet else self.file


def read_sheet(path: Path, how: Reading | None = None) -> Sheet:
    """Read one table from a CSV, XLSX or Parquet file.

    Args:
        path: The file.
        how: What is known about it already.

    Raises:
        InputError: The file is not there, not readable, empty, or not a table.
    """
    how = how or Reading()
    if not path.is_file():
        raise InputError(f"{path} is not a file. Check the name and the folder.")
    if path.stat().st_size == 0:
        raise InputError(f"{path} is empty.")
    read = _reader(path)
    if how.sheet and path.suffix.lower() not in EXCEL_SUFFIXES:
        raise InputError(
            f"{path.name} is not a workbook and has no sheets. "
            f"Leave sheet = {how.sheet!r} out of the map."
        )
    frame, sheet, encoding, delimiter, first, notes = read(path, how)
    frame, zoned = _without_zones(frame, wall=how.wall)
    if zoned:
        kept = "with the clock time of their zone" if how.wall else "as UTC"
        notes = (*notes, f"times with a zone are kept {kept}: {', '.join(zoned)}")
    frame, rows, blank = _without_blank_rows(frame, first)
    if not len(rows):
        raise InputError(f"{path} has column names but no rows below them.")
    if blank:
        were = "blank row was" if blank == 1 else "blank rows were"
        notes = (*notes, f"{blank:,} {were} passed over")
    columns = {name: frame[name] for name in frame.columns}
    sha256 = sha256_of(path)
    return Sheet(path.name, sheet, encoding, delimiter, columns, rows, sha256, notes, zoned)


def _without_zones(frame: pl.DataFrame, *, wall: bool) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Times with a zone as UTC, or as the clock showed them there; and the columns that had one."""
    import polars as pl

    types = frame.schema.items()
    zoned = tuple(n for n, t in types if isinstance(t, pl.Datetime) and t.time_zone is not None)
    times = [pl.col(n) if wall else pl.col(n).dt.convert_time_zone("UTC") for n in zoned]
    return frame.with_columns(time.dt.replace_time_zone(None) for time in times), zoned


Raw = tuple["pl.DataFrame", str, str, str, int, tuple[str, ...]]
"""Cells, sheet, encoding, delimiter, row number of the first row of cells, notes."""


def _reader(path: Path) -> Callable[[Path, Reading], Raw]:
    suffix = path.suffix.lower()
    if suffix in TEXT_SUFFIXES:
        from afterload.registry.reader_text import read_text

        return read_text
    if suffix in EXCEL_SUFFIXES:
        from afterload.registry.reader_excel import read_excel

        return read_excel
    if suffix in PARQUET_SUFFIXES:
        from afterload.registry.reader_parquet import read_parquet

        return read_parquet
    known = ", ".join((*TEXT_SUFFIXES, *EXCEL_SUFFIXES, *PARQUET_SUFFIXES))
    raise InputError(
        f"{path}: files that end in {suffix or 'nothing'!r} are not read. Use {known}."
    )


def is_delimiter(sign: str) -> bool:
    """Whether a text can stand between two cells: one plain sign, not a quote or an end of line."""
    return len(sign) == 1 and sign.isascii() and sign not in '"\r\n'


def sha256_of(path: Path) -> str:
    """The SHA-256 fingerprint of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def squeeze(name: str) -> str:
    """A column name with single spaces and none at its ends."""
    return " ".join(name.replace("\u00a0", " ").split())


def header_index(records: Sequence[Sequence[str | None]]) -> int:
    """Where the column names stand: the first record that is at least half filled.

    A title above the table fills one cell or two; the names fill most.
    """
    filled = [sum(1 for cell in record if cell and cell.strip()) for record in records]
    widest = max(filled, default=0)
    return next((i for i, count in enumerate(filled) if count and 2 * count >= widest), 0)


def clean_names(header: Sequence[str | None]) -> tuple[list[str], tuple[str, ...]]:
    """Column names that are all there and all different, and notes on those that were not.

    A blank name becomes "column 9"; the second "other" becomes "other (2)".
    """
    names: list[str] = []
    notes: list[str] = []
    for number, cell in enumerate(header, start=1):
        plain = squeeze(cell or "") or f"column {number}"
        name, count = plain, 1
        while name in names:
            count += 1
            name = f"{plain} ({count})"
        if count > 1:
            notes.append(
                f"the column name {plain!r} stands twice; the later one is read as {name!r}"
            )
        names.append(name)
    return names, tuple(notes)


def without_blank_columns(frame: pl.DataFrame, header: Sequence[str | None]) -> pl.DataFrame:
    """The columns that have a name or at least one cell."""
    import polars as pl

    def blank(column: pl.Series) -> bool:
        if column.null_count() == len(column):
            return True
        return column.dtype == pl.String and bool(
            (column.str.strip_chars().fill_null("") == "").all()
        )

    dropped = [
        name
        for name, cell in zip(frame.columns, header, strict=True)
        if not squeeze(cell or "") and blank(frame[name])
    ]
    return frame.drop(dropped)


def _without_blank_rows(frame: pl.DataFrame, first: int) -> tuple[pl.DataFrame, pl.Series, int]:
    """The rows with at least one cell, their numbers, and how many blank ones stood between."""
    import polars as pl

    rows = pl.Series("row", range(first, first + frame.height), dtype=pl.Int64)
    filled = frame.select(
        pl.any_horizontal(
            pl.col(name).is_not_null() & (pl.col(name).str.strip_chars() != "")
            if dtype == pl.String
            else pl.col(name).is_not_null()
            for name, dtype in frame.schema.items()
        ).alias("filled")
    )["filled"]
    if filled.all():
        return frame, rows, 0
    kept = rows.filter(filled)
    last = int(kept[-1]) if len(kept) else first - 1
    return frame.filter(filled), kept, (last - first + 1) - len(kept)

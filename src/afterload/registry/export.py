"""The registry as plain tables for other programs, with a codebook."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random, SystemRandom
from typing import Any

from afterload.core.errors import InputError, UnknownName
from afterload.core.progress import Progress, silent
from afterload.core.spreadsheet import FORMULA_STARTS
from afterload.registry.codebook import codebook
from afterload.registry.store import Registry

Columns = dict[str, list[Any]]
"""One table: values by column name."""

CODEBOOK = "codebook"
_ENDS = (".csv", ".parquet")
_EXCEL_ROWS = 1_048_575


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export wrote.

    Args:
        paths: The files.
        rows: Rows of each table.
        deidentified: Whether dates, free text and keys were taken out.
        left_out: The site variables left out because nothing says that they tell nobody apart.
    """

    paths: tuple[Path, ...]
    rows: Mapping[str, int]
    deidentified: bool
    left_out: tuple[str, ...] = ()


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
    """Write every current row of a registry to files other programs read.

    Args:
        registry: Where from.
        to: A workbook if it ends in .xlsx, a folder of Parquet files if it ends in .parquet,
            else a folder of CSV files.
        deidentified: Leave out dates (days from t0 stay), free text, and keys; group old ages.
        keep: Site variables a deidentified export keeps, beside those that were declared with
            `identifying = false`.
        force: Write over files that are there. A deidentified export first removes every file
            another export may have left in the folder; any other file there is refused.
        rng: Where new keys come from; the system's own randomness if None.
        progress: Told what is being written.

    Raises:
        InputError: There are files already, they cannot be written, the folder of a deidentified
            export holds files of something else, or a table has more rows than a workbook holds.
    """
    from afterload.registry.export_deidentified import deidentify, left_out, notes_of

    _refuse_unknown(registry, keep)
    tables = read_tables(registry, progress)
    notes: Mapping[str, str] = {}
    hidden: tuple[str, ...] = ()
    if deidentified:
        hidden = left_out(tables, registry.shapes, keep)
        tables = deidentify(tables, registry.shapes, rng or SystemRandom(), keep)
        notes = notes_of(registry.shapes)
    book = codebook(tables, registry.shapes, notes)
    if deidentified and to.is_dir():
        _clear(to, (*registry.shapes, CODEBOOK), force=force)
    try:
        paths = write_tables({**tables, CODEBOOK: book}, to, force=force)
    except OSError as error:
        raise InputError(f"{to} cannot be written: {error.strerror}.") from error
    rows = {name: len(next(iter(columns.values()), [])) for name, columns in tables.items()}
    return Exported(paths, rows, deidentified, hidden)


def _refuse_unknown(registry: Registry, keep: Sequence[str]) -> None:
    """Refuse to keep what is no variable of the site."""
    own = [v.name for v in registry.vocabulary.variables.values() if v.level == "site"]
    for name in keep:
        if name not in own:
            raise UnknownName("variable of the site", name, own)
        if registry.vocabulary[name].kind == "text":
            raise InputError(f"{name} is free text, which a deidentified export never keeps.")


def read_tables(registry: Registry, progress: Progress = silent) -> dict[str, Columns]:
    """Every current row, table by table, without columns nobody ever filled."""
    from afterload.registry.rows import current

    tables: dict[str, Columns] = {}
    for done, (name, shape) in enumerate(registry.shapes.items()):
        progress(f"Reading {name}", done / len(registry.shapes))
        columns = current(registry, name)
        always = {"id", *(field.name for field in shape.fields if field.required)}
        tables[name] = {
            column: values
            for column, values in columns.items()
            if column != "root" and (column in always or any(v is not None for v in values))
        }
        for note in ("entered", "accepted", "missing"):
            if note in tables[name]:
                tables[name][note] = tables[name].pop(note)
    return {name: columns for name, columns in tables.items() if columns["id"]}


def _clear(to: Path, names: Sequence[str], *, force: bool) -> None:
    """Remove every file of an earlier export, of whichever form, so that none tells who it was.

    Raises:
        InputError: There are files and no `force`, or files that no export wrote there.
    """
    ours = {f"{name}{end}{part}" for name in names for end in _ENDS for part in ("", ".part")}
    there = sorted(to.iterdir())
    if there and not force:
        raise InputError(f"{there[0]} is there already. Choose another place, or add --force.")
    for path in there:
        if path.name not in ours or path.is_dir():
            raise InputError(
                f"{path} is not of an export to a folder, and what it tells is not known. "
                "Give a deidentified export a folder of its own."
            )
    for path in there:
        path.unlink()


def write_tables(
    tables: Mapping[str, Mapping[str, Sequence[Any]]], to: Path, *, force: bool = False
) -> tuple[Path, ...]:
    """Write tables as a workbook or a folder; see `export`.

    Raises:
        InputError: There are files already, or a table has more rows than a workbook holds.
    """
    suffix = to.suffix.lower()
    end = {".xlsx": ".xlsx", ".parquet": ".parquet"}.get(suffix, ".csv")
    paths = [to] if end == ".xlsx" else [to / f"{name}{end}" for name in tables]
    there = [path for path in paths if path.exists()]
    if there and not force:
        raise InputError(f"{there[0]} is there already. Choose another place, or add --force.")
    if end != ".xlsx" and to.is_file():
        raise InputError(f"{to} is a file; give a folder.")
    if end == ".xlsx":
        _write_workbook(tables, to)
        return (to,)
    to.mkdir(parents=True, exist_ok=True)
    for path, columns in zip(paths, tables.values(), strict=True):
        part = path.with_suffix(f"{end}.part")
        frame = _frame(columns, guard=end == ".csv")
        if end == ".csv":
            frame.write_csv(part, datetime_format="%Y-%m-%d %H:%M:%S")
        else:
            frame.write_parquet(part)
        part.replace(path)
    return tuple(paths)


def _write_workbook(tables: Mapping[str, Mapping[str, Sequence[Any]]], to: Path) -> None:
    import xlsxwriter

    for name, columns in tables.items():
        rows = len(next(iter(columns.values()), []))
        if rows > _EXCEL_ROWS:
            raise InputError(
                f"The table {name} has {rows} rows, more than a workbook holds. Export to a folder."
            )
    to.parent.mkdir(parents=True, exist_ok=True)
    part = to.with_suffix(".xlsx.part")
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(part), options) as book:
        for name, columns in tables.items():
            frame = _frame(columns, guard=True)
            frame.write_excel(book, worksheet=name, autofit=True, freeze_panes=(1, 0))
    part.replace(to)


def _frame(columns: Mapping[str, Sequence[Any]], *, guard: bool) -> Any:
    """One table as a frame; `guard` keeps a spreadsheet from running a text as a formula."""
    import polars as pl

    made = {}
    for column, values in columns.items():
        plain = [json.dumps(v, ensure_ascii=False) if isinstance(v, dict | list) else v
                 for v in values]  # fmt: skip
        series = pl.Series(column, plain, strict=False)
        if guard and series.dtype == pl.String:
            risky = series.str.slice(0, 1).is_in(FORMULA_STARTS).fill_null(False)
            series = series.zip_with(~risky, "'" + series)
        made[column] = series
    return pl.DataFrame(made)

"""Workbooks: the sheet, where its names stand, and its cells with their own types."""

from __future__ import annotations

import logging
import re
import zipfile
from pathlib import Path
from typing import Any

import fastexcel
import polars as pl

from afterload.core.errors import InputError
from afterload.registry.reader import (
    Raw,
    Reading,
    clean_names,
    header_index,
    without_blank_columns,
)

_ERROR_CELL = re.compile(rb'<c [^>]*t="e"')
# A column of which nothing is known is text; the library tells so for every blank column.
logging.getLogger("fastexcel").addHandler(logging.NullHandler())


def sheet_names(path: Path) -> list[str]:
    """The sheets of a workbook.

    Raises:
        InputError: The file is not a workbook.
    """
    return list(_open(path).sheet_names)


def read_excel(path: Path, how: Reading) -> Raw:
    """Read one sheet of a workbook.

    Raises:
        InputError: Not a workbook, no such sheet, or several sheets and none named.
    """
    book = _open(path)
    sheet = _which(book, how.sheet, path)
    top = book.load_sheet(sheet, header_row=None, skip_rows=0, n_rows=30, dtypes="string")
    if not top.width:
        raise InputError(f"{path.name}: the sheet {sheet!r} is empty.")
    sample = top.to_polars().rows()
    index = how.header_row - 1 if how.header_row else header_index(sample)
    if index >= len(sample):
        raise InputError(f"{path.name}: the sheet {sheet!r} has no row {how.header_row}.")
    names, notes = clean_names(sample[index])
    body = book.load_sheet(
        sheet, header_row=None, skip_rows=index + 1, schema_sample_rows=None
    ).to_polars()
    body = body.rename(dict(zip(body.columns, names, strict=True)))
    frame = without_blank_columns(body.with_columns(_plain(body[n]) for n in names), sample[index])
    return frame, sheet, "", "", index + 2, (*notes, *_error_cells(path))


def _open(path: Path) -> Any:
    try:
        return fastexcel.read_excel(path)
    except fastexcel.FastExcelError:
        raise InputError(
            f"{path.name} is not a workbook that can be read. Open and save it."
        ) from None


def _which(book: Any, wanted: str, path: Path) -> str:
    names: list[str] = list(book.sheet_names)
    if wanted:
        if wanted not in names:
            raise InputError(f"{path.name} has no sheet {wanted!r}. It has: {', '.join(names)}.")
        return wanted
    filled = [n for n in names if book.load_sheet(n, header_row=None, skip_rows=0, n_rows=30).width]
    if not filled:
        raise InputError(f"{path.name} has no sheet with something in it.")
    if len(filled) > 1:
        raise InputError(
            f"{path.name} has {len(filled)} sheets with something in them: {', '.join(filled)}. "
            'Name one in the map with sheet = "...".'
        )
    return filled[0]


def _plain(column: pl.Series) -> pl.Series:
    """The cells as text, numbers, truth values or dates, whatever the library called them."""
    if isinstance(column.dtype, pl.Datetime):
        return column.cast(pl.Datetime("us"))
    if column.dtype in (pl.Null, pl.Time, pl.Duration):
        return column.cast(pl.String)
    return column


def _error_cells(path: Path) -> tuple[str, ...]:
    """A note when formulas of the workbook went wrong (#DIV/0!): such cells read as missing."""
    if not zipfile.is_zipfile(path):
        return ()
    with zipfile.ZipFile(path) as archive:
        sheets = [n for n in archive.namelist() if n.startswith("xl/worksheets/")]
        count = sum(len(_ERROR_CELL.findall(archive.read(name))) for name in sheets)
    if not count:
        return ()
    return (f"{count} cells of the workbook hold an error such as #DIV/0! and are read as missing",)

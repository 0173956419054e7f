"""Parquet: columns that know their types."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from afterload.core.errors import InputError
from afterload.registry.reader import Raw, Reading, clean_names


def read_parquet(path: Path, _how: Reading) -> Raw:
    """Read a Parquet file.

    Raises:
        InputError: The file is not Parquet.
    """
    try:
        frame = pl.read_parquet(path, hive_partitioning=False)
    except (pl.exceptions.PolarsError, OSError):
        raise InputError(f"{path.name} is not a Parquet file that can be read.") from None
    # pandas writes its row numbers along; they mean nothing here.
    frame = frame.select(n for n in frame.columns if not n.startswith("__index_level_"))
    names, notes = clean_names(frame.columns)
    frame = frame.rename(dict(zip(frame.columns, names, strict=True)))
    return frame.with_columns(_plain(frame[n]) for n in names), "", "", "", 2, notes


def _plain(column: pl.Series) -> pl.Series:
    dtype = column.dtype
    if isinstance(dtype, pl.Datetime):
        return column.cast(pl.Datetime("us", dtype.time_zone))
    if dtype == pl.Decimal:
        return column.cast(pl.Float64)
    if dtype in (pl.Categorical, pl.Enum, pl.Null, pl.Time, pl.Duration):
        return column.cast(pl.String)
    if dtype.is_nested() or dtype == pl.Binary:
        return pl.Series(column.name, ["(not a single value)"] * len(column))
    return column

"""Dates and times as people type them, a whole column at a time."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from afterload.registry.mapping_dates import strptime

_TIMES = ("", " %H:%M", " %H:%M:%S", " %H:%M:%S%.f")
_EXCEL_ZERO = datetime(1899, 12, 30)
_EXCEL_FIRST, _EXCEL_LAST = 3654.0, 146_097.0  # 1910 to 2299
_YEARS = (1900, 2299)

ZONED = r"\d{2}:\d{2}.*(Z|[+-]\d{2}:?\d{2})$"
"""A time of day with its distance from UTC behind it."""

_OFFSET = r"\s*(Z|[+-]\d{2}:?\d{2})$"

NOT_A_DATE = "It is not a date. Dates are read as 2024-03-31 14:05 or 31.03.2024."
AMBIGUOUS = (
    "It could be day/month or month/day. "
    'Say which with date_format = "DD/MM/YYYY" or "MM/DD/YYYY" in the map.'
)
TWO_DIGITS = (
    "Its year has two digits. Say how to read it, e.g. with "
    'date_format = "DD/MM/YY" in the map (70 to 99 are 1970 to 1999).'
)
YEAR = f"The year must lie between {_YEARS[0]} and {_YEARS[1]}."


def dates(
    column: pl.Series, date_format: str, *, excel: bool, wall: bool = False
) -> tuple[pl.Series, pl.Series]:
    """The times that cells stand for.

    Args:
        column: Cells, shape (n,); null where missing.
        date_format: How they are written, e.g. "DD/MM/YYYY HH:MM", or "excel" for its serial
            numbers; empty to find it out.
        excel: Whether a plain number is a date as Excel counts them.
        wall: Whether a time with a zone keeps its clock time; else it becomes UTC.

    Returns:
        The times, null where there is none, and why there is none (null elsewhere).
    """
    given = column.is_not_null()
    why = pl.Series("why", [None] * len(column), dtype=pl.String)
    if column.dtype.is_temporal():
        found = column.cast(pl.Datetime("us"))
    elif column.dtype.is_numeric():
        found = _serial(column) if excel or date_format == "excel" else _nothing(column)
    else:
        text = column.cast(pl.String).str.strip_chars()
        if wall:
            text, date_format = _without_zone(text, date_format)
        if date_format == "excel":
            found = _serial(text.cast(pl.Float64, strict=False))
        elif date_format:
            found = _parse(_utc(text), [strptime(date_format)])
        else:
            found, why = _found_out(text)
            found, why = _short_years(text, found, why)
            if excel:
                found = found.fill_null(_serial(text.cast(pl.Float64, strict=False)))
    frame = pl.DataFrame({"at": found, "given": given, "why": why})
    fits = pl.col("at").dt.year().is_between(*_YEARS)
    frame = frame.with_columns(
        pl.when(pl.col("at").is_not_null() & ~fits)
        .then(pl.lit(YEAR))
        .when(pl.col("given") & pl.col("at").is_null())
        .then(pl.coalesce("why", pl.lit(NOT_A_DATE)))
        .alias("why")
    )
    return frame.select(pl.when(fits).then(pl.col("at")).alias("at"))["at"], frame["why"]


def _nothing(column: pl.Series) -> pl.Series:
    return pl.Series("at", [None] * len(column), dtype=pl.Datetime("us"))


def _serial(column: pl.Series) -> pl.Series:
    """Days since the end of 1899, as Excel counts, to the second."""
    days = pl.DataFrame({"d": column.cast(pl.Float64)})
    seconds = (pl.col("d") * 86_400).round().cast(pl.Int64, strict=False)
    inside = pl.col("d").is_between(_EXCEL_FIRST, _EXCEL_LAST)
    at = pl.lit(_EXCEL_ZERO).cast(pl.Datetime("us")) + pl.duration(seconds=seconds)
    return days.select(pl.when(inside).then(at).alias("at"))["at"]


def _parse(text: pl.Series, formats: list[str]) -> pl.Series:
    """The first format that fits each cell, each also with a time of day behind it."""
    frame = pl.DataFrame({"t": text})
    tried = [
        pl.col("t")
        .str.to_datetime(form + clock, strict=False, time_unit="us")
        .dt.replace_time_zone(None)
        for form in formats
        for clock in (("",) if "%H" in form else _TIMES)
    ]
    return frame.select(pl.coalesce(tried).alias("at"))["at"]


def _short_years(text: pl.Series, found: pl.Series, why: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Dates whose year has two digits are not guessed at: 24 may be 1924 or 2024."""
    short = text.str.contains(r"^\d{1,2}[./-]\d{1,2}[./-]\d{2}(\D|$)").fill_null(False)
    if not short.any():
        return found, why
    return found.set(short, None), why.set(short, TWO_DIGITS)


def _found_out(text: pl.Series) -> tuple[pl.Series, pl.Series]:
    iso = _utc(text.str.replace(r"^(\d{4}-\d{2}-\d{2})T", "$1 "))
    zoned = iso.str.contains(ZONED)
    found = _parse(iso, ["%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y"])
    if zoned.any():
        found = found.fill_null(_zoned(iso))
    slashed = text.str.contains(r"^\d{1,2}[/-]\d{1,2}[/-]\d{4}")
    why = pl.Series("why", [None] * len(text), dtype=pl.String)
    if not slashed.any():
        return found, why
    order = _order(text.filter(slashed))
    if not order:
        return found, why.set(slashed.fill_null(False), AMBIGUOUS)
    formats = [order.replace("/", mark) for mark in "/-"]
    return found.fill_null(_parse(text, formats)), why


def _utc(text: pl.Series) -> pl.Series:
    return text.str.replace(r"(\d)Z$", "$1+00:00")


def _without_zone(text: pl.Series, date_format: str) -> tuple[pl.Series, str]:
    """Cells and their form without what they say of a zone."""
    if "%z" in date_format:
        return text.str.replace(_OFFSET, ""), date_format.replace("%z", "").rstrip()
    zoned = text.str.contains(ZONED).fill_null(False)
    return text.str.replace(_OFFSET, "").zip_with(zoned, text), date_format


def _zoned(text: pl.Series) -> pl.Series:
    frame = pl.DataFrame({"t": text})
    tried = [
        pl.col("t").str.to_datetime(f"%Y-%m-%d {clock}%z", strict=False, time_unit="us")
        for clock in ("%H:%M", "%H:%M:%S", "%H:%M:%S%.f")
    ]
    return frame.select(pl.coalesce(tried).dt.replace_time_zone(None).alias("at"))["at"]


def _order(text: pl.Series) -> str:
    """Day first or month first, if the column itself shows it; empty if it does not."""
    parts = text.str.extract_groups(r"^(?<a>\d{1,2})[/-](?<b>\d{1,2})[/-]").struct.unnest()
    first, second = (parts[n].cast(pl.Int64, strict=False).max() for n in "ab")
    day_first = isinstance(first, int) and first > 12
    month_first = isinstance(second, int) and second > 12
    if day_first == month_first:
        return ""
    return "%d/%m/%Y" if day_first else "%m/%d/%Y"


def day_alone(late: pl.Series, early: pl.Series) -> pl.Series:
    """Where a time is a day without a time of day, and on that day but before another time."""
    frame = pl.DataFrame({"late": late, "early": early}).cast(pl.Datetime("us"))
    midnight = pl.col("late") == pl.col("late").dt.truncate("1d")
    same = pl.col("late").dt.date() == pl.col("early").dt.date()
    found = midnight & same & (pl.col("late") < pl.col("early"))
    return frame.select(found.fill_null(False).alias("moved"))["moved"]

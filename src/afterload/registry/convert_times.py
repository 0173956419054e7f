"""When something was: columns of dates, of hours from t0, of nominal points; and column checks."""

from __future__ import annotations

import polars as pl

from afterload.core.errors import BadCell, InputError
from afterload.registry.convert_cells import bad_cells
from afterload.registry.convert_dates import dates
from afterload.registry.convert_keys import Keyed
from afterload.registry.convert_numbers import nothing, numbers, plain
from afterload.registry.mapping import HOURS, TableMap, When
from afterload.registry.points import POINTS, normal_point


def wrong_cells(sheet: Keyed, table: TableMap) -> dict[str, pl.Series]:
    """Why cells are refused by the checks of the map, by column."""
    found: dict[str, pl.Series] = {}
    for check in table.checks:
        value, most = (
            _number(sheet.columns[name], table) for name in (check.column, check.at_most)
        )
        limit = most * check.times + check.plus
        above = (value > limit).fill_null(False)
        reason = f"{check.why}: at most " if check.why else "It is more than "
        text = reason + limit.cast(pl.String) + f", from {check.at_most!r}."
        found[check.column] = text.set(~above, None).fill_null(
            found.get(check.column, nothing(len(value)))
        )
    return found


def _number(column: pl.Series, table: TableMap) -> pl.Series:
    if column.dtype.is_numeric():
        return column.cast(pl.Float64)
    return numbers(plain(column), table.rules.decimal)[0]


def times(
    sheet: Keyed, when: When, table: TableMap, name: str
) -> tuple[list[pl.Series], tuple[BadCell, ...]]:
    """A time as two columns, the real one and hours from t0, and the cells that are none."""
    column, lines = sheet.columns[when.column], sheet.lines
    n = len(lines.rows)
    empty_at = pl.Series(name, [None], dtype=pl.Datetime("us")).new_from_index(0, n)
    empty_h = pl.Series(f"{name}_h", [None], dtype=pl.Float64).new_from_index(0, n)
    missing = list(table.rules.missing)
    text = plain(column)
    absent = text.is_null() | text.is_in(missing).fill_null(True)
    if when.unit == "date":
        cells = column.set(absent, None) if column.dtype != pl.String else text.set(absent, None)
        at, why = dates(cells, table.rules.date_format, excel=lines.excel)
        return [at.alias(name), empty_h], bad_cells(when.column, text, why, lines)
    hours, why = numbers(text.set(absent, None), table.rules.decimal)
    hours = (hours * HOURS[when.unit]).alias(f"{name}_h")
    return [empty_at, hours], bad_cells(when.column, text, why, lines)


def nominal(sheet: Keyed, point: str) -> tuple[pl.Series, tuple[BadCell, ...]]:
    """The nominal time points a column tells."""
    text = plain(sheet.columns[point])
    known: dict[str, str] = {}
    for word in text.drop_nulls().unique().to_list():
        try:
            known[word] = normal_point(word)
        except InputError:
            continue
    points = text.replace_strict(known, default=None, return_dtype=pl.String)
    why = nothing(len(text)).set(
        text.is_not_null() & points.is_null(), f"It takes a time point: {', '.join(POINTS[:8])} ..."
    )
    return points.alias("nominal"), bad_cells(point, text, why, sheet.lines)

"""When something was: columns of dates, of hours from t0, of nominal points; and column checks."""

from __future__ import annotations

import polars as pl

from afterload.core.errors import BadCell, InputError
from afterload.registry.convert_cells import bad_cells, words
from afterload.registry.convert_dates import dates
from afterload.registry.convert_keys import Keyed
from afterload.registry.convert_numbers import as_held, nothing, numbers, plain
from afterload.registry.mapping import HOURS, CellRules, Event, Infusion, Spec, TableMap, When
from afterload.registry.points import POINTS, normal_point


def wrong_cells(sheet: Keyed, table: TableMap) -> dict[str, pl.Series]:
    """Why cells are refused by the checks of the map, by column."""
    found: dict[str, pl.Series] = {}
    for check in table.checks:
        value, most = (_number(sheet, name, table) for name in (check.column, check.at_most))
        limit = most * check.times + check.plus
        above = (value > limit).fill_null(False)
        reason = f"{check.why}: at most " if check.why else "It is more than "
        text = reason + plain(limit) + f", from {check.at_most!r}."
        found[check.column] = text.set(~above, None).fill_null(
            found.get(check.column, nothing(len(value)))
        )
    return found


def _number(sheet: Keyed, name: str, table: TableMap) -> pl.Series:
    """The numbers of a column, as its own rules and fixes in the map say."""
    entries: tuple[Spec | Event | Infusion, ...] = (
        *table.specs, *table.events, *table.infusions,
    )  # fmt: skip
    one = next((entry for entry in entries if entry.column == name), None)
    rules = one.rules if one else table.rules
    found = words(sheet.columns[name], rules, one.fix if one else {}, sheet.lines)
    if found.cells.dtype.is_numeric():
        return found.cells.cast(pl.Float64)
    return numbers(found.text, rules.decimal)[0]


def times(
    sheet: Keyed, when: When, rules: CellRules, name: str
) -> tuple[list[pl.Series], tuple[BadCell, ...]]:
    """A time as two columns, the real one and hours from t0, and the cells that are none."""
    found, why = timed(sheet, when, rules, name)
    return found, bad_cells(when.column, as_held(sheet.columns[when.column]), why, sheet.lines)


def timed(
    sheet: Keyed, when: When, rules: CellRules, name: str
) -> tuple[list[pl.Series], pl.Series]:
    """A time as two columns, the real one and hours from t0, and why a cell is none."""
    column, lines = sheet.columns[when.column], sheet.lines
    n = len(lines.rows)
    empty_at = pl.Series(name, [None], dtype=pl.Datetime("us")).new_from_index(0, n)
    empty_h = pl.Series(f"{name}_h", [None], dtype=pl.Float64).new_from_index(0, n)
    told = words(column, rules, {}, lines)
    if when.unit == "date":
        at, why = dates(told.cells, rules.date_format, excel=lines.excel, wall=rules.wall)
        return [at.alias(name), empty_h], why
    hours, why = numbers(told.text, rules.decimal)
    hours = (hours * HOURS[when.unit]).alias(f"{name}_h")
    return [empty_at, hours], why


def nominal(sheet: Keyed, point: str, rules: CellRules) -> tuple[pl.Series, tuple[BadCell, ...]]:
    """The nominal time points a column tells."""
    text = words(sheet.columns[point], rules, {}, sheet.lines).text
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

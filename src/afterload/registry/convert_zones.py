"""Times with a time zone beside times without one: hours between them would be wrong, unseen."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import polars as pl

from afterload.core.errors import InputError
from afterload.registry.convert_dates import ZONED
from afterload.registry.convert_keys import Keyed
from afterload.registry.convert_numbers import plain
from afterload.registry.mapping import CellRules, Event, Infusion, Spec, TableMap


@dataclass(frozen=True, slots=True)
class Seen:
    """One cell with a time, and where it stands."""

    where: str
    column: str
    row: int
    held: str


@dataclass(frozen=True, slots=True)
class Zones:
    """The first time of a sheet that has a time zone, and the first that has none.

    Args:
        zoned, plain: These cells; None where there is none.
        columns: The columns of text whose times have a zone; of others the reader tells.
    """

    zoned: Seen | None = None
    plain: Seen | None = None
    columns: tuple[str, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader should know of them."""
        if not self.columns:
            return ()
        return (f"times with a zone are kept as UTC: {', '.join(self.columns)}",)


def zones(rows: Keyed, table: TableMap, zoned: Collection[str]) -> Zones:
    """Which times of a sheet have a time zone; none of a map that keeps the clock times.

    Args:
        rows: Its cells.
        table: What they are.
        zoned: The columns the file itself says have a zone.
    """
    first: dict[bool, Seen] = {}
    columns = []
    for name, rules, keep in _time_columns(rows, table):
        has_zone, none = _parted(rows.columns[name], rules, name in zoned, keep)
        if has_zone.any() and name not in zoned:
            columns.append(name)
        for told, cells in ((True, has_zone), (False, none)):
            if cells.any() and told not in first:
                place = cells.arg_max() or 0
                held = str(rows.columns[name][place])
                first[told] = Seen(rows.lines.where, name, rows.lines.rows[place], held)
    return Zones(first.get(True), first.get(False), tuple(dict.fromkeys(columns)))


def refuse_mixed(found: Sequence[Zones]) -> None:
    """Refuse an import that has times with a zone and times without.

    Raises:
        InputError: It does; one of each is named, of the same sheet if there is such a pair.
    """
    pairs = [(one.zoned, one.plain) for one in found]
    pairs += product((one.zoned for one in found), (one.plain for one in found))
    for zoned, none in pairs:
        if zoned and none:
            raise InputError(
                f"{_told(zoned)} has a time zone and {_told(none)} has none, so that hours "
                "between them cannot be told. Give every time a zone or none, or write "
                'time_zone = "wall" under [map] to keep the clock times and drop the zones.'
            )


def _told(cell: Seen) -> str:
    return f"{cell.column!r} in row {cell.row} of {cell.where} ({cell.held})"


Timed = tuple[str, CellRules, pl.Series | None]
"""A column of dates, how it is read, and which rows of it are dates (None: all)."""


def _time_columns(rows: Keyed, table: TableMap) -> Iterator[Timed]:
    whens = [(table.at, table.rules)]
    if table.long:
        long = table.long
        whens += [(w, table.rules) for w in (long.at, long.start, long.stop)]
    spans: tuple[Event | Infusion, ...] = (*table.events, *table.infusions)
    whens += [(w, one.rules) for one in spans for w in (one.start, one.stop)]
    dated = {w.column: rules for w, rules in whens if w and w.unit == "date" and w.column}
    for name, rules in ({table.t0: table.rules} | dated).items():
        if name:
            yield name, rules, None
    for spec in table.specs:
        if spec.variable.kind == "datetime" and not spec.unit:
            yield spec.column, spec.rules, None
    for word, value in table.long.values.items() if table.long else ():
        if table.long is None or not isinstance(value, Spec):
            continue
        if value.variable.kind == "datetime" and not value.unit:
            here = (plain(rows.columns[table.long.variable]) == word).fill_null(False)
            yield table.long.value, value.rules, here


def _parted(
    column: pl.Series, rules: CellRules, zoned: bool, keep: pl.Series | None
) -> tuple[pl.Series, pl.Series]:
    """The cells whose time has a zone, and those whose time has none; not the missing ones."""
    text = plain(column)
    given = (text.str.contains(r"\d") & ~text.is_in(list(rules.missing))).fill_null(False)
    if keep is not None:
        given = given & keep
    nothing = given & ~given
    if rules.wall:
        return nothing, given
    if zoned or "%z" in rules.date_format:
        return given, nothing
    if column.dtype != pl.String:
        return nothing, given
    has_zone = text.str.contains(ZONED).fill_null(False)
    return given & has_zone, given & ~has_zone

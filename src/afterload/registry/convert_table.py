"""One sheet, read as its map says, as pieces of registry tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import polars as pl

from afterload.core.errors import BadCell
from afterload.registry.convert_cells import Cells, bad_cells, lost_fixes, read_cells, words
from afterload.registry.convert_dates import dates
from afterload.registry.convert_events import read_events
from afterload.registry.convert_fragment import ROW, Fragment, beside, filled
from afterload.registry.convert_infusions import read_infusions, read_long_infusions
from afterload.registry.convert_keys import Keyed, Known, check_columns, keyed
from afterload.registry.convert_long import read_long
from afterload.registry.convert_numbers import as_held, plain
from afterload.registry.convert_take import one_of_several
from afterload.registry.convert_tally import Tally, tally
from afterload.registry.convert_times import nominal, times, wrong_cells
from afterload.registry.convert_zones import Zones, zones
from afterload.registry.mapping import Spec, TableMap
from afterload.registry.mapping_spec import followup_hours
from afterload.registry.reader import Sheet

RUN = "1"
"""Key of the one run a wide table can tell of."""

LINKS = ("key", "patient", "episode", "nominal", "at", "at_h")
"""Columns that place a row and say nothing by themselves."""

_RUN_TIMES = {"support_start": "start", "support_stop": "stop"}


@dataclass(frozen=True, slots=True)
class TableRead:
    """What one sheet gave.

    Args:
        fragments: Pieces of registry tables.
        known: The keys known now.
        rows: How many rows were read.
        bad: The cells that cannot be imported.
        tallies: What happened to the cells of each column.
        ignored: The columns left out.
        skipped: Rows passed over because their key is not known.
        notes: What a reader should know.
        zones: Which of its times have a time zone.
    """

    fragments: tuple[Fragment, ...]
    known: Known
    rows: int
    bad: tuple[BadCell, ...] = ()
    tallies: tuple[Tally, ...] = ()
    ignored: tuple[str, ...] = ()
    skipped: int = 0
    notes: tuple[str, ...] = ()
    zones: Zones = field(default_factory=Zones)


@dataclass(frozen=True, slots=True)
class Part:
    """What one kind of column of a sheet gave."""

    fragments: tuple[Fragment, ...] = ()
    bad: tuple[BadCell, ...] = ()
    tallies: tuple[Tally, ...] = ()
    notes: tuple[str, ...] = ()


def read_table(sheet: Sheet, table: TableMap, known: Known, *, accept_soft: bool) -> TableRead:
    """Read a sheet.

    Args:
        sheet: Its cells.
        table: What they are.
        known: The keys that are known already.
        accept_soft: Whether values outside the usual range are let through.

    Raises:
        InputError: The map and the sheet do not fit each other.
    """
    ignored = check_columns(sheet, table)
    rows = keyed(sheet, table, known, accept_soft=accept_soft)
    zoned = zones(rows, table, sheet.zoned)
    parts = [_keys(rows, table), _wide(rows, table)]
    if table.events:
        parts.append(Part(*read_events(rows, table)))
    if table.infusions:
        parts.append(Part(*read_infusions(rows, table)))
    if table.long:
        parts.append(Part(*read_long(rows, table, table.long)))
        parts.append(Part(*read_long_infusions(rows, table, table.long)))
    return TableRead(
        fragments=tuple(f for part in parts for f in part.fragments),
        known=rows.known,
        rows=len(sheet),
        bad=(*rows.bad, *(cell for part in parts for cell in part.bad)),
        tallies=tuple(t for part in parts for t in part.tallies),
        ignored=ignored,
        skipped=rows.skipped,
        notes=(*rows.notes, *zoned.notes, *(n for part in parts for n in part.notes)),
        zones=zoned,
    )


def _keys(rows: Keyed, table: TableMap) -> Part:
    """The patients and episodes of a sheet that may bring new ones, and what the table tells."""
    where, row = rows.lines.where, rows.lines.rows.alias(ROW)
    fragments = []
    if table.rows == "new":
        frame = pl.DataFrame([rows.patient.alias("key"), row]).unique("key", maintain_order=True)
        fragments.append(Fragment("patient", frame, where, ("key",)))
    if rows.episode is None:
        return Part(tuple(fragments))
    columns = [rows.episode.alias("key"), rows.patient.alias("patient"), row]
    bad: tuple[BadCell, ...] = ()
    for name, column in (("centre", table.centre), ("encounter", table.encounter)):
        if column:
            columns.append(plain(rows.columns[column]).alias(name))
    if table.t0:
        raw = rows.columns[table.t0]
        how = table.rules
        cells = words(raw, how, {}, rows.lines).cells
        found, why = dates(cells, how.date_format, excel=rows.lines.excel, wall=how.wall)
        columns.append(found.alias("t0"))
        bad = bad_cells(table.t0, as_held(raw), why, rows.lines)
    if table.rows == "new" or len(columns) > 3:
        frame = pl.DataFrame(columns)
        if not table.t0:
            frame = frame.unique(
                maintain_order=True, subset=[c.name for c in columns if c is not row]
            )
        named = {"t0": table.t0, "centre": table.centre, "encounter": table.encounter}
        fragments.append(Fragment("episode", frame, where, ("key",), named))
    return Part(tuple(fragments), bad)


def _wide(rows: Keyed, table: TableMap) -> Part:
    """The columns that are variables, and the values the map gives for all rows."""
    wrong = wrong_cells(rows, table)
    read: list[tuple[Spec, Cells]] = []
    for spec in table.specs:
        cells = read_cells(rows.columns[spec.column], spec, rows.lines, wrong.get(spec.column))
        read.append((spec, one_of_several(cells, _owner(spec, rows), spec.take)))
    n = len(rows.lines.rows)
    for spec, value in table.constant:
        raw = pl.Series(spec.column, [value]).new_from_index(0, n)
        read.append((spec, read_cells(raw, spec, rows.lines)))
    bad = [cell for _, cells in read for cell in cells.bad]
    bad += [c for s in table.specs for c in lost_fixes(s.column, s.fix, rows.lines)]
    fragments = []
    places = sorted({(s.variable.table, s.point) for s, _ in read}, key=str)
    for name, point in places:
        here = [(s, c) for s, c in read if (s.variable.table, s.point) == (name, point)]
        fragment, more = _fragment(name, point, here, rows, table)
        bad += more
        fragments.append(fragment)
    tallies = tuple(tally(rows.lines.where, spec, cells) for spec, cells in read)
    return Part(tuple(fragments), tuple(bad), tallies)


def _owner(spec: Spec, rows: Keyed) -> pl.Series:
    """Whose a value is: the patient's or the episode's."""
    if spec.variable.table == "patient" or rows.episode is None:
        return rows.patient
    return rows.episode


def _fragment(
    name: str, point: str, read: Sequence[tuple[Spec, Cells]], rows: Keyed, table: TableMap
) -> tuple[Fragment, tuple[BadCell, ...]]:
    """The piece of one registry table, at one time point, that a sheet tells."""
    place, keys, bad = _place(name, point, rows, table)
    columns = [*place, rows.lines.rows.alias(ROW), *_values(read, rows)]
    named = {spec.variable.name: spec.column for spec, _ in read}
    if table.at:
        named["at"] = table.at.column
    table_name = "run" if name == "meta" else name
    fragment = Fragment(table_name, pl.DataFrame(columns), rows.lines.where, keys, named)
    return filled(fragment, LINKS), bad


def _values(read: Sequence[tuple[Spec, Cells]], rows: Keyed) -> Iterable[pl.Series]:
    """The columns of variables; yes/no columns that add to one variable become one."""
    added = sorted((r for r in read if r[0].add), key=_level)
    for _, same in groupby(added, key=lambda r: r[0].variable.name):
        parts = [cells.values.alias(str(i)) for i, (_, cells) in enumerate(same)]
        name = added[0][0].variable.name
        joined = pl.concat_str([p.name for p in parts], separator="|", ignore_nulls=True)
        both = pl.DataFrame(parts).select(joined.alias(name))[name]
        yield both.set((both == "").fill_null(False), None)
    for spec, cells in read:
        if not spec.add:
            name = _RUN_TIMES.get(spec.variable.name, spec.variable.name)
            hours = spec.variable.kind == "datetime" and bool(spec.unit)
            yield from beside(name, cells, rows.lines, hours=hours)


def _level(read: tuple[Spec, Cells]) -> tuple[str, int]:
    spec = read[0]
    return spec.variable.name, spec.variable.levels.index(spec.add)


def _place(
    name: str, point: str, rows: Keyed, table: TableMap
) -> tuple[list[pl.Series], tuple[str, ...], tuple[BadCell, ...]]:
    """The links and times of a piece, the columns that tell its rows apart, and bad times."""
    n = len(rows.lines.rows)
    if name == "patient":
        return [rows.patient.alias("key")], ("key",), ()
    if rows.episode is None:
        raise ValueError(f"{table.place}: only a patient's own variables fit without an episode")
    episode = rows.episode.alias("episode")
    if name == "episode":
        return [episode.alias("key"), rows.patient.alias("patient")], ("key",), ()
    if name in ("run", "meta"):
        key = pl.Series("key", [RUN]).new_from_index(0, n)
        return [key, episode], ("episode", "key"), ()
    if name == "outcome":
        return [episode], ("episode",), ()
    if point and name == "observation":
        nominal_point = pl.Series("nominal", [point]).new_from_index(0, n)
        return [episode, nominal_point], ("episode", "nominal"), ()
    if point:
        hours = pl.Series("at_h", [followup_hours(point, table.place)]).new_from_index(0, n)
        return [episode, hours], ("episode", "at_h"), ()
    columns = [episode]
    bad: tuple[BadCell, ...] = ()
    if table.at:
        when, bad = times(rows, table.at, table.rules, "at")
        columns += when
    if table.point:
        points, more = nominal(rows, table.point, table.rules)
        columns, bad = [*columns, points], (*bad, *more)
    return columns, (), bad

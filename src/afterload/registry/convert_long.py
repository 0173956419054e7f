"""Tables with one value per row: variable, value, unit and time become measurement sets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import polars as pl

from afterload.core.errors import BadCell, UnknownUnit
from afterload.core.unit import form_of
from afterload.core.unit import plain as plain_unit
from afterload.core.variable import Variable
from afterload.registry.convert_cells import Cells, Lines, bad_cells, lost_fixes, read_cells
from afterload.registry.convert_events import Read
from afterload.registry.convert_fragment import ROW, Fragment, beside
from afterload.registry.convert_keys import Keyed
from afterload.registry.convert_numbers import nothing, plain
from afterload.registry.convert_take import one_of_several
from afterload.registry.convert_tally import Tally, tally
from afterload.registry.convert_times import nominal, times
from afterload.registry.mapping import Long, Spec, TableMap

SET = "\x1fset"
"""Which of several sets of the same time a value belongs to."""

_OWNERS = {"patient": ("key",), "episode": ("key",), "outcome": ("episode",)}


def read_long(rows: Keyed, table: TableMap, long: Long) -> Read:
    """Read a long table: values of one episode and time become one measurement set.

    A second value of one variable at the same time goes into a second set.
    """
    assert rows.episode is not None
    word = plain(rows.columns[long.variable])
    bad = list(_unknown_words(word, long, rows.lines))
    when, wrong = _when(rows, table, long)
    bad += wrong
    unit = plain(rows.columns[long.unit]) if long.unit else None
    value = rows.columns[long.value]
    base = pl.DataFrame([rows.episode.alias("episode"), *when, rows.lines.rows.alias(ROW)])
    links = pl.DataFrame([rows.patient.alias("patient"), rows.episode.alias("episode")])
    pieces: list[Fragment] = []
    tallies: list[Tally] = []
    for name, spec in long.values.items():
        keep = (word == name).fill_null(False)
        if not isinstance(spec, Spec) or not keep.any():
            continue
        here = rows.lines.filter(keep)
        cells, unit_bad = _read(value.filter(keep), unit, keep, spec, here)
        bad += [*cells.bad, *unit_bad, *lost_fixes(name, spec.fix, here)]
        if spec.variable.table in _OWNERS:
            owner = links["patient" if spec.variable.table == "patient" else "episode"]
            time = next((base[n].filter(keep) for n in ("at", "at_h") if n in base.columns), None)
            cells = one_of_several(cells, owner.filter(keep), spec.take, time)
        told = unit.filter(keep) if unit is not None and not spec.unit else None
        tallies.append(replace(tally(here.where, spec, cells), unit=_units(told, spec)))
        pieces.append(_piece(spec, cells, base.filter(keep), links.filter(keep), here))
    sets = _sets([piece for piece in pieces if piece.table == "observation"], rows.lines.where)
    others = [piece for piece in pieces if piece.table != "observation"]
    return (*sets, *others), tuple(bad), tuple(tallies), ()


def _units(told: pl.Series | None, spec: Spec) -> str:
    """The units values were converted from, for the report."""
    units = told.drop_nulls().unique().to_list() if told is not None else [spec.unit]
    own = plain_unit(spec.variable.unit)
    return ", ".join(sorted(u for u in units if u and plain_unit(u) != own))


def _unknown_words(word: pl.Series, long: Long, lines: Lines) -> tuple[BadCell, ...]:
    strange = word.is_not_null() & ~word.is_in(list(long.values)).fill_null(True)
    first = strange & word.is_first_distinct()
    text = 'It is not under [table.values]. Map it there, or write "ignore" for it.'
    return bad_cells(long.variable, word, nothing(len(word)).set(first, text), lines)


def _when(rows: Keyed, table: TableMap, long: Long) -> tuple[list[pl.Series], tuple[BadCell, ...]]:
    """When each value was measured: time, hours from t0, nominal point."""
    columns: list[pl.Series] = []
    bad: tuple[BadCell, ...] = ()
    if long.at:
        columns, bad = times(rows, long.at, table.rules, "at")
    if long.point:
        points, more = nominal(rows, long.point, table.rules)
        columns, bad = [*columns, points], (*bad, *more)
    return columns, bad


def _read(
    value: pl.Series, unit: pl.Series | None, keep: pl.Series, spec: Spec, lines: Lines
) -> tuple[Cells, list[BadCell]]:
    """The values of one variable, each in the unit its row tells (the map's own stands first)."""
    if unit is None or spec.unit or not spec.variable.is_numeric:
        return read_cells(value, spec, lines), []
    told = unit.filter(keep)
    units: list[str | None] = told.unique(maintain_order=True).to_list()
    if len(units) == 1:
        return _in_unit(value, units[0], spec, lines)
    parts, bad = [], []
    order = pl.Series("i", range(len(value)), dtype=pl.UInt32)
    for one in units:
        here = told.eq_missing(pl.Series([one], dtype=pl.String).new_from_index(0, len(told)))
        cells, wrong = _in_unit(value.filter(here), one, spec, lines.filter(here))
        parts.append((order.filter(here), cells))
        bad += wrong
    return _together(parts), bad


def _in_unit(
    value: pl.Series, unit: str | None, spec: Spec, lines: Lines
) -> tuple[Cells, list[BadCell]]:
    why = ""
    if unit is None and _needs_unit(spec.variable):
        why = (
            f"The unit is missing, and {spec.variable.name} is known in several. "
            'Say which with unit = "..." under [table.values].'
        )
    else:
        try:
            form = form_of(spec.variable, unit or "")
            return read_cells(value, replace(spec, unit=unit or "", form=form), lines), []
        except UnknownUnit as error:
            why = f'{error} Say which with unit = "..." under [table.values].'
    cells = read_cells(nothing(len(value)), spec, lines)
    return cells, [BadCell(lines.where, int(lines.rows[0]), spec.column, unit or "", why)]


def _needs_unit(variable: Variable) -> bool:
    return any((form.factor, form.offset) != (1, 0) for form in variable.units)


def _together(parts: list[tuple[pl.Series, Cells]]) -> Cells:
    order = pl.concat([index for index, _ in parts]).arg_sort()

    def join(columns: Iterable[pl.Series]) -> pl.Series:
        return pl.concat([column.rename("x") for column in columns])[order]

    cells = [one for _, one in parts]
    return Cells(
        values=join(c.values for c in cells),
        entered=join(c.entered for c in cells),
        accepted=join(c.accepted for c in cells),
        missing=join(c.missing for c in cells),
        bad=tuple(b for c in cells for b in c.bad),
        blanked=sum(c.blanked for c in cells),
        fixed=sum(c.fixed for c in cells),
    )


def _piece(
    spec: Spec, cells: Cells, base: pl.DataFrame, links: pl.DataFrame, lines: Lines
) -> Fragment:
    """The values of one variable, as a piece of its registry table."""
    variable, place = spec.variable, spec.variable.table
    hours = variable.kind == "datetime" and bool(spec.unit)
    named = {variable.name: spec.column}
    if place in _OWNERS:
        owner = links["patient" if place == "patient" else "episode"]
        key = _OWNERS[place][0]
        columns = [owner.alias(key), base[ROW], *beside(variable.name, cells, lines, hours=hours)]
        if place == "episode":
            columns.append(links["patient"])
        frame = pl.DataFrame(columns).filter(
            pl.col(f"{variable.name}_h" if hours else variable.name).is_not_null()
        )
        return Fragment(place, frame, lines.where, _OWNERS[place], named)
    values = pl.DataFrame(beside(variable.name, cells, lines, hours=hours))
    frame = pl.concat([base, values], how="horizontal")
    frame = frame.filter(pl.col(variable.name).is_not_null())
    return Fragment(place, frame, lines.where, (), named)


def _sets(pieces: list[Fragment], where: str) -> list[Fragment]:
    """Measurement sets: one row per episode and time, with every variable measured then."""
    if not pieces:
        return []
    keys = [n for n in pieces[0].frame.columns if n in ("episode", "at", "at_h", "nominal")]
    frames = [_numbered(piece.frame, keys) for piece in pieces]
    every = [*keys, SET]
    sets = pl.concat([frame.select(*every, ROW) for frame in frames])
    sets = sets.group_by(every, maintain_order=True).agg(pl.col(ROW).first())
    for frame in frames:
        sets = sets.join(
            frame.drop(ROW), on=every, how="left", nulls_equal=True, maintain_order="left"
        )
    columns = {name: column for piece in pieces for name, column in piece.columns.items()}
    return [Fragment("observation", sets.drop(SET), where, (), columns)]


def _numbered(frame: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Count the values of one variable at the same time: the second goes into a second set."""
    return frame.with_columns(pl.int_range(pl.len()).over(keys).alias(SET))

"""Reading a registry as columns: one value per episode and variable.

A variable that is measured again and again is asked for with its time point ("lactate@24h"; without
one it is "pre"). A measurement set that carries the point's name is taken before one whose real
time falls in the point's window, and among these the closest to the nominal time; a set with the
name of another point is never taken. Each variable is looked up by itself, so that sets recorded
in parts complete each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from afterload.core.calculated import CALCULATED, fill
from afterload.core.column import Column
from afterload.core.errors import InputError, UnknownName
from afterload.core.variable import Variable
from afterload.registry.derived import (
    Event,
    complications,
    death_hours,
    derive,
    derived_names,
    intervals,
)
from afterload.registry.engine import reading
from afterload.registry.numbers import (
    Episodes,
    Numbers,
    Places,
    episodes,
    number,
    numbers_of,
    time_number,
)
from afterload.registry.points import WINDOWS, Window, normal_point
from afterload.registry.rows import current, holds
from afterload.registry.shape import Shape
from afterload.registry.store import Registry

__all__ = ["Event", "Extract", "complications", "current", "extract", "intervals"]


UNKNOWN = "unknown"
"""The word of a registry that says a category is not known; missing is no category."""


@dataclass(frozen=True, slots=True)
class Extract:
    """Columns with one value per episode.

    Args:
        keys: The episodes' keys, in the order they were first added.
        columns: By the name they were asked for, each of length `len(keys)`.
    """

    keys: tuple[str, ...]
    columns: dict[str, Column]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One name, understood."""

    name: str
    variable: Variable
    point: str


def extract(
    registry: Registry, names: Sequence[str], *, windows: Mapping[str, Window] = WINDOWS
) -> Extract:
    """The named variables of every episode, as arrays.

    Args:
        registry: Which registry.
        names: Variables ("sex"), variables at a point ("lactate@24h"), or what is derived:
            "support_hours", "device_days", "n_runs", "last_known_alive", "died_in_hospital",
            "device_strategy" (missing where no device is recorded and nothing says that there
            was none), "complication:KIND" (how many; 0 where it is recorded not to have
            occurred, NaN where neither is recorded), "time_to_KIND" (hours).
        windows: What counts as a nominal point where only real times are known.

    Returns:
        Numbers in the variable's unit; a time as hours from time zero; a word as the place in the
        column's `levels`; NaN where nothing is recorded, and where the word recorded is
        "unknown", which is no level. "death_dt" of somebody known to be dead without a time of
        death is the time of the discharge as dead, else of the first follow-up that says so.

    Raises:
        UnknownName: A name is none of these.
        InputError: A point is asked of what has none, or a variable is free text.
    """
    derived = set(derived_names())
    asked = [name for name in names if name not in derived]
    asked += [part for name in asked for part in _inputs(registry, name)]
    wanted = [_understand(registry, name) for name in dict.fromkeys(asked)]
    columns: dict[str, Column] = {}
    with reading(registry.engine) as connection:
        known = episodes(connection)
        for group in _groups(wanted).values():
            values = _values(connection, registry, known, group, windows)
            for want, of in zip(group, values, strict=True):
                values_of = death_hours(connection, known) if want.name == "death_dt" else of
                levels = _levels(want.variable)
                columns[want.name] = Column(want.variable, values_of, levels, want.point)
        for name in names:
            if name in derived:
                columns[name] = derive(connection, known, name)
    for want in wanted:
        parts = _inputs(registry, want.name)
        if parts:
            columns[want.name] = _calculated(want, columns, parts)
    return Extract(known.keys, {name: columns[name] for name in names})


def _understand(registry: Registry, name: str) -> _Wanted:
    base, at, point = name.partition("@")
    if base not in registry.vocabulary:
        raise UnknownName("variable", name, [*registry.vocabulary, *derived_names()])
    variable = registry.vocabulary[base]
    if variable.table == "meta" or variable.kind in ("id", "text", "multi"):
        raise InputError(f"{name!r} is not a number, a category or a time, and has no column.")
    if variable.table == "observation":
        return _Wanted(name, variable, normal_point(point) if at else "pre")
    if at:
        raise InputError(f"{base!r} is recorded once and has no time point; ask for {base!r}.")
    return _Wanted(name, variable, "")


def _inputs(registry: Registry, name: str) -> tuple[str, ...]:
    """What a calculated variable is calculated from, at the same point; nothing for others."""
    base, _, point = name.partition("@")
    if base not in CALCULATED:
        return ()
    repeated = registry.vocabulary[base].table == "observation"
    return tuple(
        f"{part}@{point or 'pre'}" if repeated else part for part in CALCULATED[base].inputs
    )


def _calculated(want: _Wanted, columns: Mapping[str, Column], parts: Sequence[str]) -> Column:
    of = want.variable
    values = fill(
        of.name, columns[want.name].values, [columns[p].values for p in parts], of.low, of.high
    )
    return Column(of, values, (), want.point)


def _groups(wanted: Sequence[_Wanted]) -> dict[tuple[str, str], list[_Wanted]]:
    """What can be read together: one table, one point."""
    groups: dict[tuple[str, str], list[_Wanted]] = {}
    for want in wanted:
        groups.setdefault((want.variable.table, want.point), []).append(want)
    return groups


def _values(
    connection: Connection,
    registry: Registry,
    known: Episodes,
    group: Sequence[_Wanted],
    windows: Mapping[str, Window],
) -> list[Numbers]:
    shape = registry.shapes[group[0].variable.table]
    variables = [want.variable for want in group]
    if shape.name == "observation":
        return _at_point(connection, shape, known, variables, group[0].point, windows)
    rows, places = _in_order(connection, shape, known, variables)
    taken = []
    for variable, of in zip(variables, read_columns(known, places, rows, variables), strict=True):
        last = shape.name == "followup" or variable.when == "end"
        taken.append(_first_known(len(known.keys), places, of, last=last))
    return taken


def expressions_of(shape: Shape, variables: Sequence[Variable], dialect: str) -> list[str]:
    """SQL for every column the variables need: two for a time, one for everything else."""
    made = []
    for variable in variables:
        made.append(number(shape.by_name[variable.name], dialect))
        if variable.kind == "datetime":
            made.append(f'"{variable.name}_h"')
    return made


def _in_order(
    connection: Connection, shape: Shape, known: Episodes, variables: Sequence[Variable]
) -> tuple[Numbers, Places]:
    """Rows in order of time, told in dates or in hours, and whose each is; see `_read`.

    An unknown time comes first; rows of the same time stand as they were added.
    """
    d = connection.dialect.name
    time = next((name for name in ("start", "at") if name in shape.by_name), "")
    told = [time_number(time, d), f'"{time}_h"'] if time else []
    by = {"patient": '"root"', "episode": '"root"'}.get(shape.name, '"episode"')
    selected = [by, *told, *expressions_of(shape, variables, d)]
    sql = (
        f'SELECT {", ".join(selected)} FROM "{shape.name}" WHERE {holds(shape.name)} ORDER BY "id"'
    )
    rows, places = _placed(shape, known, numbers_of(connection, sql, len(selected)))
    if not time:
        return rows, places
    hours = known.hours_of(places, rows[:, 1], rows[:, 2])
    order = np.argsort(np.nan_to_num(hours, nan=-np.inf), kind="stable")
    return rows[order][:, 2:], places[order]


def _levels(variable: Variable) -> tuple[str, ...]:
    """The words that are categories of a variable: not "unknown", which is missing."""
    return tuple(level for level in variable.levels if level != UNKNOWN)


def _without_unknown(variable: Variable, values: Numbers) -> Numbers:
    """Places among the variable's words as places among `_levels`; NaN for "unknown"."""
    if variable.kind != "enum" or UNKNOWN not in variable.levels:
        return values
    place = variable.levels.index(UNKNOWN)
    return np.where(values == place, np.nan, values - (values > place))


def _placed(shape: Shape, known: Episodes, found: Numbers) -> tuple[Numbers, Places]:
    """Rows and the episode each belongs to; a patient's row belongs to all of the patient's."""
    if shape.name != "patient":
        return found, known.places(found[:, 0])
    order = np.argsort(found[:, 0])
    row_of = order[np.searchsorted(found[order, 0], known.patients)]
    return found[row_of], np.arange(len(known.keys))


def read_columns(
    known: Episodes, places: Places, rows: Numbers, variables: Sequence[Variable]
) -> list[Numbers]:
    """The variables' values row by row; a time as hours from time zero."""
    values, at = [], 1
    for variable in variables:
        if variable.kind == "datetime":
            values.append(known.hours_of(places, rows[:, at], rows[:, at + 1]))
            at += 2
        else:
            values.append(_without_unknown(variable, rows[:, at]))
            at += 1
    return values


def _first_known(count: int, places: Places, values: Numbers, *, last: bool = False) -> Numbers:
    """For each episode the first (or last) value that is not missing."""
    taken = np.full(count, np.nan)
    there = np.flatnonzero(~np.isnan(values))
    # Of assignments to one place the last one holds, so the preferred value goes last.
    there = there if last else there[::-1]
    taken[places[there]] = values[there]
    return taken


def _at_point(
    connection: Connection,
    shape: Shape,
    known: Episodes,
    variables: Sequence[Variable],
    point: str,
    windows: Mapping[str, Window],
) -> list[Numbers]:
    """The variables at a nominal point: named sets first, then those in its window."""
    d = connection.dialect.name
    expressions = expressions_of(shape, variables, d)
    width = 3 + len(expressions)
    begin = (
        f'SELECT "episode", {time_number("at", d)}, "at_h", {", ".join(expressions)} '
        f'FROM "observation" WHERE {holds("observation")} AND "nominal" '
    )
    rows = numbers_of(connection, f"{begin}= ?", width, [point])
    named = len(rows)
    if point in windows:
        timed = numbers_of(connection, f"{begin}IS NULL", width)
        rows = np.concatenate([rows.T, timed[_inside(known, timed, windows[point])].T], axis=1).T
    places = known.places(rows[:, 0])
    values = read_columns(known, places, rows[:, 2:], variables)
    order = _preferred(known, rows, places, named, windows.get(point))
    if order is not None:
        places, values = places[order], [of[order] for of in values]
    return [_first_known(len(known.keys), places, of) for of in values]


def _preferred(
    known: Episodes, rows: Numbers, places: Places, named: int, window: Window | None
) -> Places | None:
    """The order in which rows are asked: named ones first, then the closest to the point.

    None if no episode has two rows, so that order does not matter.
    """
    if len(places) == 0 or np.bincount(places).max() < 2:
        return None
    hours = known.hours_of(places, rows[:, 1], rows[:, 2])
    target = np.nan if window is None else window.target
    off = np.nan_to_num(np.abs(hours - target), nan=np.inf)
    number = np.arange(len(rows))
    return np.lexsort((number, off, number >= named))


def _inside(known: Episodes, timed: Numbers, window: Window) -> NDArray[np.bool_]:
    places = known.places(timed[:, 0])
    hours = known.hours_of(places, timed[:, 1], timed[:, 2])
    above = hours >= window.low if window.low_closed else hours > window.low
    below = hours <= window.high if window.high_closed else hours < window.high
    return np.asarray(above & below)

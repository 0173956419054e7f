"""Infusions: rates at a nominal point, between two times, or from one time until the next.

Where a table tells from when a rate ran (`at`), each rate runs until the next row of the same
drug (and `order`) of the episode; of the last one the end is not known. A rate of 0 is kept: not
given from then on. An empty rate says that from then on it is not known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from afterload.core.errors import BadCell
from afterload.registry.convert_cells import Lines, bad_cells, lost_fixes
from afterload.registry.convert_dates import day_alone
from afterload.registry.convert_events import Read
from afterload.registry.convert_fragment import ROW, Fragment, beside
from afterload.registry.convert_keys import Keyed
from afterload.registry.convert_numbers import as_held, nothing, plain
from afterload.registry.convert_rates import Rates, read_rates, read_weights
from afterload.registry.convert_tally import Tally
from afterload.registry.convert_times import nominal, timed
from afterload.registry.mapping import CellRules, Infusion, Long, TableMap, When

ORDER = "\x1forder"
"""Which infusion of a drug a row belongs to."""

_TWO_RATES = "{where} gives another rate of {drug} for the same time. Correct one of them{hint}."
_HINT = ", or say with order = which infusion each row belongs to"
_NO_START = "A rate needs the time from which it ran."


@dataclass(frozen=True, slots=True)
class _Part:
    """The rows of a sheet that are one infusion, and how their times are told.

    Args:
        rows: The rows.
        infusion: What they are.
        name: The column, or the word of a long table, that stands for it.
        value: The column with the rates.
        units, order: What each row tells of its unit, and of which infusion it belongs to.
        at, start, stop, point: What tells its times.
        rules: How its times are read.
        is_long: Whether each row names the drug.
    """

    rows: Keyed
    infusion: Infusion
    name: str
    value: str
    units: pl.Series | None = None
    order: pl.Series | None = None
    at: When | None = None
    start: When | None = None
    stop: When | None = None
    point: str = ""
    rules: CellRules = field(default_factory=CellRules)
    is_long: bool = False


@dataclass(slots=True)
class _Found:
    """What is gathered of all infusions of a sheet."""

    fragments: list[Fragment]
    bad: list[BadCell]
    tallies: list[Tally]
    notes: list[str]

    def read(self) -> Read:
        """As the other kinds of column are told."""
        return tuple(self.fragments), tuple(self.bad), tuple(self.tallies), tuple(self.notes)


def read_infusions(rows: Keyed, table: TableMap) -> Read:
    """Read every column of a sheet that is the rate of an infusion."""
    found = _Found([], [], [], [])
    for one in table.infusions:
        at, point = (None, "") if one.point or one.start else (table.at, table.point)
        part = _Part(
            rows, one, one.column, one.column, at=at, start=one.start, stop=one.stop, point=point,
            rules=one.rules,
        )  # fmt: skip
        found.bad += lost_fixes(one.column, one.fix, rows.lines)
        _add(found, part, table)
    return found.read()


def read_long_infusions(rows: Keyed, table: TableMap, long: Long) -> Read:
    """Read the rows of a long table that are infusions."""
    found = _Found([], [], [], [])
    word = plain(rows.columns[long.variable])
    for name, one in long.infusions.items():
        keep = (word == name).fill_null(False)
        if not keep.any():
            continue
        some = _some(rows, keep)
        units = plain(some.columns[long.unit]) if long.unit else None
        order = plain(some.columns[long.order]) if long.order else None
        part = _Part(
            some, replace(one, column=long.value), name, long.value, units, order, long.at,
            long.start, long.stop, long.point, one.rules, is_long=True,
        )  # fmt: skip
        found.bad += lost_fixes(name, one.fix, some.lines)
        _add(found, part, table)
    return found.read()


def _some(rows: Keyed, keep: pl.Series) -> Keyed:
    """Some rows of a sheet."""
    assert rows.episode is not None
    return replace(
        rows,
        columns={name: column.filter(keep) for name, column in rows.columns.items()},
        lines=rows.lines.filter(keep),
        patient=rows.patient.filter(keep),
        episode=rows.episode.filter(keep),
        bad=(),
    )


def _add(found: _Found, part: _Part, table: TableMap) -> None:
    """Read one infusion and gather what it gives."""
    rows, one = part.rows, part.infusion
    weights: pl.Series | None = None
    bad: list[BadCell] = []
    if one.weight:
        weights, bad = read_weights(rows, table, one)
    rates = read_rates(rows.columns[part.value], part.units, weights, one, rows.lines)
    frame, times_bad = _placed(part, rates)
    found.bad += [*bad, *rates.cells.bad, *times_bad]
    name = f"infusion {one.drug}" + (f"@{one.point}" if one.point else "")
    found.tallies.append(
        Tally(
            rows.lines.where, part.name, name, unit=", ".join(rates.told),
            values=frame.height - frame["rate"].null_count(), blanked=rates.cells.blanked,
            fixed=rates.cells.fixed, soft=int(rates.cells.accepted.sum()),
        )
    )  # fmt: skip
    if rates.unweighed:
        found.notes.append(
            f"infusion {one.drug} ({part.name!r}): {rates.unweighed} kept per time, not per kg: "
            "the weight is missing"
        )
    named = {"rate": part.value}
    found.fragments.append(Fragment("infusion", frame, rows.lines.where, (), named))


def _placed(part: _Part, rates: Rates) -> tuple[pl.DataFrame, list[BadCell]]:
    """The rows of one infusion with their times, and what is wrong with these."""
    rows, one = part.rows, part.infusion
    assert rows.episode is not None
    n = len(rows.lines.rows)
    order = nothing(n) if part.order is None else part.order
    frame = pl.DataFrame(
        [
            rows.episode.alias("episode"),
            pl.Series("drug", [one.drug]).new_from_index(0, n),
            *beside("rate", rates.cells, rows.lines),
            rates.unit.set(rates.cells.values.is_null(), None).alias("unit"),
            rows.lines.rows.alias(ROW),
            order.alias(ORDER),
        ]
    )
    if one.point or part.point:
        frame, bad = _at_point(frame, part)
    elif part.start:
        frame, bad = _between(frame, part)
    else:
        frame, bad = _from_then_on(frame, part)
    return frame.drop(ORDER), bad


def _at_point(frame: pl.DataFrame, part: _Part) -> tuple[pl.DataFrame, list[BadCell]]:
    """Rates at a nominal point: of the whole column, or told by another one."""
    points = pl.Series("nominal", [part.infusion.point]).new_from_index(0, frame.height)
    bad: tuple[BadCell, ...] = ()
    if part.point:
        points, bad = nominal(part.rows, part.point, part.rules)
    frame = frame.with_columns(points).filter(pl.col("rate").is_not_null())
    frame, twice = _once(frame, ("nominal",), part)
    return frame, [*bad, *twice]


def _between(frame: pl.DataFrame, part: _Part) -> tuple[pl.DataFrame, list[BadCell]]:
    """Rates from a start to a stop."""
    assert part.start is not None
    bad: list[BadCell] = []
    given = frame["rate"].is_not_null()
    for name, when in (("start", part.start), ("stop", part.stop)):
        if when is None:
            continue
        times, why = timed(part.rows, when, part.rules, name)
        told = times[0].is_not_null() | times[1].is_not_null()
        if name == "start":
            given = given | told if part.is_long else given
            missing = nothing(len(why)).set(given & ~told & why.is_null(), _NO_START)
            why = why.fill_null(missing)
        if part.rules.bad == "missing":
            given = given & told if name == "start" else given
        else:
            bad += _told(when.column, why.set(~given, None), part)
        frame = frame.with_columns(*times)
    frame = frame.filter(given)
    if "stop" in frame.columns:
        stop = frame["stop"].cast(pl.Datetime("us"))
        moved = day_alone(stop, frame["start"])
        frame = frame.with_columns(stop.zip_with(~moved, frame["start"]).alias("stop"))
        bad += _reversed(frame, part)
    return frame, bad


def _reversed(frame: pl.DataFrame, part: _Part) -> list[BadCell]:
    """Infusions that stop before they start."""
    assert part.stop is not None
    back = [(pl.col(f"stop{h}") < pl.col(f"start{h}")).fill_null(False) for h in ("", "_h")]
    wrong = frame.filter(pl.any_horizontal(back))[ROW]
    lines = part.rows.lines
    text = nothing(len(lines.rows)).set(
        lines.rows.is_in(wrong.implode()), "The infusion would stop before it starts."
    )
    return _told(part.stop.column, text, part)


def _from_then_on(frame: pl.DataFrame, part: _Part) -> tuple[pl.DataFrame, list[BadCell]]:
    """Rates that run from a time until the next one of the same infusion."""
    assert part.at is not None
    times, why = timed(part.rows, part.at, part.rules, "start")
    told = times[0].is_not_null() | times[1].is_not_null()
    given = frame["rate"].is_not_null()
    bad: list[BadCell] = []
    if part.rules.bad != "missing":
        missing = nothing(len(why)).set(given & ~told & why.is_null(), _NO_START)
        bad = _told(part.at.column, why.fill_null(missing).set(~given, None), part)
    name = "start" if part.at.unit == "date" else "start_h"
    frame = frame.with_columns(*times).filter(told)
    frame, twice = _once(frame, (name,), part)
    frame = frame.sort(name, maintain_order=True).with_columns(
        pl.col("start", "start_h").shift(-1).over("episode", ORDER).name.replace("start", "stop")
    )
    frame = frame.sort(ROW).filter(pl.col("rate").is_not_null())
    return frame, [*bad, *twice]


def _once(
    frame: pl.DataFrame, time: Sequence[str], part: _Part
) -> tuple[pl.DataFrame, list[BadCell]]:
    """One rate for each time of an infusion; two that differ are told."""
    same = ["episode", ORDER, *time]
    known = frame.filter(pl.col("rate").is_not_null())
    first = known.unique(same, maintain_order=True).select(*same, rate_1="rate", row_1=ROW)
    both = known.join(first, on=same, nulls_equal=True, maintain_order="left")
    lines, held = part.rows.lines, as_held(part.rows.columns[part.value])
    cells = dict(zip(lines.rows.to_list(), held.to_list(), strict=True))
    hint = _HINT if part.is_long and part.order is None and not part.point else ""
    bad = []
    for row, other in both.filter(pl.col("rate") != pl.col("rate_1")).select(ROW, "row_1").rows():
        text = _TWO_RATES.format(where=f"Row {other}", drug=part.infusion.drug, hint=hint)
        bad.append(BadCell(lines.where, row, part.value, cells.get(row) or "", text))
    silent = frame.filter(pl.col("rate").is_null()).join(
        known, on=same, how="anti", nulls_equal=True
    )
    kept = known.unique(same, keep="first", maintain_order=True)
    return pl.concat([kept, silent.unique(same, maintain_order=True)]).sort(ROW), bad


def _told(column: str, why: pl.Series, part: _Part) -> list[BadCell]:
    lines: Lines = part.rows.lines
    return list(bad_cells(column, as_held(part.rows.columns[column]), why, lines))

"""Columns that tell whether a device ran, a complication happened, or what was decided.

A complication is said not to have happened where every column of its kind says no. Columns that
narrow the kind down (`set`) cannot say so by themselves, nor can sheets with several times per
episode, whose no is of that time alone. An empty cell says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from afterload.core.errors import BadCell
from afterload.registry.convert_cells import bad_cells, lost_fixes, of_fix, words
from afterload.registry.convert_choices import flags
from afterload.registry.convert_dates import day_alone
from afterload.registry.convert_devices import Told, against, answers, remarks, started, with_empty
from afterload.registry.convert_fragment import COLUMN, ROW, Fragment
from afterload.registry.convert_keys import Keyed
from afterload.registry.convert_numbers import as_held, nothing, numbers
from afterload.registry.convert_tally import Tally
from afterload.registry.convert_times import timed
from afterload.registry.mapping import HOURS, Event, TableMap

Read = tuple[tuple[Fragment, ...], tuple[BadCell, ...], tuple[Tally, ...], tuple[str, ...]]


def read_events(rows: Keyed, table: TableMap) -> Read:
    """Read every device, complication and decision column of a sheet."""
    fragments: list[Fragment] = []
    bad: list[BadCell] = []
    tallies: list[Tally] = []
    notes: list[str] = []
    denied: dict[str, list[tuple[Event, pl.Series]]] = {}
    every = [(event, _told(rows, event)) for event in table.events]
    taken = _times_taken(rows, table, every)
    for event, told in every:
        fragment, wrong, blanked = _event(rows, event, told, taken)
        bad += wrong
        fragments.append(fragment)
        name = f"{event.table} {event.kind}".strip()
        n = fragment.frame.height
        if event.table == "complication":
            n += int(told.no.sum())
            if event.holds == "flag":
                denied.setdefault(event.kind, []).append((event, told.no))
        tallies.append(Tally(rows.lines.where, event.column, name, values=n, blanked=blanked))
        if event.table == "device":
            notes += remarks(event, table, told, fragment.frame)
    if devices := [(event, told) for event, told in every if event.table == "device"]:
        absent, more = answers(rows, table, devices)
        fragments += absent
        notes += more
    for kind, of_kind in denied.items():
        absences, note = _absences(rows, table, kind, of_kind)
        fragments += absences
        notes += note
    return tuple(fragments), tuple(bad), tuple(tallies), tuple(notes)


def _absences(
    rows: Keyed, table: TableMap, kind: str, told: Sequence[tuple[Event, pl.Series]]
) -> tuple[list[Fragment], list[str]]:
    """The episodes that are said not to have had a complication, and what to know of it."""
    says_no = told[0][1]
    for _, no in told[1:]:
        says_no = says_no & no
    if not says_no.any():
        return [], []
    columns = ", ".join(repr(event.column) for event, _ in told)
    begin = f"complication {kind} ({columns}): a no rules nothing out, "
    if table.at or table.point:
        return [], [begin + "because the sheet has several times per episode"]
    whole = [event for event, _ in told if not event.constants]
    if not whole:
        return [], [begin + "because set narrows the kind down"]
    assert rows.episode is not None
    episode = rows.episode.filter(says_no).alias("episode")
    frame = pl.DataFrame([episode, rows.lines.rows.filter(says_no).alias(ROW)]).with_columns(
        pl.lit(kind).alias("kind"),
        pl.lit(False).alias("occurred"),
        pl.lit(whole[0].column).alias(COLUMN),
    )
    keys = ("episode", "kind", "occurred")
    return [Fragment("complication", frame, rows.lines.where, keys)], []


def _times_taken(
    rows: Keyed, table: TableMap, every: Sequence[tuple[Event, Told]]
) -> dict[str, pl.Series]:
    """By column of a time, whether something that happened has it, or it is also something else."""
    no = pl.Series("taken", [False]).new_from_index(0, len(rows.lines.rows))
    taken: dict[str, pl.Series] = {}
    for event, told in every:
        for when in (event.start, event.stop):
            if when:
                taken[when.column] = taken.get(when.column, no) | told.kind.is_not_null()
    also = {table.t0, *(spec.column for spec in table.specs)}
    return {name: ~no if name in also else of for name, of in taken.items()}


def _event(
    rows: Keyed, event: Event, told: Told, taken: Mapping[str, pl.Series]
) -> tuple[Fragment, list[BadCell], int]:
    """The rows of one column, the cells that are wrong, and how many count as missing."""
    kind, hours, why = told.kind, told.hours, told.why
    kind = kind.set(why.is_not_null(), None)
    bad, blanked = _wrong(rows, event, event.column, why)
    bad += lost_fixes(event.column, event.fix, rows.lines)
    assert rows.episode is not None
    columns = [rows.episode.alias("episode"), kind.alias("kind"), rows.lines.rows.alias(ROW)]
    start = "start" if event.table == "device" else "at"
    for name, when in ((start, event.start), ("stop", event.stop)):
        if when:
            found, why = timed(rows, when, event.rules, name)
            happened = kind.is_not_null()
            if event.table == "complication":
                timeless = found[0].is_null() & found[1].is_null()
                text = f"{event.column!r} says that it did not happen, and this says when it did."
                why = why.fill_null(nothing(len(why)).set(told.no & ~timeless, text))
            if event.table == "device":
                why = why.fill_null(against(event, when, found, told, taken[when.column]))
            columns += [column.set(~happened, None) for column in found]
            more, count = _wrong(rows, event, when.column, why)
            bad, blanked = bad + more, blanked + count
    frame = pl.DataFrame(columns)
    if event.table == "device":
        frame = _lasting(started(frame), hours)
    if {"start", "stop"} <= set(frame.columns):
        moved = day_alone(frame["stop"], frame["start"])
        stop = frame["stop"].cast(pl.Datetime("us"))
        frame = frame.with_columns(stop.zip_with(~moved, frame["start"]).alias("stop"))
    frame = frame.with_columns(pl.lit(v).alias(n) for n, v in event.constants.items())
    for name, column in event.texts.items():
        said = words(rows.columns[column], event.rules, {}, rows.lines).text
        frame = frame.with_columns(said.alias(name))
    frame = frame.filter(pl.col("kind").is_not_null())
    if event.table == "device":
        frame = frame.with_columns(pl.lit(event.column).alias(COLUMN))
    if event.table == "complication":
        frame = frame.with_columns(
            pl.lit(True).alias("occurred"), pl.lit(event.column).alias(COLUMN)
        )
    bad += _reversed(frame, event, rows)
    named = {"kind": event.column}
    named |= {name: when.column for name, when in ((start, event.start), ("stop", event.stop))
              if when}  # fmt: skip
    made = Fragment(event.table, frame, rows.lines.where, (), named)
    return made, bad, blanked


def _wrong(rows: Keyed, event: Event, column: str, why: pl.Series) -> tuple[list[BadCell], int]:
    """The cells of a column that cannot be, or how many there are when they count as missing."""
    if event.rules.bad == "missing":
        return [], len(why) - why.null_count()
    return list(bad_cells(column, as_held(rows.columns[column]), why, rows.lines)), 0


def _told(rows: Keyed, event: Event) -> Told:
    """What a column tells, with the fixes of the map put in."""
    found = words(rows.columns[event.column], event.rules, event.fix, rows.lines)
    told = _read(found.text, event)
    why = of_fix(told.why, found, "is wrong")
    return with_empty(Told(told.kind, told.no, told.hours, why), rows, event)


def _read(text: pl.Series, event: Event) -> Told:
    if event.holds in ("days", "hours"):
        number, why = numbers(text, event.rules.decimal)
        negative = (number < 0).fill_null(False)
        why = why.fill_null(nothing(len(text)).set(negative, "A duration is not negative."))
        hours = number * HOURS[event.holds]
        ran = (hours > 0).fill_null(False)
        return Told(_kinds(event.kind, ran), (hours == 0).fill_null(False), hours, why)
    yes, why = flags(text, event.codes)
    no = (~yes).fill_null(False)
    if event.holds == "flag":
        return Told(_kinds(event.kind, yes.fill_null(False)), no, None, why)
    table = {w.casefold(): v for w, v in event.codes.items() if isinstance(v, str)}
    kind = text.str.to_lowercase().replace_strict(table, default=None, return_dtype=pl.String)
    return Told(kind, no, None, why)


def _kinds(kind: str, ran: pl.Series) -> pl.Series:
    return pl.Series("kind", [kind]).new_from_index(0, len(ran)).set(~ran, None)


def _lasting(frame: pl.DataFrame, hours: pl.Series | None) -> pl.DataFrame:
    """Put in what the column itself tells: for how long the device ran."""
    if hours is None:
        return frame
    frame = frame.with_columns(hours.alias("\x1fhours"))
    lasts = pl.duration(microseconds=(pl.col("\x1fhours") * 3.6e9).round().cast(pl.Int64))
    made = []
    if "start_h" in frame.columns:
        made.append((pl.col("start_h") + pl.col("\x1fhours")).alias("stop_h"))
    if "start" in frame.columns:
        made.append((pl.col("start") + lasts).alias("stop"))
    return frame.with_columns(made).drop("\x1fhours")


def _reversed(frame: pl.DataFrame, event: Event, rows: Keyed) -> list[BadCell]:
    """The devices that stop before they start."""
    if event.stop is None:
        return []
    bad = []
    for start, stop in (("start", "stop"), ("start_h", "stop_h")):
        if start in frame.columns and stop in frame.columns:
            wrong = frame.filter((pl.col(stop) < pl.col(start)).fill_null(False))
            cells = rows.lines.rows.is_in(wrong[ROW].to_list())
            raw = as_held(rows.columns[event.stop.column]).filter(cells)
            for row, held in zip(wrong[ROW], raw, strict=True):
                text = "The device would stop before it starts."
                bad.append(BadCell(rows.lines.where, row, event.stop.column, held or "", text))
    return bad

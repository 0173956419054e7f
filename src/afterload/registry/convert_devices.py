"""What a sheet says of devices beyond their intervals: none at all, no start, no stop, nothing.

An empty cell is no answer: it says neither that the device ran nor that it did not, unless the map
says so (`empty = "no"`). An episode has had no device only where every device column says no.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from afterload.core.errors import BadCell
from afterload.registry.convert_fragment import COLUMN, ENTERED, FILE, ROW, Fragment, Held
from afterload.registry.convert_keys import Keyed
from afterload.registry.convert_numbers import nothing, plain
from afterload.registry.mapping import Event, TableMap, When
from afterload.registry.shape import TAKEN_AS_T0

ANSWERS = "\x1fno device"
"""The pieces that tell, row by row, whether every device column says no; never a registry table."""

LONGEST_D, LONG_D = 365 * 20, 180
"""Support longer than this many days is refused, and told to be checked (our choice)."""

_MOST = 5


@dataclass(frozen=True, slots=True)
class Told:
    """What a column tells, row by row.

    Args:
        kind: What happened; null if nothing did, or nobody tells.
        no: Whether it is said not to have happened.
        hours: For how long it ran; None if the column does not tell.
        why: What is wrong with the cell.
    """

    kind: pl.Series
    no: pl.Series
    hours: pl.Series | None
    why: pl.Series


def with_empty(told: Told, rows: Keyed, event: Event) -> Told:
    """What a column tells when its empty cells mean no, as the map says."""
    if event.empty != "no":
        return told
    cells = plain(rows.columns[event.column])
    empty = (cells.is_null() | (cells == "").fill_null(False)) & told.why.is_null()
    no = told.no | (empty & told.kind.is_null())
    return Told(told.kind, no, told.hours, told.why)


def against(
    event: Event, when: When, found: Sequence[pl.Series], told: Told, others: pl.Series
) -> pl.Series:
    """Why a time of a device cannot stand beside a no, or beside an empty cell.

    Args:
        event: The column of the device.
        when: Where the time stands.
        found: The time as it was read: a date, and hours from t0.
        told: What the device's column tells.
        others: Whether another column says that the time is that of something else.
    """
    at, hours = found
    timed = at.is_not_null() | (hours != 0 if when.unit != "date" else hours.is_not_null())
    timed = timed.fill_null(False) & told.kind.is_null() & told.why.is_null() & ~others
    no = f"{event.column!r} says that it did not run, and this says when it did."
    empty = f"{event.column!r} does not say whether it ran, and this says when it did."
    return nothing(len(timed)).set(timed & told.no, no).set(timed & ~told.no, empty)


def started(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows of a device's column; devices without a start begin at t0, marked so."""
    for name, kind in (("start", pl.Datetime("us")), ("start_h", pl.Float64())):
        if name not in frame.columns:
            frame = frame.with_columns(pl.lit(None, kind).alias(name))
    ran = pl.col("kind").is_not_null()
    untold = pl.col("start").is_null() & pl.col("start_h").is_null() & ran
    if frame.select(untold.any()).item():
        frame = frame.with_columns(
            pl.when(untold).then(0.0).otherwise(pl.col("start_h")).alias("start_h"),
            pl.when(untold).then(pl.lit(TAKEN_AS_T0)).alias("start_h" + ENTERED),
        )
    return frame.drop(n for n in ("start", "start_h") if frame[n].null_count() == frame.height)


def remarks(event: Event, table: TableMap, told: Told, frame: pl.DataFrame) -> list[str]:
    """What to know of a device's column: no starts, no stops, empty cells, very long support.

    Args:
        event: The column.
        table: Its sheet, as the map has it.
        told: What the column tells.
        frame: The rows it makes.
    """
    begin = f"device {event.kind}".strip() + f" ({event.column!r})"
    notes = []
    if frame.height and not event.start:
        notes.append(f"{begin}: its start is taken as t0; the map tells none")
    elif frame.height and "start_h" + ENTERED in frame.columns:
        assert event.start is not None
        untold = frame.filter(pl.col("start_h" + ENTERED).is_not_null())
        notes.append(
            f"{begin}: {_of(untold, frame)} no start in {event.start.column!r}, which is taken as "
            f"t0 ({_keys(untold)})"
        )
    if frame.height and event.stop:
        known = [pl.col(n).is_not_null() for n in ("stop", "stop_h") if n in frame.columns]
        open_ended = frame.filter(~pl.any_horizontal(known))
        if open_ended.height:
            notes.append(
                f"{begin}: {_of(open_ended, frame)} no stop in {event.stop.column!r}, so that its "
                f"duration is not known ({_keys(open_ended)})"
            )
    silent = told.kind.is_null() & ~told.no & told.why.is_null()
    if silent.any() and not (table.at or table.point):
        cells = "1 cell records" if silent.sum() == 1 else f"{silent.sum():,} cells record"
        hint = "" if event.empty else '; if an empty cell means no, write empty = "no"'
        notes.append(f"{begin}: {cells} neither a yes nor a no{hint}")
    return notes


def _of(some: pl.DataFrame, whole: pl.DataFrame) -> str:
    return f"{some.height:,} of {whole.height:,} {'has' if some.height == 1 else 'have'}"


def _keys(frame: pl.DataFrame) -> str:
    keys = frame["episode"].head(_MOST).to_list()
    more = f" and {frame.height - _MOST} more" if frame.height > _MOST else ""
    return ", ".join(keys) + more


def answers(
    rows: Keyed, table: TableMap, told: Sequence[tuple[Event, Told]]
) -> tuple[list[Fragment], list[str]]:
    """Which rows say no to every device of the sheet, and what to know of it.

    In a sheet with several times per episode, the no of one time rules nothing out.
    """
    assert rows.episode is not None
    no = pl.Series("no", [True]).new_from_index(0, len(rows.episode))
    for _, one in told:
        no = no & one.no & one.why.is_null()
    if table.at or table.point:
        note = "device: a no rules nothing out, because the sheet has several times per episode"
        return [], [note] if no.any() else []
    patient = rows.patient.alias("patient")
    frame = pl.DataFrame([rows.episode.alias("key"), patient, rows.lines.rows.alias(ROW), no])
    return [Fragment(ANSWERS, frame, rows.lines.where)], []


def without_device(fragments: Sequence[Fragment], had: Collection[str]) -> list[Fragment]:
    """The episodes that are said to have had no device: every column of every sheet says no.

    Args:
        fragments: All pieces of an import.
        had: The episodes with a device, in this import or recorded already.
    """
    mine = [f for f in fragments if f.table == ANSWERS]
    if not mine:
        return []
    frames = [f.frame.with_columns(pl.lit(f.file).alias(FILE)) for f in mine]
    frame = (
        pl.concat(frames)
        .group_by("key", maintain_order=True)
        .agg(pl.col("patient", ROW, FILE).first(), pl.col("no").all())
        .filter(pl.col("no") & ~pl.col("key").is_in(list(had)))
        .select("key", "patient", ROW, FILE, pl.lit(True).alias("no_device"))
    )
    made = []
    for file, part in frame.group_by(FILE, maintain_order=True):
        made.append(Fragment("episode", part.drop(FILE), str(file[0]), ("key",)))
    return made


def impossible(frames: Mapping[str, pl.DataFrame], held: Held) -> list[BadCell]:
    """Devices that stop before the time zero they are taken to start at, or run for decades."""
    devices, episodes = frames.get("device"), frames.get("episode")
    if devices is None or COLUMN not in devices.columns:
        return []
    none = {"start": pl.Datetime("us"), "stop": pl.Datetime("us")}
    hours = {"start_h": pl.Float64(), "stop_h": pl.Float64()}
    absent = {n: t for n, t in (none | hours).items() if n not in devices.columns}
    devices = devices.with_columns(pl.lit(None, t).alias(n) for n, t in absent.items())
    zero = pl.lit(None, pl.Datetime("us")).alias("zero")
    if episodes is not None and "t0" in episodes.columns:
        told = episodes.select(pl.col("key").alias("episode"), pl.col("t0").alias("zero"))
        devices = devices.join(told.unique("episode"), on="episode", how="left")
    else:
        devices = devices.with_columns(zero)
    start = pl.coalesce("start", pl.col("zero") + pl.duration(seconds=3600 * pl.col("start_h")))
    stop = pl.coalesce("stop", pl.col("zero") + pl.duration(seconds=3600 * pl.col("stop_h")))
    days = pl.coalesce(
        (stop - start).dt.total_seconds() / 86_400, (pl.col("stop_h") - pl.col("start_h")) / 24
    )
    day_alone = pl.col("stop") == pl.col("stop").dt.truncate("1d")
    lasts = devices.with_columns(days.alias("days"), day_alone.fill_null(False).alias("day_alone"))
    wrong = lasts.filter((pl.col("days") < 0) | (pl.col("days") > LONGEST_D))
    bad = []
    for row in wrong.iter_rows(named=True):
        if row["days"] < 0 and (row["start_h"] is None or row["stop"] is None):
            continue  # told by `convert_events` already
        if row["day_alone"] and -1 < row["days"] < 0:
            continue
        text = "The device would stop before it starts."
        if row["days"] > 0:
            text = f"The device would run for {row['days']:,.0f} days. Check its start and stop."
        elif row["start_h"] == 0:
            text = (
                f"The device would stop ({row['stop']:%Y-%m-%d %H:%M}) before time zero, where it "
                "is taken to start."
            )
        cell = held(row[FILE], row[ROW], row[COLUMN])
        bad.append(BadCell(row[FILE], row[ROW], row[COLUMN], cell, text))
    return bad


def lengthy(frames: Mapping[str, pl.DataFrame]) -> tuple[str, ...]:
    """What to tell of support that lasts longer than half a year."""
    devices = frames.get("device")
    if devices is None:
        return ()
    parts = []
    if {"start", "stop"} <= set(devices.columns):
        parts.append((pl.col("stop") - pl.col("start")).dt.total_seconds() / 86_400)
    if {"start_h", "stop_h"} <= set(devices.columns):
        parts.append((pl.col("stop_h") - pl.col("start_h")) / 24)
    if not parts:
        return ()
    long = devices.with_columns(pl.coalesce(parts).alias("days")).filter(pl.col("days") > LONG_D)
    return tuple(
        f"device {kind} of {episode} lasts {days:,.0f} days; check its start and its stop"
        for kind, episode, days in long.select("kind", "episode", "days").head(_MOST).iter_rows()
    )

"""The last step of a conversion: pieces of registry tables become whole rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from afterload.core.errors import BadCell
from afterload.registry.batch import Rows
from afterload.registry.convert_dates import day_alone
from afterload.registry.convert_devices import impossible, lengthy, without_device
from afterload.registry.convert_fragment import (
    ACCEPTED,
    COLUMN,
    FILE,
    ROW,
    Fragment,
    Held,
    merged,
    own_columns,
    rows_of,
    unknown_cell,
)
from afterload.registry.convert_numbers import plain
from afterload.registry.convert_untimed import untimed
from afterload.registry.guard import ORDERS

_ORDER = ("patient", "episode", "run", "device", "observation", "infusion", "complication",
          "decision", "outcome", "followup")  # fmt: skip
_LINKS = frozenset(("key", "patient", "episode", "run", "nominal", "at", "at_h", "occurred"))


@dataclass(frozen=True, slots=True)
class Finished:
    """Rows for every registry table, how many, how many values they hold, and what to know."""

    rows: tuple[Rows, ...]
    counts: Mapping[str, int]
    values: Mapping[str, int]
    notes: tuple[str, ...] = ()


def finished(
    fragments: Sequence[Fragment],
    timed: Collection[str] = (),
    held: Held = unknown_cell,
    supported: Collection[str] = (),
) -> tuple[Finished, list[BadCell]]:
    """Put pieces together into rows; rows that contradict each other are told.

    Args:
        fragments: The pieces.
        timed: The episodes whose time zero is known already.
        held: What a cell of a sheet holds, for errors.
        supported: The episodes with devices recorded already.
    """
    bad: list[BadCell] = []
    frames: dict[str, pl.DataFrame] = {}
    devices = [f for f in fragments if f.table == "device" and f.frame.height]
    had = {key for f in devices for key in f.frame["episode"].to_list()} | set(supported)
    fragments = [*fragments, *without_device(fragments, had)]
    for table in _ORDER:
        mine = [f for f in fragments if f.table == table and f.frame.height]
        parts = []
        for keys in dict.fromkeys(f.keys for f in mine):
            frame, conflicts = merged([f for f in mine if f.keys == keys], held)
            parts.append(frame)
            bad += conflicts
        if parts:
            frames[table] = pl.concat(parts, how="diagonal_relaxed") if parts[1:] else parts[0]
    frames, notes = _same_day(frames)
    bad += _out_of_order(frames, fragments, held)
    bad += impossible(frames, held)
    bad += _two_answers(frames, held)
    if bad:
        return Finished((), {}, {}), bad
    if "device" in frames and "run" in frames:
        frames["device"] = _on_run(frames["device"], frames["run"])
    if asked := _queries(frames):
        frames["query"] = asked[0]
    rows = tuple(rows_of(table, frame) for table, frame in frames.items())
    counts = {table: frame.height for table, frame in frames.items()}
    values = {table: _count(frame) for table, frame in frames.items() if table != "query"}
    notes = (*notes, *_answers(frames), *lengthy(frames), *untimed(frames, timed))
    return Finished(rows, counts, values, notes), []


def _same_day(
    frames: Mapping[str, pl.DataFrame],
) -> tuple[dict[str, pl.DataFrame], tuple[str, ...]]:
    """Outcomes whose day alone is known, on the day of what they follow, are taken to follow it.

    A death on 1 March does not come before a first flow on 1 March at 8:00.
    """
    made, notes = dict(frames), []
    if not {"episode", "outcome"} <= set(frames):
        return made, ()
    for order in ORDERS:
        episode, outcome = made["episode"], made["outcome"]
        if order.early not in episode.columns or order.late not in outcome.columns:
            continue
        early = dict(zip(episode["key"].to_list(), episode[order.early].to_list(), strict=True))
        first = outcome["episode"].replace_strict(
            early, default=None, return_dtype=pl.Datetime("us")
        )
        moved = day_alone(outcome[order.late], first)
        if count := int(moved.sum()):
            late = outcome[order.late].zip_with(~moved, first).alias(order.late)
            made["outcome"] = outcome.with_columns(late)
            notes.append(
                f"{order.late}: {count} without a time of day on the day of {order.early} "
                "are taken as that time"
            )
    return made, tuple(notes)


def _out_of_order(
    frames: Mapping[str, pl.DataFrame], fragments: Sequence[Fragment], held: Held
) -> list[BadCell]:
    """Times of outcomes that come before a time of their episode they cannot come before."""
    if not {"episode", "outcome"} <= set(frames):
        return []
    episode, outcome = frames["episode"], frames["outcome"]
    columns = {name: column for f in fragments for name, column in f.columns.items()}
    bad = []
    for order in ORDERS:
        if order.early not in episode.columns or order.late not in outcome.columns:
            continue
        earlier = episode.select(pl.col("key").alias("episode"), pl.col(order.early))
        both = outcome.select("episode", order.late, ROW, FILE).join(earlier, on="episode")
        wrong = both.filter(pl.col(order.late) < pl.col(order.early))
        for _, late, row, file, early in wrong.iter_rows():
            column = columns.get(order.late, order.late)
            text = f"{order.sentence[:-1]} ({early:%Y-%m-%d %H:%M}). Check the two times."
            cell = held(file, row, column) or f"{late:%Y-%m-%d %H:%M}"
            bad.append(BadCell(file, row, column, cell, text))
    return bad


def _two_answers(frames: Mapping[str, pl.DataFrame], held: Held) -> list[BadCell]:
    """Cells that say a complication did not happen where another one says that it did."""
    told = frames.get("complication")
    if told is None or told["occurred"].all() or not told["occurred"].any():
        return []
    same = ["episode", "kind"]
    named = {"file": FILE, "row": ROW, "column": COLUMN}
    had = told.filter(pl.col("occurred")).unique(same, maintain_order=True)
    had = had.select(*same, **{name: pl.col(of) for name, of in named.items()})
    bad = []
    for no in told.filter(~pl.col("occurred")).join(had, on=same).iter_rows(named=True):
        where = "" if no["file"] == no[FILE] else f" of {no['file']}"
        allowed = (
            f"Row {no['row']}{where}, column {no['column']!r}, says that the episode "
            f"{no['episode']} had {no['kind']}. Correct one of them."
        )
        cell = held(no[FILE], no[ROW], no[COLUMN])
        bad.append(BadCell(no[FILE], no[ROW], no[COLUMN], cell, allowed))
    return bad


def _answers(frames: Mapping[str, pl.DataFrame]) -> tuple[str, ...]:
    """How many complications happened and how many are said not to have."""
    told = frames.get("complication")
    absent = 0 if told is None else int((~told["occurred"]).sum())
    if told is None or not absent:
        return ()
    events = told.height - absent
    words = "1 event" if events == 1 else f"{events:,} events"
    return (f"complication: {words}, {absent:,} said not to have occurred",)


def _count(frame: pl.DataFrame) -> int:
    names = [name for name in own_columns(frame) if name not in _LINKS]
    return sum(frame.height - frame[name].null_count() for name in names)


def _on_run(devices: pl.DataFrame, runs: pl.DataFrame) -> pl.DataFrame:
    """Hang the devices of an episode on the run the same sheet tells of."""
    links = runs.select("episode", pl.col("key").alias("run")).unique("episode")
    return devices.join(links, on="episode", how="left", maintain_order="left")


def _queries(frames: Mapping[str, pl.DataFrame]) -> list[pl.DataFrame]:
    """An open question for every value let through outside its usual range."""
    asked = []
    for table, frame in frames.items():
        for name in frame.columns:
            if name.endswith(ACCEPTED):
                asked.append(_asked(table, frame, name.removesuffix(ACCEPTED)))
    return [pl.concat(asked, how="diagonal_relaxed")] if asked else []


def _asked(table: str, frame: pl.DataFrame, name: str) -> pl.DataFrame:
    rows = frame.filter(pl.col(name + ACCEPTED).is_not_null())
    episode = {"episode": "key", "patient": ""}.get(table, "episode")
    point = pl.col("nominal") if "nominal" in rows.columns else pl.lit(None, pl.String)
    at = pl.when(point.is_not_null()).then(pl.lit(" at ") + point).otherwise(pl.lit(""))
    of = pl.col("drug") + pl.lit(", ") if "drug" in rows.columns else pl.lit("")
    value = of + pl.lit(f"{name} = ") + plain(rows[name])
    question = value + at + pl.lit(" is unusual (") + pl.col(name + ACCEPTED)
    return rows.select(
        (pl.col(episode) if episode else pl.lit(None, pl.String)).alias("episode"),
        pl.lit(table).alias("about_table"),
        pl.lit(name).alias("variable"),
        (question + pl.lit("). Is it right?")).alias("question"),
        pl.lit("open").alias("status"),
    )

"""Episodes with dates but no time zero: nothing can be counted from one."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import polars as pl


def untimed(frames: Mapping[str, pl.DataFrame], timed: Collection[str] = ()) -> tuple[str, ...]:
    """What to tell of episodes that have dates but no time zero; nothing if there are none.

    Args:
        frames: Finished registry tables, by name.
        timed: The episodes whose time zero is known already.
    """
    dated: set[str] = set()
    for table, frame in frames.items():
        key = "key" if table == "episode" else "episode"
        types = frame.schema.items()
        dates = [n for n, t in types if isinstance(t, pl.Datetime) and n != "t0"]
        if dates and key in frame.columns:
            there = pl.any_horizontal(pl.col(name).is_not_null() for name in dates)
            dated |= set(frame.filter(there)[key].to_list())
    episodes, named = frames.get("episode"), False
    if episodes is not None and "t0" in episodes.columns:
        named = True
        dated -= set(episodes.filter(pl.col("t0").is_not_null())["key"].to_list())
    count = len(dated - set(timed))
    if not count:
        return ()
    have, their = ("episode has", "its") if count == 1 else ("episodes have", "their")
    do = "fill in the t0 column for them" if named else "name the t0 column in the map"
    told = f"{count:,} {have} dates but no time zero (t0): {their} times cannot be counted; {do}"
    return (told,)

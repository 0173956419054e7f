"""Times that have not come yet: single ones are slips, a whole file of them was shifted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import polars as pl

from afterload.core.errors import BadCell
from afterload.registry.convert_fragment import ROW, Fragment, Held
from afterload.registry.shifted import MANY, TOLERANCE


def in_future(
    fragments: Sequence[Fragment], now: datetime, held: Held, planned: Collection[str] = ()
) -> tuple[list[BadCell], tuple[str, ...]]:
    """The cells whose time has not come yet; or a note, where most of the times have not.

    Args:
        fragments: All pieces of an import.
        now: When the import is made.
        held: What a cell of a sheet holds.
        planned: The times that may lie in the future.
    """
    total = 0
    found: list[tuple[str, int, str, datetime]] = []
    for fragment in fragments:
        for name, kind in fragment.frame.schema.items():
            if not isinstance(kind, pl.Datetime) or "\x1f" in name or name in planned:
                continue
            times = fragment.frame.select(name, ROW).drop_nulls(name)
            total += times.height
            late = times.filter(pl.col(name) > now + TOLERANCE)
            column = fragment.columns.get(name, name)
            found += [(fragment.file, row, column, at) for at, row in late.iter_rows()]
    if not found:
        return [], ()
    if len(found) >= MANY and 2 * len(found) > total:
        note = (
            f"{len(found):,} of {total:,} times lie in the future: they are taken for dates that "
            "were shifted on purpose, and kept"
        )
        return [], (note,)
    bad = []
    for file, row, column, at in dict.fromkeys(found):
        text = (
            f"It lies in the future. If dates were shifted on purpose, write "
            f'dates = "shifted" under [map]. Today is {now:%Y-%m-%d}.'
        )
        bad.append(BadCell(file, row, column, held(file, row, column) or f"{at:%Y-%m-%d}", text))
    return bad, ()

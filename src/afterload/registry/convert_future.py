"""Times that have not come yet: single ones are slips, a whole file of them was shifted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import polars as pl

from afterload.core.errors import BadCell
from afterload.registry.convert_fragment import ROW, Fragment, Held
from afterload.registry.shifted import MANY, TOLERANCE

LOOKED_UP = 1_000
"""So many cells are told as the sheet has them; looking one up takes a look at the whole column."""


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
    total, count = 0, 0
    late: list[tuple[Fragment, str, pl.DataFrame]] = []
    for fragment in fragments:
        for name, kind in fragment.frame.schema.items():
            if not isinstance(kind, pl.Datetime) or "\x1f" in name or name in planned:
                continue
            times = fragment.frame.select(name, ROW).drop_nulls(name)
            to_come = times.filter(pl.col(name) > now + TOLERANCE)
            total, count = total + times.height, count + to_come.height
            late.append((fragment, name, to_come))
    if count >= MANY and 2 * count > total:
        note = (
            f"{count:,} of {total:,} times lie in the future: they are taken for dates that were "
            "shifted on purpose, and kept"
        )
        return [], (note,)
    found = [
        (fragment.file, row, fragment.columns.get(name, name), at)
        for fragment, name, frame in late
        for at, row in frame.iter_rows()
    ]
    bad = []
    for number, (file, row, column, at) in enumerate(dict.fromkeys(found)):
        text = (
            f"It lies in the future. If dates were shifted on purpose, write "
            f'dates = "shifted" under [map]. Today is {now:%Y-%m-%d}.'
        )
        cell = held(file, row, column) if number < LOOKED_UP else ""
        bad.append(BadCell(file, row, column, cell or f"{at:%Y-%m-%d}", text))
    return bad, ()

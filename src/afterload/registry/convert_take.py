"""Which value counts when a sheet has several of what there can be only one."""

from __future__ import annotations

import polars as pl

from afterload.registry.convert_cells import Cells
from afterload.registry.mapping import Take


def one_of_several(
    cells: Cells, keys: pl.Series, take: Take, order: pl.Series | None = None
) -> Cells:
    """Keep one value per key, where the map says which; all others become missing.

    Args:
        cells: The values, shape (n,).
        keys: Whose they are, shape (n,).
        take: Which of them counts; "only" leaves them as they are.
        order: When each was measured, for "first" and "last"; the order of rows if None.
    """
    if take == "only":
        return cells
    frame = pl.DataFrame({"key": keys, "value": cells.values}).with_row_index("i")
    if order is not None:
        frame = frame.with_columns(order.alias("order")).sort("order", nulls_last=True)
    frame = frame.filter(pl.col("value").is_not_null())
    index = pl.col("i")
    chosen: pl.Expr = index.first()
    if take == "last":
        chosen = index.last()
    elif take == "lowest":
        chosen = index.get(pl.col("value").arg_min())
    elif take == "highest":
        chosen = index.get(pl.col("value").arg_max())
    middle = pl.col("value").median() if take == "median" else pl.lit(None)
    one = frame.group_by("key").agg(chosen.alias("i"), middle.alias("median"))
    keep = pl.Series("keep", [False]).new_from_index(0, len(keys)).scatter(one["i"], True)
    values = cells.values.set(~keep, None)
    entered = cells.entered.set(~keep, None)
    if take == "median":
        values = values.scatter(one["i"], one["median"])
        entered = entered.set(entered.is_not_null(), None)
    return Cells(
        values=values,
        entered=entered,
        accepted=cells.accepted & keep,
        missing=cells.missing,
        bad=cells.bad,
        blanked=cells.blanked,
        fixed=cells.fixed,
    )

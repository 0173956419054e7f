"""What happened to the cells of a column, for the import report."""

from __future__ import annotations

from dataclasses import dataclass

from afterload.registry.convert_cells import Cells
from afterload.registry.mapping import Spec


@dataclass(frozen=True, slots=True)
class Tally:
    """What happened to the cells of one column.

    Args:
        file: The sheet it stands in.
        column: Its name there; empty for a value the map gives for all rows.
        name: What it is, e.g. "lactate@24h".
        unit: The unit it was converted from; empty if it was not.
        values: How many values it gave.
        blanked: Cells that could not be imported and count as missing, as the map says.
        fixed: Cells the map corrected.
        soft: Values outside the usual range that were let through.
    """

    file: str
    column: str
    name: str
    unit: str = ""
    values: int = 0
    blanked: int = 0
    fixed: int = 0
    soft: int = 0


def tally(file: str, spec: Spec, cells: Cells) -> Tally:
    """Count what happened to the cells of one column."""
    converted = (spec.form.factor, spec.form.offset) != (1, 0)
    return Tally(
        file=file,
        column=spec.column,
        name=spec.name,
        unit=spec.unit if converted and spec.variable.kind != "datetime" else "",
        values=len(cells.values) - cells.values.null_count(),
        blanked=cells.blanked,
        fixed=cells.fixed,
        soft=int(cells.accepted.sum()),
    )

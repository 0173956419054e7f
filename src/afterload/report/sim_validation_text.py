"""The validation table for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from afterload.hemodynamics.validation import Outcome
from afterload.report.sim_validation import (
    GROUPS,
    by_study,
    further,
    number,
    verdict,
    what_of,
    with_of,
)

if TYPE_CHECKING:
    from rich.console import RenderableType

    from afterload.actions.validate import Validation


def validation_view(found: Validation) -> RenderableType:
    """The table for the terminal, measured results as mean ± SD; reasons stand below it."""
    from rich import box
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    parts: list[Any] = []
    for group, title in GROUPS.items():
        parts.append(Text(f"{title}\n", style="bold"))
        for study, outcomes in by_study(found, group):
            table = Table(box=box.SIMPLE, pad_edge=False, show_header=False)
            for justify, width in (("left", 24), ("left", 20), ("right", 15), ("right", 7)):
                table.add_column(justify=justify, width=width, overflow="fold")  # type: ignore[arg-type]
            table.add_column(no_wrap=True, width=4)
            reasons = []
            for one in outcomes:
                style = "" if one.passes else "red"
                table.add_row(*(Text(cell, style=style) for cell in _short(one)))
                if not one.passes and one.row.why:
                    reasons.append(Text(f"  NO, {one.row.devices}: {one.row.why}", style="red"))
            parts += [Text(study.name, style="bold"), table, *reasons]
    told = "Measured results are means ± SD. set: the baseline was set from it."
    lines = (*verdict(found), further(found))
    return Group(*parts, Text(told, style="dim"), *(Text(line) for line in lines if line))


def _short(one: Outcome) -> tuple[str, str, str, str, str]:
    """A row for a narrow terminal."""
    row, told = one.row, one.row.measured
    way = {"up": "rises", "down": "falls", "same": "same", None: ""}[row.sign]
    spread = f" ± {number(told.sd)}" if told and told.sd > 0 else ""
    value = f"{number(told.mean)}{spread}" if told and told.kind != "range" else ""
    value = told.text if told and told.kind == "range" else value or way
    mark = "set" if row.fitted else "yes" if one.passes else "NO"
    return (what_of(row), with_of(row), value, number(one.simulated), mark)

"""Simulations for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterload.report.score_text import NOT_A_DEVICE
from afterload.report.sim_data import ramp_warnings, warnings_of
from afterload.report.sim_label import labels
from afterload.report.sim_ramp import RAMP_UNITS, ramp_heads, ramp_name, ramp_table
from afterload.report.sim_rows import MORE, grouped

if TYPE_CHECKING:
    from rich.console import RenderableType

    from afterload.actions.simulate import Simulation
    from afterload.actions.simulate_ramp import Ramp


def simulation_view(found: Simulation) -> RenderableType:
    """The indices of every scenario side by side, and what a reader must know.

    What stands in no group is left to the page and the files.
    """
    from rich import box
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("", no_wrap=True)
    table.add_column("", no_wrap=True)
    for name in labels(found.scenarios):
        table.add_column(Text(name), justify="right", vertical="bottom", min_width=8, max_width=16)
    for title, rows in grouped(found.scenarios):
        if title == MORE:
            continue
        table.add_row(Text(title, style="bold"))
        for row in rows:
            unit = Text(row.unit, style="dim")
            table.add_row(Text(f"  {row.short}"), unit, *map(Text, row.texts))
    return Group(
        Text(found.patient.title, style="bold"),
        table,
        *(Text(f"! {warning}", style="yellow") for warning in warnings_of(found)),
        Text(NOT_A_DEVICE, style="dim"),
    )


def ramp_view(ramp: Ramp) -> RenderableType:
    """The main indices of a ramp, a line per step, and what a reader must know."""
    from rich import box
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(Text(ramp_name(ramp)), no_wrap=True)
    for head in ramp_heads():
        table.add_column(Text(head), justify="right", no_wrap=True)
    for name, cells in ramp_table(ramp):
        table.add_row(Text(name), *map(Text, cells))
    return Group(
        Text(ramp.found.patient.title, style="bold"),
        table,
        Text(RAMP_UNITS, style="dim"),
        *(Text(f"! {warning}", style="yellow") for warning in ramp_warnings(ramp)),
        Text(NOT_A_DEVICE, style="dim"),
    )

"""Simulations for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterload.report.score_text import NOT_A_DEVICE
from afterload.report.sim_data import intervals_note, ramp_warnings, told, warnings_of
from afterload.report.sim_fit import fit_view
from afterload.report.sim_label import labels
from afterload.report.sim_pump import pumps_told
from afterload.report.sim_ramp import RAMP_UNITS, ramp_heads, ramp_name, ramp_table
from afterload.report.sim_table import THIN, SideBySide, cell

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

    from afterload.actions.simulate import Simulation
    from afterload.actions.simulate_ramp import Ramp


def simulation_view(found: Simulation) -> RenderableType:
    """The indices of every scenario side by side, and what a reader must know."""
    from rich.console import Group
    from rich.text import Text

    return Group(
        *_who(found),
        SideBySide(found.scenarios),
        *_pump_lines(found),
        *_fit_lines(found),
        *([Text(intervals_note(found), style="dim")] if intervals_note(found) else []),
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
    table.add_column(Text("\n".join(ramp_name(ramp).rsplit(" ", 1))), no_wrap=True)
    for head in ramp_heads():
        table.add_column(Text(f"\n{head}"), justify="right", no_wrap=True)
    for name, cells in ramp_table(ramp):
        table.add_row(Text(name.replace(THIN, "")), *(cell(text) for text in cells))
    return Group(
        *_who(ramp.found),
        table,
        Text(RAMP_UNITS, style="dim"),
        *(Text(f"! {warning}", style="yellow") for warning in ramp_warnings(ramp)),
        Text(NOT_A_DEVICE, style="dim"),
    )


def _who(found: Simulation) -> list[Text]:
    """Who is simulated, and what was told of him otherwise than the title says."""
    from rich.text import Text

    changed = told(found)
    title = Text(found.patient.title, style="bold")
    return [title, Text(f"with {changed}")] if changed else [title]


def _pump_lines(found: Simulation) -> list[Text]:
    """What every pump does, a line per option."""
    from rich.text import Text

    names = labels(found.scenarios)
    pairs = zip(names, (pumps_told(one) for one in found.scenarios), strict=True)
    return [Text(f"{name}: {told.replace(THIN, '')}.") for name, told in pairs if told]


def _fit_lines(found: Simulation) -> list[Text]:
    """What was measured, and what the fitted circulation gives."""
    from rich.text import Text

    view = fit_view(found)
    if view is None:
        return []
    pairs = (f"{name} {measured} ({fitted})" for name, measured, fitted, _ in view.residuals)
    return [Text(f"Measured (fitted): {', '.join(pairs)}.")]

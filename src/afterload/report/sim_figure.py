"""Figures of a simulation: panels that stand alone on a phone, side by side on paper."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from afterload.report.figure import GRID, canvas, style, to_svg
from afterload.report.figure_arm import arm_legend, legend_height, look

if TYPE_CHECKING:
    from afterload.actions.simulate import Scenario

WIDTH = 3.55
"""Inches of one panel; two stand beside each other on a page."""

GAP = 0.1


@dataclass(frozen=True, slots=True)
class Panel:
    """One drawing.

    Args:
        name: Short name, used for its file.
        title: What it shows, with the unit.
        height: Inches.
        draw: Draws it on axes.
        left: Inches left of the axes.
    """

    name: str
    title: str
    height: float
    draw: Callable[[Any], None]
    left: float = 0.52


@dataclass(frozen=True, slots=True)
class Drawing:
    """Panels that belong together.

    Args:
        name: Short name.
        title: What they show.
        caption: What a reader needs to read them.
        panels: The panels, in reading order.
    """

    name: str
    title: str
    caption: str
    panels: tuple[Panel, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One curve of one scenario.

    Args:
        place: Of the scenario, which gives its look.
        x, y: The points.
        width: Of the curve, in points.
    """

    place: int
    x: Any
    y: Any
    width: float = 1.5


def panel_svg(panel: Panel, prefix: str) -> str:
    """A panel as an SVG of its own; the page tells which line is which."""
    with style():
        figure = canvas(WIDTH, panel.height)
        _draw(figure, panel, 0.0, 0.0, WIDTH, panel.height)
        return to_svg(figure, f"{prefix}-{panel.name}")


def drawing_svg(drawing: Drawing, names: Sequence[str]) -> str:
    """All panels of a drawing with their legend, two beside each other, as one SVG."""
    rows = [drawing.panels[k : k + 2] for k in range(0, len(drawing.panels), 2)]
    heights = [max(panel.height for panel in row) for row in rows]
    key = legend_height(names) + 0.12 if len(names) > 1 else 0.0
    width, height = 2 * WIDTH + GAP, sum(heights) + key
    with style():
        figure = canvas(width, height)
        top = height - key
        for row, tall in zip(rows, heights, strict=True):
            top -= tall
            for column, panel in enumerate(row):
                _draw(figure, panel, column * (WIDTH + GAP), top, width, height)
        if key:
            arm_legend(figure, names, names)
        return to_svg(figure, drawing.name)


def _draw(figure: Any, panel: Panel, x: float, y: float, width: float, height: float) -> None:
    bottom, top, right = 0.42, 0.28, 0.1
    axes = figure.add_axes(
        (
            (x + panel.left) / width,
            (y + bottom) / height,
            (WIDTH - panel.left - right) / width,
            (panel.height - bottom - top) / height,
        )
    )
    axes.set_title(panel.title, pad=6)
    axes.grid(color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    panel.draw(axes)


def curves(axes: Any, lines: Sequence[Line]) -> None:
    """Draw lines, the reference last so that it lies on top."""
    for line in sorted(lines, key=lambda one: -one.place):
        seen = look(line.place)
        axes.plot(
            line.x, line.y, color=seen.colour, linestyle=seen.dash, lw=line.width,
            solid_joinstyle="round",
        )  # fmt: skip


def over_time(
    name: str,
    title: str,
    lines: Sequence[Line],
    height: float = 2.15,
    zero: bool = False,
    per: str = "beat",
) -> Panel:
    """A panel of curves over the beat.

    Args:
        name: Short name.
        title: What it shows, with the unit.
        lines: The curves.
        height: Inches.
        zero: Whether zero is marked.
        per: What time runs over.
    """

    def draw(axes: Any) -> None:
        if zero:
            axes.axhline(0, color="#8a949e", lw=0.7)
        curves(axes, lines)
        axes.set_xlim(0, max(float(line.x[-1]) for line in lines))
        axes.yaxis.set_major_locator(ticks(5))
        axes.set_xlabel(f"Time in the {per}, s", labelpad=3)
        axes.margins(y=0.08)

    return Panel(name, title, height, draw)


def closed(values: Any) -> Any:
    """A loop that ends where it began."""
    import numpy as np

    return np.append(values, values[0])


def ticks(most: int) -> Any:
    """Round places for about so many marks on an axis."""
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(most, steps=[1, 2, 5, 10])


def settled(scenarios: Sequence[Scenario]) -> list[int]:
    """The places of the scenarios that have waveforms."""
    return [
        place
        for place, one in enumerate(scenarios)
        if one.trace is not None and one.indices["map"][0] == one.indices["map"][0]
    ]

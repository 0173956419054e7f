"""Figures of a cohort: who its patients are, and what each strategy does to them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from afterload.report.cohort_label import Strategy, percent
from afterload.report.figure import GRID, INK, MUTED, canvas, style, to_svg
from afterload.report.figure_arm import look
from afterload.report.sim_figure import ticks
from afterload.report.sim_rows import LABELS, known, unit_of

if TYPE_CHECKING:
    from afterload.actions.cohort_shape import Density
    from afterload.actions.cohort_summary import Cohort, Contrast, Known, Summary

PEOPLE = ("hr", "map", "cvp", "pap_mean", "pcwp", "total_flow", "ef", "edv")
"""Indices by which one sees who the patients are."""

MEASURED_AS = {"co": "total_flow", "lvef": "ef", "pa_mean": "pap_mean"}
"""Measurements that have another name among the indices."""

DONE = (
    "map", "total_flow", "native_flow", "pcwp", "cvp", "edv", "pva", "coronary_flow", "svo2",
)  # fmt: skip
"""Indices of which it is drawn what strategies do."""

NARROW, WIDE = 1.72, 3.55
"""Inches of a panel: four or two stand beside each other."""

ROW = 0.46
"""Inches of one strategy."""

FAINT = 0.004
"""Share of its peak below which the ends of a density have no outline."""

_TALL = 0.74
"""Share of a row that a density takes."""


@dataclass(frozen=True, slots=True)
class Plot:
    """One panel.

    Args:
        name: Short name, used for its file.
        title: What it shows, with the unit.
        alt: What it shows, in words.
        width, height: Inches.
        draw: Draws it on axes.
    """

    name: str
    title: str
    alt: str
    width: float
    height: float
    draw: Callable[[Any], None]


def people(found: Cohort) -> tuple[Plot, ...]:
    """Who the patients are: of a registry as measured, else without a device."""
    if found.registry is not None:
        return tuple(_measured(one) for one in found.registry.measured if one.density is not None)
    shapes = {one.index: one.levels for one in found.shapes}
    return tuple(
        _alone(found, index, shapes[index])
        for index in PEOPLE
        if index in shapes and found.scenarios[0] in shapes[index].heights
    )


def _alone(found: Cohort, index: str, levels: Density) -> Plot:
    heights = levels.heights[found.scenarios[0]]
    at = found.drawn.around.get(index, math.nan)

    def draw(axes: Any) -> None:
        _filled(axes, levels.grid, heights)
        if math.isfinite(at):
            axes.axvline(at, color=INK, lw=1.0)

    title = f"{known()[index].label}, {unit_of(index)}"
    return Plot(f"people-{index}", _head(index), title, NARROW, 1.18, draw)


def _measured(one: Known) -> Plot:
    density = one.density
    assert density is not None

    def draw(axes: Any) -> None:
        _filled(axes, density.grid, density.heights["measured"])
        if "fitted" in density.heights:
            axes.plot(density.grid, density.heights["fitted"], color="#0072b2", lw=1.3)
            axes.set_ylim(0, 1.12 * max(map(max, density.heights.values())))

    name = _measurement(one.name)
    return Plot(f"people-{one.name}", name, f"{name}, measured and fitted", NARROW, 1.18, draw)


_SHORT = {
    "hr": "Heart rate", "map": "MAP", "sbp": "Systolic", "dbp": "Diastolic", "cvp": "CVP",
    "pa_sys": "PA systolic", "pa_dia": "PA diastolic", "pa_mean": "PA mean", "pap_mean": "PA mean",
    "pcwp": "Wedge", "co": "Output", "total_flow": "Flow to the body", "lvef": "LVEF",
    "ef": "LVEF", "edv": "LV end-diastolic", "native_flow": "Through aortic valve", "pva": "PVA",
    "coronary_flow": "Coronary flow", "svo2": "SvO2", "hb": "Haemoglobin", "lvedd": "LVEDD",
}  # fmt: skip


def _head(index: str) -> str:
    return f"{_SHORT.get(index, known()[index].label)}, {unit_of(index)}".rstrip(", ")


def _measurement(name: str) -> str:
    """A measurement with its unit, in few letters."""
    from afterload.core.vocabulary import standard
    from afterload.hemodynamics.fit_measure import ALL

    unit = standard()[name].unit if name in standard() else ALL[name].unit
    return f"{_SHORT.get(name, name)}, {LABELS.get(unit, unit)}"


def _filled(axes: Any, grid: Sequence[float], heights: Sequence[float]) -> None:
    axes.fill_between(grid, heights, color="#c6d3de", lw=0)
    axes.plot(grid, heights, color="#6b8299", lw=1.0)
    axes.set_ylim(0, 1.12 * max(heights))
    axes.set_xlim(grid[0], grid[-1])
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_locator(ticks(4))
    axes.tick_params(axis="x", length=2.5, pad=2)


def effects(found: Cohort, every: Sequence[Strategy]) -> tuple[tuple[Plot, Plot], ...]:
    """Of every index: all patients in every scenario, and the change in each strategy."""
    shapes = {one.index: one for one in found.shapes}
    rows = {(one.scenario, one.index): one for one in found.summary}
    pairs = []
    for index in DONE:
        if not any((s.scenario, index) in rows and rows[s.scenario, index].n for s in every):
            continue
        told = [rows.get((one.scenario, index)) for one in every]
        shape = shapes.get(index)
        levels, changes = (shape.levels, shape.changes) if shape else (None, None)
        pairs.append((_levels(index, every, told, levels), _changes(index, every, told, changes)))
    return tuple(pairs)


def _levels(
    index: str,
    every: Sequence[Strategy],
    rows: Sequence[Summary | None],
    levels: Density | None,
) -> Plot:
    def draw(axes: Any) -> None:
        for place, (one, row) in enumerate(zip(every, rows, strict=True)):
            if row is not None:
                heights = levels.heights.get(one.scenario) if levels else None
                _row(axes, place, len(every), row.quantiles, levels, heights, row.middle)
        _frame(axes, len(every), levels)

    unit = unit_of(index)
    title = f"{known()[index].label}, {unit}".rstrip(", ")
    return Plot(f"{index}-levels", title, f"{title}, in every option", WIDE, _height(every), draw)


def _changes(
    index: str,
    every: Sequence[Strategy],
    rows: Sequence[Summary | None],
    changes: Density | None,
) -> Plot:
    def draw(axes: Any) -> None:
        axes.axvline(0, color="#8a949e", lw=0.8, zorder=0)
        for place, (one, row) in enumerate(zip(every, rows, strict=True)):
            if row is None or row.change is None:
                continue
            heights = changes.heights.get(one.scenario) if changes else None
            _row(axes, place, len(every), row.change, changes, heights, row.middle_change)
            if percent(row.rises):
                axes.text(
                    1.0, _base(place, len(every)) + 0.3, percent(row.rises), fontsize=8,
                    ha="right", va="center", color=look(place).colour,
                    transform=axes.get_yaxis_transform(),
                )  # fmt: skip
        axes.text(
            1.0, _base(0, len(every)) + 0.3, "higher in", fontsize=7.5, ha="right", va="center",
            color=MUTED, transform=axes.get_yaxis_transform(),
        )  # fmt: skip
        _frame(axes, len(every), changes, zero=True)

    unit = unit_of(index)
    title = f"Change against no device, {unit}".rstrip(", ")
    alt = f"{known()[index].label}: {title.lower()}"
    return Plot(f"{index}-changes", title, alt, WIDE, _height(every), draw)


def contrasts(found: Cohort) -> tuple[Plot, ...]:
    """Every index of `DONE`: what one strategy differs by from another, patient by patient."""
    plots = []
    for index in DONE:
        rows = [one for one in found.contrasts if one.index == index and one.n]
        if rows:
            plots.append(_contrast(index, rows))
    return tuple(plots)


def _contrast(index: str, rows: Sequence[Contrast]) -> Plot:
    def draw(axes: Any) -> None:
        axes.axvline(0, color="#8a949e", lw=0.8, zorder=0)
        for place, row in enumerate(rows):
            _bar(axes, _base(place, len(rows)) + 0.3, row.quantiles, row.middle, INK)
        axes.set_ylim(0, len(rows))
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.xaxis.set_major_locator(ticks(5))

    title = _head(index)
    return Plot(f"{index}-between", title, title, NARROW, 0.6 + 0.3 * len(rows), draw)


def _height(every: Sequence[Strategy]) -> float:
    return 0.66 + ROW * len(every)


def _base(place: int, count: int) -> float:
    """Where the row of a strategy begins; the first is the uppermost."""
    return count - 1.0 - place


def _row(
    axes: Any,
    place: int,
    count: int,
    quantiles: Sequence[float],
    density: Density | None,
    heights: Sequence[float] | None,
    middle: tuple[float, float] | None,
) -> None:
    """One strategy: its density, and below it quantiles and the interval of the median."""
    colour, base = look(place).colour, _base(place, count) + 0.2
    if density is not None and heights is not None:
        top = max(heights)
        scaled = [base + _TALL * height / top for height in heights]
        axes.fill_between(density.grid, base, scaled, color=colour, alpha=0.22, lw=0, zorder=2)
        seen = [at for at, height in enumerate(heights) if height >= FAINT * top]
        line = slice(seen[0], seen[-1] + 1)
        axes.plot(density.grid[line], scaled[line], color=colour, lw=0.9, zorder=3)
    _bar(axes, base - 0.07, quantiles, middle, colour)


def _bar(
    axes: Any,
    y: float,
    quantiles: Sequence[float],
    middle: tuple[float, float] | None,
    colour: str,
) -> None:
    """5th to 95th percentile thin, quartiles broad and pale, the median's interval dark, a tick."""
    p5, p25, p50, p75, p95 = quantiles
    line: dict[str, Any] = {"color": colour, "solid_capstyle": "butt", "zorder": 4}
    if math.isfinite(p5) and math.isfinite(p95):
        axes.plot((p5, p95), (y, y), lw=1.0, **line)
    if math.isfinite(p25) and math.isfinite(p75):
        axes.plot((p25, p75), (y, y), lw=5.2, **{**line, "color": "white"})
        axes.plot((p25, p75), (y, y), lw=5.2, alpha=0.42, **line)
    if middle is not None and all(map(math.isfinite, middle)):
        axes.plot(middle, (y, y), lw=2.6, **{**line, "zorder": 5})
    if math.isfinite(p50):
        axes.plot((p50,), (y,), marker="|", ms=8, mew=1.5, color=colour, zorder=7)


def _frame(axes: Any, count: int, density: Density | None, zero: bool = False) -> None:
    axes.set_ylim(0, count + 0.02)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_locator(ticks(6))
    if density is not None:
        low, high = density.grid[0], density.grid[-1]
        if zero:
            low, high = min(low, 0.0), max(high, 0.0)
        room = 0.16 * (high - low) if zero else 0.0
        axes.set_xlim(low, high + room)
    else:
        low, high = axes.get_xlim()
        axes.set_xlim(low, high + (0.16 * (high - low) if zero else 0.0))


def plot_svg(plot: Plot, prefix: str) -> str:
    """A panel as an SVG of its own; the page tells which colour is which."""
    with style():
        figure = canvas(plot.width, plot.height)
        _placed(figure, plot, 0.0, 0.0, plot.width, plot.height)
        return to_svg(figure, f"{prefix}-{plot.name}")


def sheet_svg(
    name: str, plots: Sequence[Plot], across: int, names: Sequence[str] = (), heading: str = ""
) -> str:
    """Panels beside and below each other, as one SVG.

    Args:
        name: Short name, used for its file.
        plots: The panels.
        across: How many stand beside each other.
        names: Of the strategies, for a legend; none for no legend.
        heading: What stands above all panels.
    """
    rows = [plots[first : first + across] for first in range(0, len(plots), across)]
    lines = -(-len(names) // LEGEND_ACROSS) if len(names) > 1 else bool(heading)
    width = across * plots[0].width
    height = sum(row[0].height for row in rows) + (0.19 * lines + 0.1 if lines else 0.0)
    with style():
        figure = canvas(width, height)
        top = sum(row[0].height for row in rows)
        for row in rows:
            top -= row[0].height
            for column, plot in enumerate(row):
                _placed(figure, plot, column * plot.width, top, width, height)
        if heading:
            figure.text(0.01, 1 - 0.05 / height, heading, va="top", fontsize=8.5)
        elif lines:
            _legend(figure, names)
        return to_svg(figure, name)


LEGEND_ACROSS = 3
"""Names of strategies that stand beside each other."""


def _legend(figure: Any, names: Sequence[str]) -> None:
    """Which colour is which strategy."""
    from matplotlib.patches import Patch

    handles = [Patch(color=look(place).colour, label=name) for place, name in enumerate(names)]
    figure.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(0.008, 0.998), ncols=LEGEND_ACROSS,
        frameon=False, fontsize=8, handlelength=1.0, handleheight=0.9, handletextpad=0.6,
        columnspacing=1.8, labelspacing=0.4, borderaxespad=0,
    )  # fmt: skip


def _placed(figure: Any, plot: Plot, x: float, y: float, width: float, height: float) -> None:
    small = plot.width == NARROW
    left, right, bottom, top = (0.07, 0.07, 0.26, 0.26) if small else (0.08, 0.1, 0.3, 0.3)
    axes = figure.add_axes(
        (
            (x + left) / width,
            (y + bottom) / height,
            (plot.width - left - right) / width,
            (plot.height - bottom - top) / height,
        )
    )
    axes.set_title(plot.title, pad=5, fontsize=8.5 if small else 9)
    if not small:
        axes.grid(axis="x", color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    plot.draw(axes)

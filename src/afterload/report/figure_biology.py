"""Small multiples of biology over time: the median and middle half of each arm at each point."""

from __future__ import annotations

from typing import Any

from afterload.report.figure import GRID, MUTED, WIDTH, canvas, untitled
from afterload.report.figure_arm import arm_legend, legend_height, look, middle, two_lines
from afterload.report.tables_biology import point_label
from afterload.study.design import Item, Study

_SHORT = {"before support": "pre"}


def draw_biology(study: Study) -> Any:
    """One panel per variable, one line per arm."""
    items = [item for item in study.design.biology if item.kind == "number"]
    across = _across(len(items))
    down = -(-len(items) // across)
    legend = legend_height(study.design.arms)
    top = legend + 0.5
    height = top + 0.1 + 2.0 * down
    figure = canvas(WIDTH, height)
    grid = figure.subplots(down, across, squeeze=False)
    figure.subplots_adjust(
        left=0.058,
        right=0.995,
        top=1 - top / height,
        bottom=0.28 / height,
        wspace=0.26,
        hspace=0.5,
    )
    panels = [axes for row in grid for axes in row]
    for axes, item in zip(panels, items, strict=False):
        _panel(axes, study, item, across)
    for axes in panels[len(items) :]:
        axes.set_axis_off()
    arm_legend(figure, study.design.arms, study.design.arms, 4.2)
    return figure


def _across(panels: int) -> int:
    """Three or four panels in a line, whichever leaves fewer empty; fewer if there are fewer."""
    return min(panels, 4, 3 if -panels % 3 < -panels % 4 else 4) if panels > 2 else max(panels, 1)


def _letters(across: int) -> int:
    """How many letters of a title stand over one panel without reaching the next."""
    return int(86 / across)


def _panel(axes: Any, study: Study, item: Item, across: int) -> None:
    arms = study.design.arms
    apart = min(0.1, 0.55 / len(arms))
    seen: list[float] = []
    for index, arm in enumerate(arms):
        nudge = (index - (len(arms) - 1) / 2) * apart
        points = [
            (place + nudge, *told)
            for place, point in enumerate(item.points)
            if (told := _summary(study, item, point, arm)) is not None
        ]
        if not points:
            continue
        at, middles, low, high = zip(*points, strict=True)
        seen += [*low, *high]
        one = look(index)
        axes.vlines(at, low, high, color=one.colour, lw=1.1, alpha=0.55)
        axes.plot(at, middles, color=one.colour, linestyle=one.dash, lw=1.4, **one.points(4))
    _frame(axes, item, seen, across)


def _summary(study: Study, item: Item, point: str, arm: str) -> tuple[float, float, float] | None:
    """Median and quartiles, or None where any of them is not known."""
    rows = [
        study.results.find("biology", item.name, name, point=point, arm=arm)
        for name in ("median", "q1", "q3")
    ]
    values = [row.value for row in rows if row is not None and row.value is not None]
    return (values[0], values[1], values[2]) if len(values) == 3 else None


def _frame(axes: Any, item: Item, seen: list[float], across: int) -> None:
    from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

    wide = bool(seen) and min(seen) > 0 and max(seen) / min(seen) > 12
    untitled(axes)
    unit = ", ".join(part for part in (item.unit_label, "log scale" if wide else "") if part)
    axes.set_title(two_lines(item.label, _letters(across)), pad=14, fontsize=8.6, linespacing=1.05)
    axes.text(
        0, 1.03, middle(unit, _letters(across) + 3), transform=axes.transAxes, fontsize=7.2,
        color=MUTED, va="bottom",
    )  # fmt: skip
    labels = [_SHORT.get(label, label) for label in map(point_label, item.points)]
    axes.set_xticks(range(len(item.points)), labels)
    axes.set_xlim(-0.4, len(item.points) - 0.6)
    axes.yaxis.grid(True, color=GRID, lw=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(length=2.5, labelsize=7.2)
    if wide:
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5), numticks=8))
        axes.yaxis.set_minor_locator(NullLocator())
        axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{y:,g}"))
    else:
        axes.yaxis.set_major_locator(MaxNLocator(5))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{y:,g}"))

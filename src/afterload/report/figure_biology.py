"""Small multiples of biology over time: the median and middle half of each arm at each point."""

from __future__ import annotations

from typing import Any

from afterload.report.figure import DASHES, GRID, MARKERS, MUTED, WIDTH, canvas, colour
from afterload.report.tables_biology import point_label
from afterload.study.design import Item, Study

_SHORT = {"before support": "pre"}


def draw_biology(study: Study) -> Any:
    """One panel per variable, one line per arm."""
    items = [item for item in study.design.biology if item.kind == "number"]
    across = _across(len(items))
    down = -(-len(items) // across)
    height = 0.72 + 2.0 * down
    figure = canvas(WIDTH, height)
    grid = figure.subplots(down, across, squeeze=False)
    figure.subplots_adjust(
        left=0.058,
        right=0.995,
        top=1 - 0.72 / height,
        bottom=0.28 / height,
        wspace=0.26,
        hspace=0.5,
    )
    panels = [axes for row in grid for axes in row]
    for axes, item in zip(panels, items, strict=False):
        _panel(axes, study, item)
    for axes in panels[len(items) :]:
        axes.set_axis_off()
    _legend(figure, study)
    return figure


def _across(panels: int) -> int:
    """Three or four panels in a line, whichever leaves fewer empty; fewer if there are fewer."""
    return min(panels, 4, 3 if -panels % 3 < -panels % 4 else 4) if panels > 2 else max(panels, 1)


def _legend(figure: Any, study: Study) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], color=colour(i), linestyle=DASHES[i % 8], marker=MARKERS[i % 8], lw=1.5,
               markersize=4.2, label=arm)
        for i, arm in enumerate(study.design.arms)
    ]  # fmt: skip
    across = 2 if sum(len(arm) + 7 for arm in study.design.arms) > 105 else len(handles)
    figure.legend(
        handles=handles,
        loc="upper left",
        bbox_to_anchor=(0.06, 0.998),
        ncols=across,
        frameon=False,
        fontsize=8,
        handlelength=3.2,
        columnspacing=1.8,
        labelspacing=0.35,
        borderaxespad=0,
    )


def _panel(axes: Any, study: Study, item: Item) -> None:
    arms = study.design.arms
    seen: list[float] = []
    for index, arm in enumerate(arms):
        nudge = (index - (len(arms) - 1) / 2) * 0.1
        points = [
            (place + nudge, *told)
            for place, point in enumerate(item.points)
            if (told := _summary(study, item, point, arm)) is not None
        ]
        if not points:
            continue
        at, middle, low, high = zip(*points, strict=True)
        seen += [*low, *high]
        tone = colour(index)
        axes.vlines(at, low, high, color=tone, lw=1.1, alpha=0.55)
        axes.plot(
            at, middle, color=tone, linestyle=DASHES[index % 8], marker=MARKERS[index % 8],
            markersize=4, lw=1.4, markeredgecolor="white", markeredgewidth=0.5,
        )  # fmt: skip
    _frame(axes, item, seen)


def _summary(study: Study, item: Item, point: str, arm: str) -> tuple[float, float, float] | None:
    """Median and quartiles, or None where any of them is not known."""
    rows = [
        study.results.find("biology", item.name, name, point=point, arm=arm)
        for name in ("median", "q1", "q3")
    ]
    values = [row.value for row in rows if row is not None and row.value is not None]
    return (values[0], values[1], values[2]) if len(values) == 3 else None


def _frame(axes: Any, item: Item, seen: list[float]) -> None:
    from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

    wide = bool(seen) and min(seen) > 0 and max(seen) / min(seen) > 12
    axes.set_title(item.label, pad=14, fontsize=8.6)
    unit = [item.unit_label, "log scale" if wide else ""]
    axes.text(
        0, 1.03, ", ".join(part for part in unit if part), transform=axes.transAxes,
        fontsize=7.2, color=MUTED, va="bottom",
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

"""Two pictures of comparisons with the reference: the forest of outcomes and the love plot."""

from __future__ import annotations

from typing import Any

from afterload.report.figure import GRID, INK, MUTED, RULE, WIDTH, canvas, colour, untitled
from afterload.report.figure_arm import (
    arm_legend,
    legend_height,
    look,
    middle,
    short_names,
    two_lines,
)
from afterload.report.number import DASH
from afterload.report.table_view import Notes
from afterload.report.tables_biology import point_label
from afterload.report.tables_cell import Sheet, Subject, shown
from afterload.report.tables_outcome import effect_text
from afterload.report.theme import Theme
from afterload.study.design import Outcome, Study

_SIDES = ((0, "left", "\N{LEFTWARDS ARROW} less"), (1, "right", "more \N{RIGHTWARDS ARROW}"))
Interval = tuple[float, float, float]


def draw_forest(study: Study, theme: Theme) -> Any:
    """Risk ratio and risk difference of each binary outcome, arm by arm."""
    sheet = Sheet(study.design, study.results, theme, Notes())
    binary = [outcome for outcome in study.design.outcomes if outcome.kind == "binary"]
    lines = sum(1 + len(study.design.others) for _ in binary)
    height = 0.95 + 0.27 * lines
    figure = canvas(WIDTH, height)
    bottom, tall = 0.5 / height, 1 - 0.85 / height
    ratio = figure.add_axes((0.30, bottom, 0.2, tall))
    difference = figure.add_axes((0.685, bottom, 0.155, tall))
    for axes, title in (
        (ratio, "Risk ratio (95% CI)"),
        (difference, "Risk difference, % (95% CI)"),
    ):
        untitled(axes)
        axes.set_ylim(lines - 0.4, -0.6)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.text(0, 1.02, title, transform=axes.transAxes, fontweight="bold", va="bottom")
    _rows(sheet, binary, ratio, difference)
    _scales(ratio, difference)
    return figure


def _rows(sheet: Sheet, binary: list[Outcome], ratio: Any, difference: Any) -> None:
    y = 0
    names = [two_lines(name, 30) for name in short_names(sheet.design.others, 56)]
    for outcome in binary:
        _at(ratio, y, -1.47, middle(outcome.label, 100), weight="bold")
        y += 1
        for arm, name in zip(sheet.design.others, names, strict=True):
            tone = colour(sheet.design.arms.index(arm))
            about = Subject("outcomes", outcome.name)
            _at(ratio, y, -1.41, name, size=7 if "\n" in name else 8)
            for axes, effect, scale in (
                (ratio, "risk_ratio", 1),
                (difference, "risk_difference", 100),
            ):
                told = _interval(sheet, about, arm, effect)
                if told is not None:
                    value, low, high = (scale * x for x in told)
                    axes.plot([low, high], [y, y], color=tone, lw=1.3, solid_capstyle="butt")
                    axes.plot([value], [y], marker="s", color=tone, markersize=5)
                text, ends = effect_text(sheet, about, arm, effect)
                _at(axes, y, 1.06, f"{text} ({ends})" if ends else text)
            y += 1


def _at(axes: Any, y: float, x: float, text: str, weight: str = "normal", size: float = 8) -> None:
    """Text beside a row; `x` is in widths of the panel."""
    axes.text(
        x, y, text, transform=axes.get_yaxis_transform(), va="center", fontsize=size, color=INK,
        fontweight=weight, clip_on=False, linespacing=1.0,
    )  # fmt: skip


def _interval(sheet: Sheet, about: Subject, arm: str, name: str) -> Interval | None:
    values = [
        sheet.value(about, f"{name}{end}", arm, sheet.design.reference)
        for end in ("", "_low", "_high")
    ]
    known = [x for x in values if x is not None and abs(x) != float("inf")]
    return (known[0], known[1], known[2]) if len(known) == 3 else None


def _scales(ratio: Any, difference: Any) -> None:
    from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

    ratio.set_xscale("log")
    low, high = ratio.get_xlim()
    low, high = min(low, 0.5), max(high, 2.0)
    ratio.set_xlim(low, high)
    ticks = [t for t in (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20) if low <= t <= high]
    ratio.xaxis.set_major_locator(FixedLocator(ticks))
    ratio.xaxis.set_minor_locator(NullLocator())
    ratio.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
    difference.xaxis.set_major_locator(MaxNLocator(4))
    for axes, none in ((ratio, 1), (difference, 0)):
        axes.axvline(none, color=MUTED, lw=0.9, linestyle=(0, (3, 2)), zorder=0)
        for x, side, words in _SIDES:
            axes.annotate(
                words, (x, 0), (0, -26), xycoords="axes fraction", textcoords="offset points",
                ha=side, fontsize=7.5, color=MUTED,
            )  # fmt: skip


def draw_balance(study: Study) -> Any:
    """Absolute standardised differences of each arm with the reference, largest first."""
    lines = sorted(smd_lines(study), key=lambda line: max(line[1].values(), default=0.0))
    legend = legend_height(study.design.others)
    height = 0.73 + legend + 0.215 * max(len(lines), 2)
    figure = canvas(WIDTH, height)
    axes = figure.add_axes((0.36, 0.45 / height, 0.6, 1 - (0.58 + legend) / height))
    untitled(axes)
    axes.yaxis.grid(True, color=GRID, lw=0.8)
    axes.set_axisbelow(True)
    for arm in study.design.others:
        one = look(study.design.arms.index(arm))
        points = [(values[arm], y) for y, (_, values) in enumerate(lines) if arm in values]
        if points:
            at, ys = zip(*points, strict=True)
            axes.plot(at, ys, linestyle="none", **one.points(5.2))
    axes.axvline(0.1, color=MUTED, lw=0.9, linestyle=(0, (3, 2)), zorder=0)
    axes.axvline(0, color=RULE, lw=0.9, zorder=0)
    axes.set_yticks(range(len(lines)), [middle(label, 38) for label, _ in lines])
    axes.set_ylim(-0.6, len(lines) - 0.4)
    axes.set_xlim(left=-0.02)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.text(
        0.5, -0.31 / (height - 0.58 - legend),
        f"Absolute standardised mean difference from {middle(study.design.reference, 24)}",
        transform=axes.transAxes, ha="center", va="center",
    )  # fmt: skip
    arm_legend(figure, study.design.arms, study.design.others, 5.2, lines=False)
    return figure


def smd_lines(study: Study) -> list[tuple[str, dict[str, float]]]:
    """Each baseline line and its absolute difference per arm, where known."""
    lines = []
    for item in study.design.baseline:
        for point in item.points:
            label = item.label
            if point and len(item.points) > 1:
                label += f", {point_label(point)}"
            values = {}
            for arm in study.design.others:
                row = study.results.find(
                    "baseline", item.name, "smd", point=point, arm=arm,
                    versus=study.design.reference,
                )  # fmt: skip
                if shown(row, str) != DASH and row is not None and row.value is not None:
                    values[arm] = abs(row.value)
            if values:
                lines.append((label, values))
    return lines

"""The Kaplan–Meier figure, after KMunicate: bands, and a table of all counts beneath."""

from __future__ import annotations

from typing import Any

from afterload.report import theme as themes
from afterload.report.figure import (
    GRID,
    INK,
    MUTED,
    WIDTH,
    canvas,
    colour,
    spread_labels,
    untitled,
)
from afterload.report.figure_arm import arm_legend, legend_height, look, middle, short_names
from afterload.report.landmark import days_from
from afterload.report.tables_cell import shown
from afterload.report.theme import Theme
from afterload.study.ard import Results, Statistic
from afterload.study.design import Outcome, Study

_BLOCKS = (("at_risk", "At risk"), ("events", "Events"), ("censored", "Censored"))
_LINE = 0.165
_GAP = 0.07
_LETTERS = 19
"""Of a line of a label beside a curve."""


def draw_survival(study: Study, theme: Theme, outcome: Outcome) -> Any:
    """Survival in each arm with its interval, and numbers at risk, of events and censored."""
    arms = [arm for arm in study.design.arms if study.results.curve(outcome.name, "survival", arm)]
    table, direct = _table_height(study), _fit(arms)
    legend = 0.0 if direct else legend_height(arms)
    height = 3.5 + table + legend
    figure = canvas(WIDTH, height)
    left, right = 0.25, 0.79 if direct else 0.98
    bottom = (table + 0.46) / height
    axes = figure.add_axes((left, bottom, right - left, 1 - bottom - (0.18 + legend) / height))
    untitled(axes)
    end = _horizon(study.results, outcome)
    for arm in arms:
        _curve(axes, study, outcome, arm, end)
    _axes(figure, axes, study, outcome, end)
    if direct:
        _labels(axes, study, outcome, arms, end)
    else:
        arm_legend(figure, study.design.arms, arms, 4.5 if is_coarse(study.results) else 0)
    _p(axes, study, theme, outcome)
    _counts(figure, axes, study, outcome, height)
    return figure


def _table_height(study: Study) -> float:
    """Inches the counts under the curve take."""
    return len(_BLOCKS) * ((len(study.design.arms) + 1) * _LINE + _GAP)


def _horizon(results: Results, outcome: Outcome) -> float:
    if outcome.horizon_days:
        return outcome.horizon_days
    times = [row.at for row in results.section("survival") if row.variable == outcome.name]
    return max((time for time in times if time is not None), default=1.0)


def steps(
    results: Results, outcome: Outcome, arm: str, statistic: str, end: float
) -> tuple[list[float], list[float]]:
    """A curve as the corners of its steps, from 1 at time zero to where it was last followed."""
    points = [(r.at, r.value) for r in results.curve(outcome.name, statistic, arm)]
    known = [(at, value) for at, value in points if at is not None and value is not None]
    known = [(at, value) for at, value in known if 0 < at <= end]
    last = known[-1][1] if known else 1.0
    reach = max(_followed(results, outcome, arm, end), known[-1][0] if known else 0.0)
    pairs = [(0.0, 1.0), *known, (reach, last)]
    return [at for at, _ in pairs], [value for _, value in pairs]


def _followed(results: Results, outcome: Outcome, arm: str, end: float) -> float:
    rows = results.curve(outcome.name, "at_risk", arm)
    still = [row.at or 0.0 for row in rows if row.value is not None and row.value > 0]
    return min(max(still, default=0.0), end)


def _curve(axes: Any, study: Study, outcome: Outcome, arm: str, end: float) -> None:
    one = look(study.design.arms.index(arm))
    tone, dash = one.colour, one.dash
    times, values = steps(study.results, outcome, arm, "survival", end)
    low_at, low = steps(study.results, outcome, arm, "ci_low", end)
    high_at, high = steps(study.results, outcome, arm, "ci_high", end)
    if is_coarse(study.results):
        axes.plot(times, values, color=tone, lw=1.5, linestyle=dash, **one.points(4.5))
        if low_at == high_at:
            axes.vlines(low_at, low, high, color=tone, lw=1, alpha=0.6)
        return
    if low_at == high_at:
        alpha = min(0.11, 0.6 / len(study.design.arms))
        axes.fill_between(low_at, low, high, step="post", color=tone, alpha=alpha, lw=0)
    axes.step(times, values, where="post", color=tone, lw=1.7, linestyle=dash)


def is_coarse(results: Results) -> bool:
    """Whether curves are told at a few times only, to protect patients."""
    return results.find("meta", "disclosure", "text") is not None


def _axes(figure: Any, axes: Any, study: Study, outcome: Outcome, end: float) -> None:
    axes.set_xlim(0, end)
    axes.set_ylim(0, 1.005)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", "25", "50", "75", "100"])
    axes.yaxis.grid(True, color=GRID, lw=0.8)
    axes.set_axisbelow(True)
    box, tall = axes.get_position(), figure.get_figheight()
    figure.text(
        box.x0 - 0.052, (box.y0 + box.y1) / 2, f"{middle(outcome.curve_label, 40)}, %",
        rotation=90, ha="center", va="center",
    )  # fmt: skip
    figure.text(
        (box.x0 + box.x1) / 2, box.y0 - 0.31 / tall, days_from(study.design), ha="center",
        va="center",
    )  # fmt: skip
    axes.tick_params(length=3)


def _labels(axes: Any, study: Study, outcome: Outcome, arms: list[str], end: float) -> None:
    """The name of each arm at the end of its curve."""
    curves = [steps(study.results, outcome, arm, "survival", end) for arm in arms]
    ends = [values[-1] for _, values in curves]
    lines = [_wrap(arm, _LETTERS) for arm in arms]
    gap = _gap(arms)
    places = _within(spread_labels(ends, gap), gap)
    for arm, text, y, (times, values) in zip(arms, lines, places, curves, strict=True):
        tone = colour(study.design.arms.index(arm))
        early = times[-1] < 0.95 * end
        axes.annotate(
            text,
            xy=(times[-1], values[-1]),
            xytext=(times[-1] + 0.012 * end, values[-1]) if early else (end * 1.035, y),
            color=tone,
            fontsize=8,
            fontweight="bold",
            va="center",
            linespacing=1.05,
            annotation_clip=False,
            arrowprops=None
            if early
            else {"arrowstyle": "-", "color": tone, "lw": 0.6, "shrinkA": 1, "shrinkB": 1},
        )


def _gap(arms: list[str]) -> float:
    """How far the labels of the curves stand apart, in parts of the axes."""
    return 0.075 + 0.045 * max((_wrap(arm, _LETTERS).count("\n") for arm in arms), default=0)


def _fit(arms: list[str]) -> bool:
    """Whether the names of the arms have room beside their curves."""
    long = any(_wrap(arm, _LETTERS).count("\n") > 2 for arm in arms)
    return not long and len(arms) * _gap(arms) <= 0.8


def _within(places: list[float], gap: float) -> list[float]:
    """Places pushed back between 0 and 1, still so far apart."""
    order = sorted(range(len(places)), key=lambda i: places[i])
    last = len(order) - 1
    told = list(places)
    for rank, index in enumerate(order):
        top = 1 - gap / 3 - gap * (last - rank)
        told[index] = max(min(places[index], top), gap / 3 + gap * rank)
    return told


def _wrap(text: str, width: int) -> str:
    import textwrap

    return "\n".join(textwrap.wrap(text, width))


def _p(axes: Any, study: Study, theme: Theme, outcome: Outcome) -> None:
    row = study.results.find("survival", outcome.name, "p")
    if row is not None and row.value is not None:
        text = f"Log-rank, all arms: {themes.p_text(theme, row.value)}"
        axes.text(0.015, 0.03, text, transform=axes.transAxes, fontsize=8, color=INK)


def _counts(figure: Any, axes: Any, study: Study, outcome: Outcome, height: float) -> None:
    """At risk, events and censored at each tick, arm by arm, under the curve."""
    grid = sorted(
        {row.at for row in study.results.section("survival")
         if row.variable == outcome.name and row.statistic == "at_risk" and row.at is not None}
    )  # fmt: skip
    axes.set_xticks(grid, [f"{at:g}" for at in grid])
    box = axes.get_position()
    y = (_table_height(study) - 0.06) / height
    names = short_names(study.design.arms, 28)
    for statistic, title in _BLOCKS:
        figure.text(0.012, y, title, fontsize=8, fontweight="bold", va="center", color=MUTED)
        y -= _LINE / height
        for index, arm in enumerate(study.design.arms):
            figure.text(0.012, y, names[index], fontsize=7.2, color=colour(index), va="center")
            by_time = {row.at: row for row in study.results.curve(outcome.name, statistic, arm)}
            for at in grid:
                x = box.x0 + box.width * at / (axes.get_xlim()[1] or 1)
                figure.text(x, y, _count(by_time.get(at)), fontsize=7.6, ha="center", va="center")
            y -= _LINE / height
        y -= _GAP / height


def _count(row: Statistic | None) -> str:
    return shown(row, lambda value: f"{value:.0f}")

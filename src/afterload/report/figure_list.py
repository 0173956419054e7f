"""The figures of a study, numbered in the order they are read."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from typing import Any

from afterload.report import flow as flows
from afterload.report.figure import FigureView, style, to_png, to_svg
from afterload.report.figure_biology import draw_biology
from afterload.report.figure_forest import draw_balance, draw_forest
from afterload.report.figure_survival import draw_survival, is_coarse
from afterload.report.landmark import from_landmark
from afterload.report.table_view import Notes
from afterload.report.tables_cell import Sheet, arm_size
from afterload.report.theme import DEFAULT, Theme
from afterload.study.design import Design, Study


@dataclass(frozen=True, slots=True)
class Plan:
    """A figure that is still to be drawn.

    Args:
        name, title, caption, alt: As in `FigureView`.
        draw: Draws it; use within `style`.
        svg: Writes it as SVG, where the drawing is for Word only.
        number: Its number in the report.
    """

    name: str
    title: str
    caption: str
    alt: str
    draw: Callable[[], Any]
    svg: Callable[[], str] | None = None
    number: int = 0


def build_figures(
    study: Study, theme: Theme = DEFAULT, *, png: bool = True
) -> tuple[FigureView, ...]:
    """Every figure the study has results for.

    Args:
        study: The study's shape and numbers.
        theme: How the numbers look.
        png: Whether to draw the 300 dpi image that Word needs as well.
    """
    return tuple(build_figure(plan, png=png) for plan in plans(study, theme))


def build_figure(plan: Plan, *, png: bool = True) -> FigureView:
    """One figure, drawn as SVG and, if wanted, as an image."""
    with style():
        drawn = plan.draw()
        if plan.svg is not None:
            svg = plan.svg()
        else:
            label = f'<svg role="img" aria-label="{_quote(plan.alt)}" '
            svg = to_svg(drawn, plan.name).replace("<svg ", label, 1)
        raster = to_png(drawn) if png else b""
    return FigureView(plan.number, plan.name, plan.title, plan.caption, plan.alt, svg, raster)


def plans(study: Study, theme: Theme) -> tuple[Plan, ...]:
    """The figures the study has results for, before they are drawn."""
    found = enumerate(_plans(study, theme), start=1)
    return tuple(replace(plan, number=number) for number, plan in found)


def _quote(text: str) -> str:
    from html import escape

    return escape(text)


def _plans(study: Study, theme: Theme) -> Iterator[Plan]:
    design, results = study.design, study.results
    if results.find("flow", "start", "count") is not None:
        laid, alt = flows.lay_out(study), _flow_alt(study, theme)
        yield Plan("flow", "Flow of episodes", "STROBE flow diagram.", alt,
                   lambda: flows.draw_flow(laid), lambda: flows.to_svg(laid, alt))  # fmt: skip
    if any(row.statistic == "smd" and row.arm for row in results.section("baseline")):
        yield Plan(
            "balance",
            f"Balance of baseline characteristics with {design.reference}",
            "The dashed line marks 0.1, below which a difference is usually held to be small.",
            f"Absolute standardised mean differences of each arm from {design.reference}, one "
            "line per characteristic, largest at the top.",
            lambda: draw_balance(study),
        )
    if any(outcome.kind == "binary" for outcome in design.outcomes) and design.others:
        yield Plan(
            "outcomes",
            f"Outcomes in each arm compared with {design.reference}",
            "Squares: crude estimates; lines: 95% confidence intervals.",
            f"Forest plot of risk ratios and risk differences against {design.reference}; "
            "the numbers stand beside each line.",
            lambda: draw_forest(study, theme),
        )
    yield from _survival_plans(study, theme)
    if any(item.kind == "number" for item in design.biology):
        yield Plan(
            "biology",
            "Biology over time, by arm",
            "Points: medians; bars: from the first to the third quartile, among patients with a "
            "value at that time.",
            "Small panels, one per variable, with the median and quartiles of each arm at each "
            "time point; the numbers stand in the table of biology over time.",
            lambda: draw_biology(study),
        )


def _survival_plans(study: Study, theme: Theme) -> Iterator[Plan]:
    used: set[str] = set()
    for outcome in study.design.outcomes:
        if outcome.kind != "time-to-event":
            continue
        curves = [study.results.curve(outcome.name, "survival", arm) for arm in study.design.arms]
        if not any(curves):
            continue
        name = slug(outcome.name, used)
        used.add(name)
        yield Plan(
            f"survival-{name}",
            f"{outcome.curve_label}, by arm",
            "Kaplan–Meier curves with pointwise 95% confidence intervals. At risk: followed to the "
            "day without an event before it; events: up to and with the day; censored: last seen "
            "before the day." + _zero(study.design) + _coarse(study),
            f"Kaplan–Meier curves of time to {outcome.label.lower()} in {len(curves)} arms, with "
            "numbers at risk, events and censored beneath.",
            partial(draw_survival, study, theme, outcome),
        )


def slug(name: str, used: Container[str] = ()) -> str:
    """A name as part of a file name: small letters, digits and hyphens, unlike those used.

    Example:
        >>> slug("Death_30d"), slug("../x"), slug("x", {"x"})
        ('death-30d', 'x', 'x-2')
    """
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60] or "outcome"
    again = (f"{plain}-{number}" for number in count(2))
    return plain if plain not in used else next(one for one in again if one not in used)


def _zero(design: Design) -> str:
    """From when time is counted, as the caption says it."""
    zero = design.time_zero.rstrip(".")
    told = f" Time zero: {zero[:1].lower()}{zero[1:]}." if zero else ""
    landmark = from_landmark(design)
    return f" {landmark}{told}" if landmark else told


def _coarse(study: Study) -> str:
    """That steps were merged to protect patients, where they were."""
    if not is_coarse(study.results):
        return ""
    return (
        " Told only at times that give no small count away (markers, joined by straight lines); "
        "[c]: withheld."
    )


def _flow_alt(study: Study, theme: Theme) -> str:
    sheet = Sheet(study.design, study.results, theme, Notes())
    arms = ", ".join(f"{arm} ({arm_size(sheet, arm)})" for arm in study.design.arms)
    return f"Flow diagram from the registry to the arms: {arms}."

"""The figure of a course: what is done and what follows from it, over one axis of time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from afterload.report.figure import COLOURS, GRID, INK, MUTED, WIDTH, canvas, spread_labels, style
from afterload.report.figure import to_svg as svg_of
from afterload.report.figure_arm import DASHES
from afterload.report.sim_course import with_loops
from afterload.report.sim_course_lane import draw_lanes, lanes
from afterload.report.sim_figure import Drawing, Panel, closed, ticks
from afterload.report.sim_ramp import shade

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from afterload.actions.simulate_course import PatientCourse

LEFT, RIGHT, GAP, ABOVE, BELOW = 1.18, 0.92, 0.2, 0.24, 0.44
"""Inches beside the axes, between panels, for a panel's title, and below the last panel."""

LANE = 0.25


@dataclass(frozen=True, slots=True)
class _Curves:
    """Indices that share one panel.

    Args:
        title: What they are, with the unit.
        indices: Name and label of every one.
        height: Inches of its axes.
        zero: Whether the axis begins at zero.
        kind: How they are drawn: "lines", "band" (a mean with its ends), or "stack".
    """

    title: str
    indices: tuple[tuple[str, str], ...]
    height: float = 1.05
    zero: bool = False
    kind: str = "lines"


PANELS = (
    _Curves("Arterial pressure, mmHg", (("map", "mean"), ("sbp", "highest"), ("dbp", "lowest")),
            1.25, kind="band"),
    _Curves("Flow, L/min", (("native_flow", "heart"), ("device_flow", "pumps"),
                            ("total_flow", "to the body")), 1.25, zero=True, kind="stack"),
    _Curves("Filling, mmHg", (("lvedp", "LVEDP"), ("pcwp", "wedge"), ("cvp", "CVP")), 1.15,
            zero=True),
    _Curves("Work of the left ventricle, mmHg·mL", (("pva", "PVA"), ("stroke_work", "stroke work")),
            zero=True),
    _Curves("Saturation, %", (("sao2_coronary", "coronary"), ("svo2", "SvO2"))),
    _Curves("Heart rate, /min", (("hr", "rate"),), 0.6),
)  # fmt: skip
"""Panels of the figure, from top to bottom."""

STEADY = {"hr": 1.0}
"""Indices whose panel is left out where they change by less."""


def strip(course: PatientCourse, name: str) -> str:
    """The figure of a course as SVG; all panels share the axis of time, marked where something is
    done."""
    shown = [one for one in PANELS if _worth(course, one)]
    found = lanes(course)
    tall = [LANE * len(found), *(one.height for one in shown)] if found else [
        one.height for one in shown
    ]  # fmt: skip
    titled = [ABOVE if found else 0.0] * bool(found) + [ABOVE] * len(shown)
    height = sum(tall) + sum(titled) + GAP * (len(tall) - 1) + BELOW + 0.04
    height += 0.12 * bool(found)
    unit, word = time_unit(course.duration)
    with style():
        figure = canvas(WIDTH, height)
        top = height - 0.04
        every: list[Any] = []
        for rise, title in zip(tall, titled, strict=True):
            top -= title + rise
            box = (LEFT / WIDTH, top / height, (WIDTH - LEFT - RIGHT) / WIDTH, rise / height)
            every.append(figure.add_axes(box))
            top -= GAP + (0.12 if found and len(every) == 1 else 0.0)
        for axes in every:
            axes.set_xlim(0, course.duration / unit)
            axes.xaxis.set_major_locator(ticks(8))
            _mark(axes, course, unit)
        drawn = every
        if found:
            every[0].set_title("What is done", pad=5)
            draw_lanes(every[0], found, unit, WIDTH - LEFT - RIGHT)
            drawn = every[1:]
        for axes, one in zip(drawn, shown, strict=True):
            _panel(axes, course, one, unit)
        for place, axes in enumerate(every[:-1]):
            axes.tick_params(axis="x", labelbottom=bool(found) and place == 0, length=0)
        every[-1].set_xlabel(f"Time, {word}", labelpad=3)
        return svg_of(figure, name)


def time_unit(duration: float) -> tuple[float, str]:
    """Seconds in the unit of the axis of time, and its name."""
    if duration <= 180:
        return 1.0, "s"
    return (60.0, "min") if duration <= 3 * 3600 else (3600.0, "h")


def _worth(course: PatientCourse, one: _Curves) -> bool:
    """Whether a panel has something to show."""
    for name, _ in one.indices:
        values = course.indices.get(name)
        known = values[np.isfinite(values)] if values is not None else np.empty(0)
        if len(known) and np.ptp(known) >= STEADY.get(name, 0.0):
            return True
    return False


def _least(course: PatientCourse, one: _Curves) -> float:
    """The lowest value of a panel's lines."""
    known = [course.indices[name] for name, _ in one.indices if name in course.indices]
    return 0.0 if one.kind == "stack" else float(np.nanmin(np.concatenate(known)))


def _mark(axes: Any, course: PatientCourse, unit: float) -> None:
    """Where something is done: a line where it begins, a wash for as long as it takes."""
    for step in course.plan.steps:
        begin, over = step.told.time / unit, step.over / unit
        if over:
            axes.axvspan(begin, begin + over, color="#f3f5f7", lw=0, zorder=0)
    for time in course.plan.times:
        axes.axvline(time / unit, color=MUTED, lw=0.7, dashes=(2, 2), zorder=0.5)


def _panel(axes: Any, course: PatientCourse, one: _Curves, unit: float) -> None:
    axes.set_title(one.title, pad=5)
    axes.grid(color=GRID, linewidth=0.8, axis="y")
    axes.set_axisbelow(True)
    time = course.time / unit
    names: list[tuple[str, float, str]] = []
    if one.kind == "band":
        _band(axes, course, time, one, names)
    elif one.kind == "stack":
        _stack(axes, course, time, names)
    else:
        _lines(axes, course, time, one, names)
    axes.margins(y=0.1)
    if one.zero:
        axes.set_ylim(bottom=min(0.0, _least(course, one)))
    axes.yaxis.set_major_locator(ticks(4 if one.height > 0.8 else 3))
    _names(axes, names, one.height)


def _band(
    axes: Any,
    course: PatientCourse,
    time: NDArray[np.float64],
    one: _Curves,
    names: list[tuple[str, float, str]],
) -> None:
    """A mean within its highest and lowest value."""
    mean, high, low = (course.indices[name] for name, _ in one.indices)
    if course.spread is None:
        axes.fill_between(time, low, high, color=COLOURS[1], alpha=0.2, lw=0)
    else:
        _ribbon(axes, course, time, one.indices[0][0], COLOURS[0], 0.16)
        for values in (low, high):
            axes.plot(time, values, color=COLOURS[1], lw=0.9, linestyle=DASHES[1])
    axes.plot(time, mean, color=COLOURS[0], lw=1.4)
    for values, (_, label), colour in zip(
        (mean, high, low), one.indices, (COLOURS[0], COLOURS[1], COLOURS[1]), strict=True
    ):
        names.append((label, float(values[-1]), colour))


def _stack(
    axes: Any,
    course: PatientCourse,
    time: NDArray[np.float64],
    names: list[tuple[str, float, str]],
) -> None:
    """The heart's flow and the pumps' on it, beside what reaches the body."""
    native = np.maximum(course.indices["native_flow"], 0.0)
    pumps = np.maximum(course.indices["device_flow"], 0.0)
    axes.fill_between(time, 0, native, color=COLOURS[0], alpha=0.72, lw=0)
    names.append(("heart", float(native[-1]) / 2, COLOURS[0]))
    if pumps.any():
        axes.fill_between(time, native, native + pumps, color=COLOURS[1], alpha=0.5, lw=0)
        if pumps[-1] > 0.05:
            names.append(("pumps", float(native[-1] + pumps[-1] / 2), COLOURS[1]))
        else:
            at = int(pumps.argmax())
            axes.text(time[at], float(native[at] + pumps[at] / 2), "pumps", color=INK,
                      fontsize=8, ha="center", va="center")  # fmt: skip
    total = course.indices["total_flow"]
    _ribbon(axes, course, time, "total_flow", COLOURS[2], 0.3)
    axes.plot(time, total, color=COLOURS[2], lw=1.2)
    names.append(("to the body", float(total[-1]), COLOURS[2]))


def _lines(
    axes: Any,
    course: PatientCourse,
    time: NDArray[np.float64],
    one: _Curves,
    names: list[tuple[str, float, str]],
) -> None:
    """One line per index, told apart by colour and dash."""
    for place, (name, label) in enumerate(one.indices):
        values = course.indices.get(name)
        if values is None or not np.isfinite(values).any():
            continue
        known = np.isfinite(values)
        colour = COLOURS[place] if len(one.indices) > 1 else INK
        _ribbon(axes, course, time, name, colour, 0.16)
        axes.plot(time[known], values[known], color=colour, lw=1.4, linestyle=DASHES[place])
        if len(one.indices) > 1:
            names.append((label, float(values[known][-1]), colour))


def _ribbon(
    axes: Any,
    course: PatientCourse,
    time: NDArray[np.float64],
    name: str,
    colour: str,
    alpha: float,
) -> None:
    """The 90 % interval of an index, where there is one."""
    if course.spread is None or name not in course.spread.low:
        return
    low, high = course.spread.low[name], course.spread.high[name]
    known = np.isfinite(low) & np.isfinite(high)
    axes.fill_between(time[known], low[known], high[known], color=colour, alpha=alpha, lw=0)


def _names(axes: Any, names: list[tuple[str, float, str]], height: float) -> None:
    """What every line is, right of where it ends."""
    low, high = axes.get_ylim()
    shares = [(value - low) / (high - low) for _, value, _ in names]
    wanted = [min(1.0, max(0.0, share)) for share in shares if math.isfinite(share)]
    for (label, _, colour), place in zip(names, spread_labels(wanted, 0.15 / height), strict=True):
        axes.annotate(
            label, (1.0, place), xycoords="axes fraction", xytext=(5, 0),
            textcoords="offset points", color=colour, fontsize=8, va="center",
        )  # fmt: skip


def course_loops(course: PatientCourse) -> Drawing:
    """Loops of both ventricles at every moment."""
    some = len(with_loops(course)) < len(course.moments)
    return Drawing(
        "loops",
        "Pressure and volume along the way",
        "From the begin (dark) to the end (ochre): the last beat before what is done next"
        + (", of some moments." if some else "."),
        tuple(
            _loop(course, *chamber)
            for chamber in (("lv", "Left ventricle"), ("rv", "Right ventricle"))
        ),
    )


def loop_dash(place: int, last: int) -> Any:
    """The dash pattern of a moment's loop: begin and end are solid."""
    return "solid" if place in (0, last) else DASHES[1 + (place - 1) % (len(DASHES) - 1)]


def _loop(course: PatientCourse, chamber: str, title: str) -> Panel:
    last = max(1, len(course.moments) - 1)

    def draw(axes: Any) -> None:
        chosen = with_loops(course)
        for rank, place in enumerate(chosen):
            t = course.found.scenarios[place].trace
            assert t is not None
            axes.plot(
                closed(t.volumes[chamber][:, 0]), closed(t.pressures[chamber][:, 0]),
                color=shade(place / last), lw=1.5, linestyle=loop_dash(rank, len(chosen) - 1),
            )  # fmt: skip
        axes.set_xlabel("Volume, mL", labelpad=3)

    return Panel(f"loop-{chamber}", f"{title}, mmHg", 2.9, draw)

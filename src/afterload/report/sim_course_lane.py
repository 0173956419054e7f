"""What is done in the course of time as lanes: a bar per device, change, and volume."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from afterload.hemodynamics.course import (
    BloodAct,
    ChangeAct,
    DeviceAct,
    DrugAct,
    OffAct,
    Running,
    Step,
    levels,
)
from afterload.hemodynamics.drug import DRUGS
from afterload.report.figure import INK, RULE
from afterload.report.sim_course import blood_text, change_name, change_text, drug_name
from afterload.report.sim_label import device_name, setting

if TYPE_CHECKING:
    from afterload.actions.simulate_course import PatientCourse

DEVICE, CHANGE, GIVEN, LOST = "#0072b2", "#8a949e", "#009e73", "#d55e00"
DRUG = "#7b4fa3"
"""Colours of bars, told apart by everyone; what they are stands beside them as well."""

LEAST = 0.28
"""Height of the lowest bar, as a share of the highest."""


@dataclass(frozen=True, slots=True)
class Bar:
    """Part of a lane.

    Args:
        begin, end: From when to when, s.
        first, last: Height at its begin and end, 0 to 1.
        text: What is written on it, or beside it.
        colour: Its colour.
        brief: What is written where the text does not fit.
    """

    begin: float
    end: float
    first: float
    last: float
    text: str
    colour: str
    brief: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    """One line of what is done.

    Args:
        name: What is written left of it.
        bars: Its bars, in the order of time.
    """

    name: str
    bars: tuple[Bar, ...]


def lanes(course: PatientCourse) -> tuple[Lane, ...]:
    """Devices first, in the order in which they are switched on, then drugs, changes, volume."""
    found: dict[str, list[Bar]] = {}
    for one in course.plan.runs[0][1]:
        _device(course, one, 0.0, found)
    for step in course.plan.steps:
        if isinstance(step.act, DeviceAct) and step.before is None and step.after is not None:
            _device(course, step.after, step.told.time, found)
    devices = [Lane(name, _scaled(bars)) for name, bars in found.items()]
    return (*devices, *_drugs(course), *_changes(course), *_volumes(course))


def _device(course: PatientCourse, one: Running, begin: float, found: dict[str, list[Bar]]) -> None:
    """A device from when it is switched on to when it is switched off, setting by setting."""
    bars = found.setdefault(device_name(one.device), [])
    now, since, from_zero = one, begin, 0.0
    for step in course.plan.steps:
        if step.told.time < begin or (step.before is None and step.after is not now):
            continue
        if isinstance(step.act, OffAct) and step.act.word == one.word:
            bars.append(_bar(now, since, step.told.time))
            return
        if not isinstance(step.act, DeviceAct) or step.act.word != one.word:
            continue
        end = min(step.told.time + step.told.over, course.duration)
        if step.before is None:
            if step.told.over:
                bars.append(replace(_bar(now, since, end), first=from_zero, text=""))
                since = end
            continue
        bars.append(_bar(now, since, step.told.time))
        assert step.after is not None
        bars += _between(step, now, step.after, end)
        now, since = step.after, end
    bars.append(_bar(now, since, course.duration))


def _between(step: Step, now: Running, after: Running, end: float) -> Iterator[Bar]:
    """The bars of a change that takes time."""
    begin = step.told.time
    if not step.told.over:
        return
    if now.kind == "level":
        on_the_way = levels(step)[:-1]
        ends = [time for time, _ in on_the_way[1:]] + [end]
        for (time, one), until in zip(on_the_way, ends, strict=False):
            if time < end:
                yield replace(_bar(one, time, min(until, end)), text="")
        return
    share = (end - begin) / step.told.over
    first, last = _size(now), _size(after)
    text = f"to {setting(after.device, after.words)}" if last < first else ""
    yield Bar(begin, end, first, first + share * (last - first), text, DEVICE)


def _bar(one: Running, begin: float, end: float) -> Bar:
    size = _size(one)
    return Bar(begin, end, size, size, setting(one.device, one.words), DEVICE)


def _size(one: Running) -> float:
    """How much a device is asked to do, in a unit of its own."""
    if one.drive is None:
        return 1.0
    return one.drive.target if one.drive.target is not None else one.drive.n


def _scaled(bars: list[Bar]) -> tuple[Bar, ...]:
    """Bars whose highest is 1; what stops before it begins is left out."""
    most = max((max(bar.first, bar.last) for bar in bars), default=1.0) or 1.0

    def height(size: float) -> float:
        return LEAST + (1 - LEAST) * size / most

    return tuple(
        replace(bar, first=height(bar.first), last=height(bar.last))
        for bar in bars
        if bar.end > bar.begin
    )


def _drugs(course: PatientCourse) -> Iterator[Lane]:
    """A lane per drug, as high as its dose."""
    found: dict[str, list[Step]] = {}
    for step in course.plan.steps:
        if isinstance(step.act, DrugAct):
            found.setdefault(drug_name(step.act), []).append(step)
    for name, steps in found.items():
        bars = []
        for place, step in enumerate(steps):
            assert isinstance(step.act, DrugAct)
            last = place + 1 == len(steps)
            end = course.duration if last else steps[place + 1].told.time
            full = min(step.told.time + step.over, end)
            dose, unit = step.act.dose, DRUGS[step.act.word].unit
            text = f"{dose:g} {unit}"
            if step.told.note:
                text = f"{step.told.note}, {text}"
            whole = text if dose and full >= end else "" if dose else "off"
            brief = f"{dose:g}" if whole else ""
            bars.append(Bar(step.told.time, full, step.dose, dose, whole, DRUG, brief))
            if dose:
                bars.append(Bar(full, end, dose, dose, text, DRUG, f"{dose:g}"))
        yield Lane(name, _scaled(bars))


def _changes(course: PatientCourse) -> Iterator[Lane]:
    """A lane per thing that is changed of the patient."""
    found: dict[str, list[Step]] = {}
    for step in course.plan.steps:
        if isinstance(step.act, ChangeAct):
            found.setdefault(change_name(step.act), []).append(step)
    for name, steps in found.items():
        bars = []
        for place, step in enumerate(steps):
            assert isinstance(step.act, ChangeAct)
            last = place + 1 == len(steps)
            end = course.duration if last else steps[place + 1].told.time
            full = min(step.told.time + step.told.over, end)
            brief = change_text(step.act)
            text = f"{step.told.note} ({brief})" if step.told.note else brief
            before = 1.0 if place else 0.0
            if full > step.told.time:
                height = LEAST + (1 - LEAST) * before
                bars.append(Bar(step.told.time, full, height, 1.0, "", CHANGE))
            bars.append(Bar(full, end, 1.0, 1.0, text, CHANGE, brief))
        yield Lane(name, tuple(bar for bar in bars if bar.end > bar.begin))


def _volumes(course: PatientCourse) -> Iterator[Lane]:
    bars = []
    for step in course.plan.steps:
        if isinstance(step.act, BloodAct):
            colour = GIVEN if step.act.volume > 0 else LOST
            brief = blood_text(step.act)
            text = f"{step.told.note} {brief}" if step.told.note else brief
            end = min(step.told.time + max(step.told.over, 0.006 * course.duration),
                      course.duration)  # fmt: skip
            bars.append(Bar(step.told.time, end, 1.0, 1.0, text, colour, brief))
    if bars:
        yield Lane("Volume", tuple(bars))


LETTER = 0.061
"""Inches of a letter on a bar."""


def draw_lanes(axes: Any, found: tuple[Lane, ...], unit: float, inches: float) -> None:
    """Draw lanes from top to bottom.

    Args:
        axes: Where; time is told in `unit` seconds.
        found: The lanes.
        unit: Seconds in one unit of the axis.
        inches: Width of the axes.
    """
    low, high = axes.get_xlim()
    per_unit = inches / (high - low)
    for row, lane in enumerate(found):
        base = len(found) - 1 - row + 0.16
        room = low
        for place, bar in enumerate(lane.bars):
            x = (bar.begin / unit, bar.end / unit)
            axes.fill_between(
                x, base, [base + 0.68 * bar.first, base + 0.68 * bar.last], color=bar.colour,
                lw=0, alpha=0.88,
            )  # fmt: skip
            if place:
                axes.plot(x[:1] * 2, (base, base + 0.7), color="white", lw=0.8)
            after = lane.bars[place + 1].begin / unit if place + 1 < len(lane.bars) else high
            room = _write(axes, bar, x, base, per_unit, (room, after))
    axes.set_ylim(0, len(found))
    axes.set_yticks(
        [len(found) - 1 - row + 0.5 for row in range(len(found))], [one.name for one in found]
    )
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.spines["bottom"].set_color(RULE)


def _write(
    axes: Any,
    bar: Bar,
    x: tuple[float, float],
    base: float,
    per_unit: float,
    room: tuple[float, float],
) -> float:
    """What a bar says: on it where it fits, in few words if need be; of volumes, else beside it.

    Returns:
        Up to where the lane is written on.
    """
    pad = 0.035 / per_unit
    tall = bar.first > 0.75
    for text in dict.fromkeys((bar.text, bar.brief)):
        width = LETTER * len(text) / per_unit
        if text and width + 2 * pad <= x[1] - x[0]:
            axes.text(
                x[0] + pad, base + (0.34 if tall else 0.68 * bar.first + 0.05), text,
                va="center" if tall else "bottom", fontsize=7.5 if tall else 7,
                color="white" if tall and bar.colour != CHANGE else INK,
            )  # fmt: skip
            return x[1]
        if bar.colour not in (GIVEN, LOST):
            continue
        if x[1] + 2 * pad + width <= room[1]:
            axes.text(x[1] + pad, base + 0.34, text, va="center", fontsize=7.5, color=INK)
            return x[1] + pad + width
        if x[0] - 2 * pad - width >= room[0]:
            axes.text(x[0] - pad, base + 0.34, text, va="center", ha="right", fontsize=7.5,
                      color=INK)  # fmt: skip
            return x[1]
    return x[1]

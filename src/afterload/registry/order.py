"""The temporal rules: what cannot have happened in that order, and what is worth asking about.

Times closer than `TOLERANCE_H` are taken as the same, because many records know the day alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from afterload.registry import order_outcome
from afterload.registry.course import TOLERANCE_H, Course, Found, Item
from afterload.registry.findings import Finding, Severity
from afterload.registry.points import WINDOWS

LONGEST_RUN_H = 24.0 * 180
"""Support longer than this is asked about (our choice)."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One temporal rule.

    Args:
        id: Its short name.
        severity: "error" for what cannot be, "warning" for what is asked about.
        sentence: What must hold.
        broken: What of an episode breaks it.
    """

    id: str
    severity: Severity
    sentence: str
    broken: Callable[[Course], Found]


def temporal_findings(courses: Iterable[Course]) -> Iterator[Finding]:
    """Everything in the episodes' courses that breaks one of `RULES`."""
    for course in courses:
        for rule in RULES:
            for table, row, sentence in rule.broken(course):
                yield Finding(f"time:{rule.id}", rule.severity, table, row, course.key, sentence)


def _stops_first(course: Course) -> Found:
    for item in course.of("run", "device", "infusion"):
        if item.stop < item.start:
            yield (
                item.table, item.row,
                f"The {item.table} {item.name!r} stops {item.start - item.stop:.1f} h before it "
                "starts.",
            )  # fmt: skip


def _admission_after_t0(course: Course) -> Found:
    if course.admitted > TOLERANCE_H:
        yield (
            "episode", course.row,
            f"Admission comes {course.admitted:.1f} h after time zero (first blood flow).",
        )  # fmt: skip


def _device_outside_run(course: Course) -> Found:
    runs = {run.root: run for run in course.of("run")}
    for device in course.of("device"):
        run = runs.get(device.parent) if device.parent is not None else None
        if run is None:
            continue
        if device.start < run.start - TOLERANCE_H or device.stop > run.stop + TOLERANCE_H:
            yield (
                "device", device.row,
                f"The device {device.name!r} ({_span(device)}) lies outside its run "
                f"{run.name!r} ({_span(run)}).",
            )  # fmt: skip


def _device_of_lost_run(course: Course) -> Found:
    runs = {run.root for run in course.of("run")}
    for device in course.of("device"):
        if device.parent is not None and device.parent not in runs:
            yield (
                "device", device.row,
                f"The device {device.name!r} belongs to a run of another episode, or to none.",
            )  # fmt: skip


def _overlapping_runs(course: Course) -> Found:
    dated = (run for run in course.of("run") if run.start == run.start)
    for run, later in pairwise(sorted(dated, key=lambda run: run.start)):
        if later.start < run.stop:
            yield (
                "run", later.row,
                f"The run {later.name!r} ({_span(later)}) begins before the run {run.name!r} "
                f"({_span(run)}) has ended.",
            )  # fmt: skip


def _same_device_twice(course: Course) -> Found:
    dated = (device for device in course.of("device") if device.start == device.start)
    devices = sorted(dated, key=lambda device: (device.name, device.start))
    for one, later in pairwise(devices):
        if one.name == later.name and later.start < one.stop:
            yield (
                "device", later.row,
                f"The device {later.name!r} ({_span(later)}) runs twice at the same time.",
            )  # fmt: skip


def _long_support(course: Course) -> Found:
    for item in course.of("run", "device"):
        if item.stop - item.start > LONGEST_RUN_H:
            yield (
                item.table, item.row,
                f"The {item.table} {item.name!r} lasts {(item.stop - item.start) / 24:.0f} days.",
            )  # fmt: skip


def _far_from_t0(course: Course) -> Found:
    for item in course.of("run", "device"):
        if item.start < -24 * 30 or item.start > 24 * 365:
            yield (
                item.table, item.row,
                f"The {item.table} {item.name!r} starts {item.start / 24:.0f} days from time zero.",
            )  # fmt: skip


def _after_death(course: Course) -> Found:
    for item in course.of("observation", "complication", "decision"):
        if item.start > course.died + TOLERANCE_H:
            yield (
                item.table, item.row,
                f"{_what(item)} comes {item.start - course.died:.1f} h after death.",
            )  # fmt: skip


def _support_after_death(course: Course) -> Found:
    return _support_beyond(course, course.died, "death")


def _support_after_discharge(course: Course) -> Found:
    return _support_beyond(course, course.left, "hospital discharge")


def _support_beyond(course: Course, end: float, what: str) -> Found:
    for item in course.of("run", "device", "infusion"):
        late = max((t for t in (item.start, item.stop) if t == t), default=end)
        if late > end + TOLERANCE_H:
            yield (
                item.table, item.row,
                f"{_what(item)} goes on {late - end:.1f} h after {what}.",
            )  # fmt: skip


def _alive_after_death(course: Course) -> Found:
    for item in course.of("followup"):
        if item.name == "alive" and item.start > course.died + TOLERANCE_H:
            yield (
                "followup", item.row,
                f"A follow-up says alive {(item.start - course.died) / 24:.0f} days after death.",
            )  # fmt: skip


def _point_elsewhere(course: Course) -> Found:
    for item in course.of("observation"):
        window = WINDOWS.get(item.name)
        if window is None:
            continue
        if item.start < window.low - TOLERANCE_H or item.start > window.high + TOLERANCE_H:
            yield (
                "observation", item.row,
                f"A measurement is called {item.name!r} and was made {item.start:.1f} h from time "
                "zero.",
            )  # fmt: skip


def _no_time(course: Course) -> Found:
    if not course.has_t0 and any(True for _ in course.of("run", "device")):
        known = [i for i in course.of("run", "device") if i.start == i.start]
        if not known:
            yield (
                "episode", course.row,
                "Neither time zero nor any start of support is known: the order of devices and "
                "the duration of support cannot be told.",
            )  # fmt: skip


def _what(item: Item) -> str:
    names = {"observation": "A measurement", "followup": "A follow-up"}
    return names.get(item.table, f"The {item.table} {item.name!r}")


def _span(item: Item) -> str:
    start = f"{item.start:.1f}" if item.start == item.start else "?"
    stop = f"{item.stop:.1f}" if item.stop == item.stop else "?"
    return f"{start} to {stop} h"


RULES: tuple[Rule, ...] = (
    Rule("stop-before-start", "error", "Support stops after it starts.", _stops_first),
    Rule("discharge-before-admission", "error", "Discharge follows admission.",
         order_outcome.discharge_before_admission),
    Rule("admission-after-t0", "warning", "Admission precedes first blood flow, or is of its day.",
         _admission_after_t0),
    Rule("death-before-t0", "error", "Death follows time zero.", order_outcome.death_before_t0),
    Rule("discharge-before-t0", "error", "Discharge follows time zero.",
         order_outcome.discharge_before_t0),
    Rule("discharge-after-death", "error", "Discharge is not after death.",
         order_outcome.discharge_after_death),
    Rule("died-elsewhere", "error", "Who died in hospital did not leave it before.",
         order_outcome.died_elsewhere),
    Rule("alive-and-dead", "error", "Who left alive did not die before.",
         order_outcome.alive_and_dead),
    Rule("died-without-time", "warning", "Who died in hospital has a time of death.",
         order_outcome.dead_at_discharge),
    Rule("dead-without-time", "warning", "Who is dead at follow-up has a time of death.",
         order_outcome.dead_at_followup),
    Rule("device-outside-run", "warning", "A device runs within its run.", _device_outside_run),
    Rule("device-without-run", "error", "A device's run is of the same episode.",
         _device_of_lost_run),
    Rule("overlapping-runs", "warning", "A run ends before the next one begins.",
         _overlapping_runs),
    Rule("same-device-twice", "warning", "A device runs once at a time.", _same_device_twice),
    Rule("long-support", "warning", "Support lasts less than half a year.", _long_support),
    Rule("far-from-t0", "warning", "Support starts around time zero.", _far_from_t0),
    Rule("after-death", "error", "Nothing is measured or happens after death.", _after_death),
    Rule("support-after-death", "error", "Support ends with death.", _support_after_death),
    Rule("support-after-discharge", "warning", "Support ends before discharge.",
         _support_after_discharge),
    Rule("alive-after-death", "error", "Nobody is alive after death.", _alive_after_death),
    Rule("point-elsewhere", "warning", "A set's nominal point is near its real time.",
         _point_elsewhere),
    Rule("no-time", "note", "Time zero or a start of support is known.", _no_time),
)  # fmt: skip
"""Every temporal rule. A comparison with an unknown time never breaks one."""

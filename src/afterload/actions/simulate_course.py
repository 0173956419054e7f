"""A patient over minutes, beat by beat: devices switched on and off, weaned, changes of the
circulation as drugs make them, blood given or lost."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from afterload.actions import simulate_lanes as lanes
from afterload.actions.simulate import Combination, Scenario, Simulation, placed
from afterload.actions.simulate_course_device import running
from afterload.actions.simulate_course_people import people
from afterload.actions.simulate_course_plan import Plan, plan
from afterload.actions.simulate_course_spread import Spread, spread
from afterload.actions.simulate_course_told import (
    of_draws,
    of_gases_over_time,
    uncertain,
    warnings_of,
)
from afterload.actions.simulate_course_watch import (
    Kept,
    Spell,
    Watch,
    batches,
    breath_of,
    side_by_side,
    spells,
)
from afterload.actions.simulate_course_word import read_event
from afterload.actions.simulate_gas import Breathing, belonging, breathing
from afterload.actions.simulate_interval import FEWEST, SEED, too_many
from afterload.actions.simulate_patient import Subject, find_patient
from afterload.actions.simulate_warn import findings, of_gases, sentences
from afterload.core.errors import InputError, NoConvergence
from afterload.core.progress import Progress, silent
from afterload.hemodynamics.augmented import augmented
from afterload.hemodynamics.course import Running, Step, Told, clock
from afterload.hemodynamics.index import indices
from afterload.hemodynamics.indices import Indices
from afterload.hemodynamics.solve import Settled
from afterload.hemodynamics.trace import trace
from afterload.hemodynamics.transient import Course, run

Array = NDArray[np.float64]

AFTER_S = 300.0
"""Seconds that a course goes on after the last event, where its duration is not told."""

LONGEST_S = 4 * 3600.0
"""Longest course, s: what happens over longer, as recovery or urine, is not modelled."""

MOST_GASES = 600
"""Beats of which gases are worked out at most; of more, every so many beats."""

USUAL_DRAWS = 64
"""Draws for intervals where it is left to the course."""

UNASKED_S = 600.0
"""Longest course, s, that has intervals without being asked: they take a few seconds more."""

BEFORE = -1.0
"""The time of the beat that the course begins with, s: before anything is done."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A beat that is shown with all its numbers.

    Args:
        time: When it began, s.
        next: What is done right after it; nothing at the begin and at the end.
    """

    time: float
    next: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class PatientCourse:
    """A patient over time.

    Args:
        found: The patient at chosen moments, as scenarios with waveforms: the steady beat at the
            begin, the last beat before what is done next, the last beat of all.
        moments: When these were.
        plan: What is done.
        duration: How long it lasts, s.
        time: When each beat began, s, shape (beats,).
        indices: Every index of every beat, shape (beats,), in the units of
            `hemodynamics.index.INDICES` and `gas_index.GAS_INDICES`; NaN where there is none, and
            for gases in beats for which they were not worked out.
        volume: All blood at the begin of each beat, mL.
        slow: What follows the beats, shape (beats,): "contractility" as a factor, "sympathetic
            drive", and the "... speed" of pumps in the course, krpm.
        spells: What lasts for some time and must be known, as a shut aortic valve.
        warnings: What a reader must know, spells among it.
        cycles: How many beats, with it, stand for the patient at every beat, shape (beats,): more
            than 1 where beats differ from each other.
        name: What the course is called; "" for nothing.
        spread: 90 % intervals, where they were asked for and there is something to draw.
    """

    found: Simulation
    moments: tuple[Moment, ...]
    plan: Plan
    duration: float
    time: Array
    indices: dict[str, Array]
    volume: Array
    slow: dict[str, Array]
    spells: tuple[Spell, ...]
    warnings: tuple[str, ...]
    cycles: NDArray[np.intp]
    name: str = ""
    spread: Spread | None = None


def course(
    patient: str | Path | Mapping[str, Any] | Subject,
    events: Sequence[str],
    devices: Combination = (),
    duration: float | None = None,
    *,
    name: str = "",
    draws: int | None = 0,
    progress: Progress = silent,
) -> PatientCourse:
    """Let a patient beat on while things are done to them.

    The patient begins in the steady beat, with perfusion and reflex at rest, or with `devices` in
    the steady beat that they come to.

    Args:
        patient: As `simulate`.
        events: What is done, as "60 ecls:flow=4", "120 volume=+500 over 2 min",
            "400 ecls:flow=1 over 600", "1000 off ecls", "300 svr=x1.2", "300 dobutamine=5"; see
            `simulate_course_word.read_event`.
        devices: What runs from the begin.
        duration: How long, s; by default to five minutes after the last event.
        name: What the course is called.
        draws: How many draws 90 % intervals rest on; 0 for no intervals, None for `USUAL_DRAWS`
            where the course is not too long for it.
        progress: Told how far it is.

    Raises:
        UnknownName: No such patient, device, option, or change.
        InputError: An event that cannot be, or lies outside the duration; too few draws, or too
            many.
        NoConvergence: There is no steady beat to begin with, or the pressures run away.

    Example:
        >>> found = course("ami-lv-shock", ["60 ecls:flow=4"], duration=300)  # doctest: +SKIP
        >>> found.time, found.indices["map"]  # doctest: +SKIP
    """
    asked = sorted((read_event(text) for text in events), key=lambda one: one.time)
    last = max((one.time + one.lasts for one in asked), default=0.0)
    seconds = last + AFTER_S if duration is None else float(duration)
    if not 0 < seconds <= LONGEST_S:
        raise InputError(
            f"A course of {seconds:g} s is outside 0 to {LONGEST_S:g} s ({clock(LONGEST_S)}). "
            "Check duration and times."
        )
    for one in asked:
        if one.time >= seconds:
            raise InputError(
                f"The event {one.text!r} begins at {clock(one.time)}, but the course ends at "
                f"{clock(seconds)}. Give a longer duration or an earlier time."
            )
    if draws:
        _check_draws(draws)
    begins = placed(devices) if devices else ()
    subject = patient if isinstance(patient, Subject) else find_patient(patient)
    if subject.n > 1:
        raise InputError("A course is for one patient. Give one value of every parameter.")
    if not begins and subject.on:
        begins = tuple((device.word, device) for device in subject.on)
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        rested, closed, rest, _ = lanes.at_rest(subject, slice(None))
        gas = subject.gas_of(slice(None))
        runs = [running(words, device) for words, device in begins]
        held = plan(
            asked,
            runs,
            {name: float(value[0]) for name, value in rested.items()},
            {name: float(value[0]) for name, value in subject.gas.items()},
            float(closed[0]),
            subject.supported,
        )
        given = subject.supported(rested, [device for _, device in begins], closed)
        start, lost = lanes.settle(given, rest.states)
        if lost.any():
            raise NoConvergence(f"The begin of the course: {lanes.NOWHERE}")
        breathe = partial(_breath, subject, held, gas)
        count = seconds * float(given["beat.hr"][0]) / 60.0
        watch = Watch(
            [time for time in held.times if time > 0][_skipped(held) :],
            max(1, math.ceil(count / MOST_GASES)), breathe, progress, seconds,
        )  # fmt: skip
        beats = run(given, seconds, held.events, start=start, also=watch)
        found = _found(subject, held, seconds, start, beats, watch, name)
    if draws is None and seconds > UNASKED_S and _open(found):
        return replace(found, warnings=(*found.warnings, WITHOUT))
    many = USUAL_DRAWS if draws is None else draws
    return _with_spread(found, asked, runs, many, progress) if many and _open(found) else found


WITHOUT = (
    f"No intervals: in courses of more than {clock(UNASKED_S)} they are worked out where they are "
    f"asked for, as with --draws {USUAL_DRAWS}."
)


def _open(found: PatientCourse) -> bool:
    """Whether there is something to draw: of the patient, the devices, or drugs."""
    return found.found.patient.fit is not None or uncertain(found.plan)


def _check_draws(draws: int) -> None:
    if draws < FEWEST:
        raise InputError(f"{draws} draws are too few for 90 % intervals: take {FEWEST} or more.")
    too_many(draws)


def _with_spread(
    found: PatientCourse,
    told: Sequence[Told],
    begins: Sequence[Running],
    draws: int,
    progress: Progress,
) -> PatientCourse:
    """A course with 90 % intervals."""
    subject = found.found.patient
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        who = people(subject, told, begins, draws, SEED)
    moments = [
        *(one.next[0].told.time for one in found.moments[1:] if one.next), found.duration
    ]  # fmt: skip
    told_ = spread(
        who, found.plan, moments, found.duration, found.time, found.indices, found.cycles,
        progress,
    )  # fmt: skip
    scenarios = tuple(
        replace(one, ranges=ranges)
        for one, ranges in zip(found.found.scenarios, told_.ranges, strict=True)
    )
    return replace(
        found,
        found=replace(found.found, scenarios=scenarios),
        spread=told_,
        warnings=(*found.warnings, *of_draws(found.spells, told_)),
    )


def _skipped(held: Plan) -> int:
    """The first event's beat before is that of the begin, unless something is done at the begin."""
    return 0 if 0.0 in held.times else 1


def _found(
    subject: Subject,
    held: Plan,
    seconds: float,
    start: Settled,
    beats: Course,
    watch: Watch,
    name: str,
) -> PatientCourse:
    """All that is to be told of the beats."""
    time = beats.time[:, 0]
    own = {index: values[:, 0] for index, values in beats.indices.items()}
    watch.flush()
    whole = breath_of(watch.breaths)
    assert watch.last is not None
    between = {at: watch.kept[at] for at in sorted(watch.kept)}
    shown = [Kept(BEFORE, trace(start)), *between.values(), watch.last]
    breath = breath_of([watch.breathe(group) for group in batches(shown)])
    rows = [*watch.rows, *(int(np.flatnonzero(time == one.time)[0]) for one in shown[1:])]
    for index, values in whole.values.items():
        known = np.append(values, breath.values[index][1:])
        if np.isfinite(known).any():
            own[index] = np.full(len(time), np.nan)
            own[index][rows] = known
    found = (
        *spells(held, watch, time, own["valve_opening"], seconds),
        *of_gases_over_time(whole, time[watch.rows], seconds),
    )
    scenarios = [_scenario(held, one, breath, row) for row, one in enumerate(shown)]
    moments = (
        Moment(0.0),
        *(Moment(one.time, _at(held, at)) for at, one in between.items()),
        Moment(watch.last.time),
    )
    lines = tuple(warnings_of(subject, held, seconds, found, own, time[-1]))
    return PatientCourse(
        Simulation(subject, tuple(scenarios)), moments, held, seconds, time, own,
        beats.volume[:, 0], _slow(held, beats), found, lines,
        np.array(watch.cycles, np.intp), name,
    )  # fmt: skip


def _slow(held: Plan, beats: Course) -> dict[str, Array]:
    """What follows the beats; of pumps those that are in the course, NaN while they stand."""
    found = {}
    slots = {one.device.slot for _, these in held.runs for one in these}
    for name, values in beats.slow.items():
        slot = name.removesuffix(" speed")
        if slot in slots:
            found[name] = np.where(values[:, 0] > 0, values[:, 0], np.nan)
        elif slot == name:
            found[name] = values[:, 0]
    return found


def _at(held: Plan, time: float) -> tuple[Step, ...]:
    return tuple(step for step in held.steps if step.told.time == time)


def _breath(
    subject: Subject, held: Plan, gas: Mapping[str, Array], beats: Sequence[Kept]
) -> Breathing:
    """Gases of some beats with as many steps each, as if each went on."""
    times = np.array([one.time for one in beats])
    now = {name: np.repeat(value, len(beats)) for name, value in gas.items()}
    for event in held.gas:
        for name in (*event.changes, *event.times, *event.plus):
            now.setdefault(name, np.repeat(subject.gas[name], len(beats)))
        event.apply(now, times)
    devices = [tuple(one.device for one in held.running(at)) for at in times]
    return breathing(side_by_side(beats), now, devices, np.zeros(len(beats), bool))


def _scenario(held: Plan, beat: Kept, breath: Breathing, row: int) -> Scenario:
    """A moment as a scenario of one patient."""
    these = held.running(beat.time)
    devices = tuple(one.device for one in these)
    values = indices(beat.trace)
    values |= belonging({name: v[row : row + 1] for name, v in breath.values.items()}, devices)
    lost = np.zeros(1, bool)
    pressures = augmented(beat.trace)
    found = (*findings(devices, values, beat.trace, lost), *of_gases([breath.told[row]]))
    return Scenario(
        tuple(one.words for one in these), devices, Indices(values), sentences([found], [1]),
        (breath.meeting[row],), beat.trace, beats=beat.trace.beats,
        balloon=pressures.numbers() if pressures else {},
    )  # fmt: skip

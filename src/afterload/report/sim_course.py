"""Courses in words: what is done, what it changes, and the moments that are shown."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from afterload.hemodynamics.course import (
    QUANTITIES,
    BloodAct,
    ChangeAct,
    DeviceAct,
    DrugAct,
    OffAct,
    Running,
    Step,
    clock,
)
from afterload.hemodynamics.drug import DRUGS
from afterload.report.number import MINUS
from afterload.report.sim_label import device_name, setting
from afterload.report.sim_ramp import MAIN, RAMP_UNITS, ramp_heads, shade
from afterload.report.sim_rows import known, shown, unit_of

if TYPE_CHECKING:
    from afterload.actions.simulate import Scenario
    from afterload.actions.simulate_course import Moment, PatientCourse

SHORT = {
    "hr": "Heart rate", "svr": "SVR", "pvr": "PVR", "ees": "Contractility",
    "unstressed": "Unstressed volume", "fio2": "FiO2", "hb": "Haemoglobin",
}  # fmt: skip
"""What is changed of a patient, short."""

COURSE_UNITS = (
    "Each row is the last beat before what is done at that time, or the last cycle of beats. "
    + RAMP_UNITS
)
"""What stands below the table of a course."""


def change_name(act: ChangeAct) -> str:
    """What of the patient is changed, short."""
    return SHORT.get(act.name, act.name)


def change_text(act: ChangeAct) -> str:
    """How it is changed, e.g. "\N{MULTIPLICATION SIGN} 1.2", "+10 /min"."""
    known_ = QUANTITIES.get(act.name)
    unit = f" {known_.unit}" if known_ and known_.unit else ""
    if act.way == "times":
        return f"\N{MULTIPLICATION SIGN} {act.value:g}"
    sign = "+" if act.way == "by" else "= "
    told = f"{sign}{act.value:g}" if act.value >= 0 or act.way == "to" else f"{act.value:g}"
    return told.replace("-", MINUS) + unit


def blood_text(act: BloodAct) -> str:
    """Volume given or lost, e.g. "+500 mL"."""
    return f"{act.volume:+g} mL".replace("-", MINUS)


def drug_name(act: DrugAct) -> str:
    """A drug, as the name of a lane."""
    return act.word.capitalize()


def drug_text(step: Step) -> str:
    """What becomes of a drug, e.g. "5 µg/kg/min", "5 to 2.5 µg/kg/min", "off"."""
    assert isinstance(step.act, DrugAct)
    if not step.act.dose:
        return "off"
    before = f"{step.dose:g} to " if step.dose else ""
    return f"{before}{step.act.dose:g} {DRUGS[step.act.word].unit}"


def label_of(one: Running) -> str:
    """A device with what it is set to."""
    return f"{device_name(one.device)} {setting(one.device, one.words)}".strip()


def way(step: Step) -> str:
    """From one setting of a device to another, e.g. "4 to 1 L/min"."""
    assert step.after is not None
    after = setting(step.after.device, step.after.words)
    if step.before is None:
        return after
    before = setting(step.before.device, step.before.words)
    one, other = before.rpartition(" "), after.rpartition(" ")
    if one[2] == other[2] and one[0] and other[0] and "," not in before + after:
        return f"{one[0]} to {other[0]} {other[2]}"
    return f"{before} to {after}" if before else after


def step_text(step: Step) -> str:
    """One thing that is done, e.g. "ECLS 4 to 1 L/min over 10 min"."""
    act = step.act
    if isinstance(act, DeviceAct):
        assert step.after is not None
        found = f"{device_name(step.after.device)} {way(step)}".strip()
    elif isinstance(act, OffAct):
        assert step.before is not None
        found = f"{device_name(step.before.device)} off"
    elif isinstance(act, ChangeAct):
        found = f"{change_name(act)} {change_text(act)}"
    elif isinstance(act, DrugAct):
        found = f"{drug_name(act)} {drug_text(step)}"
    else:
        found = f"Volume {blood_text(act)}"
    return f"{found} over {clock(step.told.over)}" if step.told.over else found


def steps_text(steps: Sequence[Step]) -> str:
    """All that is done at one time, with what the user calls it."""
    notes = dict.fromkeys(step.told.note for step in steps if step.told.note)
    found = ", ".join(step_text(step) for step in steps)
    return f"{', '.join(notes)}: {found}" if notes else found


def groups(course: PatientCourse) -> Iterator[tuple[float, tuple[Step, ...]]]:
    """All that is done, by its time, s."""
    for time in course.plan.times:
        yield time, tuple(step for step in course.plan.steps if step.told.time == time)


def moment_time(moment: Moment, course: PatientCourse) -> str:
    """When a moment is, as a table tells it."""
    if moment.next:
        return clock(moment.next[0].told.time)
    return "Begin" if moment is course.moments[0] else f"{clock(course.duration)}, end"


def moment_label(moment: Moment, course: PatientCourse) -> str:
    """A moment, e.g. "2 min, before IABP"."""
    told = moment_time(moment, course)
    return f"{told}, before {short(moment.next)}" if moment.next else told


def short(steps: Sequence[Step]) -> str:
    """What is done at one time in few words: the user's own, or what it is done to."""
    names = []
    for step in steps:
        if step.told.note:
            names.append(step.told.note)
        elif isinstance(step.act, DeviceAct):
            assert step.after is not None
            names.append(label_of(step.after))
        elif isinstance(step.act, BloodAct):
            names.append(f"volume {blood_text(step.act)}")
        else:
            names.append(step_text(step).partition(" over ")[0])
    return ", ".join(dict.fromkeys(names))


def course_title(course: PatientCourse) -> str:
    """What the course is, in a line."""
    if course.name:
        return f"{course.name}: {clock(course.duration)}, beat by beat"
    begins = " + ".join(label_of(one) for one in course.plan.runs[0][1])
    from_ = f"begins with {begins}" if begins else "begins without a device"
    return f"{clock(course.duration)}, beat by beat; {from_}"


def course_table(course: PatientCourse) -> list[tuple[str, tuple[str, ...]]]:
    """Main indices as rows, a line per moment: when, and the cells."""
    return [
        (moment_time(moment, course), _cells(scenario))
        for moment, scenario in zip(course.moments, course.found.scenarios, strict=True)
    ]


def _cells(scenario: Scenario) -> tuple[str, ...]:
    names = [name for name in MAIN if name in known()]
    return tuple(
        shown(name, float(scenario.indices[name][0])) if name in scenario.indices else "\N{EM DASH}"
        for name in names
    )


def course_heads() -> list[str]:
    """The heads of the table."""
    return ramp_heads()


def course_lines(course: PatientCourse) -> tuple[str, ...]:
    """All that is done, a line each."""
    return tuple(f"{clock(time)}  {steps_text(steps)}" for time, steps in groups(course))


FOLLOWS = ("map", "total_flow", "lvedp", "cvp", "svo2")
"""Indices of which it is told how they go after something is done."""

FOLLOW_HEADS = {
    "map": "MAP", "total_flow": "Flow to the body", "lvedp": "LVEDP", "cvp": "CVP", "svo2": "SvO2",
}  # fmt: skip


def follow_heads() -> list[tuple[str, str]]:
    """Heads and units of what follows."""
    return [(FOLLOW_HEADS[name], unit_of(name)) for name in FOLLOWS]


def follows(course: PatientCourse) -> list[tuple[str, str, list[tuple[str, str, str]]]]:
    """What follows from all that is done, until the next thing is done.

    Returns:
        When, what, and every index of `FOLLOWS` before and after, with the interval of the change,
        "" where there is none.
    """
    return [
        (
            clock(time),
            steps_text(steps),
            [(shown(n, first), shown(n, now), by(n, ends)) for n, first, now, ends in rows],
        )
        for time, steps, rows in _followed(course)
    ]


Followed = list[tuple[str, float, float, tuple[float, float] | None]]
"""Indices before and after something, and the interval of the change."""


def _followed(course: PatientCourse) -> Iterator[tuple[float, tuple[Step, ...], Followed]]:
    values = [
        {name: float(value[0]) for name, value in scenario.indices.items()}
        for scenario in course.found.scenarios
    ]
    changes = course.spread.changes if course.spread else ({},) * len(values)
    for time, steps in groups(course):
        place = next((k for k, one in enumerate(course.moments) if one.next == steps), 0)
        if not place and time != course.plan.times[0]:
            continue
        before, after = values[place], values[place + 1]
        yield (
            time,
            steps,
            [
                (n, before.get(n, math.nan), after.get(n, math.nan), changes[place + 1].get(n))
                for n in FOLLOWS
            ],
        )


def by(name: str, ends: tuple[float, float] | None) -> str:
    """By how much an index changes, e.g. "+14 to +17"; "" where it is not known."""
    if ends is None:
        return ""
    low, high = (_signed(name, end) for end in ends)
    return f"{low} to {high}" if low != high else low


def _signed(name: str, value: float) -> str:
    text = shown(name, value)
    return text if text.startswith(MINUS) or text == shown(name, 0.0) else f"+{text}"


def _is_open(name: str, ends: tuple[float, float]) -> bool:
    """Whether an index may rise or fall, by something that is seen."""
    none = shown(name, 0.0)
    return ends[0] < 0 < ends[1] and none not in (shown(name, ends[0]), shown(name, ends[1]))


FOLLOW_WORDS = {
    "map": "mean arterial pressure", "total_flow": "flow to the body",
    "lvedp": "LV end-diastolic pressure", "cvp": "central venous pressure", "svo2": "SvO2",
}  # fmt: skip


def follow_sentences(course: PatientCourse) -> tuple[str, ...]:
    """What follows from all that is done, with intervals; nothing where there are none."""
    return tuple(_sentence(*one) for one in _followed(course)) if course.spread else ()


def open_sentences(course: PatientCourse) -> tuple[str, ...]:
    """What of what follows is open: it may rise or fall."""
    found = []
    for time, steps, rows in _followed(course):
        names = [
            f"{FOLLOW_WORDS[name]} ({by(name, ends)} {unit_of(name)})"
            for name, _, _, ends in rows
            if ends is not None and _is_open(name, ends)
        ]
        if names:
            found.append(
                f"{clock(time)}, {steps_text(steps)}: whether it raises or lowers "
                f"{' and '.join(names)} is open."
            )
    return tuple(found)


def _sentence(time: float, steps: tuple[Step, ...], rows: Followed) -> str:
    """What follows from what is done at one time."""
    moved, open_ = [], []
    for name, first, now, ends in rows:
        if ends is None or not math.isfinite(first - now):
            continue
        if _is_open(name, ends):
            open_.append(f"{FOLLOW_WORDS[name]} ({by(name, ends)} {unit_of(name)})")
        elif shown(name, first) != shown(name, now):
            way = "rises" if now > first else "falls"
            moved.append(
                f"{FOLLOW_WORDS[name]} {way} from {shown(name, first)} to {shown(name, now)} "
                f"{unit_of(name)} ({by(name, ends)})"
            )
    told = [", ".join(moved)] if moved else []
    if open_:
        told.append(f"whether it raises or lowers {' and '.join(open_)} is open")
    what = f"{clock(time)}, {steps_text(steps)}: "
    return what + ("; ".join(told) if told else "nothing of this changes") + "."


def spread_note(course: PatientCourse) -> str:
    """What the intervals of a course rest on; "" where there are none."""
    if course.spread is None:
        return ""
    who = (
        "over all who fit the measurements, and over what is not surely known of devices, drugs, "
        "of how perfusion changes contractility, and of the reflex"
        if course.found.patient.fit is not None
        else "over what is not surely known of devices and drugs; the patient is taken as told"
    )
    return f"90 % intervals from {course.spread.draws} draws, {who}."


def extremes(course: PatientCourse) -> str:
    """Between what the mean pressure lies, and when the left ventricle is fullest."""
    pressure, filling = course.indices["map"], course.indices["lvedp"]
    low, high, full = int(pressure.argmin()), int(pressure.argmax()), int(filling.argmax())
    parts = [
        f"{what} is {end} at {clock(course.time[at])} ({shown(name, values[at])} {unit_of(name)})"
        for what, end, name, values, at in (
            ("mean arterial pressure", "lowest", "map", pressure, low),
            ("mean arterial pressure", "highest", "map", pressure, high),
            ("LV end-diastolic pressure", "highest", "lvedp", filling, full),
        )
        if abs(values[at] - values[0]) > 1 and abs(values[at] - values[-1]) > 1
    ]
    return f"On the way, {', '.join(parts)}." if parts else ""


def columns(course: PatientCourse) -> list[tuple[str, str]]:
    """Name and colour of every moment."""
    last = max(1, len(course.moments) - 1)
    found = []
    for place, moment in enumerate(course.moments):
        r, g, b = (round(255 * part) for part in shade(place / last))
        found.append((moment_label(moment, course), f"#{r:02x}{g:02x}{b:02x}"))
    return found


LOOPS = 6
"""Moments whose loops are drawn, at most."""


def with_loops(course: PatientCourse) -> list[int]:
    """The places of the moments whose loops are drawn: begin, end, and some between them."""
    last = len(course.moments) - 1
    if last < LOOPS:
        return list(range(last + 1))
    return sorted({round(last * k / (LOOPS - 1)) for k in range(LOOPS)})

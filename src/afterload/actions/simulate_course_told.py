"""What a reader of a course must know: of its gases, of what was told, of the devices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from afterload.actions.simulate_course_plan import Plan
from afterload.actions.simulate_course_spread import Spread
from afterload.actions.simulate_course_watch import Spell, lasting, told
from afterload.actions.simulate_gas import Breathing
from afterload.hemodynamics.course import ChangeAct, DrugAct
from afterload.hemodynamics.drug import DRUGS

if TYPE_CHECKING:
    from afterload.actions.simulate_patient import Subject

Array = NDArray[np.float64]

AS_TOLD = (
    "Changes of resistance, contractility, rate or volume of the veins are as told: which dose of "
    "which drug makes them is not modelled."
)

BY_DRUGS = {"svr", "pvr", "ees", "hr", "unstressed"}
"""Quantities that drugs change."""


def of_drug(word: str) -> str:
    """What a reader must know of a drug."""
    drug = DRUGS[word]
    return (
        f"{drug.title}: what it does is that of the mean patient with heart failure in one or two "
        f"studies, and differs in shock; left out are {drug.left_out}."
    )


STEADY_GASES = (
    "Saturations are those that each beat's flows would come to: blood and tissue hold oxygen, so "
    "that in a patient they lag behind by a minute or so."
)


def of_gases_over_time(breath: Breathing, time: Array, end: float) -> Iterator[Spell]:
    """What must be told of the gases, from when to when."""
    kinds: dict[str, NDArray[np.bool_]] = {}
    for lane, texts in enumerate(breath.told):
        for text in texts:
            kind = text.partition(":")[0].rstrip(".")
            kinds.setdefault(kind, np.zeros(len(time), bool))[lane] = True
    for kind, flag in kinds.items():
        for begin, over in lasting(time, flag, end):
            yield Spell(f"gas {kind}", kind, begin, over)


def uncertain(held: Plan) -> bool:
    """Whether anything of what is done in a course is not surely known."""
    every = [one.device for _, these in held.runs for one in these]
    drugs = any(isinstance(step.act, DrugAct) for step in held.steps)
    return drugs or any(device.bands for device in every)


MANY_LOST = 0.05
"""Share of draws that are left out above which it is told."""


def of_draws(found: Sequence[Spell], told_: Spread) -> Iterator[str]:
    """What a reader must know of the draws that intervals rest on."""
    total = told_.draws + told_.lost
    if told_.lost > MANY_LOST * total:
        yield (
            f"{told_.lost} of {total} draws cannot carry what is done to them and are left out of "
            "the intervals, which are too narrow for it."
        )
    here = any(one.kind == "shut" for one in found)
    if 0 < told_.shut < told_.draws or (here and not told_.shut):
        yield (
            f"In {told_.shut} of {told_.draws} draws the aortic valve stays shut at some time"
            + ("." if here else ", though not in the course shown.")
        )


def warnings_of(
    subject: Subject,
    held: Plan,
    end: float,
    found: Sequence[Spell],
    own: Mapping[str, Array],
    last: float,
) -> Iterator[str]:
    """What a reader must know, each once."""
    lines = [*subject.warnings, *told(found)]
    for one in dict.fromkeys(step.told for step in held.steps):
        if one.time > last:
            lines.append(f"{one.text!r} begins after the last beat has begun, and shows in none.")
        if one.lasts and one.time + one.lasts > end:
            part = 100 * (end - one.time) / one.lasts
            lines.append(f"{one.text!r} is not over at the end: {part:.0f} % of it are done.")
    changed = {step.act.name for step in held.steps if isinstance(step.act, ChangeAct)}
    if changed & BY_DRUGS:
        lines.append(AS_TOLD)
    lines += [of_drug(step.act.word) for step in held.steps if isinstance(step.act, DrugAct)]
    every = [one.device for _, these in held.runs for one in these]
    if any(device.slot == "balloon" for device in every):
        lines.append(
            "With a balloon, sbp is the highest and dbp the lowest pressure of the beat: the peak "
            "may be the one in diastole, when the balloon is full."
        )
    if np.isfinite(own.get("svo2", np.array([np.nan]))).any():
        lines.append(STEADY_GASES)
    lines += [warning for device in every for warning in device.warnings]
    yield from dict.fromkeys(lines)

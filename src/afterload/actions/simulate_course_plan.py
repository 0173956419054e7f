"""What is told of a course as changes of parameters: devices in place, feedbacks at rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from afterload.actions.simulate_course_device import event, told_otherwise
from afterload.core.errors import InputError
from afterload.hemodynamics.activation import peak_time
from afterload.hemodynamics.body import BODY
from afterload.hemodynamics.course import (
    BloodAct,
    ChangeAct,
    DeviceAct,
    DrugAct,
    OffAct,
    Running,
    Step,
    Told,
    levels,
)
from afterload.hemodynamics.cycle import PULSED, USUAL
from afterload.hemodynamics.device import (
    SLOTS,
    AbstractDevice,
    check_together,
)
from afterload.hemodynamics.drug import DRUGS
from afterload.hemodynamics.fit_support import supported
from afterload.hemodynamics.patient.gas import GAS
from afterload.hemodynamics.patient.value import ends, read_value
from afterload.hemodynamics.transient import Event

Array = NDArray[np.float64]
Values = dict[str, float]


class Support(Protocol):
    """Puts devices in place, as `fit_support.supported`."""

    def __call__(
        self,
        p: Mapping[str, Array],
        devices: Sequence[AbstractDevice],
        closed: Array | None = None,
        /,
    ) -> dict[str, Array]:
        """All parameters, shape (n,) each, with devices in place."""


Deviates = Callable[[str, str], float]
"""How far what a drug does is from the usual, in standard deviations, by drug and effect."""


def usual(_drug: str, _effect: str) -> float:
    """As far as the usual patient: not at all."""
    return 0.0


FILLING_S = 3.0
"""Seconds in which a balloon that is switched on comes to its volume, and one that is switched off
leaves it: some beats, as the change is seen from beat to beat."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A course to run.

    Args:
        steps: All that is done, in the order of time.
        events: The same as changes of the circulation's parameters.
        gas: The same as changes of gas exchange.
        runs: What runs from a time (s) on, in the order of time; the first from 0 s.
    """

    steps: tuple[Step, ...]
    events: tuple[Event, ...]
    gas: tuple[Event, ...]
    runs: tuple[tuple[float, tuple[Running, ...]], ...]

    @property
    def times(self) -> tuple[float, ...]:
        """When something is done, s, each time once."""
        return tuple(dict.fromkeys(step.told.time for step in self.steps))

    def running(self, time: float) -> tuple[Running, ...]:
        """What runs in a beat that begins at a time, s; before 0 s, what runs at the begin."""
        return [self.runs[0][1], *(these for begin, these in self.runs if begin <= time)][-1]


def plan(
    told: Sequence[Told],
    begins: Sequence[Running],
    patient: Mapping[str, float],
    gas: Mapping[str, float],
    closed: float,
    support: Support = supported,
    deviates: Deviates = usual,
) -> Plan:
    """All events as changes of parameters.

    Args:
        told: The events, in any order.
        begins: What runs from the begin.
        patient: All parameters without a device, as at rest.
        gas: What is known of gas exchange.
        closed: When the aortic valve closes at rest, s; balloons are timed by it.
        support: Puts devices in place.
        deviates: How far what drugs do is from the usual.

    Raises:
        InputError: Something is done that cannot be: a device switched off that does not run, two
            devices in one place, a value that there is not, more blood lost than there is.
    """
    desk = _Desk(patient, gas, closed, tuple(begins), support, deviates)
    ordered = sorted(told, key=lambda one: one.time)
    for time, group in groupby(ordered, key=lambda one: one.time):
        desk.moment(time, list(group))
    return Plan(tuple(desk.steps), tuple(desk.events), tuple(desk.gas_events), tuple(desk.runs))


class _Desk:
    """The patient as all events so far have left it."""

    def __init__(
        self,
        patient: Mapping[str, float],
        gas: Mapping[str, float],
        closed: float,
        begins: tuple[Running, ...],
        support: Support,
        deviates: Deviates,
    ) -> None:
        self.support, self.deviates = support, deviates
        self.doses: dict[str, float] = {}
        self.rested, self.patient, self.closed = dict(patient), dict(patient), closed
        self.gas = {**GAS, **gas}
        self.on = {one.device.slot: one for one in begins}
        self.runs: list[tuple[float, tuple[Running, ...]]] = [(0.0, begins)]
        self.steps: list[Step] = []
        self.events: list[Event] = []
        self.gas_events: list[Event] = []

    def moment(self, time: float, group: list[Told]) -> None:
        """All that begins at one time; devices are checked once all of it is done."""
        before = dict(self.on)
        devices: list[Step] = []
        pairs = [(one, act) for one in group for act in one.acts]
        for one, act in sorted(pairs, key=lambda pair: not isinstance(pair[1], OffAct)):
            if isinstance(act, ChangeAct):
                self._change(one, act)
                self.steps.append(Step(one, act))
            elif isinstance(act, BloodAct):
                self._blood(one, act)
                self.steps.append(Step(one, act))
            elif isinstance(act, DrugAct):
                self.steps.append(self._drug(one, act))
            else:
                step = self._off(one, act) if isinstance(act, OffAct) else self._set(one, act)
                devices.append(step)
                self.steps.append(step)
        if not devices:
            return
        taken = [one.device for one in self.on.values()]
        try:
            check_together(taken)
        except InputError as why:
            raise InputError(f"From {time:g} s on: {why}") from None
        self._switch(time, before, devices)
        self.runs.append((time, tuple(self.on.values())))

    def _off(self, told: Told, act: OffAct) -> Step:
        found = self._holder(act.word)
        if found is None:
            names = " and ".join(one.word for one in self.on.values())
            raise InputError(
                f"{act.word} is switched off at {told.time:g} s, but does not run then"
                f"{f'; {names} does' if len(self.on) == 1 else f'; {names} do' if names else ''}. "
                "Check the times; what runs from the begin goes after --device."
            )
        if told.over:
            raise InputError(
                f"{event(told)}: a device is switched off at once. Wean it first, as "
                "400 ecls:flow=1 over 600, and switch it off after that."
            )
        del self.on[found.device.slot]
        return Step(told, act, found)

    def _holder(self, word: str) -> Running | None:
        return next((one for one in self.on.values() if one.word == word), None)

    def _set(self, told: Told, act: DeviceAct) -> Step:
        """A device switched on, or one that runs told otherwise."""
        before = self._holder(act.word)
        after = told_otherwise(told, act, before)
        slot = after.device.slot
        other = self.on.get(slot)
        if other is not None and before is None:
            raise InputError(
                f"At {told.time:g} s: {other.word} and {act.word} cannot run together: both take "
                f"{SLOTS[slot].place}. Switch one off first: {told.time:g} off {other.word}."
            )
        self.on[slot] = after
        return Step(told, act, before, after)

    def _switch(self, time: float, before: Mapping[str, Running], steps: Sequence[Step]) -> None:
        """Devices as they are after a moment, as changes of parameters."""
        old = self._numbers([one.device for one in before.values()])
        new = self._numbers([one.device for one in self.on.values()])
        for slot in before.keys() - self.on.keys():
            prefix = SLOTS[slot].prefix
            own = {k: v for k, v in self.rested.items() if k.startswith(prefix)}
            own |= {k: v for k, v in USUAL.items() if _slot_of(k) == slot}
            if slot == "balloon":
                for name in ("desc.balloon", "q_desc.balloon"):
                    self.events.append(Event(time, {name: 0.0}, FILLING_S))
            else:
                self.events.append(Event(time, own))
        named = {step.after.device.slot: step for step in steps if step.after is not None}
        for slot, step in named.items():
            own = {k: v for k, v in new[0].items() if _slot_of(k) == slot}
            self.events += self._device_events(step, own)
        times = {
            name: new[1].get(name, 1.0) / old[1].get(name, 1.0)
            for name in {**old[1], **new[1]}
            if new[1].get(name, 1.0) != old[1].get(name, 1.0)
        }
        if times:
            self.events.append(Event(time, times=times))

    def _device_events(self, step: Step, own: Values) -> Iterator[Event]:
        time, over, after = step.told.time, step.told.over, step.after
        assert after is not None
        slot = after.device.slot
        if slot == "balloon":
            volume = {k: v for k, v in own.items() if k.endswith(".balloon")}
            rest = {k: v for k, v in own.items() if k not in volume}
            begins = step.before is None
            yield Event(time, rest, 0.0 if begins else over)
            yield Event(time, volume, over or FILLING_S)
        elif not over:
            yield Event(time, own)
        elif after.device.target is not None:
            name = f"{slot}.target"
            if step.before is None:
                yield Event(time, {**own, name: 0.0})
            yield Event(time, {name: own[name]}, over)
        elif after.kind == "level":
            for begin, one in levels(step):
                speed = {f"{slot}.n": one.device.parameters()[f"{slot}.n"]}
                yield Event(begin, speed)
        else:
            yield Event(time, {f"{slot}.n": own[f"{slot}.n"]}, over)

    def _numbers(self, devices: Sequence[AbstractDevice]) -> tuple[Values, Values]:
        """What devices set, and what they multiply."""
        rested = {**self.rested, "beat.hr": self.patient["beat.hr"]}
        lane = {name: np.array([value]) for name, value in rested.items()}
        placed = self.support(lane, devices, np.array([self._notch()]))
        slots = {device.slot for device in devices}
        found: Values = {}
        scales: Values = {}
        for name, values in placed.items():
            value, slot = float(values[0]), _slot_of(name)
            if slot in slots:
                found[name] = value
            elif not slot and value != rested[name]:
                scales[name] = value / rested[name]
        return found, scales

    def _notch(self) -> float:
        """When the aortic valve closes at the heart rate that there is now, s."""
        now, then = (
            float(peak_time(np.array([60.0 / p["beat.hr"]]))[0])
            for p in (self.patient, self.rested)
        )
        return self.closed * now / then

    def _change(self, told: Told, act: ChangeAct) -> None:
        """Something of the patient changed, within what is possible."""
        for name in act.parameters:
            held = self.gas if name in GAS else self.patient
            after = {
                "to": act.value, "by": held[name] + act.value, "times": held[name] * act.value,
            }[act.way]  # fmt: skip
            try:
                read_value(name, after)
            except InputError as why:
                raise InputError(f"At {told.time:g} s: {why}") from None
            held[name] = after
        self._check_stressed(told)
        changed: dict[bool, dict[str, float]] = {True: {}, False: {}}
        for name in act.parameters:
            changed[name in GAS][name] = act.value
        for gas, values in changed.items():
            if values:
                one = {
                    "to": Event(told.time, values, told.over),
                    "by": Event(told.time, over=told.over, plus=values),
                    "times": Event(told.time, over=told.over, times=values),
                }[act.way]
                (self.gas_events if gas else self.events).append(one)
        if act.parameters == ("beat.hr",):
            self._time_balloon(told.time, told.over)

    def _time_balloon(self, time: float, over: float) -> None:
        """A balloon timed by the rate that there is now."""
        if "balloon" in self.on:
            name = "balloon.inflate"
            timed = self._numbers([one.device for one in self.on.values()])[0][name]
            self.events.append(Event(time, {name: timed}, over))

    def _check_stressed(self, told: Told) -> None:
        short = -self._stressed()
        if short >= 0:
            raise InputError(
                f"{event(told)}: the vessels would hold {short:.0f} mL more without any pressure "
                "than there is blood, and none would flow. Check the factor."
            )

    def _drug(self, told: Told, act: DrugAct) -> Step:
        """A drug begun, ended, or given at another dose."""
        drug, before = DRUGS[act.word], self.doses.get(act.word, 0.0)
        if act.dose == before:
            state = f"is given at {before:g} {drug.unit} already" if before else "is not given"
            raise InputError(f"{event(told)}: {drug.word} {state} then. Check the times.")
        if not act.dose and drug.lasting:
            raise InputError(
                f"{event(told)}: {drug.word} goes on acting for hours after it is ended, which a "
                "course does not follow. Leave its end out."
            )
        far = {name: self.deviates(drug.word, name) for name in drug.effects}
        was, now = drug.factors(before, far), drug.factors(act.dose, far)
        times = {name: now[name] / was[name] for name in now if now[name] != was[name]}
        for name, factor in times.items():
            after = self.patient[name] * factor
            try:
                read_value(name, after)
            except InputError as why:
                raise InputError(f"At {told.time:g} s: {why}") from None
            self.patient[name] = after
        self._check_stressed(told)
        self.doses[act.word] = act.dose
        step = Step(told, act, dose=before)
        self.events.append(Event(told.time, over=step.over, times=times))
        if "beat.hr" in times:
            self._time_balloon(told.time, step.over)
        return step

    def _stressed(self) -> float:
        """Blood that stretches the vessels, mL."""
        unstressed = sum(self.patient[f"{name}.v0"] for name in BODY.volumes)
        return self.patient["blood.volume"] - unstressed

    def _blood(self, told: Told, act: BloodAct) -> None:
        """Blood given or lost; less than what stretches the vessels."""
        held, stressed = self.patient["blood.volume"], self._stressed()
        if act.volume <= -stressed:
            raise InputError(
                f"{event(told)}: {-act.volume:g} mL are lost, but only {stressed:.0f} mL stretch "
                "the vessels then (stressed volume): without them no blood flows. Check the volume."
            )
        most = ends("blood.volume")[1]
        if held + act.volume > most:
            raise InputError(
                f"{event(told)}: with {act.volume:g} mL more there are {held + act.volume:.0f} mL "
                f"of blood; {most:g} are the most that can be told. Check the volume (mL)."
            )
        self.patient["blood.volume"] = held + act.volume
        self.events.append(Event(told.time, over=told.over, blood=act.volume))


def _slot_of(name: str) -> str:
    """The place that a device's parameter belongs to; "" for the patient's own."""
    if name.startswith("balloon.") or name.endswith(".balloon"):
        return "balloon"
    if name.startswith("pulse."):
        return PULSED
    return next((slot for slot, one in SLOTS.items() if name.startswith(one.prefix)), "")

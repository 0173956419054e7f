"""What a reader of a simulated beat must know: what the devices say of themselves, and what they
did not manage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from afterload.hemodynamics.device import AbstractDevice
from afterload.hemodynamics.device.base import ML_PER_S
from afterload.hemodynamics.trace import Trace

if TYPE_CHECKING:
    from afterload.actions.simulate_patient import Subject

Array = NDArray[np.float64]
Lost = NDArray[np.bool_]

SHORT = 0.03
"""Share of a flow asked for that may lack before it is told."""

OFTEN = 0.1
"""Share of the beat with a collapsing inlet above which it is told."""

INLETS: dict[str, tuple[str, ...]] = {
    "ecls": ("ra", "svc", "ivc"),
    "vent": ("lv", "pa"),
    "left_pump": ("lv",),
    "left_atrial_pump": ("la",),
    "right_pump": ("ra",),
}
"""Where a pump's inlets lie, by slot."""

NO_VALUE = {
    "papi": "the mean right atrial pressure is not above zero",
    "svo2": "next to no blood goes through the lungs, or its gases could not be worked out",
}
"""Why an index has no value although the beat has settled."""


def cautions(
    devices: Sequence[AbstractDevice], values: Mapping[str, Array], t: Trace, lost: Lost
) -> tuple[str, ...]:
    """Warnings of one scenario of n patients.

    Args:
        devices: Those that run.
        values: Its indices, shape (n,).
        t: Its waveforms, n lanes.
        lost: Which patients have not settled.
    """
    told = [warning for device in devices for warning in device.warnings]
    if lost.any():
        told.append(
            f"No steady beat was found for {_of(lost)}: they have no indices."
            if len(lost) > 1
            else "No steady beat was found, so there are no indices."
        )
    if lost.all():
        return tuple(told)
    for device in devices:
        told += _pump(device, t, lost)
    if any(device.slot == "balloon" for device in devices):
        told.append(
            "With a balloon, sbp is the highest and dbp the lowest pressure of the beat: the peak "
            "may be the one in diastole, when the balloon is full."
        )
    shut = (values["valve_opening"] == 0) & ~lost
    if shut.any():
        told.append(
            f"The aortic valve stays shut{_whom(shut)}: blood stands still in the left ventricle "
            "and aortic root."
        )
    told += _empty(values, lost)
    return tuple(told)


def _pump(device: AbstractDevice, t: Trace, lost: Lost) -> Iterator[str]:
    """What a pump did not manage."""
    found = device.settings()
    if found.speeds is None:
        return
    slot = device.slot
    flow = t.flows[slot].mean(axis=0)
    if found.target is not None:
        short = (flow < found.target * (1 - SHORT)) & ~lost
        if short.any():
            least = float(flow[short].min())
            full = t.parameters[f"{slot}.n"][short] >= 0.999 * found.speeds[1]
            why = " at its highest speed" if full.all() else ""
            yield (
                f"{device.word} gives {least / ML_PER_S:.2g} of the "
                f"{found.target / ML_PER_S:.2g} L/min asked for{why}{_whom(short)}."
            )
    back = (t.flows[slot].mean(axis=0) < -0.1) & ~lost
    if back.any():
        yield (
            f"{device.word} is too slow: {-float(flow[back].min()) / ML_PER_S:.2g} L/min run back "
            f"through it{_whom(back)}."
        )
    draws = (_inlet(slot, t) < t.parameters[f"{slot}.p_low"]) & (t.flows[slot] > 0)
    part = draws.mean(axis=0)
    dry = (part > OFTEN) & ~lost
    if dry.any():
        yield (
            f"{device.word} draws more than comes in {100 * float(part[dry].max()):.0f} % of the "
            f"beat{_whom(dry)}: its inlet is sucked shut."
        )


def _inlet(slot: str, t: Trace) -> Array:
    """Pressure at a pump's inlet, shape (steps, n); of several, by the share that each gives."""
    found = np.zeros(t.time.shape)
    for place in INLETS[slot]:
        share = t.parameters[f"{slot}.from_{place}"] if len(INLETS[slot]) > 1 else 1.0
        found += share * t.pressures[place]
    return found


def _empty(values: Mapping[str, Array], lost: Lost) -> Iterator[str]:
    """Why indices have no value; without a steady beat there is none, which is told already."""
    for name, value in values.items():
        none = ~np.isfinite(value) & ~lost
        if none.any():
            why = NO_VALUE.get(name, "there is no such blood, or it could not be worked out")
            yield f"{name} has no value{_whom(none)}: {why}."


def of_gases(told: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """Warnings of the gases of n patients; of several, what one is told stands for all alike."""
    if len(told) == 1:
        return told[0]
    kinds: dict[str, list[int]] = {}
    for patient, texts in enumerate(told):
        for text in texts:
            kinds.setdefault(text.partition(":")[0].rstrip("."), []).append(patient)
    return tuple(f"{kind}: {len(who)} of {len(told)} patients." for kind, who in kinds.items())


def unfitted(subject: Subject, values: Mapping[str, Array]) -> Iterator[str]:
    """A venous saturation that was measured, beside the one that is computed."""
    measured = subject.fit.reading.passed.get("svo2") if subject.fit else None
    if measured is not None and not subject.on and np.isfinite(values["svo2"][0]):
        yield (
            f"svo2 = {measured:g} % was measured; it is not fitted, and the circulation gives "
            f"{values['svo2'][0]:.0f} %. Oxygen uptake (body.vo2) and haemoglobin (hb) decide it."
        )


def _whom(which: Lost) -> str:
    """Which patients, if there are several: " in 3 of 20 patients"."""
    return f" in {_of(which)}" if len(which) > 1 else ""


def _of(which: Lost) -> str:
    return f"{int(which.sum())} of {len(which)} patients"

"""What a reader of a simulated beat must know: what the devices say of themselves, and what they
did not manage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from afterload.hemodynamics.cycle import FULL, SLOWEST
from afterload.hemodynamics.device import AbstractDevice
from afterload.hemodynamics.device.base import ML_PER_S
from afterload.hemodynamics.index import PER_MINUTE
from afterload.hemodynamics.trace import Trace

Array = NDArray[np.float64]
Who = NDArray[np.bool_]

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

VENTRICLES = {"lv": ("left ventricle", -1.0), "rv": ("right ventricle", 1.0)}
"""The ventricles, in words, and how the septum's bulge counts in what their own wall encloses."""

PRESSURES = {
    "map": "map", "sbp": "sbp", "dbp": "dbp", "cvp": "cvp", "pap_mean": "pa_mean", "pcwp": "pcwp"
}  # fmt: skip
"""Pressures among the indices, and what the vocabulary calls them."""

NO_VALUE = {
    "papi": "the mean right atrial pressure is not above zero",
    "svo2": "next to no blood goes through the lungs, or its gases could not be worked out",
}
"""Why an index has no value although the beat has settled."""

GASES = ("po2", "pco2", "ph")
"""What names of the gases of a blood begin with."""

BARELY = 1.0
"""mmHg by which the brain's perfusion pressure may lie below its limit before it is told."""

WHOM = "{whom}"
"""Where a finding says which patients it is about, if there are several."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to be told of some patients.

    Args:
        kind: Findings of one kind are told once.
        text: The sentence, with `WHOM`.
        who: Whom it is about, shape (n,).
    """

    kind: str
    text: str
    who: Who


def findings(
    devices: Sequence[AbstractDevice], values: Mapping[str, Array], t: Trace, lost: Who
) -> tuple[Finding, ...]:
    """What must be told of one scenario of n patients.

    Args:
        devices: Those that run.
        values: Its indices, shape (n,).
        t: Its waveforms, n lanes.
        lost: Which patients have not settled; their waveforms may be beyond all numbers.
    """
    with np.errstate(all="ignore"):
        return tuple(_findings(devices, values, t, lost))


def _findings(
    devices: Sequence[AbstractDevice], values: Mapping[str, Array], t: Trace, lost: Who
) -> Iterator[Finding]:
    everyone = np.ones_like(lost)
    for device in devices:
        for warning in device.warnings:
            yield Finding(warning, warning, everyone)
    yield Finding("lost", "No steady beat was found{whom}, so there are no indices.", lost)
    for ventricle, (name, _) in VENTRICLES.items():
        yield Finding(
            f"{ventricle} weak",
            f"The {name}, as full as it gets, does not contract{WHOM}: its end-systolic line lies "
            "below its filling curve, and blood passes it as a vessel. That is so with a ventricle "
            f"that stands still; else check {ventricle}.ees, {ventricle}.v0, {ventricle}.alpha and "
            f"{ventricle}.beta.",
            _stands_still(ventricle, t) & ~lost,
        )
    for ventricle, (name, _) in VENTRICLES.items():
        yield Finding(
            f"{ventricle} empty",
            f"The {name} is drawn emptier than empty{WHOM}, which no wall allows: what stands here "
            "holds no more. Let pumps draw less, or check the patient.",
            (t.volumes[ventricle].min(axis=0) < 0.0) & ~lost,
        )
    yield from _beyond_the_living(values, lost)
    yield _brain_below(values, t, lost)
    for device in devices:
        yield from _pump(device, t, lost)
        yield from _pulse(device, t, lost)
    if any(device.slot == "balloon" for device in devices):
        text = (
            "With a balloon, sbp is the highest and dbp the lowest pressure of the beat: the peak "
            "may be the one in diastole, when the balloon is full."
        )
        yield Finding(text, text, everyone)
        if not all(place.fills.all() for place in t.places):
            text = (
                "A balloon that does not fill in every beat makes beats differ: sbp, dbp, volumes "
                "and work are means over the beats of a cycle."
            )
            yield Finding(text, text, everyone)
    yield Finding(
        "shut",
        f"The aortic valve stays shut{WHOM}: {_stands(devices)}.",
        (values["valve_opening"] == 0) & ~lost,
    )
    if any(device.slot == "septostomy" for device in devices):
        across = PER_MINUTE * t.flows["septostomy"].mean(axis=0)
        right = (across < -0.1) & ~lost
        yield Finding(
            "right to left",
            f"{-float(across[right].min(initial=0.0)):.2g} L/min of venous blood cross the atrial "
            f"septum from right to left{WHOM}, and reach the body without oxygen of the lungs.",
            right,
        )
    yield from _without_value(values, lost)


def _without_value(values: Mapping[str, Array], lost: Who) -> Iterator[Finding]:
    """Indices that have no value in a beat that has settled; the gases of one blood together."""
    together: dict[str, list[str]] = {}
    for name in values:
        gas, _, blood = name.partition("_")
        together.setdefault(blood if gas in GASES and blood else name, []).append(name)
    for names in together.values():
        why = NO_VALUE.get(names[0], "there is no such blood, or it could not be worked out")
        told = f"{', '.join(names[:-1])} and {names[-1]} have" if names[1:] else f"{names[0]} has"
        none = ~np.all([np.isfinite(values[name]) for name in names], axis=0)
        yield Finding(f"no {names[0]}", f"{told} no value{WHOM}: {why}.", none & ~lost)


def _beyond_the_living(values: Mapping[str, Array], lost: Who) -> Iterator[Finding]:
    """Pressures outside what the vocabulary takes for possible at the bedside."""
    from afterload.core.vocabulary import standard

    for index, name in PRESSURES.items():
        variable, value = standard()[name], values[index]
        far = ((value < variable.low) | (value > variable.high)) & ~lost
        if not far.any():
            continue
        most = float(value[far][np.argmax(np.abs(value[far]))])
        yield Finding(
            f"{index} beyond",
            f"{index} is {most:.3g} mmHg{WHOM}, which is not measured in the living "
            f"({variable.low:g} to {variable.high:g}): check the parameters of the patient.",
            far,
        )


def _brain_below(values: Mapping[str, Array], t: Trace, lost: Who) -> Finding:
    """Whether the brain's vessels are as wide as they get, and its flow follows pressure."""
    pressure, limit = values["brain_pressure"], t.parameters["brain.lower"]
    below = (pressure < limit - BARELY) & (t.parameters["brain.gain"] != 0.0) & ~lost
    return Finding(
        "brain below",
        f"The perfusion pressure of the brain is {_from_to(pressure[below])} mmHg{WHOM}, below the "
        f"{_from_to(limit[below])} mmHg down to which its vessels can keep its flow: it gets "
        f"{_from_to(values['brain_flow'][below])} mL/min.",
        below,
    )


def _from_to(values: Array) -> str:
    """The lowest and the highest of some patients' values, or the one that all have."""
    ends = dict.fromkeys(f"{end:.0f}" for end in (*np.sort(values)[:1], *np.sort(values)[-1:]))
    return " to ".join(ends)


def _stands_still(ventricle: str, t: Trace) -> Who:
    """Whether a ventricle as full as it gets presses no more when active, shape (n,)."""
    told = {name: t.parameters[f"{ventricle}.{name}"] for name in ("ees", "v0", "alpha", "beta")}
    enclosed = t.volumes[ventricle] + VENTRICLES[ventricle][1] * t.septum
    stretch = np.maximum(enclosed.max(axis=0) - told["v0"], 0.0)
    at_rest = told["beta"] * np.expm1(told["alpha"] * stretch)
    return np.asarray(told["ees"] * stretch < at_rest)


def _stands(devices: Sequence[AbstractDevice]) -> str:
    """Where blood stands still behind a valve that does not open."""
    slots = {device.slot for device in devices}
    if "left_pump" in slots:
        return "all that leaves the left ventricle goes through the pump"
    if "vent" in slots:
        return "blood stands still in the aortic root; the vent drains what comes to the left heart"
    return "blood stands still in the left ventricle and aortic root"


def _pump(device: AbstractDevice, t: Trace, lost: Who) -> Iterator[Finding]:
    """What a pump did not manage."""
    found = device.settings()
    if found.speeds is None:
        return
    slot, word = device.slot, device.word
    flow = t.flows[slot].mean(axis=0)
    short = np.zeros_like(lost)
    if found.target is not None:
        short = (flow < found.target * (1 - SHORT)) & ~lost
        least = float(flow[short].min(initial=found.target)) / ML_PER_S
        full = bool((t.parameters[f"{slot}.n"][short] >= 0.999 * found.speeds[1]).all())
        yield Finding(
            f"{word} short",
            f"{word} gives {least:.2g} of the {found.target / ML_PER_S:.2g} L/min asked for"
            f"{' at its highest speed' if full else ''}{WHOM}.",
            short,
        )
    back = (flow < -0.1) & ~lost
    most = -float(flow[back].min(initial=0.0)) / ML_PER_S
    yield Finding(
        f"{word} back", f"{word} is too slow: {most:.2g} L/min run back through it{WHOM}.", back
    )
    part, loss = (np.where(lost, 0.0, one) for one in (narrowed(slot, t), suction(slot, t)))
    dry = part > OFTEN
    reached = found.target is not None and not (short & dry).any()
    yield Finding(
        f"{word} dry",
        f"{word}: its inlet is narrowed by suction in {100 * float(part.max()):.0f} % of the beat"
        f"{WHOM}, where {float(loss[dry].max(initial=0.0)):.0f} mmHg are lost on average; "
        + ("the flow asked for is reached by a higher speed." if reached else "that costs flow."),
        dry,
    )


def _pulse(device: AbstractDevice, t: Trace, lost: Who) -> Iterator[Finding]:
    """How a clock that keeps no step with the heart was brought into one cycle with it."""
    told = device.settings().pulse
    if told is None or not t.places:
        return
    every = told.period * t.places[0].stretch
    least, most = (float(of(np.where(lost, told.period, every))) for of in (np.min, np.max))
    period = f"{least:.3g}" if most - least < 0.005 else f"{least:.3g} to {most:.3g}"
    moved = f", instead of every {told.period:g} s," if period != f"{told.period:g}" else ""
    slow = t.parameters[f"{device.slot}.n"] < SLOWEST
    yield Finding(
        f"{device.word} pulse",
        f"The artificial pulse of {device.word} keeps no step with the heart. {t.beats} beats with "
        f"a pulse every {period} s{moved} stand for both{WHOM}.",
        ~lost & ~slow,
    )
    yield Finding(
        f"{device.word} slow",
        f"{device.word} runs below {1000 * FULL:,.0f} rpm, where it has no artificial pulse{WHOM}.",
        ~lost & (t.parameters[f"{device.slot}.n"] < FULL),
    )


def narrowed(slot: str, t: Trace) -> Array:
    """Share of the beat in which a pump draws through an inlet that collapses, shape (n,)."""
    draws = (_inlet(slot, t) < t.parameters[f"{slot}.p_low"]) & (t.flows[slot] > 0)
    return np.asarray(draws.mean(axis=0))


def suction(slot: str, t: Trace) -> Array:
    """Mean head that a pump loses in an inlet that collapses, mmHg, shape (n,); see `law.Pump`."""
    told = {name: t.parameters[f"{slot}.{name}"] for name in ("suction", "p_low")}
    below = np.maximum(told["p_low"] - _inlet(slot, t), 0.0)
    return np.asarray((told["suction"] * below * np.maximum(t.flows[slot], 0.0)).mean(axis=0))


def _inlet(slot: str, t: Trace) -> Array:
    """Pressure across the wall at a pump's inlet, shape (steps, n), mmHg.

    Of several inlets by the share that each gives.
    """
    found = np.zeros(t.time.shape)
    for place in INLETS[slot]:
        share = t.parameters[f"{slot}.from_{place}"] if len(INLETS[slot]) > 1 else 1.0
        found += share * (t.pressures[place] - t.outside[place])
    return found


def of_gases(told: Sequence[tuple[str, ...]]) -> Iterator[Finding]:
    """What must be told of the gases of n patients; of several, only how many are told it."""
    if len(told) == 1:
        for text in told[0]:
            yield Finding(text, text, np.ones(1, bool))
        return
    kinds: dict[str, Who] = {}
    for patient, texts in enumerate(told):
        for text in texts:
            kind = text.partition(":")[0].rstrip(".")
            kinds.setdefault(kind, np.zeros(len(told), bool))[patient] = True
    for kind, who in kinds.items():
        yield Finding(kind, f"{kind}{WHOM}.", who)


def sentences(groups: Sequence[Sequence[Finding]], sizes: Sequence[int]) -> tuple[str, ...]:
    """The findings of several groups of patients as warnings, each kind once.

    Args:
        groups: Findings of every group.
        sizes: How many patients every group has.
    """
    first: dict[str, Finding] = {}
    for group in groups:
        for one in group:
            if one.who.any():
                first.setdefault(one.kind, one)
    told = []
    for kind, one in first.items():
        counts = [sum(int(f.who.sum()) for f in group if f.kind == kind) for group in groups]
        whom = f" in {sum(counts)} of {sum(sizes)} patients" if sum(sizes) > 1 else ""
        told.append(one.text.replace(WHOM, whom))
    return tuple(told)

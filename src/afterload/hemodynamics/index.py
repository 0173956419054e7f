"""What a beat amounts to: the numbers a clinician reads, in the units of the vocabulary.

Of a cycle of beats, flows, mean pressures and power are means over it; what a beat has one of, as
its systolic pressure, its end-diastolic volume or its work, is the mean of the beats' own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from afterload.core.source import Source
from afterload.hemodynamics import brain
from afterload.hemodynamics.trace import Trace

Array = NDArray[np.float64]

PER_MINUTE = 0.06
"""L/min in one mL/s."""

SUGA = Source(
    "Suga H. Ventricular energetics. Physiol Rev 1990;70:247-277",
    place="oxygen consumption per beat from PVA and Emax, as in hemodynamics reference C.5",
    confidence="M",
)

WALL = Source(
    "Sandstede J et al. Age- and gender-specific differences in left and right ventricular cardiac "
    "function and mass determined by cine magnetic resonance imaging. Eur Radiol 2000;10:438-442",
    place="abstract: left 155 and right 52 g in men, 110 and 39 g in women",
    confidence="C1",
)
RIGHT = 1.0 / 3.0
"""Mass of the right ventricle's free wall as a share of the left ventricle's (`WALL`)."""


@dataclass(frozen=True, slots=True)
class Index:
    """One number of a beat.

    Args:
        name: Its name.
        label: What it is, in words.
        unit: UCUM unit.
        compute: From a trace to shape (n,).
    """

    name: str
    label: str
    unit: str
    compute: Callable[[Trace], Array]


def _pressure(part: str, of: Callable[..., Array]) -> Callable[[Trace], Array]:
    return lambda t: beat_by_beat(t, t.pressures[part], of)


def _volume(part: str, of: Callable[..., Array]) -> Callable[[Trace], Array]:
    return lambda t: beat_by_beat(t, t.volumes[part], of)


def beat_by_beat(t: Trace, values: Array, of: Callable[..., Array]) -> Array:
    """Mean over the beats of what `of` makes of the values in each, along its first axis."""
    if t.beats == 1:
        return of(values, axis=0)
    return np.asarray(np.mean([of(beat, axis=0) for beat in t.of_beats(values)], axis=0))


def systolic(t: Trace) -> Array:
    """Highest arterial pressure; of a cycle, the mean of its beats' own.

    Where beats differ, a beat's pressure is counted from where it begins to rise to where that of
    the next one does: a balloon that is still full at the R wave belongs to the beat before.
    """
    pressure = t.of_beats(t.pressures["arch"])
    if not t.places:
        return np.asarray(pressure[0].max(axis=0))
    step = np.arange(pressure.shape[1])[:, None]
    risen = step >= pressure[:, : pressure.shape[1] // 3].argmin(axis=1)[:, None]
    own = np.where(risen, pressure, -np.inf).max(axis=1)
    if t.beats == 1:
        return np.asarray(own[0])
    tail = np.where(risen, -np.inf, pressure).max(axis=1)
    return np.asarray(np.maximum(own, np.roll(tail, -1, axis=0)).mean(axis=0))


def _pulse_pressure(t: Trace) -> Array:
    if not t.places:
        return np.asarray(np.ptp(t.pressures["arch"], axis=0))
    return systolic(t) - beat_by_beat(t, t.pressures["arch"], np.min)


def _last(values: Array, axis: int) -> Array:
    return np.asarray(values.take(-1, axis=axis))


def mean_flow(t: Trace, *edges: str) -> Array:
    """Mean flow through some edges together, L/min."""
    total: Array = sum((t.flows[e].mean(axis=0) for e in edges), np.zeros(t.time.shape[1]))
    return PER_MINUTE * total


def native_flow(t: Trace) -> Array:
    """What the left ventricle sends through the aortic valve, less what leaks back."""
    return mean_flow(t, "aortic") - mean_flow(t, "aortic_leak")


def device_flow(t: Trace) -> Array:
    """What pumps give to the arteries."""
    return mean_flow(t, "left_pump", "left_atrial_pump") + arterial_share(t)


def arterial_share(t: Trace) -> Array:
    """What an ECLS circuit and its vent give back to the arteries, L/min."""
    total = np.zeros(t.time.shape[1])
    for slot in ("ecls", "vent"):
        share = sum(t.parameters[f"{slot}.to_{end}"] for end in ("fem", "arch", "asc"))
        total = total + share * mean_flow(t, slot)
    return total


def total_flow(t: Trace) -> Array:
    """What reaches the body: all systemic beds and the coronaries."""
    return mean_flow(t, "head", "arms", "viscera", "legs", "coronary_l", "coronary_r")


def stroke_work(t: Trace, chamber: str = "lv") -> Array:
    """The area of the pressure-volume loop, mmHg mL; of a cycle, the mean of its beats' loops."""
    pressure, volume = t.pressures[chamber], t.volumes[chamber]
    after = np.roll(volume, -1, axis=0) - np.roll(volume, 1, axis=0)
    return np.asarray(-(pressure * after / 2).sum(axis=0) / t.beats)


def potential_energy(t: Trace, chamber: str = "lv") -> Array:
    """The triangle left of the loop: under the end-systolic line, above the filling curve, mmHg mL.

    Half of Ees (Ves - V0)², less the integral of the filling curve from V0 to Ves.
    """
    p = {k: t.parameters[f"{chamber}.{k}"] for k in ("ees", "v0", "alpha", "beta")}
    lanes = np.arange(t.time.shape[1])
    volume = t.of_beats(t.volumes[chamber])[:, t.end_systole, lanes]
    bulge = t.of_beats(t.septum)[:, t.end_systole, lanes] * (-1 if chamber == "lv" else 1)
    stretch = np.maximum(volume + bulge - p["v0"], 0.0)
    filling = p["beta"] * (np.expm1(p["alpha"] * stretch) / p["alpha"] - stretch)
    return np.asarray(np.maximum(0.5 * p["ees"] * stretch**2 - filling, 0.0).mean(axis=0))


def pva(t: Trace, chamber: str = "lv") -> Array:
    """Pressure-volume area of a ventricle: stroke work and potential energy, mmHg mL."""
    return stroke_work(t, chamber) + potential_energy(t, chamber)


def mvo2(t: Trace, chamber: str = "lv") -> Array:
    """Oxygen a ventricle asks for, mL/min, from PVA and Emax (Suga)."""
    mass = t.parameters["lv.mass"] / 100.0 * (1.0 if chamber == "lv" else RIGHT)
    area, emax = pva(t, chamber), t.parameters[f"{chamber}.ees"]
    per_beat = 1.8e-5 * area / mass + 0.0024 * emax * mass + 0.014
    return np.asarray(per_beat * mass * t.parameters["beat.hr"])


def brain_flow(t: Trace) -> Array:
    """Flow of the brain, L/min: its share of the head's."""
    return np.asarray(t.parameters["brain.share"] * mean_flow(t, "head"))


def brain_pressure(t: Trace) -> Array:
    """Perfusion pressure of the brain, mmHg."""
    arterial, venous = (t.pressures[part].mean(axis=0) for part in ("arch", "v_upper"))
    return brain.perfusion(arterial, venous, t.parameters["brain.icp"])


def brain_reference(t: Trace) -> Array:
    """What the brain's vessels are measured against if they are as told in this beat, 1/mmHg.

    They are those of a brain with the usual limits and intracranial pressure: others that were told
    change its flow.
    """
    arterial, venous = (t.pressures[part].mean(axis=0) for part in ("arch", "v_upper"))
    return brain.per_pressure(arterial, venous, close=t.parameters["head.close"])


def valve_opening(t: Trace) -> Array:
    """Share of the beat during which the aortic valve is open."""
    return np.asarray((t.flows["aortic"] > 1.0).mean(axis=0))


def ejection_fraction(t: Trace) -> Array:
    """What the left ventricle's volume falls by in a beat, % of the largest."""
    return beat_by_beat(
        t, t.volumes["lv"], lambda v, axis: 100 * np.ptp(v, axis=axis) / v.max(axis=axis)
    )


def _papi(t: Trace) -> Array:
    pulse = beat_by_beat(t, t.pressures["pa"], np.ptp)
    right = t.pressures["ra"].mean(axis=0)
    return np.asarray(pulse / np.where(right > 0, right, np.nan))


INDICES: tuple[Index, ...] = (
    Index("hr", "Heart rate", "/min", lambda t: t.parameters["beat.hr"]),
    Index("map", "Mean arterial pressure", "mm[Hg]", _pressure("arch", np.mean)),
    Index("sbp", "Systolic arterial pressure", "mm[Hg]", systolic),
    Index("dbp", "Diastolic arterial pressure", "mm[Hg]", _pressure("arch", np.min)),
    Index("pulse_pressure", "Pulse pressure", "mm[Hg]", _pulse_pressure),
    Index("cvp", "Central venous pressure", "mm[Hg]", _pressure("ra", np.mean)),
    Index("pa_sys", "Systolic pulmonary artery pressure", "mm[Hg]", _pressure("pa", np.max)),
    Index("pa_dia", "Diastolic pulmonary artery pressure", "mm[Hg]", _pressure("pa", np.min)),
    Index("pap_mean", "Mean pulmonary artery pressure", "mm[Hg]", _pressure("pa", np.mean)),
    Index("pcwp", "Wedge pressure (left atrial mean)", "mm[Hg]", _pressure("la", np.mean)),
    Index("lvedp", "LV end-diastolic pressure", "mm[Hg]", _pressure("lv", _last)),
    Index("edv", "LV end-diastolic volume", "mL", _volume("lv", np.max)),
    Index("esv", "LV end-systolic volume", "mL", _volume("lv", np.min)),
    Index("ef", "LV ejection fraction", "%", ejection_fraction),
    Index("rv_edv", "RV end-diastolic volume", "mL", _volume("rv", np.max)),
    Index("rv_esv", "RV end-systolic volume", "mL", _volume("rv", np.min)),
    Index("native_flow", "Flow through the aortic valve", "L/min", native_flow),
    Index("device_flow", "Flow of the pumps to the arteries", "L/min", device_flow),
    Index("total_flow", "Flow to the body", "L/min", total_flow),
    Index("stroke_work", "LV stroke work", "mm[Hg].mL", stroke_work),
    Index("potential_energy", "LV potential energy", "mm[Hg].mL", potential_energy),
    Index("pva", "LV pressure-volume area", "mm[Hg].mL", pva),
    Index("mvo2", "LV oxygen consumption", "mL/min", mvo2),
    Index(
        "coronary_flow", "Coronary flow", "mL/min",
        lambda t: 1000 * mean_flow(t, "coronary_l", "coronary_r"),
    ),
    Index("brain_flow", "Flow of the brain", "mL/min", lambda t: 1000 * brain_flow(t)),
    Index(
        "brain_share", "Share of the body's flow that is the brain's", "%",
        lambda t: 100 * brain_flow(t) / total_flow(t),
    ),
    Index("brain_pressure", "Perfusion pressure of the brain", "mm[Hg]", brain_pressure),
    Index(
        "cpo", "Cardiac power output (MAP x flow to the body)", "W",
        lambda t: t.pressures["arch"].mean(axis=0) * total_flow(t) / 451,
    ),
    Index("papi", "Pulmonary artery pulsatility index", "1", _papi),
    Index("valve_opening", "Share of the beat with the aortic valve open", "1", valve_opening),
)  # fmt: skip
"""Every index, in the order they are shown."""


def indices(t: Trace) -> dict[str, Array]:
    """Every index of a beat, shape (n,) each."""
    return {index.name: np.asarray(index.compute(t), np.float64) for index in INDICES}

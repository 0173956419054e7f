"""Oxygen and carbon dioxide all the way round: tissue, native lung, membrane lung, every place.

The mean flows of a settled beat carry both gases. In every place contents balance exactly (a linear
system); what the native and the membrane lung do depends on what they get, and is found by
Newton's method in the four contents that enter them. A steady state is described: gas stores,
lactate and the changes after a setting is changed are not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from afterload.core.errors import InputError, NoConvergence
from afterload.hemodynamics import carbon
from afterload.hemodynamics.aorta import Meeting
from afterload.hemodynamics.blood import Blood, Sample, at_contents
from afterload.hemodynamics.device.base import AbstractDevice
from afterload.hemodynamics.gas_loop import Loop, check_way_out, leaves, settle
from afterload.hemodynamics.index import mvo2
from afterload.hemodynamics.membrane import Membrane
from afterload.hemodynamics.mixing import direct_share, mean_network, streams
from afterload.hemodynamics.network import Network
from afterload.hemodynamics.patient.gas import VENTILATION, gas_parameters
from afterload.hemodynamics.trace import Trace

Array = NDArray[np.float64]
Devices = Sequence[AbstractDevice] | Sequence[Sequence[AbstractDevice]]


@dataclass(frozen=True, slots=True)
class Gases:
    """Gases of n patients in the steady state; contents in mL per mL, flows in mL/s.

    Args:
        network: The flows that carry them.
        samples: Blood of every place, NaN where no blood moves.
        membrane: Blood that leaves the membrane lung, NaN without one.
        capillary: Blood that has met the alveoli.
        heart: Oxygen that the heart's work asks for, mL/s.
        demand: Oxygen that the tissue behind every outlet asks for, mL/s.
        used: Oxygen that it gets.
        production: Carbon dioxide that it gives, mL/s.
        lung_uptake: Oxygen taken up in the native lung, mL/s.
        membrane_uptake: In the membrane lung.
        lung_output: Carbon dioxide given off in the native lung, mL/s.
        membrane_output: In the membrane lung.
        meeting: Where the heart's blood and the pumps' meet.
        direct: Share of every place's blood that comes straight from the ECLS circuit, 0 to 1.
        ventilation: Minute ventilation of the native lung, mL/s.
        sweep: Flow of the sweep gas, mL/s, NaN without a membrane lung.
    """

    network: Network
    samples: Mapping[str, Sample]
    membrane: Sample
    capillary: Sample
    heart: Array
    demand: Mapping[str, Array]
    used: Mapping[str, Array]
    production: Mapping[str, Array]
    lung_uptake: Array
    membrane_uptake: Array
    lung_output: Array
    membrane_output: Array
    meeting: Meeting
    direct: Mapping[str, Array]
    ventilation: Array
    sweep: Array


@dataclass(frozen=True, slots=True)
class Carriage:
    """What of a beat the gases hang on, n patients.

    Args:
        network: The mean flows that carry them.
        heart: Oxygen that the heart's work asks for, mL/min.
        ecls: Whether an ECLS runs, shape (n,).
    """

    network: Network
    heart: Array
    ecls: Array

    def of(self, some: NDArray[np.intp]) -> Carriage:
        """That of some patients."""
        flows = replace(self.network, flows=self.network.flows[:, some])
        return Carriage(flows, self.heart[some], self.ecls[some])


def carriage(trace: Trace) -> Carriage:
    """What of a beat the gases hang on."""
    return Carriage(mean_network(trace), heart_asks(trace), trace.parameters["ecls.on"])


def together(parts: Sequence[Carriage]) -> Carriage:
    """That of the patients of several beats, side by side."""
    flows = np.concatenate([one.network.flows for one in parts], axis=1)
    return Carriage(
        replace(parts[0].network, flows=flows), np.concatenate([one.heart for one in parts]),
        np.concatenate([one.ecls for one in parts]),
    )  # fmt: skip


def gases(trace: Trace, patient: Mapping[str, ArrayLike], devices: Devices) -> Gases:
    """The gases of a settled beat; `gases_of` what is left of it where waveforms are not needed."""
    return gases_of(carriage(trace), patient, devices)


def gases_of(moves: Carriage, patient: Mapping[str, ArrayLike], devices: Devices) -> Gases:
    """The gases of settled beats.

    Args:
        moves: What moves them, of n patients.
        patient: What is known of gas exchange (`patient.gas.GAS_PARAMETERS`); the rest is that of
            a resting adult who breathes air. On an ECLS, ventilation that is not told is turned
            down, as far as the PCO2 of the alveoli would else fall below 40 mmHg.
        devices: What runs, the same in all patients, or n sequences, one per patient.

    Raises:
        UnknownName: A name in `patient` that is no parameter of gas exchange.
        InputError: A value out of range; an ECLS that runs without being told; no way out for
            carbon dioxide.
        NoConvergence: There is no steady state, or none that was found.
    """
    n = len(moves.heart)
    told = gas_parameters(patient, n)
    membrane = _membranes(devices, told["air.pressure"], moves.ecls, n)
    heart = moves.heart / 60.0
    loop = Loop(moves.network, told, membrane, heart, rested=VENTILATION not in patient)
    check_way_out(loop, told)
    inlets = settle(loop)
    return _told(loop, inlets)


def heart_asks(trace: Trace) -> Array:
    """Oxygen that the work of both ventricles asks for, mL/min, shape (n,)."""
    return np.maximum(mvo2(trace, "lv"), 0.0) + np.maximum(mvo2(trace, "rv"), 0.0)


def _membranes(devices: Devices, pressure: Array, ecls: Array, n: int) -> Membrane:
    """The membrane lung of every patient's ECLS."""
    lanes = _by_patient(devices, n)
    values = np.full((3, n), np.nan)
    for lane, here in enumerate(lanes):
        if ecls[lane] and not any(d.slot == "ecls" for d in here):
            raise InputError(
                f"An ECLS runs in patient {lane}, but is not among the devices given. Give the "
                "same devices as to the circulation."
            )
        for device in here:
            if (lung := device.oxygen) is None:
                continue
            if device.slot != "ecls":
                raise InputError(f"{device.word}: a membrane lung is known in an ECLS alone.")
            sweep = np.nan if lung.sweep is None else lung.sweep
            values[:, lane] = lung.rated_flow, lung.fdo2, sweep
    return Membrane(values[0], values[1], values[2], pressure)


def _by_patient(devices: Devices, n: int) -> list[tuple[AbstractDevice, ...]]:
    same = tuple(d for d in devices if isinstance(d, AbstractDevice))
    if len(same) == len(devices):
        return [same] * n
    lanes = [tuple(d) for d in devices if not isinstance(d, AbstractDevice)]
    if len(lanes) != n or same:
        raise InputError(
            f"Devices are given for {len(lanes)} patients, and there are {n}. Give one sequence "
            "of devices for all, or one per patient."
        )
    return lanes


def _told(loop: Loop, inlets: Array) -> Gases:
    left = leaves(loop, inlets)
    met, there = loop.exchange(inlets)
    oxygen = loop.oxygen(left[0])
    used = loop.uses(oxygen)
    carbon_ = loop.carbon(left[1], used)
    network = loop.network
    went = (loop.enters(oxygen), loop.enters(carbon_))
    by = tuple(loop.exchangers.values())
    gained = [by[k] * (left[0][k] - went[0][k]) for k in (0, 1)]
    lost = [by[k] * (went[1][k] - left[1][k]) for k in (0, 1)]
    samples = _samples(loop, oxygen, carbon_)
    behind = _chosen(loop.exchanging, there, samples["return"])
    direct = direct_share(network)
    return Gases(
        network, samples, behind, met, loop.heart, loop.demand, used,
        {k: loop.rq * x for k, x in used.items()},
        gained[0], gained[1], lost[0], lost[1], streams(network),
        {place: direct[:, k] for k, place in enumerate(network.places)},
        loop.ventilation(met, went[1][0]), loop.sweep(there, went[0][1], went[1][1]),
    )  # fmt: skip


def _chosen(where: NDArray[np.bool_], a: Sample, b: Sample) -> Sample:
    """a where it says so, else b: blood leaves a membrane lung without gas as it came."""
    return Sample(
        *(np.where(where, getattr(a, f.name), getattr(b, f.name)) for f in fields(Sample))
    )


def _samples(loop: Loop, oxygen: Array, carbon_: Array) -> dict[str, Sample]:
    """The blood of every place."""
    count = len(loop.network.places)
    whole = Blood(*(np.tile(getattr(loop.blood, f.name), count) for f in fields(Blood)))
    found = at_contents(whole, oxygen.T.ravel(), carbon_.T.ravel())
    moving = loop.network.entering() > 0
    ph = found.ph.reshape(count, -1)
    sour = moving & (ph < carbon.LOW + 1e-6)
    if sour.any():
        place, lane = (int(x[0]) for x in np.nonzero(sour))
        raise NoConvergence(
            f"Carbon dioxide piles up in patient {lane}: pH would fall below {carbon.LOW:g} "
            f"({loop.network.places[place]}). Check minute ventilation, sweep gas and base excess."
        )
    parts = {
        f.name: np.where(moving, getattr(found, f.name).reshape(count, -1), np.nan)
        for f in fields(Sample)
    }
    return {
        place: Sample(**{name: values[k] for name, values in parts.items()})
        for k, place in enumerate(loop.network.places)
    }

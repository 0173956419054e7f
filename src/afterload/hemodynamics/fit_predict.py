"""What devices would do to a fitted patient, with intervals.

Every patient who fits is run with every combination of devices. What is uncertain about the devices
is drawn too, unless they ran when the patient was measured: then they are what they turned out to
be. So is how strongly contractility follows coronary perfusion, and how much of the baroreflex is
left. Both act against the state in which the patient was measured.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from afterload.core.errors import NoConvergence
from afterload.core.source import Source
from afterload.hemodynamics.activation import peak_time
from afterload.hemodynamics.control import Brain, Control, Perfusion, Reflex, Speed
from afterload.hemodynamics.coronary import enough
from afterload.hemodynamics.device import AbstractDevice, check_together
from afterload.hemodynamics.fit import FEW, Fit, ends
from afterload.hemodynamics.fit_support import NOTCH, Ran, supported
from afterload.hemodynamics.index import brain_reference, indices
from afterload.hemodynamics.kernel import WIDE
from afterload.hemodynamics.patient.base import IN_SHOCK
from afterload.hemodynamics.patient.gas import GAS
from afterload.hemodynamics.solve import Options, begin, settle
from afterload.hemodynamics.trace import Trace, trace

Array = NDArray[np.float64]

FEEDBACK = Source(
    "Hemodynamics reference, finding 7 and section C.5; patient.base.TITRATED",
    place="exponent of contractility on coronary perfusion 0.4-0.5; reflex and titrated pressors "
    "together half of a whole reflex, or a fifth to four fifths of it",
    confidence="M",
    note="Drawn evenly between these ends.",
)
Devices = tuple[AbstractDevice, ...]
Also = Callable[[Trace, Devices, NDArray[np.bool_], Mapping[str, Array]], Mapping[str, Array]]
"""Further numbers of some beats, from their waveforms, the devices, which of them are lost, and
what is known of their gas exchange."""

REFERENCE = "brain.reference"
PERFUSION = (0.4, 0.5)
REFLEX = (0.2, 0.8)

TOLERANCE = 0.02
STEP = 0.002
"""mL per beat at which a beat counts as settled, and the longest step, s."""

WIDER = 8 * WIDE
"""Lanes of a tile with gases, whose laws are slow for few and quick for many."""

MANY_LOST = 0.05
"""Share of draws without a steady beat above which it is told."""


@dataclass(frozen=True, slots=True)
class Range:
    """A number with its 90 % interval."""

    median: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Prediction:
    """A patient with some devices.

    Args:
        devices: Those that run; none for the first prediction.
        indices: Every index, in the units of `hemodynamics.index.INDICES`.
        changes: What the devices change of each, draw by draw, against none.
        draws: Every index, shape (n,); NaN where no steady beat was found.
        lost: How many draws have no steady beat.
        warnings: What a reader must know.
    """

    devices: Devices
    indices: dict[str, Range]
    changes: dict[str, Range]
    draws: dict[str, Array]
    lost: int
    warnings: tuple[str, ...]

    @property
    def name(self) -> str:
        """The devices' words."""
        return " + ".join(device.word for device in self.devices) or "no device"


def predict(
    fit: Fit,
    options: Sequence[Sequence[AbstractDevice]],
    *,
    draws: int = 256,
    rng: np.random.Generator | None = None,
    perfusion: tuple[float, float] = PERFUSION,
    reflex: tuple[float, float] = REFLEX,
    also: Also | None = None,
) -> tuple[Prediction, ...]:
    """What each combination of devices would do to a fitted patient.

    Args:
        fit: The patient.
        options: Devices that run together, one group per option.
        draws: How many of the patients who fit are run.
        rng: For gains and devices; a fixed seed by default.
        perfusion, reflex: Ends between which the gains are drawn evenly (see `FEEDBACK`).
        also: Numbers beside the indices, such as those of the gases.

    Returns:
        The patient without a device, then one prediction per option, in their order.

    Raises:
        InputError: Devices that cannot run together.
        NoConvergence: No draw has a steady beat with some option.
    """
    for devices in options:
        check_together(devices)
    rng = rng or np.random.default_rng(20261126)
    n = min(draws, fit.draws.z.shape[1])
    some = np.linspace(0, fit.draws.z.shape[1] - 1, n).astype(np.intp)
    patients = fit.drawn(some)
    patients["perfusion.gain"] = rng.uniform(*perfusion, n)
    patients["reflex.gain"] = rng.uniform(*reflex, n)
    for name in ("reflex.centre", "brain.gain"):
        patients[name] = np.full(n, IN_SHOCK[name])
    patients["perfusion.reference"] = fit.draws.coronary[some]
    patients["reflex.reference"] = fit.draws.arch[some]
    who = _Who(
        patients, fit.draws.states[:, some], {k: v[some] for k, v in fit.breath.items()},
        fit.ran_with(some),
    )  # fmt: skip
    worth = 1.0 / (1.0 / fit.draws.effective + 1.0 / n - 1.0 / fit.draws.z.shape[1])
    # Without a device nothing acts yet: that beat is also the measured one where none ran.
    alone = {} if fit.devices else _run(who, (), None, rng, also)
    measured = alone or _run(who, fit.devices, None, rng, None)
    hb = who.breath.get("blood.hb", np.full(n, GAS["blood.hb"]))
    most = enough(np.nan_to_num(measured["mvo2"]), hb)
    patients["perfusion.saturation"] = np.where(most > 0.0, most, patients["perfusion.reference"])
    patients["brain.reference"] = measured[REFERENCE]
    alone = alone or _run(who, (), None, rng, also)
    closed, _ = alone.pop("closed"), alone.pop(REFERENCE)
    found = [_prediction((), alone, alone, worth)]
    for devices in options:
        with_them = _run(who, tuple(devices), closed, rng, also)
        del with_them["closed"], with_them[REFERENCE]
        found.append(_prediction(tuple(devices), with_them, alone, worth))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Who:
    """The patients who are run.

    Args:
        parameters: Of the circulation, shape (n,) each.
        start: States at the begin of the beat they were measured in, shape (states, n).
        breath: What is known of gas exchange, shape (n,) each.
        ran: What the devices that ran then turned out to be.
    """

    parameters: Mapping[str, Array]
    start: Array
    breath: Mapping[str, Array]
    ran: Ran


def _run(
    who: _Who,
    devices: Devices,
    closed: Array | None,
    rng: np.random.Generator,
    also: Also | None,
) -> dict[str, Array]:
    """Every index of every draw, and when the aortic valve closes; NaN without a steady beat."""
    whole, start = supported(who.parameters, devices, closed, rng, who.ran), who.start
    slots = [device.slot for device in devices if device.target is not None]
    controls: tuple[Control, ...] = (
        Perfusion(), Reflex(), Brain(), *(Speed(slot) for slot in slots),
    )  # fmt: skip
    options = Options(TOLERANCE, 200, controls=controls, step=STEP, coarse=STEP)

    def one(lanes: NDArray[np.intp]) -> dict[str, Array]:
        with np.errstate(all="ignore"):  # patients without a steady beat run into infinity
            return numbers(lanes)

    def numbers(lanes: NDArray[np.intp]) -> dict[str, Array]:
        p = {name: value[lanes] for name, value in whole.items()}
        settled = settle(p, options, start[:, lanes])
        lost = ~settled.settled(10 * TOLERANCE)
        if lost.any():
            again = settle(p, options, begin(p))
            if again.settled(10 * TOLERANCE).sum() > (~lost).sum():
                settled, lost = again, ~again.settled(10 * TOLERANCE)
        t = trace(settled)
        flow = t.of_beats(t.flows["aortic"])[0] > 1.0
        last = len(flow) - 1 - np.argmax(flow[::-1], axis=0)
        shut = np.take_along_axis(t.time, last[None, :], axis=0)[0]
        shut = np.where(flow.any(axis=0), shut, NOTCH * peak_time(60.0 / p["beat.hr"]))
        breath = {name: value[lanes] for name, value in who.breath.items()}
        more = also(t, devices, lost, breath) if also else {}
        values = {**indices(t), **more, "closed": shut, REFERENCE: brain_reference(t)}
        return {name: np.where(lost, np.nan, value) for name, value in values.items()}

    n = start.shape[1]
    width = WIDER if also else WIDE
    tiles = [np.arange(first, min(first + width, n)) for first in range(0, n, width)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        parts = list(pool.map(one, tiles))
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _prediction(
    devices: Devices, values: dict[str, Array], alone: Mapping[str, Array], worth: float
) -> Prediction:
    lost = int((~np.isfinite(values["map"])).sum())
    n = len(values["map"])
    words = " + ".join(device.word for device in devices) or "no device"
    if lost == n:
        raise NoConvergence(
            f"{words}: none of {n} patients who fit has a steady beat. Check what the devices are "
            "set to: the circulation may not be able to carry them."
        )
    warnings = [warning for device in devices for warning in device.warnings]
    if worth < FEW:
        warnings.append(
            f"{words}: the draws are worth only {worth:.0f} independent ones: intervals are rough."
        )
    if lost > MANY_LOST * n:
        warnings.append(
            f"{words}: {lost} of {n} patients who fit have no steady beat and are left out."
        )
    return Prediction(
        devices,
        {name: _range(value, worth) for name, value in values.items()},
        {name: _range(value - alone[name], worth) for name, value in values.items()}
        if devices
        else {},
        values,
        lost,
        tuple(dict.fromkeys(warnings)),
    )


def _range(values: Array, worth: float) -> Range:
    """The interval of draws worth so many independent ones, of which some may have no value."""
    known = values[np.isfinite(values)]
    if not len(known):
        return Range(np.nan, np.nan, np.nan)
    return Range(float(np.median(known)), *ends(known, worth * len(known) / len(values)))

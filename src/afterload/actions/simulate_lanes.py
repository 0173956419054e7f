"""Patients with devices as lanes of one computation: parameters, and the beats they settle in.

Lane by lane: scenario 0 of every patient, scenario 1 of every patient, and so on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from afterload.hemodynamics import solve
from afterload.hemodynamics.activation import peak_time
from afterload.hemodynamics.coronary import enough
from afterload.hemodynamics.cycle import BEATS, length
from afterload.hemodynamics.fit_support import NOTCH
from afterload.hemodynamics.index import brain_reference, mvo2
from afterload.hemodynamics.solve import Options, Settled
from afterload.hemodynamics.tile import THIN
from afterload.hemodynamics.trace import Trace, trace
from afterload.hemodynamics.trace import part_of as part_of

if TYPE_CHECKING:
    from afterload.actions.simulate_patient import Subject
    from afterload.hemodynamics.device import AbstractDevice

Array = NDArray[np.float64]
Lanes = dict[str, Array]
"""Parameters by name, shape (lanes,)."""

USUAL = Options()
SLOWLY = Options(tolerance=0.02, most_beats=800, memory=0)
"""How what did not settle is tried once more: beat after beat, without guessing ahead."""


def without_feedback(patient: Mapping[str, Array]) -> Lanes:
    """The patient as told, no feedback acting: what they are measured against."""
    off = np.zeros_like(patient["perfusion.gain"])
    return {**patient, "perfusion.gain": off, "reflex.gain": off, "brain.gain": off}


def referred(
    patient: Mapping[str, Array], alone: Settled, beat: Trace, hb: NDArray[np.float64]
) -> Lanes:
    """The patient whose feedbacks rest at what the beat without a device gives.

    Args:
        patient: Parameters, shape (n,) each.
        alone: The beat.
        beat: Its waveforms.
        hb: Haemoglobin, g/L, shape (n,).
    """
    return {
        **patient,
        "perfusion.reference": alone.means["q.coronary_l"],
        "perfusion.saturation": enough(mvo2(beat), hb),
        "reflex.reference": alone.means["p.arch"],
        "brain.reference": brain_reference(beat),
    }


def at_rest(subject: Subject, some: slice) -> tuple[Lanes, Array, Settled, NDArray[np.bool_]]:
    """Some patients as they were when they were told or measured, with their feedbacks at rest.

    Returns:
        Their parameters, when the aortic valve closes (s), their beat, and who has none.
    """
    patient = subject.parameters_of(some)
    rest, gone = settle(subject.supported(without_feedback(patient), subject.on), None)
    beat = trace(rest)
    hb = subject.gas["blood.hb"][some]
    return referred(patient, rest, beat, hb), notch(beat), rest, gone


def notch(alone: Trace) -> Array:
    """When the aortic valve closes, s after the ventricles begin to contract, shape (n,).

    Where it does not open at all, when it would (`fit_support.NOTCH`). Of a cycle it is that of
    the first beat.
    """
    flow = alone.of_beats(alone.flows["aortic"])[0] > 1.0
    last = len(flow) - 1 - np.argmax(flow[::-1], axis=0)
    closed = np.take_along_axis(alone.time, last[None, :], axis=0)[0]
    period = 60.0 / alone.parameters["beat.hr"]
    return np.where(flow.any(axis=0), closed, NOTCH * peak_time(period))


def side_by_side(scenarios: Sequence[Mapping[str, Array]]) -> Lanes:
    """All scenarios of all patients as lanes."""
    names = scenarios[0]
    return {name: np.concatenate([one[name] for one in scenarios]) for name in names}


def together(scenarios: Sequence[Lanes]) -> list[list[int]]:
    """The places of scenarios that can be computed in one call: with cycles of as many beats."""
    groups: dict[tuple[int, ...], list[int]] = {}
    for place, one in enumerate(scenarios):
        groups.setdefault(tuple(np.unique(length(one))), []).append(place)
    return list(groups.values())


def weight(devices: Sequence[AbstractDevice]) -> int:
    """How many times as much is kept of a patient with these devices as of a single beat."""
    told = [device.settings() for device in devices]
    if any(one.pulse is not None for one in told):
        return BEATS // THIN
    return max((one.balloon.ratio for one in told if one.balloon is not None), default=1)


def settle(lanes: Lanes, start: Array | None) -> tuple[Settled, NDArray[np.bool_]]:
    """The beats that repeat themselves, in one call; lanes without one are told.

    Args:
        lanes: Parameters, shape (lanes,) each.
        start: A state to begin with, shape (states, lanes).

    Returns:
        The beats, and which lanes have none; what stands in those lanes is no result.
    """
    found = solve.settle(lanes, USUAL, start)
    lost = ~found.settled(USUAL.tolerance)
    if lost.any():
        some = np.flatnonzero(lost)
        own = {name: value[some] for name, value in lanes.items()}
        again = solve.settle(own, SLOWLY, None if start is None else start[:, some])
        found = _instead(found, some, again)
        lost[some] = ~again.settled(SLOWLY.tolerance)
    return found, lost


def _instead(found: Settled, some: NDArray[np.intp], again: Settled) -> Settled:
    """The beats of some lanes in the place of those found before."""
    both = solve.joined([found, again])
    order = np.arange(len(found.residual))
    order[some] = len(order) + np.arange(len(some))
    return both.of(order)


NOWHERE = (
    "No beat was found that repeats itself. Check the parameters and what the devices are set to: "
    "the heart may not be able to carry this circulation."
)

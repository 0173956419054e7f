"""How far a strategy's indices move with what its devices may truly be, in some of the patients."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from afterload.actions import simulate_lanes as lanes
from afterload.actions.cohort_chunk import Chunk, alike, name_of, patients_of
from afterload.actions.simulate_gas import belonging, breathing
from afterload.hemodynamics.cohort_band import CENTRE, CURVES, as_they_may_be
from afterload.hemodynamics.device import AbstractDevice
from afterload.hemodynamics.fit_support import Ran
from afterload.hemodynamics.index import indices
from afterload.hemodynamics.trace import trace

if TYPE_CHECKING:
    from afterload.actions.simulate_patient import Subject

Array = NDArray[np.float64]
Places = NDArray[np.intp]

TRIED = 16
"""Patients in whom every curve is tried, or all where there are fewer. They tell how far a median
moves with the curve; how far patients lie apart is for all of them to tell."""


@dataclass(frozen=True, slots=True)
class Moved:
    """How far the indices of one strategy move with what its devices may truly be.

    Args:
        scenario: The strategy's name.
        indices: By index, shape (curves, patients), less what the curve as set gives; NaN where one
            of the two has no steady beat.
    """

    scenario: str
    indices: Mapping[str, Array]


def moved(chunk: Chunk) -> Moved:
    """Some patients with one strategy, once with each of what its devices may truly be.

    Args:
        chunk: The patients, and the strategy as its only option.
    """
    from afterload.actions.simulate import MOST_LANES, placed

    (words,) = chunk.options
    devices = tuple(device for _, device in placed(words))
    parameters, gas = patients_of(chunk)
    found: dict[str, Array] = {}
    for subject, who in alike(parameters, gas, chunk, MOST_LANES):
        for name, values in _of(subject, devices, chunk.seed, MOST_LANES).items():
            found.setdefault(name, np.full((CURVES, chunk.n), np.nan))[:, who] = values
    return Moved(name_of(words), found)


def _of(
    subject: Subject, devices: tuple[AbstractDevice, ...], seed: int, most: int
) -> dict[str, Array]:
    """What each curve changes in patients who were measured with the same devices running.

    Args:
        subject: The patients.
        devices: The strategy.
        seed: The cohort's.
        most: Lanes that are computed at once.
    """
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        rested, closed, rest, gone = lanes.at_rest(subject, slice(None))
        who = _Lanes(
            subject.supported(rested, devices, closed), subject.gas_of(slice(None)),
            subject.ran or {}, gone,
        )  # fmt: skip
        centre, states = _with(who, devices, np.array([CENTRE]), seed, rest.states)
        states = np.where(np.isfinite(states).all(axis=0), states, rest.states)
        parts = np.array_split(np.arange(CURVES), -(-CURVES * subject.n // most))
        every = [_with(who, devices, part, seed, states)[0] for part in parts if len(part)]
    return {
        name: np.concatenate([one[name] - centre[name] for one in every])
        for name in centre
        if all(name in one for one in every)
    }


@dataclass(frozen=True, slots=True)
class _Lanes:
    """Patients with a strategy as it is set.

    Args:
        parameters: Of the circulation, devices in place, shape (n,) each.
        gas: Of gas exchange, shape (n,) each.
        ran: Devices that ran when they were measured, and what they turned out to be.
        gone: Who has no steady beat to begin with.
    """

    parameters: Mapping[str, Array]
    gas: Mapping[str, Array]
    ran: Ran
    gone: NDArray[np.bool_]


def _with(
    who: _Lanes, devices: tuple[AbstractDevice, ...], curves: Places, seed: int, states: Array
) -> tuple[dict[str, Array], Array]:
    """Every index with some curves, shape (curves, n); and the states of the beats."""
    count, n = len(curves), len(who.gone)
    ran = {word: _tiled(known, count) for word, known in who.ran.items()}
    whole = as_they_may_be(
        _tiled(who.parameters, count), devices, np.repeat(curves, n), seed, ran
    )  # fmt: skip
    settled, lost = lanes.settle(whole, np.tile(states, count))
    beat = trace(settled)
    gas = breathing(beat, _tiled(who.gas, count), [devices] * len(lost), lost).values
    values = {**indices(beat), **belonging(gas, devices)}
    lost = lost | np.tile(who.gone, count)
    shaped = {
        name: np.where(lost, np.nan, value).reshape(count, n) for name, value in values.items()
    }
    return shaped, np.where(lost, np.nan, settled.states)


def _tiled(values: Mapping[str, Array], count: int) -> dict[str, Array]:
    """Some lanes, so many times over."""
    return {name: np.tile(value, count) for name, value in values.items()}

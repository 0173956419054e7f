"""The waveforms of a settled beat: every pressure and flow, worked out from the stored states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from afterload.hemodynamics.activation import filled_in_some, peak_time, table
from afterload.hemodynamics.body import BODY
from afterload.hemodynamics.cycle import Place, in_step
from afterload.hemodynamics.expr import Maths
from afterload.hemodynamics.solve import Settled
from afterload.hemodynamics.tile import rhythm_of

Array = NDArray[np.float64]


class _Arrays:
    """`Maths` for arrays."""

    exp = staticmethod(np.exp)
    sqrt = staticmethod(np.sqrt)
    maximum = staticmethod(np.maximum)
    minimum = staticmethod(np.minimum)
    where = staticmethod(np.where)


ARRAYS: Maths = _Arrays()
"""The functions a law computes with on arrays."""


@dataclass(frozen=True, slots=True)
class Trace:
    """One beat of n patients, or a cycle of beats one after another.

    Args:
        time: Shape (steps, n), s from the begin of ventricular contraction.
        volumes: By compartment, shape (steps, n), mL.
        pressures: By compartment, shape (steps, n), mmHg.
        flows: By edge, shape (steps, n), mL/s.
        outside: Pressure around every compartment, shape (steps, n), mmHg.
        septum: Shape (steps, n), bulge of the septum into the right ventricle, mL.
        end_systole: Shape (n,), the step of a beat at which the ventricles are most active.
        parameters: Parameters as they stand in this beat, shape (n,) each.
        beats: How many beats it holds, of as many steps each.
        places: Where each of them stands among others; none where all beats are alike.
    """

    time: Array
    volumes: dict[str, Array]
    pressures: dict[str, Array]
    flows: dict[str, Array]
    outside: dict[str, Array]
    septum: Array
    end_systole: NDArray[np.intp]
    parameters: dict[str, Array]
    beats: int = 1
    places: tuple[Place, ...] = ()

    def of_beats(self, values: Array) -> Array:
        """Values of shape (steps, n) beat by beat, shape (beats, steps of a beat, n)."""
        return values.reshape(self.beats, -1, values.shape[-1])


def trace(settled: Settled) -> Trace:
    """Every pressure and flow of a settled beat, through the laws of the circuit."""
    steps, beats = len(settled.beat), settled.cycle
    rhythm = rhythm_of(settled.parameters)
    whole = table(rhythm, steps // beats)
    each = [filled_in_some(whole, rhythm, one.fills, one.filled) for one in settled.places]
    parts = [one[2::2] for one in each or [whole] * beats]
    active = parts[0] if beats == 1 else np.concatenate(parts)
    activations = {name: active[:, k] for k, name in enumerate(BODY.activations)}
    states = {name: settled.beat[:, k] for k, name in enumerate(BODY.states)}
    rates = BODY.rates(ARRAYS, states, settled.parameters, activations)
    time = np.arange(1, steps + 1)[:, None] * (rhythm.period * beats / steps)
    shape = time.shape
    return Trace(
        time,
        {name: states[name] for name in BODY.volumes},
        {name: _full(values, shape) for name, values in rates.pressures.items()},
        {name: _full(values, shape) for name, values in rates.flows.items()},
        {
            part.name: _full(rates.outside.get(part.outside, 0.0), shape)
            for part in BODY.compartments
        },
        states["septum"],
        np.argmin(np.abs(time[: steps // beats] - peak_time(rhythm.period)), axis=0),
        settled.parameters,
        beats,
        settled.places,
    )


def part_of(t: Trace, lanes: slice | NDArray[np.intp]) -> Trace:
    """The waveforms of some lanes."""

    def cut(values: Mapping[str, Array]) -> dict[str, Array]:
        return {name: value[..., lanes] for name, value in values.items()}

    return Trace(
        t.time[:, lanes], cut(t.volumes), cut(t.pressures), cut(t.flows), cut(t.outside),
        t.septum[:, lanes], t.end_systole[lanes], cut(t.parameters), t.beats,
        tuple(place.of(lanes) for place in t.places),
    )  # fmt: skip


def one_after_another(beats: Sequence[Trace]) -> Trace:
    """The last beats of a course as one trace; those before one of other steps are left out."""
    last = beats[-1]
    alike = list(takewhile(lambda one: len(one.time) == len(last.time), reversed(beats)))[::-1]
    if len(alike) == 1:
        return last
    ends = np.cumsum([np.zeros_like(last.time[-1]), *(one.time[-1] for one in alike)], axis=0)

    def along(each: Sequence[Mapping[str, Array]]) -> dict[str, Array]:
        return {name: np.concatenate([one[name] for one in each]) for name in each[0]}

    return Trace(
        np.concatenate([end + one.time for end, one in zip(ends, alike, strict=False)]),
        along([one.volumes for one in alike]), along([one.pressures for one in alike]),
        along([one.flows for one in alike]), along([one.outside for one in alike]),
        np.concatenate([one.septum for one in alike]), last.end_systole, last.parameters,
        len(alike),
        tuple(
            place for one in alike for place in one.places or (in_step(last.time.shape[1]),)
        ),
    )  # fmt: skip


def _full(values: Any, shape: tuple[int, ...]) -> Array:
    return np.broadcast_to(values, shape)

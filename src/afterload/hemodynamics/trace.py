"""The waveforms of a settled beat: every pressure and flow, worked out from the stored states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from afterload.hemodynamics.activation import peak_time, table
from afterload.hemodynamics.body import BODY
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
    """One beat of n patients.

    Args:
        time: Shape (steps, n), s from the begin of ventricular contraction.
        volumes: By compartment, shape (steps, n), mL.
        pressures: By compartment, shape (steps, n), mmHg.
        flows: By edge, shape (steps, n), mL/s.
        outside: Pressure around every compartment, shape (steps, n), mmHg.
        septum: Shape (steps, n), bulge of the septum into the right ventricle, mL.
        end_systole: Shape (n,), the step at which the ventricles are most active.
        parameters: Parameters as they stand in this beat, shape (n,) each.
    """

    time: Array
    volumes: dict[str, Array]
    pressures: dict[str, Array]
    flows: dict[str, Array]
    outside: dict[str, Array]
    septum: Array
    end_systole: NDArray[np.intp]
    parameters: dict[str, Array]


def trace(settled: Settled) -> Trace:
    """Every pressure and flow of a settled beat, through the laws of the circuit."""
    steps = len(settled.beat)
    rhythm = rhythm_of(settled.parameters)
    active = table(rhythm, steps)[2::2]
    activations = {name: active[:, k] for k, name in enumerate(BODY.activations)}
    states = {name: settled.beat[:, k] for k, name in enumerate(BODY.states)}
    rates = BODY.rates(ARRAYS, states, settled.parameters, activations)
    time = np.arange(1, steps + 1)[:, None] * (rhythm.period / steps)
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
        np.argmin(np.abs(time - peak_time(rhythm.period)), axis=0),
        settled.parameters,
    )


def part_of(t: Trace, lanes: slice | NDArray[np.intp]) -> Trace:
    """The waveforms of some lanes."""

    def cut(values: Mapping[str, Array]) -> dict[str, Array]:
        return {name: value[..., lanes] for name, value in values.items()}

    return Trace(
        t.time[:, lanes], cut(t.volumes), cut(t.pressures), cut(t.flows), cut(t.outside),
        t.septum[:, lanes], t.end_systole[lanes], cut(t.parameters),
    )  # fmt: skip


def _full(values: Any, shape: tuple[int, ...]) -> Array:
    return np.broadcast_to(values, shape)

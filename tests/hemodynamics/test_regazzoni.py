"""The 12-state circuit, against a converged reference and what another solver gives."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from afterload.hemodynamics import regazzoni as r
from afterload.hemodynamics.kernel import kernel
from afterload.hemodynamics.trace import ARRAYS

STEPS, BEATS = 800, 75
Array = NDArray[np.float64]


def last_beat(steps: int, lanes: int = 1) -> tuple[Array, Array]:
    """States after every step of the 75th beat, shape (steps, 12, lanes), and the mean pressure."""
    run = kernel(r.CIRCUIT, ("p.sys_ar",), lanes)
    names = r.CIRCUIT.states

    def wide(values: dict[str, float], of: tuple[str, ...]) -> Array:
        return np.repeat(np.array([values[n] for n in of])[:, None], lanes, axis=1)

    state, par = wide(r.START, names), wide(r.PARAMETERS, r.CIRCUIT.parameters)
    t = np.arange(2 * steps + 1) * r.PERIOD / steps / 2
    active = np.repeat(r.activation(t)[:, :, None], lanes, axis=2)
    dt = np.full(lanes, r.PERIOD / steps)
    for _ in range(BEATS - 1):
        state, _ = run.beat(state, par, active, dt, steps)
    out = np.empty((steps, len(names), lanes))
    _, means = run.beat(state, par, active, dt, steps, out)
    return out, means


def test_published_values_of_the_circuit() -> None:
    out, means = last_beat(STEPS)
    volume = out[:, r.CIRCUIT.states.index("lv"), 0]
    # hemodynamics reference B.1: the reference at dt 1e-6 s gives 136.8279 to 136.8281 mL, svZeroD
    # 136.8281; C.3: ESV 67.0 mL, MAP 99.9 mmHg.
    assert volume.max() == pytest.approx(136.828, abs=0.002)
    assert volume.min() == pytest.approx(67.0, abs=0.05)
    assert means[0, 0] == pytest.approx(99.9, abs=0.05)


def test_a_step_of_one_millisecond_is_converged() -> None:
    coarse, _ = last_beat(STEPS)
    fine, _ = last_beat(16 * STEPS)
    error = np.abs(coarse - fine[15::16])[:, : len(r.CIRCUIT.volumes)]
    assert error.max() < 0.002  # mL; reference B.1 tells 0.0009 mL in the left ventricle


def test_lanes_do_what_one_patient_does() -> None:
    one, _ = last_beat(STEPS)
    many, _ = last_beat(STEPS, 16)
    np.testing.assert_allclose(many, np.broadcast_to(one, many.shape), rtol=1e-9)


def test_the_kernel_follows_the_laws_as_numpy_computes_them() -> None:
    """One step of the kernel against a Runge-Kutta step written with the laws themselves."""
    run = kernel(r.CIRCUIT, ("p.sys_ar",), 1)
    names = r.CIRCUIT.states
    y = np.array([r.START[n] for n in names])
    t = np.arange(3) * r.PERIOD / STEPS / 2
    active = r.activation(t)
    h = r.PERIOD / STEPS

    def rate(state: Array, at: int) -> Array:
        s = dict(zip(names, state, strict=True))
        a = dict(zip(r.CIRCUIT.activations, active[at], strict=True))
        found = r.CIRCUIT.rates(ARRAYS, s, r.PARAMETERS, a).states
        return np.array([float(found[n]) for n in names])

    k1 = rate(y, 0)
    k2 = rate(y + h / 2 * k1, 1)
    k3 = rate(y + h / 2 * k2, 1)
    k4 = rate(y + h * k3, 2)
    expected = y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    par = np.array([[r.PARAMETERS[n]] for n in r.CIRCUIT.parameters])
    found, _ = run.beat(y[:, None], par, active[:, :, None], np.array([h]), 1)
    np.testing.assert_allclose(found[:, 0], expected, rtol=1e-12)

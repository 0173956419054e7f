"""The 12-state circuit in another program: svZeroDSolver, an implicit solver written in C++.

It solves the same equations by another method, so the two must differ by what its own step leaves,
and less with a shorter one. At 1 ms svZeroD is 0.0085 mL off a converged solution (hemodynamics
reference B.1), ours 0.0009 mL.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from afterload.hemodynamics import regazzoni as r
from afterload.hemodynamics.kernel import kernel

pytest.importorskip("svzerod", reason="svzerod is not installed (dependency group bench)")

Array = NDArray[np.float64]
BEATS = 20
PRESSURES = {"sys_ar": "pressure:av:sys_ar", "sys_ven": "pressure:J_sys_ar:sys_ven",
             "pul_ar": "pressure:pv:pul_ar", "pul_ven": "pressure:J_pul_ar:pul_ven"}  # fmt: skip


def case() -> Any:
    """The module with svZeroD's input, from the benchmarks."""
    path = Path(__file__).parents[2] / "benchmarks" / "svzerod_case.py"
    spec = importlib.util.spec_from_file_location("svzerod_case", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def ours(steps: int) -> dict[str, Array]:
    """The states over the last beat, by name."""
    run = kernel(r.CIRCUIT, ("p.sys_ar",), 1)
    state = np.array([[r.START[name]] for name in r.CIRCUIT.states])
    par = np.array([[r.PARAMETERS[name]] for name in r.CIRCUIT.parameters])
    times = np.arange(2 * steps + 1) * r.PERIOD / steps / 2
    active = r.activation(times)[:, :, None]
    out = np.empty((steps, len(state), 1))
    for _ in range(BEATS):
        state, _ = run.beat(state, par, active, np.array([r.PERIOD / steps]), steps, out)
    return dict(zip(r.CIRCUIT.states, out[:, :, 0].T, strict=True))


@pytest.fixture(scope="module")
def apart() -> dict[int, dict[str, float]]:
    """The largest difference of every state over the last beat, by svZeroD's steps per beat."""
    mine = ours(800)
    found = {}
    for steps in (800, 3200):
        every = steps // 800
        theirs = {k: v[every::every] for k, v in case().last_beat(steps, BEATS).items()}
        of = {name: theirs[f"Vc:{name}"] for name in r.CIRCUIT.activations}
        of |= {name: theirs[key] * r.PARAMETERS[f"{name}.c"] for name, key in PRESSURES.items()}
        of |= {f"q_{name}": theirs[f"flow:{name}:J_{name}"] for name in PRESSURES}
        found[steps] = {name: float(np.abs(of[name] - mine[name]).max()) for name in mine}
    return found


def test_volumes_are_those_of_another_solver(apart: dict[int, dict[str, float]]) -> None:
    """Within 0.02 mL of some 100 mL: twice what svZeroD is off at 1 ms."""
    for name in r.CIRCUIT.volumes:
        assert apart[800][name] < 0.02, name


def test_a_shorter_step_of_theirs_comes_closer_to_ours(apart: dict[int, dict[str, float]]) -> None:
    """Where its error is largest: the left ventricle and the arteries it fills."""
    for name in ("lv", "sys_ar"):
        assert apart[3200][name] < 0.5 * apart[800][name], name
        assert apart[3200][name] < 0.005, name

"""The 12-state circuit of Regazzoni et al. 2022: the common work that simulators are compared on.

Source:
    Regazzoni et al. 2022, J Comput Phys 457:111083, arXiv 2011.15040; default values as in the
    package circulation 0.4.0 (hemodynamics reference, sections B.1 and C.3).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from afterload.hemodynamics.circuit import Circuit, Compartment, Edge
from afterload.hemodynamics.law import Diode, Elastance, Inertia, Vessel

CIRCUIT = Circuit(
    "regazzoni",
    compartments=(
        Compartment("la", Elastance(), "la"),
        Compartment("lv", Elastance(), "lv"),
        Compartment("ra", Elastance(), "ra"),
        Compartment("rv", Elastance(), "rv"),
        Compartment("sys_ar", Vessel()),
        Compartment("sys_ven", Vessel()),
        Compartment("pul_ar", Vessel()),
        Compartment("pul_ven", Vessel()),
    ),
    edges=(
        Edge("mv", "la", "lv", Diode()),
        Edge("av", "lv", "sys_ar", Diode()),
        Edge("q_sys_ar", "sys_ar", "sys_ven", Inertia()),
        Edge("q_sys_ven", "sys_ven", "ra", Inertia()),
        Edge("tv", "ra", "rv", Diode()),
        Edge("pv", "rv", "pul_ar", Diode()),
        Edge("q_pul_ar", "pul_ar", "pul_ven", Inertia()),
        Edge("q_pul_ven", "pul_ven", "la", Inertia()),
    ),
    activations=("la", "lv", "ra", "rv"),
)

PARAMETERS: dict[str, float] = {
    "la.ea": 0.07, "la.eb": 0.18, "la.v0": 4.0,
    "lv.ea": 4.482, "lv.eb": 0.17, "lv.v0": 42.0,
    "ra.ea": 0.06, "ra.eb": 0.07, "ra.v0": 4.0,
    "rv.ea": 0.2, "rv.eb": 0.029, "rv.v0": 16.0,
    "sys_ar.c": 1.372, "sys_ven.c": 11.363, "pul_ar.c": 20.0, "pul_ven.c": 16.0,
    **{f"{vessel}.v0": 0.0 for vessel in ("sys_ar", "sys_ven", "pul_ar", "pul_ven")},
    **{f"{valve}.r_open": 0.0075 for valve in ("mv", "av", "tv", "pv")},
    **{f"{valve}.r_closed": 75006.2 for valve in ("mv", "av", "tv", "pv")},
    "q_sys_ar.r": 0.733, "q_sys_ar.l": 0.005, "q_sys_ven.r": 0.32, "q_sys_ven.l": 0.0005,
    "q_pul_ar.r": 0.046, "q_pul_ar.l": 0.0005, "q_pul_ven.r": 0.0015, "q_pul_ven.l": 0.0005,
}  # fmt: skip
"""Default parameters."""

PERIOD = 0.8
"""Seconds of one beat: 75 a minute."""

TIMES = {"la": (0.9, 0.17, 0.17), "lv": (0.1, 0.25, 0.4), "ra": (0.9, 0.17, 0.17),
         "rv": (0.1, 0.25, 0.4)}  # fmt: skip
"""Begin of contraction, its duration and that of relaxation, s."""

START: dict[str, float] = {
    "la": 87.183, "lv": 118.520, "ra": 86.833, "rv": 166.177,
    "sys_ar": 87.675 * 1.372, "sys_ven": 35.898 * 11.363,
    "pul_ar": 19.545 * 20.0, "pul_ven": 15.004 * 16.0,
    "q_sys_ar": 71.104, "q_sys_ven": 94.039, "q_pul_ar": 94.084, "q_pul_ven": 473.279,
}  # fmt: skip
"""The initial state."""


def activation(t: NDArray[np.float64]) -> NDArray[np.float64]:
    """Activations of the four chambers, shape (len(t), 4), at times in s from the beat's start."""
    columns = []
    for name in CIRCUIT.activations:
        begin, rise, fall = TIMES[name]
        x = np.mod(t - begin, PERIOD)
        up = 0.5 * (1 - np.cos(np.pi * x / rise))
        down = 0.5 * (1 + np.cos(np.pi * (x - rise) / fall))
        columns.append(np.where(x < rise, up, np.where(x < rise + fall, down, 0.0)))
    return np.stack(columns, axis=1)

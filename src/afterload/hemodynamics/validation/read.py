"""What studies measure, read from a simulated beat."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from afterload.hemodynamics.index import INDICES, mean_flow, native_flow, stroke_work
from afterload.hemodynamics.trace import Trace

Array = NDArray[np.float64]

Reader = tuple[str, str, Callable[[Trace], Array]]
"""Label, unit, and how it is computed."""


def _at_end_systole(t: Trace, chamber: str) -> Array:
    return np.asarray(t.pressures[chamber][t.end_systole, np.arange(t.time.shape[1])])


READ: dict[str, Reader] = {
    **{index.name: (index.label, index.unit, index.compute) for index in INDICES},
    "stroke_volume": (
        "LV stroke volume", "mL",
        lambda t: np.asarray(np.ptp(t.volumes["lv"], axis=0)),
    ),
    "lv_peak": (
        "LV peak pressure", "mm[Hg]",
        lambda t: np.asarray(t.pressures["lv"].max(axis=0)),
    ),
    "esp": ("LV end-systolic pressure", "mm[Hg]", lambda t: _at_end_systole(t, "lv")),
    "lv_ees": ("LV contractility (Ees)", "mm[Hg]/mL", lambda t: t.parameters["lv.ees"]),
    "rv_stroke_work": ("RV stroke work", "mm[Hg].mL", lambda t: stroke_work(t, "rv")),
    "atrial_gradient": (
        "Left less right atrial pressure", "mm[Hg]",
        lambda t: np.asarray((t.pressures["la"] - t.pressures["ra"]).mean(axis=0)),
    ),
    "native_power": (
        "Power of the native output", "W",
        lambda t: np.asarray(t.pressures["arch"].mean(axis=0) * native_flow(t) / 451),
    ),
    "head_flow": ("Flow to the head", "mL/min", lambda t: 1000.0 * mean_flow(t, "head")),
}  # fmt: skip
"""Every index of a beat that a row can ask for, by name."""


def read(name: str, t: Trace) -> Array:
    """One index of a beat, shape (n,)."""
    return np.asarray(READ[name][2](t), np.float64)

"""What studies measure, read from a simulated beat."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from afterload.hemodynamics.index import INDICES, mean_flow
from afterload.hemodynamics.trace import Trace

Array = NDArray[np.float64]

Reader = tuple[str, str, Callable[[Trace], Array]]
"""Label, unit, and how it is computed."""

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
    "head_flow": ("Flow to the head", "mL/min", lambda t: 1000.0 * mean_flow(t, "head")),
}  # fmt: skip
"""Every index of a beat that a row can ask for, by name."""


def read(name: str, t: Trace) -> Array:
    """One index of a beat, shape (n,)."""
    return np.asarray(READ[name][2](t), np.float64)

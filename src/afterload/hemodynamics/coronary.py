"""How much blood the heart's muscle needs: what contractility follows ends where it has enough."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from afterload.core.source import Source

Array = NDArray[np.float64]

EXTRACTED = 0.75
"""Share of the oxygen brought by the coronary arteries that the muscle can take."""

RESERVE = 1.75
"""Flow at which the muscle has enough, over what it takes up on average."""

CARRIED = 1.34e-3 * 0.97
"""mL of oxygen per mL of blood and g/L of haemoglobin, at an arterial saturation of 97 %."""

SOURCE = Source(
    "Oxygen balance of the left ventricle",
    place="extraction at rest 60-75 %; the inner layers need more than the mean, and function "
    "falls where the flow reserve is below about 1.5; 1.34 mL of oxygen per g of haemoglobin",
    confidence="M",
    note="A reserve of 1.5 gives the same directions in the validation table. The form "
    "(flow over need, to a power) is that of hemodynamics reference C.5.",
)


def enough(uptake: Array, hb: Array) -> Array:
    """Flow of the left coronary artery above which more blood adds nothing, mL/s, shape (n,).

    Args:
        uptake: Oxygen that the left ventricle uses (`index.mvo2`), mL/min, in the beat in which
            nothing acts yet, shape (n,).
        hb: Haemoglobin, g/L, shape (n,).
    """
    return np.asarray(RESERVE * uptake / 60.0 / (EXTRACTED * CARRIED * hb))

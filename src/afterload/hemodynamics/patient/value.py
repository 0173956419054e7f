"""Parameters of a patient as they are told: which there are, and what they can be."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from afterload.core.errors import InputError, UnknownName
from afterload.hemodynamics.patient.gas import GAS, GAS_PARAMETERS
from afterload.hemodynamics.patient.normal import CONTROLLED, NORMAL

Array = NDArray[np.float64]

NORMAL_ADULT = {**NORMAL, **CONTROLLED, **GAS}
"""Everything that can be told of a patient, as in a normal adult."""

GAS_ENDS = {p.name: (p.low, p.high) for p in GAS_PARAMETERS}

TIMES = 100.0
"""How many times smaller or larger than in a normal adult a parameter can be."""

ENDS: dict[str, tuple[float, float]] = {
    "beat.hr": (20.0, 250.0),
    "beat.av_delay": (0.0, 0.4),
    "blood.volume": (1000.0, 15000.0),
    "perfusion.gain": (0.0, 2.0),
    "reflex.gain": (0.0, 2.0),
    "reflex.centre": (40.0, 150.0),
    "brain.gain": (0.0, 1.0),
    "brain.share": (0.0, 1.0),
    "brain.lower": (20.0, 130.0),
    "brain.upper": (60.0, 250.0),
    "brain.icp": (0.0, 80.0),
    "reflex.rate": (0.0, 1.0),
    **{f"{bed}.close": (0.0, 80.0) for bed in ("head", "arms", "viscera", "legs")},
    **{f"{sinus}.close": (0.0, 60.0) for sinus in ("sinus_l", "sinus_r")},
    **{f"{vessel}.stiff": (0.5, 1000.0) for vessel in ("pa", "pcap", "pv")},
    "chest.thorax": (-30.0, 40.0),
    "pericardium.thorax": (-30.0, 40.0),
    "muscle_l.share": (0.0, 1.0),
    "muscle_r.share": (0.0, 1.0),
}
"""Lowest and highest value of parameters for which a multiple of the normal one says nothing."""

_DEVICE = ("ecls.", "vent.", "left_pump.", "left_atrial_pump.", "right_pump.", "septostomy.",
           "balloon.", "desc.balloon", "q_desc.balloon", "pulse.")  # fmt: skip
_FOUND = ("perfusion.reference", "perfusion.saturation", "reflex.reference",
          "brain.reference")  # fmt: skip


def settable() -> tuple[str, ...]:
    """Parameters of a patient that can be told; those of devices come with the device."""
    every = (*NORMAL, *CONTROLLED)
    own = (n for n in every if not n.startswith(_DEVICE) and n not in _FOUND)
    return (*own, *GAS)


def read_value(name: str, value: Any) -> Array:
    """One parameter's values, shape (n,) or (1,).

    Raises:
        UnknownName: There is no such parameter.
        InputError: It is no number, or outside of what is possible.
    """
    known = settable()
    if name not in known:
        if name in _FOUND:
            raise InputError(f"{name} is found from the beat without a device; leave it out.")
        if name.startswith(_DEVICE):
            raise InputError(f"{name} belongs to a device; add the device instead.")
        raise UnknownName("parameter of a patient", name, known)
    try:
        if np.asarray(value).dtype == np.bool_:
            raise TypeError
        found = np.atleast_1d(np.asarray(value, np.float64))
    except (TypeError, ValueError):
        raise InputError(
            f"{name} = {value!r} is no number. Write {name}=NUMBER with a decimal point."
        ) from None
    low, high = ends(name)
    bad = ~((found >= low) & (found <= high))
    if found.ndim != 1 or not len(found):
        raise InputError(
            f"{name} has the shape {found.shape}. Give a number, or one number per patient."
        )
    if bad.any():
        raise InputError(
            f"{name} = {found[bad][0]:g} is outside {low:g} to {high:g} (a normal adult has "
            f"{NORMAL_ADULT[name]:g}). Check its unit."
        )
    return found


def ends(name: str) -> tuple[float, float]:
    """The lowest and highest value that a parameter can take."""
    if name in ENDS:
        return ENDS[name]
    if name in GAS:
        return GAS_ENDS[name]
    normal = NORMAL_ADULT[name]
    if normal == 0.0:
        return 0.0, TIMES
    return normal / TIMES, normal * TIMES

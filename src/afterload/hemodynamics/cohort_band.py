"""What devices may truly be: drawn from their bands once, and the same for every patient.

A pump's curve that is a memory or a placeholder is one truth that nobody has looked up yet. It does
not differ from one patient to the next, so that a thousand patients tell no more of it than one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from afterload.hemodynamics.device import AbstractDevice
from afterload.hemodynamics.fit_support import Ran, blur

Array = NDArray[np.float64]
Places = NDArray[np.intp]

CURVES = 32
"""How many truths are drawn of every device."""

CENTRE = -1
"""The number of the curve that is set, in the middle of the band."""


def has_bands(devices: Sequence[AbstractDevice]) -> bool:
    """Whether anything of some devices is not surely known."""
    return any(device.bands or device.balloon is not None for device in devices)


def deviates(word: str, name: str, seed: int, count: int = CURVES) -> Array:
    """How far a number of a device lies from its centre in each truth, in SDs, shape (count,).

    One in each of `count` equally probable slices of the normal distribution, in an order of its
    own: so few draws then fill the band better than by chance alone. A device of one name is the
    same in all strategies, whatever it is set to.

    Args:
        word: The device.
        name: The number.
        seed: The cohort's.
        count: How many truths.

    Source:
        McKay, Beckman, Conover 1979, Technometrics 21:239-245, Latin hypercube (memory).
    """
    key = hashlib.sha256(f"{word} {name}".encode()).digest()[:8]
    return slices(count)[np.random.default_rng([seed, 3, *key]).permutation(count)]


def slices(count: int) -> Array:
    """Middles of as many equally probable slices of the normal distribution, in SDs."""
    normal = NormalDist()
    return np.array([normal.inv_cdf((k + 0.5) / count) for k in range(count)])


def as_they_may_be(
    p: Mapping[str, Array],
    devices: Sequence[AbstractDevice],
    curve: Places,
    seed: int,
    ran: Ran | None = None,
) -> dict[str, Array]:
    """Parameters of lanes whose devices are not as set, but one of what they may truly be.

    Args:
        p: All parameters with the devices in place as they are set, shape (lanes,) each.
        devices: The devices.
        curve: The number of the truth of every lane; `CENTRE` for what is set.
        seed: The cohort's.
        ran: Devices that ran when the patients were measured. What the fit told of them stands.
    """
    found = dict(p)
    bands = {b.parameter for device in devices for b in device.settings().bands}

    def luck(word: str, name: str) -> Array:
        whole = f"scales.{name}" if f"scales.{name}" in bands else name  # as the device tells it
        return np.where(curve == CENTRE, 0.0, deviates(word, whole, seed)[curve])

    for device in devices:
        blur(found, device, luck, ran or {})
    return found

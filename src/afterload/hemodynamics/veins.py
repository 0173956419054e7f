"""Where blood is given and lost: the veins, shared out by their compliance."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from afterload.hemodynamics.body import BODY

Array = NDArray[np.float64]

VEINS = ("v_upper", "v_visceral", "v_legs", "svc", "ivc")
"""The veins of the body."""

PLACES: tuple[int, ...] = tuple(BODY.states.index(name) for name in VEINS)
"""Where their volumes stand among the states, in the same order."""


def given(states: Array, more: Array, parameters: Mapping[str, Array]) -> Array:
    """States with some more blood in the veins; less where it is negative.

    Args:
        states: Shape (states or more, n); what stands below the states stays as it is.
        more: Shape (n,), mL.
        parameters: The compliances, shape (n,) each.
    """
    found = np.array(states)
    capacity = sum(parameters[f"{name}.c"] for name in VEINS)
    for name, place in zip(VEINS, PLACES, strict=True):
        found[place] += more * parameters[f"{name}.c"] / capacity
    return found

"""Quantiles of sorted numbers."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray


def quantile(ordered: NDArray[np.float64], share: float) -> float:
    """The quantile of sorted numbers by linear interpolation (type 7, as R and most programs).

    Args:
        ordered: Shape (n,), n at least 1, in ascending order, nothing missing.
        share: Which quantile, 0 to 1; 0.5 is the median.

    Source:
        Hyndman RJ, Fan Y. Am Stat 1996;50:361-365, definition 7.

    Example:
        >>> quantile(np.array([1.0, 2.0, 4.0, 8.0]), 0.25)
        1.75
    """
    place = (len(ordered) - 1) * share
    below = math.floor(place)
    low = float(ordered[below])
    weight = place - below
    if weight == 0.0:
        return low
    high = float(ordered[below + 1])
    return low if high == low else (1.0 - weight) * low + weight * high

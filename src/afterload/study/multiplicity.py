"""Correcting p values for how many comparisons were made."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Holm's step-down correction: keeps the chance of any false alarm at the stated level.

    Args:
        p_values: Raw p values; None where a comparison could not be made. Those stay None and do
            not count as comparisons.

    Returns:
        Corrected p values in the same order.

    Source:
        Holm S. Scand J Stat 1979;6:65-70.

    Example:
        >>> holm([0.01, 0.04, None])
        [0.02, 0.04, None]
    """
    known = [i for i, p in enumerate(p_values) if p is not None]
    corrected: list[float | None] = [None] * len(p_values)
    largest = 0.0
    for rank, i in enumerate(sorted(known, key=lambda i: p_values[i] or 0.0)):
        largest = max(largest, min(1.0, (len(known) - rank) * (p_values[i] or 0.0)))
        corrected[i] = largest
    return corrected


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Benjamini and Hochberg's step-up correction: limits the share of false discoveries.

    Args:
        p_values: Raw p values.

    Returns:
        Corrected p values in the same order.

    Source:
        Benjamini Y, Hochberg Y. J R Stat Soc B 1995;57:289-300.

    Example:
        >>> [round(p, 6) for p in benjamini_hochberg([0.01, 0.02, 0.03])]
        [0.03, 0.03, 0.03]
    """
    p = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(-p, kind="stable")
    scaled = p[order] * len(p) / np.arange(len(p), 0, -1)
    corrected = np.empty_like(p)
    corrected[order] = np.minimum(1.0, np.minimum.accumulate(scaled))
    return [float(value) for value in corrected]

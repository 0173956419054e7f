"""Guessing the beat that repeats itself from the beats so far."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from afterload.hemodynamics.tile import VOLUMES

Array = NDArray[np.float64]

LEAST = 2
"""Beats before any are mixed."""


def mixed(history: Sequence[tuple[Array, Array]], scale: Array) -> Array:
    """Where to beat on from (Anderson's mixing, each lane by itself).

    A combination of beats with weights that add up to 1 keeps every lane's blood volume. Where the
    guess is absurd, it is what the last beat ended with.

    Args:
        history: The last beats: where each began, and by how much it did not end there; shape
            (states, lanes) each.
        scale: Shape (states,), by which differences are compared.

    Source:
        Walker & Ni 2011, SIAM J Numer Anal 49:1715 (from memory; by normal equations).
    """
    z, gap = history[-1]
    after = z + gap
    if len(history) < LEAST:
        return after
    begun = np.array([x for x, _ in history])
    gaps = np.array([g for _, g in history])
    steps = np.moveaxis(np.diff(gaps, axis=0) / scale[:, None], 2, 0)
    moved = np.diff(begun + gaps, axis=0)
    across = np.swapaxes(steps, 1, 2)
    gram = steps @ across
    size = np.trace(gram, axis1=1, axis2=2)[:, None, None]
    gram += np.eye(len(history) - 1) * (RIDGE * size + 1e-30)
    right = steps @ (gap / scale[:, None]).T[:, :, None]
    weights = np.linalg.solve(gram, right)[:, :, 0].T
    guess: Array = after - (weights[:, None, :] * moved).sum(axis=0)
    volumes, before = guess[:VOLUMES], after[:VOLUMES]
    wild = ~np.isfinite(guess).all(axis=0)
    wild |= ((volumes < 0.3 * before) | (volumes > 3.0 * before + 1.0)).any(axis=0)
    guess[:, wild] = after[:, wild]
    return guess


RIDGE = 1e-10
"""Keeps the least squares solvable when beats hardly differ."""

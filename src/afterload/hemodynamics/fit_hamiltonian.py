"""Draws from a density whose gradient is known: Hamiltonian Monte Carlo, many chains side by side.

Source:
    Neal 2011, MCMC using Hamiltonian dynamics, Handbook of Markov Chain Monte Carlo (memory).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

Density = Callable[[Array], tuple[Array, Array]]
"""From shape (free, n) to logarithms of the density, shape (n,), and their gradients."""

TURNS = 48
"""Paths that every chain goes. A posterior of three measurements is so bent that the slowest of the
chains tried needed some 32 to forget where they began."""

SET = 16
"""Paths over which the step is set."""

STEPS = 6
"""Steps of a path."""

STEP = 0.35
"""The first step, in the coordinates of the density, in which it is about 1 wide."""

ACCEPTED = (0.65, 0.85)
"""Share of paths between whose ends the step is left as it is."""


def walk(density: Density, u: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """Where chains end that begin at u.

    Args:
        density: What is to be drawn from.
        u: Shape (free, n), roughly drawn from it already.
        rng: For the paths.

    Returns:
        Shape (free, n), and the logarithms of the density there, shape (n,).
    """
    step = STEP
    with np.errstate(all="ignore"):  # a path that runs into infinity is not gone
        here, up = density(u)
        for turn in range(TURNS):
            size = step * rng.uniform(0.6, 1.2, u.shape[1])
            begun = rng.standard_normal(u.shape)
            place, pace, slope = u, begun, up
            for _ in range(STEPS):
                half = pace + 0.5 * size * slope
                place = place + size * half
                there, slope = density(place)
                pace = half + 0.5 * size * slope
            gain = there - here + 0.5 * ((begun**2).sum(axis=0) - (pace**2).sum(axis=0))
            goes = np.log(rng.random(u.shape[1])) < gain
            u, up = np.where(goes, place, u), np.where(goes, slope, up)
            here = np.where(goes, there, here)
            if turn < SET:
                few, many = ACCEPTED
                step *= 0.8 if goes.mean() < few else 1.15 if goes.mean() > many else 1.0
    return u, here

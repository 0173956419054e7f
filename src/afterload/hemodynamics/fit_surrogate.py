"""What stands in for the circulation while patients who fit are looked for.

Of every measurement the misfit is taken as a quadratic in what is free, fitted to patients who have
been run. Where it is wrong does no harm but to cost draws: whoever is found with it is run as well,
and weighed by what the circulation itself says.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

NEAR = 4.0
"""Mean square of a patient's misfits at which he counts half as much for the quadratic: it is to be
right where the posterior is."""

FLAT = 0.1
"""Patients that speak for no curvature at all, so that few leave none to chance."""

FREEDOM = 8.0
"""Degrees of freedom: the misfits together are told by a t, whose tails are heavier than those of
their normal errors, so that some are drawn whom the quadratic wrongly thinks far off."""


@dataclass(frozen=True, slots=True)
class Surrogate:
    """The posterior with a quadratic in the circulation's place.

    Args:
        centre: Shape (free,), where it was fitted around.
        root: Shape (free, free), of the coordinates u in which it is written: z = centre + root u.
        level: Shape (m,), misfits at the centre.
        slopes: Shape (m, free).
        bends: Shape (m, free, free), symmetric: misfit = level + slopes u + u bends u.
        wrong: Shape (m,), how far the quadratic is off patients it was not fitted to (root mean
            square), in errors of the measurement. It widens the errors.
    """

    centre: Array
    root: Array
    level: Array
    slopes: Array
    bends: Array
    wrong: Array

    def coordinates(self, z: Array) -> Array:
        """u of z, shape (free, n)."""
        return np.asarray(np.linalg.solve(self.root, z - self.centre[:, None]))

    def patients(self, u: Array) -> Array:
        """z of u, shape (free, n)."""
        return np.asarray(self.centre[:, None] + self.root @ u)

    def misfit(self, u: Array) -> Array:
        """Shape (m, n)."""
        return self._misfit_and_slopes(u)[0].T

    def _misfit_and_slopes(self, u: Array) -> tuple[Array, Array]:
        """Shapes (n, m) and (n, m, free)."""
        m, free = self.slopes.shape
        bent = (u.T @ self.bends.transpose(1, 0, 2).reshape(free, -1)).reshape(-1, m, free)
        off = self.level + u.T @ self.slopes.T + (bent @ u.T[:, :, None])[:, :, 0]
        return off, self.slopes + 2 * bent

    def log_density(self, u: Array) -> tuple[Array, Array]:
        """Up to a constant, shape (n,), and its gradient, shape (free, n)."""
        off, slopes = self._misfit_and_slopes(u)
        z, wide = self.patients(u), 1.0 + self.wrong**2
        squares = (off**2 / wide).sum(axis=1)
        power = FREEDOM + len(self.level)
        density = -0.5 * ((z**2).sum(axis=0) + power * np.log1p(squares / FREEDOM))
        pull = (power / (FREEDOM + squares))[:, None] * off / wide
        down = self.root.T @ z + (pull[:, None, :] @ slopes)[:, 0, :].T
        return np.asarray(density), np.asarray(-down)


def surrogate(centre: Array, root: Array, z: Array, misfit: Array) -> Surrogate:
    """The quadratic that comes closest to patients who have been run.

    Args:
        centre, root: The coordinates it is to be written in.
        z: Of patients with a steady beat, shape (free, n).
        misfit: Theirs, shape (m, n).
    """
    free, n = z.shape
    u = np.linalg.solve(root, z - centre[:, None])
    first, second = np.triu_indices(free)
    terms = np.vstack([np.ones((1, n)), u, u[first] * u[second]])
    weight = 1.0 / (1.0 + (misfit**2).mean(axis=0) / NEAR)
    gram = (terms * weight) @ terms.T
    curved = np.arange(1 + free, len(terms))
    gram[curved, curved] += FLAT
    inverse = np.linalg.inv(gram)
    found = inverse @ (terms * weight) @ misfit.T
    leverage = weight * (terms * (inverse @ terms)).sum(axis=0)
    off = (misfit - (terms.T @ found).T) / (1.0 - np.minimum(leverage, 0.9))
    bends = np.zeros((len(misfit), free, free))
    bends[:, first, second] = found[1 + free :].T / 2
    bends += bends.transpose(0, 2, 1)
    return Surrogate(
        centre, root, found[0], found[1 : 1 + free].T, bends,
        np.sqrt((weight * off**2).sum(axis=1) / weight.sum()),
    )  # fmt: skip

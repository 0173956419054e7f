"""From the most probable patient to all who fit: draws from the posterior.

Draws come from a multivariate t around the most probable patient, as wide as his Jacobian tells;
every draw is run through the model, and draws are kept as often as the model says they are more
probable than the t (importance resampling). Where the first t fits badly, a second one takes the
mean and covariance that the first draws found.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from afterload.core.errors import NoConvergence
from afterload.hemodynamics.fit_search import Found, Problem
from afterload.hemodynamics.kernel import WIDE
from afterload.hemodynamics.solve import Settled

Array = NDArray[np.float64]

FREEDOM = 8.0
"""Degrees of freedom of the t: tails heavier than any the posterior is likely to have."""

ENOUGH = 0.15
"""Effective share of the draws below which a second t is fitted."""


@dataclass(frozen=True, slots=True)
class Draws:
    """Patients who fit.

    Args:
        z: Shape (free, n), in standard deviations of the prior from its centre.
        observed: Shape (m, n), the misfit of every measurement in its errors.
        states: Shape (states, n), at the begin of each one's beat.
        coronary: Shape (n,), mean flow of the left coronary artery, mL/s.
        arch: Shape (n,), mean pressure in the arch, mmHg.
        effective: How many independent draws they are worth.
    """

    z: Array
    observed: Array
    states: Array
    coronary: Array
    arch: Array
    effective: float


@dataclass(frozen=True, slots=True)
class _Run:
    """Proposed draws with what the model made of them."""

    z: Array
    misfit: Array
    states: Array
    coronary: Array
    arch: Array
    weights: Array

    @property
    def effective(self) -> float:
        return float(1.0 / (self.weights**2).sum())


def sample(problem: Problem, found: Found, n: int, rng: np.random.Generator) -> Draws:
    """Draw n patients who fit.

    Raises:
        NoConvergence: Hardly any draw settles to a steady beat.
    """
    centre, covariance = found.z, np.asarray(np.linalg.inv(found.precision), np.float64)
    run = _propose(problem, found, centre, covariance, n, rng)
    if run.effective < ENOUGH * n:
        centre = run.z @ run.weights
        apart = run.z - centre[:, None]
        share = min(1.0, run.effective / (4.0 * len(centre)))
        seen = (apart * run.weights) @ apart.T
        again = _propose(problem, found, centre, share * seen + (1.0 - share) * covariance, n, rng)
        run = again if again.effective > run.effective else run
    kept = _systematic(run.weights, n, rng)
    return Draws(
        run.z[:, kept], run.misfit[:, kept], run.states[:, kept], run.coronary[kept],
        run.arch[kept], run.effective,
    )  # fmt: skip


def _propose(
    problem: Problem, found: Found, centre: Array, covariance: Array, n: int,
    rng: np.random.Generator,
) -> _Run:  # fmt: skip
    free = len(centre)
    shape = np.linalg.cholesky(covariance)
    normal = rng.standard_normal((free, n))
    spread = np.sqrt(FREEDOM / rng.chisquare(FREEDOM, n))
    u = normal * spread
    z = centre[:, None] + shape @ u
    misfit, states, coronary, arch = _through(problem, found, z)
    log_q = -0.5 * (FREEDOM + free) * np.log1p((u**2).sum(axis=0) / FREEDOM)
    log_p = -0.5 * ((misfit**2).sum(axis=0) + (z**2).sum(axis=0))
    log_w = np.where(np.isfinite(log_p), log_p - log_q, -np.inf)
    if not np.isfinite(log_w).any():
        raise NoConvergence(
            "No patient near the best fit has a steady beat. Check the measurements: the "
            "circulation that they describe can hardly carry itself."
        )
    weights = np.exp(log_w - log_w.max())
    return _Run(z, misfit, states, coronary, arch, weights / weights.sum())


def _systematic(weights: Array, n: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Indices of n draws, each as often as its weight says, to within one."""
    at = (np.arange(n) + rng.random()) / n
    return np.minimum(np.searchsorted(np.cumsum(weights), at), len(weights) - 1)


def _through(problem: Problem, found: Found, z: Array) -> tuple[Array, Array, Array, Array]:
    """Draws through the model, tiles shared out among the processor's cores."""
    tiles = [slice(first, first + WIDE) for first in range(0, z.shape[1], WIDE)]

    def one(lanes: slice) -> tuple[Array, Settled]:
        chosen = z[:, lanes]
        full = np.repeat(chosen, WIDE if chosen.shape[1] == 1 else 1, axis=1)
        misfit, settled = problem.run(full, found.start(full))
        return misfit[:, : chosen.shape[1]], settled

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        parts = [
            (misfit, s.states[:, : misfit.shape[1]], *(
                s.means[name][: misfit.shape[1]] for name in ("q.coronary_l", "p.arch")
            ))
            for misfit, s in pool.map(one, tiles)
        ]  # fmt: skip
    misfit, states, coronary, arch = (
        np.concatenate([part[k] for part in parts], axis=-1) for k in range(4)
    )
    return misfit, states, coronary, arch

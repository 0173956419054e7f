"""From the most probable patient to all who fit: draws from the posterior.

Draws come from a multivariate t around the most probable patient, as wide as his Jacobian tells;
every draw is run through the model. A second t takes the mean and covariance that these draws
found, and draws again; up to four more do where these are not enough. Draws of all are kept as
often as the model says they are more probable than the t together (importance resampling, with the
mixture as the proposal).
"""

from __future__ import annotations

import os
from collections.abc import Callable
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

LEAST_ROUNDS, MOST_ROUNDS = 2, 6
"""Rounds of draws; each after the first draws twice as many, from a t fitted to those before."""

PER_FREE = 10.0
"""Independent draws per free number that a t is fitted to at least."""

WIDENED = 1.15
"""How much wider than the weighted draws the t is in every direction, so that no part of a bent
posterior is far outside: with it the worst of the patients tried was worth 51 draws, not 3."""

ENOUGH = 400.0
"""Independent draws that end the rounds early; as many as there are to be draws, where fewer."""


WIDER = 8 * WIDE
"""Lanes of a tile with gases, whose laws are slow for few and quick for many."""


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
        cut: Share of the weight that was taken from single draws, which would else have stood for
            many; 0 where none did.
    """

    z: Array
    observed: Array
    states: Array
    coronary: Array
    arch: Array
    effective: float
    cut: float = 0.0


@dataclass(frozen=True, slots=True)
class _T:
    """A multivariate t, and how many draws come from it."""

    centre: Array
    root: Array
    n: int

    def draw(self, rng: np.random.Generator) -> Array:
        """Shape (free, n)."""
        normal = rng.standard_normal((len(self.centre), self.n))
        spread = np.sqrt(FREEDOM / rng.chisquare(FREEDOM, self.n))
        return np.asarray(self.centre[:, None] + self.root @ (normal * spread))

    def log_density(self, z: Array) -> Array:
        """Shape of z's second axis, up to a constant that is the same for every t."""
        u = np.linalg.solve(self.root, z - self.centre[:, None])
        far = np.log1p((u**2).sum(axis=0) / FREEDOM)
        log_volume = np.log(np.abs(np.diag(self.root))).sum()
        return np.asarray(-0.5 * (FREEDOM + len(self.centre)) * far - log_volume)


def sample(
    problem: Problem, found: Found, n: int, rng: np.random.Generator, enough: float | None = None
) -> Draws:
    """Draw n patients who fit.

    Args:
        problem: What was solved.
        found: The most probable patient.
        n: How many.
        rng: For the draws.
        enough: Independent draws that end the rounds, the first already; None for as many as there
            are to be draws, up to `ENOUGH`, in `LEAST_ROUNDS` or more.

    Raises:
        NoConvergence: Hardly any draw settles to a steady beat.
    """
    sources = [_T(found.z, np.linalg.cholesky(np.linalg.inv(found.precision)), n)]
    runs: list[_Run] = []
    for turn in range(1, MOST_ROUNDS + 1):
        z = sources[-1].draw(rng)
        runs.append(_Run(z, *_through(problem, found, z)))
        run = _Run(
            *(np.concatenate(parts, axis=-1) for parts in zip(*map(_parts, runs), strict=True))
        )
        weights = _weights(run, sources)
        effective = float(1.0 / (weights**2).sum())
        least, most = (LEAST_ROUNDS, min(ENOUGH, n)) if enough is None else (1, enough)
        if turn == MOST_ROUNDS or (turn >= least and effective >= most):
            break
        sources.append(_fitted(run.z, weights, 2 * n))
    weights, cut = truncated(weights)
    kept = _systematic(weights, n, rng)
    return Draws(
        run.z[:, kept], run.misfit[:, kept], run.states[:, kept], run.coronary[kept],
        run.arch[kept], float(1.0 / (weights**2).sum()), cut,
    )  # fmt: skip


def truncated(weights: Array) -> tuple[Array, float]:
    """Weights of which none is more than the square root of their number times the mean one, and
    the share that was cut.

    A draw in a far corner of a bent posterior can outweigh thousands. Cut, it still counts most,
    and the draws become a little more like their proposal, which is the wider.

    Source:
        Ionides 2008, J Comput Graph Stat 17:295-311, truncated importance sampling (memory).
    """
    kept = np.minimum(weights, 1.0 / np.sqrt(len(weights)))
    return kept / kept.sum(), float(1.0 - kept.sum())


@dataclass(frozen=True, slots=True)
class _Run:
    """Proposed draws with what the model made of them; see `Draws`."""

    z: Array
    misfit: Array
    states: Array
    coronary: Array
    arch: Array


def _parts(run: _Run) -> tuple[Array, ...]:
    return run.z, run.misfit, run.states, run.coronary, run.arch


def _weights(run: _Run, sources: list[_T]) -> Array:
    """How much more probable each draw is than its proposal has it; they add up to 1.

    Raises:
        NoConvergence: No draw has a steady beat.
    """
    log_p = -0.5 * ((run.misfit**2).sum(axis=0) + (run.z**2).sum(axis=0))
    log_q = np.stack([t.log_density(run.z) + np.log(t.n) for t in sources])
    top = log_q.max(axis=0)
    log_q = top + np.log(np.exp(log_q - top).sum(axis=0))
    log_w = np.where(np.isfinite(log_p), log_p - log_q, -np.inf)
    if not np.isfinite(log_w).any():
        raise NoConvergence(
            "No patient near the best fit has a steady beat. Check the measurements: the "
            "circulation that they describe can hardly carry itself."
        )
    weights = np.exp(log_w - log_w.max())
    return np.asarray(weights / weights.sum())


def _fitted(z: Array, weights: Array, n: int) -> _T:
    """A t with the mean and covariance of weighted draws.

    Where a few draws have nearly all weight, weights are first made more even: each round then goes
    part of the way, and the next is weighed anew.
    """
    even = tempered(weights, PER_FREE * len(z))
    centre = z @ even
    apart = z - centre[:, None]
    root = np.asarray(np.linalg.cholesky((apart * even) @ apart.T), np.float64)
    return _T(centre, WIDENED * root, n)


def tempered(weights: Array, least: float) -> Array:
    """Weights to the highest power, up to 1, at which they are worth some independent draws."""
    with np.errstate(divide="ignore"):
        logs = np.log(weights)

    def at(power: float) -> Array:
        raised = np.exp(power * (logs - logs.max()))
        return np.asarray(raised / raised.sum())

    low, high = 0.0, 1.0
    if 1.0 / (weights**2).sum() >= least:
        return weights
    for _ in range(20):
        middle = (low + high) / 2
        low, high = (middle, high) if 1.0 / (at(middle) ** 2).sum() >= least else (low, middle)
    return at(low)


def _systematic(weights: Array, n: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Indices of n draws, each as often as its weight says, to within one."""
    at = (np.arange(n) + rng.random()) / n
    return np.minimum(np.searchsorted(np.cumsum(weights), at), len(weights) - 1)


def _through(problem: Problem, found: Found, z: Array) -> tuple[Array, Array, Array, Array]:
    """Draws through the model, tiles shared out among the processor's cores.

    Who does not settle from where he was guessed to begin, begins once more as anyone would.
    """
    told = _tiles(problem, z, found.start)
    lost = np.flatnonzero(~np.isfinite(told[0]).all(axis=0))
    if len(lost):
        again = _tiles(problem, z[:, lost], None)
        for whole, part in zip(told, again, strict=True):
            whole[..., lost] = part
    return told


def _tiles(
    problem: Problem, z: Array, start: Callable[[Array], Array] | None
) -> tuple[Array, Array, Array, Array]:
    """Misfit, states, coronary flow and pressure of draws, by tiles."""
    n = z.shape[1]
    width = WIDER if problem.reading.saturations else WIDE
    tiles = [np.arange(first, min(first + width, n)) for first in range(0, n, width)]

    def one(lanes: NDArray[np.intp]) -> tuple[Array, Settled]:
        here = z[:, np.repeat(lanes, 2 if len(lanes) == 1 else 1)]
        return problem.run(here, start(here) if start else None)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        parts = [
            (misfit[:, :k], s.states[:, :k], *(
                s.means[name][:k] for name in ("q.coronary_l", "p.arch")
            ))
            for k, (misfit, s) in zip(map(len, tiles), pool.map(one, tiles), strict=True)
        ]  # fmt: skip
    misfit, states, coronary, arch = (
        np.concatenate([part[k] for part in parts], axis=-1) for k in range(4)
    )
    return misfit, states, coronary, arch

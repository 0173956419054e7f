"""From the most probable patient to all who fit: draws from the posterior.

Patients are drawn from a multivariate t around the most probable one, as wide as his Jacobian
tells, and run through the model. A quadratic is fitted to them (`fit_surrogate`) and others drawn
from the posterior it makes (`fit_hamiltonian`), who are run as well; with them a better one is
fitted, and the draws that are asked for come from that. Each is weighed by how much more probable
the model says he is than the quadratic had it, and kept as often (importance resampling). Nobody is
weighed against a proposal that was fitted to himself: weights that are even because they were made
so tell nothing.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from afterload.core.errors import NoConvergence
from afterload.hemodynamics.fit_hamiltonian import walk
from afterload.hemodynamics.fit_search import Found, Problem, Seen, joined
from afterload.hemodynamics.fit_surrogate import Surrogate, surrogate
from afterload.hemodynamics.kernel import WIDE

Array = NDArray[np.float64]

FREEDOM = 8.0
"""Degrees of freedom of the first t: tails heavier than any the posterior is likely to have."""

FIRST, SECOND = 30, 20
"""Patients per free number of the first two rounds, to fit a quadratic to."""

MOST_ROUNDS = 5
"""Rounds after which what has been found is taken."""

ENOUGH = 400.0
"""Independent draws that end the rounds; half as many as there are to be draws, where fewer."""

SPREAD = 50.0
"""Independent patients among those that chains begin with."""

WIDER, WIDEST = 8 * WIDE, 32 * WIDE
"""Lanes of a tile whose flows are kept for the gases, and of one whose gases are found: their laws
are slow for few and quick for many, and beats take much memory."""


@dataclass(frozen=True, slots=True)
class Draws:
    """Patients who fit.

    Args:
        z: Shape (free, n), in standard deviations of the prior from its centre.
        observed: Shape (m, n), the misfit of every measurement in its errors.
        states: Shape (states, n), at the begin of each one's beat.
        coronary: Shape (n,), mean flow of the left coronary artery, mL/s.
        arch: Shape (n,), mean pressure in the arch, mmHg.
        effective: How many independent draws they are worth for the free number whose mean they
            tell least surely.
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
    """A multivariate t."""

    centre: Array
    root: Array

    def draw(self, n: int, rng: np.random.Generator) -> Array:
        """Shape (free, n)."""
        normal = rng.standard_normal((len(self.centre), n))
        spread = np.sqrt(FREEDOM / rng.chisquare(FREEDOM, n))
        return np.asarray(self.centre[:, None] + self.root @ (normal * spread))

    def log_density(self, z: Array) -> Array:
        """Shape of z's second axis, up to a constant."""
        u = np.linalg.solve(self.root, z - self.centre[:, None])
        far = np.log1p((u**2).sum(axis=0) / FREEDOM)
        return np.asarray(-0.5 * (FREEDOM + len(self.centre)) * far)


def sample(
    problem: Problem, found: Found, n: int, rng: np.random.Generator, enough: float | None = None
) -> Draws:
    """Draw n patients who fit.

    Args:
        problem: What was solved.
        found: The most probable patient.
        n: How many.
        rng: For the draws.
        enough: Independent draws that end the rounds, the first already; None for half as many as
            there are to be draws, up to `ENOUGH`, in three rounds or more.

    Raises:
        NoConvergence: Hardly any draw settles to a steady beat.
    """
    run = _joined(_rounds(problem, found, n, rng, enough))
    weights, cut = truncated(run.weights)
    kept = _systematic(weights, n, rng)
    copies = np.bincount(kept, minlength=len(weights)).astype(np.float64)
    return Draws(
        run.z[:, kept], run.misfit[:, kept], run.states[:, kept], run.coronary[kept],
        run.arch[kept], float(worth_of(run.z, copies).min()), cut,
    )  # fmt: skip


def _rounds(
    problem: Problem, found: Found, n: int, rng: np.random.Generator, enough: float | None
) -> list[_Round]:
    """Rounds of weighed draws that are worth enough together; see `sample`."""
    free = len(found.z)
    t = _T(found.z, np.linalg.cholesky(np.linalg.inv(found.precision)))
    last = every = _from_t(problem, found, t, FIRST * free if enough is None else n, rng)
    if enough is not None:
        if worth(last.weights) >= enough:
            return [last]
        if n < FIRST * free:
            every = last = _joined([last, _from_t(problem, found, t, FIRST * free - n, rng)])
    rounds: list[_Round] = []
    least, most = (3, min(ENOUGH, n / 2)) if enough is None else (2, enough)
    for turn in range(2, MOST_ROUNDS + 1):
        well = np.isfinite(every.misfit).all(axis=0)
        if well.sum() <= free:
            raise _nobody()
        model = surrogate(t.centre, t.root, every.z[:, well], every.misfit[:, well])
        begun = _begin(model, last, SECOND * free if turn == 2 else n, rng)
        u, density = walk(model.log_density, begun, rng)
        last = _round(problem, found, model.patients(u), density)
        every = _joined([every, last])
        rounds.append(last)
        if turn >= least and sum(worth(one.weights) for one in rounds) >= most:
            break
    return rounds


def _from_t(problem: Problem, found: Found, t: _T, n: int, rng: np.random.Generator) -> _Round:
    z = t.draw(n, rng)
    return _round(problem, found, z, t.log_density(z))


def _begin(model: Surrogate, last: _Round, n: int, rng: np.random.Generator) -> Array:
    """Where chains begin: the last round's patients, as often as the quadratic says."""
    well = np.isfinite(last.misfit).all(axis=0)
    u = model.coordinates(last.z[:, well])
    logs = model.log_density(u)[0] - last.density[well]
    weights = tempered(logs, min(SPREAD, len(logs) / 3))
    return np.asarray(u[:, _systematic(weights, n, rng)])


def worth(weights: Array) -> float:
    """How many independent draws weighted ones are worth.

    Source:
        Kish 1965, Survey Sampling: the square of the sum by the sum of squares (memory).
    """
    return float(weights.sum() ** 2 / (weights**2).sum())


def worth_of(values: Array, weights: Array) -> Array:
    """How many independent draws weighted ones are worth for the mean of each value, shape (k,).

    The variance of the values by that of their weighted mean. Where a value and the weights hang
    together that is fewer than `worth` says; where all values are one, it is what `worth` says.

    Args:
        values: Shape (k, n).
        weights: Shape (n,).
    """
    shares = weights / weights.sum()
    apart = (values - (values @ shares)[:, None]) ** 2
    spread, error = apart @ shares, apart @ shares**2
    return np.where(spread > 0.0, spread / np.where(spread > 0.0, error, 1.0), worth(weights))


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
class _Round:
    """Proposed draws with what the model made of them (see `Draws`).

    Args:
        z, misfit, states, coronary, arch: See `Draws`.
        density: Logarithm of the density they were proposed with, up to a constant.
        weights: How much more probable each is than that has it; they add up to 1.
    """

    z: Array
    misfit: Array
    states: Array
    coronary: Array
    arch: Array
    density: Array
    weights: Array


def _round(problem: Problem, found: Found, z: Array, density: Array) -> _Round:
    """Draws run and weighed.

    Raises:
        NoConvergence: No draw has a steady beat.
    """
    through = _through(problem, found, z)
    log_p = -0.5 * ((through[0] ** 2).sum(axis=0) + (z**2).sum(axis=0))
    log_w = np.where(np.isfinite(log_p), log_p - density, -np.inf)
    if not np.isfinite(log_w).any():
        raise _nobody()
    weights = np.exp(log_w - log_w.max())
    return _Round(z, *through, density, weights / weights.sum())


def _nobody() -> NoConvergence:
    return NoConvergence(
        "No patient near the best fit has a steady beat. Check the measurements: the "
        "circulation that they describe can hardly carry itself."
    )


def _joined(rounds: list[_Round]) -> _Round:
    """Rounds together, each with the weight that it is worth."""
    shares = np.array([worth(one.weights) for one in rounds])
    shares /= shares.sum()

    def along(name: str) -> Array:
        return np.concatenate([getattr(one, name) for one in rounds], axis=-1)

    weights = [share * one.weights for share, one in zip(shares, rounds, strict=True)]
    return _Round(
        along("z"), along("misfit"), along("states"), along("coronary"), along("arch"),
        along("density"), np.concatenate(weights),
    )  # fmt: skip


def tempered(logs: Array, least: float) -> Array:
    """Weights to the highest power, up to 1, at which they are worth some independent draws.

    Args:
        logs: Their logarithms, shape (n,).
        least: Draws they are to be worth, fewer than n.
    """

    def at(power: float) -> Array:
        raised = np.exp(power * (logs - logs.max()))
        return np.asarray(raised / raised.sum())

    low, high = 0.0, 1.0
    if worth(at(high)) >= least:
        return at(high)
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if worth(at(middle)) >= least else (low, middle)
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
    n, by_blood = z.shape[1], bool(problem.reading.saturations)
    tiles = _parts_of(n, WIDER if by_blood else WIDE)

    def beats(lanes: NDArray[np.intp]) -> tuple[Seen, Array, Array, Array]:
        here = z[:, np.repeat(lanes, 2 if len(lanes) == 1 else 1)]
        s, seen = problem.beats(here, start(here) if start else None)
        k = len(lanes)
        coronary, arch = (s.means[name][:k] for name in ("q.coronary_l", "p.arch"))
        return seen.of(np.arange(k)), s.states[:, :k], coronary, arch

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        parts = list(pool.map(beats, tiles))
        seen = joined([part[0] for part in parts])
        some = _parts_of(n, WIDEST) if by_blood else [np.arange(n)]
        misfits = list(pool.map(lambda lanes: problem.misfit(z[:, lanes], seen.of(lanes)), some))
    states, coronary, arch = (
        np.concatenate([part[k] for part in parts], axis=-1) for k in (1, 2, 3)
    )
    return np.concatenate(misfits, axis=-1), states, coronary, arch


def _parts_of(n: int, width: int) -> list[NDArray[np.intp]]:
    """Lanes 0 to n - 1 in parts of about that width or less, as even as can be."""
    return np.array_split(np.arange(n), -(-n // width))

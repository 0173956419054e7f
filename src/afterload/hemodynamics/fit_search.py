"""Looking for the parameters that give the measurements: damped Gauss-Newton, one tile a step.

Lane 0 of a tile is the patient as believed now, every other lane has one parameter moved: one run
gives the misfit and its whole Jacobian. Each run starts from where the last one settled, moved
along the settled states' own Jacobian, so that few beats are needed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from afterload.core.errors import NoConvergence
from afterload.hemodynamics.body import BODY
from afterload.hemodynamics.control import Control, Speed
from afterload.hemodynamics.device import AbstractDevice
from afterload.hemodynamics.fit_measure import Reading
from afterload.hemodynamics.fit_oxygen import gas_of, saturations
from afterload.hemodynamics.fit_prior import (
    Prior,
    place,
    values,
    with_blood,
    with_devices_scaled,
)
from afterload.hemodynamics.gas import Carriage, carriage, together
from afterload.hemodynamics.solve import Options, Settled, begin, settle
from afterload.hemodynamics.trace import part_of, trace

Array = NDArray[np.float64]

Support = Callable[[dict[str, Array]], dict[str, Array]]
"""Puts running devices into parameters; the identity for none."""

MOVED = 0.1
"""By how much a parameter is moved for the Jacobian, in standard deviations of its prior."""

LONGEST = 1.5
"""The longest step, in standard deviations of the prior."""

CLOSE = 0.01
"""A step that promises to lower the misfit (a sum of squares) by less ends the search."""

VAIN = 0.1
PATIENCE = 2
"""More steps in a row than these that lower the misfit by less than `VAIN` end it too: the peak of
a pressure has kinks, where a Jacobian promises what is not there."""

MOST_STEPS = 25
"""Tiles after which the best patient so far is taken."""

TOLERANCE = 0.02
STEP = 0.0025
"""mL per beat at which a beat counts as settled, and the longest step, s. No measurement then lies
farther than 0.02 of its error from where steps of 1 ms and 0.002 mL have it."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What a fit is to solve.

    Args:
        reading: The measurements.
        prior: What is free.
        base: All other parameters.
        support: Puts running devices in.
        slots: Pumps whose speed is to be found.
        gas: Parameters of gas exchange that are known.
        devices: What ran.
    """

    reading: Reading
    prior: Prior
    base: Mapping[str, float]
    support: Support
    slots: tuple[str, ...] = ()
    gas: Mapping[str, float] = field(default_factory=dict)
    devices: tuple[AbstractDevice, ...] = ()

    @property
    def options(self) -> Options:
        """How to settle: no feedbacks, because the patient is as measured."""
        controls: tuple[Control, ...] = tuple(Speed(slot) for slot in self.slots)
        return Options(TOLERANCE, 40, controls=controls, step=STEP, coarse=STEP)

    def parameters(self, z: Array) -> dict[str, Array]:
        """All parameters at z of shape (free, n)."""
        found = values(self.prior, z)
        whole = self.support(place(self.prior, found, self.base))
        return with_devices_scaled(whole, self.prior, found)

    def run(self, z: Array, start: Array | None) -> tuple[Array, Settled]:
        """Misfit of every measurement in its errors, shape (m, n), and the settled beat.

        The misfit is NaN where no steady beat was found, or no steady state of the gases.
        """
        found, seen = self.beats(z, start)
        return self.misfit(z, seen), found

    def beats(self, z: Array, start: Array | None) -> tuple[Settled, Seen]:
        """The settled beats, and what is seen of them but for the saturations."""
        p = self.parameters(z)
        with np.errstate(all="ignore"):  # patients without a steady beat run into infinity
            found = settle(p, self.options, begin(p) if start is None else with_blood(start, p))
            beat = trace(found)
            seen = self.reading.observe(beat)
        ok = found.settled(25 * TOLERANCE)
        moves = None
        if self.reading.saturations and ok.any():
            moves = carriage(beat if ok.all() else part_of(beat, np.flatnonzero(ok)))
        return found, Seen(seen, ok, moves)

    def misfit(self, z: Array, seen: Seen) -> Array:
        """Of every measurement in its errors, shape (m, n); see `run`."""
        values, names = np.array(seen.values), self.reading.saturations
        if seen.moves is not None:
            well = np.flatnonzero(seen.ok)
            gas = gas_of(self.prior, z[:, well], self.gas)
            own = saturations(seen.moves, gas, self.devices, names)
            values[len(values) - len(names) :, well] = own
        misfit = (values - self.reading.target[:, None]) / self.reading.sd[:, None]
        misfit[:, ~(seen.ok & np.isfinite(misfit).all(axis=0))] = np.nan
        return np.asarray(misfit)


@dataclass(frozen=True, slots=True)
class Seen:
    """What is seen of the beats of n patients.

    Args:
        values: Measurements on the scales they are compared on, shape (m, n); saturations, which
            come last, are NaN.
        ok: Who has a steady beat.
        moves: What the gases of these hang on; None where no saturation was measured.
    """

    values: Array
    ok: NDArray[np.bool_]
    moves: Carriage | None

    def of(self, some: NDArray[np.intp]) -> Seen:
        """That of some patients."""
        ok, moves = self.ok[some], self.moves
        if moves is not None:
            place = np.cumsum(self.ok) - 1
            moves = moves.of(place[some[ok]]) if ok.any() else None
        return Seen(self.values[:, some], ok, moves)


def joined(parts: Sequence[Seen]) -> Seen:
    """Patients of several runs side by side."""
    moves = [part.moves for part in parts if part.moves is not None]
    return Seen(
        np.concatenate([part.values for part in parts], axis=1),
        np.concatenate([part.ok for part in parts]),
        together(moves) if moves else None,
    )


@dataclass(frozen=True, slots=True)
class Found:
    """The most probable patient, and how everything moves around him.

    Args:
        z: Shape (free,), in standard deviations of the prior from its centre.
        misfit: Shape (m,), of every measurement in its errors.
        jacobian: Shape (m, free), of the misfit.
        states: Shape (states,), at the begin of his beat.
        moves: Shape (states, free), how that moves.
        runs: Tiles it took.
    """

    z: Array
    misfit: Array
    jacobian: Array
    states: Array
    moves: Array
    runs: int

    @property
    def precision(self) -> Array:
        """Inverse of the posterior covariance, shape (free, free), to first order."""
        return np.asarray(self.jacobian.T @ self.jacobian + np.eye(len(self.z)))

    def start(self, z: Array) -> Array:
        """States to begin with at z of shape (free, n), to first order."""
        guess = self.states[:, None] + self.moves @ (z - self.z[:, None])
        count = len(BODY.volumes)
        least = 0.5 * self.states[:count, None]
        wild = ((guess[:count] < least) | (guess[:count] > 4 * least + 1.0)).any(axis=0)
        guess[:, wild] = self.states[:, None]
        return guess


def search(problem: Problem) -> Found:
    """The parameters at which prior and measurements together are most probable.

    Raises:
        NoConvergence: No patient with a steady beat was found.
    """
    count = len(problem.prior)
    z, damping, best, cost, vain = np.zeros(count), 0.0, None, np.inf, 0
    for run in range(1, MOST_STEPS + 1):
        lanes = z[:, None] + MOVED * np.eye(count, count + 1, 1)
        tried = _tile(problem, lanes, best, run)
        now = np.inf if tried is None else float(tried.misfit @ tried.misfit + z @ z)
        vain = 0 if now < cost - VAIN else vain + 1
        if tried is not None and now < cost:
            best, cost, damping = tried, now, damping / 4 if damping > 1e-3 else 0.0
        elif best is None:
            z = z * 0.5 + 0.1
            continue
        else:
            damping = max(4 * damping, 0.3)
        gradient = best.jacobian.T @ best.misfit + best.z
        scale = best.precision + damping * np.diag(np.diag(best.precision))
        step = -np.linalg.solve(scale, gradient)
        step *= min(1.0, LONGEST / np.abs(step).max())
        gain = -float(2 * gradient @ step + step @ best.precision @ step)
        if gain < CLOSE or vain > PATIENCE:
            return replace(best, runs=run)
        z = best.z + step
    if best is None:
        raise NoConvergence(
            "No patient with a steady beat was found. Check the measurements against each other."
        )
    return replace(best, runs=MOST_STEPS)


def _tile(problem: Problem, lanes: Array, last: Found | None, run: int) -> Found | None:
    """One tile; None if the patient as believed does not settle."""
    misfit, found = problem.run(lanes, None if last is None else last.start(lanes))
    if not np.isfinite(misfit[:, 0]).all():
        return None
    moved = np.diag(lanes[:, 1:] - lanes[:, :1])
    slopes = (misfit[:, 1:] - misfit[:, :1]) / moved
    moves = (found.states[:, 1:] - found.states[:, :1]) / moved
    lost = ~np.isfinite(slopes).all(axis=0)
    slopes[:, lost], moves[:, lost] = 0.0, 0.0
    return Found(lanes[:, 0], misfit[:, 0], slopes, found.states[:, 0], moves, run)

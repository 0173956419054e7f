"""A phenotype: one parameter set for all rows of a kind of subject, set from baselines alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from afterload.core.errors import NoConvergence
from afterload.core.source import Source
from afterload.hemodynamics.body import BODY
from afterload.hemodynamics.solve import settle
from afterload.hemodynamics.trace import trace
from afterload.hemodynamics.validation.read import read

Array = NDArray[np.float64]

BEDS = ("head.r", "arms.r", "viscera.r", "legs.r")
"""Resistances of the systemic beds; they are moved together."""


@dataclass(frozen=True, slots=True)
class Goal:
    """What the phenotype shows without a device.

    Args:
        index: Key of `read.READ`.
        value: Its value.
        source: Where it stands; of confidence "M" where no source tells it.
    """

    index: str
    value: float
    source: Source


@dataclass(frozen=True, slots=True)
class Phenotype:
    """A kind of subject.

    Args:
        name: Its name.
        title: What it is, in words.
        parameters: The parameters that are not moved, and where moving begins.
        goals: What it shows without a device.
        moved: Groups of parameters moved together until it does, as many as goals. Of the blood
            volume, what fills the vessels beyond their unstressed volumes is moved.
        sources: Where what was chosen comes from, by what it is.
        arrested: Parameters that change as the heart stops; the beating heart is then what
            devices are compared with.
        gas: What differs in gas exchange.
        bsa: Body surface, m².
    """

    name: str
    title: str
    parameters: Mapping[str, float]
    goals: tuple[Goal, ...] = ()
    moved: tuple[tuple[str, ...], ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)
    arrested: Mapping[str, float] = field(default_factory=dict)
    gas: Mapping[str, float] = field(default_factory=dict)
    bsa: float = 1.9


def build(phenotype: Phenotype, most: int = 40, tolerance: float = 1e-4) -> dict[str, float]:
    """The phenotype's parameters, moved until it shows its goals.

    Args:
        phenotype: The phenotype.
        most: Steps after which it is given up.
        tolerance: Largest relative distance from a goal.

    Raises:
        NoConvergence: Its goals are not reached.
    """
    if not phenotype.goals:
        return dict(phenotype.parameters)
    goals = np.array([goal.value for goal in phenotype.goals])
    count = len(phenotype.moved)
    x, small = np.zeros(count), 1e-3
    for _ in range(most):
        tried = np.vstack([x, x + small * np.eye(count)])
        shown = _shown(phenotype, tried)
        short = np.log(shown / goals)
        if np.abs(short[0]).max() < tolerance:
            return _moved(phenotype, x)
        step = np.linalg.lstsq((short[1:] - short[0]).T / small, -short[0], rcond=None)[0]
        x = x + step * min(1.0, 0.4 / np.abs(step).max())
    told = ", ".join(
        f"{goal.index} {value:.4g} instead of {goal.value:g}"
        for goal, value in zip(phenotype.goals, shown[0], strict=True)
    )
    raise NoConvergence(f"{phenotype.title}: its baseline is not reached ({told}).")


def _shown(phenotype: Phenotype, tried: Array) -> Array:
    """The goals' indices for some moves, shape (moves, goals)."""
    every = [_moved(phenotype, x) for x in tried]
    lanes = {name: np.array([one[name] for one in every]) for name in every[0]}
    for name in ("perfusion.gain", "reflex.gain"):
        lanes[name] = np.zeros(len(every))
    beat = trace(settle(lanes))
    return np.stack([read(goal.index, beat) for goal in phenotype.goals], axis=1)


def _moved(phenotype: Phenotype, x: Array) -> dict[str, float]:
    found = dict(phenotype.parameters)
    empty = sum(found[f"{name}.v0"] for name in BODY.volumes)
    for group, by in zip(phenotype.moved, x, strict=True):
        for name in group:
            base = empty if name == "blood.volume" else 0.0
            found[name] = float(base + (found[name] - base) * np.exp(by))
    return found

"""Virtual patients: many circulations drawn around one, each different in what a fit may change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from afterload.core.errors import InputError
from afterload.core.source import Source
from afterload.hemodynamics.body import BODY
from afterload.hemodynamics.fit_prior import HEART_RATE, PRIOR, Free, place

Array = NDArray[np.float64]

DEFAULT_SPREAD = 0.3
"""How far patients lie apart, as a share of how far apart all patients of the prior lie."""

SPREAD_SOURCE = Source(
    "Virtual patients of afterload",
    place="standard deviations of the prior of a fit, times the spread",
    confidence="M",
    note="How far patients with one kind of shock lie apart is general knowledge; give a spread of "
    "your own where you know better.",
)


@dataclass(frozen=True, slots=True)
class Spread:
    """How virtual patients differ from the one they are drawn around.

    Args:
        share: Standard deviations, as a share of those of `fit_prior.PRIOR`; 0 for no difference.
        only: Names of what may differ; empty for everything a fit may change, and heart rate.

    Raises:
        InputError: The share is negative or above 1, or a name is none that can differ.
    """

    share: float = DEFAULT_SPREAD
    only: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 1:
            raise InputError(
                f"A spread of {self.share:g} is outside 0 to 1: 0 makes all patients alike, 1 lets "
                "them differ as much as patients of all kinds do."
            )
        names = [free.name for free in FREE]
        for name in self.only:
            if name not in names:
                raise InputError(f"{name!r} is none of what can differ: {', '.join(names)}.")


FREE: tuple[Free, ...] = (*PRIOR, HEART_RATE)
"""What can differ from one virtual patient to the next."""


def places_of(free: Free) -> tuple[str, ...]:
    """The parameters in which something that is free shows."""
    if free.name == "stressed":
        return ("blood.volume",)
    return free.scales or (free.name,)


def differing(spread: Spread) -> tuple[str, ...]:
    """The parameters that can differ from one virtual patient to the next."""
    differ = [free for free in FREE if not spread.only or free.name in spread.only]
    return tuple(dict.fromkeys(name for free in differ for name in places_of(free)))


def draw(
    base: Mapping[str, float], n: int, spread: Spread, rng: np.random.Generator
) -> dict[str, Array]:
    """Parameters of n virtual patients around one, shape (n,) each.

    Every parameter that may differ is multiplied by a log-normal factor of median 1; beds share one
    factor, and so do arteries. Blood volume follows from the stressed volume.

    Args:
        base: All parameters of the patient they are drawn around.
        n: How many.
        spread: How far they lie apart.
        rng: Where chance comes from.
    """
    unstressed = sum(base[f"{name}.v0"] for name in BODY.volumes)
    found: dict[str, Array] = {"stressed": np.full(n, base["blood.volume"] - unstressed)}
    differ = [free for free in FREE if not spread.only or free.name in spread.only]
    for free in differ:
        factor = np.exp(spread.share * free.sd * rng.standard_normal(n))
        middle = 1.0 if free.scales else found.get(free.name, base.get(free.name))
        found[free.name] = middle * factor
    return place(differ, found, base)

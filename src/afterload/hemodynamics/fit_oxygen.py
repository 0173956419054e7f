"""What saturations tell of a patient: how much oxygen is taken up, and so how much blood flows.

Fick: the uptake is the flow times the difference in content. The saturations of a patient who may
fit come from the same steady state of the gases as those that are told of a simulation (`gas`);
what is free there is believed as little as it is known at the bedside.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from afterload.core.errors import InputError, NoConvergence
from afterload.core.source import Source
from afterload.hemodynamics.device.base import AbstractDevice
from afterload.hemodynamics.fit_measure import SATURATIONS
from afterload.hemodynamics.fit_prior import Free, Prior, values
from afterload.hemodynamics.gas import Carriage, gases_of
from afterload.hemodynamics.patient.gas import GAS, GAS_PARAMETERS

Array = NDArray[np.float64]

ASSUMED = Source(
    "Grafton et al. 2019. Resting oxygen consumption and heart failure. J Card Fail",
    doi="10.1016/j.cardfail.2019.02.004",
    place="abstract: measured and estimated uptake of 691 patients with heart failure differ by "
    "more than 25 % in 25 % (LaFarge) to 39 % of them (Dehmer)",
    confidence="CALC",
    note="Of normal errors without bias these are standard deviations of 22 and 29 %. The centre "
    "is general knowledge (hemodynamics reference C.5).",
)
FRENSHOCK = Source(
    "Cherbi et al. 2025. Hemoglobin in cardiogenic shock. J Intensive Care (FRENSHOCK)",
    doi="10.1186/s40560-025-00805-y",
    place="abstract: quartiles of 754 patients at admission are 110, 126 and 140 g/L",
    confidence="CALC",
    note="A log-normal with this median and distance of the quartiles.",
)
CONGESTED = Source(
    "Share of the pulmonary flow that is shunted in cardiogenic shock",
    place="3 % normal, 10 to 20 % with pulmonary congestion",
    confidence="M",
)

UPTAKE = Free("body.vo2", "Oxygen uptake", "mL/min/m2", GAS["body.vo2"], 0.25, ASSUMED, gas=True)
HAEMOGLOBIN = Free("blood.hb", "Haemoglobin", "g/L", 126.0,
                   math.log(140 / 110) / 1.349, FRENSHOCK, gas=True)  # fmt: skip
SHUNT = Free("lung.shunt", "Share of the pulmonary flow that is shunted", "", 0.10, 0.6, CONGESTED,
             gas=True)  # fmt: skip

SURFACE = 0.1
"""Relative standard deviation of the body surface of adults, where it was not told: 1.9 ± 0.2 m²
(general knowledge)."""

ENDS = {p.name: (p.low, p.high) for p in GAS_PARAMETERS}


def oxygen_prior(known: Mapping[str, float]) -> Prior:
    """What is free of gas exchange: uptake, haemoglobin and shunt, unless they are known.

    Uptake is believed per body surface; where that is not known either, it is the less sure.
    """
    spread = UPTAKE.sd if "body.bsa" in known else math.hypot(UPTAKE.sd, SURFACE)
    every = (replace(UPTAKE, sd=spread), HAEMOGLOBIN, SHUNT)
    return tuple(free for free in every if free.name not in known)


def gas_of(prior: Sequence[Free], z: Array, known: Mapping[str, float]) -> dict[str, Array]:
    """Parameters of gas exchange at z of shape (free, n), shape (n,) each: known ones, free ones.

    Those that a patient has as any resting adult are left out.
    """
    found = {name: np.full(z.shape[1], value) for name, value in known.items()}
    for free, value in zip(prior, values(prior, z).values(), strict=True):
        if free.gas:
            found[free.name] = np.clip(value, *ENDS[free.name])
    return found


def saturations(
    moves: Carriage,
    gas: Mapping[str, Array],
    devices: Sequence[AbstractDevice],
    names: Sequence[str],
) -> Array:
    """Saturations where blood was taken, %, shape (names, n); NaN where gases have no answer.

    Args:
        moves: What of the beats of n patients the gases hang on.
        gas: What is known of their gas exchange, shape (n,) each, as for `gas.gases_of`.
        devices: What runs.
        names: Of `SATURATIONS`.
    """
    n = len(moves.heart)
    try:
        found = gases_of(moves, gas, devices)
    except (InputError, NoConvergence):
        if n == 1:
            return np.full((len(names), 1), np.nan)
        parts = np.array_split(np.arange(n), min(n, PARTS))
        return np.concatenate(
            [saturations(moves.of(some), {k: v[some] for k, v in gas.items()}, devices, names)
             for some in parts], axis=1,
        )  # fmt: skip
    return 100.0 * np.stack([found.samples[SATURATIONS[name].place].saturation for name in names])


PARTS = 6
"""Parts that are tried for themselves where somebody's gases have no answer."""

"""The membrane lung: blood flows past a gas, and each gas crosses with its own conductance."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from afterload.core.source import Source
from afterload.hemodynamics import carbon, oxygen
from afterload.hemodynamics.blood import Blood, Sample, at_contents, at_pressures
from afterload.hemodynamics.lung import WATER
from afterload.hemodynamics.root import rising_root

Array = NDArray[np.float64]

RATING = Source(
    "What a membrane lung does at its rated flow",
    place="venous blood (12 g/dL of haemoglobin, saturation 65 %, PCO2 45 mmHg, base excess 0) "
    "meets as much pure oxygen; it leaves with a PO2 of 300 mmHg and loses 38 mL/L of carbon "
    "dioxide",
    confidence="M",
    note="Chosen so that the PO2 behind it is 200 mmHg and more at usual flows and FdO2 of 0.6 to "
    "1 (hemodynamics reference C.5, memory). A stricter use of the word asks for a saturation of "
    "95 % alone (pmc.ncbi.nlm.nih.gov/articles/PMC5578883); with it the same lung would do worse.",
)
EXCHANGE = Source(
    "Blood along a membrane",
    place="flow dC/dx = conductance (P_gas - P), integrated along the way at the mean gas pressure",
    confidence="M",
    note="The gas is taken as half spent. No ageing of the membrane.",
)

COLD = (760.0 - WATER) * 293.15 / 273.15
"""mmHg that 1 mL/s of gas (STPD) raises in 1 mL/s of sweep gas at 20 °C, moist once inside."""

AIM = 40.0
"""PCO2 that a sweep which is not told is set for, and the ventilation beside it, mmHg."""

SWEEPS = (0.5 * 1000.0 / 60.0, 15.0 * 1000.0 / 60.0)
"""Least and most sweep that is set for it, mL/s."""

RATED_HB, RATED_SATURATION, RATED_PCO2 = 120.0, 0.65, 45.0
RATED_PO2, RATED_CARBON = 300.0, 0.038


@dataclass(frozen=True, slots=True)
class Membrane:
    """The membrane lungs of n patients, shape (n,) each; rated is NaN where there is none.

    Args:
        rated: Blood flow it is rated for, mL/s.
        fdo2: Fraction of oxygen in the sweep gas.
        sweep: Flow of the sweep gas, mL/s; NaN for as much as brings the PCO2 behind it to `AIM`.
        pressure: Of the air, mmHg.
    """

    rated: Array
    fdo2: Array
    sweep: Array
    pressure: Array


def outlet(
    membrane: Membrane,
    blood: Blood,
    flow: Array,
    held: Array,
    carried: Array,
    guess: tuple[Array, Array] | None = None,
) -> Sample:
    """Blood that leaves a membrane lung.

    Args:
        membrane: The membrane lung.
        blood: The blood.
        flow: Of blood, mL/s, shape (n,), above 0.
        held: Oxygen content of the blood that comes, mL per mL.
        carried: Its carbon dioxide content.
        guess: PO2 and PCO2 to begin with.
    """
    came = at_contents(blood, held, carried)
    for_oxygen, for_carbon = conductances()
    per_flow = membrane.rated / flow
    po2, pco2 = guess or (np.full_like(held, 200.0), came.pco2)
    for _ in range(40):
        before = po2, pco2
        now = at_pressures(blood, po2, pco2)
        pco2 = _pco2(membrane, blood, flow, carried, now.saturation, for_carbon * per_flow)
        sweep = sweep_of(membrane, blood, flow, carried, pco2, now.saturation)
        now = at_pressures(blood, po2, pco2)
        shifted = oxygen.shift(now.ph, pco2, blood.temperature)
        swept = replace(membrane, sweep=sweep)
        po2 = _po2(swept, blood, flow, came, shifted, for_oxygen * per_flow)
        if all(
            bool((np.abs(a - b) <= 1e-11 * (1 + np.abs(b))).all())
            for a, b in zip(before, (po2, pco2), strict=True)
        ):
            break
    return at_pressures(blood, po2, pco2)


def _pco2(
    membrane: Membrane, blood: Blood, flow: Array, carried: Array, saturated: Array, units: Array
) -> Array:
    """PCO2 of the blood that leaves, once it is oxygenated: by the sweep that is told, or `AIM`, as
    near as a sweep within `SWEEPS` brings it.
    """
    high, low = (
        _pco2_by(np.where(np.isnan(membrane.sweep), end, membrane.sweep), blood, flow, carried,
                 saturated, units)
        for end in SWEEPS
    )  # fmt: skip
    return np.where(np.isnan(membrane.sweep), np.clip(AIM, low, high), high)


def _pco2_by(
    sweep: Array, blood: Blood, flow: Array, carried: Array, saturated: Array, units: Array
) -> Array:
    """PCO2 of the blood that leaves, by the sweep.

    It falls towards that of the gas by exp(-units / slope of the content along the way).
    """

    state = blood.base_excess, saturated, blood.hb
    first_ph = carbon.ph_of_content(carried, *state)
    first = carbon.pco2_at(first_ph, *state)

    def excess(ph: Array) -> Array:
        pco2 = carbon.pco2_at(ph, *state)
        lost = carried - carbon.content(pco2, ph, saturated, blood.hb)
        gas = COLD * flow * lost / (2 * sweep)
        per_content = (first - pco2) / np.maximum(lost, 1e-15)
        return np.asarray(gas + (first - gas) * np.exp(-units * per_content) - pco2)

    high = carbon.bounds(*state)[1]
    low = np.minimum(first_ph + 1e-9, high)
    return carbon.pco2_at(rising_root(excess, low, high), *state)


def sweep_of(
    membrane: Membrane, blood: Blood, flow: Array, carried: Array, pco2: Array, saturated: Array
) -> Array:
    """The sweep that is told, or with which blood leaves at this PCO2, mL/s (`_pco2_by` solved
    for it)."""
    if not np.isnan(membrane.sweep).any():
        return membrane.sweep
    state = blood.base_excess, saturated, blood.hb
    first = carbon.pco2_at(carbon.ph_of_content(carried, *state), *state)
    lost = carried - carbon.content(pco2, carbon.ph_of(pco2, *state), saturated, blood.hb)
    units = conductances()[1] * membrane.rated / flow
    stays = np.exp(-units * (first - pco2) / np.maximum(lost, 1e-15))
    gas = np.maximum(pco2 - first * stays, 1e-9) / (1 - stays)
    found = np.clip(COLD * flow * np.maximum(lost, 0.0) / (2 * gas), *SWEEPS)
    return np.where(np.isnan(membrane.sweep), found, membrane.sweep)


def _po2(
    membrane: Membrane, blood: Blood, flow: Array, came: Sample, shifted: Array, units: Array
) -> Array:
    """PO2 of the blood that leaves."""
    gas_in = membrane.fdo2 * (membrane.pressure - WATER)

    def excess(po2: Array) -> Array:
        after = oxygen.content(po2, oxygen.saturation(po2, shifted), blood.hb)
        gas = gas_in - COLD * flow * np.maximum(after - came.oxygen, 0.0) / (2 * membrane.sweep)
        return way(blood, came, po2, shifted, gas) - units

    low = np.minimum(came.po2 * (1 + 1e-12), gas_in)
    return rising_root(excess, low, gas_in * np.ones_like(low))


NODES, WEIGHTS = (np.array(x) for x in np.polynomial.legendre.leggauss(48))


def way(blood: Blood, came: Sample, po2: Array, shifted: Array, gas: Array) -> Array:
    """Conductance per flow that brings blood from where it came to a PO2: the integral of
    dC / (gas - P), with P and the curve's shift going from one end to the other in equal ratios.
    """
    gap = np.maximum(gas - po2, 1e-9 * po2)
    dissolved = oxygen.SOLUBILITY * np.log(np.maximum(gas - came.po2, gap) / gap)
    begin = oxygen.shift(came.ph, came.pco2, blood.temperature)
    x = ((NODES + 1) / 2)[:, None]
    ratio, turned = np.log(po2 / came.po2), np.log(shifted / begin)
    p = came.po2 * np.exp(x * ratio)
    k = begin * np.exp(x * turned)
    slope = oxygen.steepness(p, k) * p * (ratio + turned)
    bound = (WEIGHTS[:, None] / 2 * slope / np.maximum(gas - p, gap)).sum(axis=0)
    return np.asarray(dissolved + oxygen.CAPACITY * blood.hb * bound)


@cache
def conductances() -> tuple[float, float]:
    """Conductances per rated flow for oxygen and carbon dioxide, from `RATING`, 1/mmHg."""
    one = np.ones(1)
    blood = Blood(RATED_HB * one, 0 * one, 37 * one)
    po2 = oxygen.pressure(RATED_SATURATION * one)
    for _ in range(40):
        came = at_pressures(blood, po2, RATED_PCO2 * one)
        shifted = oxygen.shift(came.ph, came.pco2, blood.temperature)
        po2 = oxygen.pressure(RATED_SATURATION * one, shifted)
    pco2 = 38.0 * one
    for _ in range(40):
        went = at_pressures(blood, RATED_PO2 * one, pco2)
        ph = carbon.ph_of_content(
            came.carbon - RATED_CARBON, blood.base_excess, went.saturation, blood.hb
        )
        pco2 = carbon.pco2_at(ph, blood.base_excess, went.saturation, blood.hb)
    shifted = oxygen.shift(went.ph, went.pco2, blood.temperature)
    gas = 760.0 - WATER - COLD * (went.oxygen - came.oxygen) / 2
    for_oxygen = way(blood, came, went.po2, shifted, gas)
    ph = carbon.ph_of_content(came.carbon, blood.base_excess, went.saturation, blood.hb)
    first = carbon.pco2_at(ph, blood.base_excess, went.saturation, blood.hb)
    spent = COLD * RATED_CARBON / 2
    falls = np.log((first - spent) / (went.pco2 - spent))
    for_carbon = falls * RATED_CARBON / (first - went.pco2)
    return float(for_oxygen[0]), float(for_carbon[0])

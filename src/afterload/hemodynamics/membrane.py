"""The membrane lung: blood flows past a gas, and each gas crosses with its own conductance."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from afterload.core.source import Source
from afterload.hemodynamics import carbon, oxygen
from afterload.hemodynamics.blood import Blood, Sample, at_contents, at_pressures
from afterload.hemodynamics.lung import WATER
from afterload.hemodynamics.root import rising_root
from afterload.hemodynamics.sweep import Gas, log_mean, other_end, way

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
    "Blood and gas along a membrane, against each other",
    place="flow dC/dx = conductance (P_gas - P) for oxygen, integrated with the gas that is left "
    "at every place; for carbon dioxide the logarithmic mean of the differences at both ends",
    confidence="M",
    note="The gas gains what the blood loses: no more oxygen is taken up than the sweep brings, "
    "and it leaves with no higher a PCO2 than the blood has that comes. No ageing.",
)

STPD = 273.15 / 293.15
"""Dry gas in sweep gas, which is metered at 20 °C and 760 mmHg."""

AIM = 40.0
"""PCO2 that a sweep which is not told is set for, and the ventilation beside it, mmHg."""

SWEEPS = (0.5 * 1000.0 / 60.0, 15.0 * 1000.0 / 60.0)
"""Least and most sweep that is set for it, mL/s."""

BEYOND = 1e6
"""Conductance per flow, 1/mmHg, for every mL/s taken up that the gas does not have."""

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
    per_flow = membrane.rated / flow
    po2, pco2 = guess or (np.full_like(held, 200.0), came.pco2)
    now = at_pressures(blood, po2, pco2)
    for _ in range(60):
        before = po2, pco2
        first = _oxygenated(blood, carried, now.saturation)
        sweep = _sweep(membrane, blood, flow, held, carried, now, first)
        gas = Gas(membrane.fdo2, membrane.pressure - WATER, flow, STPD * sweep, held, carried)
        pco2 = _pco2(gas, blood, now, first, conductances()[1] * per_flow, membrane.sweep)
        now = at_pressures(blood, po2, pco2)
        po2 = _po2(gas, blood, came, now, conductances()[0] * per_flow)
        now = at_pressures(blood, po2, pco2)
        if all(
            bool((np.abs(a - b) <= 1e-11 * (1 + np.abs(b))).all())
            for a, b in zip(before, (po2, pco2), strict=True)
        ):
            break
    return now


def _oxygenated(blood: Blood, carried: Array, saturated: Array) -> Array:
    """PCO2 of the blood that comes, once it is as saturated as it will be."""
    ph = carbon.ph_of_content(carried, blood.base_excess, saturated, blood.hb)
    return carbon.pco2_at(ph, blood.base_excess, saturated, blood.hb)


def _pco2(gas: Gas, blood: Blood, now: Sample, first: Array, units: Array, told: Array) -> Array:
    """PCO2 of the blood that leaves: what crosses by the mean difference is what it loses.

    `AIM` where the sweep has been set for it.
    """
    low, high = (STPD * end for end in SWEEPS)
    aimed = np.isnan(told) & (gas.fresh > low) & (gas.fresh < high)
    if aimed.all():
        return np.full_like(first, AIM)
    taken = gas.taken(now.oxygen)
    state = blood.base_excess, now.saturation, blood.hb

    def excess(ph: Array) -> Array:
        pco2 = carbon.pco2_at(ph, *state)
        given = gas.given(carbon.content(pco2, ph, now.saturation, blood.hb))
        mean = log_mean(first - gas.spent(given, taken), pco2)
        return np.asarray(given - gas.flow * units * mean)

    ph = rising_root(excess, *carbon.bounds(*state), now.ph)
    return np.where(aimed, AIM, carbon.pco2_at(ph, *state))


def sweep_of(
    membrane: Membrane, blood: Blood, flow: Array, held: Array, carried: Array, there: Sample
) -> Array:
    """The sweep that is told, or else what brings the PCO2 of blood that leaves to `AIM`, as near
    as one within `SWEEPS` does, mL/s.

    Args:
        membrane: The membrane lung.
        blood: The blood.
        flow: Of blood, mL/s.
        held: Oxygen content of the blood that comes.
        carried: Its carbon dioxide content.
        there: The blood that leaves.
    """
    first = _oxygenated(blood, carried, there.saturation)
    return _sweep(membrane, blood, flow, held, carried, there, first)


def _sweep(
    membrane: Membrane, blood: Blood, flow: Array, held: Array, carried: Array, there: Sample,
    first: Array,
) -> Array:  # fmt: skip
    """`_pco2` solved for the sweep."""
    if not np.isnan(membrane.sweep).any():
        return membrane.sweep
    state = blood.base_excess, there.saturation, blood.hb
    aim = np.full_like(flow, AIM)
    gone = carbon.content(aim, carbon.ph_of(aim, *state), there.saturation, blood.hb)
    given = np.maximum(flow * (carried - gone), 0.0)
    units = conductances()[1] * membrane.rated
    spent = np.maximum(first - other_end(given / units, aim), 1e-9)
    taken = flow * np.maximum(there.oxygen - held, 0.0)
    fresh = given * (membrane.pressure - WATER) / spent - given + taken
    found = np.clip(fresh / STPD, *SWEEPS)
    return np.where(np.isnan(membrane.sweep), found, membrane.sweep)


def _po2(gas: Gas, blood: Blood, came: Sample, now: Sample, units: Array) -> Array:
    """PO2 of the blood that leaves."""
    begin, given = gas.fdo2 * gas.dry, gas.given(now.carbon)
    shifted = oxygen.shift(now.ph, now.pco2, blood.temperature)

    def excess(po2: Array) -> Array:
        after = oxygen.content(po2, oxygen.saturation(po2, shifted), blood.hb)
        taken = gas.flow * (after - gas.held)
        ratio = given / np.maximum(taken, 1e-12)
        along = way(blood, came, po2, shifted, lambda here: gas.po2(here, after, ratio))
        return along - units + BEYOND * np.maximum(taken - gas.taken(after), 0.0)

    low = np.minimum(came.po2 * (1 + 1e-12), begin)
    return rising_root(excess, low, begin * np.ones_like(low), now.po2)


@cache
def conductances() -> tuple[float, float]:
    """Conductances per rated flow for oxygen and carbon dioxide, from `RATING`, 1/mmHg."""
    one = np.ones(1)
    blood = Blood(RATED_HB * one, 0 * one, 37 * one)
    po2 = oxygen.pressure(RATED_SATURATION * one)
    for _ in range(40):
        came = at_pressures(blood, po2, RATED_PCO2 * one)
        shifted = oxygen.shift(came.ph, came.pco2, blood.temperature)
        before, po2 = po2, oxygen.pressure(RATED_SATURATION * one, shifted)
        if before == po2:
            break
    pco2 = 38.0 * one
    for _ in range(40):
        went = at_pressures(blood, RATED_PO2 * one, pco2)
        ph = carbon.ph_of_content(
            came.carbon - RATED_CARBON, blood.base_excess, went.saturation, blood.hb
        )
        before, pco2 = pco2, carbon.pco2_at(ph, blood.base_excess, went.saturation, blood.hb)
        if before == pco2:
            break
    gas = Gas(one, (760.0 - WATER) * one, one, STPD * one, came.oxygen, came.carbon)
    taken, given = gas.taken(went.oxygen), gas.given(came.carbon - RATED_CARBON)
    shifted = oxygen.shift(went.ph, went.pco2, blood.temperature)
    for_oxygen = way(
        blood, came, went.po2, shifted, lambda c: gas.po2(c, went.oxygen, given / taken)
    )
    first = _oxygenated(blood, came.carbon, went.saturation)
    for_carbon = RATED_CARBON / log_mean(first - gas.spent(given, taken), went.pco2)
    return float(for_oxygen[0]), float(for_carbon[0])

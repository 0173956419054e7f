"""Blood and gas along a membrane, one against the other: what the gas still holds beside the blood.

blood ------>----------------->------  leaves
       | | | | oxygen down, carbon dioxide up
gas  <------<-----------------<------  fresh
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from afterload.hemodynamics import oxygen
from afterload.hemodynamics.blood import Blood, Sample

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Gas:
    """The gas that blood flows past: fresh where the blood leaves, spent where it comes.

    Args:
        fdo2: Fraction of oxygen in what comes.
        dry: Pressure of all gases but water, mmHg.
        flow: Of blood, mL/s.
        fresh: Gas that comes, mL/s (STPD).
        held: Oxygen content of the blood that comes.
        carried: Its carbon dioxide content.
    """

    fdo2: Array
    dry: Array
    flow: Array
    fresh: Array
    held: Array
    carried: Array

    def taken(self, oxygen_out: Array) -> Array:
        """Oxygen that it loses to blood that leaves with a content, mL/s: at most what it has."""
        most = (1 - 1e-9) * self.fresh * self.fdo2
        return np.clip(self.flow * (oxygen_out - self.held), 0.0, most)

    def given(self, carbon_out: Array) -> Array:
        """Carbon dioxide that it gains from blood that leaves with a content, mL/s."""
        return np.maximum(self.flow * (self.carried - carbon_out), 0.0)

    def spent(self, given: Array, taken: Array) -> Array:
        """Its PCO2 where it leaves, mmHg."""
        return np.asarray(self.dry * given / (self.fresh - taken + given + 1e-12))

    def po2(self, oxygen_here: Array, oxygen_out: Array, ratio: Array) -> Array:
        """Its PO2 beside blood of some content; `ratio` is what is given per oxygen taken."""
        taken = self.flow * (oxygen_out - oxygen_here)
        left = self.fdo2 * self.fresh - taken
        whole = np.maximum(self.fresh - (1 - ratio) * taken, 1e-9 * self.fresh)
        return np.asarray(self.dry * left / whole)


def log_mean(a: Array, b: Array) -> Array:
    """(a - b) / ln(a / b) of a and a b above 0; a itself where it is not above 0."""
    u = np.log(np.maximum(a, 1e-290) / b)
    near = np.abs(u) < 1e-6
    mean = b * np.where(near, 1 + u / 2, np.expm1(u) / np.where(near, 1.0, u))
    return np.where(a > 0, mean, a)


def other_end(mean: Array, b: Array) -> Array:
    """The a of which `log_mean` with b is some mean: Newton in ln(a / b)."""
    wanted = np.log(np.maximum(mean, 1e-9) / b)
    u = np.where(wanted < -0.7, -np.exp(-np.maximum(wanted, -6.0)), 2 * wanted)
    for _ in range(12):
        u = np.clip(np.where(np.abs(u) < 1e-6, 1e-6, u), -600.0, 600.0)
        inside = np.log(np.expm1(u) / u) - wanted
        u = u - inside / (-1 / np.expm1(-u) - 1 / u)
    return np.asarray(b * np.exp(u))


NODES, WEIGHTS = (np.array(x) for x in np.polynomial.legendre.leggauss(48))


def way(
    blood: Blood, came: Sample, po2: Array, shifted: Array, gas: Callable[[Array], Array]
) -> Array:
    """Conductance per flow that brings blood from where it came to a PO2: the integral of
    dC / (gas - P), with the curve's shift going from one end to the other in equal ratios.

    What is bound is integrated in equal ratios of P, what is dissolved in equal ratios of the
    difference to the fresh gas.

    Args:
        blood: The blood.
        came: As it comes.
        po2: As it leaves, mmHg.
        shifted: Shift of its curve where it leaves.
        gas: PO2 of the gas beside blood of some oxygen content.
    """
    begin = oxygen.shift(came.ph, came.pco2, blood.temperature)
    ratio, turned = np.log(po2 / came.po2), np.log(shifted / begin)
    x = ((NODES + 1) / 2)[:, None]
    weights = WEIGHTS[:, None] / 2

    def gap(p: Array, k: Array) -> tuple[Array, Array]:
        bound = oxygen.saturation(p, k)
        here = gas(oxygen.content(p, bound, blood.hb))
        return np.maximum(here - p, 1e-9 * p), bound

    p, k = came.po2 * np.exp(x * ratio), begin * np.exp(x * turned)
    slope = oxygen.steepness(p, k) * p * (ratio + turned)
    bound = (weights * slope / gap(p, k)[0]).sum(axis=0)
    fresh = gas(oxygen.content(po2, oxygen.saturation(po2, shifted), blood.hb))
    last = np.maximum(fresh - po2, 1e-9 * po2)
    nearing = np.log(np.maximum(fresh - came.po2, last) / last)
    away = last * np.exp((1 - x) * nearing)
    p = np.maximum(fresh - away, came.po2)
    along = np.log(p / came.po2) / np.where(np.abs(ratio) > 1e-12, ratio, 1.0)
    dissolved = (weights * nearing * away / gap(p, begin * np.exp(along * turned))[0]).sum(axis=0)
    return np.asarray(oxygen.SOLUBILITY * dissolved + oxygen.CAPACITY * blood.hb * bound)

"""The native lung: alveoli that blood comes into balance with, and a shunt that passes them.

pulmonary artery ---[ 1 - shunt: alveoli ]---+--- pulmonary veins
                 \\------[ shunt ]------------/
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from afterload.core.source import Source
from afterload.hemodynamics import carbon, oxygen
from afterload.hemodynamics.blood import Blood, Sample, at_pressures
from afterload.hemodynamics.root import rising_root

Array = NDArray[np.float64]

RILEY = Source(
    "Three compartments of Riley and Cournand: ideal alveoli, shunt and dead space",
    place="balance of oxygen, carbon dioxide and nitrogen over the alveoli",
    confidence="M",
    note="Diffusion is complete: blood leaves the alveoli with their pressures.",
)

WATER = 47.0
"""Pressure of water vapour at 37 °C, mmHg."""

WARM = 760.0 * 310.15 / 273.15
"""mmHg that 1 mL/s of gas (STPD) raises in 1 mL/s of warm and moist gas: 863."""


LEAST = 0.67 * 1000.0 / 60.0
"""Ventilation of the alveoli below which none is turned down, mL/s: a minute ventilation of 1 L/min
with a third of dead space."""


@dataclass(frozen=True, slots=True)
class Lung:
    """A ventilated lung, shape (n,) each.

    Args:
        ventilation: Of the alveoli, mL/s, warm and moist.
        fio2: Inspired fraction of oxygen, 0.21 to 1.
        shunt: Share of the pulmonary flow that passes no alveolus, 0 to 1.
        pressure: Of the air, mmHg.
        least: PCO2 that ventilation is turned down for, mmHg; 0 for none.
    """

    ventilation: Array
    fio2: Array
    shunt: Array
    pressure: Array
    least: Array | float = 0.0


def capillary(
    lung: Lung,
    blood: Blood,
    flow: Array,
    held: Array,
    carried: Array,
    guess: tuple[Array, Array] | None = None,
) -> Sample:
    """Blood that has met the alveoli, in balance with what they hold.

    Args:
        lung: The lung.
        blood: The blood.
        flow: Through the pulmonary artery, mL/s, shape (n,).
        held: Oxygen content of the blood that comes, mL per mL.
        carried: Its carbon dioxide content.
        guess: PO2 and PCO2 to begin with.

    Equation, of uptake V and output W, both Q (1 - shunt) times the difference in content:
        ventilation PACO2 = 863 W
        ventilation (PAO2 - PIO2) = - 863 ((1 - fio2) V + fio2 W)
    The second is the alveolar gas equation without a respiratory quotient, so that it holds for a
    lung that takes up oxygen while an ECLS takes the carbon dioxide.
    """
    through = WARM * np.maximum(flow, 0.0) * (1 - lung.shunt)
    inspired = lung.fio2 * (lung.pressure - WATER)
    po2, pco2 = guess or (inspired, np.full_like(inspired, 40.0))
    now = at_pressures(blood, po2, pco2)
    for _ in range(40):
        before = po2, pco2
        pco2 = _pco2(lung, blood, through, carried, now)
        now = at_pressures(blood, po2, pco2)
        output = through * (carried - now.carbon)
        po2 = _po2(lung, blood, through, held, output, now, ventilated(lung, output, pco2))
        now = at_pressures(blood, po2, pco2)
        if _same(before[0], po2) and _same(before[1], pco2):
            break
    return now


def ventilated(lung: Lung, output: Array, pco2: Array) -> Array:
    """What the alveoli are ventilated with, mL/s: what is told, or less to keep their PCO2.

    Args:
        lung: The lung.
        output: 863 times what the blood gives off.
        pco2: Of the alveoli.
    """
    low = np.where(lung.least > 0, np.minimum(LEAST, lung.ventilation), lung.ventilation)
    return np.clip(output / pco2, low, lung.ventilation)


def _same(a: Array, b: Array) -> bool:
    return bool((np.abs(a - b) <= 1e-11 * (1 + np.abs(b))).all())


def _pco2(lung: Lung, blood: Blood, through: Array, carried: Array, now: Sample) -> Array:
    """Alveolar PCO2, kept from falling below the least as far as ventilation can be turned down."""
    fallen = _pco2_by(lung.ventilation, blood, through, carried, now)
    turned = (lung.least > 0) & (fallen < lung.least)
    if not turned.any():
        return fallen
    risen = _pco2_by(np.minimum(LEAST, lung.ventilation), blood, through, carried, now)
    return np.where(turned, np.minimum(lung.least, risen), fallen)


def _pco2_by(
    ventilation: Array, blood: Blood, through: Array, carried: Array, now: Sample
) -> Array:
    """Alveolar PCO2 at which as much leaves the blood as the lung."""

    state = blood.base_excess, now.saturation, blood.hb

    def excess(ph: Array) -> Array:
        pco2 = carbon.pco2_at(ph, *state)
        left = carried - carbon.content(pco2, ph, now.saturation, blood.hb)
        return np.asarray(through * left - (ventilation + 1e-9) * pco2)

    return carbon.pco2_at(rising_root(excess, *carbon.bounds(*state), now.ph), *state)


def _po2(
    lung: Lung, blood: Blood, through: Array, held: Array, output: Array, now: Sample,
    ventilation: Array,
) -> Array:  # fmt: skip
    """Alveolar PO2 at which as much enters the blood as leaves the gas."""
    dry = lung.pressure - WATER
    inspired = lung.fio2 * dry
    shifted = oxygen.shift(now.ph, now.pco2, blood.temperature)

    def excess(po2: Array) -> Array:
        gained = oxygen.content(po2, oxygen.saturation(po2, shifted), blood.hb) - held
        used = (1 - lung.fio2) * through * gained + lung.fio2 * output
        return np.asarray((ventilation + 1e-9) * (po2 - inspired) + used)

    return rising_root(excess, np.full_like(held, 1e-6), dry + 0 * held, now.po2)

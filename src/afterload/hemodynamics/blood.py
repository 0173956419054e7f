"""Blood as a carrier of both gases: from pressures to contents and back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from afterload.hemodynamics import carbon, oxygen

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Blood:
    """What of blood does not change on its way round.

    Args:
        hb: Haemoglobin, g/L, shape (n,).
        base_excess: Of oxygenated blood, mmol/L, shape (n,).
        temperature: °C, shape (n,); it shifts the oxygen curve alone.
    """

    hb: Array
    base_excess: Array
    temperature: Array


@dataclass(frozen=True, slots=True)
class Sample:
    """The gases of blood at some place, shape (n,) each.

    Args:
        po2: mmHg.
        pco2: mmHg.
        ph: pH.
        saturation: Of haemoglobin with oxygen, 0 to 1.
        oxygen: Content, mL per mL.
        carbon: Carbon dioxide content, mL per mL.
    """

    po2: Array
    pco2: Array
    ph: Array
    saturation: Array
    oxygen: Array
    carbon: Array


def at_pressures(blood: Blood, po2: Array, pco2: Array) -> Sample:
    """Blood in balance with a gas.

    pH depends a little on saturation (Haldane) and saturation on pH (Bohr): both are stepped
    together until neither moves.
    """
    ph, saturated = np.full_like(po2, 7.4), np.ones_like(po2)
    for _ in range(60):
        after = carbon.ph_step(ph, pco2, blood.base_excess, saturated, blood.hb)
        saturated = oxygen.saturation(po2, oxygen.shift(after, pco2, blood.temperature))
        done = bool((np.abs(after - ph) < 1e-13).all())
        ph = after
        if done:
            break
    return Sample(
        po2, pco2, ph, saturated,
        oxygen.content(po2, saturated, blood.hb),
        carbon.content(pco2, ph, saturated, blood.hb),
    )  # fmt: skip


def at_contents(blood: Blood, held: Array, carried: Array) -> Sample:
    """Blood that holds some oxygen and some carbon dioxide, mL per mL each.

    Dissolved oxygen is so little that saturation is all but known from the content alone; a few
    rounds settle it.
    """
    most = oxygen.CAPACITY * blood.hb
    saturated = np.clip(held / most, 0.0, 1.0)
    po2 = held
    guess: Array | None = None
    for _ in range(40):
        ph = carbon.ph_of_content(carried, blood.base_excess, saturated, blood.hb, guess)
        guess = ph
        pco2 = carbon.pco2_at(ph, blood.base_excess, saturated, blood.hb)
        shifted = oxygen.shift(ph, np.maximum(pco2, 1e-3), blood.temperature)
        po2 = oxygen.pressure_of(held, blood.hb, shifted)
        after = oxygen.saturation(po2, shifted)
        done = bool((np.abs(after - saturated) < 1e-12).all())
        saturated = after
        if done:
            break
    return Sample(po2, pco2, ph, saturated, held, carried)

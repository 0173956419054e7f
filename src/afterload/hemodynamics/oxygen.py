"""Oxygen in blood: saturation, content, and both the other way round.

Units: mmHg, °C, haemoglobin in g/L; a content is mL of gas (STPD) per mL of blood.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from afterload.core.source import Source
from afterload.hemodynamics.root import rising_root

Array = NDArray[np.float64]

SEVERINGHAUS = Source(
    "Severinghaus JW. Simple, accurate equations for human blood O2 dissociation computations. "
    "J Appl Physiol 1979;46:599-602",
    doi="10.1152/jappl.1979.46.3.599",
    place="abstract, equation 1",
    confidence="C1",
    note="Within 0.0055 of the standard curve at 37 °C and pH 7.4, as the abstract says.",
)
KELMAN = Source(
    "Kelman GR. Digital computer subroutine for the conversion of oxygen tension into saturation. "
    "J Appl Physiol 1966;21:1375-1376",
    place="the virtual PO2, as in R/kelman_po2_to_so2.R of github.com/bakenzua/co2ntent",
    confidence="C2",
)
HUFNER = Source(
    "Oxygen capacity of haemoglobin 1.34 mL/g, solubility 0.003 mL/dL/mmHg",
    place="hemodynamics reference C.5",
    confidence="M",
)

CAPACITY = 1.34e-3
"""mL of oxygen per mL of blood and g/L of haemoglobin (`HUFNER`)."""

SOLUBILITY = 3e-5
"""mL of oxygen per mL of blood and mmHg (`HUFNER`)."""

HALF = 23400.0
"""mmHg³: the standard curve is (P³ + 150 P) / (P³ + 150 P + 23400)."""


def shift(ph: Array, pco2: Array, temperature: Array) -> Array:
    """What a PO2 is multiplied by to stand on the standard curve (37 °C, pH 7.4, PCO2 40).

    Below 1 the curve lies to the right: haemoglobin holds oxygen less well.
    """
    power = 0.024 * (37.0 - temperature) + 0.40 * (ph - 7.4) - 0.06 * np.log10(pco2 / 40.0)
    return np.asarray(10.0**power)


def saturation(po2: Array, shifted: Array | float = 1.0) -> Array:
    """Saturation, 0 to 1, at a PO2; `shifted` is what `shift` says."""
    p = po2 * shifted
    x = (p * p + 150.0) * p
    return np.asarray(x / (x + HALF))


def steepness(po2: Array, shifted: Array | float = 1.0) -> Array:
    """How much saturation rises per mmHg."""
    p = po2 * shifted
    x = (p * p + 150.0) * p
    return np.asarray(shifted * (3 * p * p + 150.0) * HALF / (x + HALF) ** 2)


def pressure(saturated: Array, shifted: Array | float = 1.0) -> Array:
    """PO2 at a saturation: the one real root of P³ + 150 P = 23400 S / (1 - S)."""
    s = np.clip(saturated, 0.0, 1.0 - 1e-15)
    third = np.arcsinh(HALF * s / (1 - s) / (2 * 50.0**1.5)) / 3
    return np.asarray(2 * np.sqrt(50.0) * np.sinh(third) / shifted)


def content(po2: Array, saturated: Array, hb: Array) -> Array:
    """Oxygen bound and dissolved, mL per mL of blood."""
    return np.asarray(CAPACITY * hb * saturated + SOLUBILITY * po2)


def pressure_of(oxygen: Array, hb: Array, shifted: Array) -> Array:
    """PO2 of blood that holds some oxygen, mL per mL; 0 where it holds none."""
    most = CAPACITY * hb
    held = np.maximum(oxygen, 0.0)
    bound = pressure(np.minimum(held / most, 1.0 - 1e-12), shifted)
    high = np.where(held < most, np.minimum(bound, held / SOLUBILITY), held / SOLUBILITY)
    least = (held - SOLUBILITY * high) / most
    low = np.maximum(pressure(np.clip(least, 0, 1 - 1e-12), shifted), (held - most) / SOLUBILITY)

    def excess(p: Array) -> Array:
        return content(p, saturation(p, shifted), hb) - held

    return rising_root(excess, np.minimum(low, high) * (1 - 1e-12), high * (1 + 1e-12))

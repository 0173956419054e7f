"""Carbon dioxide and pH of blood.

Units: mmHg, mmol/L, haemoglobin in g/L; a content is mL of gas (STPD) per mL of blood. All of it
is told at 37 °C, as the analyser reports it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from afterload.core.source import Source
from afterload.hemodynamics.root import rising_root

Array = NDArray[np.float64]

VAN_SLYKE = Source(
    "Lang W, Zander R. The accuracy of calculated base excess in blood. Clin Chem Lab Med "
    "2002;40:404-410",
    doi="10.1515/CCLM.2002.065",
    place="abstract, Van Slyke equation according to Zander",
    confidence="C1",
    note="Haemoglobin in g/dL. Base excess within 1 mmol/L over -30 to +30, as the abstract says.",
)
DOUGLAS = Source(
    "Douglas AR, Jones NL, Reed JW. Calculation of whole blood CO2 content. J Appl Physiol "
    "1988;65:473-477",
    place="equation 6, as in R/douglas_co2_contents.R of github.com/bakenzua/co2ntent",
    confidence="CALC",
    note="Haemoglobin in g/dL. The 38 measured bloods of its Table 3 are met with a bias of 0.0 "
    "and a standard deviation of 1.1 mL/dL, see the tests.",
)
KELMAN_1967 = Source(
    "Kelman GR. Digital computer procedure for the conversion of PCO2 into blood CO2 content. "
    "Respir Physiol 1967;3:111-115",
    place="solubility and apparent pK' at 37 °C, as Douglas et al. 1988 use them",
    confidence="C2",
)

LOW, HIGH = 6.2, 8.0
"""pH between which blood is looked for; the form of Douglas has a pole at 8.142. Blood that lost so
much carbon dioxide that it would lie above is taken to lose no more."""


def _slope(hb: Array) -> Array:
    return np.asarray(9.5 + 0.163 * hb)


def _offset(base_excess: Array, saturated: Array, hb: Array) -> Array:
    """Bicarbonate that blood of this base excess holds at pH 7.4, mmol/L."""
    grams = hb / 10.0
    corrected = base_excess + 0.2 * grams * (1.0 - saturated)
    return np.asarray(24.26 + corrected / (1.0 - 0.0143 * grams))


def base_excess_of(pco2: Array, ph: Array, saturated: Array, hb: Array) -> Array:
    """Base excess, mmol/L (`VAN_SLYKE`)."""
    grams = hb / 10.0
    bicarbonate = 0.0304 * pco2 * 10.0 ** (ph - 6.1)
    buffered = bicarbonate - 24.26 + _slope(hb) * (ph - 7.4)
    return np.asarray((1 - 0.0143 * grams) * buffered - 0.2 * grams * (1 - saturated))


def ph_step(ph: Array, pco2: Array, base_excess: Array, saturated: Array, hb: Array) -> Array:
    """One Newton step towards the pH of blood at a PCO2 and base excess.

    The function is convex and rises, so that after the first step all come from one side.
    """
    bicarbonate = 0.0304 * pco2 * 10.0 ** (ph - 6.1)
    slope = _slope(hb)
    excess = bicarbonate - _offset(base_excess, saturated, hb) + slope * (ph - 7.4)
    return np.asarray(ph - excess / (np.log(10.0) * bicarbonate + slope))


def ph_of(pco2: Array, base_excess: Array, saturated: Array, hb: Array) -> Array:
    """pH of blood at a PCO2 and base excess; it is less acid the less oxygen it holds."""
    ph = np.full(np.broadcast_shapes(np.shape(pco2), np.shape(hb)), 7.4)
    for _ in range(60):
        after = ph_step(ph, pco2, base_excess, saturated, hb)
        done = bool((np.abs(after - ph) < 1e-13).all())
        ph = after
        if done:
            break
    return ph


def pco2_at(ph: Array, base_excess: Array, saturated: Array, hb: Array) -> Array:
    """PCO2 of blood at a pH and base excess, mmHg; negative where there is none."""
    left = _offset(base_excess, saturated, hb) - _slope(hb) * (ph - 7.4)
    return np.asarray(left / (0.0304 * 10.0 ** (ph - 6.1)))


def content(pco2: Array, ph: Array, saturated: Array, hb: Array) -> Array:
    """Carbon dioxide in all its forms, mL per mL of blood (`DOUGLAS`, `KELMAN_1967`)."""
    pk = 6.086 + 0.042 * (7.4 - ph) + 0.00472 + 0.00139 * (7.4 - ph)
    plasma = 2.226 * 0.0307 * pco2 * (1.0 + 10.0 ** (ph - pk))
    cells = 0.00289 * hb / ((3.352 - 0.456 * saturated) * (8.142 - ph))
    return np.asarray(plasma * (1.0 - cells) / 100.0)


def bounds(base_excess: Array, saturated: Array, hb: Array) -> tuple[Array, Array]:
    """Least and greatest pH that blood is looked for in; at the greatest it still has some PCO2."""
    without = 7.4 + _offset(base_excess, saturated, hb) / _slope(hb)
    return np.full_like(without, LOW), np.minimum(HIGH, without - 0.01)


def ph_of_content(
    carbon: Array, base_excess: Array, saturated: Array, hb: Array, near: Array | None = None
) -> Array:
    """pH of blood that holds some carbon dioxide, mL per mL, at a base excess.

    It may be `near` some pH.
    """

    def lacking(ph: Array) -> Array:
        return carbon - content(pco2_at(ph, base_excess, saturated, hb), ph, saturated, hb)

    return rising_root(lacking, *bounds(base_excess, saturated, hb), near)

"""The circulation of an animal from its weight, and a filling curve from one measured point."""

from __future__ import annotations

import math
from collections.abc import Mapping

from afterload.core.source import Source
from afterload.hemodynamics.body import PUMPS

SIMILARITY = Source(
    "Dimensional analysis of the circulation",
    place="volumes, compliances and flows with body weight; resistances, inertances and elastances "
    "with its inverse; pressures and rate independent of it",
    confidence="M",
    note="General physiology. Flow with weight to the power 0.75 would differ by 10 % at 45 kg.",
)
KLOTZ = Source(
    "Klotz S et al. 2006, Am J Physiol Heart Circ Physiol 291:H403-H412",
    place="V0 = V (0.6 - 0.006 P); V30 = V0 + (V - V0) / (P / 27.78)^(1 / 2.76)",
    confidence="M",
    note="Constants from memory. One end-diastolic point gives the whole filling curve.",
)

ADULT_WEIGHT = 70.0
"""kg of the adult that parameters are scaled from."""

_SCALED = {"c": 1, "v0": 1, "volume": 1, "mass": 1, "k": 1, "r": -1, "l": -1, "ees": -1,
           "alpha": -1, "lam": -1, "b": -2}  # fmt: skip
_FLOWS = ("perfusion.reference", "perfusion.saturation")
_OUTSIDE = (*PUMPS, "septostomy", "beat", "balloon", "reflex")


def scaled(parameters: Mapping[str, float], weight: float) -> dict[str, float]:
    """An adult's parameters for a body of some weight, kg; see `SIMILARITY`."""
    factor = weight / ADULT_WEIGHT
    found = dict(parameters)
    for name, value in parameters.items():
        part, _, parameter = name.partition(".")
        power = 1 if name in _FLOWS else 0 if part in _OUTSIDE else _SCALED.get(parameter, 0)
        found[name] = value * factor**power
    return found


def enlarged(
    parameters: Mapping[str, float], chambers: tuple[str, ...], factor: float
) -> dict[str, float]:
    """Chambers grown by a factor: the same pressures at so much larger volumes."""
    return {
        name: parameters[name] * factor**power
        for chamber in chambers
        for name, power in ((f"{chamber}.v0", 1), (f"{chamber}.alpha", -1), (f"{chamber}.ees", -1))
    }  # fmt: skip


def klotz_v30(edv: float, edp: float) -> float:
    """Volume at which the filling curve through one end-diastolic point reaches 30 mmHg, mL."""
    v0 = edv * (0.6 - 0.006 * edp)
    return float(v0 + (edv - v0) / (edp / 27.78) ** (1 / 2.76))


def filling(edv: float, edp: float, v0: float) -> tuple[float, float]:
    """alpha (1/mL) and beta (mmHg) of the curve beta (exp(alpha (V - v0)) - 1) of Klotz.

    It goes through the measured point and through Klotz' volume at 30 mmHg.

    Args:
        edv, edp: The point, mL and mmHg.
        v0: Of the chamber, mL.
    """
    v30 = klotz_v30(edv, edp)
    alpha = math.log(30.0 / edp) / (v30 - edv)
    for _ in range(60):
        ratio = math.expm1(alpha * (v30 - v0)) / math.expm1(alpha * (edv - v0))
        alpha -= (math.log(ratio) - math.log(30.0 / edp)) / (v30 - edv)
    return alpha, edp / math.expm1(alpha * (edv - v0))


def slack(parameters: Mapping[str, float], chamber: str, pressure: float) -> float:
    """Slope of an end-systolic line that meets the filling curve at a pressure, mmHg/mL.

    A chamber that contracts along it does not eject: this is a fibrillating heart.
    """
    alpha, beta = parameters[f"{chamber}.alpha"], parameters[f"{chamber}.beta"]
    return pressure / (math.log(pressure / beta + 1.0) / alpha)


def beside_balloon(aorta: float, balloon: float = 15.0, length: float = 226.0) -> float:
    """Resistance that a full balloon of 40 mL adds to the aorta, mmHg s/mL per mL of balloon.

    Poiseuille's law for the gap between balloon and wall, times 0.4 for a balloon on the wall.

    Args:
        aorta, balloon: Their diameters, mm.
        length: Of the balloon, mm.
    """
    gap, middle = (aorta - balloon) / 2000.0, (aorta + balloon) / 2000.0
    pascal = 0.4 * 12.0 * 0.0035 * length / 1000.0 / (math.pi * middle * gap**3)
    return pascal / 133.322e6 / 40.0

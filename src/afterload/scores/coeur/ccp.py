"""CCP, the composite score after pairing: age, blood group, size and expected survival."""

from __future__ import annotations

from math import exp, log
from typing import Literal

from afterload.scores.coeur import coefficient as c
from afterload.scores.coeur.ccb import ADULT

Abo = Literal["o", "a", "b", "ab"]
ABO: tuple[Abo, ...] = ("o", "a", "b", "ab")
"""The blood groups, in the input's order."""

RISK_MAX = log(log(c.SURVIVAL_MIN.value) / log(c.SURVIVAL.value))
"""The risk at which survival is just 50 %: 0.5809."""


def dif_age(difference: float) -> float:
    """Credit for an adult's age minus the donor's: full from -40 to +15 years."""
    if difference < 0:
        credit = (difference + c.AGE_YOUNGER.value) / c.AGE_SLOPE.value
    else:
        credit = 1 - (difference - c.AGE_OLDER.value) / c.AGE_SLOPE.value
    return min(1.0, max(0.0, credit))


def abo(donor: Abo, recipient: Abo, b_to_ab: float = 0.0) -> float:
    """Credit for the blood groups.

    Args:
        donor: The donor's group.
        recipient: The recipient's.
        b_to_ab: Credit of B for AB: 0 in the source, which looks like an oversight.
    """
    if donor == recipient or (donor, recipient) in (("a", "ab"), ("o", "b")):
        return 1.0
    if (donor, recipient) == ("o", "ab"):
        return c.O_TO_AB.value
    return b_to_ab if (donor, recipient) == ("b", "ab") else 0.0


def surface(height: float, weight: float) -> float:
    """Body surface area of Du Bois, m², from cm and kg."""
    return float(0.007184 * height**0.725 * weight**0.425)


def size(donor: float, recipient: float, male_donor: bool, donor_weight: float, adult: bool) -> int:
    """Whether the sizes fit: 1 or 0.

    Args:
        donor, recipient: Their body surface areas, m².
        male_donor: Whether the donor is a man.
        donor_weight: The donor's weight, kg.
        adult: Whether the recipient is 18 or over.
    """
    if male_donor and donor_weight >= c.MALE_DONOR_KG.value:
        return 1
    large = c.BSA_LOW.value * recipient < donor
    small = adult or c.BSA_HIGH.value * recipient > donor
    return int(large and small)


def risk(
    gfr: float, bilirubin: float, age: float, donor_age: float, disease: bool, sex: bool
) -> float:
    """Risk after transplantation (linear predictor).

    Args:
        gfr: Filtration rate used, mL/min/1.73 m².
        bilirubin: Bilirubin used, µmol/L.
        age, donor_age: Ages of recipient and donor, years.
        disease: Valvular or congenital disease.
        sex: Whether the sex term counts.
    """
    return (
        c.POST_AGE.value * (age > 50)
        + c.POST_DISEASE.value * disease
        + c.POST_LN_BILIRUBIN.value * log(bilirubin)
        - c.POST_LN_GFR.value * log(gfr)
        + c.POST_SEX.value * sex
        + c.POST_DONOR_AGE.value * (donor_age > 55)
    )


def survival(risk_: float) -> float:
    """Expected survival at one year after transplantation, 0 to 1."""
    return float(c.SURVIVAL.value ** exp(risk_))


def filter_(risk_: float) -> int:
    """1 when the expected survival at one year exceeds 50 %, else 0 (adults)."""
    return int(survival(risk_) > c.SURVIVAL_MIN.value)


__all__ = [
    "ABO",
    "ADULT",
    "Abo",
    "abo",
    "dif_age",
    "filter_",
    "risk",
    "size",
    "surface",
    "survival",
]

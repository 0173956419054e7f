"""What the classifications of acute kidney injury ask: creatinine against what it was, and urine.

Ratios and rises are computed a hair high (one part in 10¹²), so that 2.1 over 1.4 mg/dL reads as
1.5 and not, by the rounding of the machine, just below.
"""

from __future__ import annotations

from afterload.core.variable import UnitForm, Variable
from afterload.scores.derive import Equation
from afterload.scores.staging import Quantity

HAIR = 1e-12

CREATININE_FORMS = (
    UnitForm("mg/dL", 88.42, source="data_standards 2.13"),
    UnitForm("mg/L", 8.842, source="data_standards 2.13"),
)
"""The units the vocabulary's creatinine is read in."""


def _creatinine(name: str, label: str, label_fr: str) -> Variable:
    return Variable(
        name,
        label,
        label_fr,
        unit="umol/L",
        low=10,
        high=2500,
        soft_low=20,
        soft_high=1200,
        units=CREATININE_FORMS,
    )


def _rise(name: str, label: str, label_fr: str) -> Variable:
    return Variable(
        name,
        label,
        label_fr,
        unit="umol/L",
        low=-2500,
        high=2500,
        soft_low=-500,
        soft_high=900,
        units=CREATININE_FORMS,
    )


BASELINE = _creatinine(
    "creatinine_baseline",
    "Baseline creatinine (usual value, or the lowest of the 7 days before)",
    "Créatinine de base (valeur habituelle, ou la plus basse des 7 jours précédents)",
)
LOWEST_48H = _creatinine(
    "creatinine_lowest_48h",
    "Lowest creatinine of the 48 hours before",
    "Créatinine la plus basse des 48 heures précédentes",
)
RATIO = Variable(
    "creatinine_ratio",
    "Creatinine as a multiple of the baseline",
    "Créatinine en multiple de la valeur de base",
    unit="1",
    low=0,
    high=251,
    soft_low=0.4,
    soft_high=8,
)
RISE_48H = _rise(
    "creatinine_rise_48h",
    "Rise of creatinine within 48 hours",
    "Augmentation de la créatinine en 48 heures",
)
RISE = _rise(
    "creatinine_rise",
    "Acute rise of creatinine above the baseline",
    "Augmentation aiguë de la créatinine au-dessus de la valeur de base",
)


def _urine(hours: int) -> Variable:
    return Variable(
        f"urine_ml_kg_h_{hours}h",
        f"Urine output per kg and hour, mean of the last {hours} hours",
        f"Diurèse par kg et par heure, moyenne des {hours} dernières heures",
        unit="mL/kg/h",
        low=0,
        high=84,
        soft_low=0,
        soft_high=8,
    )


def _volume(hours: int) -> Variable:
    return Variable(
        f"urine_ml_{hours}h",
        f"Urine of the last {hours} hours",
        f"Diurèse des {hours} dernières heures",
        unit="mL",
        low=0,
        high=2000 * hours,
        soft_low=0,
        soft_high=300 * hours,
        units=(UnitForm("L", 1000.0, source="SI prefix"),),
    )


HOURS = (6, 12, 24)
ANURIA = Variable(
    "anuria_h",
    "Hours without urine, up to now",
    "Heures sans urine, jusqu'à maintenant",
    unit="h",
    low=0,
    high=2000,
    soft_low=0,
    soft_high=72,
)
URINE = (*(_urine(hours) for hours in HOURS), *(_volume(hours) for hours in HOURS), ANURIA)

RATIO_WAY = Quantity(
    "creatinine_ratio",
    Equation(
        "creatinine / creatinine_baseline",
        lambda _, x: x["creatinine"] * (1 + HAIR) / x["creatinine_baseline"],
        rises=("creatinine",),
        falls=("creatinine_baseline",),
    ),
)
RISE_48H_WAY = Quantity(
    "creatinine_rise_48h",
    Equation(
        "creatinine − creatinine_lowest_48h",
        lambda _, x: x["creatinine"] * (1 + HAIR) - x["creatinine_lowest_48h"],
        rises=("creatinine",),
        falls=("creatinine_lowest_48h",),
    ),
)
RISE_WAY = Quantity(
    "creatinine_rise",
    Equation(
        "creatinine − creatinine_baseline",
        lambda _, x: x["creatinine"] * (1 + HAIR) - x["creatinine_baseline"],
        rises=("creatinine",),
        falls=("creatinine_baseline",),
    ),
)


def _urine_way(hours: int) -> Quantity:
    return Quantity(
        f"urine_ml_kg_h_{hours}h",
        Equation(
            f"urine_ml_{hours}h / (weight × {hours} h)",
            lambda _, x: x[f"urine_ml_{hours}h"] * (1 + HAIR) / (hours * x["weight_kg"]),
            rises=(f"urine_ml_{hours}h",),
            falls=("weight_kg",),
        ),
    )


URINE_WAYS = tuple(_urine_way(hours) for hours in HOURS)

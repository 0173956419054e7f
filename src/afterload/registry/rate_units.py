"""Units of the rate a drug runs at, and what can be brought into one another.

Only exact conversions are made: prefixes, hours and minutes, and mass per kilogram where a weight
is given. A volume (mL/h) is never a dose, because nobody tells how much drug is in it. Mass is
taken as told: whether noradrenaline was counted as base or as salt cannot be seen in a number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from afterload.core.unit import plain
from afterload.core.variable import Variable
from afterload.core.vocabulary import Vocabulary

DRUGS: tuple[str, ...] = (
    "norepi", "epi", "dobutamine", "dopamine", "milrinone", "vasopressin", "levosimendan",
)  # fmt: skip
"""The drugs of the vocabulary that run as infusions."""

_MASS = {"ng": 1e-3, "ug": 1.0, "mg": 1e3, "g": 1e6}
_TIME = {"min": 1.0, "h": 60.0}


@dataclass(frozen=True, slots=True)
class RateUnit:
    """One unit a rate may be told in.

    Args:
        unit: The unit as the registry keeps it (UCUM).
        base: The unit of its kind that others are brought into.
        factor: Rate in `base` = rate in `unit` × factor.
    """

    unit: str
    base: str
    factor: float


def _units() -> dict[str, RateUnit]:
    made = []
    for time, minutes in _TIME.items():
        for mass, factor in _MASS.items():
            made.append(RateUnit(f"{mass}/{time}", "ug/min", factor / minutes))
            made.append(RateUnit(f"{mass}/kg/{time}", "ug/kg/min", factor / minutes))
        for prefix, factor in (("", 1.0), ("m", 1e-3)):
            made.append(RateUnit(f"{prefix}[IU]/{time}", "[IU]/min", factor / minutes))
            made.append(RateUnit(f"{prefix}[IU]/kg/{time}", "[IU]/kg/min", factor / minutes))
        for amount in ("mmol", "meq", "mL"):
            made.append(RateUnit(f"{amount}/{time}", f"{amount}/min", 1 / minutes))
    return {plain(one.unit): one for one in made}


RATE_UNITS: Mapping[str, RateUnit] = _units()
"""Every unit a rate may be told in, by its spelling made plain."""

PER_KG: Mapping[str, str] = {"ug/min": "ug/kg/min"}
"""What mass per time becomes where a weight is given."""


@dataclass(frozen=True, slots=True)
class RateForm:
    """How a rate told in one unit is kept.

    Args:
        unit: The unit it is kept in.
        factor: Rate kept = rate told × factor, divided by the weight if `per_kg`.
        per_kg: Whether it is divided by the weight in kg.
        is_own: Whether `unit` is the vocabulary's own of the drug, with its ranges.
    """

    unit: str
    factor: float = 1.0
    per_kg: bool = False
    is_own: bool = False


def rate_form(variable: Variable | None, unit: str, *, weighed: bool) -> RateForm | None:
    """How a rate told in `unit` is kept; None if that is no unit of a rate.

    Args:
        variable: The drug, if the vocabulary knows it as a number.
        unit: The unit; the drug's own if empty.
        weighed: Whether the patient's weight is known.

    Example:
        >>> from afterload.core.vocabulary import standard
        >>> rate_form(standard()["norepi"], "mg/h", weighed=True).unit
        'ug/kg/min'
        >>> rate_form(standard()["norepi"], "mL/h", weighed=True).unit
        'mL/h'
    """
    own = variable.unit if variable is not None else ""
    if variable is not None and not unit:
        return RateForm(own, is_own=True)
    told = RATE_UNITS.get(plain(unit))
    if told is None:
        return None
    if own and told.base == own:
        return RateForm(own, told.factor, is_own=True)
    if own and weighed and PER_KG.get(told.base) == own:
        return RateForm(own, told.factor, per_kg=True, is_own=True)
    return RateForm(told.unit)


def drug_variable(name: str, vocabulary: Vocabulary) -> Variable | None:
    """The variable of a drug whose rate is a number; None for one told by its name alone."""
    variable = vocabulary[name]
    return variable if variable.is_numeric else None

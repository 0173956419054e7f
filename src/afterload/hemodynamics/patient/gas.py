"""What a patient's gas exchange depends on, beside the circulation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from afterload.core.errors import InputError, UnknownName
from afterload.core.source import Source

Array = NDArray[np.float64]

REFERENCE = Source("hemodynamics reference C.5", place="VO2 about 125 mL/min/m2", confidence="M")
ADULT = Source("A resting adult", place="general knowledge", confidence="M")
EXTRACTION = Source(
    "Share of the oxygen brought that tissue can take",
    place="general knowledge: the body's uptake falls with delivery once 60 to 70 % is taken",
    confidence="M",
)
HEART_EXTRACTION = Source(
    "von Restorff W, Holtz J, Bassenge E. Exercise induced augmentation of myocardial oxygen "
    "extraction in spite of normal coronary dilatory capacity in dogs. Pflugers Arch "
    "1977;372:181-185",
    doi="10.1007/bf00585334",
    place="abstract: 75 % at rest; at the hardest exercise coronary venous blood is saturated to "
    "9 %, so that some 90 % is taken",
    confidence="C1",
)


@dataclass(frozen=True, slots=True)
class GasParameter:
    """One number of a patient's gas exchange.

    Args:
        name: Its name, "part.parameter".
        label: What it is.
        unit: UCUM unit.
        value: In a resting adult who breathes air.
        low: Least value taken.
        high: Greatest value taken.
        source: Where the value comes from.
    """

    name: str
    label: str
    unit: str
    value: float
    low: float
    high: float
    source: Source = ADULT


GAS_PARAMETERS = (
    GasParameter("blood.hb", "Haemoglobin", "g/L", 140.0, 20.0, 250.0),
    GasParameter("blood.base_excess", "Base excess", "mmol/L", 0.0, -25.0, 20.0),
    GasParameter("blood.temperature", "Body temperature", "Cel", 37.0, 25.0, 43.0),
    GasParameter("body.bsa", "Body surface area", "m2", 1.9, 0.2, 3.5),
    GasParameter(
        "body.vo2", "Oxygen uptake at rest (of which 11 % are the heart's, and follow its work)",
        "mL/min/m2", 125.0, 10.0, 400.0, REFERENCE,
    ),
    GasParameter("body.rq", "Respiratory quotient", "1", 0.8, 0.6, 1.2),
    GasParameter(
        "body.extraction", "Most of the oxygen brought that a bed can take", "1",
        0.70, 0.3, 0.95, EXTRACTION,
    ),
    GasParameter(
        "heart.extraction", "Most of the oxygen brought that the heart can take", "1",
        0.90, 0.3, 0.95, HEART_EXTRACTION,
    ),
    GasParameter("lung.fio2", "Inspired oxygen fraction", "1", 0.21, 0.15, 1.0),
    GasParameter("lung.shunt", "Share of the pulmonary flow that is shunted", "1", 0.03, 0.0, 0.95),
    GasParameter("lung.dead_space", "Share of the ventilation that is dead space", "1",
                 0.33, 0.0, 0.95),
    GasParameter("lung.minute_ventilation", "Minute ventilation", "L/min", 6.1, 0.0, 60.0),
    GasParameter("air.pressure", "Pressure of the air", "mm[Hg]", 760.0, 400.0, 800.0),
)  # fmt: skip
"""Everything that is asked of a patient; `lung.minute_ventilation` brings PaCO2 to 40 mmHg."""

VENTILATION = "lung.minute_ventilation"

GAS: dict[str, float] = {p.name: p.value for p in GAS_PARAMETERS}
"""A resting adult who breathes air."""


def gas_parameters(patient: Mapping[str, ArrayLike], n: int) -> dict[str, Array]:
    """Every parameter of n patients, the default where none is told.

    Args:
        patient: Values by name, one for all or shape (n,).
        n: Patients.

    Raises:
        UnknownName: A name that is none of `GAS_PARAMETERS`.
        InputError: A value is out of its range or not finite, or there are not n of them.
    """
    for name in patient:
        if name not in GAS:
            raise UnknownName("parameter of gas exchange", name, GAS)
    return {p.name: _checked(p, patient.get(p.name, p.value), n) for p in GAS_PARAMETERS}


def _checked(p: GasParameter, told: ArrayLike, n: int) -> Array:
    values = np.asarray(told, np.float64)
    if values.ndim > 1 or (values.ndim == 1 and len(values) not in (1, n)):
        raise InputError(f"{p.name} has {values.size} values for {n} patients. Give one, or {n}.")
    values = np.broadcast_to(values, (n,)).astype(np.float64)
    bad = ~((values >= p.low) & (values <= p.high))
    if bad.any():
        raise InputError(
            f"{p.name} = {values[bad.argmax()]:g} {p.unit} is outside {p.low:g} to {p.high:g} "
            f"{p.unit}. Check the value and its unit."
        )
    return values

"""What a fit is free to change, and what is believed of it before anything is measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from afterload.core.source import Source
from afterload.hemodynamics import veins
from afterload.hemodynamics.body import BODY
from afterload.hemodynamics.patient.normal import CONTROLLED, NORMAL

Array = NDArray[np.float64]

NORMAL_ADULT: dict[str, float] = {**NORMAL, **CONTROLLED}
"""All parameters of a patient about whom nothing is known: the normal adult."""


@dataclass(frozen=True, slots=True)
class Free:
    """A number that a fit may change; its logarithm is normal before anything is measured.

    Args:
        name: Its name.
        label: What it is, in words.
        unit: Its unit, as printed; "" for a factor.
        centre: Its median.
        sd: Standard deviation of its logarithm.
        source: Where both come from.
        scales: Parameters that it multiplies; empty where it is a parameter itself.
        device: Whether these are a running device's, and not the patient's.
        gas: Whether it is of gas exchange, and not of the circulation.
    """

    name: str
    label: str
    unit: str
    centre: float
    sd: float
    source: Source
    scales: tuple[str, ...] = ()
    device: bool = False
    gas: bool = False

    def value(self, z: Array) -> Array:
        """Its value at z standard deviations from the centre."""
        return np.asarray(self.centre * np.exp(self.sd * z))


Prior = tuple[Free, ...]


def _memory(place: str) -> Source:
    return Source(
        "Ranges from normal to cardiogenic shock", place=place, confidence="M",
        note="General knowledge, so the ranges are wide.",
    )  # fmt: skip


def _computed(place: str) -> Source:
    return Source(
        "Burkhoff circulation fitted to four kinds of shock", place=place, confidence="CALC",
        note="Calculated from targets that are general knowledge.",
    )  # fmt: skip


_EES = _memory(
    "LV end-systolic elastance 2.5-3 normal, 0.7-1 heart failure, 0.3-0.7 shock; reference C.6"
)
BEDS = ("head.r", "arms.r", "viscera.r", "legs.r")
CLOSINGS = ("head.close", "arms.close", "viscera.close", "legs.close")
ARTERIES = ("asc.c", "arch.c", "desc.c", "fem.c")

PRIOR: Prior = (
    Free("lv.ees", "LV contractility (Ees)", "mmHg/mL", 0.9, 0.6, _EES),
    Free("rv.ees", "RV contractility (Ees)", "mmHg/mL", 0.32, 0.5,
         _computed("0.26-0.38, 0.09 in RV shock; reference C.6")),
    Free("lv.alpha", "LV stiffness (alpha)", "1/mL", 0.026, 0.3,
         _computed("0.0185-0.035; reference C.6")),
    Free("rv.alpha", "RV stiffness (alpha)", "1/mL", 0.022, 0.25,
         _memory("as the left ventricle, less known")),
    Free("lv.v0", "LV unstressed volume", "mL", 10.0, 0.7,
         _memory("5 mL normal, tens of mL in dilated hearts")),
    Free("systemic", "Systemic resistance, relative to 0.60 mmHg s/mL", "", 1.2, 0.35,
         _memory("SVR 800-1,200 dyn s/cm5, more with vasopressors; reference C.6"), BEDS),
    Free("lung_in.r", "Pulmonary resistance", "mmHg s/mL", 0.105, 0.5,
         _memory("PVR 100-300 dyn s/cm5; reference C.6. Nearly all of it before the compliant "
                 "vessels, or the pulse of the pulmonary artery would be lost in them")),
    Free("lung_out.r", "Pulmonary resistance behind the compliant vessels", "mmHg s/mL", 0.006,
         0.6, _memory("a twentieth of the whole")),
    Free("stressed", "Stressed blood volume", "mL", 2000.0, 0.25,
         _computed("1,250 mL normal, 2,400-2,800 in shock; reference C.6")),
    Free("arteries", "Arterial compliance, relative to 1.8 mL/mmHg", "", 1.0, 0.35,
         _memory("0.8-2 mL/mmHg, less with age, half as much again where pressure is low"),
         ARTERIES),
    Free("pericardium.v0", "Volume at which the pericardium tightens", "mL", 500.0, 0.2,
         _memory("430 mL here for the normal heart, more for one dilated over months")),
)  # fmt: skip
"""What is free by default."""

HEART_RATE = Free("beat.hr", "Heart rate", "/min", 95.0, 0.2,
                  _memory("70-130 a minute in shock; free only where unmeasured"))  # fmt: skip


def values(prior: Sequence[Free], z: Array) -> dict[str, Array]:
    """Values of what is free, shape (n,) each, at z of shape (free, n)."""
    return {free.name: free.value(row) for free, row in zip(prior, z, strict=True)}


def place(
    prior: Sequence[Free], found: Mapping[str, Array], base: Mapping[str, float]
) -> dict[str, Array]:
    """All parameters of patients, shape (n,) each, with what is free put in its place.

    What is free of devices is left out (see `with_devices_scaled`), and of gas exchange
    (`fit_oxygen.gas_of`).
    """
    n = len(next(iter(found.values())))
    p = {name: np.full(n, value) for name, value in base.items()}
    for free in prior:
        if free.device or free.gas:
            continue
        if free.scales:
            for name in free.scales:
                p[name] = p[name] * found[free.name]
        elif free.name != "stressed":
            p[free.name] = np.array(found[free.name])
    if "stressed" in found:
        p["blood.volume"] = found["stressed"] + sum(p[f"{name}.v0"] for name in BODY.volumes)
    return p


def with_devices_scaled(
    p: dict[str, Array], prior: Sequence[Free], found: Mapping[str, Array]
) -> dict[str, Array]:
    """Parameters with devices in place, of which what is free is scaled."""
    for free in prior:
        if free.device:
            for name in free.scales:
                p[name] = p[name] * found[free.name]
    return p


def with_blood(states: Array, p: Mapping[str, Array]) -> Array:
    """States with the blood volume that the parameters tell; the veins take the difference."""
    short = p["blood.volume"] - states[: len(BODY.volumes)].sum(axis=0)
    return veins.given(states, short, p)

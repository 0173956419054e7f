"""The laws of the circulation: pressure from volume, flow from pressure. Units mmHg, mL, s.

Every law is a final class without values: its parameters are read by name from a `Scope`, so that
the same law computes with one patient's numbers, with arrays of a thousand patients, or with the
symbols of a tape (`expr`).

A law that can be switched off names, as `switch`, the parameter that is 0 then: with 0 there, and
no flow left, nothing flows. Where nobody has such a way, it takes no time.
"""

from __future__ import annotations

from afterload.hemodynamics.law.base import FlowLaw, InertialLaw, PressureLaw, Scope
from afterload.hemodynamics.law.heart import (
    RECOIL,
    Chamber,
    Elastance,
    Muscle,
    Pericardium,
    Septum,
    Thorax,
)
from afterload.hemodynamics.law.pump import Orifice, Pump
from afterload.hemodynamics.law.valve import CLOSING_TIME, Diode, Leak, Valve
from afterload.hemodynamics.law.vessel import (
    Artery,
    BalloonedArtery,
    BalloonedSegment,
    Inertia,
    Resistor,
    StiffeningVessel,
    Vessel,
    Waterfall,
)

__all__ = [
    "CLOSING_TIME",
    "RECOIL",
    "Artery",
    "BalloonedArtery",
    "BalloonedSegment",
    "Chamber",
    "Diode",
    "Elastance",
    "FlowLaw",
    "Inertia",
    "InertialLaw",
    "Leak",
    "Muscle",
    "Orifice",
    "Pericardium",
    "PressureLaw",
    "Pump",
    "Resistor",
    "Scope",
    "Septum",
    "StiffeningVessel",
    "Thorax",
    "Valve",
    "Vessel",
    "Waterfall",
]

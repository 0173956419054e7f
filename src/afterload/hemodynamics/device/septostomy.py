"""Atrial septostomy: a hole that lets the left atrium empty into the right one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import final

from afterload.core.source import Source
from afterload.hemodynamics.device.base import AbstractDevice, Band, Settings
from afterload.hemodynamics.device.cannula import DENSITY
from afterload.hemodynamics.device.offer import Offer
from afterload.hemodynamics.device.option import Number

ORIFICE = Source(
    "Flow through an orifice",
    place="q = Cd A sqrt(2 dp / rho); hemodynamics reference D.5",
    confidence="M",
    note="Cd 0.7 is general knowledge for a hole in a thin wall.",
)
DISCHARGE = 0.7
"""Share of the ideal flow that passes a hole in a thin wall."""

WALL = 0.3
"""Thickness of the septum, cm; memory."""

REASON = "halved or doubled, it changes the wedge pressure by 0.01 mmHg"

MMHG = 1333.22
"""dyn/cm² in one mmHg."""


@final
@dataclass(frozen=True, slots=True)
class Septostomy(AbstractDevice):
    """A hole in the atrial septum: blood goes the way the pressures tell.

        la ---( hole )---> ra

    Equation:
        l dq/dt = dp - r q - q |q| / k²,    k = Cd A sqrt(2 / rho),    l = rho (wall + 0.85 d) / A

    Parameters:
        diameter  mm              of the hole
        k         mL/s/mmHg^0.5   from Cd 0.7, area and density
        r         mmHg s/mL       viscous resistance (Poiseuille in the wall)
        l         mmHg s²/mL      inertance

    Sources:
        septostomy.ORIFICE (M)

    Valid for a round hole of fixed size.
    """

    diameter: float = 8.0

    @property
    def word(self) -> str:
        """septostomy."""
        return "septostomy"

    @property
    def slot(self) -> str:
        """The atrial septum."""
        return "septostomy"

    def settings(self) -> Settings:
        """The hole as numbers."""
        d = self.diameter / 10.0
        area = math.pi / 4.0 * d**2
        values = {
            "on": 1.0,
            "k": DISCHARGE * area * math.sqrt(2.0 * MMHG / DENSITY),
            "r": 128.0 * 0.035 * WALL / (math.pi * d**4) / MMHG,
            "l": DENSITY * (WALL + 0.85 * d) / area / MMHG,
        }
        return Settings(
            parameters={f"septostomy.{name}": value for name, value in values.items()},
            sources={f"septostomy.{name}": (ORIFICE,) for name in ("k", "r", "l")},
            bands=(Band("septostomy.k", 0.15),),
            reasons=dict.fromkeys(("septostomy.r", "septostomy.l"), REASON),
        )


OFFERS = (
    Offer(
        "septostomy",
        "Atrial septostomy",
        (Number("diameter", "mm", 2.0, 20.0, "Diameter of the hole"),),
        lambda told: Septostomy(float(told.get("diameter", 8.0))),
        ("atrial-septostomy",),
    ),
)

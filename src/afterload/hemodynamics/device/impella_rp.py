"""Impella RP: an axial pump from the right atrium into the pulmonary artery."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from afterload.core.source import Source
from afterload.hemodynamics.device.base import AbstractDevice, Settings
from afterload.hemodynamics.device.curve import Curve, rotary
from afterload.hemodynamics.device.drive import Drive, Speeds
from afterload.hemodynamics.device.impella import BLOOD, IMPELLA_50
from afterload.hemodynamics.device.inlet import CAVAL
from afterload.hemodynamics.device.offer import Offer

MEMORY = Source(
    "Impella RP",
    place="more than 4 L/min at P9, 33,000 rpm; hemodynamics reference D.1",
    confidence="M",
    note="Shut-off head of the 5.0; losses so that P9 gives 4.0 L/min at 25 mmHg. No curve seen.",
)
CURVE = Curve(0.2517, 0.0, 0.05605, 0.0, (MEMORY,), {"a": 0.273}, residual=0.01)
SPEEDS = Speeds(10000.0, 33000.0, 0.3, 4.5, ("level", "P9"), IMPELLA_50.speeds.levels)
WARNING = (
    "Impella RP: a placeholder, 4.0 L/min at P9 and 25 mmHg with the speeds of the 5.0 below P9; "
    "its flow carries a band of 15 % (1 SD)."
)


@final
@dataclass(frozen=True, slots=True)
class ImpellaRp(AbstractDevice):
    """An axial pump through the right heart: from the right atrium into the pulmonary artery.

        ra ---[ 22 Fr ]===( n )===[ outlet ]---> pa

    Equation:
        l dq/dt = p_in - p_out + a n² - (r + s) q - c q |q|

    Parameters:
        n  krpm         speed, by P-level
        a  mmHg/krpm²   shut-off head; c  mmHg s²/mL²  losses
        l  mmHg s²/mL   inertance; s = suction max(0, p_low - p_in)  collapse

    Valid for nothing measured: a placeholder with a band, until a curve is found. The inlet lies in
    the lower cava and is taken as the atrium.
    """

    drive: Drive

    @property
    def word(self) -> str:
        """impella-rp."""
        return "impella-rp"

    @property
    def slot(self) -> str:
        """Past the right ventricle."""
        return "right_pump"

    def settings(self) -> Settings:
        """The pump as numbers."""
        return rotary(
            self.slot, self.drive, SPEEDS, CURVE, (BLOOD,), CAVAL, warnings=(WARNING,), against=25.0
        )


OFFERS = (
    Offer(
        "impella-rp",
        "Impella RP, right atrium to pulmonary artery",
        SPEEDS.options,
        lambda told: ImpellaRp(SPEEDS.drive("impella-rp", told)),
        ("impellarp",),
    ),
)

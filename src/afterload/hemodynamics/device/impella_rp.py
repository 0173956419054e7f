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

MANUAL = Source(
    "Abiomed, Impella RP System, instructions for use 0046-9062 rev. N (2024)",
    place="3.9-4.4 L/min at P-9; 4.0 L/min at most in its table of parameters",
    confidence="C2",
    note="The manual itself was not seen: the two numbers were, in notes on it "
    "(russellmiller49/Interventional-Pulm-Education-Project, MCS-03, row 04).",
)
READING = Source(
    "Reading of the Impella RP's range",
    place="middle of the range at 25 mmHg, 33,000 rpm, shut-off head of the 5.5",
    confidence="M",
    note="No curve was seen. So read, the range is that between 5 and 48 mmHg.",
)
CURVE = Curve(0.2049, 0.0, 0.0414, 0.0, (MANUAL, READING), {"a": 0.142}, residual=0.01)
SPEEDS = Speeds(10000.0, 33000.0, 0.3, 4.5, ("level", "P9"), IMPELLA_50.speeds.levels)
WARNING = (
    "Impella RP: 3.9-4.4 L/min at P9 is the manual's at second hand, read around 25 mmHg; below P9 "
    "it has the speeds of the 5.0, a placeholder. Its flow carries a band of 8 % (1 SD)."
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
        l  mmHg s²/mL   inertance
        s = suction max(0, p_low - p_in)   collapse; suction s/mL, p_low mmHg

    Sources:
        curve: impella_rp.MANUAL (C2), impella_rp.READING (M)
        inertance: impella.CATHETER (M); collapse: inlet.SIMAAN (M)

    Valid at P9 against 5 to 50 mmHg, within its band; at lower levels a placeholder, as no flows of
    theirs were found. The inlet lies in the lower cava and is taken as the atrium.
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

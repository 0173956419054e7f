"""HeartMate PHP: an axial pump that unfolds in the aortic valve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from afterload.core.source import Source
from afterload.hemodynamics.device.base import AbstractDevice, Settings
from afterload.hemodynamics.device.curve import Curve, rotary
from afterload.hemodynamics.device.drive import Drive, Speeds
from afterload.hemodynamics.device.impella import BLOOD
from afterload.hemodynamics.device.inlet import LEFT
from afterload.hemodynamics.device.offer import Offer

DESIGN = Source(
    "SHIELD II, HeartMate PHP",
    place="designed for more than 4 L/min at 60 mmHg; 17,000-20,000 rpm up to 4-5 L/min; "
    "hemodynamics reference D.2",
    confidence="C2",
    note="Read as 4.0 L/min at 60 mmHg and 5.0 at 25 mmHg for 20,000 rpm, 4.0 at 25 for 17,000.",
)
MEASURED = Source(
    "SHIELD II roll-in, 75 patients",
    place="maximum flows 0.4-6.2 L/min, 26 % above 3.5; hemodynamics reference D.2",
    confidence="C2",
)
CURVE = Curve(0.3072, 0.0, 0.01418, 0.0, (DESIGN, MEASURED), {"a": 0.307}, residual=0.02)
SPEEDS = Speeds(10000.0, 20500.0, 0.3, 5.0, ("rpm", "20000"))
WARNING = (
    "HeartMate PHP: its curve is the design's (4 L/min at 60 mmHg); in SHIELD II only 26 % of "
    "patients reached more than 3.5 L/min, so its flow carries a band of 30 % (1 SD)."
)


@final
@dataclass(frozen=True, slots=True)
class Php(AbstractDevice):
    """An axial pump put in at 13 Fr and unfolded to 24 Fr: left ventricle into ascending aorta.

        lv ---[ 24 Fr ]===( n )===---> asc

    Equation:
        l dq/dt = p_in - p_out + a n² - s q - c q |q|

    Parameters:
        n  krpm         speed
        a  mmHg/krpm²   shut-off head; c  mmHg s²/mL²  losses
        l  mmHg s²/mL   inertance
        s = suction max(0, p_low - p_in)   collapse; suction s/mL, p_low mmHg

    Sources:
        curve: php.DESIGN (C2), php.MEASURED (C2)
        inertance: impella.CATHETER (M); collapse: inlet.SIMAAN (M)

    Valid for 17,000 to 20,000 rpm. The design's flows; measured ones were lower.
    """

    drive: Drive

    @property
    def word(self) -> str:
        """php."""
        return "php"

    @property
    def slot(self) -> str:
        """Through the aortic valve."""
        return "left_pump"

    def settings(self) -> Settings:
        """The pump as numbers."""
        return rotary(self.slot, self.drive, SPEEDS, CURVE, (BLOOD,), LEFT, warnings=(WARNING,))


OFFERS = (
    Offer(
        "php",
        "HeartMate PHP, left ventricle to aorta",
        SPEEDS.options,
        lambda told: Php(SPEEDS.drive("php", told)),
        ("heartmate-php",),
    ),
)

"""TandemHeart: a centrifugal pump from the left atrium into the femoral artery."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from afterload.core.source import Source
from afterload.hemodynamics.device.base import AbstractDevice, Settings
from afterload.hemodynamics.device.cannula import ARTERIAL, VENOUS
from afterload.hemodynamics.device.curve import Curve, rotary
from afterload.hemodynamics.device.drive import Drive, Speeds
from afterload.hemodynamics.device.inlet import LEFT
from afterload.hemodynamics.device.offer import Offer
from afterload.hemodynamics.device.option import Number

KAR = Source(
    "Clinical experience with the TandemHeart 2006, Tex Heart Inst J 33:111-115",
    place="abstract (PubMed 16878609): up to 4.0 L/min at the highest speed, 7,500 rpm",
    confidence="C1",
)
CANNULAS = Source(
    "Cannula with thin wall increases percutaneous VAD blood flow, DAIC, 26 May 2006",
    place="4.0 L/min with 17 Fr and 3.5 with 15 Fr; 5.0 and 4.5 with the thin-walled transseptal "
    "cannula",
    confidence="C2",
    note="A maker's announcement. A review (section 2, at microrna1.com) tells 3.5 with 15 and 4 "
    "to 5 with 17 Fr.",
)
SHAPE = Source(
    "TandemHeart, head of the pump",
    place="60 mmHg and both cannulas' drops at 4.0 and 3.5 L/min: 226 mmHg at 7,500 rpm",
    confidence="M",
    note="No curve was seen: a flat one is taken. The band is how far the four flows lie from it, "
    "the thin-walled cannula counting as one of 23 Fr.",
)
CURVE = Curve(4.022, 0.0, 0.0, 0.0, (KAR, CANNULAS, SHAPE), {"a": 0.24}, residual=0.0)

SPEEDS = Speeds(3000.0, 7500.0, 0.3, 5.0, ("flow", "3.5"))
WARNING = (
    "TandemHeart: the pump's head is inferred from the most flow it is said to give through its "
    "cannulas, not seen as a curve; it carries a band of 24 % (1 SD)."
)


@final
@dataclass(frozen=True, slots=True)
class TandemHeart(AbstractDevice):
    """A centrifugal pump outside the body: from the left atrium into the femoral artery.

        la ---[ 21 Fr, transseptal ]---( n )---[ 17 Fr ]---> fem

    Equation:
        l dq/dt = p_in - p_out + a n² - (r + s) q - c q |q|
        r, c of both cannulas

    Parameters:
        drive     krpm or mL/s   speed, or flow it is to give
        arterial  Fr             return cannula
        venous    Fr             transseptal cannula
        a  mmHg/krpm²            shut-off head
        r  mmHg s/mL; c  mmHg s²/mL²; l  mmHg s²/mL   losses and inertance of both cannulas
        s = suction max(0, p_low - p_in)              collapse; suction s/mL, p_low mmHg

    Sources:
        curve: tandemheart.KAR (C1), tandemheart.CANNULAS (C2), tandemheart.SHAPE (M)
        cannulas: cannula.MODELICA (C2), cannula.SIMILARITY (C1), cannula.SPREAD (C1),
        cannula.SHAPE (M); collapse: inlet.SIMAAN (M)

    Valid for 3,000 to 7,500 rpm, with the usual transseptal cannula; a thin-walled one of 21 Fr
    counts as one of 23 Fr. The hole it leaves in the atrial septum is not modelled.
    """

    drive: Drive
    arterial: float = 17.0
    venous: float = 21.0

    @property
    def word(self) -> str:
        """tandemheart."""
        return "tandemheart"

    @property
    def slot(self) -> str:
        """From the left atrium."""
        return "left_atrial_pump"

    def settings(self) -> Settings:
        """The pump and its cannulas as numbers."""
        cannulas = (VENOUS.loss(self.venous), ARTERIAL.loss(self.arterial))
        return rotary(self.slot, self.drive, SPEEDS, CURVE, cannulas, LEFT, warnings=(WARNING,))


OFFERS = (
    Offer(
        "tandemheart",
        "TandemHeart, left atrium to femoral artery",
        (
            *SPEEDS.options,
            Number("arterial", "Fr", ARTERIAL.smallest, 19.0, "Size of the return cannula"),
            Number("venous", "Fr", 19.0, 23.0, "Size of the transseptal cannula"),
        ),
        lambda told: TandemHeart(
            SPEEDS.drive("tandemheart", told),
            **{name: told[name] for name in ("arterial", "venous") if name in told},
        ),
        ("tandem-heart",),
    ),
)

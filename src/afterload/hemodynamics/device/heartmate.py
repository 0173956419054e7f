"""HeartMate II and HeartMate 3: durable pumps from the apex of the left ventricle."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, final

from afterload.core.source import Source
from afterload.hemodynamics.device.base import AbstractDevice, Pulse, Settings
from afterload.hemodynamics.device.curve import Curve, Loss, rotary
from afterload.hemodynamics.device.drive import Drive, Speeds
from afterload.hemodynamics.device.inlet import LEFT
from afterload.hemodynamics.device.offer import Offer
from afterload.hemodynamics.device.option import YesNo

MATHCARD, EINDHOVEN, SANTIAGO = (
    Source(citation, place=f"HeartMate II, {place}; hemodynamics reference D.3", confidence="C2")
    for citation, place in (
        ("VAD-0D-DNN, modelica/original/Mathcard.mo", "8,000-10,000 rpm"),
        ("Eindhoven cvbtk", "flow linear in head and speed; the unit of speed is inferred"),
        ("Santiago et al. 2022, PLoS Comput Biol, as in Ambit", "8,000 rpm"),
    )
)
THREE_FITS = (MATHCARD, EINDHOVEN, SANTIAGO)
CARD = Source(
    "Abbott, HeartMate 3 pump parameter overview",
    place="fixed speeds 3,000-9,000 rpm; from 4,000 rpm an artificial pulse every 2 s",
    confidence="C2",
    note="Its text as copied at scribd.com, document 757597414.",
)
QUADRATICS = Source(
    "VAD-0D-DNN, modelica/original/Mathcard.mo",
    place="HeartMate 3, quadratics at 4,000, 5,000 and 6,000 rpm; hemodynamics reference D.3",
    confidence="C2",
    note="Its quadratics above 6,000 rpm do not scale with speed and are left out.",
)
GRAFT = Source(
    "Inertance of the blood in pump, inlet and graft",
    place="order of magnitude, mmHg s²/mL",
    confidence="M",
)
BLOOD = Loss(r=0.0, c=0.0, l=0.045, sd=0.0, sources=(GRAFT,), l_sd=0.4)

Generation = Literal["II", "3"]

CURVES: dict[Generation, Curve] = {
    "II": Curve(1.253, 0.06396, 0.0, 0.0, THREE_FITS, {"a": 0.028}, residual=0.30),
    "3": Curve(3.646, 0.02116, 0.004111, 0.06066, (QUADRATICS,), {"a": 0.027}, residual=0.22),
}
SPEEDS: dict[Generation, Speeds] = {
    "II": Speeds(6000.0, 15000.0, 0.5, 10.0, ("rpm", "9000")),
    "3": Speeds(3000.0, 9000.0, 0.5, 10.0, ("rpm", "5500")),
}
"""Those of the 3 are its maker's (`CARD`); those of the II are general knowledge."""
VALID: dict[Generation, tuple[float, float]] = {"II": (8.0, 10.0), "3": (4.0, 6.0)}
"""Speeds of the curves that were fitted, krpm."""

PULSE_TIMES = Source(
    "VAD-0D-DNN, modelica/original/Mathcard.mo",
    place="HeartMate 3, artificial pulse: every 2 s, 2,000 rpm down for 7.5 % of it, then up for "
    "10 %; hemodynamics reference D.3",
    confidence="C2",
)
PULSE = Pulse(swing=2.0, period=2.0, down=0.15, up=0.20)
"""The artificial pulse of the 3 (`PULSE_TIMES`; that there is one, and its period: `CARD`).

The mean of n² over it is (0.075 3.5² + 0.1 7.5² + 0.825 5.5²) / 5.5² = 1.041 times that of a
constant speed of 5,500 rpm."""


@final
@dataclass(frozen=True, slots=True)
class HeartMate(AbstractDevice):
    """A durable pump: from the apex of the left ventricle through a graft into the aorta.

        lv ---[ inflow ]---( n )---[ graft ]---> asc

    Equation:
        l dq/dt = p_in - p_out + a n² - (b n + r + s) q - c q |q|

    Parameters:
        n  krpm         speed
        a  mmHg/krpm²; b  mmHg s/mL/krpm; r  mmHg s/mL; c  mmHg s²/mL²    of the curve
        l  mmHg s²/mL   inertance
        s = suction max(0, p_low - p_in)   collapse; suction s/mL, p_low mmHg

    Sources:
        II: heartmate.MATHCARD (C2), heartmate.EINDHOVEN (C2), heartmate.SANTIAGO (C2)
        3: heartmate.QUADRATICS (C2), speeds heartmate.CARD (C2), pulse heartmate.PULSE_TIMES (C2)
        inertance: heartmate.GRAFT (M); collapse: inlet.SIMAAN (M)

    Valid for 8,000 to 10,000 rpm (II; three published fits that differ by 0.2-0.8 L/min) and 4,000
    to 6,000 rpm (3); extrapolated with the square of the speed elsewhere. The artificial pulse of
    the 3 comes every 2 s whatever the heart does: a cycle of beats stands for both
    (`hemodynamics.cycle`). That the rotor takes time to change its speed is not modelled.
    """

    generation: Generation
    drive: Drive
    pulse: bool = True

    @property
    def word(self) -> str:
        """heartmate-2 or heartmate-3."""
        return "heartmate-2" if self.generation == "II" else "heartmate-3"

    @property
    def slot(self) -> str:
        """From the left ventricle."""
        return "left_pump"

    def settings(self) -> Settings:
        """The pump as numbers."""
        low, high = VALID[self.generation]
        outside = self.drive.target is None and not low <= self.drive.n <= high
        warnings = (
            (
                f"HeartMate {self.generation} at {1000 * self.drive.n:,.0f} rpm: extrapolated; "
                f"its curve was fitted from {1000 * low:,.0f} to {1000 * high:,.0f} rpm.",
            )
            if outside
            else ()
        )
        curve, speeds = CURVES[self.generation], SPEEDS[self.generation]
        found = rotary(self.slot, self.drive, speeds, curve, (BLOOD,), LEFT, warnings=warnings)
        pulses = self.generation == "3" and self.pulse
        return replace(found, pulse=PULSE) if pulses else found


PULSES = YesNo("pulse", "Artificial pulse every 2 s")


def _offer(word: str, generation: Generation, *aliases: str) -> Offer:
    speeds = SPEEDS[generation]
    return Offer(
        word,
        f"HeartMate {generation}, left ventricle to aorta",
        (*speeds.options, *((PULSES,) if generation == "3" else ())),
        lambda told: HeartMate(generation, speeds.drive(word, told), told.get("pulse", True)),
        aliases,
    )


OFFERS = (
    _offer("heartmate-2", "II", "heartmate-ii", "hm2", "heartmate2"),
    _offer("heartmate-3", "3", "heartmate-iii", "hm3", "heartmate3"),
)

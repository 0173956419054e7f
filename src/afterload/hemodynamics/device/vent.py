"""Venting the left heart on ECLS: from the left ventricle or from the pulmonary artery."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, final

from afterload.core.source import Source
from afterload.hemodynamics.device.base import AbstractDevice, Settings
from afterload.hemodynamics.device.cannula import LONG_DRAIN, VENOUS
from afterload.hemodynamics.device.curve import Curve, rotary
from afterload.hemodynamics.device.drive import Drive, Speeds
from afterload.hemodynamics.device.inlet import CAVAL, LEFT
from afterload.hemodynamics.device.offer import Offer
from afterload.hemodynamics.device.option import Choices, Number, Option, YesNo

From = Literal["lv", "pa"]

DRIVEN = Source(
    "A vent joins the drainage of the ECLS circuit, whose pump draws its flow",
    place="the head that drives it is found for the flow asked, as n² mmHg",
    confidence="M",
    note="By construction; n is the square root of that head, no speed of a pump.",
)
HEAD = Curve(1.0, 0.0, 0.0, 0.0, (DRIVEN,), {}, residual=0.0)
SPEEDS = Speeds(0.0, 26000.0, 0.1, 2.5, ("flow", "1"))
BUILT = "by construction: where it drains, and where its ECLS circuit gives blood back"
RETURNS = ("fem", "arch", "asc", "svc")


@final
@dataclass(frozen=True, slots=True)
class Vent(AbstractDevice):
    """A drain of the left heart that joins the drainage of an ECLS circuit.

        lv or pa ---[ 17 Fr ]---+
                                |
        ra, ivc ----------------+---( ECLS )---> where the ECLS returns its blood

    Equation:
        l dq/dt = p_in - p_out + n² - (r + s) q - c q |q|       n² the head that drives it

    Parameters:
        place    -      "lv" (surgical, or through the skin) or "pa"
        drive    mL/s   flow it is to give
        cannula  Fr     its size
        percutaneous  -  in the ventricle: the small long drain instead of a surgical one
        r  mmHg s/mL; c  mmHg s²/mL²; l  mmHg s²/mL   losses and inertance of the drain
        s = suction max(0, p_low - p_in)              collapse; suction s/mL, p_low mmHg

    Sources:
        head and routes: vent.DRIVEN (M); drain: cannula.MODELICA (C2), cannula.SIMILARITY (C1),
        cannula.SPREAD (C1), cannula.SHAPE (M); collapse: inlet.SIMAAN (M)

    Valid only beside an ECLS, for 0.1 to 2.5 L/min (0.5 to 2 through 15 to 19 Fr is usual; memory):
    the circuit gives the sum of both flows. If the small long drain is asked for more than it can
    carry, the flow is not reached.
    """

    place: From
    drive: Drive
    cannula: float = 17.0
    percutaneous: bool = False

    @property
    def word(self) -> str:
        """lv-vent or pa-vent."""
        return f"{self.place}-vent"

    @property
    def slot(self) -> str:
        """The vent."""
        return "vent"

    def settings(self) -> Settings:
        """The vent as numbers; its return follows the ECLS circuit's."""
        loss = LONG_DRAIN.loss() if self.percutaneous else VENOUS.loss(self.cannula)
        inlet = LEFT if self.place == "lv" else CAVAL
        found = rotary(
            self.slot,
            self.drive,
            SPEEDS,
            HEAD,
            (loss,),
            inlet,
            routes={
                "from_lv": float(self.place == "lv"),
                "from_pa": float(self.place == "pa"),
                **{f"to_{name}": float(name == "fem") for name in RETURNS},
            },
            routes_source=DRIVEN,
            reasons={"a": BUILT, **{f"to_{name}": BUILT for name in RETURNS}, "from_lv": BUILT,
                     "from_pa": BUILT},
        )  # fmt: skip
        return Settings(
            found.parameters,
            found.sources,
            found.bands,
            found.target,
            found.speeds,
            links={f"vent.to_{name}": f"ecls.to_{name}" for name in RETURNS},
            needs="ecls",
            warnings=found.warnings,
            reasons=found.reasons,
        )


FLOW, _RPM = SPEEDS.options
SIZE = Number("cannula", "Fr", VENOUS.smallest, 23.0, "Size of the drain")
SKIN = YesNo("percutaneous", "The small long drain through the skin")


def _make(place: From, told: Choices) -> Vent:
    word = f"{place}-vent"
    return Vent(
        place,
        SPEEDS.drive(word, told),
        float(told.get("cannula", 17.0)),
        bool(told.get("percutaneous", False)),
    )


LV_OPTIONS: tuple[Option, ...] = (FLOW, SIZE, SKIN)
PA_OPTIONS: tuple[Option, ...] = (FLOW, SIZE)

OFFERS = (
    Offer(
        "lv-vent",
        "Vent of the left ventricle into the ECLS circuit",
        LV_OPTIONS,
        lambda told: _make("lv", told),
    ),
    Offer(
        "pa-vent",
        "Vent of the pulmonary artery into the ECLS circuit",
        PA_OPTIONS,
        lambda told: _make("pa", told),
    ),
)

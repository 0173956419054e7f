"""Intra-aortic balloon: full in diastole, empty in systole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from afterload.core.source import Source
from afterload.hemodynamics.device.base import AbstractDevice, Balloon, Band, Settings
from afterload.hemodynamics.device.offer import Offer
from afterload.hemodynamics.device.option import Choices, Number

TIMING = Source(
    "Jaron D et al. 1985; Schampaert S et al. 2013, ASAIO J 59:30",
    place="abstracts: inflation at end-systole, deflation with ventricular contraction; "
    "hemodynamics reference D.6",
    confidence="C1",
)
ERRORS = Source(
    "Schreuder JJ et al. Beat-to-beat effects of intraaortic balloon pump timing on left "
    "ventricular performance in patients with low ejection fraction. Ann Thorac Surg "
    "2005;79:872-880",
    doi="10.1016/j.athoracsur.2004.07.073",
    place="abstract: 15 patients, conductance catheter; premature inflation lowers stroke volume "
    "by 20 %, late deflation raises stroke volume by 18 % and stroke work by 16 %",
    confidence="C1",
)
SCATTER = 0.02
"""How far filling and emptying lie from what is set, s (1 SD); memory."""

RAMP = Source(
    "Balloon filling and emptying",
    place="ramps of 40-100 ms; 40 mL, helium; hemodynamics reference D.6",
    confidence="M",
)


REASONS = {
    "desc.balloon": "printed on the balloon; 10 % of it change the mean pressure by 0.6 mmHg",
    "balloon.inflate": "scatters by 20 ms (1 SD) around what is set",
    "balloon.deflate": "scatters by 20 ms (1 SD) around what is set; 20 ms later raise the mean "
    "pressure of a shocked patient by 2 mmHg",
}


@final
@dataclass(frozen=True, slots=True)
class Iabp(AbstractDevice):
    """A balloon in the descending aorta that is full in diastole, of every beat or of some.

          arch ---> desc ( balloon ) ---> fem            full:   notch + inflate
                                                         empty:  R wave + deflate

    Equation:
        p_desc = (V + volume e(t) - v0) / c,     e from 0 to 1 within `ramp`
        full, it narrows the aorta: arch to desc r + narrow volume e(t)

    Parameters:
        volume   mL   of the full balloon
        inflate  s    after the dicrotic notch; negative is earlier
        deflate  s    after the R wave; negative is earlier
        ramp     s    filling and emptying
        ratio    -    beats per filling: 1 (1:1), 2 (1:2) or 3 (1:3)

    Sources:
        timing: iabp.TIMING (C1); what goes wrong with wrong timing: iabp.ERRORS (C1);
        volume and ramp: iabp.RAMP (M)

    Valid for assistance of every beat (1:1), and of every second or third one: there a cycle of two
    or three beats repeats itself (`hemodynamics.cycle`), and indices are those of the cycle. Gas
    physics, kinking and a balloon too large for its aorta are not modelled, nor is clotting on a
    balloon that seldom moves.
    """

    volume: float = 40.0
    inflate: float = 0.0
    deflate: float = 0.0
    ramp: float = 0.06
    ratio: int = 1

    @property
    def word(self) -> str:
        """iabp."""
        return "iabp"

    @property
    def slot(self) -> str:
        """The aorta."""
        return "balloon"

    def settings(self) -> Settings:
        """The balloon as numbers."""
        return Settings(
            parameters={"desc.balloon": self.volume},
            sources={
                "desc.balloon": (RAMP,),
                "balloon.inflate": (TIMING, ERRORS),
                "balloon.deflate": (TIMING, ERRORS),
                "balloon.ramp": (RAMP,),
            },
            bands=(Band("balloon.ramp", 0.3),),
            reasons=REASONS,
            balloon=Balloon(
                self.volume, self.inflate, self.deflate, self.ramp, SCATTER, self.ratio
            ),
            links={"q_desc.balloon": "desc.balloon"},
            warnings=self._cautions(),
        )

    def _cautions(self) -> tuple[str, ...]:
        found = []
        if self.inflate < -0.1:
            found.append(
                "IABP: inflation long before the notch interferes with ejection: the aortic valve "
                "shuts early, stroke volume falls."
            )
        if self.deflate > 0.1:
            found.append(
                "IABP: deflation long after the R wave leaves the balloon full as ejection begins: "
                "no relief of afterload then, more work and oxygen. That flow rises all the same, "
                "as the balloon empties under the ejecting heart, was measured (Schreuder 2005); "
                "it does not make the setting safe."
            )
        return tuple(found)


def _make(told: Choices) -> Iabp:
    return Iabp(
        float(told.get("volume", 40.0)),
        float(told.get("inflate", 0.0)) / 1000.0,
        float(told.get("deflate", 0.0)) / 1000.0,
        ratio=int(told.get("ratio", 1)),
    )


OFFERS = (
    Offer(
        "iabp",
        "Intra-aortic balloon",
        (
            Number("volume", "mL", 20.0, 60.0, "Volume of the full balloon"),
            Number("inflate", "ms", -200.0, 200.0, "Filling begins after the dicrotic notch"),
            Number("deflate", "ms", -200.0, 200.0, "Emptying begins after the R wave"),
            Number("ratio", "", 1.0, 3.0, "Beats per filling (2 is 1:2)", whole=True),
        ),
        _make,
        ("balloon", "balloon-pump"),
    ),
)

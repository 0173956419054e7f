"""Cannulas and tubing: pressure lost at a flow, for any size.

Equation:
    dp = B Q^E                                       a given cannula, measured
    dp ~ L viscosity^(2-E) density^(E-1) Q^E / D^(3+E)    length L, diameter D, another blood

The second line is what dynamic similarity says of a power law: E = 1 is Poiseuille's D^-4, E = 2 a
pure Bernoulli loss, which viscosity does not touch, and E = 1.75 is Blasius' law, D^-4.75, on which
the M-number of a cannula rests. So one measured cannula gives every size of its kind.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import final

from afterload.core.source import Source
from afterload.hemodynamics.device.curve import Loss

PASCAL = 1.0 / 133.322
"""mmHg in one Pa."""

DENSITY = 1.06
"""Density of blood, g/mL (hemodynamics reference C.2)."""

VISCOSITY = 0.0035
"""Viscosity of blood, Pa s; memory."""

MODELICA = Source(
    "Physiolibrary-models, creative-connections/Physiolibrary-models",
    place="Experiments.mo, power laws of cannulas; hemodynamics reference D.5",
    confidence="C2",
    note="The file does not say which blood they were measured with.",
)
SIMILARITY = Source(
    "Ganushchak YM et al. 2020, Perfusion 35:331-337",
    doi="10.1177/0267659119885586",
    place="abstract: dynamic similarity and M-number predict the drop, concordance 0.947 and 0.948",
    confidence="C1",
    note="Shown there for viscosity; that it holds between sizes of one kind too is our use of it.",
)
SPREAD = Source(
    "Broman LM et al. 2019, Pressure and flow properties of cannulae for ECMO I: return cannulae",
    place="abstract: whole-blood flows 3-21 % below the makers' water charts",
    confidence="C1",
    note="Taken as the spread between cannulas of one size: 15 % of the drop.",
)
SHAPE = Source(
    "Inertance of the blood in a cannula",
    place="rho L / A, closed form",
    confidence="M",
    note="Length by kind, and an inner diameter of 0.85 of the outer one, are general knowledge.",
)
TUBE = Source(
    "Poiseuille's law",
    place="128 mu L Q / (pi D^4), closed form",
    confidence="M",
    note="2 m of 3/8 inch tubing and viscosity 3.5 mPa s are general knowledge.",
)


@final
@dataclass(frozen=True, slots=True)
class Cannula:
    """A kind of cannula, known at one size.

    Args:
        b: B of the law, Pa (m³/s)^-E.
        e: Its exponent E.
        size: Size it was measured at, Fr.
        length: Its length, cm.
        smallest, largest: Sizes it is used for, Fr.
    """

    b: float
    e: float
    size: float
    length: float
    smallest: float
    largest: float

    def drop(self, q: float, size: float | None = None, *, viscosity: float = 1.0) -> float:
        """Pressure lost, mmHg.

        Args:
            q: Flow, mL/s.
            size: Fr; None for the size it was measured at.
            viscosity: Of the blood, relative to that it was measured with.
        """
        return self._scale(size, viscosity) * math.copysign(math.pow(abs(q) * 1e-6, self.e), q)

    def loss(self, size: float | None = None, *, most: float = 7000.0 / 60.0) -> Loss:
        """The law as r q + c q², the closest one in the mean square up to a flow `most` (mL/s)."""
        e = self.e
        r = 240.0 * (1.0 / (5.0 * (e + 2.0)) - 1.0 / (4.0 * (e + 3.0)))
        c = 240.0 * (1.0 / (3.0 * (e + 3.0)) - 1.0 / (4.0 * (e + 2.0)))
        at_most = self.drop(most, size)
        inner = 0.85 * (size or self.size) / 30.0
        return Loss(
            r * at_most / most,
            c * at_most / most**2,
            inertance(self.length, inner),
            0.15,
            (MODELICA, SIMILARITY, SPREAD, SHAPE),
            0.3,
        )

    def _scale(self, size: float | None, viscosity: float) -> float:
        thinner = math.pow(self.size / (size or self.size), 3.0 + self.e)
        return self.b * PASCAL * thinner * math.pow(viscosity, 2.0 - self.e)


def inertance(length: float, diameter: float) -> float:
    """Inertance of the blood in a tube, mmHg s²/mL.

    Args:
        length: cm.
        diameter: Inner diameter, cm.
    """
    return DENSITY * length / (math.pi / 4.0 * diameter**2) / 1333.22


def tubing(length: float = 200.0, diameter: float = 0.9525) -> Loss:
    """A circuit's tubing; length and inner diameter in cm."""
    r = 128.0 * VISCOSITY * length / 100.0 / (math.pi * (diameter / 100.0) ** 4)
    return Loss(r * PASCAL * 1e-6, 0.0, inertance(length, diameter), 0.3, (TUBE,), 0.3)


VENOUS = Cannula(6.2e11, 1.855311, 19.0, 55.0, 15.0, 31.0)
"""Drainage from the great veins; measured at 19 Fr."""

ARTERIAL = Cannula(2.88364e12, 1.822029, 12.0, 20.0, 12.0, 25.0)
"""Return into an artery, or into a vein of the neck; measured at 12 Fr."""

LONG_DRAIN = Cannula(1.22e14, 1.919743, 12.0, 100.0, 12.0, 12.0)
"""A small long drain in the left ventricle, put in through the skin; measured at 10/12 Fr."""

"""The chambers of the heart, the wall between the ventricles, and what lies around them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from afterload.hemodynamics.expr import Maths
from afterload.hemodynamics.law.base import Scope


@final
@dataclass(frozen=True, slots=True)
class Chamber:
    """A chamber of the heart with an exponential filling curve and a straight end-systolic line.

    Equation:
        p = rest + e max(0, ees (V - v0) - rest)
        rest = min(beta (exp(alpha (V - v0)) - 1), recoil alpha (V - v0))

    A chamber so weak, or so full, that its end-systolic line lies below its filling curve does not
    contract: active it presses no less than at rest. Below v0 the wall springs back (`RECOIL`), so
    that a pump that sucks meets a falling pressure and not an endless volume.

    Parameters:
        ees    mmHg/mL  slope of the end-systolic pressure-volume line
        v0     mL       volume at zero pressure
        alpha  1/mL     stiffness of the filling curve
        beta   mmHg     its scale

    Source:
        Santamore & Burkhoff 1991, Am J Physiol 260:H146; form confirmed in Physiolibrary-models
        Burkhoff.mo (hemodynamics reference C.1).
    """

    parameters: tuple[str, ...] = ("ees", "v0", "alpha", "beta")

    def pressure(self, m: Maths, v: Any, e: Any, p: Scope) -> Any:
        """Transmural pressure, mmHg."""
        stretch = v - p["v0"]
        filling = p["beta"] * (m.exp(p["alpha"] * stretch) - 1.0)
        passive = m.minimum(filling, RECOIL * p["alpha"] * stretch)
        return passive + e * m.maximum(p["ees"] * stretch - passive, 0.0)


RECOIL = 80.0
"""mmHg; a relaxed ventricle pulls with some 2 mmHg per mL that it is below its unstressed volume:
our choice, in the order of what ventricles show in diastole (Nikolic 1988, Circ Res 62:1210;
memory). Told with alpha, so that it follows the size of the chamber."""


@final
@dataclass(frozen=True, slots=True)
class Elastance:
    """A chamber with a time-varying elastance, straight at rest too.

    Equation:
        p = (eb + ea e) (V - v0)

    Parameters:
        ea  mmHg/mL  elastance added by contraction
        eb  mmHg/mL  elastance at rest
        v0  mL       volume at zero pressure

    Source:
        Regazzoni et al. 2022, J Comput Phys 457:111083, arXiv 2011.15040.
    """

    parameters: tuple[str, ...] = ("ea", "eb", "v0")

    def pressure(self, m: Maths, v: Any, e: Any, p: Scope) -> Any:
        """Transmural pressure, mmHg."""
        del m
        return (p["eb"] + p["ea"] * e) * (v - p["v0"])


@final
@dataclass(frozen=True, slots=True)
class Septum:
    """The wall between the ventricles: it gives way to the ventricle with the lower pressure.

    Equation:
        r dV/dt = p_lv - p_rv - p_septum(V)
        p_septum = e ees V + (1 - e) p0 (exp(lam V) - exp(-lam V)) / 2

    V is the volume by which it bulges into the right ventricle, mL.

    Parameters:
        ees  mmHg/mL    slope in systole
        p0   mmHg       scale at rest
        lam  1/mL       stiffness at rest
        r    mmHg s/mL  viscosity of the wall; it lets V follow within some milliseconds

    Source:
        Smith et al. 2004 (hemodynamics reference C.3), with the resting law made odd, so that it
        also resists a right ventricle that presses, and the implicit equation as a fast state.
    """

    parameters: tuple[str, ...] = ("ees", "p0", "lam", "r")

    def slope(self, m: Maths, v: Any, e: Any, across: Any, p: Scope) -> Any:
        """Change of its bulge, mL/s.

        Args:
            m: The functions to compute with.
            v: The bulge, mL.
            e: Activation of the ventricles.
            across: Left less right ventricular pressure, mmHg.
            p: The parameters.
        """
        grown = m.exp(p["lam"] * v)
        rest = 0.5 * p["p0"] * (grown - 1.0 / grown)
        return (across - e * p["ees"] * v - (1.0 - e) * rest) / p["r"]


@final
@dataclass(frozen=True, slots=True)
class Pericardium:
    """The sac around the heart: it presses on all four chambers as they fill it.

    Equation:
        p = thorax + p0 (exp(lambda (V_heart - v0)) - 1), never below thorax

    Parameters:
        p0      mmHg   scale
        lam     1/mL   stiffness
        v0      mL     volume of the heart at which it begins to press
        thorax  mmHg   pressure in the chest

    Source:
        Form and values of Smith et al. 2004 (hemodynamics reference C.3), over the four chambers
        instead of the two ventricles.
    """

    chambers: tuple[str, ...] = ("la", "lv", "ra", "rv")
    parameters: tuple[str, ...] = ("p0", "lam", "v0", "thorax")

    def pressure(
        self, m: Maths, s: Mapping[str, Any], pressures: Mapping[str, Any], p: Scope
    ) -> Any:
        """Pressure in the sac, mmHg."""
        del pressures
        volume = sum((s[name] for name in self.chambers[1:]), s[self.chambers[0]])
        stretch = m.maximum(volume - p["v0"], 0.0)
        return p["thorax"] + p["p0"] * (m.exp(p["lam"] * stretch) - 1.0)


@final
@dataclass(frozen=True, slots=True)
class Thorax:
    """The chest: what lies in it feels its pressure.

    Parameters:
        thorax  mmHg   mean pressure in the chest
    """

    parameters: tuple[str, ...] = ("thorax",)

    def pressure(
        self, m: Maths, s: Mapping[str, Any], pressures: Mapping[str, Any], p: Scope
    ) -> Any:
        """Pressure in the chest, mmHg."""
        del m, s, pressures
        return p["thorax"]


@final
@dataclass(frozen=True, slots=True)
class Muscle:
    """The heart's own muscle: contracting, it squeezes the vessels in it.

    Parameters:
        share  -   share of the cavity's pressure that its vessels feel
    """

    cavity: str
    parameters: tuple[str, ...] = ("share",)

    def pressure(
        self, m: Maths, s: Mapping[str, Any], pressures: Mapping[str, Any], p: Scope
    ) -> Any:
        """Pressure around the vessels, mmHg."""
        del m, s
        return p["share"] * pressures[self.cavity]

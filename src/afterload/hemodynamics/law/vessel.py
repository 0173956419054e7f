"""Vessels, and what leads from one to the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

from afterload.hemodynamics.expr import Maths
from afterload.hemodynamics.law.base import Scope


@final
@dataclass(frozen=True, slots=True)
class Vessel:
    """An elastic vessel.

    Equation:
        p = (V - v0) / c

    Parameters:
        c   mL/mmHg   compliance
        v0  mL        unstressed volume
    """

    parameters: tuple[str, ...] = ("c", "v0")

    def pressure(self, m: Maths, v: Any, e: Any, p: Scope) -> Any:
        """Transmural pressure, mmHg."""
        del m, e
        return (v - p["v0"]) / p["c"]


@final
@dataclass(frozen=True, slots=True)
class StiffeningVessel:
    """An elastic vessel that stiffens as it fills.

    Equation:
        x = (V - v0) / c
        p = x + max(0, x)² / stiff

    Parameters:
        c      mL/mmHg   compliance of the empty vessel
        v0     mL        unstressed volume
        stiff  mmHg      scale of its stiffening; at a pressure p it has c / √(1 + 4 p / stiff)

    Source:
        Compliance falls as pressure rises in human pulmonary vessels (Hirakawa 1995, J Appl Physiol
        78:323-333, abstract); the form is our choice, the simplest that never reaches a largest
        volume. Its numbers: `patient.normal`.
    """

    parameters: tuple[str, ...] = ("c", "v0", "stiff")

    def pressure(self, m: Maths, v: Any, e: Any, p: Scope) -> Any:
        """Transmural pressure, mmHg."""
        del e
        x = (v - p["v0"]) / p["c"]
        beyond = m.maximum(x, 0.0)
        return x + beyond * beyond / p["stiff"]


@final
@dataclass(frozen=True, slots=True)
class Artery:
    """An elastic vessel whose wall is viscous too, so that the pulse does not ring in it.

    Equation:
        p = (V + tau dV/dt - v0) / c

    Parameters:
        c    mL/mmHg   compliance
        v0   mL        unstressed volume
        tau  s         viscosity of the wall over its elasticity

    The circuit tells V + tau dV/dt as its volume (see `Compartment`), with what flows that are
    states bring and take; what leaves through resistances hardly moves within tau.

    Source:
        A Voigt wall, as in models of arterial waves (memory).
    """

    parameters: tuple[str, ...] = ("c", "v0", "tau")

    def pressure(self, m: Maths, v: Any, e: Any, p: Scope) -> Any:
        """Transmural pressure, mmHg."""
        del m, e
        return (v - p["v0"]) / p["c"]


@final
@dataclass(frozen=True, slots=True)
class BalloonedArtery:
    """An artery with a balloon in it that takes up room.

    Equation:
        p = (V + tau dV/dt + balloon e - v0) / c

    Parameters:
        c        mL/mmHg   compliance
        v0       mL        unstressed volume
        tau      s         viscosity of the wall over its elasticity, as of an `Artery`
        balloon  mL        volume of the full balloon; 0 without one

    The activation e tells how full the balloon is. That the wall feels the balloon's own change
    only through the blood it moves is as if it came tau later.
    """

    parameters: tuple[str, ...] = ("c", "v0", "tau", "balloon")

    def pressure(self, m: Maths, v: Any, e: Any, p: Scope) -> Any:
        """Transmural pressure, mmHg."""
        del m
        return (v + p["balloon"] * e - p["v0"]) / p["c"]


@final
@dataclass(frozen=True, slots=True)
class Resistor:
    """A resistance without inertia.

    Equation:
        q = dp / r

    Parameters:
        r  mmHg s/mL  resistance
    """

    parameters: tuple[str, ...] = ("r",)

    def flow(self, m: Maths, p_in: Any, p_out: Any, p: Scope) -> Any:
        """Flow, mL/s."""
        del m
        return (p_in - p_out) / p["r"]


@final
@dataclass(frozen=True, slots=True)
class Waterfall:
    """A bed whose small arteries close below a pressure, as a river does not feel the lake below.

    Equation:
        q = max(0, p_in - max(p_out, close)) / r

    Parameters:
        r      mmHg s/mL  resistance
        close  mmHg       pressure at which they close

    While venous pressure lies below `close`, it neither drives nor hinders the flow.

    Source:
        Permutt & Riley 1963, J Appl Physiol 18:924 (memory); human numbers in `patient.normal`.
    """

    parameters: tuple[str, ...] = ("r", "close")

    def flow(self, m: Maths, p_in: Any, p_out: Any, p: Scope) -> Any:
        """Flow, mL/s."""
        return m.maximum(p_in - m.maximum(p_out, p["close"]), 0.0) / p["r"]


@final
@dataclass(frozen=True, slots=True)
class Inertia:
    """A vessel segment with resistance and inertia.

    Equation:
        l dq/dt = dp - r q

    Parameters:
        r  mmHg s/mL   resistance
        l  mmHg s²/mL  inertance
    """

    parameters: tuple[str, ...] = ("r", "l")

    def slope(
        self, m: Maths, p_in: Any, p_out: Any, q: Any, p: Scope, e: Any = 0.0, around: Any = 0.0
    ) -> Any:
        """Change of the flow, mL/s²."""
        del m, e, around
        return (p_in - p_out - p["r"] * q) / p["l"]


@final
@dataclass(frozen=True, slots=True)
class BalloonedSegment:
    """A vessel segment with resistance and inertia, and a balloon in it that narrows it.

    Equation:
        l dq/dt = dp - (r + narrow balloon e) q

    Parameters:
        r        mmHg s/mL      resistance
        l        mmHg s²/mL     inertance
        narrow   mmHg s/mL²     resistance that the full balloon adds, per mL of it
        balloon  mL             volume of the full balloon; 0 without one

    The activation e tells how full the balloon is. Blood passes it either way: towards the legs as
    the heart sends it, towards the arch where a femoral pump does.
    """

    parameters: tuple[str, ...] = ("r", "l", "narrow", "balloon")

    def slope(
        self, m: Maths, p_in: Any, p_out: Any, q: Any, p: Scope, e: Any = 0.0, around: Any = 0.0
    ) -> Any:
        """Change of the flow, mL/s²."""
        del m, around
        return (p_in - p_out - (p["r"] + p["narrow"] * p["balloon"] * e) * q) / p["l"]

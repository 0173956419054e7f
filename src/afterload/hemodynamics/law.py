"""The laws of the circulation: pressure from volume, flow from pressure. Units mmHg, mL, s.

Every law is a final class without values: its parameters are read by name from a `Scope`, so that
the same law computes with one patient's numbers, with arrays of a thousand patients, or with the
symbols of a tape (`expr`).

A law that can be switched off names, as `switch`, the parameter that is 0 then: with 0 there, and
no flow left, nothing flows. Where nobody has such a way, it takes no time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, final, runtime_checkable

from afterload.hemodynamics.expr import Maths


@dataclass(frozen=True, slots=True)
class Scope:
    """The parameters of one part of a circuit, under their short names.

    Args:
        name: The part.
        values: All parameters, as "part.parameter".
    """

    name: str
    values: Mapping[str, Any]

    def __getitem__(self, parameter: str) -> Any:
        return self.values[f"{self.name}.{parameter}"]


class PressureLaw(Protocol):
    """How the pressure inside a compartment follows from its volume."""

    @property
    def parameters(self) -> tuple[str, ...]:
        """Short names of the parameters it reads."""

    def pressure(self, m: Maths, v: Any, e: Any, p: Scope) -> Any:
        """Transmural pressure, mmHg.

        Args:
            m: The functions to compute with.
            v: Volume, mL.
            e: Activation, 0 (relaxed) to 1; 0 for what does not contract.
            p: The parameters.
        """


@runtime_checkable
class FlowLaw(Protocol):
    """A way without inertia: the flow follows at once from the pressures at its ends."""

    @property
    def parameters(self) -> tuple[str, ...]:
        """Short names of the parameters it reads."""

    def flow(self, m: Maths, p_in: Any, p_out: Any, p: Scope) -> Any:
        """Flow from inlet to outlet, mL/s.

        Args:
            m: The functions to compute with.
            p_in, p_out: Pressures at inlet and outlet, mmHg.
            p: The parameters.
        """


class InertialLaw(Protocol):
    """A way with inertia: the flow is a state, and the pressures at its ends change it."""

    @property
    def parameters(self) -> tuple[str, ...]:
        """Short names of the parameters it reads."""

    def slope(
        self, m: Maths, p_in: Any, p_out: Any, q: Any, p: Scope, e: Any = 0.0, around: Any = 0.0
    ) -> Any:
        """Change of the flow, mL/s².

        Args:
            m: The functions to compute with.
            p_in, p_out: Pressures at inlet and outlet, mmHg.
            q: The flow, mL/s.
            p: The parameters.
            e: The activation that the way follows, 0 to 1; 0 for one that follows none.
            around: What presses on the inlet from outside, mmHg.
        """


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
class Chamber:
    """A chamber of the heart with an exponential filling curve and a straight end-systolic line.

    Equation:
        p = (1 - e) rest + e ees (V - v0)
        rest = beta (exp(alpha (V - v0)) - 1) - recoil alpha max(0, v0 - V)

    Below v0 the wall springs back (`RECOIL`), so that a pump that sucks meets a falling pressure
    and not an endless volume.

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
        recoil = RECOIL * p["alpha"] * m.maximum(-stretch, 0.0)
        passive = p["beta"] * (m.exp(p["alpha"] * stretch) - 1.0) - recoil
        return passive + e * (p["ees"] * stretch - passive)


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
class Diode:
    """A valve as two resistances: a small one forwards, a large one backwards.

    Parameters:
        r_open    mmHg s/mL  resistance forwards
        r_closed  mmHg s/mL  resistance backwards

    Source:
        Regazzoni et al. 2022, J Comput Phys 457:111083, arXiv 2011.15040.
    """

    parameters: tuple[str, ...] = ("r_open", "r_closed")

    def flow(self, m: Maths, p_in: Any, p_out: Any, p: Scope) -> Any:
        """Flow, mL/s."""
        dp = p_in - p_out
        return dp * m.where(dp > 0.0, 1.0 / p["r_open"], 1.0 / p["r_closed"])


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


@final
@dataclass(frozen=True, slots=True)
class Valve:
    """A heart valve with inertia: it lets blood through forwards and shuts as the flow ends.

    Equation:
        dq/dt = max((dp - r q - b q |q|) / l, -q / tau)

    Parameters:
        r    mmHg s/mL    viscous resistance
        b    mmHg s²/mL²  Bernoulli loss; stenosis raises it
        l    mmHg s²/mL   inertance

    The flow falls as its inertia lets it, but never faster than within tau (`CLOSING_TIME`), so it
    ends without going backwards. Unlike a valve that is switched shut, this one is continuous: the
    beat does not depend on where a step ends, repeats itself to 1e-12 mL, and its indices at 1 ms
    are those at 0.1 ms to 0.002 mmHg and mL. A valve that leaks has a `Leak` beside it.

    Source:
        The terms of Mynard et al. 2012 (hemodynamics reference C.2, form from memory), with the
        closure as a bound on the slope instead of a moving area.
    """

    parameters: tuple[str, ...] = ("r", "b", "l")

    def slope(
        self, m: Maths, p_in: Any, p_out: Any, q: Any, p: Scope, e: Any = 0.0, around: Any = 0.0
    ) -> Any:
        """Change of the flow, mL/s²."""
        del e, around
        free = (p_in - p_out - (p["r"] + p["b"] * abs(q)) * q) / p["l"]
        return m.maximum(free, q * (-1.0 / CLOSING_TIME))


CLOSING_TIME = 0.0015
"""Seconds in which the last of a valve's flow ends; our choice: long against a step of 1 ms, short
against a beat. Between 1 and 3 ms mean arterial pressure changes by 0.05 mmHg, end-diastolic volume
by 0.06 mL."""


@final
@dataclass(frozen=True, slots=True)
class Leak:
    """A regurgitant orifice: blood goes through it one way, the wrong one.

    Equation:
        q = k sqrt(dp)       dp > 0, smooth below 1 mmHg

    Parameters:
        k  mL/s/mmHg^0.5  0 for a valve that is tight
    """

    parameters: tuple[str, ...] = ("k",)
    switch: str = "k"

    def flow(self, m: Maths, p_in: Any, p_out: Any, p: Scope) -> Any:
        """Flow, mL/s."""
        forward = m.maximum(p_in - p_out, 0.0)
        return p["k"] * forward / m.sqrt(forward + 1.0)


@final
@dataclass(frozen=True, slots=True)
class Pump:
    """A rotary pump with its cannulas, at constant speed.

        inlet ---( n )---> outlet

    Equation:
        l dq/dt = dp + a n² - (b n + r + s) q - c q |q|
        s = suction max(0, p_low - (p_in - p_around))

    Parameters:
        on       -                0 or 1; an absent pump has no flow
        n        krpm             speed
        a        mmHg/krpm²       shut-off head per speed squared
        b        mmHg s/mL/krpm   loss per flow and speed
        c        mmHg s²/mL²      loss per flow squared, cannulas included
        r        mmHg s/mL        loss per flow: oxygenator, tubing
        l        mmHg s²/mL       inertance of the blood in pump and cannulas
        suction  s/mL             resistance per mmHg that the inlet lies below p_low
        p_low    mmHg             pressure across the wall around the inlet, below which it begins
                                  to collapse; p_around is that of the pericardium or the chest

    Blood can run backwards through a pump that is too slow.
    """

    parameters: tuple[str, ...] = ("on", "n", "a", "b", "c", "r", "l", "suction", "p_low")
    switch: str = "on"

    def slope(
        self, m: Maths, p_in: Any, p_out: Any, q: Any, p: Scope, e: Any = 0.0, around: Any = 0.0
    ) -> Any:
        """Change of the flow, mL/s²."""
        del e
        n = p["n"]
        collapse = p["suction"] * m.maximum(p["p_low"] - (p_in - around), 0.0)
        loss = p["b"] * n + p["r"] + collapse + p["c"] * abs(q)
        running = (p_in - p_out + p["a"] * n * n - loss * q) / p["l"]
        return p["on"] * running - (1.0 - p["on"]) * q / CLOSING_TIME


@final
@dataclass(frozen=True, slots=True)
class Orifice:
    """A hole between two chambers: blood goes either way.

    Equation:
        l dq/dt = dp - r q - q |q| / k²

    Parameters:
        on  -                  0 or 1; without the hole there is no flow
        k   mL/s/mmHg^0.5      Cd A sqrt(2 / rho)
        r   mmHg s/mL          viscous resistance
        l   mmHg s²/mL         inertance
    """

    parameters: tuple[str, ...] = ("on", "k", "r", "l")
    switch: str = "on"

    def slope(
        self, m: Maths, p_in: Any, p_out: Any, q: Any, p: Scope, e: Any = 0.0, around: Any = 0.0
    ) -> Any:
        """Change of the flow, mL/s²."""
        del m, e, around
        moved = (p_in - p_out - (p["r"] + abs(q) / (p["k"] * p["k"])) * q) / p["l"]
        return p["on"] * moved - (1.0 - p["on"]) * q / CLOSING_TIME


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

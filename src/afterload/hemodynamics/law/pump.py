"""Pumps, and holes between chambers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

from afterload.hemodynamics.expr import Maths
from afterload.hemodynamics.law.base import Scope
from afterload.hemodynamics.law.valve import CLOSING_TIME


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

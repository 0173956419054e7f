"""Valves and leaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

from afterload.hemodynamics.expr import Maths
from afterload.hemodynamics.law.base import Scope


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

"""Head and flow of a rotary pump, and what lies in series with it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import final

from afterload.core.source import Source
from afterload.hemodynamics.device.base import ML_PER_S, Band, MembraneLung, Settings
from afterload.hemodynamics.device.drive import Drive, Speeds


@final
@dataclass(frozen=True, slots=True)
class Curve:
    """The pressure-flow curve of a rotary pump.

    Equation:
        head = a n² - (b n + r) q - c q |q|          n in krpm, q in mL/s

    Args:
        a: Head at no flow per speed squared, mmHg/krpm².
        b: Loss per flow and speed, mmHg s/mL/krpm.
        c: Loss per flow squared, mmHg s²/mL².
        r: Loss per flow, mmHg s/mL.
        sources: Where the points come from that it was fitted to.
        sds: Relative standard deviations, by letter. That of `a` is sized so that it moves the flow
            by what the whole curve may be off; the other letters then need none.
        residual: Root mean square of its flows less the published ones, L/min.
    """

    a: float
    b: float
    c: float
    r: float
    sources: tuple[Source, ...]
    sds: Mapping[str, float]
    residual: float

    def head(self, n: float, q: float) -> float:
        """Pressure it adds at a speed (krpm) and a flow (mL/s), mmHg."""
        return self.a * n * n - (self.b * n + self.r) * q - self.c * q * abs(q)

    def flow(self, n: float, head: float) -> float:
        """Flow at a speed (krpm) against a pressure (mmHg), mL/s; negative is backwards."""
        left = self.a * n * n - head
        slope = self.b * n + self.r
        below = slope + math.sqrt(slope * slope + 4 * self.c * abs(left))
        return 2 * left / below if below else math.copysign(math.inf, left)


@final
@dataclass(frozen=True, slots=True)
class Loss:
    """What blood loses and how inert it is in a cannula, a tube or a membrane lung.

    Equation:
        dp = r q + c q |q| + l dq/dt

    Args:
        r: mmHg s/mL.
        c: mmHg s²/mL².
        l: mmHg s²/mL.
        sd: Relative standard deviation of r and c.
        sources: Where the numbers come from.
        l_sd: Relative standard deviation of l.
    """

    r: float
    c: float
    l: float  # noqa: E741
    sd: float
    sources: tuple[Source, ...]
    l_sd: float = 0.0

    def carrying(self, share: float) -> Loss:
        """Its part in a pump's circuit when it carries only a share of the flow.

        The pump feels the mean of its outlets weighted by their shares, hence one power more.
        """
        return replace(self, r=share**2 * self.r, c=share**3 * self.c, l=share**2 * self.l)

    def drop(self, q: float) -> float:
        """Pressure lost at a flow (mL/s), mmHg."""
        return self.r * q + self.c * q * abs(q)


@final
@dataclass(frozen=True, slots=True)
class Inlet:
    """How the inlet collapses when its pressure is too low.

    Args:
        suction: Resistance per mmHg below `p_low`, s/mL.
        p_low: Pressure at which it begins to collapse, mmHg.
        source: Where the numbers come from.
    """

    suction: float
    p_low: float
    source: Source


REASONS = {
    "b": "the band on a is sized for the flow of the whole curve",
    "c": "the band on a is sized for the flow of the whole curve",
    "r": "the band on a is sized for the flow of the whole curve",
    "p_low": "0 to 3 mmHg change nothing unless the inlet collapses, and then suction carries it",
}
"""Why numbers of a pump carry no band of their own, where they do not."""


def rotary(
    slot: str,
    drive: Drive,
    speeds: Speeds,
    curve: Curve,
    losses: tuple[Loss, ...],
    inlet: Inlet,
    *,
    routes: Mapping[str, float] | None = None,
    routes_source: Source | None = None,
    lung: MembraneLung | None = None,
    more: Mapping[str, tuple[Source, ...]] | None = None,
    bands: tuple[Band, ...] = (),
    scales: Mapping[str, float] | None = None,
    reasons: Mapping[str, str] | None = None,
    more_reasons: Mapping[str, str] | None = None,
    warnings: tuple[str, ...] = (),
    against: float = 60.0,
) -> Settings:
    """A rotary pump with its circuit as settings of a slot (`law.Pump`).

    Args:
        slot: The place it takes.
        drive: How it is driven.
        speeds: The speeds it has.
        curve: Of the pump by itself.
        losses: In series with it; at least one, for its inertance.
        inlet: How its inlet collapses.
        routes: Shares of the compartments it drains and fills, where there is a choice.
        routes_source: Where they come from.
        lung: Its membrane lung.
        more: Sources of what goes beyond the pump.
        bands: Bands of what goes beyond the pump.
        scales: Factors on the patient's own parameters.
        reasons: Why numbers of its own carry no band, by letter or share.
        more_reasons: Why those beyond the pump carry none, by full name.
        warnings: What a reader must know.
        against: Pressure that a flow asked for is checked against, mmHg.
    """
    r = curve.r + sum(loss.r for loss in losses)
    c = curve.c + sum(loss.c for loss in losses)
    l = sum(loss.l for loss in losses)  # noqa: E741
    circuit = tuple(dict.fromkeys(source for loss in losses for source in loss.sources))
    values = {"on": 1.0, "n": drive.n, "a": curve.a, "b": curve.b, "c": c, "r": r, "l": l,
              "suction": inlet.suction, "p_low": inlet.p_low, **(routes or {})}  # fmt: skip
    sources = {"a": curve.sources, "b": curve.sources, "c": (*curve.sources, *circuit),
               "r": (*curve.sources, *circuit), "l": circuit, "suction": (inlet.source,),
               "p_low": (inlet.source,)}  # fmt: skip
    if routes and routes_source:
        sources |= dict.fromkeys(routes, (routes_source,))
    sds = {
        "a": curve.sds.get("a", 0.0),
        "b": curve.sds.get("b", 0.0),
        "c": _sd(curve.sds.get("c", 0.0) * curve.c, [x.sd * x.c for x in losses], c),
        "r": _sd(curve.sds.get("r", 0.0) * curve.r, [x.sd * x.r for x in losses], r),
        "l": _sd(0.0, [x.l_sd * x.l for x in losses], l),
        "suction": 0.5,
    }
    absent = dict.fromkeys((x for x in "bcr" if not values[x]), "its curve has no such term")
    why = {**REASONS, **absent, **(reasons or {})}
    return Settings(
        parameters={f"{slot}.{name}": value for name, value in values.items()},
        sources={f"{slot}.{name}": found for name, found in sources.items()} | dict(more or {}),
        bands=(*(Band(f"{slot}.{name}", sd) for name, sd in sds.items() if sd), *bands),
        target=drive.target,
        speeds=speeds.bounds,
        lung=lung,
        scales=scales or {},
        reasons={
            f"{slot}.{name}": why[name] for name in sources if name in why and not sds.get(name)
        }
        | dict(more_reasons or {}),
        warnings=(
            *warnings,
            *_reach(drive, Curve(curve.a, curve.b, c, r, (), {}, 0.0), speeds, against),
        ),
    )


def _reach(drive: Drive, whole: Curve, speeds: Speeds, against: float) -> tuple[str, ...]:
    """A warning, if pump and circuit at full speed give less than is asked for."""
    most = whole.flow(speeds.bounds[1], against)
    if drive.target is None or most >= drive.target:
        return ()
    return (
        f"{drive.target / ML_PER_S:.1f} L/min is asked, but at full speed pump and circuit give "
        f"about {most / ML_PER_S:.1f} L/min against {against:g} mmHg: ask less, or take larger "
        "cannulas or another pump.",
    )


def _sd(own: float, others: list[float], total: float) -> float:
    """Relative sd of a sum of independent parts, from their absolute ones."""
    return round(math.hypot(own, *others) / total, 4) if total else 0.0

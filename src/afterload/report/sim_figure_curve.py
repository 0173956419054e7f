"""The curve of every pump at its speed, how far it may be off, and where the beat runs on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from afterload.hemodynamics.index import PER_MINUTE
from afterload.report.figure_arm import look
from afterload.report.sim_figure import Drawing, Panel, closed, settled, ticks
from afterload.report.sim_label import device_name

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from afterload.actions.simulate import Scenario
    from afterload.hemodynamics.device import AbstractDevice
    from afterload.hemodynamics.trace import Trace

    Array = NDArray[np.float64]

INLETS: dict[str, dict[str, str]] = {
    "ecls": {"ra": "from_ra", "svc": "from_svc", "ivc": "from_ivc"},
    "vent": {"lv": "from_lv", "pa": "from_pa"},
    "left_pump": {"lv": ""},
    "left_atrial_pump": {"la": ""},
    "right_pump": {"ra": ""},
}
"""Where pumps draw from: compartment, and the parameter that tells its share."""

OUTLETS: dict[str, dict[str, str]] = {
    "ecls": {"fem": "to_fem", "arch": "to_arch", "asc": "to_asc", "svc": "to_svc"},
    "vent": {"fem": "to_fem", "arch": "to_arch", "asc": "to_asc", "svc": "to_svc"},
    "left_pump": {"asc": ""},
    "left_atrial_pump": {"fem": ""},
    "right_pump": {"pa": ""},
}
"""Where they give to."""

DRAWS = 400
BAND = (5.0, 95.0)


def curve_drawing(scenarios: Sequence[Scenario]) -> Drawing | None:
    """One panel per pump; None where no pump runs."""
    panels = []
    for slot in INLETS:
        holders = [
            (place, device)
            for place in settled(scenarios)
            for device in scenarios[place].devices
            if device.slot == slot and device.speeds is not None
        ]
        if holders:
            panels.append(_panel(slot, holders, scenarios))
    if not panels:
        return None
    return Drawing(
        "curves",
        "Pumps on their curves",
        "Pressure that the pump with its cannulas works against, over its flow. Thin: the curve at "
        "its speed, cannulas and membrane lung included; shaded: where it may lie as well (90 %, "
        "what is not surely known of it). Thick: where it runs during the beat, off the curve by "
        "the inertia of the blood and a collapsing inlet.",
        tuple(panels),
    )


def _panel(
    slot: str, holders: Sequence[tuple[int, AbstractDevice]], scenarios: Sequence[Scenario]
) -> Panel:
    names = dict.fromkeys(device_name(device) for _, device in holders)

    def draw(axes: Any) -> None:
        reach = max(_reach(slot, scenarios[place]) for place, _ in holders)
        for place, device in holders:
            t = scenarios[place].trace
            assert t is not None
            seen = look(place)
            flow = np.linspace(0.0, reach, 60)
            middle, low, high = curve(slot, device, float(t.parameters[f"{slot}.n"][0]), flow)
            axes.fill_between(flow * PER_MINUTE, low, high, color=seen.colour, alpha=0.13, lw=0)
            axes.plot(flow * PER_MINUTE, middle, color=seen.colour, lw=0.8)
            axes.plot(
                closed(t.flows[slot][:, 0]) * PER_MINUTE, closed(head(slot, t)),
                color=seen.colour, linestyle=seen.dash, lw=2.0,
            )  # fmt: skip
        axes.set_xlabel("Flow, L/min", labelpad=3)
        axes.set_xlim(0, reach * PER_MINUTE)
        axes.set_ylim(bottom=min(0.0, *(float(head(slot, _trace(scenarios[p])).min())
                                        for p, _ in holders)))  # fmt: skip
        axes.yaxis.set_major_locator(ticks(5))

    return Panel(f"curve-{slot}", f"{' or '.join(names)}, mmHg", 2.5, draw)


def _trace(scenario: Scenario) -> Trace:
    assert scenario.trace is not None
    return scenario.trace


def _reach(slot: str, scenario: Scenario) -> float:
    """Flow up to which a panel reaches, mL/s."""
    return 1.35 * max(float(_trace(scenario).flows[slot].max()), 5.0)


def curve(slot: str, device: AbstractDevice, n: float, flow: Array) -> tuple[Array, Array, Array]:
    """Head of a pump with its cannulas at a speed (krpm) over flows (mL/s), mmHg.

    Returns:
        The head, and the ends of its 90 % band.
    """
    settings = device.settings()
    p = {name: settings.parameters[f"{slot}.{name}"] for name in ("a", "b", "c", "r")}
    rng = np.random.default_rng(1)
    many = {name: np.full((DRAWS, 1), value) for name, value in p.items()}
    for band in settings.bands:
        name = band.parameter.removeprefix(f"{slot}.")
        if name in many:
            many[name] = many[name] * np.exp(band.sd * rng.standard_normal((DRAWS, 1)))

    def heads(p: Any) -> Any:
        return p["a"] * n * n - (p["b"] * n + p["r"]) * flow - p["c"] * flow * flow

    low, high = np.percentile(heads(many), BAND, axis=0)
    return np.asarray(heads(p)), low, high


def head(slot: str, t: Trace) -> Array:
    """Pressure that a pump works against over the beat, mmHg; of several ends by their shares."""
    return _of(OUTLETS[slot], slot, t) - _of(INLETS[slot], slot, t)


def _of(ends: dict[str, str], slot: str, t: Trace) -> Array:
    found = np.zeros(len(t.time))
    for place, share in ends.items():
        part = float(t.parameters[f"{slot}.{share}"][0]) if share else 1.0
        found = found + part * t.pressures[place][:, 0]
    return found

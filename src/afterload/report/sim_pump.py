"""What every pump does in a scenario: its flow, and the speed at which it gives it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from afterload.hemodynamics.index import PER_MINUTE
from afterload.report.number import MINUS
from afterload.report.sim_label import device_name

if TYPE_CHECKING:
    from afterload.actions.simulate import Scenario

THIN = "\N{NARROW NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Running:
    """A pump in a settled beat.

    Args:
        word: The device's word.
        name: Its name for readers.
        flow: Mean flow through it, L/min; below zero it runs backwards.
        speed: rpm; None for a drain, which the ECLS draws.
    """

    word: str
    name: str
    flow: float
    speed: float | None


def running(scenario: Scenario, patient: int = 0) -> tuple[Running, ...]:
    """The pumps of a scenario; none where waveforms were not kept, or nothing has settled."""
    t = scenario.trace
    if t is None or not math.isfinite(float(scenario.indices["map"][patient])):
        return ()
    return tuple(
        Running(
            device.word,
            device_name(device),
            PER_MINUTE * float(t.flows[device.slot][:, patient].mean()),
            None
            if device.slot == "vent"
            else 1000 * float(t.parameters[f"{device.slot}.n"][patient]),
        )
        for device in scenario.devices
        if device.settings().speeds is not None
    )


def pumps_data(scenario: Scenario) -> list[dict[str, Any]]:
    """The pumps of a scenario as what JSON can hold; lists where there are several patients."""
    n = len(scenario.indices["map"])
    every = [running(scenario, patient) for patient in range(n)]
    first = next((found for found in every if found), ())
    return [
        {
            "device": pump.word,
            "flow_lmin": _plain([found[place].flow if found else None for found in every]),
            "speed_rpm": _plain([found[place].speed if found else None for found in every]),
        }
        for place, pump in enumerate(first)
    ]


def pumps_told(scenario: Scenario, patient: int = 0) -> str:
    """The pumps of a scenario in words; "" for none."""
    parts = []
    for pump in running(scenario, patient):
        flow = f"{pump.name} {f'{pump.flow:.1f}'.replace('-', MINUS)} L/min"
        speed = "" if pump.speed is None else f" at {round(pump.speed, -1):,.0f} rpm"
        parts.append(flow + speed.replace(",", THIN))
    return ", ".join(parts)


def _plain(values: list[float | None]) -> Any:
    return values[0] if len(values) == 1 else values

"""The figures of a simulation: pressure-volume loops, pressures and flows over the beat."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from afterload.hemodynamics.body import PUMPS
from afterload.hemodynamics.index import PER_MINUTE
from afterload.report.figure_arm import look
from afterload.report.sim_figure import Drawing, Line, Panel, closed, curves, over_time, settled
from afterload.report.sim_figure_curve import curve_drawing
from afterload.report.sim_label import device_name

if TYPE_CHECKING:
    from afterload.actions.simulate import Scenario
    from afterload.hemodynamics.trace import Trace

CHAMBERS = (
    ("lv", "Left ventricle", 3.0),
    ("rv", "Right ventricle", 3.0),
    ("la", "Left atrium", 2.15),
    ("ra", "Right atrium", 2.15),
)
"""Chambers with a loop: name, title, height in inches."""

SITES = (
    ("lv", "Left ventricle"),
    ("arch", "Aortic arch"),
    ("rv", "Right ventricle"),
    ("pa", "Pulmonary artery"),
    ("la", "Left atrium"),
    ("ra", "Right atrium"),
)
"""Sites whose pressure is drawn."""

SHOWN_S = 6.0
"""Of a longer cycle so much is drawn over time, s; its loops are drawn whole."""

MANY = 3
"""Loops of a cycle of more beats are drawn thin."""

PLACES = (*PUMPS, "septostomy")
"""Places of devices that carry flow."""


def drawings(scenarios: Sequence[Scenario]) -> tuple[Drawing, ...]:
    """Every figure of a simulation, of the first patient."""
    shown = settled(scenarios)
    traces = {place: trace_of(scenarios[place]) for place in shown}
    curves_ = curve_drawing(scenarios)
    found = (_loops(traces), _pressures(traces), _flows(scenarios, traces))
    return (*found, curves_) if curves_ else found


def trace_of(scenario: Scenario) -> Trace:
    """The waveforms of a scenario that has them."""
    assert scenario.trace is not None
    return scenario.trace


def _loops(traces: dict[int, Trace]) -> Drawing:
    return Drawing(
        "loops",
        "Pressure and volume of the four chambers",
        "Loops run counterclockwise in the ventricles. The thin lines of the ventricles have the "
        "slope of the end-systolic elastance in that beat and go through its end-systolic point "
        "(dot).",
        tuple(_loop(traces, *chamber) for chamber in CHAMBERS),
    )


def _loop(traces: dict[int, Trace], chamber: str, title: str, height: float) -> Panel:
    lines = [
        Line(
            place,
            closed(t.volumes[chamber][:, 0]),
            closed(t.pressures[chamber][:, 0]),
            1.5 if t.beats <= MANY else 0.6,
        )
        for place, t in traces.items()
    ]

    def draw(axes: Any) -> None:
        curves(axes, lines)
        axes.set_xlabel("Volume, mL", labelpad=3)
        low, high = axes.get_xlim()
        if chamber in ("lv", "rv"):
            _elastance(axes, traces, chamber)
            axes.set_ylim(bottom=min(0.0, *(float(np.min(line.y)) for line in lines)))
            low = max(0.0, low - 0.12 * (high - low))
        axes.set_xlim(low, high)

    return Panel(f"loop-{chamber}", f"{title}, mmHg", height, draw)


def _elastance(axes: Any, traces: dict[int, Trace], chamber: str) -> None:
    for place, t in traces.items():
        at = int(t.end_systole[0])
        volumes = t.of_beats(t.volumes[chamber])[:, at, 0]
        pressures = t.of_beats(t.pressures[chamber])[:, at, 0]
        volume, pressure = float(volumes[0]), float(pressures[0])
        slope = float(t.parameters[f"{chamber}.ees"][0])
        reach = pressure / slope
        seen = look(place)
        axes.plot(
            (volume - reach, volume + 0.12 * reach), (0, 1.12 * pressure), color=seen.colour,
            lw=0.7, alpha=0.75,
        )  # fmt: skip
        axes.plot(volumes, pressures, ls="none", **{**seen.points(4.2), "color": seen.colour})


def _pressures(traces: dict[int, Trace]) -> Drawing:
    panels = tuple(
        over_time(
            f"pressure-{site}",
            f"{title}, mmHg",
            _lines(traces, {place: t.pressures[site][:, 0] for place, t in traces.items()}),
            per=_per(traces),
        )
        for site, title in SITES
    )
    return Drawing(
        "pressures",
        "Pressures over the beat" if _span(traces) is None else "Pressures over the cycle",
        "Time runs from the begin of ventricular contraction to that of the next one. Beats differ "
        "in length where the reflexes change the heart rate." + _cycles(traces),
        panels,
    )


def _span(traces: dict[int, Trace]) -> float | None:
    """How long is shown, s, where beats differ from each other; None where all are alike."""
    longest = max((float(t.time[-1, 0]) for t in traces.values() if t.beats > 1), default=None)
    return None if longest is None else min(longest, SHOWN_S)


def _per(traces: dict[int, Trace]) -> str:
    return "beat" if _span(traces) is None else "cycle"


def _cycles(traces: dict[int, Trace]) -> str:
    """What a caption says of cycles of beats."""
    span = _span(traces)
    if span is None:
        return ""
    longest = max(float(t.time[-1, 0]) for t in traces.values())
    whole = "the whole cycle" if longest <= SHOWN_S else f"{span:.2g} of {longest:.2g} s"
    return f" Where beats differ from each other, {whole} is shown; other beats are repeated."


def _lines(traces: dict[int, Trace], values: dict[int, Any]) -> list[Line]:
    """Curves over the beat, or over the longest cycle, which shorter ones are repeated to fill."""
    span = _span(traces)
    if span is None:
        return [Line(place, t.time[:, 0], values[place]) for place, t in traces.items()]
    lines = []
    for place, t in traces.items():
        time = t.time[:, 0]
        times = int(np.ceil(span / time[-1]))
        whole = np.concatenate([time + k * time[-1] for k in range(times)])
        kept = whole <= span + 1e-9
        lines.append(Line(place, whole[kept], np.tile(values[place], times)[kept]))
    return lines


def _flows(scenarios: Sequence[Scenario], traces: dict[int, Trace]) -> Drawing:
    panels = [
        _flow("aortic", "Aortic valve, L/min", traces, ("aortic",)),
        _flow("coronary", "Coronary arteries, mL/min", traces,
              ("coronary_l", "coronary_r"), 1000.0),
    ]  # fmt: skip
    for slot in PLACES:
        holders = {
            place: t
            for place, t in traces.items()
            if any(device.slot == slot for device in scenarios[place].devices)
        }
        if holders:
            panels.append(_flow(slot, f"{_names(scenarios, slot)}, L/min", holders, (slot,)))
    return Drawing(
        "flows",
        "Flows over the beat" if _span(traces) is None else "Flows over the cycle",
        "Flow through the aortic valve is what the heart ejects itself; below zero, blood runs "
        "backwards.",
        tuple(panels),
    )


def _flow(
    name: str,
    title: str,
    traces: dict[int, Trace],
    edges: tuple[str, ...],
    times: float = 1.0,
) -> Panel:
    flows = {
        place: times * PER_MINUTE * np.sum([t.flows[edge][:, 0] for edge in edges], axis=0)
        for place, t in traces.items()
    }
    lines = _lines(traces, flows)
    return over_time(f"flow-{name}", title, lines, zero=True, per=_per(traces))


def _names(scenarios: Sequence[Scenario], slot: str) -> str:
    found = [
        device_name(device) for one in scenarios for device in one.devices if device.slot == slot
    ]
    return " or ".join(dict.fromkeys(found))

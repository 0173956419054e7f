"""Ramps: indices against the setting, loops from its first to its last step, and words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from afterload.report.figure import MUTED
from afterload.report.figure_arm import look
from afterload.report.number import MINUS
from afterload.report.sim_figure import Drawing, Panel, closed, settled, ticks
from afterload.report.sim_label import device_name
from afterload.report.sim_rows import known, row_of, shown, unit_of
from afterload.report.sim_words import moves

if TYPE_CHECKING:
    from afterload.actions.simulate import Scenario
    from afterload.actions.simulate_ramp import Ramp

HEIGHT = 2.3


@dataclass(frozen=True, slots=True)
class _Curves:
    """Indices that share one panel.

    Args:
        name: Short name.
        title: What they are, with the unit.
        indices: Name and label of every one.
        zero: Whether the axis begins at zero.
    """

    name: str
    title: str
    indices: tuple[tuple[str, str], ...]
    zero: bool = False


PANELS = (
    _Curves("map", "Arterial pressure, mmHg", (("map", "mean"),)),
    _Curves("flow", "Flow, L/min",
            (("total_flow", "to the body"), ("native_flow", "aortic valve"),
             ("device_flow", "pumps")), zero=True),
    _Curves("filling", "Filling, mmHg", (("lvedp", "LVEDP"), ("pcwp", "wedge"), ("cvp", "CVP")),
            zero=True),
    _Curves("work", "Work of the left ventricle, mmHg·mL",
            (("pva", "PVA"), ("stroke_work", "stroke work")), zero=True),
    _Curves("oxygen", "Saturation, %",
            (("svo2", "mixed venous"), ("sao2_coronary", "coronary arteries"))),
    _Curves("heart", "Oxygen of the left ventricle, relative to no device",
            (("coronary_flow", "coronary flow"), ("mvo2", "oxygen use"))),
)  # fmt: skip
"""Panels of the figure of a ramp, in reading order."""

RELATIVE = "heart"
"""The panel whose indices are told relative to no device."""

FIRST, LAST = (0.27, 0.0, 0.48), (0.85, 0.62, 0.0)
"""Dark violet to ochre, told apart in every kind of colour blindness by brightness as well."""


def ramp_drawings(ramp: Ramp) -> tuple[Drawing, ...]:
    """The figures of a ramp."""
    where = f"{ramp_name(ramp)}{', ' + ramp.unit if ramp.unit else ''}"
    return (
        Drawing(
            "ramp",
            f"What follows from {ramp_name(ramp)}",
            "Points are steps, each a beat of its own in which all has settled. The thin "
            "horizontal lines are the patient without a device.",
            tuple(_panel(ramp, curves, where) for curves in PANELS if _any(ramp, curves)),
        ),
        Drawing(
            "loops",
            "Pressure and volume along the way",
            f"From {setting(ramp, 0)} (dark) to {setting(ramp, -1)} (ochre); "
            "the grey loop is the patient without a device.",
            tuple(_loops(ramp, *chamber) for chamber in
                  (("lv", "Left ventricle"), ("rv", "Right ventricle"))),
        ),
    )  # fmt: skip


def ramp_name(ramp: Ramp) -> str:
    """What is changed, e.g. "ECLS flow"."""
    device = next(d for d in ramp.found.scenarios[1].devices if d.word == ramp.device)
    return f"{device_name(device)} {ramp.option}"


def setting(ramp: Ramp, step: int) -> str:
    """A step's setting with its unit, e.g. "5 L/min"."""
    return f"{ramp.settings[step].replace('-', MINUS)} {ramp.unit}".strip()


def _any(ramp: Ramp, curves: _Curves) -> bool:
    rows = [row_of(name, ramp.found.scenarios) for name, _ in curves.indices]
    return any(math.isfinite(value) for row in rows for value in row.values[1:])


def _panel(ramp: Ramp, curves: _Curves, where: str) -> Panel:
    def draw(axes: Any) -> None:
        for place, (name, label) in enumerate(curves.indices):
            first, *values = row_of(name, ramp.found.scenarios).values
            if not any(values):
                continue
            if curves.name == RELATIVE:
                values, first = [value / first for value in values], 1.0
            seen = look(place + 1 if len(curves.indices) > 1 else 0)
            if math.isfinite(first):
                axes.axhline(first, color=seen.colour, lw=0.7, alpha=0.8)
            axes.plot(
                ramp.positions, values, color=seen.colour, linestyle=seen.dash, lw=1.4,
                label=label, **seen.points(4.5),
            )  # fmt: skip
        _ways(axes, ramp, where)
        axes.margins(y=0.1 if len(curves.indices) < 2 else 0.2)
        if curves.zero:
            axes.set_ylim(bottom=min(0.0, axes.get_ylim()[0]))
        axes.yaxis.set_major_locator(ticks(5))
        if len(curves.indices) > 1:
            axes.legend(
                fontsize=7.5, loc="best", handlelength=2.6, labelspacing=0.25, borderaxespad=0.1,
                borderpad=0.15, frameon=True, framealpha=0.85, edgecolor="none", fancybox=False,
            )  # fmt: skip

    return Panel(f"ramp-{curves.name}", curves.title, HEIGHT, draw)


def _ways(axes: Any, ramp: Ramp, where: str) -> None:
    """The axis of the setting, in the order in which it is changed."""
    places = ramp.positions
    room = 0.04 * (places[-1] - places[0])
    axes.set_xlim(places[0] - room, places[-1] + room)
    if not ramp.unit:
        every = -(-len(places) // 10)
        axes.set_xticks(places[::every], ramp.settings[::every])
    elif len(places) <= 9:
        axes.set_xticks(places, [text.replace("-", MINUS) for text in ramp.settings])
        if max(map(len, ramp.settings)) > 3 and len(places) > 6:
            axes.set_xticks(places[::2], [t.replace("-", MINUS) for t in ramp.settings[::2]])
    axes.set_xlabel(where, labelpad=3)


def _loops(ramp: Ramp, chamber: str, title: str) -> Panel:
    steps = [place for place in settled(ramp.found.scenarios) if place]
    last = max(1, len(ramp.settings) - 1)

    def draw(axes: Any) -> None:
        for place in (0, *steps):
            t = ramp.found.scenarios[place].trace
            assert t is not None
            share = (place - 1) / last
            colour = MUTED if not place else shade(share)
            axes.plot(
                closed(t.volumes[chamber][:, 0]), closed(t.pressures[chamber][:, 0]),
                color=colour, lw=1.0 if not place else 1.4,
                linestyle=(0, (3, 1.5)) if not place else "solid",
            )  # fmt: skip
        axes.set_xlabel("Volume, mL", labelpad=3)

    return Panel(f"loop-{chamber}", f"{title}, mmHg", 2.9, draw)


def shade(share: float) -> tuple[float, float, float]:
    """A colour between the first and the last step's."""
    r, g, b = (a + share * (z - a) for a, z in zip(FIRST, LAST, strict=True))
    return r, g, b


MAIN = (
    "map", "cvp", "pcwp", "lvedp", "native_flow", "device_flow", "total_flow", "stroke_work", "pva",
    "svo2",
)  # fmt: skip
"""Indices of a ramp's table on a terminal."""


def ramp_table(ramp: Ramp) -> list[tuple[str, tuple[str, ...]]]:
    """Main indices as rows of a table with one line per step: what stands first, and the cells."""
    rows = [("No device", _cells(ramp.found.scenarios[0]))]
    for step, scenario in enumerate(ramp.found.scenarios[1:]):
        rows.append((setting(ramp, step), _cells(scenario)))
    return rows


def _cells(scenario: Scenario) -> tuple[str, ...]:
    names = [name for name in MAIN if name in known()]
    return tuple(
        shown(name, float(scenario.indices[name][0])) if name in scenario.indices else "—"
        for name in names
    )


HEADS = {
    "map": "MAP", "cvp": "CVP", "pcwp": "Wedge", "lvedp": "LVEDP", "native_flow": "Native",
    "device_flow": "Pumps", "total_flow": "Body", "stroke_work": "SW", "pva": "PVA",
    "svo2": "SvO2",
}  # fmt: skip


def ramp_heads() -> list[str]:
    """The heads of the table."""
    return [HEADS[name] for name in MAIN]


RAMP_UNITS = (
    "MAP, CVP, wedge and LVEDP in mmHg; flows through the aortic valve (native), of the pumps and "
    "to the body in L/min; stroke work and pressure-volume area in mmHg·mL; SvO2 in %."
)
"""Units of the table of a ramp."""


def ramp_sentences(ramp: Ramp) -> tuple[str, ...]:
    """What changes from the first to the last step that settled."""
    steps = [place for place in settled(ramp.found.scenarios) if place]
    one, other = (ramp.found.scenarios[place] for place in (steps[0], steps[-1]))
    first, last = (_values(scenario) for scenario in (one, other))
    way = f"From {setting(ramp, steps[0] - 1)} to {setting(ramp, steps[-1] - 1)}"
    parts = (
        f"mean arterial pressure {moves('map', first, last)}",
        f"flow to the body {moves('total_flow', first, last)}",
        f"flow through the aortic valve {moves('native_flow', first, last)}",
    )
    told = [f"{way}, {', '.join(parts[:2])} and {parts[2]}."]
    told.append(
        f"LV end-diastolic pressure {moves('lvedp', first, last)}, wedge pressure "
        f"{moves('pcwp', first, last)}, central venous pressure {moves('cvp', first, last)}."
    )
    told.append(
        f"The pressure-volume area {moves('pva', first, last)}, stroke work "
        f"{moves('stroke_work', first, last)}."
    )
    if math.isfinite(first.get("svo2", math.nan)) and math.isfinite(last.get("svo2", math.nan)):
        told.append(f"Mixed venous saturation {moves('svo2', first, last)}.")
    best = _best(ramp, steps)
    if best:
        told.append(f"On the way, {best}.")
    return tuple(told)


PEAKS = (
    ("map", "mean arterial pressure", max),
    ("svo2", "mixed venous saturation", max),
    ("lvedp", "LV end-diastolic pressure", min),
    ("pva", "the pressure-volume area", min),
)
"""Indices whose best value on the way is told, and which end of them is the best."""


def _best(ramp: Ramp, steps: Sequence[int]) -> str:
    """Where indices are best, if that is clearly between both ends."""
    parts = []
    for name, label, end in PEAKS:
        values = row_of(name, ramp.found.scenarios).values
        place = end(steps, key=lambda step: values[step])
        gain = min(abs(values[place] - values[k]) for k in (steps[0], steps[-1]))
        if gain > 0.01 * abs(values[place]):
            word = "highest" if end is max else "lowest"
            parts.append(
                f"{label} is {word} at {setting(ramp, place - 1)} "
                f"({shown(name, values[place])} {unit_of(name)})"
            )
    return ", ".join(parts)


def _values(scenario: Scenario) -> dict[str, float]:
    return {name: float(values[0]) for name, values in scenario.indices.items()}


def columns(ramp: Ramp) -> Sequence[tuple[str, str]]:
    """Name and colour of the columns of the page's table."""
    last = max(1, len(ramp.settings) - 1)
    found = [("No device", MUTED)]
    for step in range(len(ramp.settings)):
        r, g, b = (round(255 * part) for part in shade(step / last))
        found.append((setting(ramp, step), f"#{r:02x}{g:02x}{b:02x}"))
    return found

"""A simulation as one page that needs nothing from outside: no script, font or picture."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from afterload.core.source import CONFIDENCE_MEANING, Source
from afterload.hemodynamics.device import AbstractDevice
from afterload.report.figure_arm import DASHES, look
from afterload.report.html import environment, style
from afterload.report.score_text import NOT_A_DEVICE
from afterload.report.sim_data import intervals_note, ramp_warnings, told, warnings_of
from afterload.report.sim_figure import Drawing, panel_svg
from afterload.report.sim_fit import fit_view
from afterload.report.sim_label import device_label, device_title, labels
from afterload.report.sim_ramp import columns, ramp_name, ramp_sentences, setting
from afterload.report.sim_rows import grouped, row_of
from afterload.report.sim_words import sentences

if TYPE_CHECKING:
    from afterload.actions.simulate import Scenario, Simulation
    from afterload.actions.simulate_ramp import Ramp

GLANCE = (
    ("map", "MAP"), ("total_flow", "Total flow"), ("pcwp", "Wedge"), ("lvedp", "LVEDP"),
    ("pva", "PVA"),
)  # fmt: skip
"""Indices on the card of a scenario."""


@dataclass(frozen=True, slots=True)
class Key:
    """One scenario as a legend and a card show it."""

    name: str
    colour: str
    dash: str
    glance: tuple[tuple[str, str, str, str, str], ...]
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Number:
    """A number of a device: parameter, value, band, and where it comes from."""

    name: str
    value: str
    band: str
    sources: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class _Device:
    """A device as the page tells it."""

    name: str
    title: str
    numbers: tuple[_Number, ...]


def simulation_page(found: Simulation, drawn: Sequence[Drawing]) -> str:
    """The page of a simulation; of several patients, the first; all text is escaped."""
    names = labels(found.scenarios)
    keys = [
        _key(place, name, found.scenarios[0], one)
        for place, (name, one) in enumerate(zip(names, found.scenarios, strict=True))
    ]
    template = environment().get_template("sim.html")
    return (
        template.render(
            title=found.patient.title,
            told=told(found),
            question=", ".join(key.name for key in keys) if len(keys) > 1 else "Without a device",
            keys=keys,
            lead=(),
            tall=any(len(key.name) > 22 for key in keys) and len(keys) > 3,
            intervals=intervals_note(found),
            has_ranges=any(one.ranges for one in found.scenarios),
            fit=fit_view(found),
            columns=[(key.name, key.colour) for key in keys],
            groups=list(grouped(found.scenarios)),
            figures=[(one, _panels(one)) for one in drawn],
            warnings=warnings_of(found),
            devices=devices(found.scenarios),
            parameters=parameters(found),
            notice=NOT_A_DEVICE,
            css=css(),
        )
        + "\n"
    )


def ramp_page(ramp: Ramp, drawn: Sequence[Drawing]) -> str:
    """The page of a ramp; all text is escaped."""
    found = ramp.found
    template = environment().get_template("sim.html")
    others = [
        device_label(device, words)
        for words, device in zip(found.scenarios[1].words, found.scenarios[1].devices, strict=True)
        if device.word != ramp.device
    ]
    title = f"{ramp_name(ramp)}, {setting(ramp, 0)} to {setting(ramp, -1)}"
    return (
        template.render(
            title=found.patient.title,
            told=told(found),
            question=unbroken(title + (f", with {' + '.join(others)}" if others else "")),
            keys=[],
            lead=ramp_sentences(ramp),
            tall=False,
            intervals="",
            has_ranges=False,
            fit=fit_view(found),
            columns=columns(ramp),
            groups=list(grouped(found.scenarios)),
            figures=[(one, _panels(one)) for one in drawn],
            warnings=ramp_warnings(ramp),
            devices=devices(found.scenarios[:2]),
            parameters=parameters(found),
            notice=NOT_A_DEVICE,
            css=css(),
        )
        + "\n"
    )


def css() -> Markup:
    """The style of pages on simulations."""
    return Markup(style("sim"))


def _panels(drawing: Drawing) -> list[tuple[str, Markup]]:
    return [(panel.title, Markup(panel_svg(panel, "page"))) for panel in drawing.panels]


def _key(place: int, name: str, alone: Scenario, one: Scenario) -> Key:
    seen = look(place)
    rows = [(label, row_of(index, (alone, one))) for index, label in GLANCE]
    glance = tuple(
        (label, row.texts[1], row.unit, row.intervals[1], row.changes[1] if place else "")
        for label, row in rows
    )
    told = sentences(alone, one) if place else ()
    return Key(unbroken(name), seen.colour, dashes(place), glance, told)


def unbroken(name: str) -> str:
    """A name in which no line ends between a number and its unit."""
    return re.sub(r"(?<=\d) (?=(?:L/min|mL|ms|rpm|mm|Fr)\b)", "\N{NO-BREAK SPACE}", name)


def dashes(place: int) -> str:
    """The dash pattern of a scenario's line as SVG tells it, for a line 1.8 wide."""
    seen: Any = look(place).dash
    assert seen in DASHES
    return "none" if seen == "solid" else " ".join(f"{1.8 * part:.1f}" for part in seen[1])


def devices(scenarios: Sequence[Scenario]) -> list[_Device]:
    """Every device of a simulation once, with its numbers and their sources."""
    found: dict[str, _Device] = {}
    for one in scenarios:
        for words, device in zip(one.words, one.devices, strict=True):
            name = device_label(device, words)
            found.setdefault(name, _Device(name, device_title(device), tuple(_numbers(device))))
    return list(found.values())


def _numbers(device: AbstractDevice) -> Iterator[_Number]:
    settings = device.settings()
    bands = {band.parameter: band.sd for band in settings.bands}
    for name, sources in settings.sources.items():
        value = settings.parameters.get(name, settings.scales.get(name.removeprefix("scales.")))
        yield _Number(
            name,
            f"{value:.4g}" if value is not None else "",
            f"± {100 * bands[name]:.0f} %" if name in bands else "",
            tuple(source_view(one) for one in sources),
        )


def source_view(one: Source) -> tuple[str, str, str]:
    """Confidence, what it means, and the citation with what a reader must know."""
    return one.confidence, CONFIDENCE_MEANING[one.confidence], f"{one}. {one.note}".strip()


def parameters(found: Simulation) -> list[tuple[str, str]]:
    """The patient's parameters that belong to no device."""
    values = {**found.patient.parameters, **found.patient.gas}
    return [(name, f"{values[name][0]:.5g}") for name in found.patient.own]

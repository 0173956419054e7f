"""Simulations as JSON and CSV: no number is rounded, and none is NaN."""

from __future__ import annotations

import csv
import gzip
import io
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from afterload.core.alike import spanned, without_numbers
from afterload.core.spreadsheet import safe_text
from afterload.report.sim_fit import fit_data
from afterload.report.sim_label import labels
from afterload.report.sim_pump import pumps_data
from afterload.report.sim_rows import EVERY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from afterload.actions.simulate import Scenario, Simulation
    from afterload.actions.simulate_ramp import Ramp

PROMISED = (
    "hr", "map", "sbp", "dbp", "cvp", "pap_mean", "pcwp", "lvedp", "edv", "esv", "ef",
    "native_flow", "device_flow", "total_flow", "stroke_work", "pva", "mvo2", "coronary_flow",
    "brain_flow", "svo2", "do2", "cpo", "papi",
)  # fmt: skip
"""Indices that are always there, if need be as null with a warning."""


def simulation_data(found: Simulation) -> dict[str, Any]:
    """A simulation as what JSON can hold.

    An index is a number, or a list of one number per patient where there are several; null where
    there is none, and then a warning says why. "cycle_beats" is how many beats the cycle has that
    repeats itself; with a balloon at 1:2 or 1:3, "balloon" holds the arterial pressures of beats
    with and without it, mmHg.
    """
    units = {index.name: index.unit for index in EVERY}
    return {
        "patient": {
            "name": found.patient.name,
            "title": found.patient.title,
            "parameters": {
                name: _plain(values)
                for held in (found.patient.parameters, found.patient.gas)
                for name, values in held.items()
                if name in found.patient.own
            },
            "fit": fit_data(found),
        },
        "scenarios": [
            {
                "label": label,
                "devices": list(one.words),
                "indices": _indices(one),
                "cycle_beats": one.beats,
                **({"balloon": _balloon(one)} if one.balloon else {}),
                "intervals": {name: list(ends) for name, ends in one.ranges.items()},
                "pumps": pumps_data(one),
                "mixing_point": _where(one),
                "warnings": list(one.warnings),
            }
            for one, label in zip(found.scenarios, labels(found.scenarios), strict=True)
        ],
        "warnings": list(warnings_of(found)),
        "units": units,
    }  # fmt: skip


def warnings_of(found: Simulation) -> tuple[str, ...]:
    """All warnings, each once; what holds in some scenarios only says in which."""
    told: dict[str, list[str]] = {}
    names = labels(found.scenarios)
    of_devices = {w for one in found.scenarios for device in one.devices for w in device.warnings}
    for one, name in zip(found.scenarios, names, strict=True):
        for warning in one.warnings:
            told.setdefault(warning, []).append(name)
    lines = [
        warning
        if warning in of_devices or len(who) == len(names)
        else f"{', '.join(who)}: {warning}"
        for warning, who in told.items()
    ]
    return tuple(dict.fromkeys((*found.patient.warnings, *lines)))


def intervals_note(found: Simulation) -> str:
    """What the intervals rest on; "" where there are none."""
    if not any(one.ranges for one in found.scenarios):
        return ""
    if found.patient.fit is not None:
        return (
            "Ranges are 90 % intervals: over all who fit the measurements, and over what is not "
            "surely known of devices, of how perfusion changes contractility, and of the reflex."
        )
    return (
        "Ranges are 90 % intervals over what is not surely known of the devices; the patient is "
        "taken as told."
    )


def ramp_data(ramp: Ramp) -> dict[str, Any]:
    """A ramp as what JSON can hold: a simulation, and what is changed from step to step."""
    data = simulation_data(ramp.found)
    numbers = list(ramp.positions) if ramp.unit else list(ramp.settings)
    told = {"device": ramp.device, "option": ramp.option, "unit": ramp.unit, "values": numbers}
    warnings = list(ramp_warnings(ramp))
    return {"patient": data["patient"], "ramp": told, **data, "warnings": warnings}


def ramp_warnings(ramp: Ramp) -> tuple[str, ...]:
    """All warnings, each once; what holds at some steps only says at which.

    Those that differ in numbers alone are one, with the lowest and the highest.
    """
    alike: dict[str, list[tuple[str, str]]] = {}
    for name, one in zip(("", *ramp.settings), ramp.found.scenarios, strict=True):
        for warning in one.warnings:
            alike.setdefault(without_numbers(warning), []).append((warning, name))
    scenarios = ramp.found.scenarios[1:]
    of_devices = {w for one in scenarios for device in one.devices for w in device.warnings}
    lines = []
    for same in alike.values():
        first, who = same[0][0], [name for _, name in same]
        warning = spanned(list(dict.fromkeys(text for text, _ in same)))
        everywhere = len(who) >= len(scenarios) or (first in of_devices and len(who) > 1)
        steps = [name for name in who if name]
        where = f"{steps[0]} to {steps[-1]}" if len(steps) > 2 else " and ".join(steps)
        parts = ([] if len(steps) == len(who) else ["no device"]) + (
            [f"{ramp.option} {where}"] if steps else []
        )
        lines.append(warning if everywhere else f"With {', '.join(parts)}: {warning}")
    return tuple(dict.fromkeys((*ramp.found.patient.warnings, *lines)))


def _indices(one: Scenario) -> dict[str, Any]:
    names = dict.fromkeys((*PROMISED, *one.indices))
    n = len(one.indices["hr"])
    return {name: _plain(one.indices.get(name, np.full(n, np.nan))) for name in names}


def _where(one: Scenario) -> Any:
    """Where the heart's blood and the pumps' meet, in words; None where it is not known."""
    found = [words or None for words in one.meeting] or [None] * len(one.indices["hr"])
    return found[0] if len(found) == 1 else found


def _balloon(one: Scenario) -> dict[str, Any]:
    return {name: _plain(values) for name, values in one.balloon.items()}


def _plain(values: NDArray[np.float64]) -> Any:
    found = [float(value) if math.isfinite(value) else None for value in values]
    return found[0] if len(found) == 1 else found


def indices_csv(found: Simulation) -> str:
    """All indices: a row per patient, scenario and index."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("patient", "scenario", "devices", "index", "unit", "value"))
    units = {index.name: index.unit for index in EVERY}
    for place, one in enumerate(found.scenarios):
        devices = safe_text(" + ".join(one.words))
        for name, values in one.indices.items():
            for patient, value in enumerate(values, start=1):
                told = repr(float(value)) if math.isfinite(value) else ""
                writer.writerow((patient, place, devices, name, units[name], told))
    return text.getvalue()


def waveforms_csv(found: Simulation) -> bytes:
    """Every pressure, volume and flow over the beat, or cycle, as gzipped CSV: a row per scenario
    and step.

    Of the first patient; pressures in mmHg, volumes in mL, flows in mL/s, time in s. A scenario
    without a steady beat has no rows.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for place, one in enumerate(found.scenarios):
        columns = dict(_columns(one))
        if place == 0:
            writer.writerow(("scenario", *columns))
        if not math.isfinite(float(one.indices["map"][0])):
            continue
        for row in zip(*columns.values(), strict=True):
            writer.writerow((place, *(f"{value:.6g}" for value in row)))
    return gzip.compress(text.getvalue().encode(), 6, mtime=0)


def _columns(one: Scenario) -> Iterator[tuple[str, NDArray[np.float64]]]:
    assert one.trace is not None
    t = one.trace
    yield "time_s", t.time[:, 0]
    for kind, unit, values in (
        ("pressure", "mmhg", t.pressures), ("volume", "ml", t.volumes), ("flow", "ml_s", t.flows),
    ):  # fmt: skip
        for name, value in values.items():
            yield f"{kind}_{name}_{unit}", value[:, 0]


def told(found: Simulation) -> str:
    """What was changed of the patient, as one line; "" for nothing."""
    values = [f"{name} = {values[0]:g}" for name, values in found.patient.told.items()]
    return ", ".join(values)

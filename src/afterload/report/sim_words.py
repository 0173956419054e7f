"""What each option changes, in sentences."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from afterload.report.sim_pump import pumps_told
from afterload.report.sim_rows import SMALL, change, shown, unit_of

if TYPE_CHECKING:
    from afterload.actions.simulate import Scenario

NO_OTHER = "No device was asked for: these are the patient's own beats."

Values = dict[str, float]


def sentences(alone: Scenario, scenario: Scenario, patient: int = 0) -> tuple[str, ...]:
    """What an option does to the patient, compared with no device."""
    first = {name: float(values[patient]) for name, values in alone.indices.items()}
    now = {name: float(values[patient]) for name, values in scenario.indices.items()}
    if not math.isfinite(now["map"]):
        return ("No steady beat was found with it.",)
    told = list(_sentences(first, now))
    pumps = pumps_told(scenario, patient)
    if pumps:
        told.insert(2, f"Pumps: {pumps}.")
    where = scenario.meeting[patient] if scenario.meeting else ""
    if where and math.isfinite(now.get("mixing_position", math.nan)):
        told.append(f"The heart's blood and the pump's meet at {where}.")
    if scenario.balloon:
        told.append(balloon({name: float(v[patient]) for name, v in scenario.balloon.items()}))
    return tuple(told)


def balloon(read: Values) -> str:
    """Pressures of beats with and without the balloon."""
    p = {name: shown("map", value) for name, value in read.items()}
    return (
        f"Beats with and without the balloon: systole {p['assisted_systole']} mmHg after it and "
        f"{p['unassisted_systole']} without, end of diastole {p['assisted_end_diastole']} and "
        f"{p['unassisted_end_diastole']}; diastole is augmented to {p['augmented_diastole']}."
    )


def _sentences(first: Values, now: Values) -> Iterator[str]:
    yield (
        f"Mean arterial pressure {moves('map', first, now)}, flow to the body "
        f"{moves('total_flow', first, now)}; cardiac power {moves('cpo', first, now)}."
    )
    yield _share(now)
    yield _load(first, now)
    yield (
        f"It uses {shown('mvo2', now['mvo2'])} mL of oxygen a minute "
        f"({_than('mvo2', first, now)}), while coronary flow "
        f"{moves('coronary_flow', first, now)}."
    )
    yield (
        f"Wedge pressure {moves('pcwp', first, now)}, central venous pressure "
        f"{moves('cvp', first, now)}."
    )
    if _known("svo2", first, now):
        yield f"Mixed venous saturation {moves('svo2', first, now)}."


def _share(now: Values) -> str:
    device, native, total = now["device_flow"], now["native_flow"], now["total_flow"]
    if now["valve_opening"] == 0:
        return "The aortic valve stays shut: pumps give all the flow."
    if device > 0.05:
        return (
            f"The heart ejects {shown('native_flow', native)} L/min through the aortic valve "
            f"({100 * native / total:.0f} % of the flow to the body), pumps give "
            f"{shown('device_flow', device)} L/min."
        )
    return f"All of it the heart ejects itself, {shown('native_flow', native)} L/min."


def _load(first: Values, now: Values) -> str:
    pressure, area = now["lvedp"] - first["lvedp"], now["pva"] - first["pva"]
    sizes = (abs(pressure) > 0.5, abs(area) > 0.03 * first["pva"])
    if not any(sizes):
        what = "The left ventricle is loaded as before"
    elif all(sizes) and pressure * area < 0:
        what = "The left ventricle's load changes both ways"
    else:
        grows = (area if sizes[1] else pressure) > 0
        what = "The left ventricle is loaded" if grows else "The left ventricle is unloaded"
    return (
        f"{what}: its end-diastolic pressure {moves('lvedp', first, now)}, its pressure-volume "
        f"area {moves('pva', first, now)}, its stroke work {moves('stroke_work', first, now)}."
    )


def _known(name: str, first: Values, now: Values) -> bool:
    return all(math.isfinite(one.get(name, math.nan)) for one in (first, now))


def moves(name: str, first: Values, now: Values) -> str:
    """How an index goes, e.g. "rises from 70 to 99 mmHg"."""
    before, after, unit = shown(name, first[name]), shown(name, now[name]), unit_of(name)
    if before == after or abs(now[name] - first[name]) < SMALL * abs(first[name]):
        return f"stays at {after} {unit}".rstrip()
    way = "rises" if now[name] > first[name] else "falls"
    return f"{way} from {before} to {after} {unit}".rstrip()


def _than(name: str, first: Values, now: Values) -> str:
    return change(first[name], now[name]) or "as before"

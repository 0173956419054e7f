"""Which measurements can be true together, and which cannot."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from afterload.core.errors import InputError
from afterload.hemodynamics import oxygen
from afterload.hemodynamics.fit_measure import teichholz
from afterload.hemodynamics.patient.gas import GAS

LARGEST_EDV = 400.0
"""mL; larger ventricles are not believed."""

WEDGE_ABOVE = 5.0
"""mmHg by which a wedge pressure may lie above the mean pulmonary pressure, as errors go."""

BEYOND = 3.0
"""Times by which an oxygen uptake may differ from that of an adult at rest, either way: more than
four standard deviations of what is found in patients (`fit_oxygen`)."""

UNTOLD = (90.0, 100.0)
"""Arterial saturations between which one that was not measured is taken to lie, %."""


def consistent(x: Mapping[str, float], hr: float | None, running: Collection[str] = ()) -> None:
    """Values that can be true together.

    Args:
        x: Measurements by name.
        hr: Heart rate, beats/min, if it was measured.
        running: Slots of devices that ran.

    Raises:
        InputError: They cannot; the message names two or three of them.
    """
    for low, mean, high in (("dbp", "map", "sbp"), ("pa_dia", "pa_mean", "pa_sys")):
        _ordered(x, low, high)
        _ordered(x, low, mean)
        _ordered(x, mean, high)
    _ordered(x, "cvp", "map")
    _ordered(x, "pcwp", "pa_mean", WEDGE_ABOVE)
    if hr is not None and "co" in x and not running:
        _stroke(x, x["co"] * 1000.0 / hr, hr)
    if "ecls" in running:
        return
    if "svo2_drain" in x:
        raise InputError(
            f"svo2_drain = {x['svo2_drain']:g} % is of the blood that an ECLS drains, and none is "
            "told to have run. Give svo2 for blood of the pulmonary artery, or the ECLS as a "
            "device that ran meanwhile."
        )
    _ordered(x, "svo2", "sao2", unit="%")
    if {"co", "hb", "svo2"} <= set(x):
        _fick(x)


def _ordered(
    x: Mapping[str, float], low: str, high: str, allowed: float = 0.0, unit: str = "mmHg"
) -> None:
    if low in x and high in x and x[low] > x[high] + allowed:
        over = f" by more than {allowed:g} {unit}" if allowed else ""
        raise InputError(
            f"{low} = {x[low]:g} {unit} is above {high} = {x[high]:g} {unit}{over}, which cannot "
            f"be. Check {low} and {high}."
        )


def _stroke(x: Mapping[str, float], stroke: float, hr: float) -> None:
    beat = f"co = {x['co']:g} L/min at hr = {hr:g}/min is {stroke:.0f} mL a beat"
    if "lvef" in x:
        volume = stroke / (x["lvef"] / 100.0)
        if volume > LARGEST_EDV:
            raise InputError(
                f"{beat}; with lvef = {x['lvef']:g} % the ventricle would hold {volume:.0f} mL, "
                f"more than {LARGEST_EDV:g} mL. Check co, hr and lvef, and whether a valve leaks."
            )
    if "lvedd" in x and stroke > 0.9 * float(teichholz(np.array(x["lvedd"]))) * 1.3:
        raise InputError(
            f"{beat}, more than a ventricle of lvedd = {x['lvedd']:g} mm can eject. Check co, hr "
            "and lvedd."
        )


def fick_uptake(flow: float, hb: float, arterial: float, venous: float) -> float:
    """Oxygen uptake by Fick, mL/min: flow times the difference in content.

    Args:
        flow: L/min.
        hb: Haemoglobin, g/L.
        arterial, venous: Saturations, %.
    """
    s = np.array([arterial, venous]) / 100.0
    held = oxygen.content(np.minimum(oxygen.pressure(s), MOST_PO2), s, np.full(2, hb))
    return float(1000.0 * flow * (held[0] - held[1]))


MOST_PO2 = 100.0
"""mmHg taken for blood whose saturation is too high to tell."""


def _fick(x: Mapping[str, float]) -> None:
    """An oxygen uptake that a body can have."""
    usual = GAS["body.vo2"] * x.get("bsa_m2", GAS["body.bsa"])
    low, high = (
        fick_uptake(x["co"], x["hb"], x.get("sao2", end), x["svo2"]) / usual for end in UNTOLD
    )
    if low <= BEYOND and high >= 1.0 / BEYOND:
        return
    times, end = (low, UNTOLD[0]) if low > BEYOND else (high, UNTOLD[1])
    arterial = f"sao2 = {x['sao2']:g} %" if "sao2" in x else f"even an sao2 of {end:g} %"
    why = ", and whether the blood was drawn in wedge position or a shunt brings it oxygen"
    raise InputError(
        f"co = {x['co']:g} L/min, hb = {x['hb']:g} g/L, svo2 = {x['svo2']:g} % and {arterial} make "
        f"an oxygen uptake of {times * usual:.0f} mL/min, {times:.2g} times that of an adult at "
        f"rest, which is not believed. Check svo2, hb and co{why if low <= BEYOND else ''}."
    )

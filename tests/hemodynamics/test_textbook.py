"""What a physiologist tries first: measured or taught, and not a row of the validation table."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from afterload.actions import simulate_lanes as lanes
from afterload.hemodynamics.device import parse_device
from afterload.hemodynamics.expr import Maths
from afterload.hemodynamics.fit_prior import BEDS, CLOSINGS
from afterload.hemodynamics.fit_support import supported
from afterload.hemodynamics.index import indices
from afterload.hemodynamics.law import Scope, StiffeningVessel, Waterfall
from afterload.hemodynamics.patient import PATIENTS
from afterload.hemodynamics.patient.normal import NORMAL
from afterload.hemodynamics.trace import ARRAYS, trace

SCRIPT = Path(__file__).parents[2] / "validation" / "hemodynamics" / "textbook.py"
M: Maths = ARRAYS

WRONG = {
    ("dcm", "Output, paced 90 to 134/min"),
    ("dcm", "Output, resistance x 0.6"),
    ("ami-lv-shock", "Systolic pulmonary pressure at a wedge of 26"),
}
"""What is known to be wrong: docs/decisions/0014."""


@pytest.fixture(scope="module")
def textbook() -> ModuleType:
    spec = importlib.util.spec_from_file_location("textbook", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["textbook"] = module
    spec.loader.exec_module(module)
    return module


# ---- laws ------------------------------------------------------------------------------------


def test_a_waterfall_does_not_feel_what_lies_below_it() -> None:
    bed = Scope("bed", {"bed.r": 2.0, "bed.close": 24.0})
    for below in (-5.0, 0.0, 12.0, 24.0):
        assert Waterfall().flow(M, 60.0, below, bed) == pytest.approx((60.0 - 24.0) / 2.0)
    assert Waterfall().flow(M, 60.0, 30.0, bed) == pytest.approx((60.0 - 30.0) / 2.0)


def test_a_closed_bed_lets_nothing_through_and_nothing_back() -> None:
    bed = Scope("bed", {"bed.r": 2.0, "bed.close": 24.0})
    assert Waterfall().flow(M, 24.0, 5.0, bed) == 0.0
    assert Waterfall().flow(M, 10.0, 5.0, bed) == 0.0
    assert Waterfall().flow(M, 10.0, 15.0, bed) == 0.0


@pytest.mark.parametrize("pressure", [0.5, 10.0, 28.0, 60.0])
def test_a_stiffening_vessel_has_the_compliance_it_is_said_to_have(pressure: float) -> None:
    c, stiff = 27.0, 10.0
    vessel = Scope("lung", {"lung.c": c, "lung.v0": 100.0, "lung.stiff": stiff})
    volume = np.linspace(50.0, 900.0, 850_001)
    p = StiffeningVessel().pressure(M, volume, 0.0, vessel)
    assert (np.diff(p) > 0).all()
    slope = np.gradient(volume, p)[np.searchsorted(p, pressure)]
    assert slope == pytest.approx(c / np.sqrt(1.0 + 4.0 * pressure / stiff), rel=1e-4)
    assert StiffeningVessel().pressure(M, 46.0, 0.0, vessel) == pytest.approx(-2.0)


@pytest.mark.parametrize(
    ("pressure", "growth", "sd"),
    [(11.0, 1.39, 0.32), (28.0, 0.84, 0.33)],
    ids=["healthy", "failing"],
)
def test_the_lungs_are_as_distensible_as_measured(
    pressure: float, growth: float, sd: float
) -> None:
    """Diameter per mmHg, % ± SD (Malhotra 2016); volume goes with its square. 471 mL of blood."""
    empty = NORMAL["pcap.c"] + NORMAL["pv.c"]
    compliance = empty / np.sqrt(1.0 + 4.0 * pressure / NORMAL["pcap.stiff"])
    assert 100.0 * compliance / (2.0 * 471.0) == pytest.approx(growth, abs=sd)


# ---- the whole circulation -------------------------------------------------------------------


def test_first_tries_go_as_measured_but_for_what_is_known(textbook: ModuleType) -> None:
    wrong = {
        (row.patient, row.what)
        for row, value in zip(textbook.ROWS, textbook.simulated(), strict=True)
        if not row.low <= value <= row.high
    }
    assert wrong <= WRONG
    assert len(textbook.ROWS) >= 30


@pytest.mark.parametrize("patient", ["normal", "ami-lv-shock"])
def test_arteries_of_a_stopped_heart_do_not_empty(textbook: ModuleType, patient: str) -> None:
    """Schipke 2003: 24.2 ± 5.3 mmHg, 13.2 ± 6.2 above the veins, after 13 s of fibrillation."""
    artery, vein = textbook.stopped(patient)
    assert artery == pytest.approx(24.2, abs=5.3)
    assert artery - vein == pytest.approx(13.2, abs=6.2)


@pytest.mark.parametrize("patient", ["ami-lv-shock", "dcm"])
def test_pumps_for_the_left_heart_do_not_fill_the_veins(patient: str) -> None:
    """RECOVER I, feasibility trial and LVAD ramps: venous pressure stays or falls."""
    one = PATIENTS[patient]
    given = {name: np.array([value]) for name, value in one.parameters.items()}
    alone, _ = lanes.settle(lanes.without_feedback(given), None)
    rested = lanes.referred(given, alone, trace(alone), np.array([120.0]))
    closed = lanes.notch(trace(alone))
    words = (
        "impella-cp",
        "impella-5.0",
        "tandemheart:flow=3.5",
        "heartmate-3:rpm=5000",
        "ecls:flow=4",
    )
    every = lanes.side_by_side(
        [supported(rested, [parse_device(word)] if word else [], closed) for word in ("", *words)]
    )
    settled, lost = lanes.settle(every, np.tile(alone.states, len(words) + 1))
    assert not lost.any()
    shown = indices(trace(settled))
    for word, cvp in zip(words, shown["cvp"][1:], strict=True):
        assert shown["cvp"][0] - 7.0 < cvp < shown["cvp"][0], word
    assert (shown["pcwp"][1:-1] < shown["pcwp"][0] - 4.0).all()


def test_a_paced_heart_keeps_its_rate() -> None:
    given = {name: np.array([value]) for name, value in PATIENTS["normal"].parameters.items()}
    alone, _ = lanes.settle(lanes.without_feedback(given), None)
    rested = lanes.referred(given, alone, trace(alone), np.array([140.0]))
    bled = rested | {"blood.volume": rested["blood.volume"] - 500.0}
    paced = bled | {"reflex.rate": np.zeros(1)}
    both, lost = lanes.settle(lanes.side_by_side([bled, paced]), None)
    assert not lost.any()
    assert both.parameters["beat.hr"][0] > 73.0
    assert both.parameters["beat.hr"][1] == 70.0


def test_every_bed_closes_at_the_pressure_that_was_measured() -> None:
    assert len(CLOSINGS) == len(BEDS)
    assert {NORMAL[name] for name in CLOSINGS} == {24.0}

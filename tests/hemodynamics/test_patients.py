"""The patients that come with the package show what they are to show, and say where from."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from afterload.hemodynamics.body import BODY
from afterload.hemodynamics.fit_measure import MEASUREMENTS
from afterload.hemodynamics.index import indices
from afterload.hemodynamics.patient import PATIENTS
from afterload.hemodynamics.patient.gas import gas_parameters
from afterload.hemodynamics.patient.normal import CONTROLLED, NORMAL
from afterload.hemodynamics.solve import Settled, steady
from afterload.hemodynamics.trace import Trace, trace

NAMES = tuple(PATIENTS)
IN_SHOCK = tuple(name for name in NAMES if name != "normal")
FIT = Path(__file__).parents[2] / "validation" / "hemodynamics" / "presets.json"


@pytest.fixture(scope="module")
def settled() -> Settled:
    """All patients side by side, at rest: feedbacks are at their references."""
    whole = [{**p.parameters, "perfusion.gain": 0.0, "reflex.gain": 0.0} for p in PATIENTS.values()]
    return steady({name: np.array([p[name] for p in whole]) for name in whole[0]})


@pytest.fixture(scope="module")
def beats(settled: Settled) -> Trace:
    return trace(settled)


def test_the_six_patients_are_there() -> None:
    assert NAMES == (
        "normal", "ami-lv-shock", "biventricular", "dcm", "rv-shock", "postcardiotomy",
    )  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_patient_is_whole(name: str) -> None:
    patient = PATIENTS[name]
    assert patient.name == name
    assert patient.title
    assert set(patient.changes) <= {*NORMAL, *CONTROLLED}
    assert set(BODY.parameters) <= set(patient.parameters)
    assert not any(k.endswith(".on") and v for k, v in patient.parameters.items())
    gas_parameters(patient.gas, 1)  # raises for what is no parameter, or out of its range


@pytest.mark.parametrize("name", IN_SHOCK)
def test_a_patient_reaches_the_targets(name: str, beats: Trace) -> None:
    """The targets of hemodynamics reference C.6, which stand in the patients' files."""
    lane = NAMES.index(name)
    patient = PATIENTS[name]
    assert {t.name for t in patient.targets} >= {"map", "cvp", "pa_mean", "pcwp", "co", "lvef"}
    for target in patient.targets:
        shown = float(MEASUREMENTS[target.name].compute(beats)[lane])
        assert shown == pytest.approx(target.value, abs=target.tolerance), target.name
        assert target.source.confidence == "M"


def test_the_targets_are_those_of_the_reference() -> None:
    table = {
        "ami-lv-shock": (100, 60, 12, 34, 26, 3.2, 22),
        "biventricular": (105, 58, 19, 32, 25, 2.7, 20),
        "dcm": (90, 68, 15, 38, 29, 3.3, 15),
        "rv-shock": (95, 60, 20, 20, 12, 3.0, 55),
    }
    for name, (hr, *rest) in table.items():
        patient = PATIENTS[name]
        told = {t.name: t.value for t in patient.targets}
        assert patient.changes["beat.hr"] == hr
        assert [told[k] for k in ("map", "cvp", "pa_mean", "pcwp", "co", "lvef")] == rest


def test_hearts_are_as_large_and_strong_as_the_literature_has_them(beats: Trace) -> None:
    """Ees (mmHg/mL) 0.3-1 in shock and failure from the left (reference C.6); dcm is dilated."""
    found = indices(beats)
    for name in ("ami-lv-shock", "biventricular", "dcm", "postcardiotomy"):
        assert 0.3 <= PATIENTS[name].changes["lv.ees"] <= 1.0, name
    edv = dict(zip(NAMES, found["edv"], strict=True))
    assert 110 < edv["ami-lv-shock"] < 180
    assert edv["dcm"] > 220
    assert 50 < edv["rv-shock"] < 80
    rv = dict(zip(NAMES, found["rv_edv"], strict=True))
    assert rv["rv-shock"] == max(rv.values())


def test_the_septum_bulges_to_the_left_only_in_right_ventricular_shock(beats: Trace) -> None:
    filled = dict(zip(NAMES, beats.septum[-1], strict=True))
    assert filled["rv-shock"] < -1.0
    assert filled["ami-lv-shock"] > 0.0


@pytest.mark.parametrize("name", IN_SHOCK)
def test_a_file_holds_the_numbers_of_its_fit(name: str) -> None:
    fitted = json.loads(FIT.read_text("utf-8"))[name]["changes"]
    for parameter, value in fitted.items():
        assert PATIENTS[name].changes[parameter] == pytest.approx(value, rel=0.01), parameter


@pytest.mark.parametrize("name", IN_SHOCK)
def test_what_was_not_fitted_has_a_source(name: str) -> None:
    patient = PATIENTS[name]
    for parameter in ("perfusion.gain", "reflex.gain", *patient.gas):
        assert patient.sources[parameter].place, parameter

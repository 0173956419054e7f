"""Drugs in a course: begun, changed, ended; and against what other studies than theirs measured."""

from __future__ import annotations

import numpy as np
import pytest

from afterload.actions.simulate_course import PatientCourse, course
from afterload.actions.simulate_course_plan import plan
from afterload.actions.simulate_course_word import read_event
from afterload.actions.simulate_patient import find_patient
from afterload.core.errors import InputError
from afterload.hemodynamics.drug import DRUGS
from afterload.hemodynamics.patient.normal import CONTROLLED, NORMAL
from afterload.report.sim_course import course_lines
from afterload.report.sim_course_data import course_data
from afterload.report.sim_course_lane import lanes
from afterload.report.sim_course_page import drugs

RESTED = {**NORMAL, **CONTROLLED}
STILL = {"base": "dcm", "perfusion.gain": 0.0, "reflex.gain": 0.0}


def of(found: PatientCourse, name: str) -> tuple[float, float]:
    """An index at the begin and at the end."""
    first, last = (found.found.scenarios[k].indices[name][0] for k in (0, -1))
    return float(first), float(last)


def test_doses_follow_each_other_and_the_end_leaves_nothing() -> None:
    events = ["0 dobutamine=2.5", "2000 dobutamine=5 over 20 min", "5000 off dobutamine"]
    held = plan([read_event(text) for text in events], [], RESTED, {}, 0.3)
    assert [one.over for one in held.events] == [346.0, 1200.0, 346.0]
    drug = DRUGS["dobutamine"]
    for time, dose in ((1000.0, 2.5), (4000.0, 5.0), (6000.0, 0.0)):
        now = {name: np.array([value]) for name, value in RESTED.items()}
        for event in held.events:
            event.apply(now, np.array([time]))
        for name, factor in drug.factors(dose).items():
            assert now[name][0] == pytest.approx(RESTED[name] * factor, rel=1e-12), (name, time)


def test_a_drug_times_the_balloon_by_the_rate_that_it_makes() -> None:
    from afterload.actions.simulate_course_device import running
    from afterload.hemodynamics.device import parse_device

    begins = [running("iabp", parse_device("iabp"))]
    held = plan([read_event("10 milrinone=0.75")], begins, RESTED, {}, 0.3)
    (timed,) = [one for one in held.events if "balloon.inflate" in one.changes]
    assert timed.changes["balloon.inflate"] < 0.3
    assert timed.over == 600.0


@pytest.mark.parametrize(
    ("events", "says"),
    [
        (["5 dobutamine=5", "9 dobutamine=5"], "is given at 5 µg/kg/min already then"),
        (["5 off dobutamine"], "dobutamine is not given then"),
        (["5 milrinone=0.5", "900 off milrinone"], "goes on acting for hours"),
    ],
)
def test_what_cannot_be_done_with_a_drug_is_one_sentence(events: list[str], says: str) -> None:
    with pytest.raises(InputError, match=says) as caught:
        plan([read_event(text) for text in events], [], RESTED, {}, 0.3)
    assert "\n" not in str(caught.value)


def test_a_drug_is_told_in_words_figure_and_json() -> None:
    found = course(STILL, ["4 dobutamine=5 # inotrope", "10 dobutamine=2.5"], duration=14)
    assert course_lines(found) == (
        "4 s  inotrope: Dobutamine 5 µg/kg/min",
        "10 s  Dobutamine 5 to 2.5 µg/kg/min",
    )
    (lane,) = lanes(found)
    assert lane.name == "Dobutamine"
    first, second = course_data(found)["course"]["events"]
    assert (first["drug"], first["dose"], first["unit"]) == ("dobutamine", 5.0, "µg/kg/min")
    assert (second["dose_before"], second["acts_within_s"]) == (5.0, 346.0)
    (view,) = drugs(found)
    assert [row[0] for row in view.rows] == [
        "systemic resistance", "contractility of the left ventricle", "heart rate", "time to act",
    ]  # fmt: skip
    assert any("Dobutamine: what it does is that of the mean patient" in w for w in found.warnings)
    assert course(STILL, ["4 dobutamine=5"], duration=6).duration == 6
    assert read_event("4 dobutamine=5").lasts == 346.0


def test_dobutamine_as_nine_patients_with_heart_failure_showed() -> None:
    """At 5 µg/kg/min: output +33 %, ejection fraction 29 to 39 %, LVEDP 21 to 14 mmHg. Only their
    resistance, 1,858 to 1,439, went into the drug; their rate and pressures at the begin are not
    told and taken as usual."""
    patient = find_patient({"hr": 85, "map": 90, "cvp": 8, "pcwp": 19, "co": 3.5, "lvef": 29})
    found = course(patient, ["5 dobutamine=5"], duration=500)
    flow, fraction, filling = (of(found, name) for name in ("total_flow", "ef", "lvedp"))
    assert 100 * (flow[1] / flow[0] - 1) == pytest.approx(33, abs=8)
    assert fraction[1] - fraction[0] == pytest.approx(10, abs=3)
    assert -9 < filling[1] - filling[0] < -3


def test_milrinone_as_105_patients_with_severe_heart_failure_showed() -> None:
    """A Canadian multicentre study, 50 µg/kg and 0.5 µg/kg/min: index +38 %, wedge -28 %. None of
    it went into the drug."""
    patient = find_patient({"hr": 90, "map": 80, "cvp": 12, "pcwp": 23, "co": 3.6, "lvef": 18})
    found = course(patient, ["5 milrinone=0.5"], duration=800)
    flow, wedge = of(found, "total_flow"), of(found, "pcwp")
    assert 100 * (flow[1] / flow[0] - 1) == pytest.approx(38, abs=8)
    assert 100 * (wedge[1] / wedge[0] - 1) == pytest.approx(-28, abs=7)

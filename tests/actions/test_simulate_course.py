"""A patient over time: where it ends, what it keeps, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from afterload.actions import simulate_course as module
from afterload.actions.simulate import simulate
from afterload.actions.simulate_course import PatientCourse, course
from afterload.actions.simulate_course_device import running
from afterload.actions.simulate_course_plan import plan
from afterload.actions.simulate_course_watch import Kept, lasting, side_by_side, told
from afterload.actions.simulate_course_word import read_event
from afterload.actions.simulate_gas import breathing
from afterload.actions.simulate_patient import find_patient
from afterload.core.errors import InputError
from afterload.hemodynamics.course import clock, levels
from afterload.hemodynamics.device import DEVICES, parse_device
from afterload.hemodynamics.fit_prior import BEDS, CLOSINGS
from afterload.hemodynamics.fit_support import supported
from afterload.hemodynamics.patient.normal import CONTROLLED, NORMAL

STILL = {"base": "ami-lv-shock", "perfusion.gain": 0.0, "reflex.gain": 0.0, "brain.gain": 0.0}
"""A patient whose heart and vessels answer to nothing."""


@pytest.fixture(scope="module")
def on_and_off() -> PatientCourse:
    """ECMO switched on, and off again."""
    return course(
        "ami-lv-shock", ["20 ecls:flow=3", "170 off ecls"], duration=320, name="On and off"
    )


def test_with_a_device_it_comes_to_the_steady_beat_of_that_device(
    on_and_off: PatientCourse,
) -> None:
    steady = simulate("ami-lv-shock", "ecls:flow=3").scenarios[1].indices
    before_off = on_and_off.found.scenarios[1].indices
    for name in ("map", "cvp", "lvedp", "total_flow", "device_flow", "svo2", "pva"):
        assert before_off[name][0] == pytest.approx(steady[name][0], rel=0.02), name


def test_switched_on_and_off_again_it_comes_back(on_and_off: PatientCourse) -> None:
    first, _, last = on_and_off.found.scenarios
    alone = simulate("ami-lv-shock").scenarios[0].indices
    for name in ("map", "cvp", "lvedp", "total_flow", "svo2", "pva", "hr"):
        assert first.indices[name][0] == pytest.approx(alone[name][0], rel=1e-3), name
        assert last.indices[name][0] == pytest.approx(alone[name][0], rel=0.02), name
    assert on_and_off.indices["device_flow"][-1] == pytest.approx(0.0, abs=1e-6)


def test_moments_are_the_last_beats_before_what_is_done(on_and_off: PatientCourse) -> None:
    times = [moment.time for moment in on_and_off.moments]
    time = on_and_off.time
    assert times == [0.0, time[time < 170][-1], time[-1]]
    row = int(np.flatnonzero(time == times[1])[0])
    for name in ("map", "svo2"):
        assert on_and_off.found.scenarios[1].indices[name][0] == on_and_off.indices[name][row]
    assert on_and_off.found.scenarios[1].words == ("ecls:flow=3",)
    assert on_and_off.found.scenarios[2].words == ()
    assert on_and_off.name == "On and off"


def test_gases_are_told_of_every_beat_or_every_so_many(
    on_and_off: PatientCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert np.isfinite(on_and_off.indices["svo2"]).all()
    lung = np.isfinite(on_and_off.indices["sweep_lmin"]) & (on_and_off.indices["sweep_lmin"] > 0)
    on = (on_and_off.time >= 23) & (on_and_off.time < 170)
    assert lung[on].all()
    assert not lung[on_and_off.time < 20].any()
    monkeypatch.setattr(module, "MOST_GASES", 10)
    few = course(STILL, [], duration=20)
    known = np.isfinite(few.indices["svo2"])
    assert 5 < known.sum() < 15
    assert known[[0, -1]].all()


def test_blood_at_the_end_is_what_there_was_and_what_was_asked_for() -> None:
    found = course(STILL, ["5 volume=+400 over 20", "30 volume=-150"], duration=40)
    begin = find_patient(STILL).parameters["blood.volume"][0]
    time = found.time
    expected = begin + 400 * np.clip((time - 5) / 20, 0, 1) - 150 * (time >= 30)
    np.testing.assert_allclose(found.volume, expected, atol=1e-6)
    assert found.volume[-1] == pytest.approx(begin + 250, abs=1e-6)
    assert found.indices["cvp"][-1] > found.indices["cvp"][0] + 0.5


def test_a_change_of_the_patient_ends_where_such_a_patient_rests() -> None:
    """Vessels, heart and rate told otherwise from the begin, by the steady beat."""
    base = find_patient("ami-lv-shock").parameters
    found = course(
        STILL, ["3 svr=x1.3 over 10", "5 lv.ees=x1.5", "6 hr=+12 over 3", "8 svr=+10%"],
        duration=100,
    )  # fmt: skip
    other = {name: float(base[name][0]) * 1.3 * 1.1 for name in (*BEDS, *CLOSINGS)}
    other |= {"lv.ees": float(base["lv.ees"][0]) * 1.5, "beat.hr": float(base["beat.hr"][0]) + 12}
    steady = simulate({**STILL, **other}).scenarios[0].indices
    for name in ("hr", "map", "cvp", "lvedp", "total_flow", "esv"):
        assert found.indices[name][-1] == pytest.approx(steady[name][0], rel=5e-3), name


def test_a_flow_is_weaned_in_a_straight_line() -> None:
    found = course(STILL, ["10 ecls:flow=1 over 100"], "ecls:flow=3", duration=130)
    time, flow = found.time, found.indices["device_flow"]
    expected = 3 - 2 * np.clip((time - 10) / 100, 0, 1)
    late = time > 20
    np.testing.assert_allclose(flow[late], expected[late], atol=0.08)
    assert found.found.scenarios[0].words == ("ecls:flow=3",)


def test_a_pump_with_levels_goes_level_by_level() -> None:
    found = course(STILL, ["5 impella-cp:level=P4 over 30"], "impella-cp:level=P8", duration=40)
    (step,) = found.plan.steps
    assert [(time, one.texts["level"]) for time, one in levels(step)] == [
        (5.0, "P7"), (15.0, "P6"), (25.0, "P5"), (35.0, "P4"),
    ]  # fmt: skip
    speeds = [one.device.parameters()["left_pump.n"] for _, one in levels(step)]
    assert [event.changes["left_pump.n"] for event in found.plan.events] == speeds
    assert found.slow["left_pump speed"][-1] == pytest.approx(speeds[-1])


def test_a_balloon_is_timed_by_the_beat_that_there_is() -> None:
    """The notch comes earlier as the heart beats faster, by the length of systole."""
    rested = {name: float(value[0]) for name, value in find_patient("dcm").parameters.items()}
    device = parse_device("iabp:inflate=-20")
    held = plan([read_event("10 hr=+30")], [running("iabp:inflate=-20", device)], rested, {}, 0.3)
    (timed,) = [one for one in held.events if "balloon.inflate" in one.changes]
    assert timed.changes["balloon.inflate"] < 0.3 - 0.02
    none = plan([read_event("10 hr=+30")], [], rested, {}, 0.3)
    assert not [one for one in none.events if "balloon.inflate" in one.changes]


def test_devices_may_run_from_the_begin_and_options_stay_as_told() -> None:
    found = course(
        STILL, ["2 ecls:flow=2", "4 iabp:volume=30", "4 off impella-cp"],
        ["ecls:flow=3:arterial=19", "impella-cp:level=P3"], duration=8,
    )  # fmt: skip
    assert [one.words for one in found.plan.running(3.0)] == [
        "ecls:arterial=19:flow=2", "impella-cp:level=P3",
    ]  # fmt: skip
    assert [one.words for one in found.plan.running(5.0)] == [
        "ecls:arterial=19:flow=2", "iabp:volume=30",
    ]  # fmt: skip
    assert found.found.scenarios[-1].words == ("ecls:arterial=19:flow=2", "iabp:volume=30")


def test_a_patient_measured_on_a_device_begins_with_it() -> None:
    measured = find_patient({"hr": 95, "map": 65, "cvp": 12, "co": 4.2, "lvef": 25}, ["iabp"])
    found = course(measured, ["3 off iabp"], duration=12)
    assert found.found.scenarios[0].words == ("iabp",)
    assert found.indices["map"][0] == pytest.approx(65, abs=1.5)
    assert found.indices["map"][-1] < found.indices["map"][0] - 1


def test_a_shut_valve_and_a_sucked_inlet_are_told_with_their_times() -> None:
    found = course(STILL, ["10 ecls:flow=6.5", "60 ecls:flow=1"], duration=110)
    shut = [one for one in found.spells if one.kind == "shut"]
    opening = found.indices["valve_opening"]
    assert shut
    begin, end = shut[0].begin, shut[0].end
    assert end is not None
    assert 10 < begin < 60 < end
    inside = (found.time >= begin) & (found.time < end)
    assert (opening[inside] == 0).all()
    assert opening[(found.time < 10) | (found.time > 80)].all()
    assert f"The aortic valve stays shut from {clock(shut[0].begin)} to" in found.warnings[0]
    dry = course(
        "normal", ["5 ecls:rpm=4500", "20 volume=-900 over 20"], duration=60
    )  # fmt: skip
    sucked = [one for one in dry.spells if one.kind == "ecls dry"]
    assert sucked
    assert sucked[-1].end is None
    assert any("The inlet of ecls is narrowed by suction" in text for text in dry.warnings)


def test_what_lasts_is_joined_over_short_gaps_and_left_out_where_brief() -> None:
    time = np.arange(10.0)
    flag = np.array([0, 1, 0, 1, 1, 1, 0, 0, 0, 1], bool)
    assert lasting(time, flag, 10.0) == [(1.0, 6.0), (9.0, None)]
    assert lasting(time, np.arange(10) == 4, 10.0) == []
    assert lasting(time, np.ones(10, bool), 10.0) == [(0.0, None)]
    assert lasting(time, np.zeros(10, bool), 10.0) == []
    assert told([]) == ()


@pytest.mark.parametrize(
    ("events", "devices", "says"),
    [
        (["60 off ecls"], (), "ecls is switched off at 60 s, but does not run then"),
        (["60 off ecls"], "iabp", "does not run then; iabp does"),
        (["10 impella-cp"], "impella-5.5", "Switch one off first: 10 off impella-5.5"),
        (["10 iabp"], "iabp", "iabp runs already at 10 s"),
        (["10 lv-vent:flow=0.5"], (), "From 10 s on: lv-vent needs an ECLS"),
        (["10 off ecls"], ["ecls", "lv-vent"], "From 10 s on: lv-vent needs an ECLS"),
        (["10 off iabp over 60"], "iabp", "switched off at once"),
        (["10 impella-cp over 60"], (), "switched on at once"),
        (["10 septostomy over 60"], (), "switched on at once"),
        (["10 ecls:rpm=2000 over 60"], "ecls:flow=3", "no way from it to a speed"),
        (["10 ecls:arterial=19 over 60"], "ecls:flow=3", "arterial of ecls is changed at once"),
        (["10 impella-cp:level=P12"], "impella-cp", "has no level"),
        (["10 volume=-3000"], (), "mL stretch the vessels then"),
        (["10 volume=-1500", "20 volume=-1500"], (), "'20 volume=-1500': 1500 mL are lost"),
        (["10 volume=+50000"], (), "15000 are the most that can be told"),
        (["10 unstressed=x2.2"], (), "mL more without any pressure than there is blood"),
        (["10 hr=+300"], (), "At 10 s: beat.hr = 400 is outside 20 to 250"),
        (["10 fio2=1.5"], (), "At 10 s: lung.fio2 = 1.5 is outside"),
        (["100 iabp"], (), "begins at 1 min 40 s, but the course ends at 1 min 30 s"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    events: list[str], devices: str | list[str], says: str
) -> None:
    with pytest.raises(InputError, match=says) as caught:
        course("ami-lv-shock", events, devices, duration=90)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("word", list(DEVICES))
def test_events_put_a_device_in_place_as_a_simulation_does_and_take_it_out_again(word: str) -> None:
    """Every parameter, for every device there is; of a balloon its volume decides."""
    rested = {**NORMAL, **CONTROLLED}
    lane = {name: np.array([value]) for name, value in rested.items()}
    begins = [running("ecls", parse_device("ecls"))] if word.endswith("-vent") else []
    closed = np.array([0.31])
    before = supported(lane, [one.device for one in begins], closed)
    told_ = [read_event(f"5 svr=x1.2 {word}"), read_event(f"50 off {word}")]
    held = plan(told_, begins, rested, {}, 0.31)
    devices = [one.device for one in held.running(20.0)]
    assert [one.word for one in devices][-1] == word
    firmer = {
        name: value * (1.2 if name in (*BEDS, *CLOSINGS) else 1.0) for name, value in lane.items()
    }
    after = supported(firmer, [one.device for one in begins], closed)
    for time, expected in ((20.0, supported(firmer, devices, closed)), (60.0, after)):
        now = dict(before)
        for event in held.events:
            event.apply(now, np.array([time]))
        for name in now:
            if time > 50 and name.startswith("balloon."):
                continue
            np.testing.assert_allclose(now[name], expected[name], rtol=1e-12, err_msg=name)


def test_places_can_change_hands_at_one_time_whatever_comes_first() -> None:
    rested = {**NORMAL, **CONTROLLED}
    begins = [running("impella-cp", parse_device("impella-cp"))]
    events = [read_event("10 impella-5.5:level=P3"), read_event("10 off impella-cp")]
    held = plan(events, begins, rested, {}, 0.3)
    assert [one.word for one in held.running(11.0)] == ["impella-5.5"]


def test_a_course_is_for_one_patient_and_has_an_end() -> None:
    with pytest.raises(InputError, match="for one patient"):
        course({"lv.ees": [1.0, 2.0]}, ["1 iabp"], duration=5)
    for seconds in (0.0, -1.0, 1e6, float("nan")):
        with pytest.raises(InputError, match="is outside 0 to"):
            course("normal", [], duration=seconds)
    object_ = parse_device("ecls:flow=3:arterial=19")
    with pytest.raises(InputError, match="not told in words"):
        course("normal", ["2 ecls:flow=2"], object_, duration=5)


def test_it_tells_how_far_it_is() -> None:
    seen: list[float] = []
    found = course(STILL, [], duration=6, progress=lambda _, share: seen.append(share))
    assert seen == pytest.approx(found.time / 6)


def test_what_drugs_make_is_told_of_what_drugs_change_alone() -> None:
    thinned = course("normal", ["1 hb=100"], duration=3, draws=0)
    widened = course("normal", ["1 svr=x0.9"], duration=3, draws=0)
    found = [any("which drug" in text for text in one.warnings) for one in (thinned, widened)]
    assert found == [False, True]


def test_what_is_not_over_at_the_end_is_told() -> None:
    found = course(STILL, ["5 volume=+100 over 20"], duration=15)
    assert "'5 volume=+100 over 20' is not over at the end: 50 % of it are done." in found.warnings
    assert course(STILL, ["2 hr=+5"]).duration == 302
    late = course(STILL, ["3 hr=+5", "5.99 iabp"], duration=6)
    assert "'5.99 iabp' begins after the last beat has begun, and shows in none." in late.warnings
    assert len(late.moments) == 2


def test_blood_that_stands_still_has_no_gases_and_says_so(on_and_off: PatientCourse) -> None:
    t = on_and_off.found.scenarios[0].trace
    assert t is not None
    still = replace(t, flows={name: np.zeros_like(flow) for name, flow in t.flows.items()})
    two = breathing(side_by_side([Kept(0.0, t), Kept(1.0, still)]), {}, [(), ()],
                    np.zeros(2, bool))  # fmt: skip
    assert np.isfinite(two.values["svo2"][0])
    assert np.isnan(two.values["svo2"][1])
    assert two.told[1][0].startswith("No gases could be worked out")


def test_a_device_from_a_file_is_switched_off_by_its_path(tmp_path: Path) -> None:
    source = Path(__file__).parents[2] / "docs/how-to/add-a-device.md"
    file = source.read_text("utf-8").split("```python\n")[1].partition("```")[0]
    (tmp_path / "toy_pump.py").write_text(file, "utf-8")
    path = str(tmp_path / "toy_pump.py")
    found = course(STILL, [f"3 off {path}"], f"{path}:level=P2", duration=12)
    flow = found.indices["device_flow"]
    assert flow[0] > 0.5
    assert abs(flow[-1]) < 1e-6


def test_a_balloon_weaned_to_1_to_2_shows_the_cycle_before_the_next_event() -> None:
    """The moment is the mean of two beats, as in the steady state; the beats of the course are its
    own."""
    found = course("ami-lv-shock", ["5 iabp:ratio=2", "150 off iabp"], "iabp", 160.0)
    weaned = found.found.scenarios[1]
    steady = simulate("ami-lv-shock", "iabp:ratio=2").scenarios[1]
    for name in ("map", "total_flow", "pcwp", "stroke_work"):
        assert float(weaned.indices[name][0]) == pytest.approx(
            float(steady.indices[name][0]), rel=5e-3
        ), name
    before = (found.time > 120) & (found.time < 145)
    coronary = found.indices["coronary_flow"][before]
    assert (np.sign(np.diff(coronary))[::2] == np.sign(np.diff(coronary))[0]).all()
    assert np.abs(np.diff(coronary)).min() > 10.0

"""Intervals of a course: where the steady intervals are, and each draw as it would be alone."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import numpy as np
import pytest

from afterload.actions import simulate_course_people as people_module
from afterload.actions.simulate import simulate
from afterload.actions.simulate_course import WITHOUT, PatientCourse, course
from afterload.actions.simulate_course_people import Chance, people
from afterload.actions.simulate_course_plan import Plan, plan
from afterload.actions.simulate_course_spread import _run, spread, times_of
from afterload.actions.simulate_course_word import read_event
from afterload.actions.simulate_interval import SEED
from afterload.actions.simulate_patient import find_patient
from afterload.core.errors import InputError, NoConvergence
from afterload.report.sim_course import follow_sentences, follows, open_sentences, spread_note
from afterload.report.sim_course_data import beats_csv, columns_csv, course_data
from afterload.report.sim_course_figure import strip

MEASURED = {"hr": 104, "map": 58, "cvp": 14, "pcwp": 25, "co": 3.2}
EVENTS = ("5 ecls:flow=4", "90 ecls:flow=2 over 10")


@pytest.fixture(scope="module")
def fitted() -> PatientCourse:
    """A fitted patient, on ECMO, weaned."""
    return course(find_patient(MEASURED), EVENTS, duration=180, draws=48)


def test_where_the_circulation_has_settled_intervals_are_those_of_the_steady_beat(
    fitted: PatientCourse,
) -> None:
    """Worked out another way: steady beats of who fits, by `simulate`."""
    alone, steady = simulate(fitted.found.patient, "ecls:flow=4", draws=48).scenarios
    begin, on, _ = fitted.found.scenarios
    for found, expected in ((begin, alone), (on, steady)):
        for name, near in (("map", 2.5), ("cvp", 1.0), ("lvedp", 2.0), ("total_flow", 0.35)):
            for mine, other in zip(found.ranges[name], expected.ranges[name], strict=True):
                assert mine == pytest.approx(other, abs=near), name


def test_the_ribbon_runs_through_the_moments(fitted: PatientCourse) -> None:
    assert fitted.spread is not None
    for moment, one in zip(fitted.moments[1:], fitted.found.scenarios[1:], strict=True):
        row = int(np.flatnonzero(fitted.time == moment.time)[0])
        for name in ("map", "lvedp", "svo2"):
            low, high = one.ranges[name]
            assert fitted.spread.low[name][row] == pytest.approx(low, abs=1e-9), name
            assert fitted.spread.high[name][row] == pytest.approx(high, abs=1e-9), name
    for name, near in (("svo2", 4.0), ("cvp", 1.0), ("map", 4.0)):
        own = fitted.indices[name]
        assert (fitted.spread.low[name] < own + near).all(), name
        assert (fitted.spread.high[name] > own - near).all(), name
    wide = fitted.spread.high["map"] - fitted.spread.low["map"]
    assert (wide > 0).all()
    assert np.isfinite(wide).all()


def test_of_a_patient_as_told_nothing_is_open_before_a_device_is_on() -> None:
    found = course("ami-lv-shock", ["20 ecls:rpm=3500"], duration=60, draws=20)
    assert found.spread is not None
    low, high = found.spread.low["map"], found.spread.high["map"]
    assert (high - low)[found.time < 19] == pytest.approx(0.0, abs=0.3)
    assert (high - low)[-1] > 1.0
    assert (low[-1] < found.indices["map"][-1]) & (found.indices["map"][-1] < high[-1])


def test_a_draw_among_others_is_what_it_is_alone() -> None:
    subject = find_patient("ami-lv-shock")
    told = [read_event(text) for text in ("3 ecls:rpm=3500", "9 iabp", "14 dobutamine=5")]
    who = people(subject, told, [], 16, SEED)
    at, gases = np.array([3.0, 9.0, 14.0, 20.0]), np.array([20.0])
    some = np.arange(16, dtype=np.intp)
    together = _run(who, some, 20.0, at, gases)
    for k in (0, 7):
        alone = _run(who, some[k : k + 1], 20.0, at, gases)
        for name in ("map", "device_flow", "svo2", "lvedp"):
            np.testing.assert_allclose(
                together[name][:, k], alone[name][:, 0], rtol=2e-3, atol=1e-3, err_msg=name
            )
    assert np.ptp(together["map"][-1]) > 0.5


def test_chance_is_one_in_each_slice_and_does_not_depend_on_who_asks_first() -> None:
    one, other = Chance(64, 1), Chance(64, 1)
    one("iabp", "volume")
    np.testing.assert_array_equal(one("ecls", "ecls.a"), other("ecls", "ecls.a"))
    drawn = np.sort(other("ecls", "ecls.a"))
    assert drawn.mean() == pytest.approx(0.0, abs=1e-12)
    assert drawn.std() == pytest.approx(1.0, abs=0.02)
    np.testing.assert_array_equal(drawn, np.sort(other("iabp", "volume")))
    assert abs(np.corrcoef(other("ecls", "ecls.a"), other("iabp", "volume"))[0, 1]) < 0.4


def test_who_cannot_carry_it_is_left_out_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Plan] = []

    def only_some(*args: object, **more: object) -> Plan:
        asked.append(plan(*args, **more))  # type: ignore[arg-type]
        if len(asked) <= 4:
            raise InputError("not this one")
        return asked[-1]

    monkeypatch.setattr(people_module, "plan", only_some)
    found = course("ami-lv-shock", ["2 ecls:rpm=3500"], duration=8, draws=20)
    assert found.spread is not None
    assert (found.spread.draws, found.spread.lost) == (16, 4)
    assert any("4 of 20 draws cannot carry what is done to them" in w for w in found.warnings)


def test_a_draw_whose_pressures_run_away_does_not_take_the_others_with_it() -> None:
    subject = find_patient("ami-lv-shock")
    who = people(subject, [read_event("2 ecls:rpm=3500")], [], 16, SEED)
    lost = {**who.parameters, "blood.volume": who.parameters["blood.volume"].copy()}
    first = next(one for one in who.plans if one is not None)
    bleeding = replace(first, events=(*first.events, *plan_of("4 volume=-400").events))
    plans = (bleeding, *who.plans[1:])
    held = replace(who, parameters=lost, plans=plans)
    quiet = course(subject, ["2 ecls:rpm=3500"], duration=8)
    found = spread(held, quiet.plan, [2.0, 8.0], 8.0, quiet.time, quiet.indices, quiet.cycles)
    assert found.draws >= 15
    nobody = replace(who, plans=(None,) * 16)
    with pytest.raises(NoConvergence, match="Only 0 of 16 draws"):
        spread(nobody, quiet.plan, [2.0, 8.0], 8.0, quiet.time, quiet.indices, quiet.cycles)


def plan_of(text: str) -> Plan:
    """What an event does to the patient as told."""
    values = {name: float(v[0]) for name, v in find_patient("ami-lv-shock").parameters.items()}
    return plan([read_event(text)], [], values, {}, 0.3)


def test_intervals_are_asked_for_in_numbers_that_make_sense() -> None:
    with pytest.raises(InputError, match="5 draws are too few"):
        course("ami-lv-shock", ["2 iabp"], duration=5, draws=5)
    with pytest.raises(InputError, match="are more than memory holds"):
        course("ami-lv-shock", ["2 iabp"], duration=5, draws=10**6)
    nothing = course("normal", ["2 svr=x1.1"], duration=5, draws=20)
    assert nothing.spread is None
    assert spread_note(nothing) == ""
    assert follow_sentences(nothing) == ()


def test_long_courses_have_intervals_where_they_are_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from afterload.actions import simulate_course as module

    monkeypatch.setattr(module, "UNASKED_S", 4.0)
    monkeypatch.setattr(module, "USUAL_DRAWS", 20)
    late = course("ami-lv-shock", ["2 ecls:rpm=3500"], duration=5, draws=None)
    assert late.spread is None
    assert WITHOUT in late.warnings
    brief = course("ami-lv-shock", ["1 ecls:rpm=3500"], duration=4, draws=None)
    assert brief.spread is not None
    assert brief.spread.draws == 20
    assert WITHOUT not in course("normal", ["2 svr=x1.1"], duration=5, draws=None).warnings


def test_times_are_denser_after_something_is_done_and_hold_every_moment() -> None:
    held = plan_of("60 svr=x1.2 over 30")
    at, gases = times_of(held, [60.0, 600.0], 600.0)
    assert {60.0, 64.0, 90.0, 105.0, 600.0} <= set(at)
    assert {60.0, 600.0} <= set(gases) <= set(at)
    assert (np.diff(at) > 0).all()
    assert at[-1] == 600.0


def test_json_and_csv_hold_the_ends_and_the_figure_the_ribbons(fitted: PatientCourse) -> None:
    spread_ = fitted.spread
    assert spread_ is not None
    data = course_data(fitted)
    assert data["intervals"]["draws"] == 48
    assert data["intervals"]["low"]["map"] == spread_.low["map"].tolist()
    assert data["scenarios"][1]["intervals"]["map"] == list(fitted.found.scenarios[1].ranges["map"])
    assert data["intervals"]["changes"][0] == {}
    rows = list(csv.DictReader(io.StringIO(beats_csv(fitted))))
    assert float(rows[3]["lvedp_high"]) == spread_.high["lvedp"][3]
    told = {row["column"]: row["what"] for row in csv.DictReader(io.StringIO(columns_csv(fitted)))}
    assert list(rows[0]) == list(told)
    assert told["map_low"] == "Lower end of the 90 % interval of: Mean arterial pressure"
    assert strip(fitted, "a") != strip(replace(fitted, spread=None), "a")
    assert course_data(replace(fitted, spread=None))["intervals"] is None


def test_what_follows_is_told_with_the_interval_of_the_change(fitted: PatientCourse) -> None:
    spread_ = fitted.spread
    assert spread_ is not None
    (first, second) = follow_sentences(fitted)
    low, high = spread_.changes[1]["map"]
    assert first.startswith("5 s, ECLS 4 L/min: mean arterial pressure rises from ")
    assert f"(+{low:.0f} to +{high:.0f})" in first
    assert second.startswith("1 min 30 s, ECLS 4 to 2 L/min over 10 s: ")
    assert follows(fitted)[0][2][0][2] == f"+{low:.0f} to +{high:.0f}"
    straddles = replace(spread_, changes=({}, {"map": (-3.0, 2.0)}, {}))
    (open_,) = open_sentences(replace(fitted, spread=straddles))
    assert open_.endswith(
        "whether it raises or lowers mean arterial pressure (\N{MINUS SIGN}3 to +2 mmHg) is open."
    )
    assert spread_note(fitted).startswith("90 % intervals from 48 draws, over all who fit")


def test_a_balloon_at_1_to_2_has_intervals_over_its_cycle() -> None:
    """At the begin those of the steady cycle; later each moment lies in its own interval, which one
    beat of the two would not (3 mmHg of mean pressure lie between them)."""
    found = course("ami-lv-shock", ["10 volume=+100 over 20"], "iabp:ratio=2", 50.0, draws=20)
    steady = simulate("ami-lv-shock", "iabp:ratio=2", draws=20).scenarios[1]
    begin, end = found.found.scenarios
    for name in ("map", "total_flow", "svo2"):
        for mine, other in zip(begin.ranges[name], steady.ranges[name], strict=True):
            assert mine == pytest.approx(other, rel=0.01), name
        low, high = end.ranges[name]
        assert low < float(end.indices[name][0]) < high, name


def test_where_beats_differ_the_ribbon_keeps_its_distance_from_their_mean() -> None:
    """Every beat lies within its ribbon, which is as wide as that of the steady cycle."""
    found = course("ami-lv-shock", ["5 iabp:ratio=2"], duration=60, draws=32)
    steady = simulate("ami-lv-shock", "iabp:ratio=2", draws=32).scenarios[1]
    last = found.found.scenarios[-1]
    assert found.spread is not None
    assert last.beats == 2 == found.cycles[-1]
    for name, near in (("map", 0.7), ("dbp", 1.0), ("total_flow", 0.1)):
        own, low, high = (
            held[name][-20:] for held in (found.indices, found.spread.low, found.spread.high)
        )
        assert np.ptp(own) > 1.5 * (high - low).max(), name  # beats lie further apart than that
        assert (low <= own).all(), name
        assert (own <= high).all(), name
        for mine, end in zip((low, high), steady.ranges[name], strict=True):
            assert mine.mean() == pytest.approx(end, abs=near), name
    for name, value in steady.balloon.items():
        assert last.balloon[name][0] == pytest.approx(value[0], abs=0.3), name
    assert last.balloon.keys() == steady.balloon.keys()
    assert steady.balloon

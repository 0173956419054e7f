"""Beat by beat: ends where the steady state is, keeps the blood, and follows what is done to it."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from afterload.core.errors import InputError
from afterload.hemodynamics.body import BODY
from afterload.hemodynamics.control import Perfusion, Reflex
from afterload.hemodynamics.device import parameters_together, parse_device
from afterload.hemodynamics.index import indices
from afterload.hemodynamics.patient.normal import CONTROLLED, NORMAL
from afterload.hemodynamics.solve import Settled, steady
from afterload.hemodynamics.trace import Trace, trace
from afterload.hemodynamics.transient import Course, Event, run

Array = NDArray[np.float64]
SHOCK = {"lv.ees": 0.6657, "rv.ees": 0.3281, "blood.volume": 6069.0, "lv.alpha": 0.0311,
         "beat.hr": 100.0, "pericardium.v0": 520.0}  # fmt: skip
"""Acute infarction (hemodynamics reference C.6)."""


def patient(n: int = 1, **changes: float) -> dict[str, Array]:
    """The patient in shock, with changes ("__" for "." in a name)."""
    told = {name.replace("__", "."): value for name, value in changes.items()}
    return {name: np.full(n, v) for name, v in {**NORMAL, **CONTROLLED, **SHOCK, **told}.items()}


@pytest.fixture(scope="module")
def alone() -> Settled:
    return steady(patient())


@pytest.fixture(scope="module")
def pumped(alone: Settled) -> Course:
    """Half a minute as they are, then a minute with ECMO."""
    device = parameters_together([parse_device("ecls:rpm=3500")])
    return run(patient(), 90.0, [Event(30.0, device)], start=alone)


def test_what_is_steady_stays(alone: Settled) -> None:
    course = run(patient(), 20.0, start=alone)
    for name in ("map", "cvp", "edv", "total_flow"):
        assert np.ptp(course.indices[name]) < 0.02, name
    assert course.time[1, 0] == pytest.approx(0.6)


def test_the_late_beats_are_the_steady_state(alone: Settled) -> None:
    """From plausible pressures, and from the steady beat of another heart: both end there."""
    found = indices(trace(alone))
    for course in (
        run(patient(), 120.0),
        run(patient(lv__ees=1.0), 180.0, [Event(5.0, {"lv.ees": 0.6657}, over=10.0)]),
    ):
        for name in ("map", "cvp", "pcwp", "edv", "esv", "stroke_work"):
            last = course.indices[name][-1, 0]
            assert last == pytest.approx(found[name][0], rel=1e-3), name


def test_ecmo_raises_arterial_pressure_within_seconds(pumped: Course) -> None:
    time, pressure = pumped.time[:, 0], pumped.indices["map"][:, 0]
    before = pressure[time < 30.0]
    assert np.ptp(before) < 0.05
    assert pressure[(time > 35.0)][0] > before[-1] + 10.0
    assert pumped.indices["device_flow"][time < 30.0, 0] == pytest.approx(0.0, abs=1e-6)
    assert pumped.indices["device_flow"][-1, 0] > 2.0


def test_ecmo_ends_where_its_steady_state_is(pumped: Course) -> None:
    device = parameters_together([parse_device("ecls:rpm=3500")])
    expected = indices(
        trace(steady({**patient(), **{k: np.array([v]) for k, v in device.items()}}))
    )
    for name in ("map", "lvedp", "device_flow", "total_flow"):
        assert pumped.indices[name][-1, 0] == pytest.approx(expected[name][0], rel=5e-3), name


def test_no_beat_makes_or_loses_blood(pumped: Course) -> None:
    assert np.abs(np.diff(pumped.volume[:, 0])).max() < 1e-6
    assert pumped.volume[0, 0] == pytest.approx(6069.0, abs=1e-6)


def test_blood_given_and_lost_is_all_there_is(alone: Settled) -> None:
    events = [Event(5.0, blood=500.0, over=20.0), Event(40.0, blood=-300.0, over=10.0)]
    course = run(patient(), 60.0, events, start=alone)
    time, volume = course.time[:, 0], course.volume[:, 0]
    expected = (
        6069.0 + 500.0 * np.clip((time - 5) / 20, 0, 1) - 300 * np.clip((time - 40) / 10, 0, 1)
    )
    np.testing.assert_allclose(volume, expected, atol=1e-6)
    assert course.parameters["blood.volume"][0] == pytest.approx(6269.0)
    cvp = course.indices["cvp"][:, 0]
    assert cvp[np.searchsorted(time, 30.0)] > cvp[0] + 1.0
    assert cvp[-1] < cvp[np.searchsorted(time, 39.0)] - 0.5


def test_the_reflex_waits_and_then_follows_with_its_time_constant() -> None:
    """A loss of blood: nothing for 2 s, then with 8 s where each beat drives it.

    For some beats the lungs still fill the left ventricle, so that pressure falls late.
    """
    healthy = {name: np.array([v]) for name, v in {**NORMAL, **CONTROLLED}.items()}
    resting = steady(healthy)
    given = healthy | {"reflex.gain": np.array([1.0]), "reflex.reference": resting.means["p.arch"]}
    bleeding = [Event(10.0, blood=-500.0)]
    course = run(given, 60.0, bleeding, start=resting)
    time, value = course.time[:, 0], course.slow["sympathetic drive"][:, 0]
    assert np.abs(value[time < 12.0]).max() < 0.003
    assert value[np.searchsorted(time, 20.0)] > 0.05
    driven = Reflex().settles_at(value, {"p.arch": course.indices["map"][:, 0]}, given)
    told = np.interp(time[1:] - 2.0, time[1:], driven[:-1])
    expected = value[:-1] + (1 - np.exp(-np.diff(time) / 8.0)) * (told - value[:-1])
    later = time[1:] > 14.0
    np.testing.assert_allclose(value[1:][later], expected[later], atol=0.02)
    free = run(healthy, 60.0, bleeding, start=resting)
    assert course.indices["map"][-1, 0] > free.indices["map"][-1, 0] + 5.0
    assert course.indices["hr"][-1, 0] > 84.0


def test_a_flow_target_is_reached_by_turning_the_pump_up(alone: Settled) -> None:
    device = parse_device("ecls:flow=3")
    told = device.settings()
    changes = dict(parameters_together([device]))
    assert told.target is not None
    assert told.speeds is not None
    changes |= {"ecls.target": told.target, "ecls.n_low": told.speeds[0],
                "ecls.n_high": told.speeds[1]}  # fmt: skip
    course = run(patient(), 40.0, [Event(5.0, changes)], start=alone)
    assert course.indices["device_flow"][-1, 0] == pytest.approx(3.0, abs=0.03)


def test_patients_of_other_rates_beat_side_by_side_as_alone() -> None:
    rates = np.linspace(60, 120, 5)
    many = run({**patient(5), "beat.hr": rates}, 10.0)
    for k in (0, 4):
        one = run({**patient(), "beat.hr": rates[k : k + 1]}, 10.0)
        beats = len(one.time)
        np.testing.assert_allclose(many.time[:beats, k], one.time[:, 0], rtol=1e-12)
        np.testing.assert_allclose(
            many.indices["map"][:beats, k], one.indices["map"][:, 0], rtol=2e-3
        )
        assert np.isnan(many.time[beats:, k]).all()


def test_waveforms_of_every_beat() -> None:
    course = run(patient(), 3.0, waveforms=True)
    (traces,) = course.traces
    assert len(traces) == len(course.time)
    pressure = traces[0].pressures["arch"].mean(axis=0)
    assert course.indices["map"][0] == pytest.approx(pressure)
    assert set(traces[0].volumes) == set(BODY.volumes)


def test_a_parameter_that_does_not_exist_and_blood_that_is_not_there() -> None:
    with pytest.raises(InputError, match="which is no parameter"):
        run(patient(), 1.0, [Event(0.0, {"lv.eees": 1.0})])
    with pytest.raises(InputError, match="more blood is lost than the veins hold"):
        run(patient(), 5.0, [Event(1.0, blood=-5900.0)])
    with pytest.raises(InputError, match="must be 0 or more"):
        Event(-1.0)


def test_factors_and_differences_go_on_top_of_what_was_set() -> None:
    """In a straight line over their seconds; closed form."""
    values = {"lv.ees": np.array([2.0, 2.0, 2.0]), "beat.hr": np.array([80.0, 80.0, 80.0])}
    time = np.array([9.0, 15.0, 30.0])
    Event(0.0, {"lv.ees": 1.0}).apply(values, time)
    Event(10.0, over=10.0, times={"lv.ees": 1.5}, plus={"beat.hr": 20.0}).apply(values, time)
    np.testing.assert_allclose(values["lv.ees"], [1.0, 1.25, 1.5])
    np.testing.assert_allclose(values["beat.hr"], [80.0, 90.0, 100.0])
    with pytest.raises(InputError, match="which is no parameter"):
        run(patient(), 1.0, [Event(0.0, times={"lv.eees": 1.0})])


def test_a_pump_that_is_to_give_a_flow_begins_without_any(alone: Settled) -> None:
    """Unclamped at the speed that holds arterial pressure: nothing runs backwards."""
    device = parse_device("ecls:flow=3")
    told = device.settings()
    assert told.target is not None
    assert told.speeds is not None
    changes = {**parameters_together([device]), "ecls.target": told.target,
               "ecls.n_low": told.speeds[0], "ecls.n_high": told.speeds[1]}  # fmt: skip
    for begin in (0.0, 5.0):
        course = run(patient(), 30.0, [Event(begin, changes)], start=alone)
        flow, time = course.indices["device_flow"][:, 0], course.time[:, 0]
        assert abs(flow[time >= begin][0]) < 0.05
        assert (np.diff(flow[(time >= begin) & (time < begin + 8)]) > 0).all()
        assert flow[-1] == pytest.approx(3.0, abs=0.05)


def test_a_pump_at_a_speed_runs_at_it_from_its_first_beat(alone: Settled) -> None:
    device = parameters_together([parse_device("impella-cp:level=P8")])
    course = run(patient(), 4.0, [Event(2.0, device)], start=alone, waveforms=True)
    (traces,) = course.traces
    first = int(np.flatnonzero(course.time[:, 0] >= 2.0)[0])
    assert traces[first].parameters["left_pump.n"][0] == device["left_pump.n"]
    assert traces[first].flows["left_pump"].min() > -1e-6
    assert traces[first - 1].parameters["left_pump.n"][0] == 0.0


def test_more_numbers_of_every_beat_are_asked_for_as_it_is_seen() -> None:
    seen = []

    def also(time: Array, t: Trace) -> dict[str, Array]:
        seen.append(float(time[0]))
        return {"pulse": np.ptp(t.pressures["arch"], axis=0)}

    course = run(patient(), 3.0, also=also)
    np.testing.assert_array_equal(course.time[:, 0], seen)
    np.testing.assert_array_equal(course.indices["pulse"], course.indices["pulse_pressure"])


def test_contractility_follows_coronary_flow_with_its_time_constant(alone: Settled) -> None:
    """As declared: 20 s, from the beat before, without delay."""
    device = parameters_together([parse_device("ecls:rpm=3500")])
    given = patient() | {"perfusion.gain": np.array([0.45]),
                         "perfusion.reference": alone.means["q.coronary_l"]}  # fmt: skip
    seen = []

    def also(time: Array, t: Trace) -> dict[str, Array]:
        del time
        means = {"q.coronary_l": t.flows["coronary_l"].mean(axis=0)}
        seen.append(float(Perfusion().settles_at(np.ones(1), means, given)[0]))
        return {}

    course = run(given, 90.0, [Event(10.0, device)], start=alone, also=also)
    time, value = course.time[:, 0], course.slow["contractility"][:, 0]
    expected = value[:-1] + (1 - np.exp(-np.diff(time) / 20.0)) * (seen[:-1] - value[:-1])
    np.testing.assert_allclose(value[1:], expected, atol=2e-4)
    assert value[-1] > 1.1


def test_beats_that_are_asked_for_are_told_as_among_all(alone: Settled) -> None:
    """The last beat before each time, for every patient, alone or with other rates beside it."""
    device = parameters_together([parse_device("ecls:rpm=3500")])
    events = [Event(8.0, device), Event(15.0, {"lv.ees": np.linspace(0.5, 1.0, 16)}, over=4.0)]
    given = {name: np.repeat(value, 16) for name, value in alone.parameters.items()}
    given["beat.hr"] = np.linspace(90, 110, 16)
    wanted = (3.0, 8.0, 17.0, 25.0)
    every = run(given, 25.0, events)
    some = run(given, 25.0, events, at=wanted)
    assert len(some.time) < len(every.time)
    for lane in range(16):
        for when in wanted:
            last, told = (
                int(np.flatnonzero(found.time[:, lane] < when - 1e-9)[-1])
                for found in (every, some)
            )
            assert some.time[told, lane] == pytest.approx(every.time[last, lane], abs=1e-9)
            for name in ("map", "lvedp", "device_flow"):
                assert some.indices[name][told, lane] == pytest.approx(
                    every.indices[name][last, lane], rel=1e-9, abs=1e-9
                ), (name, lane, when)


def test_more_patients_than_a_kernel_has_lanes_stand_abreast(alone: Settled) -> None:
    """Thirty-two in one tile, or in two of sixteen: no number differs."""
    ees = np.linspace(0.5, 1.0, 32)
    given = {name: np.repeat(value, 32) for name, value in alone.parameters.items()}
    given["lv.ees"] = ees
    together = run(given, 6.0, [Event(2.0, times={"viscera.r": 1.3})], at=(2.0, 6.0))
    for half in (slice(0, 16), slice(16, 32)):
        part = {name: value[half] for name, value in given.items()}
        alone_ = run(part, 6.0, [Event(2.0, times={"viscera.r": 1.3})], at=(2.0, 6.0))
        for name in ("map", "esv"):
            np.testing.assert_allclose(
                together.indices[name][-1, half], alone_.indices[name][-1], rtol=1e-12
            )


def test_a_pump_begins_at_the_pressures_of_each_patient_whatever_beats_are_told(
    alone: Settled,
) -> None:
    device = parse_device("ecls:flow=3")
    told = device.settings()
    assert told.target is not None
    assert told.speeds is not None
    changes = {**parameters_together([device]), "ecls.target": told.target,
               "ecls.n_low": told.speeds[0], "ecls.n_high": told.speeds[1]}  # fmt: skip
    every = run(patient(), 12.0, [Event(5.0, changes)], start=alone)
    some = run(patient(), 12.0, [Event(5.0, changes)], start=alone, at=(5.0, 7.0, 12.0))
    assert some.indices["device_flow"][-1] == pytest.approx(
        every.indices["device_flow"][-1], rel=1e-9
    )


def test_an_event_can_be_another_for_each_of_any_number_of_patients() -> None:
    """Nineteen, which fill no kernel's lanes: each is as alone."""
    by = np.linspace(0.7, 1.3, 19)
    many = run(patient(19), 4.0, [Event(1.0, times={"lv.ees": by}, plus={"beat.hr": 10 * by})])
    for k in (0, 15, 16, 18):
        event = Event(1.0, times={"lv.ees": float(by[k])}, plus={"beat.hr": 10 * float(by[k])})
        one = run(patient(), 4.0, [event])
        rows = len(one.time)
        for name in ("map", "edv", "hr"):
            np.testing.assert_allclose(
                many.indices[name][:rows, k], one.indices[name][:, 0], rtol=5e-3, err_msg=name
            )

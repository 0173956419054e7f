"""Simulating patients: references, batches, timing, warnings and errors."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import afterload
from afterload.actions import simulate as action
from afterload.actions import simulate_lanes
from afterload.actions.simulate import Simulation, simulate
from afterload.actions.simulate_patient import find_patient
from afterload.core.errors import InputError, NoConvergence, UnknownName
from afterload.hemodynamics import solve
from afterload.hemodynamics.device import parse_device
from afterload.hemodynamics.device.base import ML_PER_S
from afterload.hemodynamics.index import indices
from afterload.hemodynamics.patient import PATIENTS
from afterload.hemodynamics.solve import steady
from afterload.hemodynamics.trace import trace

FAILING = {
    "lv.ees": 0.6657, "rv.ees": 0.3281, "lv.alpha": 0.0311, "blood.volume": 6069.0,
    "beat.hr": 100.0, "lung_out.r": 0.11, "perfusion.gain": 0.5, "reflex.gain": 0.3,
}  # fmt: skip
"""A failing left ventricle, about that of hemodynamics reference C.6."""

VERSUS = ("impella-cp:level=P6", "iabp", "ecls:flow=4+impella-cp:level=P4", "impella-5.5:level=P9")


@pytest.fixture(scope="module")
def found() -> Simulation:
    return simulate(FAILING, "ecls:flow=4", VERSUS)


def test_it_is_public() -> None:
    assert afterload.simulate is simulate


def test_the_first_scenario_is_without_a_device_and_the_others_as_asked(found: Simulation) -> None:
    assert [one.words for one in found.scenarios] == [
        (),
        ("ecls:flow=4",),
        ("impella-cp:level=P6",),
        ("iabp",),
        ("ecls:flow=4", "impella-cp:level=P4"),
        ("impella-5.5:level=P9",),
    ]
    assert all(np.isfinite(v).all() for one in found.scenarios for v in one.indices.values())


def test_gases_come_with_the_beat(found: Simulation) -> None:
    """Fick: what the body takes up is the flow times what it takes of every millilitre."""
    for one in found.scenarios:
        x = {name: float(value[0]) for name, value in one.indices.items()}
        assert x["vo2"] / x["do2"] == pytest.approx(x["extraction"] / 100, rel=1e-6)
        assert ("po2_membrane" in x) == ("ecls:flow=4" in one.words)
        assert one.meeting[0]
    assert found.scenarios[1].indices["svo2"] > found.scenarios[0].indices["svo2"]


def test_haemoglobin_is_the_patients_own() -> None:
    rich, poor = (
        simulate({**FAILING, "blood.hb": hb}).scenarios[0].indices["do2"][0] for hb in (140, 70)
    )
    assert 0.45 < poor / rich < 0.55


def test_without_a_device_perfusion_and_reflex_rest(found: Simulation) -> None:
    """The patient alone is the same with both feedbacks and with none."""
    normal = PATIENTS["normal"].parameters
    none = {**normal, **FAILING, "perfusion.gain": 0.0, "reflex.gain": 0.0}
    by_hand = indices(trace(steady({name: np.array([v]) for name, v in none.items()})))
    for name, value in by_hand.items():
        assert found.scenarios[0].indices[name][0] == pytest.approx(value[0], rel=1e-3, abs=2e-3)


def test_the_feedbacks_answer_to_what_a_device_changes(found: Simulation) -> None:
    """ECLS raises coronary flow and pressure: the heart is stronger and slower than without."""
    t = found.scenarios[1].trace
    assert t is not None
    assert t.parameters["lv.ees"][0] > 1.03 * FAILING["lv.ees"]
    assert found.scenarios[1].indices["hr"][0] < 95


def test_pumps_give_the_flow_asked_for(found: Simulation) -> None:
    t = found.scenarios[1].trace
    assert t is not None
    assert t.flows["ecls"].mean() / ML_PER_S == pytest.approx(4.0, rel=0.01)
    assert found.scenarios[1].indices["device_flow"][0] == pytest.approx(4.0, rel=0.01)


def test_a_balloon_fills_at_the_notch_and_empties_at_the_next_beat() -> None:
    early, late = (simulate(FAILING, f"iabp:inflate={ms}").scenarios[1].trace for ms in (0, 100))
    alone = simulate(FAILING).scenarios[0].trace
    assert early is not None and late is not None and alone is not None  # noqa: PT018
    closed = float(simulate_lanes.notch(alone)[0])
    shut = alone.time[:, 0] > closed + 1e-9
    assert (alone.flows["aortic"][shut, 0] <= 1.0).all()
    assert early.parameters["balloon.inflate"][0] == pytest.approx(closed)
    assert late.parameters["balloon.inflate"][0] == pytest.approx(closed + 0.1)
    for t, delay in ((early, 0.0), (late, 0.1)):
        # p = (V + tau dV/dt + 40 mL full - v0) / c
        stretched = t.pressures["desc"] * t.parameters["desc.c"] + t.parameters["desc.v0"]
        moved = t.parameters["desc.tau"] * (t.flows["q_desc"] - t.flows["q_fem"])
        full = ((stretched - t.volumes["desc"] - moved) / 40.0)[:, 0]
        up = (t.time[:, 0] > 0.07) & (t.time[:, 0] < closed + delay + 0.06)
        filling = float(np.interp(0.5, full[up], t.time[up, 0]))
        assert filling == pytest.approx(closed + delay + 0.03, abs=0.002)
        assert full[t.time[:, 0] > closed + delay + 0.06][:-1].min() > 0.99
        assert full[-1] == pytest.approx(1.0, abs=0.01)
        assert full[70:150].max() < 0.01


def test_many_patients_at_once_are_each_as_alone() -> None:
    ees = np.linspace(0.5, 1.5, 21)
    many = simulate({**FAILING, "lv.ees": ees}, "ecls:flow=3", ["impella-cp:level=P4"])
    for patient in (0, 9, 20):
        one = simulate({**FAILING, "lv.ees": ees[patient]}, "ecls:flow=3", ["impella-cp:level=P4"])
        for all_of_them, single in zip(many.scenarios, one.scenarios, strict=True):
            for name in ("map", "cvp", "pcwp", "native_flow", "pva", "edv"):
                assert all_of_them.indices[name][patient] == pytest.approx(
                    single.indices[name][0], rel=2e-3, abs=2e-3
                )


def test_what_is_computed_in_pieces_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    values = {**FAILING, "lv.ees": np.linspace(0.5, 1.5, 5)}
    whole = simulate(values, "impella-5.5")
    monkeypatch.setattr(action, "MOST_LANES", 4)
    pieces = simulate(values, "impella-5.5")
    assert pieces.scenarios[1].trace is None
    assert pieces.warnings == whole.warnings
    for name, value in whole.scenarios[1].indices.items():
        np.testing.assert_allclose(pieces.scenarios[1].indices[name], value, rtol=2e-3, atol=2e-3)


def test_who_does_not_settle_has_no_numbers_and_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = solve.settle

    def without_the_second(lanes, options, start):  # type: ignore[no-untyped-def]
        found = usual(lanes, options, start)
        return replace(found, residual=np.where(lanes["lv.ees"] == 0.7, np.nan, 0.0))

    monkeypatch.setattr(solve, "settle", without_the_second)
    found = simulate({**FAILING, "lv.ees": [0.6, 0.7, 0.8]})
    assert np.isnan(found.scenarios[0].indices["map"]).tolist() == [False, True, False]
    assert any("1 of 3 patients" in told for told in found.warnings)
    with pytest.raises(NoConvergence, match="repeats itself"):
        simulate({**FAILING, "lv.ees": 0.7})


def test_what_a_pump_does_not_manage_is_told() -> None:
    found = simulate(FAILING, "ecls:flow=7.5:arterial=13")
    assert any("of the 7.5 L/min asked for" in told for told in found.warnings)
    still = simulate(FAILING, "impella-cp:level=P0")
    assert any("run back through it" in told for told in still.warnings)


def test_a_shut_valve_and_an_augmented_peak_are_told(found: Simulation) -> None:
    assert any("goes through the pump" in told for told in found.scenarios[5].warnings)
    assert any("sbp is the highest" in told for told in found.scenarios[3].warnings)
    assert any("general knowledge" in told for told in found.warnings)


def test_what_stands_still_behind_a_shut_valve_depends_on_what_drains_the_heart() -> None:
    """A pump in the ventricle washes it; under an ECLS alone nothing does."""
    weak = {**FAILING, "lv.ees": 0.25, "perfusion.gain": 0.0}
    found = simulate(weak, "ecls:flow=5", ["ecls:flow=5+lv-vent", "impella-5.5"])
    told = [" ".join(w for w in one.warnings if "stays shut" in w) for one in found.scenarios]
    assert told[1].endswith("in the left ventricle and aortic root.")
    assert "in the left ventricle" not in told[2].partition(": ")[2]
    assert "stands still" not in told[3]


def test_blood_that_crosses_the_septum_to_the_left_is_told() -> None:
    """A hole relieves a failing left heart; a failing right heart sends venous blood through it."""
    left = simulate("ami-lv-shock", "septostomy").scenarios[1]
    assert left.indices["pcwp"][0] < 24
    assert not any("right to left" in told for told in left.warnings)
    right = simulate("rv-shock", "septostomy").scenarios[1]
    assert right.indices["sao2_legs"][0] < 90
    assert any("from right to left" in told for told in right.warnings)


def test_devices_that_need_each_other_can_be_given_one_by_one() -> None:
    """As on the command line, where each stands after a --device of its own, in any order."""
    together = simulate("normal", "ecls:flow=3+lv-vent:flow=0.5").scenarios[1]
    for words in (["ecls:flow=3", "lv-vent:flow=0.5"], ["lv-vent:flow=0.5", "ecls:flow=3"]):
        apart = simulate("normal", words).scenarios[1]
        assert apart.indices["map"][0] == pytest.approx(together.indices["map"][0], rel=1e-9)
    with pytest.raises(InputError, match="needs an ECLS"):
        simulate("normal", ["iabp", "lv-vent"])


def test_devices_can_be_given_as_objects() -> None:
    found = simulate(FAILING, [parse_device("iabp")])
    assert found.scenarios[1].words == ("iabp",)


@pytest.mark.parametrize(
    ("patient", "devices", "says"),
    [
        ("norml", (), "Did you mean normal"),
        ({"lv.eess": 1.0}, (), "Did you mean lv.ees"),
        ({"lv.ees": 900.0}, (), "outside 0.0154 to 154"),
        ({"lv.ees": float("nan")}, (), "outside"),
        ({"lv.ees": "strong"}, (), "is no number"),
        ({"ecls.n": 3.0}, (), "add the device"),
        ({"q_desc.balloon": 40.0}, (), "add the device"),
        ({"muscle_l.share": 1.5}, (), "outside 0 to 1"),
        ({"reflex.reference": 80.0}, (), "leave it out"),
        ({"lv.ees": [1.0, 2.0], "rv.ees": [1.0, 2.0, 3.0]}, (), "differ in length"),
        ("normal", "ecmoo", "Did you mean ecmo"),
        ("normal", "impella-cp:level=P12", "Its levels are"),
        ("normal", "impella-cp+impella-5.0", "cannot run together"),
        ("normal", "lv-vent", "needs an ECLS"),
        ("nobody.toml", (), "cannot be read"),
        ("xyzzy", (), "There are normal, ami-lv-shock"),
        (3, (), "A patient cannot be int"),
        (["normal", "dcm"], (), "an array for a parameter"),
        ("normal", 3, "A device cannot be int"),
        ("normal", "impella", "Did you mean impella-"),
        ("normal", "xyzzy", "There are ecls"),
        ({"hr": 100, "map": None}, (), "not measured is left out"),
        ({"hr": 100, "map": float("nan")}, (), "not measured is left out"),
    ],
)  # fmt: skip
def test_bad_input_is_one_sentence(patient: object, devices: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        simulate(patient, devices)  # type: ignore[arg-type]


def test_a_patient_can_be_a_file(tmp_path: Path) -> None:
    path = tmp_path / "seven.toml"
    path.write_text(
        'name = "Patient seven"\nbase = "normal"\n[parameters]\nlv.ees = 0.7\n"beat.hr" = 95\n',
        "utf-8",
    )
    found = find_patient(path)
    assert (found.title, found.parameters["lv.ees"][0], found.parameters["beat.hr"][0]) == (
        "Patient seven", 0.7, 95.0,
    )  # fmt: skip
    other = tmp_path / "seven.json"
    other.write_text('{"parameters": {"lv.ees": 0.7}}', "utf-8")
    assert find_patient(str(other)).parameters["lv.ees"][0] == 0.7


@pytest.mark.parametrize(
    ("text", "says"),
    [("lv.ees = = 1", "is no TOML"), ("colour = 'red'", "key of a patient's file"),
     ("parameters = 3", "is no table")],
)  # fmt: skip
def test_a_bad_file_is_one_sentence(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError, match=says):
        find_patient(path)
    with pytest.raises(UnknownName):
        find_patient("nobody")


MEASURED = {"hr": 100, "map": 62, "cvp": 13, "pa_mean": 32, "pcwp": 24, "co": 3.4, "lvef": 25}


@pytest.fixture(scope="module")
def fitted() -> Simulation:
    return simulate({**MEASURED, "hb": 100, "svo2": 60}, "impella-cp:level=P6", draws=32)


def test_a_patient_is_fitted_to_what_was_measured(fitted: Simulation) -> None:
    """The simulated patient shows what was measured, within two errors of the measurement."""
    shown = {name: value[0] for name, value in fitted.scenarios[0].indices.items()}
    for name, value, error in (
        ("hr", 100, 0.1), ("map", 62, 6), ("cvp", 13, 3), ("pap_mean", 32, 4), ("pcwp", 24, 4),
        ("native_flow", 3.4, 0.68), ("ef", 25, 10), ("svo2", 60, 6),
    ):  # fmt: skip
        assert shown[name] == pytest.approx(value, abs=error), name
    assert fitted.patient.gas["blood.hb"][0] == 100
    assert any("fio2" in told for told in fitted.warnings)


def test_intervals_of_a_fit_hold_the_patient_and_are_wider_than_those_of_the_device(
    fitted: Simulation,
) -> None:
    told = simulate("ami-lv-shock", "impella-cp:level=P6", draws=32)
    assert told.scenarios[0].ranges == {}
    for name in ("map", "pcwp", "pva", "device_flow", "total_flow"):
        low, high = fitted.scenarios[1].ranges[name]
        assert low < fitted.scenarios[1].indices[name][0] < high, name
        narrow = told.scenarios[1].ranges[name]
        assert narrow[0] < told.scenarios[1].indices[name][0] < narrow[1], name
        if name != "device_flow":
            assert high - low > narrow[1] - narrow[0], name
    again = simulate("ami-lv-shock", "impella-cp:level=P6", draws=32)
    assert again.scenarios[1].ranges == told.scenarios[1].ranges


def test_intervals_of_a_fit_include_the_oxygen(fitted: Simulation) -> None:
    """Fick: with uptake as good as fixed, a fit that leaves the flow open leaves SvO2 open."""
    one = simulate(fitted.patient, draws=24).scenarios[0]
    for name in ("svo2", "do2"):
        low, high = one.ranges[name]
        assert low < one.indices[name][0] < high, name
    assert set(one.ranges) <= set(one.indices)
    flows = one.ranges["total_flow"]
    delivered = one.ranges["do2"][1] / one.ranges["do2"][0]
    assert delivered == pytest.approx(flows[1] / flows[0], rel=0.1)


def test_intervals_of_a_pump_are_as_wide_as_its_band() -> None:
    """Impella CP's file tells 0.17 L/min (1 SD) for its flow: 90 % are 1.64 of them each way."""
    ranges = simulate("ami-lv-shock", "impella-cp:level=P8", draws=128).scenarios[1].ranges
    low, high = ranges["device_flow"]
    assert (high - low) / (2 * 1.645) == pytest.approx(0.17, rel=0.4)


def test_what_was_measured_on_a_device_is_met_on_it(tmp_path: Path) -> None:
    path = tmp_path / "on.toml"
    path.write_text(
        'measured_on = ["iabp"]\n[measured]\nhr = 100\nmap = 70\ncvp = 13\npcwp = 22\nco = 3.6\n',
        "utf-8",
    )
    found = simulate(path, "iabp")
    assert found.scenarios[1].indices["map"][0] == pytest.approx(70, abs=6)
    assert found.scenarios[0].indices["map"][0] < found.scenarios[1].indices["map"][0]


def test_every_value_lies_near_its_interval() -> None:
    """The draws are of the same patient, with gases of the same ventilation, as the value is: it
    lies between the ends, or no further from them than they are wide."""
    one = simulate("ami-lv-shock", "ecls:flow=4+impella-cp:level=P6", draws=48).scenarios[1]
    for name, (low, high) in one.ranges.items():
        value, slack = one.indices[name][0], (high - low) + 1e-9 * abs(high)
        assert low - slack <= value <= high + slack, name


def test_intervals_are_for_one_patient_and_enough_draws() -> None:
    with pytest.raises(InputError, match="for one patient"):
        simulate({"lv.ees": [1.0, 2.0]}, "iabp", draws=32)
    with pytest.raises(InputError, match="too few"):
        simulate("normal", "iabp", draws=3)
    with pytest.raises(InputError, match="without its word"):
        simulate("normal", "+")


def test_measurements_that_cannot_be_true_together_are_refused() -> None:
    with pytest.raises(InputError):
        simulate({"map": 60, "sbp": 50, "dbp": 40})
    with pytest.raises(InputError, match="no number"):
        simulate({"map": "sixty"})
    with pytest.raises(InputError, match="nothing was measured"):
        find_patient("normal", on=["iabp"])


def test_a_muscle_weaker_than_its_wall_is_stiff_is_told() -> None:
    """Below some 0.15 mmHg/mL the normal ventricle as full as it gets stands still.

    It never pumps by relaxing: the weaker it is, the lower the pressure.
    """
    found = simulate({"lv.ees": [0.05, 0.1, 0.5, 1.5]}).scenarios[0]
    assert (np.diff(found.indices["map"]) > -1e-4).all()
    told = [w for w in found.warnings if "end-systolic line" in w]
    assert told == [w for w in told if "in 2 of 4 patients" in w and "lv.ees" in w]
    assert len(told) == 1


@pytest.mark.parametrize("name", PATIENTS)
def test_no_reference_patient_has_a_muscle_weaker_than_its_wall_is_stiff(name: str) -> None:
    """The right ventricle of rv-shock has: it was fitted to a pulse pressure of hardly 4 mmHg."""
    for one in simulate(name, "ecls:flow=6", ["impella-5.5", "impella-rp"]).scenarios:
        told = [w for w in one.warnings if "end-systolic line" in w]
        assert all(name == "rv-shock" and "The right ventricle" in w for w in told)


def test_more_draws_than_memory_holds_are_refused() -> None:
    with pytest.raises(InputError, match="take 2500 or fewer"):
        simulate("normal", "iabp", draws=10**8)


def test_one_other_option_needs_no_list() -> None:
    found = simulate("dcm", versus="ecls:flow=4+iabp")
    assert [one.words for one in found.scenarios] == [(), ("ecls:flow=4", "iabp")]


@pytest.mark.parametrize("value", [[], [[0.5, 0.6]]])
def test_parameters_that_are_no_row_of_numbers_are_told_by_their_shape(value: object) -> None:
    with pytest.raises(InputError, match="one number per patient"):
        simulate({"lv.ees": value})


def test_pressures_that_nobody_lives_with_are_told() -> None:
    """Fifteen litres of blood in an adult of five settle at a CVP of a hundred and more."""
    full, usual = (simulate({"blood.volume": v}).scenarios[0] for v in (15000.0, 4950.0))
    assert full.indices["cvp"][0] > 50
    assert any(w.startswith("cvp is ") and "(-5 to 50)" in w for w in full.warnings)
    assert not any("in the living" in w for w in usual.warnings)


def test_gases_of_one_blood_that_is_not_there_are_told_once() -> None:
    found = simulate("ami-lv-shock", "ecls:flow=8").scenarios[1]
    told = [warning for warning in found.warnings if "no value" in warning]
    assert [warning.partition(" have")[0] for warning in told if "pulmonary_vein" in warning] == [
        "po2_pulmonary_vein, pco2_pulmonary_vein and ph_pulmonary_vein"
    ]
    missing = [name for name, values in found.indices.items() if not np.isfinite(values[0])]
    assert missing
    assert all(any(name in warning for warning in told) for name in missing)


def test_who_settles_nowhere_draws_no_warning_of_numpy(recwarn: pytest.WarningsRecorder) -> None:
    with pytest.raises(NoConvergence):
        simulate({"base": "ami-lv-shock", "asc.c": 0.00301}, "ecls:flow=3+impella-cp")
    assert not [one for one in recwarn if issubclass(one.category, RuntimeWarning)]


def test_a_ventricle_drawn_emptier_than_empty_is_told() -> None:
    found = simulate("rv-shock", "ecls-subclavian+impella-5.5+tandemheart+lv-vent", ["impella-cp"])
    too_much, usual = found.scenarios[1:]
    empty = [bool(one.trace and one.trace.volumes["lv"].min() < 0) for one in (too_much, usual)]
    told = [any("emptier than empty" in w for w in one.warnings) for one in (too_much, usual)]
    assert told == empty == [True, False]


def test_suction_is_told_with_what_it_costs() -> None:
    """Two pumps on one atrium. What a wider inlet would spare is what the pump's law takes there.

    The flow asked for comes; so nothing is said of a shut inlet, but that the speed is higher.
    """
    found = simulate("ami-lv-shock", ["ecls:flow=3.5", "impella-rp"], ["ecls:flow=3.5"])
    both, alone = found.scenarios[1:]
    assert both.trace is not None
    told = {text.partition(":")[0]: text for text in both.warnings if "narrowed by suction" in text}
    assert set(told) == {"ecls", "impella-rp"}
    assert told["ecls"].endswith("the flow asked for is reached by a higher speed.")
    assert told["impella-rp"].endswith("that costs flow.")
    assert both.trace.flows["ecls"].mean() * 0.06 == pytest.approx(3.5, rel=0.01)
    t, p = both.trace, {k: float(v[0]) for k, v in both.trace.parameters.items()}
    n, q = p["ecls.n"], t.flows["ecls"][:, 0]
    assert alone.trace is not None
    assert n > float(alone.trace.parameters["ecls.n"][0]) + 0.2
    # over a beat that repeats itself the flow's changes cancel, so that the heads do too
    inlet = sum(p[f"ecls.from_{x}"] * t.pressures[x][:, 0] for x in ("ra", "svc", "ivc"))
    spent = (p["ecls.b"] * n + p["ecls.r"]) * q + p["ecls.c"] * q * abs(q)
    lost = p["ecls.a"] * n**2 + (inlet - t.pressures["fem"][:, 0] - spent).mean()
    assert f"where {lost:.0f} mmHg are lost" in told["ecls"]
    assert lost > 20
    assert not [text for text in alone.warnings if "suction" in text]

"""The steady beat: found fast, and the same as beating on until nothing changes."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from afterload.core.errors import InputError, NoConvergence
from afterload.hemodynamics.body import BODY
from afterload.hemodynamics.device import parameters_together, parse_device
from afterload.hemodynamics.index import indices
from afterload.hemodynamics.patient.normal import CONTROLLED, NORMAL
from afterload.hemodynamics.solve import Options, Settled, settled_numbers, steady
from afterload.hemodynamics.trace import trace

Array = NDArray[np.float64]
BASE = {**NORMAL, **CONTROLLED}


def patient(**changes: float) -> dict[str, Array]:
    """The normal adult, with changes ("__" for "." in a name)."""
    told = {name.replace("__", "."): value for name, value in changes.items()}
    return {name: np.array([told.get(name, value)]) for name, value in BASE.items()}


@pytest.fixture(scope="module")
def normal() -> Settled:
    return steady(patient())


def test_every_parameter_of_the_circuit_has_a_normal_value() -> None:
    assert set(BODY.parameters) <= BASE.keys()


def test_blood_is_neither_made_nor_lost(normal: Settled) -> None:
    count = len(BODY.volumes)
    totals = normal.beat[:, :count].sum(axis=1)
    assert np.ptp(totals) < 1e-6
    assert totals[0, 0] == pytest.approx(NORMAL["blood.volume"], abs=1e-6)


def test_the_shortcut_ends_where_plain_beating_ends(normal: Settled) -> None:
    plain = steady(patient(), Options(memory=0, most_beats=3000, tolerance=0.0025))
    assert plain.beats > 2 * normal.beats
    a, b = indices(trace(normal)), indices(trace(plain))
    for name in ("map", "cvp", "pcwp", "edv", "esv", "total_flow", "stroke_work"):
        assert a[name][0] == pytest.approx(b[name][0], rel=2e-3), name


def test_flow_is_the_same_all_the_way_round(normal: Settled) -> None:
    t = trace(normal)
    through = {
        name: float(sum(t.flows[edge].mean() for edge in edges))
        for name, edges in {
            "left": ("mitral",), "right": ("tricuspid",), "lung": ("lung_out",),
            "aorta": ("aortic",),
            "body": ("head", "arms", "viscera", "legs", "coronary_l", "coronary_r"),
            "veins": ("from_svc", "from_ivc", "sinus_l", "sinus_r"),
        }.items()
    }  # fmt: skip
    for name, flow in through.items():
        assert flow == pytest.approx(through["left"], rel=1e-3), name


def test_the_normal_adult_of_burkhoff(normal: Settled) -> None:
    """Reference C.3: MAP 84.5, CVP 4.7, mPAP 12.6, PCWP 8.5, EDV 152, ESV 74, CO 6.2, SW 8,373.

    That circuit has no septum, pericardium, inertia or coronaries, so the bar is loose.
    """
    found = {name: float(values[0]) for name, values in indices(trace(normal)).items()}
    for name, value, off in (
        ("map", 84.5, 10), ("cvp", 4.7, 1.5), ("pap_mean", 12.6, 2.5), ("pcwp", 8.5, 2),
        ("edv", 152, 10), ("esv", 74, 8), ("total_flow", 6.2, 0.6), ("stroke_work", 8373, 800),
    ):  # fmt: skip
        assert found[name] == pytest.approx(value, abs=off), name


def test_stroke_work_is_what_the_pressures_and_flows_say(normal: Settled) -> None:
    """The loop's area against the integral of pressure times flow out of the ventricle."""
    t = trace(normal)
    out = t.flows["aortic"] - t.flows["mitral"]
    period = float(t.time[-1, 0])
    power = (t.pressures["lv"] * out).mean() * period
    assert indices(t)["stroke_work"][0] == pytest.approx(power, rel=2e-3)


def test_many_patients_at_once_are_each_as_alone() -> None:
    ees = np.linspace(0.5, 2.5, 19)
    many = steady({name: np.full(19, value) for name, value in BASE.items()} | {"lv.ees": ees})
    found = indices(trace(many))
    for k in (0, 7, 18):
        alone = indices(trace(steady(patient(lv__ees=ees[k]))))
        for name in ("map", "edv", "total_flow"):
            assert found[name][k] == pytest.approx(alone[name][0], rel=1e-3), (k, name)
    assert (np.diff(found["map"]) > 0).all()
    assert (np.diff(found["esv"]) < 0).all()


def test_numbers_of_many_need_no_waveforms_and_are_the_same() -> None:
    """One who never settles is NaN, and does not disturb the others."""
    patients = {name: np.full(20, value) for name, value in BASE.items()}
    patients["lv.ees"] = np.linspace(0.8, 2.0, 20)
    patients["mitral.l"] = np.where(np.arange(20) == 7, 1e-9, patients["mitral.l"])
    options = Options(most_beats=60)
    with np.errstate(all="ignore"):
        found = settled_numbers(patients, lambda beats: indices(trace(beats)), options)
    assert np.isnan(found["map"][7])
    for k in (0, 6, 8, 19):
        alone = indices(trace(steady(patient(lv__ees=patients["lv.ees"][k]))))
        for name in ("map", "edv", "total_flow"):
            assert found[name][k] == pytest.approx(alone[name][0], rel=1e-4), (k, name)


def test_coarse_steps_of_the_search_leave_nothing_in_the_beat() -> None:
    for told in (patient(), patient(lv__ees=0.6, beat__hr=110.0)):
        found = steady(told)
        fine = steady(told, Options(tolerance=1e-7, coarse=0.001))
        assert found.beat.shape == fine.beat.shape
        a, b = indices(trace(found)), indices(trace(fine))
        for name in ("map", "sbp", "cvp", "pcwp", "edv", "esv"):
            assert a[name][0] == pytest.approx(b[name][0], abs=0.01), name


def test_a_beat_hardly_depends_on_the_step() -> None:
    """The valves shut without a jump, so that 1 ms gives what 0.25 ms gives."""
    coarse, fine = (
        indices(trace(steady(patient(beat__hr=77.0), Options(tolerance=1e-6, step=step))))
        for step in (0.001, 0.00025)
    )
    for name in ("map", "sbp", "lvedp", "edv", "esv", "pcwp"):
        assert coarse[name][0] == pytest.approx(fine[name][0], abs=0.003), name


def test_with_pumps_and_a_balloon_it_hardly_depends_on_the_step_either() -> None:
    devices = [parse_device(d) for d in ("ecls:rpm=3500", "impella-cp:level=P4", "iabp")]
    told = patient(lv__ees=0.8, **{k.replace(".", "__"): v for k, v in
                                   parameters_together(devices).items()})  # fmt: skip
    coarse, fine = (
        indices(trace(steady(told, Options(tolerance=1e-6, step=step)))) for step in (0.001, 0.0002)
    )
    for name in ("map", "cvp", "pap_mean", "pcwp", "lvedp", "edv", "esv"):
        assert coarse[name][0] == pytest.approx(fine[name][0], abs=0.01), name


def test_too_little_blood_is_refused() -> None:
    with pytest.raises(InputError, match="less than the vessels hold"):
        steady(patient(blood__volume=1000.0))


def test_what_does_not_settle_says_so() -> None:
    with pytest.raises(NoConvergence, match="patient 0 \\(of 1\\)"):
        steady(patient(), Options(most_beats=3))


def test_lanes_that_have_settled_stay_while_others_are_looked_for() -> None:
    """A patient is the same alone and beside 59 others with and without a device, some of whom
    take many more beats."""
    from afterload.actions.simulate import simulate

    closes = np.linspace(0.0, 60.0, 60)
    many = simulate({"base": "ami-lv-shock", "sinus_l.close": closes}, "ecls:flow=4").scenarios[0]
    for lane in (50, 51, 52):
        told = {"base": "ami-lv-shock", "sinus_l.close": float(closes[lane])}
        one = simulate(told).scenarios[0]
        assert many.indices.map[lane] == pytest.approx(one.indices.map[0], abs=0.02)
        work = one.indices.stroke_work[0]
        assert many.indices.stroke_work[lane] == pytest.approx(work, rel=2e-3)

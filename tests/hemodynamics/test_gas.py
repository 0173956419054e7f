"""Gases of settled beats: nothing is lost, and the pictures of the literature come out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from afterload.actions.simulate_lanes import part_of
from afterload.core.errors import InputError, UnknownName
from afterload.hemodynamics.blood import Blood, at_pressures
from afterload.hemodynamics.device import AbstractDevice, parameters_together, parse_device
from afterload.hemodynamics.device.ecls import Ecls
from afterload.hemodynamics.gas import Gases, gases
from afterload.hemodynamics.gas_index import (
    GAS_INDICES,
    SOURCES,
    arterial_saturation,
    cautions,
    delivery,
    differential_hypoxaemia,
    gas_indices,
    uptake,
)
from afterload.hemodynamics.patient.gas import GAS, GAS_PARAMETERS
from afterload.hemodynamics.patient.normal import CONTROLLED, NORMAL
from afterload.hemodynamics.solve import steady
from afterload.hemodynamics.trace import Trace, trace

Array = NDArray[np.float64]
BASE = {**NORMAL, **CONTROLLED}
SHOCK = {
    **BASE, "lv.ees": 0.6, "rv.ees": 0.3281, "blood.volume": 5750.0, "lv.alpha": 0.0311,
    "beat.hr": 100.0, "pericardium.v0": 520.0, "lung_out.r": 0.11,
    **{f"{bed}.r": 1.17 * BASE[f"{bed}.r"] for bed in ("head", "arms", "viscera", "legs")},
}  # fmt: skip
"""The acute-infarction shock of the hemodynamics reference, C.6, in this circulation."""

LANES: dict[str, tuple[str, ...]] = {
    "healthy": (), "shock": (),
    "ecls 1": ("ecls:flow=1",), "ecls 2": ("ecls:flow=2",), "ecls 3": ("ecls:flow=3",),
    "ecls 4": ("ecls:flow=4",), "ecls 5": ("ecls:flow=5",),
    "central": ("ecls-central:flow=4",), "axillary": ("ecls-subclavian:flow=4",),
    "vav": ("vav:flow=4",), "tandem": ("tandemheart:flow=3.5",),
    "ecpella": ("ecls:flow=4", "impella-cp:level=P-4"),
    "vented": ("ecls:flow=3.5", "lv-vent:flow=0.5"), "holed": ("ecls:flow=4", "septostomy"),
}  # fmt: skip
SICK_LUNG = {"lung.shunt": 0.4, "lung.fio2": 0.4}


def with_devices(
    base: Mapping[str, float], devices: tuple[AbstractDevice, ...]
) -> dict[str, float]:
    told = {**base, **parameters_together(devices)}
    for device in devices:
        if device.target is not None:
            told[f"{device.slot}.target"] = device.target
        if device.speeds:
            told[f"{device.slot}.n_low"], told[f"{device.slot}.n_high"] = device.speeds
        for name, factor in device.settings().scales.items():
            told[name] *= factor
    return told


DEVICES = {name: tuple(parse_device(text) for text in texts) for name, texts in LANES.items()}
ALL = list(DEVICES.values())
LANE = {name: k for k, name in enumerate(LANES)}


@pytest.fixture(scope="module")
def beat() -> Trace:
    told = [
        with_devices(BASE if name == "healthy" else SHOCK, devices)
        for name, devices in DEVICES.items()
    ]
    return trace(steady({key: np.array([lane[key] for lane in told]) for key in told[0]}))


@pytest.fixture(scope="module")
def well(beat: Trace) -> Gases:
    return gases(beat, {}, ALL)


@pytest.fixture(scope="module")
def sick(beat: Trace) -> Gases:
    return gases(beat, SICK_LUNG, ALL)


@pytest.fixture(params=["well", "sick"])
def any_gases(request: pytest.FixtureRequest) -> Gases:
    found: Gases = request.getfixturevalue(request.param)
    return found


def test_what_is_taken_up_is_what_is_used(any_gases: Gases) -> None:
    """Lung and membrane lung together, within 1e-6 mL/min, and the same for carbon dioxide."""
    g = any_gases
    assert 60 * (g.lung_uptake + g.membrane_uptake) == pytest.approx(60 * uptake(g), abs=1e-6)
    made = 60 * np.sum(list(g.production.values()), axis=0)
    assert 60 * (g.lung_output + g.membrane_output) == pytest.approx(made, abs=1e-6)


def test_what_is_brought_less_what_returns_is_used(any_gases: Gases) -> None:
    """Over the aorta's outlets and the veins' inflow into the heart, in mL/min."""
    g = any_gases
    back = sum(
        g.network.flow(pipe) * g.samples[place].oxygen
        for pipe, place in (("upper", "v_upper"), ("visceral", "v_visceral"), ("lower", "v_legs"),
                            ("sinus_l", "cor_l"), ("sinus_r", "cor_r"))
    )  # fmt: skip
    assert 60 * (delivery(g) - back) == pytest.approx(60 * uptake(g), abs=1e-6)


def test_every_place_balances_by_its_own_sum(any_gases: Gases) -> None:
    """The pulmonary artery's oxygen from the right heart's inflows, written out."""
    g = any_gases
    for into, of in (("rv", "ra"), ("pa", "rv")):
        on = g.network.flow("right_pump") == 0
        a, b = g.samples[into].oxygen[on], g.samples[of].oxygen[on]
        assert a == pytest.approx(b, rel=1e-9, nan_ok=True)
    q = {name: g.network.flow(name) for name in ("from_svc", "from_ivc", "sinus_l", "sinus_r")}
    place = {"from_svc": "svc", "from_ivc": "ivc", "sinus_l": "cor_l", "sinus_r": "cor_r"}
    shunted = g.network.flow("septostomy")
    assert (shunted >= 0).all()
    into_ra = sum(q[k] * g.samples[place[k]].oxygen for k in q) + shunted * g.samples["la"].oxygen
    assert g.samples["ra"].oxygen == pytest.approx(into_ra / (sum(q.values()) + shunted), rel=1e-9)


def test_balancing_changes_flows_by_next_to_nothing(beat: Trace, well: Gases) -> None:
    for name in ("tricuspid", "to_la", "upper", "visceral", "lower", "from_svc", "from_ivc"):
        before = beat.flows[name].mean(axis=0)
        assert well.network.flow(name) == pytest.approx(before, rel=5e-3), name


def test_mixed_venous_saturation_is_ficks(beat: Trace) -> None:
    """Reference C.5: SvO2 = SaO2 - VO2 / (1.34 Hb Q), which leaves out dissolved oxygen."""
    g = gases(beat, {"lung.shunt": 0.0}, ALL)
    k = LANE["healthy"]
    flow = 0.06 * beat.flows["pulmonic"].mean(axis=0)[k]
    fick = g.samples["pv"].saturation[k] - 60 * uptake(g)[k] / (1.34 * 140 * flow)
    assert g.samples["pa"].saturation[k] == pytest.approx(fick, abs=0.01)


@pytest.mark.parametrize("name", ["healthy", "shock", "tandem"])
def test_without_a_membrane_the_loop_has_a_closed_form(beat: Trace, name: str) -> None:
    """The lungs take up all that is used: PACO2 = 863 VCO2 / VA, PAO2 by the alveolar gas equation
    at R = 0.8, and mixed venous content = capillary content - VO2 / (Q (1 - shunt))."""
    shunt, fio2 = 0.2, 0.5
    g, k = gases(beat, {"lung.shunt": shunt, "lung.fio2": fio2}, ALL), LANE[name]
    vo2 = 60 * uptake(g)[k]
    pco2 = 760 * 310.15 / 273.15 * 0.8 * vo2 / (1000 * 6.1 * 0.67)
    po2 = fio2 * 713 - pco2 * (fio2 + (1 - fio2) / 0.8)
    one = np.ones(1)
    met = at_pressures(Blood(140 * one, 0 * one, 37 * one), po2 * one, pco2 * one)
    flow = 60 * g.network.flow("lung_out")[k] * (1 - shunt)
    venous = met.oxygen[0] - vo2 / flow
    assert g.samples["pa"].oxygen[k] == pytest.approx(venous, rel=1e-8)
    assert g.samples["pv"].oxygen[k] == pytest.approx(
        shunt * venous + (1 - shunt) * met.oxygen[0], rel=1e-8
    )
    assert g.samples["pa"].carbon[k] == pytest.approx(met.carbon[0] + 0.8 * vo2 / flow, rel=1e-8)


def test_a_healthy_adult_has_the_gases_of_one(well: Gases) -> None:
    found = {name: values[LANE["healthy"]] for name, values in gas_indices(well).items()}
    for name, low, high in (
        ("svo2", 65, 82), ("sao2_legs", 94, 99), ("pao2", 75, 105), ("paco2", 37, 43),
        ("ph", 7.36, 7.44), ("do2", 900, 1300), ("vo2", 230, 240), ("extraction", 18, 30),
    ):  # fmt: skip
        assert low <= found[name] <= high, name


def test_heart_before_brain_before_legs(sick: Gases) -> None:
    """Prisco 2021 (doi:10.1007/s12265-021-10110-2): the heart is hypoxic before the brain."""
    x = gas_indices(sick)
    for name in ("ecls 1", "ecls 2", "ecls 3", "ecls 4", "ecls 5"):
        k = LANE[name]
        order = [x[f"sao2_{part}"][k] for part in ("coronary", "right_arm", "head", "left_arm",
                                                   "viscera", "legs")]  # fmt: skip
        assert order == sorted(order) or order == pytest.approx(sorted(order), abs=1e-6), name
        assert order[0] < order[-1] - 3
    apart = LANE["ecls 5"]
    assert x["sao2_coronary"][apart] < x["sao2_head"][apart] - 3


def test_the_meeting_moves_to_the_heart_as_ecls_gives_more(sick: Gases) -> None:
    """Stevens: at 90 % of the flow in the arch; with more from the heart beyond it."""
    names = ["ecls 1", "ecls 2", "ecls 3", "ecls 4", "ecls 5"]
    segments = [sick.meeting.segment[LANE[n]] for n in names]
    positions = [sick.meeting.position[LANE[n]] for n in names]
    assert segments == sorted(segments, reverse=True)
    assert positions == sorted(positions, reverse=True)
    assert "arch" in sick.meeting.words[LANE["ecls 5"]]
    assert "thoracic" in sick.meeting.words[LANE["ecls 3"]]
    native = sick.network.flow("aortic") + sick.network.flow("left_pump")
    assert positions[0] == pytest.approx(
        (native / (native + sick.network.flow("membrane")))[LANE["ecls 1"]], rel=1e-6
    )


def test_a_pump_in_the_left_ventricle_pushes_the_meeting_away(sick: Gases) -> None:
    """ECPELLA: what comes through the left ventricle, by the valve or the pump, is the lungs'."""
    position = sick.meeting.position
    assert position[LANE["ecpella"]] > position[LANE["ecls 4"]] + 0.05
    k = LANE["ecpella"]
    assert sick.samples["root"].oxygen[k] == pytest.approx(sick.samples["lv"].oxygen[k])


def test_a_central_return_serves_all_alike(sick: Gases) -> None:
    k = LANE["central"]
    x = gas_indices(sick)
    values = [x[f"sao2_{part}"][k] for part in ("coronary", "right_arm", "head", "left_arm",
                                                "viscera", "legs")]  # fmt: skip
    assert values == pytest.approx([values[0]] * 6, abs=1e-9)
    assert values[0] > 95
    assert not differential_hypoxaemia(sick)[k]


def test_an_axillary_return_spares_the_head_and_not_the_heart(sick: Gases) -> None:
    x, k = gas_indices(sick), LANE["axillary"]
    assert x["sao2_right_arm"][k] > 95
    assert x["sao2_head"][k] > 95
    assert x["sao2_coronary"][k] < x["sao2_head"][k]


def test_without_a_membrane_all_arteries_carry_the_lungs_blood(sick: Gases) -> None:
    for name in ("healthy", "shock", "tandem"):
        k = LANE[name]
        lungs = sick.samples["pv"].saturation[k]
        for place in ("root", "innominate", "gut", "legs"):
            assert sick.samples[place].saturation[k] == pytest.approx(lungs, rel=1e-9)
        assert np.isnan(sick.membrane.po2[k])


def test_sick_lungs_and_a_femoral_return_are_warned_of(beat: Trace) -> None:
    bad = gases(beat, {"lung.shunt": 0.6, "lung.fio2": 0.5}, ALL)
    told = cautions(bad)
    for name in ("ecls 2", "ecls 3"):
        k = LANE[name]
        assert differential_hypoxaemia(bad)[k]
        assert any("Harlequin" in text for text in told[k])
    for name in ("healthy", "central", "tandem"):
        assert not differential_hypoxaemia(bad)[LANE[name]], name
        assert not any("Harlequin" in text for text in told[LANE[name]])


def test_well_lungs_are_not(well: Gases) -> None:
    assert not differential_hypoxaemia(well).any()


def test_a_venous_return_helps_the_heart_and_recirculates(sick: Gases) -> None:
    """VAV: the pulmonary artery, and so heart and head, get oxygenated blood."""
    k, plain = LANE["vav"], LANE["ecls 4"]
    x = gas_indices(sick)
    assert x["svo2"][k] > x["svo2"][plain]
    assert x["sao2_coronary"][k] > x["sao2_coronary"][LANE["ecls 2"]]
    q = {p: float(sick.network.flow(p)[k]) for p in (
        "return to svc", "upper", "from_svc", "from_ivc", "sinus_l", "sinus_r", "ecls from ra",
        "ecls from ivc")}  # fmt: skip
    svc = q["return to svc"] / (q["return to svc"] + q["upper"])
    into = q["from_svc"] + q["from_ivc"] + q["sinus_l"] + q["sinus_r"]
    atrium = svc * q["from_svc"] / into
    drained = q["ecls from ra"] + q["ecls from ivc"]
    assert x["recirculation"][k] == pytest.approx(100 * atrium * q["ecls from ra"] / drained)
    assert x["recirculation"][k] > 5
    assert x["recirculation"][plain] == pytest.approx(0, abs=1e-9)


def test_a_hole_in_the_septum_brings_arterial_blood_to_the_right(sick: Gases) -> None:
    k = LANE["holed"]
    assert sick.network.flow("septostomy")[k] > 0
    assert sick.samples["ra"].saturation[k] > sick.samples["svc"].saturation[k]
    assert sick.samples["pa"].saturation[k] > sick.samples["pa"].saturation[LANE["ecls 4"]]


def test_a_vent_sends_the_left_ventricles_blood_through_the_membrane(sick: Gases) -> None:
    k = LANE["vented"]
    drains = {place: float(sick.network.flow(pipe)[k]) for pipe, place in (
        ("ecls from ra", "ra"), ("ecls from ivc", "ivc"), ("vent from lv", "lv"))}  # fmt: skip
    assert drains["lv"] == pytest.approx(500 / 60, rel=0.02)
    mixed = sum(q * sick.samples[place].oxygen[k] for place, q in drains.items())
    assert sick.samples["drain"].oxygen[k] == pytest.approx(mixed / sum(drains.values()), rel=1e-9)


def test_less_oxygen_than_is_asked_for(beat: Trace) -> None:
    """Anaemia in shock: uptake is the most that can be taken, and nothing is lost."""
    g = gases(beat, {"blood.hb": 40.0}, ALL)
    k = LANE["shock"]
    asked = g.heart[k] + sum(x[k] for name, x in g.demand.items() if "coronary" not in name)
    assert uptake(g)[k] < asked - 0.1
    gut = g.used["gut"][k] / (g.network.flow("gut")[k] * g.samples["gut"].oxygen[k])
    assert gut == pytest.approx(GAS["body.extraction"])
    assert g.lung_uptake[k] + g.membrane_uptake[k] == pytest.approx(uptake(g)[k], abs=1e-9)
    assert any("Less oxygen comes" in text for text in cautions(g)[k])
    assert all((s.oxygen[np.isfinite(s.oxygen)] >= 0).all() for s in g.samples.values())


def test_carbon_dioxide_follows_sweep_and_ventilation(beat: Trace) -> None:
    paco2 = []
    for ventilation in (3.0, 6.0, 12.0):
        g = gases(beat, {"lung.minute_ventilation": ventilation}, ALL)
        paco2.append(gas_indices(g)["paco2"][LANE["shock"]])
        if ventilation == 6.0:
            made = 60 * float(np.sum([x[LANE["shock"]] for x in g.production.values()]))
            assert g.capillary.pco2[LANE["shock"]] == pytest.approx(
                863 * made / (1000 * ventilation * 0.67), rel=1e-3
            )
    assert paco2 == sorted(paco2, reverse=True)


def test_an_ecls_is_set_for_a_normal_pco2(beat: Trace) -> None:
    """Nobody runs a patient at a PCO2 of 19: what is not told of sweep and ventilation is set for
    40 mmHg behind both lungs. With what was set told, the same comes out."""
    g = gases(beat, {}, ALL)
    found = gas_indices(g)
    for name in ("ecls 2", "ecls 3", "ecls 4", "central", "axillary", "vav", "ecpella", "vented"):
        k = LANE[name]
        assert g.membrane.pco2[k] == pytest.approx(40, abs=1e-9), name
        assert g.capillary.pco2[k] == pytest.approx(40, abs=1e-9), name
        assert 35 < found["paco2"][k] < 45, name
        assert 7.35 < found["ph"][k] < 7.45, name
        assert 0.5 < found["sweep_lmin"][k] < 6, name
        assert 1 < found["minute_ventilation"][k] < 6.1, name
        output = 60 * g.lung_output[k]
        alveolar = (1 - GAS["lung.dead_space"]) * found["minute_ventilation"][k]
        assert 863 * output / (1000 * alveolar) == pytest.approx(40, rel=1e-3), name
    k = LANE["ecls 4"]
    told = (f"ecls:flow=4:sweep={found['sweep_lmin'][k]:.12g}",)
    devices = [tuple(parse_device(w) for w in told) if lane == k else x
               for lane, x in enumerate(ALL)]  # fmt: skip
    again = gases(beat, {"lung.minute_ventilation": found["minute_ventilation"]}, devices)
    assert gas_indices(again)["paco2"][k] == pytest.approx(found["paco2"][k], rel=1e-6)
    assert gas_indices(again)["pao2"][k] == pytest.approx(found["pao2"][k], rel=1e-6)


def test_ventilation_that_is_told_is_kept_on_an_ecls(beat: Trace) -> None:
    found = gas_indices(gases(beat, {"lung.minute_ventilation": 6.1}, ALL))
    assert found["minute_ventilation"] == pytest.approx(6.1)
    assert found["pco2_pulmonary_vein"][LANE["ecls 4"]] < 35
    without = gas_indices(gases(beat, {}, ALL))
    for name in ("healthy", "shock", "tandem"):
        assert without["minute_ventilation"][LANE[name]] == pytest.approx(6.1), name


def test_each_patient_is_as_alone(beat: Trace, sick: Gases) -> None:
    for name in ("ecls 3", "healthy"):
        k = LANE[name]
        lane = part_of(beat, np.array([k]))
        alone = gas_indices(gases(lane, SICK_LUNG, DEVICES[name]))
        for key, values in gas_indices(sick).items():
            assert alone[key][0] == pytest.approx(values[k], rel=1e-6, nan_ok=True), key


def test_every_number_has_a_name_and_a_value(sick: Gases) -> None:
    found = gas_indices(sick)
    assert len({i.name for i in GAS_INDICES}) == len(GAS_INDICES) == len(found)
    everywhere = {
        "svo2_drain", "po2_membrane", "pco2_membrane", "recirculation", "mixing_position",
        "sweep_lmin",
    }  # fmt: skip
    for index in GAS_INDICES:
        if index.name not in everywhere:
            assert np.isfinite(found[index.name]).all(), index.name
        assert np.isfinite(found[index.name][LANE["ecls 3"]]), index.name
        assert index.label
        assert index.unit


def test_every_source_says_where_and_how_sure() -> None:
    for source in (*SOURCES, *(p.source for p in GAS_PARAMETERS)):
        assert source.place
        assert source.confidence != "U"


def test_arterial_saturation_is_weighted_by_flow(sick: Gases) -> None:
    k = LANE["ecls 4"]
    names = ("right head", "left head", "left vertebral")
    q = np.array([sick.network.flow(n)[k] for n in names])
    s = np.array([sick.samples[p].saturation[k] for p in ("innominate", "carotid", "subclavian")])
    assert arterial_saturation(sick, *names)[k] == pytest.approx((q * s).sum() / q.sum())


def alone(changes: Mapping[str, float], *texts: str) -> tuple[Trace, tuple[AbstractDevice, ...]]:
    devices = tuple(parse_device(text) for text in texts)
    told = with_devices({**SHOCK, **changes}, devices)
    return trace(steady({key: np.array([value]) for key, value in told.items()})), devices


def test_a_heart_that_ejects_nothing_leaves_the_lungs_still() -> None:
    there, devices = alone({"lv.ees": 0.15, "rv.ees": 0.10}, "ecls:flow=5")
    g = gases(there, {}, devices)
    assert g.lung_uptake[0] == 0
    assert 60 * g.membrane_uptake[0] == pytest.approx(60 * uptake(g)[0], abs=1e-6)
    assert np.isnan(gas_indices(g)["svo2"][0])
    assert "aortic valve" in g.meeting.words[0]
    assert any("no mixed venous sample" in text for text in cautions(g)[0])


def test_an_ecls_that_runs_backwards_is_a_shunt_from_artery_to_vein() -> None:
    there, devices = alone({}, "ecls:rpm=1000")
    g = gases(there, {}, devices)
    assert g.network.flow("membrane")[0] < -5
    assert g.samples["drain"].saturation[0] > g.samples["legs"].saturation[0]
    assert g.samples["ra"].saturation[0] > g.samples["svc"].saturation[0]
    assert np.isnan(gas_indices(g)["svo2_drain"][0])
    assert any("backwards" in text for text in cautions(g)[0])
    assert g.lung_uptake + g.membrane_uptake == pytest.approx(uptake(g), abs=1e-9)


def test_washed_out_blood_is_told_so_and_nothing_is_lost() -> None:
    """Hardly any blood through a membrane lung with full sweep."""
    there, devices = alone({}, "ecls:rpm=1400:sweep=4")
    g = gases(there, {"blood.hb": 60.0}, devices)
    assert any("washed out" in text for text in cautions(g)[0])
    made = np.sum(list(g.production.values()), axis=0)
    assert g.lung_output + g.membrane_output == pytest.approx(made, abs=1e-9)


def test_a_membrane_lung_without_gas_is_a_shunt() -> None:
    """Venous blood goes to the legs as it was drained, and the lungs alone take up oxygen."""
    there, devices = alone({}, "ecls:flow=3:sweep=0")
    g = gases(there, {"lung.fio2": 0.6, "lung.minute_ventilation": 9.0}, devices)
    assert any("No sweep gas" in text for text in cautions(g)[0])
    assert gas_indices(g)["sweep_lmin"][0] == 0.0
    assert g.membrane_uptake[0] == 0.0
    assert g.membrane_output[0] == 0.0
    assert g.lung_uptake[0] == pytest.approx(uptake(g)[0], rel=1e-9)
    drained = g.samples["drain"]
    for part in ("saturation", "po2", "pco2", "oxygen"):
        assert getattr(g.membrane, part)[0] == pytest.approx(getattr(drained, part)[0], rel=1e-9)
    assert arterial_saturation(g, "legs")[0] == pytest.approx(drained.saturation[0], rel=1e-9)
    assert arterial_saturation(g, "right arm")[0] > arterial_saturation(g, "legs")[0] + 0.2


def test_what_the_sweep_brings_is_the_most_that_is_taken_up() -> None:
    """0.1 L/min of oxygen at 20 °C are 93.2 mL/min (STPD); with no nitrogen nearly all is used."""
    there, devices = alone({}, "ecls:flow=4:sweep=0.1")
    g = gases(there, {"lung.fio2": 0.5}, devices)
    assert 90 < 60 * g.membrane_uptake[0] < 100 * 273.15 / 293.15
    assert g.lung_uptake[0] + g.membrane_uptake[0] == pytest.approx(uptake(g)[0], rel=1e-9)


def test_half_shunted_lungs_and_what_a_return_to_the_vein_does() -> None:
    """A femoral return leaves heart and head hypoxic beside the legs; the same flow shared with the
    jugular vein (VAV) brings them up, as it is done for."""
    bad = {"lung.shunt": 0.5, "lung.fio2": 0.3}
    found = {}
    for name, text in (("femoral", "ecls:flow=3"), ("vav", "vav:flow=4:split=0.5")):
        there, devices = alone({}, text)
        g = gases(there, bad, devices)
        found[name] = gas_indices(g)
        assert differential_hypoxaemia(g)[0] == (name == "femoral")
    for part in ("coronary", "head", "right_arm"):
        low, high = (found[name][f"sao2_{part}"][0] for name in ("femoral", "vav"))
        assert low < 90 < high
    assert found["femoral"]["sao2_legs"][0] > 99


@pytest.mark.parametrize("name", ["vav", "ecls 5", "vented"])
def test_a_balance_is_found_for_whatever_is_told(beat: Trace, name: str) -> None:
    """40 patients from thin to thick blood, from well to hardly working lungs, at rest and with
    fever, sour and alkaline, sweep from none to the most or set for the PCO2."""
    rng, n = np.random.default_rng(11), 40
    sweeps = [None, 0.0, 0.5, 1.0, 2.0, 4.0, 15.0]
    devices = [
        tuple(
            replace(d, fdo2=float(rng.choice([0.21, 0.4, 1.0])), sweep=sweeps[rng.integers(7)])
            if isinstance(d, Ecls) else d
            for d in DEVICES[name]
        )
        for _ in range(n)
    ]  # fmt: skip
    patient = {
        "blood.hb": rng.uniform(50, 180, n), "lung.shunt": rng.uniform(0, 0.6, n),
        "lung.fio2": rng.uniform(0.21, 1, n), "body.vo2": rng.uniform(60, 200, n),
        "blood.base_excess": rng.uniform(-10, 8, n),
    }  # fmt: skip
    g = gases(part_of(beat, np.full(n, LANE[name])), patient, devices)
    assert 60 * (g.lung_uptake + g.membrane_uptake) == pytest.approx(60 * uptake(g), abs=1e-6)
    made = 60 * np.sum(list(g.production.values()), axis=0)
    assert 60 * (g.lung_output + g.membrane_output) == pytest.approx(made, abs=1e-6)
    found = gas_indices(g)
    for index in ("svo2", "sao2_coronary", "sao2_legs", "po2_membrane", "supply_demand", "ph"):
        assert np.isfinite(found[index]).all(), index


def test_what_cannot_be_is_refused(beat: Trace) -> None:
    with pytest.raises(UnknownName, match=r"lung\.shunt"):
        gases(beat, {"lung.shunts": 0.1}, ALL)
    with pytest.raises(InputError, match=r"lung\.fio2 = 40 1 is outside 0\.15 to 1"):
        gases(beat, {"lung.fio2": 40.0}, ALL)
    with pytest.raises(InputError, match="has 3 values for 14 patients"):
        gases(beat, {"blood.hb": [100.0, 110.0, 120.0]}, ALL)
    with pytest.raises(InputError, match="An ECLS runs in patient 2, but is not among"):
        gases(beat, {}, ())
    with pytest.raises(InputError, match="for 2 patients, and there are 14"):
        gases(beat, {}, ALL[:2])
    with pytest.raises(InputError, match="no way out of patient 0"):
        gases(beat, {"lung.minute_ventilation": 0.0}, ALL)
    with pytest.raises(InputError, match=r"blood\.hb = nan"):
        gases(beat, {"blood.hb": float("nan")}, ALL)

"""Every pump's own flow and speed, and where the streams meet, reach the reader."""

from __future__ import annotations

import numpy as np
import pytest

from afterload.actions.simulate import simulate
from afterload.report.sim_data import simulation_data
from afterload.report.sim_pump import pumps_data, pumps_told, running

TOGETHER = "ecls:flow=3.5+impella-cp:level=P6+pa-vent:flow=0.5"


def test_the_speed_that_was_found_gives_the_flow_that_was_asked() -> None:
    """There and back: a flow asked for, its speed, and that speed asked for."""
    asked = simulate("ami-lv-shock", "ecls:flow=3.5").scenarios[1]
    (pump,) = running(asked)
    assert pump.speed is not None
    (back,) = running(simulate("ami-lv-shock", f"ecls:rpm={pump.speed}").scenarios[1])
    assert pump.flow == pytest.approx(3.5, abs=0.005)
    assert back.flow == pytest.approx(pump.flow, abs=0.005)


def test_pumps_and_drains_add_up_to_what_pumps_give_the_arteries() -> None:
    found = simulate("ami-lv-shock", TOGETHER).scenarios[1]
    told = pumps_data(found)
    assert [one["device"] for one in told] == ["ecls", "impella-cp", "pa-vent"]
    total = sum(one["flow_lmin"] for one in told)
    assert total == pytest.approx(found.indices["device_flow"][0], abs=0.005)
    assert told[1]["speed_rpm"] == pytest.approx(39000.0)  # P6, by the table of levels
    assert told[2]["speed_rpm"] is None
    assert "Impella CP" in pumps_told(found)
    assert "39\N{NARROW NO-BREAK SPACE}000 rpm" in pumps_told(found)


def test_what_runs_backwards_has_a_minus_and_names_keep_their_hyphen() -> None:
    found = simulate("ami-lv-shock", "impella-5.0:level=P0").scenarios[1]
    assert pumps_told(found).startswith("Impella 5.0 \N{MINUS SIGN}")
    assert pumps_data(found)[0]["device"] == "impella-5.0"


def test_json_tells_pumps_and_mixing_point_of_every_scenario() -> None:
    alone, ecls = simulation_data(simulate("ami-lv-shock", "ecls:flow=4"))["scenarios"]
    assert alone["pumps"] == []
    assert ecls["pumps"][0]["flow_lmin"] == pytest.approx(4.0, abs=0.005)
    assert "aort" in ecls["mixing_point"]


def test_of_several_patients_every_one_has_his_numbers() -> None:
    patients = {"base": "ami-lv-shock", "lv.ees": np.array([0.5, 0.9])}
    found = simulation_data(simulate(patients, "ecls:flow=4", ["iabp"]))["scenarios"]
    assert len(found[1]["pumps"][0]["speed_rpm"]) == 2
    assert len(found[1]["mixing_point"]) == 2
    assert found[2]["pumps"] == []

"""What a reader is told of the brain: its flow with and without devices, and when it gets less."""

from __future__ import annotations

import pytest

from afterload.actions.cohort_write import counted
from afterload.actions.simulate import simulate
from afterload.actions.simulate_patient import find_patient
from afterload.core.errors import InputError
from afterload.hemodynamics.patient import PATIENTS
from afterload.report.sim_data import simulation_data

SHOCK = tuple(name for name in PATIENTS if name != "normal")


@pytest.mark.parametrize("name", PATIENTS)
def test_support_keeps_the_brains_flow_within_its_curve(name: str) -> None:
    """No device gives it more than the plateau, and none that raises pressure takes some away.

    Without its vessels' answer, the same devices raise it as they raise pressure.
    """
    devices = ("ecls:flow=4", "impella-cp:level=P-8", "iabp")
    alone, *others = simulate(name, versus=devices).scenarios
    passive = simulate({"base": name, "brain.gain": 0.0}, "ecls:flow=4").scenarios[1]
    flow, pressure = (float(alone.indices[k][0]) for k in ("brain_flow", "brain_pressure"))
    plateau = flow / min(pressure / 50.0, 1.0)
    for other in others:
        found, after = (float(other.indices[k][0]) for k in ("brain_flow", "brain_pressure"))
        assert found == pytest.approx(plateau * min(after / 50.0, 1.0), rel=5e-3)
    assert float(passive.indices["brain_flow"][0]) > 1.05 * float(
        others[0].indices["brain_flow"][0]
    )


def test_a_balloon_on_ecls_leaves_the_brains_flow_as_it_is() -> None:
    """251.47 ± 79.28 without and 251.30 ± 79.47 mL/min with it, middle cerebral arteries of 12
    patients after surgery (Yang et al. 2014, J Transl Med 12:106, doi:10.1186/1479-5876-12-106)."""
    _, ecls, both = simulate("postcardiotomy", "ecls:flow=4", ["ecls:flow=4+iabp"]).scenarios
    assert both.indices["brain_flow"][0] == pytest.approx(ecls.indices["brain_flow"][0], rel=0.01)


def test_less_than_its_vessels_can_keep_is_told() -> None:
    alone, ecls = simulate("rv-shock", "ecls:flow=4").scenarios
    told = [text for text in alone.warnings if "perfusion pressure of the brain" in text]
    assert len(told) == 1
    assert "below the 50 mmHg" in told[0]
    assert f"{alone.indices['brain_flow'][0]:.0f} mL/min" in told[0]
    assert not any("perfusion pressure of the brain" in text for text in ecls.warnings)
    silent = simulate({"base": "rv-shock", "brain.gain": 0.0}).scenarios[0]
    assert not any("perfusion pressure of the brain" in text for text in silent.warnings)


def test_every_simulation_tells_the_brains_flow() -> None:
    told = simulation_data(simulate("normal", "iabp"))
    assert all(one["indices"]["brain_flow"] > 0 for one in told["scenarios"])
    assert told["units"]["brain_flow"] == "mL/min"
    assert told["units"]["brain_share"] == "%"


def test_a_tight_skull_that_was_told_takes_the_brains_blood_without_a_device_too() -> None:
    """A perfusion pressure of 30 mmHg leaves three fifths of the flow (`brain.kept`)."""
    free, tight = (
        simulate({"base": "normal", "brain.icp": icp}).scenarios[0] for icp in (10.0, 60.0)
    )
    pressure = float(tight.indices["brain_pressure"][0])
    assert 25 < pressure < 35
    ratio = tight.indices["brain_flow"][0] / free.indices["brain_flow"][0]
    assert ratio == pytest.approx(pressure / 50, rel=5e-3)
    assert any("perfusion pressure of the brain" in text for text in tight.warnings)


def test_a_plateau_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(InputError, match=r"brain\.lower = 130 is above brain\.upper = 60"):
        find_patient({"base": "normal", "brain.lower": 130.0, "brain.upper": 60.0})
    assert find_patient({"base": "normal", "brain.lower": 60.0, "brain.upper": 60.0}).n == 1


def test_of_several_patients_the_lowest_and_the_highest_are_told() -> None:
    """No one pressure stands for all whose brain gets too little, however they are in pieces."""
    many = simulate({"base": "rv-shock", "brain.icp": [10.0, 25.0, 30.0]}).scenarios[0]
    told = next(text for text in many.warnings if "perfusion pressure of the brain" in text)
    pressure, flow = (many.indices[name] for name in ("brain_pressure", "brain_flow"))
    assert f"is {pressure.min():.0f} to {pressure.max():.0f} mmHg in 3 of 3 patients" in told
    assert f"gets {flow.min():.0f} to {flow.max():.0f} mL/min" in told
    pieces = [
        ("", f"It is {ends} mmHg in 2 of 2 patients, below 50.")
        for ends in ("29 to 41", "35", "30 to 48")
    ]
    assert counted(pieces, 9) == ("It is 29 to 48 mmHg in 6 of 9 patients, below 50.",)

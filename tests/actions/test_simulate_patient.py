"""The patient to simulate, told or measured."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from afterload.actions.simulate import simulate
from afterload.actions.simulate_patient import find_patient
from afterload.core.errors import InputError


def test_a_parameter_that_is_told_stays_as_told_in_a_fit() -> None:
    measured = {"hr": 100, "map": 62, "cvp": 12, "pcwp": 24, "co": 3.4}
    free = find_patient(measured)
    held = find_patient({**measured, "lv.alpha": 0.035})
    assert held.parameters["lv.alpha"][0] == 0.035
    assert held.fit is not None
    assert (held.fit.drawn()["lv.alpha"] == 0.035).all()
    assert "lv.alpha" not in {one.name for one in held.fit.estimates}
    assert free.fit is not None
    assert "lv.alpha" in {one.name for one in free.fit.estimates}


@pytest.mark.parametrize("told", ["", 'name = "seven"', "[measured]", "measured_on = ['iabp']"])
def test_a_file_that_tells_nothing_is_no_normal_adult(told: str, tmp_path: Path) -> None:
    (tmp_path / "seven.toml").write_text(told, "utf-8")
    with pytest.raises(InputError, match="tells nothing of the patient"):
        find_patient(tmp_path / "seven.toml")


@pytest.mark.parametrize("told", [{"co": True}, {"lv.ees": True}, {"lv.ees": [True, False]}])
def test_true_is_no_number(told: dict[str, object]) -> None:
    with pytest.raises(InputError, match="is no number"):
        find_patient(told)


def test_the_stiffest_pulmonary_vessels_that_can_be_told_have_a_steady_beat() -> None:
    """Stiffer ones, all at once, have none at steps of 1 ms, whatever the heart."""
    stiff = {f"{vessel}.stiff": 0.5 for vessel in ("pa", "pcap", "pv")}
    found = simulate({"base": "normal", **stiff}, "ecls:flow=4")
    assert all(np.isfinite(one.indices.map).all() for one in found.scenarios)
    with pytest.raises(InputError, match=r"pa\.stiff = 0\.1 is outside 0\.5 to 1000"):
        find_patient({"base": "normal", "pa.stiff": 0.1})

"""Ramps: which steps, in which order, and what they show."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from afterload.actions.simulate import simulate
from afterload.actions.simulate_ramp import ramp
from afterload.core.errors import InputError, NoConvergence
from afterload.hemodynamics import solve


@pytest.mark.parametrize(
    ("told", "steps", "settings"),
    [
        ("ecls:flow=5..1", 0, ("5", "4.5", "4", "3.5", "3", "2.5", "2", "1.5", "1")),
        ("ecls:flow=1..4", 4, ("1", "2", "3", "4")),
        ("impella-cp:level=P9..P6", 0, ("P9", "P8", "P7", "P6")),
        ("impella-cp:level=2..4", 0, ("P2", "P3", "P4")),
        ("va-ecmo:arterial=19:rpm=2000..3000", 3, ("2000", "2500", "3000")),
        ("iabp:inflate=-50..50", 3, ("-50", "0", "50")),
    ],
)
def test_steps_go_from_one_end_to_the_other(
    told: str, steps: int, settings: tuple[str, ...]
) -> None:
    found = ramp("ami-lv-shock", told, steps=steps)
    assert found.settings == settings
    assert len(found.found.scenarios) == 1 + len(settings)
    assert all(np.isfinite(one.indices["map"]).all() for one in found.found.scenarios)


def test_a_step_is_as_the_same_device_by_itself() -> None:
    found = ramp("ami-lv-shock", "ecls:flow=4..2", ["iabp"], steps=3)
    alone = simulate("ami-lv-shock", "iabp+ecls:flow=3").scenarios[1]
    step = found.found.scenarios[2]
    assert step.words == ("iabp", "ecls:flow=3")
    for name in ("map", "pcwp", "native_flow", "pva", "svo2"):
        assert step.indices[name][0] == pytest.approx(alone.indices[name][0], rel=2e-3)


def test_weaning_gives_the_heart_its_flow_back() -> None:
    """The way it goes at the bedside: less flow of the circuit, more through the valve."""
    found = ramp("ami-lv-shock", "ecls:flow=5..1").found.scenarios[1:]
    for name, way in (("device_flow", -1), ("native_flow", 1), ("map", -1), ("cvp", 1)):
        values = np.array([one.indices[name][0] for one in found])
        assert (way * np.diff(values) > 0).all(), name


def test_a_step_that_does_not_settle_is_left_without_numbers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    usual = solve.settle

    def without_three(lanes, options, start):  # type: ignore[no-untyped-def]
        found = usual(lanes, options, start)
        target = lanes["ecls.target"] * 0.06
        return replace(found, residual=np.where(np.abs(target - 3) < 1e-6, np.nan, 0.0))

    monkeypatch.setattr(solve, "settle", without_three)
    found = ramp("ami-lv-shock", "ecls:flow=4..2", steps=3)
    values = [one.indices["map"][0] for one in found.found.scenarios]
    assert np.isnan(values).tolist() == [False, False, True, False]
    assert any("No steady beat" in told for told in found.found.scenarios[2].warnings)
    with pytest.raises(NoConvergence, match="repeats itself"):
        ramp("ami-lv-shock", "ecls:flow=3..3.0000000001", steps=2)


@pytest.mark.parametrize(
    ("told", "steps", "says"),
    [
        ("ecls:flow", 0, "tells no way"),
        ("ecls:flow=1..2:rpm=2000..3000", 0, "tells no way"),
        ("ecls:flow=5..5", 0, "goes from 5 to 5"),
        ("ecls:flow=5..99", 0, "outside 0.3 to 8"),
        ("ecls:flow=5..1", 1, "outside 2 to 101"),
        ("ecls:flo=5..1", 0, "Did you mean flow"),
        ("eclss:flow=5..1", 0, "Did you mean ecls"),
        ("impella-cp:level=P9..P20", 0, "Its levels are"),
        ("ecls:distal-perfusion=yes..no", 0, "Ramp flow or rpm or arterial"),
        ("ecls:pump=rotaflow..centrimag", 0, "pump is neither a number nor a level"),
    ],
)
def test_a_ramp_that_cannot_be_is_one_sentence(told: str, steps: int, says: str) -> None:
    with pytest.raises(InputError, match=says):
        ramp("normal", told, steps=steps)


def test_a_ramp_is_for_one_patient() -> None:
    with pytest.raises(InputError, match="one patient"):
        ramp({"lv.ees": [1.0, 2.0]}, "ecls:flow=3..1")


def test_a_device_can_lean_on_the_one_whose_setting_changes() -> None:
    found = ramp("normal", "ecls:flow=3..2", ["lv-vent:flow=0.5"], steps=2)
    assert [one.words[0] for one in found.found.scenarios[1:]] == ["lv-vent:flow=0.5"] * 2


def test_a_device_of_ones_own_can_be_ramped(tmp_path: Path) -> None:
    """By its file, each step as that device by itself."""
    guide = Path(__file__).parents[2] / "docs" / "how-to" / "add-a-device.md"
    code = guide.read_text("utf-8").partition("```python\n")[2].partition("```")[0]
    file = tmp_path / "toy_pump.py"
    file.write_text(code, "utf-8")
    found = ramp("dcm", f"{file}:level=P3..P2")
    assert (found.device, found.settings) == ("toy-pump", ("P3", "P2"))
    alone = simulate("dcm", f"{file}:level=P2").scenarios[1]
    assert found.found.scenarios[2].indices["map"][0] == pytest.approx(
        alone.indices["map"][0], abs=0.01
    )


def test_a_balloon_is_weaned_by_its_ratio() -> None:
    """1:1, 1:2, 1:3: whole numbers, and ever less help."""
    found = ramp("postcardiotomy", "iabp:ratio=1..3")
    assert found.settings == ("1", "2", "3")
    flows = [float(one.indices["total_flow"][0]) for one in found.found.scenarios]
    assert flows[1] > flows[2] > flows[3] > flows[0]
    assert [one.beats for one in found.found.scenarios] == [1, 1, 2, 3]

"""Where the heart's help ends: enough coronary flow, walls that collapse, muscle at rest."""

from __future__ import annotations

import numpy as np
import pytest

from afterload.actions.simulate import simulate
from afterload.hemodynamics.coronary import enough
from afterload.hemodynamics.law import Chamber, Pump, Scope
from afterload.hemodynamics.trace import ARRAYS

PUMP = {"on": 1.0, "n": 3.0, "a": 30.0, "b": 0.5, "c": 0.01, "r": 0.2, "l": 0.02, "suction": 3.5,
        "p_low": 1.0}  # fmt: skip
CHAMBER = {"ees": 0.05, "v0": 5.0, "alpha": 0.02, "beta": 0.34}


def test_blood_is_enough_at_one_and_three_quarters_of_the_need() -> None:
    """By hand: 10 mL/min of oxygen, three quarters taken of 1.34 mL/g at 97 % and 130 g/L, are
    78.9 mL/min of blood; 1.75 times that are 138.1 mL/min."""
    assert enough(np.array([10.0]), np.array([130.0]))[0] * 60 == pytest.approx(138.1, abs=0.1)
    half = enough(np.array([10.0]), np.array([65.0]))[0]
    assert half == pytest.approx(2 * enough(np.array([10.0]), np.array([130.0]))[0])


def test_more_blood_than_enough_makes_no_stronger() -> None:
    """Both bring a third more blood to a heart that has enough, and raise Ees by less than 5 %."""
    found = simulate("ami-lv-shock", "ecls:flow=4", ["impella-cp:level=P8"])
    alone, *others = found.scenarios
    assert alone.trace is not None
    for one in others:
        assert one.trace is not None
        assert one.indices["coronary_flow"][0] > 1.1 * alone.indices["coronary_flow"][0]
        assert one.trace.parameters["lv.ees"][0] < 1.05 * alone.trace.parameters["lv.ees"][0]
    # Nix 2020: Impella CP lowers PVA (in pigs); Møller-Helgestad 2019: it does not raise it.
    assert others[1].indices["pva"][0] < alone.indices["pva"][0]
    assert others[0].indices["pva"][0] > alone.indices["pva"][0]


@pytest.mark.parametrize("inside", [-3.0, 0.5, 12.0])
def test_an_inlet_collapses_by_the_pressure_across_its_wall(inside: float) -> None:
    """A sac around the heart that presses more changes nothing if all pressures rise with it."""
    law, p = Pump(), Scope("pump", {f"pump.{name}": value for name, value in PUMP.items()})
    bare = law.slope(ARRAYS, inside, 60.0, 50.0, p)
    pressed = law.slope(ARRAYS, inside + 10.0, 70.0, 50.0, p, 0.0, 10.0)
    assert pressed == pytest.approx(bare)


def test_no_pump_empties_a_ventricle_that_the_pericardium_presses() -> None:
    """In rv-shock the sac presses with some 10 mmHg: by the pressure inside alone nothing would
    collapse, and the left ventricle would be emptied beyond its walls."""
    found = simulate("rv-shock", "impella-5.5:level=P9", ["heartmate-3:rpm=6000"])
    for one in found.scenarios[1:]:
        assert one.trace is not None
        assert one.trace.volumes["lv"].min() > 0.0
        assert 0.0 <= one.indices["ef"][0] <= 100.0
        assert any("narrowed by suction" in warning for warning in found.warnings)


@pytest.mark.parametrize("volume", [-5.0, 2.0, 5.0, 60.0, 240.0])
def test_a_chamber_never_presses_less_when_active(volume: float) -> None:
    law, p = Chamber(), Scope("rv", {f"rv.{name}": value for name, value in CHAMBER.items()})
    at = [float(law.pressure(ARRAYS, np.array(volume), e, p)) for e in (0.0, 0.3, 0.6, 1.0)]
    assert at == sorted(at)
    if volume < CHAMBER["v0"]:
        assert at[0] == pytest.approx(80.0 * 0.02 * (volume - 5.0))

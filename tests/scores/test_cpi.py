"""CPI: power by body surface."""

from __future__ import annotations

import pytest

from afterload.scores import tally
from afterload.scores.cpi import CPI
from afterload.scores.cpo import CPO


@pytest.mark.parametrize("surface", [1.0, 1.6, 1.9, 2.5])
def test_it_is_the_power_output_by_surface(surface: float) -> None:
    index = tally(CPI, {"map": 65, "ci": 4 / surface})
    output = tally(CPO, {"map": 65, "co": 4}).total
    assert output is not None
    assert index.total == pytest.approx(output / surface, rel=1e-12)
    assert index.unit == "W/m2"


def test_a_missing_index_leaves_an_interval() -> None:
    result = tally(CPI, {"map": 45.1})
    assert (result.low, result.high) == pytest.approx((0, 1))  # CI 0 to 10 L/min/m²
    assert result.missing == ("ci",)


def test_the_devices_are_told() -> None:
    result = tally(CPI, {"map": 65, "ci": 2, "support": "ecls+impella"})
    assert ["under VA-ECMO" in w for w in result.warnings] == [True, False]
    assert "under Impella" in result.warnings[1]

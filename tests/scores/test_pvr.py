"""PVR: public worked examples in both units."""

from __future__ import annotations

import pytest

from afterload.scores import tally
from afterload.scores.pvr import PVR


def test_a_public_example_in_both_units() -> None:
    """14 and 8 mmHg at 4.0 L/min: 120 dyn·s/cm⁵ (pharmacalculation.com)."""
    result = tally(PVR, {"mpap": 14, "wedge": 8, "co": 4})
    assert result.total == 1.5
    assert [line.points for line in result.items] == [1.5, 120]
    assert result.unit == "[wood'U]"


def test_a_missing_output_is_tried_at_both_ends() -> None:
    usual, inverted = (tally(PVR, {"pa_mean": p, "pcwp": 20}) for p in (40, 18))
    assert (usual.low, usual.high) == pytest.approx((1, 200))
    assert (inverted.low, inverted.high) == pytest.approx((-20, -0.1))


def test_a_wedge_above_the_mean_pressure_is_told() -> None:
    warnings = tally(PVR, {"pa_mean": 18, "pcwp": 20, "co": 4, "support": "none"}).warnings
    assert ["Check the wedge" in w for w in warnings] == [True]


def test_no_value_without_a_flow() -> None:
    assert tally(PVR, {"pa_mean": 30, "pcwp": 20, "co": 0}).low is None


@pytest.mark.parametrize("support", ["ecls", "impella", "tandemheart", "right"])
def test_what_a_device_does_to_it(support: str) -> None:
    values = {"pa_mean": 30, "pcwp": 20, "co": 4, "support": support}
    (warning,) = tally(PVR, values).warnings
    assert warning.startswith("PVR under")

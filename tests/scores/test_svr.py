"""SVR: both units, and the direction in which it moves with the flow."""

from __future__ import annotations

import numpy as np
import pytest

from afterload.core.vocabulary import standard
from afterload.scores import score_columns, tally
from afterload.scores.svr import SVR


def test_wood_units_of_a_public_example() -> None:
    """(70 - 4) / 5 = 13.2 Wood units (medicinequestionbank.com)."""
    result = tally(SVR, {"map": 70, "cvp": 4, "co": 5})
    assert result.total == pytest.approx(80 * 13.2)
    assert result.unit == "dyn.s/cm5"
    assert [line.points for line in result.items] == pytest.approx([1056, 13.2])


def test_80_is_the_factor_from_wood_units_to_three_figures() -> None:
    exact = 133.322 * 10 / (1000 / 60)  # mmHg in dyn/cm² by L/min in cm³/s
    assert exact == pytest.approx(79.993, abs=5e-4)
    forms = {form.unit: form.factor for form in standard()["svri"].units}
    assert forms["[wood'U].m2"] == pytest.approx(exact, rel=1e-5)
    assert exact == pytest.approx(80, rel=1e-4)


def test_a_missing_output_is_tried_at_both_ends() -> None:
    usual = tally(SVR, {"map": 70, "cvp": 10})
    assert (usual.low, usual.high) == pytest.approx((240, 48_000))
    inverted = tally(SVR, {"map": 10, "cvp": 20})
    assert (inverted.low, inverted.high) == pytest.approx((-8000, -40))
    level = tally(SVR, {"map": 10, "cvp": 10})
    assert level.total == 0


def test_no_value_without_a_flow() -> None:
    result = tally(SVR, {"map": 70, "cvp": 10, "co": 0})
    assert result.low is None
    assert "below 0.1 L/min" in result.warnings[0]
    columns = {"map": np.array([70.0]), "cvp": np.array([10.0]), "co": np.array([0.0])}
    assert np.isnan(score_columns(SVR, columns).low).all()


def test_a_negative_resistance_is_told() -> None:
    warnings = tally(SVR, {"map": 10, "cvp": 20, "co": 3, "support": "none"}).warnings
    assert ["MAP below CVP" in w for w in warnings] == [True]


def test_what_va_ecmo_does_to_it() -> None:
    (warning,) = tally(SVR, {"map": 70, "cvp": 10, "co": 3, "support": "ecls"}).warnings
    for what in ("largely made by the pump", "thermodilution is not valid", "drainage"):
        assert what in warning

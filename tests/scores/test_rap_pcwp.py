"""RAP/PCWP: a ratio, its one sourced cut-off, and where it means nothing."""

from __future__ import annotations

import numpy as np
import pytest

from afterload.scores import score_columns, tally
from afterload.scores.rap_pcwp import RAP_PCWP


def test_it_is_the_ratio() -> None:
    assert tally(RAP_PCWP, {"cvp": 12, "wedge": 16}).total == 0.75


@pytest.mark.parametrize(("right", "told"), [(15.9, False), (16, True), (20, True)])
def test_the_cut_off_of_stage_c_is_told_from_0_8_on(right: float, told: bool) -> None:
    warnings = tally(RAP_PCWP, {"cvp": right, "pcwp": 20, "support": "none"}).warnings
    assert ["SCAI stage C: seen in a secondary source" in w for w in warnings] == [True] * told


def test_no_value_below_one_mmhg_of_wedge_pressure() -> None:
    result = tally(RAP_PCWP, {"cvp": 10, "pcwp": 0})
    assert result.low is None
    assert "below 1 mmHg" in result.warnings[0]
    columns = {"cvp": np.array([10.0, 10]), "pcwp": np.array([0.0, 1])}
    assert np.array_equal(score_columns(RAP_PCWP, columns).total, [np.nan, 10], equal_nan=True)


def test_a_missing_wedge_is_tried_at_both_ends() -> None:
    above, below = tally(RAP_PCWP, {"cvp": 12}), tally(RAP_PCWP, {"cvp": -3})
    assert (above.low, above.high) == (0.2, 12)  # 60 and 1 mmHg
    assert (below.low, below.high) == (-3, -0.05)
    unknown = tally(RAP_PCWP, {})
    assert (unknown.low, unknown.high) == (-5, 50)


def test_a_negative_right_atrial_pressure_is_told() -> None:
    warnings = tally(RAP_PCWP, {"cvp": -1, "pcwp": 10, "support": "none"}).warnings
    assert ["without meaning" in w for w in warnings] == [True]

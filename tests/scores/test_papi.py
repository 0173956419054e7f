"""PAPi: the worked example, where it is undefined, and its three cut-offs."""

from __future__ import annotations

import numpy as np
import pytest

from afterload.core.errors import InputError
from afterload.scores import score_columns, tally
from afterload.scores.papi import PAPI


def test_worked_example() -> None:
    assert tally(PAPI, {"pasp": 30, "padp": 15, "cvp": 15}).total == 1.0


@pytest.mark.parametrize("right", [0, -1, -5])
def test_it_is_undefined_without_a_positive_right_atrial_pressure(right: float) -> None:
    result = tally(PAPI, {"pa_sys": 30, "pa_dia": 15, "cvp": right})
    assert (result.total, result.low, result.high) == (None, None, None)
    assert "undefined at a right atrial pressure of 0 mmHg or less" in result.warnings[0]
    columns = {"pa_sys": np.array([30.0, 30]), "pa_dia": np.array([15.0, 15]),
               "cvp": np.array([right, 10.0])}  # fmt: skip
    assert np.array_equal(score_columns(PAPI, columns).total, [np.nan, 1.5], equal_nan=True)


def test_a_missing_right_atrial_pressure_leaves_everything_from_its_highest() -> None:
    result = tally(PAPI, {"pa_sys": 40, "pa_dia": 15})
    assert (result.low, result.high) == (0.5, 50)  # 25 / 50 mmHg; 50 is the vocabulary's end
    assert result.missing == ("cvp",)
    assert tally(PAPI, {"pa_sys": 15, "pa_dia": 15}).total == 0


def test_pressures_that_contradict_each_other_are_refused() -> None:
    for values in ({"pa_sys": 15, "pa_dia": 30, "cvp": 10}, {"pa_sys": 60, "pa_dia": 5, "cvp": 1}):
        with pytest.raises(InputError, match="cannot all be right"):
            tally(PAPI, values)


@pytest.mark.parametrize(
    ("index", "said"),
    [(0.5, "below every cut-off"), (0.9, "below every cut-off"), (0.95, "but not ≤ 0.9"),
     (1.0, "not below the 1.0"), (1.8, "not below the 1.0"), (1.85, ""), (3, "")],
)  # fmt: skip
def test_every_cut_off_in_use_is_told(index: float, said: str) -> None:
    result = tally(PAPI, {"pa_sys": 10 + 10 * index, "pa_dia": 10, "cvp": 10, "support": "none"})
    assert result.total == pytest.approx(index)
    assert len(result.warnings) == (1 if said else 0)
    if said:
        assert said in result.warnings[0]
        assert "right ventricular infarction: from memory" in result.warnings[0]


@pytest.mark.parametrize("support", ["ecls", "impella", "right"])
def test_what_a_device_does_to_it(support: str) -> None:
    values = {"pa_sys": 60, "pa_dia": 20, "cvp": 10, "support": support}
    (warning,) = tally(PAPI, values).warnings
    assert warning.startswith("PAPi under")

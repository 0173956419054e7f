"""Calculated variables, against hand arithmetic and the worked figures of the reference."""

from __future__ import annotations

import numpy as np
import pytest

from afterload.core.calculated import CALCULATED, fill
from afterload.core.vocabulary import standard

NAN = np.nan


@pytest.mark.parametrize(
    ("name", "inputs", "expected"),
    [
        ("bmi", (81.0, 180.0), 25.0),
        ("bsa_m2", (80.0, 180.0), 2.0),
        ("pulse_pressure", (90.0, 60.0), 30.0),
        # scores reference 8.16: 65 x 4 -> 0.576 W, 80 x 5 -> 0.887 W; (30 - 15)/15 -> 1.0
        ("cpo_w", (65.0, 4.0), 0.576),
        ("cpo_w", (80.0, 5.0), 0.887),
        ("papi", (30.0, 15.0, 15.0), 1.0),
        ("papi", (30.0, 15.0, 0.0), NAN),
    ],
)
def test_formula_by_hand(name: str, inputs: tuple[float, ...], expected: float) -> None:
    found = CALCULATED[name].formula(*(np.array([x]) for x in inputs))
    assert found[0] == pytest.approx(expected, abs=5e-4, nan_ok=True)


@pytest.mark.parametrize("name", CALCULATED)
def test_inputs_are_variables_kept_where_they_can_be_joined(name: str) -> None:
    vocabulary = standard()
    of = vocabulary[name]
    assert of.kind == "calc"
    tables = {vocabulary[part].table for part in CALCULATED[name].inputs}
    repeated = of.table == "observation"
    assert ("observation" in tables) == repeated
    assert not repeated or tables == {"observation"}


def test_a_recorded_value_is_kept_and_an_impossible_one_stays_missing() -> None:
    recorded = np.array([22.0, NAN, NAN, NAN])
    weight = np.array([81.0, 81.0, 81.0, NAN])
    height = np.array([180.0, 180.0, 60.0, 180.0])
    found = fill("bmi", recorded, [weight, height], 10, 90)
    np.testing.assert_array_equal(found, [22.0, 25.0, NAN, NAN])

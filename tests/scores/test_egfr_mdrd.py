"""MDRD-4: the worked examples, and what is left out."""

from __future__ import annotations

import pytest

from afterload.scores import tally
from afterload.scores.egfr_mdrd import EGFR_MDRD


@pytest.mark.parametrize(
    ("sex", "age", "creatinine", "gfr"),
    [("female", 60, "1.0 mg/dL", 56.6), ("male", 60, "1.5 mg/dL", 47.7),
     ("male", 80, "4.0 mg/dL", 14.5)],
)  # fmt: skip
def test_worked_examples(sex: str, age: float, creatinine: str, gfr: float) -> None:
    total = tally(EGFR_MDRD, {"sex": sex, "age": age, "creatinine": creatinine}).total
    assert total == pytest.approx(gfr, abs=0.05)


def test_at_one_mg_and_the_same_age_only_sex_is_left() -> None:
    values = {"age": 40, "creatinine": "1 mg/dL"}
    man, woman = (tally(EGFR_MDRD, {**values, "sex": s}).total for s in ("male", "female"))
    assert man == pytest.approx(175 * 40**-0.203, rel=1e-12)
    assert woman == pytest.approx(0.742 * 175 * 40**-0.203, rel=1e-12)


def test_a_missing_sex_leaves_the_two_values_and_a_child_has_none() -> None:
    result = tally(EGFR_MDRD, {"age": 60, "creatinine": 88.42})
    assert result.low == pytest.approx(0.742 * result.high)  # type: ignore[operator]
    assert result.missing == ("sex",)
    child = tally(EGFR_MDRD, {"sex": "male", "creatinine": 100, "age": 17})
    assert child.total is None
    assert "adults" in child.warnings[0]


def test_the_race_term_is_left_out_and_that_is_said() -> None:
    assert EGFR_MDRD.equation.inputs == ("creatinine", "age_years", "sex")
    assert any(note.topic == "No race term" for note in EGFR_MDRD.about.notes)


def test_acute_injury_is_always_told_and_the_circuit_when_there_is_one() -> None:
    values = {"sex": "male", "age": 60, "creatinine": 100, "support": "ecls"}
    first, second = tally(EGFR_MDRD, values).warnings
    assert "stable creatinine" in first
    assert "through the circuit" in second

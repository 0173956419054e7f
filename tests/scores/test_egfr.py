"""eGFR: the worked examples, and what missing inputs leave open."""

from __future__ import annotations

import pytest

from afterload.scores import EGFR, tally


@pytest.mark.parametrize(
    ("sex", "age", "creatinine", "gfr"),
    [("female", 60, "1.0 mg/dL", 64.5), ("male", 60, "1.5 mg/dL", 53.0),
     ("male", 80, "4.0 mg/dL", 14.4)],
)  # fmt: skip
def test_worked_examples(sex: str, age: float, creatinine: str, gfr: float) -> None:
    total = tally(EGFR, {"sex": sex, "age": age, "creatinine": creatinine}).total
    assert total == pytest.approx(gfr, abs=0.05)


@pytest.mark.parametrize(("sex", "kappa", "factor"), [("female", 0.7, 1.012), ("male", 0.9, 1)])
def test_at_kappa_only_age_and_sex_are_left(sex: str, kappa: float, factor: float) -> None:
    total = tally(EGFR, {"sex": sex, "age": 50, "creatinine": f"{kappa} mg/dL"}).total
    assert total == pytest.approx(142 * 0.9938**50 * factor, rel=1e-12)


def test_below_kappa_the_other_exponent_holds() -> None:
    total = tally(EGFR, {"sex": "male", "age": 40, "creatinine": "0.45 mg/dL"}).total
    assert total == pytest.approx(142 * 0.5**-0.302 * 0.9938**40, rel=1e-12)


def test_a_missing_sex_leaves_the_two_values() -> None:
    result = tally(EGFR, {"age": 60, "creatinine": 88.42})
    ends = [
        tally(EGFR, {"age": 60, "creatinine": 88.42, "sex": s}).total for s in ("female", "male")
    ]
    assert (result.low, result.high) == (min(ends), max(ends))  # type: ignore[type-var]
    assert result.missing == ("sex",)


def test_a_missing_age_spans_the_adult_ages_and_a_child_has_no_value() -> None:
    result = tally(EGFR, {"sex": "male", "creatinine": 100})
    oldest, youngest = (
        tally(EGFR, {"sex": "male", "creatinine": 100, "age": age}).total for age in (110, 18)
    )
    assert (result.low, result.high) == (oldest, youngest)
    child = tally(EGFR, {"sex": "male", "creatinine": 100, "age": 17})
    assert child.total is None
    assert "adults" in child.warnings[0]

"""SAPS II: every band edge, the published range and the predicted mortality."""

from __future__ import annotations

import math
from typing import Any

import pytest

from afterload.scores import SAPS_II, tally
from afterload.scores.risk import risk

ZERO: dict[str, Any] = {
    "age": 30, "hr": 80, "sbp": 120, "temp": 37, "ventilated": "no", "niv": "no", "pao2": 90,
    "fio2": 21, "urine": "2L/d", "urea": 5, "wbc": 8, "potassium": 4, "sodium": 140, "hco3": 24,
    "bilirubin": 10, "gcs": 15, "aids": "no", "haem_malignancy": "no", "metastatic_cancer": "no",
    "admission_type": "scheduled_surgical", "support": "none",
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "points"),
    [
        ("age", 39, 0), ("age", 39.9, 0), ("age", 40, 7), ("age", 59, 7), ("age", 60, 12),
        ("age", 69, 12), ("age", 70, 15), ("age", 74, 15), ("age", 75, 16), ("age", 79, 16),
        ("age", 80, 18),
        ("hr", 39, 11), ("hr", 40, 2), ("hr", 69, 2), ("hr", 70, 0), ("hr", 119, 0),
        ("hr", 120, 4), ("hr", 159, 4), ("hr", 160, 7),
        ("sbp", 69, 13), ("sbp", 70, 5), ("sbp", 99, 5), ("sbp", 100, 0), ("sbp", 199, 0),
        ("sbp", 200, 2),
        ("temp", 38.9, 0), ("temp", 39, 3), ("temp", "102.2degF", 3),
        ("urine", "0.499L/d", 11), ("urine", "0.5L/d", 4), ("urine", "500mL/d", 4),
        ("urine", "0.999L/d", 4), ("urine", "1L/d", 0), ("urine", "1000mL/d", 0),
        ("urea", "27mg/dL", 0), ("urea", "28mg/dL", 6), ("urea", "83mg/dL", 6),
        ("urea", "84mg/dL", 10), ("urea", 9.9, 0), ("urea", 10, 6), ("urea", 29.9, 6),
        ("urea", 30, 10),
        ("wbc", 0.9, 12), ("wbc", 1.0, 0), ("wbc", 19.9, 0), ("wbc", 20, 3),
        ("potassium", 2.9, 3), ("potassium", 3, 0), ("potassium", 4.9, 0), ("potassium", 5, 3),
        ("sodium", 124, 5), ("sodium", 125, 0), ("sodium", 144, 0), ("sodium", 145, 1),
        ("hco3", 14.9, 6), ("hco3", 15, 3), ("hco3", 19, 3), ("hco3", 20, 0),
        ("bilirubin", "3.9mg/dL", 0), ("bilirubin", "4mg/dL", 4), ("bilirubin", "5.9mg/dL", 4),
        ("bilirubin", "6mg/dL", 9),
        ("gcs", 5, 26), ("gcs", 6, 13), ("gcs", 8, 13), ("gcs", 9, 7), ("gcs", 10, 7),
        ("gcs", 11, 5), ("gcs", 13, 5), ("gcs", 14, 0),
        ("metastatic_cancer", "yes", 9), ("haem_malignancy", "yes", 10), ("aids", "yes", 17),
        ("admission_type", "medical", 6), ("admission_type", "unscheduled_surgical", 8),
    ],
)  # fmt: skip
def test_every_band_edge(name: str, value: Any, points: int) -> None:
    assert tally(SAPS_II, {**ZERO, name: value}).total == points


@pytest.mark.parametrize(("ratio", "points"), [(99, 11), (100, 9), (199, 9), (200, 6), (500, 6)])
def test_oxygenation_counts_only_under_ventilation(ratio: float, points: int) -> None:
    told = {**ZERO, "pao2": ratio, "fio2": 100}
    assert tally(SAPS_II, {**told, "ventilated": "yes"}).total == points
    assert tally(SAPS_II, {**told, "niv": "yes"}).total == points
    assert tally(SAPS_II, told).total == 0


def test_a_ventilated_patient_without_blood_gases_is_missing_them() -> None:
    told = {k: v for k, v in ZERO.items() if k not in ("pao2", "fio2")}
    result = tally(SAPS_II, {**told, "ventilated": "yes"})
    assert (result.low, result.high) == (6, 11)
    assert set(result.missing) == {"po2", "fio2"}
    assert tally(SAPS_II, told).total == 0  # not ventilated: nothing is missing


def test_the_range_is_that_published() -> None:
    """0 to 163 is reached only if one chronic disease counts, the worst of them."""
    nothing = tally(SAPS_II, {})
    assert (nothing.low, nothing.high) == (0, 163)
    three = {"aids": "yes", "haem_malignancy": "yes", "metastatic_cancer": "yes"}
    assert tally(SAPS_II, {**ZERO, **three}).total == 17
    two = {"haem_malignancy": "yes", "metastatic_cancer": "yes"}
    assert tally(SAPS_II, {**ZERO, **two}).total == 10


@pytest.mark.parametrize(("total", "mortality"), [(30, 0.106), (50, 0.461), (64, 0.753)])
def test_the_predicted_mortality_of_the_reference(total: int, mortality: float) -> None:
    assert SAPS_II.predict is not None
    assert risk(SAPS_II.predict, total) == pytest.approx(mortality, abs=5e-4)


def test_the_prediction_comes_with_the_total() -> None:
    told = {"age": 75, "gcs": 5, "hr": 130, "admission_type": "unscheduled_surgical"}
    result = tally(SAPS_II, {**ZERO, **told})
    assert result.total == 54
    logit = -7.7631 + 0.0737 * 54 + 0.9971 * math.log(55)
    assert result.predicted is not None
    assert result.predicted.low == result.predicted.high
    assert result.predicted.low == pytest.approx(1 / (1 + math.exp(-logit)), rel=1e-12)
    assert (result.predicted.measure, result.predicted.horizon) == (
        "mortality", "hospital discharge",
    )  # fmt: skip
    assert SAPS_II.predict is not None
    open_ = {k: v for k, v in {**ZERO, **told}.items() if k != "gcs"}
    span = tally(SAPS_II, open_).predicted
    assert span is not None
    assert span.low == pytest.approx(risk(SAPS_II.predict, 28))
    assert span.high == result.predicted.high


def test_what_it_warns_of() -> None:
    said = tally(SAPS_II, ZERO).warnings
    assert any("first 24 h" in warning for warning in said)
    assert any("VA-ECMO" in w for w in tally(SAPS_II, {**ZERO, "support": "ecls"}).warnings)
    assert tally(SAPS_II, {**ZERO, "age": 10}).low is None


@pytest.mark.parametrize(
    ("name", "on", "below", "points"),
    [
        ("bilirubin", ("6 mg/dL", "102.6 umol/L", 102.6), 102.5, (9, 4)),
        ("bilirubin", ("4 mg/dL", "68.4 umol/L", 68.4), 68.3, (4, 0)),
        ("urea", ("28 mg/dL", "9.996 mmol/L", 9.996), 9.99, (6, 0)),
        ("urea", ("84 mg/dL", "29.988 mmol/L", 29.988), 29.98, (10, 6)),
    ],
)
def test_a_value_on_a_limit_is_in_whichever_unit_it_was_written_in(
    name: str, on: tuple[object, ...], below: float, points: tuple[int, int]
) -> None:
    """4 and 6 mg/dL of bilirubin, 28 and 84 of urea nitrogen: scores.md 8.14, low ends included."""
    for value in on:
        assert tally(SAPS_II, {**ZERO, name: value}).total == points[0], value
    assert tally(SAPS_II, {**ZERO, name: below}).total == points[1]

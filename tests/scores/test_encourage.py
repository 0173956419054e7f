"""ENCOURAGE: the worked examples, every band edge and every documented reading."""

from __future__ import annotations

from typing import Any

import pytest

from afterload.scores import ENCOURAGE, tally

ZERO: dict[str, Any] = {
    "age": 55, "sex": "male", "bmi": 24, "gcs": 15, "creatinine": 110, "lactate": 1.5,
    "pt_activity": 80,
}  # fmt: skip


@pytest.mark.parametrize(
    ("patient", "total", "name", "survival"),
    [
        (ZERO, 0, "0-12", 0.80),
        ({"age": 65, "sex": "male", "bmi": 28, "gcs": 15, "creatinine": 120, "lactate": 5,
          "pt_activity": 70}, 19, "19-22", 0.25),
        ({"age": 66, "sex": "female", "bmi": 30, "gcs": 3, "creatinine": 200, "lactate": 12,
          "pt_activity": 40}, 45, "≥ 28", 0.07),
    ],
)  # fmt: skip
def test_worked_examples(patient: dict[str, Any], total: int, name: str, survival: float) -> None:
    result = tally(ENCOURAGE, patient)
    assert result.total == total
    assert result.classes == (name,)
    assert result.outcome[0].value == survival
    assert result.outcome[0].horizon == "6 months"


@pytest.mark.parametrize(
    ("name", "value", "points"),
    [
        ("age", 60, 0), ("age", 60.5, 5), ("age", 61, 5),
        ("sex", "female", 7), ("sex", "f", 7), ("sex", "Femme", 7), ("sex", "male", 0),
        ("bmi", 25, 0), ("bmi", 25.1, 6),
        ("gcs", 6, 0), ("gcs", 5, 6),
        ("creatinine", 150, 0), ("creatinine", 151, 5), ("creatinine", "1.7mg/dL", 5),
        ("lactate", 1.9, 0), ("lactate", 2, 8), ("lactate", 8, 8), ("lactate", 8.1, 11),
        ("lactate", "27mg/dL", 8), ("lactate", "2,5", 8),
        ("pt_activity", 50, 0), ("pt_activity", 49, 5),
    ],
)  # fmt: skip
def test_every_band_edge(name: str, value: Any, points: int) -> None:
    assert tally(ENCOURAGE, {**ZERO, name: value}).total == points


@pytest.mark.parametrize(
    ("total", "name"),
    [(0, "0-12"), (12, "0-12"), (13, "13-18"), (18, "13-18"), (19, "19-22"), (22, "19-22"),
     (23, "23-27"), (27, "23-27"), (28, "≥ 28"), (45, "≥ 28")],
)  # fmt: skip
def test_class_edges(total: int, name: str) -> None:
    from afterload.scores.band import holds

    assert [c.name for c in ENCOURAGE.classes if holds(c, total)] == [name]


def test_the_range_has_no_constant() -> None:
    result = tally(ENCOURAGE, {})
    assert (result.low, result.high) == (0, 45)


@pytest.mark.parametrize(
    ("size", "low", "high"),
    [
        ({"weight": 75, "height": 170}, 6, 6),  # 25.95
        ({"weight": 70, "height": 170}, 0, 0),  # 24.2
        ({"weight": 81, "height": 180}, 0, 0),  # exactly 25
        ({"weight": 350}, 6, 6),  # even at 2.30 m the index is 66
        ({"weight": 70}, 0, 6),
        ({"height": 170}, 0, 6),
        ({"weight": 70, "height": 170, "bmi": 26}, 6, 6),
    ],
)
def test_body_mass_index_follows_from_weight_and_height(
    size: dict[str, float], low: int, high: int
) -> None:
    patient = {k: v for k, v in ZERO.items() if k != "bmi"}
    result = tally(ENCOURAGE, {**patient, **size})
    assert (result.low, result.high) == (low, high)


def test_a_lactate_of_eight_and_no_infarction_are_told() -> None:
    assert any("exactly 8" in w for w in tally(ENCOURAGE, {**ZERO, "lactate": 8}).warnings)
    assert any("none" in w for w in tally(ENCOURAGE, {**ZERO, "ami_type": "none"}).warnings)
    assert tally(ENCOURAGE, {**ZERO, "ami_type": "stemi"}).warnings == ()


def test_unknown_sex_is_missing_not_male() -> None:
    result = tally(ENCOURAGE, {**ZERO, "sex": "unknown"})
    assert (result.low, result.high, result.missing) == (0, 7, ("sex",))

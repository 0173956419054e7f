"""CardShock: the worked examples, every band edge and every documented reading."""

from __future__ import annotations

from typing import Any

import pytest

from afterload.scores import CARDSHOCK, tally
from afterload.scores.band import holds

ZERO: dict[str, Any] = {
    "age": 60, "confusion": "no", "hx_mi_cabg": "no", "acs": "no", "lvef": 45, "lactate": 1.9,
    "egfr": 61,
}  # fmt: skip
FIVE: dict[str, Any] = {
    "age": 78, "confusion": "no", "hx_mi_cabg": "no", "acs": "yes", "lvef": 30, "lactate": 4.0,
    "egfr": 60,
}  # fmt: skip


@pytest.mark.parametrize(
    ("patient", "total", "name", "mortality"),
    [
        (FIVE, 5, "intermediate (4-5)", 0.36),
        ({**FIVE, "confusion": "yes"}, 6, "high (6-9)", 0.77),
        (ZERO, 0, "low (0-3)", 0.087),
    ],
)
def test_worked_examples(patient: dict[str, Any], total: int, name: str, mortality: float) -> None:
    result = tally(CARDSHOCK, patient)
    assert result.total == total
    assert result.classes == (name,)
    assert (result.outcome[0].value, result.outcome[0].measure) == (mortality, "mortality")


@pytest.mark.parametrize(
    ("name", "value", "points"),
    [
        ("age", 75, 0), ("age", 75.5, 1), ("age", 76, 1),
        ("confusion", "yes", 1), ("hx_mi_cabg", "yes", 1), ("prior_mi_or_cabg", "yes", 1),
        ("acs", "yes", 1),
        ("lvef", 40, 0), ("lvef", 39.9, 1),
        ("lactate", 1.99, 0), ("lactate", 2.0, 1), ("lactate", 4.0, 1), ("lactate", 4.1, 2),
        ("lactate", "36.1mg/dL", 2),
        ("egfr", 60.1, 0), ("egfr", 60, 1), ("egfr", 30, 1), ("egfr", 29.9, 2),
    ],
)  # fmt: skip
def test_every_band_edge(name: str, value: Any, points: int) -> None:
    spoken = {"prior_mi_or_cabg": "hx_mi_cabg"}.get(name, name)
    patient = {k: v for k, v in ZERO.items() if k != spoken}
    assert tally(CARDSHOCK, {**patient, name: value}).total == points


@pytest.mark.parametrize(
    ("total", "name"),
    [(0, "low (0-3)"), (3, "low (0-3)"), (4, "intermediate (4-5)"), (5, "intermediate (4-5)"),
     (6, "high (6-9)"), (9, "high (6-9)")],
)  # fmt: skip
def test_class_edges(total: int, name: str) -> None:
    assert [c.name for c in CARDSHOCK.classes if holds(c, total)] == [name]


def test_the_range_is_that_published() -> None:
    result = tally(CARDSHOCK, {})
    assert (result.low, result.high) == (0, 9)
    assert result.total is None


@pytest.mark.parametrize(
    ("told", "low", "high"),
    [
        ({"shock_class": "ami_cs"}, 1, 1),
        ({"ami_type": "nstemi"}, 1, 1),
        ({"shock_class": "mixed", "ami_type": "stemi"}, 1, 1),
        ({"shock_class": "hf_cs_de_novo", "ami_type": "none"}, 0, 0),
        ({"ami_type": "none"}, 0, 1),  # the class of shock may still say infarction
        ({"shock_class": "hf_cs_de_novo"}, 0, 1),
        ({"acs": "yes", "ami_type": "none", "shock_class": "hf_cs_de_novo"}, 1, 1),
    ],
)
def test_the_cause_follows_from_the_registry(told: dict[str, str], low: int, high: int) -> None:
    patient = {k: v for k, v in ZERO.items() if k != "acs"}
    result = tally(CARDSHOCK, {**patient, **told})
    assert (result.low, result.high) == (low, high)


def test_egfr_is_worked_out_and_shares_the_age() -> None:
    # F 60 y 1.0 mg/dL has 64.5, M 80 y 4.0 mg/dL 14.4 (CKD-EPI 2021)
    patient = {k: v for k, v in ZERO.items() if k != "egfr"}
    woman = tally(CARDSHOCK, {**patient, "sex": "female", "creatinine": "1.0mg/dL"})
    assert woman.total == 0
    man = {**patient, "age": 80, "sex": "male", "creatinine": "4.0mg/dL"}
    result = tally(CARDSHOCK, man)
    assert result.total == 1 + 2
    assert any("CKD-EPI 2021" in warning for warning in result.warnings)
    # A man's eGFR at 1.2 mg/dL is 63.1 at 75 years and 59.3 at 85: 0 up to 75, then 1 or 2.
    del man["age"]
    result = tally(CARDSHOCK, {**man, "creatinine": "1.2mg/dL"})
    assert (result.low, result.high) == (0, 2)
    assert "age_years" in result.missing
    # At 3.0 mg/dL it is below 30 at any age; at 2.2 mg/dL 30.5 at 75 years and 28.6 at 85.
    result = tally(CARDSHOCK, {**man, "creatinine": "3.0mg/dL"})
    assert (result.low, result.high) == (2, 3)
    result = tally(CARDSHOCK, {**man, "creatinine": "2.2mg/dL"})
    assert (result.low, result.high) == (1, 3)


def test_a_child_has_no_total() -> None:
    result = tally(CARDSHOCK, {**ZERO, "age": 12})
    assert result.low is None
    assert "child" in result.warnings[0]

"""VIS: the worked examples, and what a missing drug leaves open."""

from __future__ import annotations

import pytest

from afterload.scores import VIS, tally

NONE: dict[str, object] = {
    "dopamine": 0, "dobutamine": 0, "epi": 0, "norepi": 0, "milrinone": 0, "vasopressin": 0,
}  # fmt: skip


@pytest.mark.parametrize(
    ("drugs", "total"),
    [
        ({"dobutamine": 5, "norepi": 0.5}, 55.0),
        ({"dopamine": 5, "dobutamine": 5, "epi": 0.05, "norepi": 0.05, "milrinone": 0.5}, 25.0),
        ({"vasopressin": 0.03, "weight": 70}, 30 / 7),
        ({}, 0.0),
    ],
)
def test_worked_examples(drugs: dict[str, object], total: float) -> None:
    result = tally(VIS, {**NONE, **drugs})
    assert result.total == pytest.approx(total, abs=1e-12)
    assert result.missing == ()


def test_a_drug_left_out_is_unknown_not_zero() -> None:
    result = tally(VIS, {k: v for k, v in NONE.items() if k != "norepi"})
    assert (result.total, result.low, result.high) == (None, 0, 1000)
    assert result.missing == ("norepi",)


def test_the_weight_is_needed_only_when_vasopressin_runs() -> None:
    assert tally(VIS, NONE).total == 0
    running = tally(VIS, {**NONE, "vasopressin": 0.035})
    assert running.total is None
    assert running.low == pytest.approx(1.0)  # 350 kg
    assert running.high == pytest.approx(14.0)  # 25 kg
    assert running.missing == ("weight_kg",)


def test_its_origin_in_infants_is_always_told() -> None:
    assert any("infants" in warning for warning in tally(VIS, NONE).warnings)


def test_the_terms_add_up_to_the_total() -> None:
    result = tally(VIS, {**NONE, "norepi": 0.2, "epi": 0.1, "vasopressin": 0.02, "weight": 80})
    assert sum(line.low for line in result.items) == pytest.approx(result.total)

"""The inotrope score of Wernovsky: a part of VIS."""

from __future__ import annotations

import pytest

from afterload.scores import VIS, tally
from afterload.scores.inotrope_score import INOTROPE_SCORE


@pytest.mark.parametrize(
    ("dopamine", "dobutamine", "epi", "total"),
    [(5, 0, 0, 5), (0, 5, 0, 5), (0, 0, 0.05, 5), (5, 5, 0.05, 15), (0, 0, 0, 0)],
)
def test_every_coefficient_by_hand(
    dopamine: float, dobutamine: float, epi: float, total: float
) -> None:
    values = {"dopamine": dopamine, "dobutamine": dobutamine, "epi": epi}
    assert tally(INOTROPE_SCORE, values).total == pytest.approx(total)
    rest = {"norepi": 0, "milrinone": 0, "vasopressin": 0}
    assert tally(VIS, {**values, **rest}).total == pytest.approx(total)


def test_a_drug_left_out_is_unknown_not_zero() -> None:
    result = tally(INOTROPE_SCORE, {"dopamine": 5, "dobutamine": 0})
    assert (result.total, result.low, result.high) == (None, 5, 1005)
    assert result.missing == ("epi",)


def test_what_it_leaves_out_is_always_told() -> None:
    assert any("noradrenaline" in w for w in tally(INOTROPE_SCORE, {}).warnings)


def test_the_device_it_does_not_count_is_told() -> None:
    warnings = tally(INOTROPE_SCORE, {"support": "impella"}).warnings
    assert any("beside the pump, which it does not count" in w for w in warnings)

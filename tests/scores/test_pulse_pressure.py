"""Pulse pressure: a difference, refused when it is impossible, read with the device."""

from __future__ import annotations

import pytest

from afterload.core.errors import InputError
from afterload.scores import tally
from afterload.scores.pulse_pressure import PULSE_PRESSURE


def test_it_is_the_difference() -> None:
    result = tally(PULSE_PRESSURE, {"sbp": "12 kPa", "dbp": 60})
    assert result.total == pytest.approx(12 * 7.500615758456563 - 60)
    assert tally(PULSE_PRESSURE, {"sbp": 90, "dbp": 60}).total == 30


def test_a_diastolic_above_the_systolic_is_refused() -> None:
    with pytest.raises(InputError, match="sbp = 60, dbp = 80 cannot all be right"):
        tally(PULSE_PRESSURE, {"sbp": 60, "dbp": 80})


def test_a_missing_pressure_leaves_what_is_possible() -> None:
    systolic, diastolic = tally(PULSE_PRESSURE, {"sbp": 90}), tally(PULSE_PRESSURE, {"dbp": 60})
    assert (systolic.low, systolic.high) == (0, 90)
    assert (diastolic.low, diastolic.high) == (0, 200)


@pytest.mark.parametrize(("systolic", "told"), [(80, True), (80.5, False)])
def test_the_row_of_save_is_told_up_to_20(systolic: float, told: bool) -> None:
    values = {"sbp": systolic, "dbp": 60, "support": "none"}
    assert ["SAVE counts" in w for w in tally(PULSE_PRESSURE, values).warnings] == [True] * told


@pytest.mark.parametrize(
    ("support", "said"),
    [("ecls", "what the heart still ejects"), ("impella", "what the heart still ejects"),
     ("iabp", "unassisted beats")],
)  # fmt: skip
def test_what_a_device_does_to_it(support: str, said: str) -> None:
    (warning,) = tally(PULSE_PRESSURE, {"sbp": 90, "dbp": 60, "support": support}).warnings
    assert said in warning

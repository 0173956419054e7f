"""Lactate clearance: per cent of the first value, and per hour."""

from __future__ import annotations

import pytest

from afterload.core.errors import OutOfRange
from afterload.core.vocabulary import standard
from afterload.scores import tally
from afterload.scores.lactate_clearance import FIRST, LACTATE_CLEARANCE, LATER


@pytest.mark.parametrize(
    ("first", "later", "hours", "total", "per_hour"),
    [(8, 6, 4, 25, 6.25), (10, 2, 8, 80, 10), (4, 5, 5, -25, -5), (3, 3, 6, 0, 0)],
)
def test_by_hand(first: float, later: float, hours: float, total: float, per_hour: float) -> None:
    values = {"lactate_first": first, "lactate_later": later, "hours_between": hours}
    result = tally(LACTATE_CLEARANCE, values)
    assert result.total == pytest.approx(total)
    assert [line.points for line in result.items] == pytest.approx([total, per_hour])
    assert result.unit == "%"


def test_the_hours_only_tell_the_rate() -> None:
    result = tally(LACTATE_CLEARANCE, {"lactate_first": 8, "lactate_later": 6})
    assert (result.total, result.missing) == (25, ())
    rate = result.items[1]
    assert (rate.low, rate.high) == pytest.approx((25 / 168, 100))
    assert rate.wants == ("hours_between",)


def test_a_rise_over_unknown_hours_is_tried_at_both_ends() -> None:
    rate = tally(LACTATE_CLEARANCE, {"lactate_first": 4, "lactate_later": 5}).items[1]
    assert (rate.low, rate.high) == pytest.approx((-100, -25 / 168))


def test_a_rise_and_a_normal_first_lactate_are_told() -> None:
    values = {"lactate_first": 1.5, "lactate_later": 3, "support": "none"}
    rise, normal = tally(LACTATE_CLEARANCE, values).warnings
    assert "lactate has risen" in rise
    assert "below 2 mmol/L" in normal


@pytest.mark.parametrize("variable", [FIRST, LATER], ids=lambda v: v.name)
def test_both_lactates_are_read_as_the_vocabulary_reads_lactate(variable: object) -> None:
    lactate = standard()["lactate"]
    for field in ("kind", "unit", "low", "high", "soft_low", "soft_high", "units"):
        assert getattr(variable, field) == getattr(lactate, field)


def test_units_are_converted_and_impossible_hours_refused() -> None:
    values = {"lactate_first": "72 mg/dL", "lactate_later": "36 mg/dL"}
    assert tally(LACTATE_CLEARANCE, values).total == pytest.approx(50)
    with pytest.raises(OutOfRange):
        tally(LACTATE_CLEARANCE, {**values, "hours_between": 0})


def test_what_a_device_does_to_it() -> None:
    values = {"lactate_first": 8, "lactate_later": 6, "support": "ecls"}
    (warning,) = tally(LACTATE_CLEARANCE, values).warnings
    assert "heart and pump together" in warning

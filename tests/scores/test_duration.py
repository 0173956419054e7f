"""How long a pressure stayed low: the rules, one by one, and against a count of minutes."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afterload.core.errors import InputError
from afterload.scores.duration import Spell, longest_spell, spell_bounds

QUARTERS = [0, 0.25, 0.5, 0.75, 1, 1.25]


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([95, 88, 85, 84, 86, 95], Spell(45, 75)),
        ([95, 88, 85, 95, 86, 95], Spell(15, 45)),
        ([95, 88, 95, 88, 95, 95], Spell(0, 30)),
        ([90, 90, 90, 90, 90, 90], Spell(0, 0)),
        ([89, 89, 89, 89, 89, 89], Spell(75, 75)),
        ([95, math.nan, 85, 84, 86, 95], Spell(30, 75)),
        ([85, math.nan, 85, 95, 95, 95], Spell(30, 45)),
        ([85, math.nan, math.nan, 85, 95, 95], Spell(0, 60)),
    ],
)
def test_the_spell_over_a_period_that_the_readings_cover(values: list[float], found: Spell) -> None:
    assert spell_bounds(QUARTERS, values, period_h=(0, 1.25)) == found


def test_without_a_period_a_long_spell_can_be_proven_and_none_denied() -> None:
    assert longest_spell(QUARTERS, [95, 88, 85, 84, 86, 95]) == 45
    assert math.isnan(longest_spell(QUARTERS, [95] * 6))
    assert longest_spell(QUARTERS, [95] * 6, period_h=(0, 1.25)) == 0


@pytest.mark.parametrize("value", [40, 85, 89.9, 90, 120])
def test_one_reading_proves_nothing(value: float) -> None:
    assert math.isnan(longest_spell([0], [value]))
    assert math.isnan(longest_spell([0], [value], period_h=(-6, 0)))
    assert math.isnan(longest_spell([0, 1], [value, math.nan], period_h=(-6, 0)))


def test_no_reading_proves_nothing() -> None:
    assert math.isnan(longest_spell([], []))
    assert math.isnan(longest_spell([], [], period_h=(-6, 0)))


def test_exactly_thirty_minutes_are_exactly_thirty() -> None:
    assert longest_spell([8.7, 9.2], [80, 80], period_h=(8.7, 9.2)) == 30
    assert math.isnan(longest_spell([8.7, 9.2, 9.3], [80, 80, 95]))
    assert longest_spell([8.7, 9.2, 9.3], [80, 80, 80]) == 36


def test_hourly_readings_prove_a_spell_only_where_such_a_gap_is_allowed() -> None:
    assert math.isnan(longest_spell([0, 1, 2], [85, 84, 86]))
    assert longest_spell([0, 1, 2], [85, 84, 86], max_gap_min=60) == 120


def test_what_lies_outside_the_period_is_not_used() -> None:
    times, values = [-10, -9.8, -9.6, -9.4, -0.2, 0], [80, 80, 80, 80, 95, 95]
    assert longest_spell(times, values) == 36
    assert longest_spell(times, values, period_h=(-0.2, 0)) == 0


def test_readings_of_one_moment_that_disagree_count_as_none() -> None:
    assert spell_bounds([0, 0.25, 0.25, 0.5], [80, 80, 95, 80], period_h=(0, 0.5)) == Spell(30, 30)
    assert spell_bounds([0, 0, 0.25], [80, 95, 95], period_h=(0, 0.25)) == Spell(0, 15)


@pytest.mark.parametrize(
    ("times", "values", "more", "said"),
    [
        ([0, 1], [80], {}, "2 times and 1 readings"),
        ([0], [80], {"max_gap_min": 0}, "largest gap of 0 min"),
        ([0], [80], {"below": math.nan}, "limit of nan"),
        ([0], [80], {"period_h": (1, 0)}, "period from 1 to 0 h"),
        ([0], [80], {"period_h": (0, math.inf)}, "period from 0 to inf h"),
    ],
)
def test_what_is_not_possible_is_refused(
    times: list[float], values: list[float], more: dict[str, Any], said: str
) -> None:
    with pytest.raises(InputError, match=said):
        longest_spell(times, values, **more)


LOW, HIGH, OPEN = "l", "h", "?"


def minute_by_minute(readings: dict[int, float], end: int, gap: int) -> tuple[int, int]:
    """The bounds counted on a line of minutes, each low, not low or open."""
    line = [OPEN] * end
    marks = sorted(readings)
    for left, right in pairwise(marks):
        lows = {readings[left] < 90, readings[right] < 90}
        if right - left <= gap and len(lows) == 1:
            line[left:right] = [LOW if lows.pop() else HIGH] * (right - left)
    text = "".join(line)
    # A reading that is not low parts two spells, though it fills no minute.
    for mark in sorted((m for m in marks if readings[m] >= 90), reverse=True):
        text = text[:mark] + HIGH + text[mark:]
    surely = max((len(run) for run in text.replace(HIGH, OPEN).split(OPEN)), default=0)
    maybe = max((len(run) for run in text.split(HIGH)), default=0)
    return surely, maybe


@given(
    st.dictionaries(st.integers(0, 120), st.sampled_from([50.0, 89.9, 90.0, 120.0]), max_size=12),
    st.integers(1, 60),
)
@settings(deadline=None, max_examples=400)
def test_the_bounds_are_those_of_a_count_of_minutes(readings: dict[int, float], gap: int) -> None:
    hours = [minute / 60 for minute in readings]
    found = spell_bounds(hours, list(readings.values()), period_h=(0, 2), max_gap_min=gap)
    assert (found.at_least, found.at_most) == minute_by_minute(readings, 120, gap)


@given(
    st.lists(st.tuples(st.floats(-24, 24), st.floats(30, 200)), min_size=1, max_size=12),
    st.floats(1, 120),
    st.randoms(use_true_random=False),
)
@settings(deadline=None, max_examples=200)
def test_order_and_origin_do_not_matter_and_the_answer_lies_in_its_bounds(
    readings: list[tuple[float, float]], gap: float, rng: Any
) -> None:
    readings = [(round(time, 2), value) for time, value in readings]
    shuffled = list(readings)
    rng.shuffle(shuffled)
    times, values = zip(*readings, strict=True)
    found = spell_bounds(times, values, period_h=(-24, 24), max_gap_min=gap)
    moments, pressures = zip(*shuffled, strict=True)
    again = spell_bounds(moments, pressures, period_h=(-24, 24), max_gap_min=gap)
    assert found == again
    assert 0 <= found.at_least <= found.at_most <= 48 * 60
    told = longest_spell(times, values, period_h=(-24, 24), max_gap_min=gap)
    if not math.isnan(told):
        assert found.at_least <= told <= found.at_most
        assert (told > 30) == (found.at_least > 30)
    opened = spell_bounds(times, values, max_gap_min=gap)
    assert opened.at_least == found.at_least
    assert opened.at_most == math.inf


@given(
    st.lists(st.floats(30, 200), min_size=2, max_size=12),
    st.integers(31, 600),
    st.integers(0, 10),
)
@settings(deadline=None, max_examples=100)
def test_a_reading_in_a_gap_never_widens_what_is_known(
    values: list[float], step: int, where: int
) -> None:
    """Across a gap nothing is taken for granted, so one more reading can only tell more."""
    times = [k * step / 60 for k in range(len(values))]
    period = (times[0], times[-1])
    before = spell_bounds(times, values, period_h=period)
    k = where % (len(values) - 1)
    extra = (times[k] + times[k + 1]) / 2
    for value in (60.0, 120.0):
        after = spell_bounds([*times, extra], [*values, value], period_h=period)
        assert before.at_least <= after.at_least
        assert after.at_most <= before.at_most

"""Strategies from device intervals: cases from the clinic, and what must hold for any course."""

from __future__ import annotations

import math
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterload.core.errors import InputError, UnknownName
from afterload.registry.shape import shapes
from afterload.registry.strategy import (
    DEVICE_KINDS,
    FAMILY,
    NAMED,
    Interval,
    Strategy,
    matches,
    strategy_at,
    strategy_over,
)

NAN = math.nan
ECLS = Interval("ecls", 0, 120)
IMPELLA = Interval("impella-5.0", 24, 200)

COURSES = [
    # words, pattern, order, overlaps, intervals
    ("none", "none", (), False, []),
    ("ecls alone", "alone", ("ecls",), False, [ECLS]),
    ("impella-5.0 alone", "alone", ("impella",), False, [IMPELLA]),
    ("iabp alone", "alone", ("iabp",), False, [Interval("iabp", 0, None)]),
    ("tandemheart alone", "alone", ("tandemheart",), False, [Interval("tandemheart", 0, 60)]),
    ("ecls then impella-5.0", "sequential", ("ecls", "impella"), True, [ECLS, IMPELLA]),
    ("impella-cp then ecls", "sequential", ("impella", "ecls"), True,
     [Interval("impella-cp", 0, 200), Interval("ecls", 2.01, 120)]),
    ("ecls+impella-cp simultaneous", "simultaneous", ("ecls", "impella"), True,
     [Interval("ecls", 0, 120), Interval("impella-cp", 2.0, 200)]),
    ("ecls+impella-cp simultaneous", "simultaneous", ("impella", "ecls"), True,
     [Interval("ecls", 1, 120), Interval("impella-cp", 0.0, 200)]),
    # Bridge from one to the other: no overlap, so never simultaneous, however close the starts.
    ("iabp then ecls", "sequential", ("iabp", "ecls"), False,
     [Interval("iabp", 0, 1), Interval("ecls", 1, 120)]),
    ("impella-cp then impella-rp", "sequential", ("impella", "impella-rp"), True,
     [Interval("impella-cp", 0, 100), Interval("impella-rp", 30, 100)]),
    # An upgrade within a family is one family; both models are told.
    ("impella-cp/impella-5.5 alone", "alone", ("impella",), False,
     [Interval("impella-cp", 0, 48), Interval("impella-5.5", 48, 300)]),
    ("ecls/vav alone", "alone", ("ecls",), False,
     [Interval("ecls", 0, 48), Interval("vav", 48, 90)]),
    ("ecls+impella-cp then iabp", "sequential", ("ecls", "impella", "iabp"), True,
     [ECLS, Interval("impella-cp", 1, 90), Interval("iabp", 100, 130)]),
    ("ecls+iabp", "undated", ("iabp", "ecls"), True,
     [Interval("iabp", 0, 90), Interval("ecls", 3, 9), Interval("ecls", NAN)]),
    ("ecls+iabp", "undated", ("ecls", "iabp"), False, [ECLS, Interval("iabp", NAN)]),
    ("iabp alone", "alone", ("iabp",), False, [Interval("iabp", NAN)]),
    # A second run of the same device keeps the first one's place.
    ("ecls then iabp", "sequential", ("ecls", "iabp"), False,
     [Interval("ecls", 0, 10), Interval("iabp", 20, 30), Interval("ecls", 40, 50)]),
]  # fmt: skip


@pytest.mark.parametrize(("words", "pattern", "order", "overlaps", "course"), COURSES)
def test_a_course_is_told_in_words(
    words: str, pattern: str, order: tuple[str, ...], overlaps: bool, course: list[Interval]
) -> None:
    told = strategy_over(course)
    assert (told.words, told.pattern, told.overlaps) == (words, pattern, overlaps)
    assert told.order == order
    assert matches(words, told)


@pytest.mark.parametrize(
    ("rule", "holding"),
    [
        ("none", {0}),
        ("ecls alone", {1, 12}),
        ("ecls/vav alone", {12}),
        ("impella alone", {2, 11}),
        ("impella-5.0 alone", {2}),
        ("impella-5.5 alone", set()),
        ("iabp alone", {3, 16}),
        ("ecls+impella", {5, 6, 7, 8}),
        ("impella + ecls", {5, 6, 7, 8}),
        ("ecls+impella-cp", {6, 7, 8}),
        ("ecls+impella simultaneous", {7, 8}),
        ("impella+ecls simultaneous", {7, 8}),
        ("ecls+impella sequential", {5, 6}),
        ("ecls then impella", {5}),
        ("ecls then impella-5.0", {5}),
        ("ecls then impella-cp", set()),
        ("impella then ecls", {6}),
        ("iabp then ecls", {9}),
        ("ecls+impella then iabp", {13}),
        ("ecls then impella then iabp", set()),
        ("ecls+iabp", {9, 14, 15, 17}),
        ("other", {9, 10, 13, 14, 15, 17}),
        ("ECLS  Alone", {1, 12}),
    ],
)
def test_a_rule_holds_for_its_courses_only(rule: str, holding: set[int]) -> None:
    told = [strategy_over(course) for *_, course in COURSES]
    assert {i for i, strategy in enumerate(told) if matches(rule, strategy)} == holding


@pytest.mark.parametrize(
    ("rule", "error"),
    [
        ("impela alone", UnknownName),
        ("ecls alone then impella", InputError),
        ("ecls impella", InputError),
        ("ecls+impella alone", InputError),
        ("ecls simultaneous", InputError),
        ("ecls then impella simultaneous", InputError),
        ("ecls+", InputError),
        ("", InputError),
    ],
)
def test_a_rule_that_cannot_be_read_says_so(rule: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        matches(rule, Strategy())


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (-0.5, "none"),
        (0, "ecls alone"),
        (23.9, "ecls alone"),
        (24, "ecls then impella-5.0"),
        (119.9, "ecls then impella-5.0"),
        (120, "impella-5.0 alone"),
        (200, "none"),
    ],
)
def test_what_runs_at_a_time(hours: float, words: str) -> None:
    assert strategy_at([IMPELLA, ECLS], hours).words == words


def test_only_what_was_started_by_then_counts() -> None:
    assert strategy_over([ECLS, IMPELLA], until_h=24).words == "ecls alone"
    assert strategy_over([ECLS, IMPELLA], until_h=24.1).words == "ecls then impella-5.0"
    assert strategy_over([ECLS, IMPELLA], until_h=0).words == "none"


def test_two_hours_is_a_choice_one_can_change() -> None:
    assert strategy_over([ECLS, IMPELLA], within_h=24).pattern == "simultaneous"
    course = [ECLS, Interval("impella-cp", 1, 100)]
    assert strategy_over(course, within_h=0.5).words == "ecls then impella-cp"
    assert strategy_at(course, 50, within_h=0.5).words == "ecls then impella-cp"


def test_what_is_no_interval_is_refused() -> None:
    with pytest.raises(UnknownName, match="impella-cp"):
        Interval("impella-c", 0, 1)
    with pytest.raises(InputError, match="1 h before"):
        Interval("ecls", 1, 0)


def test_the_registry_takes_every_device_kind() -> None:
    from afterload.core.vocabulary import standard

    assert shapes(standard())["device"].by_name["kind"].words == DEVICE_KINDS


kinds = st.sampled_from(DEVICE_KINDS)
hours = st.integers(-24, 400).map(float)
devices = st.builds(
    lambda kind, start, length: Interval(kind, start, None if length is None else start + length),
    kinds,
    hours,
    st.none() | st.integers(0, 300).map(float),
)
courses = st.lists(devices, max_size=5)


@given(courses, st.integers(-500, 500).map(float), hours)
def test_shifting_all_times_changes_nothing(
    course: list[Interval], shift: float, at: float
) -> None:
    moved = [
        Interval(i.kind, i.start_h + shift, None if i.stop_h is None else i.stop_h + shift)
        for i in course
    ]
    assert strategy_over(moved) == strategy_over(course)
    assert strategy_at(moved, at + shift) == strategy_at(course, at)


@given(courses)
def test_the_order_of_the_rows_changes_nothing(course: list[Interval]) -> None:
    told = {strategy_over(list(p)) for p in permutations(course[:4])}
    assert len(told) == 1


@given(courses)
def test_every_strategy_is_described_by_its_own_words(course: list[Interval]) -> None:
    told = strategy_over(course)
    assert matches(told.words, told)
    assert matches("+".join(told.order) or "none", told)
    assert matches("other", told) == (not any(matches(name, told) for name in NAMED))


@given(courses)
def test_groups_name_every_family_once(course: list[Interval]) -> None:
    told = strategy_over(course)
    assert sorted(told.order) == sorted({FAMILY[i.kind] for i in course})
    assert {kind for kinds in told.kinds for kind in kinds} == {i.kind for i in course}


@given(courses, hours)
def test_what_runs_is_what_started_and_has_not_stopped(course: list[Interval], at: float) -> None:
    running = {
        FAMILY[i.kind] for i in course if i.start_h <= at and (i.stop_h is None or at < i.stop_h)
    }
    assert set(strategy_at(course, at).order) == running


@given(courses)
def test_simultaneous_devices_started_close_and_overlap(course: list[Interval]) -> None:
    told = strategy_over(course)
    starts = {f: min(i.start_h for i in course if FAMILY[i.kind] == f) for f in told.order}
    if told.pattern == "simultaneous":
        assert told.overlaps
        assert max(starts.values()) - min(starts.values()) <= 2.0
    firsts = [starts[family] for family in told.order]
    assert firsts == sorted(firsts)

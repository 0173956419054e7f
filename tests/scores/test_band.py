"""Ranges: what holds, what meets, how they are worded, and whether they tile."""

from __future__ import annotations

from math import inf

import pytest

from afterload.core.errors import InputError
from afterload.scores.band import Band, Span, check_tiling, holds, meets, wording


def test_an_end_belongs_to_a_band_only_if_it_is_closed() -> None:
    band = Band(2, 65, 90, low_closed=False)
    assert [holds(band, x) for x in (65, 65.01, 89.99, 90)] == [False, True, True, False]


@pytest.mark.parametrize(
    ("span", "met"),
    [
        (Span(0, 20), True),
        (Span(20, 30), True),
        (Span(20, 30, low_closed=False), False),
        (Span(20.01, 30), False),
        (Span(-5, 0, high_closed=False), True),
    ],
)
def test_a_span_meets_a_band_when_some_value_lies_in_both(span: Span, met: bool) -> None:
    assert meets(Band(-2, high=20, high_closed=True), span) is met


def test_a_span_that_starts_after_it_ends_is_empty() -> None:
    assert Span(2, 1).is_empty
    assert Span(1, 1, high_closed=False).is_empty
    assert not Span(1, 1).is_empty


def test_cutting_a_span_closes_the_end_that_was_cut() -> None:
    cut = Span(-3, 7, low_closed=False, high_closed=False).within(0, 10)
    assert cut == Span(0, 7, True, False)


@pytest.mark.parametrize(
    ("band", "text"),
    [
        (Band(1, high=65, high_closed=True), "≤ 65 kg"),
        (Band(2, 65, 90, low_closed=False), "> 65 and < 90 kg"),
        (Band(0, 90), "≥ 90 kg"),
        (Band(0, high=65), "< 65 kg"),
        (Band(0, 65, low_closed=False), "> 65 kg"),
        (Band(8, 2, 8, high_closed=True), "2 to 8 kg"),
        (Band(8, 5, 5, high_closed=True), "5 kg"),
        (Band(8), "any"),
    ],
)
def test_a_band_is_worded_as_people_write_it(band: Band, text: str) -> None:
    assert wording(band, "kg") == text


@pytest.mark.parametrize(
    "bands",
    [
        (),
        (Band(0, high=10), Band(1, 11)),
        (Band(0, high=10, high_closed=True), Band(1, 10)),
        (Band(0, high=10), Band(1, 10, low_closed=False)),
        (Band(0, low=0, high=10), Band(1, 10)),
        (Band(0, high=10), Band(1, 10, inf), Band(2, 20, inf)),
    ],
)
def test_bands_that_leave_a_gap_or_overlap_are_refused(bands: tuple[Band, ...]) -> None:
    with pytest.raises(InputError, match="some score"):
        check_tiling(bands, "some score")

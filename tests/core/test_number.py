"""Numbers as people type them."""

from __future__ import annotations

import contextlib
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afterload.core.errors import InputError
from afterload.core.unit import parse_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("3.5", 3.5), ("3,5", 3.5), (" 3,5 ", 3.5), ("-2", -2), ("\u22122,5", -2.5), ("+4", 4),
        (".5", 0.5), (",5", 0.5), ("5.", 5), ("5,", 5), ("007", 7), ("1e3", 1000),
        ("1,2E-3", 0.0012), ("1 200", 1200), ("1\u00a0200", 1200), ("1\u202f200,5", 1200.5),
        ("1\u2009200", 1200), ("1'200", 1200), ("1\u2019200.5", 1200.5), ("12 345 678", 12345678),
        ("1,200", 1.2), ("1.200", 1.2),
    ],
)  # fmt: skip
def test_a_number_is_read(text, number):
    assert parse_number(text) == number


@pytest.mark.parametrize(
    "text",
    ["", " ", "abc", "1,200.5", "1.200,5", "1,2,3", "1 2", "12 0", "1 2000", "1234 567", "3.5 mg",
     "1_000", "nan", "inf", "-", ".", ",", "e5", "1e", "0x10", "12/3", "٣", "5%", "1''200"],
)  # fmt: skip
def test_what_is_no_number_is_refused_with_how_to_write_one(text):
    with pytest.raises(InputError, match=r"is not a number\. Write 3\.5 or 3,5") as error:
        parse_number(text)
    assert repr(text) in str(error.value)


@pytest.mark.parametrize("text", ["<0.3", " < 0,3", ">100", "≤5", "≥ 5", "~7", "<abc"])
def test_a_bound_is_refused_as_a_bound(text):
    with pytest.raises(InputError, match="is a bound, not a number") as error:
        parse_number(text)
    assert repr(text) in str(error.value)


def test_a_number_too_large_to_hold_is_refused():
    with pytest.raises(InputError, match="'1e999' is not a finite number"):
        parse_number("1e999")


@settings(deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_survives_being_written_with_a_point_or_a_comma(number):
    assert parse_number(repr(number)) == number
    assert parse_number(repr(number).replace(".", ",")) == number


@settings(deadline=None)
@given(st.integers(-(10**15), 10**15), st.sampled_from([" ", "'", "\u00a0", "\u202f", "\u2019"]))
def test_thousands_may_be_set_apart(number, separator):
    assert parse_number(f"{number:,}".replace(",", separator)) == number


@settings(deadline=None)
@given(st.text() | st.from_regex(r"[<+-]?[0-9]{1,3}([ ',.][0-9]{1,4}){0,3}([eE][0-9]+)?"))
def test_any_text_gives_a_finite_number_or_an_input_error(text):
    with contextlib.suppress(InputError):
        assert math.isfinite(parse_number(text))

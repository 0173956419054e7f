"""What a spreadsheet would run as a formula is shown as text."""

from __future__ import annotations

import pytest

from afterload.core.spreadsheet import FORMULA_STARTS, safe_text


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_a_text_that_begins_like_a_formula_gets_an_apostrophe(start: str) -> None:
    assert safe_text(f"{start}cmd|' /C calc'!A0") == f"'{start}cmd|' /C calc'!A0"


@pytest.mark.parametrize("text", ["", "lactate", "3.5", "E-1", " =1", "'=1"])
def test_any_other_text_stays_as_it_is(text: str) -> None:
    assert safe_text(text) == text

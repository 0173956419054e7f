"""Sentences that differ in their numbers alone."""

from __future__ import annotations

import pytest

from afterload.core.alike import spanned, without_numbers


@pytest.mark.parametrize(
    ("texts", "whole"),
    [
        (["3 mmHg in 10 %.", "12 mmHg in 9 %."], "3 to 12 mmHg in 9 to 10 %."),
        (["From 1.88 to 1.9.", "From 2.14 to 2.2."], "From 1.88 to 2.2."),
        (["1,040 rpm", "980 rpm"], "980 to 1,040 rpm"),
        (["SvO2 is 50 %.", "SvO2 is 50 %."], "SvO2 is 50 %."),
        (["It is shut."], "It is shut."),
    ],
)
def test_the_lowest_and_the_highest_are_told(texts: list[str], whole: str) -> None:
    assert spanned(texts) == whole


def test_a_number_within_a_name_is_none() -> None:
    assert without_numbers("SvO2 1.2.3 P6 at 4.5, 6.") == "SvO2 1.2.3 P6 at #, #."

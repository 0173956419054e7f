"""A citation and how sure we are of it."""

from __future__ import annotations

from typing import get_args

from afterload.core.source import CONFIDENCE_MEANING, Confidence, Source


def test_a_source_reads_as_a_citation_down_to_the_table():
    source = Source("Schmidt 2015, Eur Heart J 36:2246", doi="10.1093/eurheartj/ehv194",
                    place="Table 4")  # fmt: skip
    assert str(source) == (
        "Schmidt 2015, Eur Heart J 36:2246, Table 4, doi:10.1093/eurheartj/ehv194"
    )


def test_what_is_not_known_is_left_out():
    assert str(Source("Gaies 2010")) == "Gaies 2010"
    assert str(Source("Gaies 2010", place="p. 235")) == "Gaies 2010, p. 235"


def test_a_source_is_unsure_until_told_otherwise():
    assert Source("Gaies 2010").confidence == "U"


def test_every_confidence_has_a_meaning():
    assert tuple(CONFIDENCE_MEANING) == get_args(Confidence)
    assert all(CONFIDENCE_MEANING.values())

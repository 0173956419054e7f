"""IABP-SHOCK II: the worked examples, every band edge, and that it says it is provisional."""

from __future__ import annotations

from typing import Any

import pytest

from afterload.scores import IABP_SHOCK_II, tally
from afterload.scores.band import holds
from afterload.scores.card import leaves

ZERO: dict[str, Any] = {
    "age": 60, "hx_stroke": "no", "glucose": 6, "creatinine": 90, "timi": 3, "lactate": 2,
}  # fmt: skip


@pytest.mark.parametrize(
    ("told", "total", "name", "mortality"),
    [
        ({"age": 74, "lactate": 5.1, "timi": 2}, 5, "high (5-9)", 0.766),
        ({"hx_stroke": "yes"}, 2, "low (0-2)", 0.238),
        ({"glucose": 10.6}, 0, "low (0-2)", 0.238),
    ],
)
def test_worked_examples(told: dict[str, Any], total: int, name: str, mortality: float) -> None:
    result = tally(IABP_SHOCK_II, {**ZERO, **told})
    assert result.total == total
    assert result.classes == (name,)
    assert result.outcome[0].value == mortality
    assert result.outcome[0].horizon == "30 days"


@pytest.mark.parametrize(
    ("name", "value", "points"),
    [
        ("age", 73, 0), ("age", 73.1, 1), ("hx_stroke", "yes", 2),
        ("glucose", 10.6, 0), ("glucose", 10.61, 1),
        ("glucose", "191mg/dL", 0), ("glucose", "192mg/dL", 1),
        ("creatinine", 132.6, 0), ("creatinine", 133, 1),
        ("creatinine", "1.5mg/dL", 0), ("creatinine", "1.6mg/dL", 1),
        ("timi", 3, 0), ("timi", 2, 2), ("timi", 0, 2),
        ("lactate", 5, 0), ("lactate", 5.1, 2),
    ],
)  # fmt: skip
def test_every_band_edge(name: str, value: Any, points: int) -> None:
    assert tally(IABP_SHOCK_II, {**ZERO, name: value}).total == points


@pytest.mark.parametrize(
    ("total", "name"),
    [(0, "low (0-2)"), (2, "low (0-2)"), (3, "intermediate (3-4)"), (4, "intermediate (3-4)"),
     (5, "high (5-9)"), (9, "high (5-9)")],
)  # fmt: skip
def test_class_edges(total: int, name: str) -> None:
    assert [c.name for c in IABP_SHOCK_II.classes if holds(c, total)] == [name]


def test_the_range_is_that_of_the_abstract() -> None:
    """0 to 9 with 1 or 2 points an item: exactly three of six items carry 2."""
    result = tally(IABP_SHOCK_II, {})
    assert (result.low, result.high) == (0, 9)
    most = [max(band.points for band in item.bands) for item in leaves(IABP_SHOCK_II.items)]
    assert sorted(most) == [1, 1, 1, 2, 2, 2]


@pytest.mark.parametrize("told", [ZERO, {}, {"age": 70}])
def test_every_result_says_that_it_is_provisional(told: dict[str, Any]) -> None:
    result = tally(IABP_SHOCK_II, told)
    assert any("provisional" in w and "from memory" in w for w in result.warnings)
    assert IABP_SHOCK_II.about.status == "provisional"
    assert {line.source.confidence for line in result.items} == {"M"}
    assert all("from memory" in line.source.note for line in result.items)


def test_no_infarction_is_told() -> None:
    assert any("has none" in w for w in tally(IABP_SHOCK_II, {**ZERO, "ami_type": "none"}).warnings)
    assert tally(IABP_SHOCK_II, {**ZERO, "age": 15}).low is None

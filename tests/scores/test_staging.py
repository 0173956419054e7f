"""Stages by ordered rules: the gravest that holds, and those that still can."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from afterload.core.source import Source
from afterload.scores import Staging, tally
from afterload.scores.about import About
from afterload.scores.staging import Stage

VALUES = {
    "lactate": (0.1, 1, 2, 2.1, 5, 5.1, 40),
    "sbp": (0, 89, 89.9, 90, 300),
    "n_drugs": (0, 1, 2, 10),
}


def stage(lactate: float, sbp: float, n_drugs: float) -> str:
    """The toy's rules, written out."""
    if lactate > 5 or (sbp < 90 and n_drugs >= 2):
        return "C"
    return "B" if sbp < 90 or lactate > 2 else "A"


@pytest.mark.parametrize("values", list(product(*VALUES.values())))
def test_the_gravest_stage_that_holds_is_the_stage(
    toy_staging: Staging, values: tuple[float, float, float]
) -> None:
    result = tally(toy_staging, dict(zip(VALUES, values, strict=True)))
    assert result.classes == (stage(*values),)
    assert result.total == "ABC".index(stage(*values))
    assert result.missing == ()


@pytest.mark.parametrize("hidden", [("lactate",), ("sbp",), ("n_drugs",), ("sbp", "lactate"),
                                    ("sbp", "n_drugs"), tuple(VALUES)])  # fmt: skip
def test_the_stages_that_can_hold_are_those_of_every_completion(
    toy_staging: Staging, hidden: tuple[str, ...]
) -> None:
    shown = [name for name in VALUES if name not in hidden]
    for values in product(*(VALUES[name] for name in shown)):
        known: dict[str, Any] = dict(zip(shown, values, strict=True))
        completions = product(*(VALUES[name] for name in hidden))
        attained = {stage(**known, **dict(zip(hidden, c, strict=True))) for c in completions}
        result = tally(toy_staging, known)
        assert set(result.classes) == attained
        assert (result.total is None) == (len(attained) > 1)


def test_rules_that_cannot_be_told_are_listed_with_what_they_want(toy_staging: Staging) -> None:
    result = tally(toy_staging, {"sbp": 85, "lactate": 3})
    assert result.classes == ("B", "C")
    assert result.missing == ("n_drugs",)
    assert [(line.name, line.band) for line in result.items] == [
        ("C", "unknown"), ("B", "holds"), ("A", "not reached"),
    ]  # fmt: skip
    assert [outcome.value for outcome in result.outcome] == [0.5]


def test_a_staging_must_have_a_stage_for_everyone() -> None:
    source = Source("Toy et al. 2020", place="figure 1")
    with pytest.raises(AssertionError, match="always hold"):
        Staging(About("toy", "Toy", "", "1", source), (Stage("A", "", (), source),))

"""Equations whose direction in an input depends on the others, and those with a range."""

from __future__ import annotations

import random
from itertools import product
from typing import Any

import numpy as np
import pytest

from afterload.core.errors import InputError
from afterload.core.source import Source
from afterload.core.variable import Choice, Variable
from afterload.scores import Card, Formula, tally
from afterload.scores.about import About
from afterload.scores.band import Band, Span
from afterload.scores.card import Item
from afterload.scores.columns import score_columns
from afterload.scores.columns_derive import equation_ends
from afterload.scores.derive import Equation, attainable
from afterload.scores.formula import Term, total_of

PAPER = Source("Toy et al. 2020", place="equation", confidence="M")
NUMBERS = {name: Variable(name, name, low=-10, high=10) for name in ("a", "b", "c")}
NUMBERS["d"] = Variable("d", "d", low=0.5, high=4)
NUMBERS["side"] = Variable(
    "side", "Side", kind="enum", choices=(Choice("left", "", ""), Choice("right", "", ""))
)
TORN = {
    "quotient": Equation("(a - b) / d", lambda _, x: (x["a"] - x["b"]) / x["d"],
                         rises=("a",), falls=("b",), either=("d",)),
    "product": Equation("a b c", lambda _, x: x["a"] * x["b"] * x["c"], either=("a", "b", "c")),
    "by side": Equation("± a d", lambda _, x: (2 * x["left"] - 1) * x["a"] * x["d"],
                        flags=(("side", "left"),), either=("a", "d")),
}  # fmt: skip
GRID = [-10 + 2.5 * k for k in range(9)]
GRIDS: dict[str, list[float]] = {
    "a": GRID, "b": GRID, "c": GRID, "d": [0.5, 1, 2, 3, 4], "side": [0.0, 1.0],
}  # fmt: skip


def brute(equation: Equation, known: dict[str, float]) -> list[float]:
    """The equation at every completion on a grid that holds the ends."""
    names = list(dict.fromkeys(equation.inputs))
    choices = [[known[name]] if name in known else GRIDS[name] for name in names]
    values = []
    for chosen in product(*choices):
        x: dict[str, Any] = dict(zip(names, chosen, strict=True))
        x["left"] = float(x.get("side") == 0)
        values.append(float(equation.function(None, x)))  # type: ignore[arg-type]
    return values


@pytest.mark.parametrize("equation", TORN.values(), ids=TORN)
def test_the_interval_is_that_of_every_completion(equation: Equation) -> None:
    rng = random.Random(3)
    patients = []
    for _ in range(200):
        names = [name for name in equation.inputs if rng.random() < 0.5]
        patients.append({name: rng.choice(GRIDS[name]) for name in names})
    columns = {
        name: np.array([patient.get(name, np.nan) for patient in patients])
        for name in equation.inputs
    }
    low, high = equation_ends(equation, NUMBERS, columns, len(patients))
    for row, known in enumerate(patients):
        values = brute(equation, known)
        spans = {
            name: Span(known[name], known[name]) if name in known else Span(v.low, v.high)
            for name, v in NUMBERS.items()
            if name != "side"
        }
        spans["side"] = Span(known["side"], known["side"]) if "side" in known else Span(0, 1)
        found = attainable(equation, NUMBERS, spans)
        assert (found.low, found.high) == (min(values), max(values))
        assert (low[row], high[row]) == (min(values), max(values))


def test_one_direction_alone_would_be_wrong() -> None:
    """That the quotient falls in d holds for a > b only: both ends are needed."""
    spans = {"a": Span(-10, 10), "b": Span(0, 0), "d": Span(0.5, 4)}
    found = attainable(TORN["quotient"], NUMBERS, spans)
    assert (found.low, found.high) == (-20, 20)


def card_of(equation: Equation) -> Card:
    return Card(
        About("toy", "Toy", "A toy.", "1.0", PAPER,
              declares=(Variable("q", "q", low=-15, high=15), *NUMBERS.values())),
        (
            Item("q", "q", (Band(3, high=-5), Band(0, -5, 5), Band(7, 5)), PAPER,
                 derive=(equation,)),
            Item("d", "d", (Band(1, high=2), Band(0, 2)), PAPER),
        ),
    )  # fmt: skip


def test_a_card_whose_input_is_derived_in_either_direction_contains_every_completion() -> None:
    card = card_of(TORN["quotient"])
    rng = random.Random(4)
    patients = []
    for _ in range(300):
        names = [name for name in ("a", "b", "d") if rng.random() < 0.6]
        patients.append({name: rng.choice(GRIDS[name]) for name in names})
    columns = {n: np.array([p.get(n, np.nan) for p in patients]) for n in ("a", "b", "d")}
    found = score_columns(card, columns)
    seen = 0
    for row, known in enumerate(patients):
        totals = []
        free = [[known[n]] if n in known else GRIDS[n] for n in ("a", "b", "d")]
        for a, b, d in product(*free):
            q = (a - b) / d
            if -15 <= q <= 15:
                totals.append((3 if q < -5 else 0 if q < 5 else 7) + (d < 2))
        if not totals:
            with pytest.raises(InputError, match="cannot all be right"):
                tally(card, known)
            assert np.isnan(found.low[row])
            continue
        one = tally(card, known)
        assert (one.low, one.high) == (found.low[row], found.high[row])
        assert one.low is not None
        assert one.high is not None
        assert one.low <= min(totals) <= max(totals) <= one.high
        seen += one.low < one.high
    assert seen > 50


RANGED = Formula(
    About("toy", "Toy", "A toy.", "1.0", PAPER, declares=(NUMBERS["a"], NUMBERS["b"])),
    Equation("a - b", lambda _, x: x["a"] - x["b"], rises=("a",), falls=("b",), low=0, high=15),
    (Term("toy", "Toy", Equation("a - b", lambda _, x: x["a"] - x["b"],
                                 rises=("a",), falls=("b",), low=0, high=15), PAPER),),
    unit="mm[Hg]",
)  # fmt: skip


@pytest.mark.parametrize(
    ("known", "ends"),
    [({"a": 5, "b": 2}, (3, 3)), ({"a": 5}, (0, 15)), ({"a": -10}, (0, 0)), ({}, (0, 15)),
     ({"b": 4}, (0, 6)), ({"a": 10, "b": -5}, (15, 15))],
)  # fmt: skip
def test_a_quantity_stays_within_what_it_can_be(
    known: dict[str, float], ends: tuple[float, float]
) -> None:
    result = tally(RANGED, known)
    assert (result.low, result.high) == ends
    columns = {n: np.array([known.get(n, np.nan)]) for n in ("a", "b")}
    on_columns = score_columns(RANGED, columns)
    assert (on_columns.low[0], on_columns.high[0]) == ends
    line = result.items[0]
    assert (line.low, line.high) == ends


def test_values_that_contradict_each_other_are_refused_and_have_no_row() -> None:
    with pytest.raises(InputError, match=r"a = 2, b = 5 cannot all be right: a - b would lie .*"
                       r"outside 0 to 15 mmHg\. Check these values\."):  # fmt: skip
        tally(RANGED, {"a": 2, "b": 5})
    result = score_columns(RANGED, {"a": np.array([2.0, 9, 10]), "b": np.array([5.0, 4, -6])})
    assert np.array_equal(result.total, [np.nan, 5, np.nan], equal_nan=True)


def test_terms_that_pull_one_input_both_ways_cannot_be_added() -> None:
    up = Term("up", "Up", Equation("a", lambda _, x: x["a"], rises=("a",)), PAPER)
    down = Term("down", "Down", Equation("-a", lambda _, x: -x["a"], falls=("a",)), PAPER)
    torn = Term("torn", "Torn", TORN["quotient"], PAPER)
    for terms, name in (((up, down), "a"), ((up, torn), "d")):
        with pytest.raises(InputError, match=f"{name} can rise in one term and fall in another"):
            total_of(terms)

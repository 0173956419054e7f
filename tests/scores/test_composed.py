"""Composed items: the worst of several parts, or the least of them, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest

from afterload.core.errors import InputError
from afterload.core.source import Source
from afterload.core.variable import Choice, Variable
from afterload.scores import Card, score_columns, tally
from afterload.scores.about import About
from afterload.scores.band import Band
from afterload.scores.card import Composed, Item, by_level, yes
from afterload.scores.card_check import check_card
from afterload.scores.columns import missing_columns
from afterload.scores.derive import Equation
from afterload.scores.risk import Logistic

SOURCE = Source("Toy et al. 2020", place="table 1", confidence="M")
WARD = Variable(
    "ward",
    "Ward",
    kind="enum",
    choices=(Choice("icu", "Intensive care", ""), Choice("unknown", "", ""),
             Choice("floor", "Floor", "")),
)  # fmt: skip
KIDNEY = Composed(
    "kidney",
    "Kidney",
    (
        Item("creatinine", "Creatinine", (Band(0, high=110), Band(2, 110, 300), Band(4, 300)),
             SOURCE),
        Item("urine_ml_h", "Urine", (Band(3, high=20), Band(0, 20)), SOURCE),
    ),
    SOURCE,
)  # fmt: skip
LUNG = Composed(
    "lung",
    "Lung",
    (
        Item(
            "ratio",
            "PaO2/FiO2",
            (Band(4, high=100), Band(2, 100, 300), Band(0, 300)),
            SOURCE,
            derive=(
                Equation("PaO2 / FiO2", lambda _, x: x["po2"] / x["fio2"] * 100, ("po2",),
                         ("fio2",)),
            ),
            asks=("po2", "fio2"),
        ),
        Item("ventilated", "Ventilation", (Band(2, high=1), Band(4, low=1)), SOURCE),
    ),
    SOURCE,
    take="least",
)  # fmt: skip
OXYGEN = Item("po2", "PaO2", (Band(0, high=60), Band(1, 60)), SOURCE)
STAY = Item("ward", "Ward", by_level(WARD, {"icu": 0, "floor": -3}), SOURCE)
TOY = Card(
    About(
        "toy", "Toy", "A toy.", "1.0", SOURCE,
        declares=(Variable("ratio", "PaO2/FiO2", low=0, high=4000), WARD),
    ),
    (KIDNEY, LUNG, OXYGEN, STAY),
    predict=Logistic("death", "30 days", replace(SOURCE, place="page 3"), -2, 0.5),
)  # fmt: skip


def second(p: dict[str, Any]) -> int:
    """The toy again, as conditions."""
    creatinine = 4 if p["creatinine"] >= 300 else 2 if p["creatinine"] >= 110 else 0
    ratio = p["po2"] / (p["fio2"] / 100)
    lung = 4 if ratio < 100 else 2 if ratio < 300 else 0
    if not p["ventilated"] and lung > 2:
        lung = 2
    return (
        max(creatinine, 3 if p["urine_ml_h"] < 20 else 0)
        + lung
        + (1 if p["po2"] >= 60 else 0)
        - (3 if p["ward"] == "floor" else 0)
    )


CHOICES: dict[str, list[Any]] = {
    "creatinine": [10, 109.9, 110, 299, 300, 2500],
    "urine_ml_h": [0, 19.9, 20, 2000],
    "po2": [10, 21, 59.9, 60, 63, 99, 100, 300, 700],
    "fio2": [21, 40, 60, 99, 100],
    "ventilated": [False, True],
    "ward": ["icu", "floor"],
}


def completions(known: dict[str, Any]) -> Iterator[dict[str, Any]]:
    hidden = [name for name in CHOICES if name not in known]
    choices = {name: list(CHOICES[name]) for name in hidden}
    for name, times in (("po2", 1.0), ("fio2", 100.0)):
        other = "fio2" if name == "po2" else "po2"
        if name in choices and other in known:
            for edge in (100, 300):
                at = edge * known[other] / 100 if name == "po2" else times * known[other] / edge
                low, high = (10, 700) if name == "po2" else (21, 100)
                choices[name] += [x for x in (at * 0.999, at * 1.001) if low <= x <= high]
    for values in product(*choices.values()):
        yield {**known, **dict(zip(hidden, values, strict=True))}


def patients(n: int, seed: int, missing: float) -> list[dict[str, Any]]:
    rng = np.random.default_rng(seed)
    return [
        {
            name: values[int(rng.integers(len(values)))]
            for name, values in CHOICES.items()
            if rng.random() > missing
        }
        for _ in range(n)
    ]


def columns(rows: list[dict[str, Any]]) -> dict[str, np.ndarray[Any, Any]]:
    def code(name: str, value: Any) -> float:
        return WARD.levels.index(value) if name == "ward" else float(value)

    return {
        name: np.array([code(name, row[name]) if name in row else np.nan for row in rows])
        for name in CHOICES
    }


def test_the_toy_is_sound() -> None:
    check_card(TOY)


def test_complete_patients_are_those_of_the_second_writing() -> None:
    rows = [dict(zip(CHOICES, values, strict=True)) for values in product(*CHOICES.values())]
    found = score_columns(TOY, columns(rows))
    assert list(found.total) == [second(row) for row in rows]
    assert len({second(row) for row in rows}) > 8
    for row in rows[::37]:
        assert tally(TOY, row).total == second(row)


@pytest.mark.parametrize("missing", [0.2, 0.6])
def test_the_interval_is_that_of_every_completion(missing: float) -> None:
    rows = patients(120, seed=1, missing=missing)
    found, wanted = score_columns(TOY, columns(rows)), missing_columns(TOY, columns(rows))
    for k, row in enumerate(rows):
        totals = [second(p) for p in completions(row)]
        one = tally(TOY, row)
        assert (one.low, one.high) == (min(totals), max(totals)), row
        assert (found.low[k], found.high[k]) == (one.low, one.high)
        assert sorted(wanted[k]) == sorted(one.missing)


@pytest.mark.parametrize(
    ("known", "low", "high", "wants"),
    [
        ({"creatinine": 300}, 4, 4, ()),  # nothing about urine can make it worse
        ({"creatinine": 200}, 2, 3, ("urine_ml_h",)),
        ({"urine_ml_h": 10}, 3, 4, ("creatinine",)),
        ({"creatinine": 100, "urine_ml_h": 30}, 0, 0, ()),
        ({}, 0, 4, ("creatinine", "urine_ml_h")),
    ],
)
def test_the_worst_part_counts(
    known: dict[str, Any], low: int, high: int, wants: tuple[str, ...]
) -> None:
    line = tally(TOY, known).items[0]
    assert (line.name, line.low, line.high, line.wants) == ("kidney", low, high, wants)


@pytest.mark.parametrize(
    ("known", "low", "high", "wants"),
    [
        ({"po2": 50, "fio2": 100, "ventilated": "no"}, 2, 2, ()),
        ({"po2": 50, "fio2": 100, "ventilated": "yes"}, 4, 4, ()),
        ({"po2": 50, "fio2": 100}, 2, 4, ("ventilated",)),
        ({"po2": 200, "fio2": 100}, 2, 2, ()),  # the cap is higher than the points
        ({"po2": 400, "fio2": 100}, 0, 0, ()),
        ({"ventilated": "no"}, 0, 2, ("po2", "fio2")),
        ({"po2": 50}, 2, 4, ("fio2", "ventilated")),
    ],
)
def test_the_least_part_caps(
    known: dict[str, Any], low: int, high: int, wants: tuple[str, ...]
) -> None:
    line = tally(TOY, known).items[1]
    assert (line.low, line.high, line.wants) == (low, high, wants)


def test_the_line_names_the_part_that_counts() -> None:
    assert (
        tally(TOY, {"creatinine": 320, "urine_ml_h": 10}).items[0].band == "Creatinine ≥ 300 µmol/L"
    )
    given = tally(TOY, {"creatinine": 320, "urine_ml_h": 10}).items[0].given
    assert [g.name for g in given] == ["creatinine", "urine_ml_h"]


def test_a_category_has_points_by_level() -> None:
    assert tally(TOY, {"ward": "floor"}).items[3].points == -3
    assert tally(TOY, {"ward": "icu"}).items[3].points == 0
    assert tally(TOY, {"ward": "icu"}).items[3].band == "Intensive care"
    assert tally(TOY, {"ward": "unknown"}).items[3].wants == ("ward",)
    with pytest.raises(InputError, match="needs points for each of icu, floor"):
        by_level(WARD, {"icu": 1})


def test_an_input_read_by_two_items_is_read_once() -> None:
    one = Item("lactate", "Lactate", (Band(0, high=4), Band(2, 4)), SOURCE)
    two = Item("lactate", "Low lactate", (Band(3, high=2), Band(0, 2)), SOURCE)
    card = Card(TOY.about, (one, two))
    check_card(card)
    result = tally(card, {})
    assert (result.low, result.high) == (0, 3)  # never both at once
    found = score_columns(card, {"lactate": np.array([np.nan, 1.0, 3.0, 5.0])})
    assert list(found.low) == [0, 3, 0, 2]
    assert list(found.high) == [3, 3, 0, 2]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (replace(KIDNEY, parts=KIDNEY.parts[:1]), "two parts or more"),
        (replace(KIDNEY, source=Source("Toy et al. 2020")), "place"),
        (replace(KIDNEY, parts=(KIDNEY.parts[0], replace(OXYGEN, bands=(Band(0), Band(1, 2))))),
         "gap or overlap"),
        (Item("ventilated", "Ventilation", (Band(0, high=0.5), Band(1, 0.5)), SOURCE),
         "one band for each"),
        (Item("etiology_detail", "Cause", yes(1), SOURCE), "cannot have bands"),
        (replace(LUNG, parts=LUNG.parts[::-1] + LUNG.parts[:1]), "only one item can read it"),
    ],
)  # fmt: skip
def test_an_unsound_composed_item_is_refused(wrong: Any, said: str) -> None:
    with pytest.raises(InputError, match=said):
        check_card(Card(TOY.about, (wrong, STAY)))


def test_a_risk_that_is_not_defined_or_turns_is_refused() -> None:
    predict = Logistic("death", "30 days", SOURCE, -2, 0.5, per_log=1)
    with pytest.raises(InputError, match="does not exist for a total of -3"):
        check_card(replace(TOY, predict=predict))
    with pytest.raises(InputError, match="pull against"):
        check_card(replace(TOY, items=(KIDNEY,), predict=replace(predict, per_point=-1)))
    with pytest.raises(InputError, match="place"):
        check_card(replace(TOY, predict=Logistic("d", "h", Source("Toy"), -2, 0.5)))


def test_the_risk_spans_what_the_total_spans() -> None:
    complete = {"creatinine": 300, "urine_ml_h": 30, "po2": 400, "fio2": 100, "ward": "icu"}
    found = tally(TOY, {**complete, "ventilated": "no"})
    assert found.total == 5
    assert found.predicted is not None
    assert found.predicted.low == found.predicted.high == pytest.approx(1 / (1 + np.exp(-0.5)))
    assert found.predicted.text == "logit = -2 + 0.5 × S"
    del complete["ward"]
    open_ = tally(TOY, {**complete, "ventilated": "no"}).predicted
    assert open_ is not None
    assert open_.low == pytest.approx(1 / (1 + np.e))
    assert open_.high == found.predicted.high

"""What makes a card sound: bands tile, classes cover, sources say a place."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from afterload.core.errors import InputError
from afterload.core.source import Source
from afterload.scores import ALL, Card, Composite
from afterload.scores.about import About
from afterload.scores.band import Band
from afterload.scores.card import Class, Item, yes
from afterload.scores.card_check import check_card
from afterload.scores.derive import AnyOf, Equation, Test

SOURCE = Source("Toy et al. 2020", place="table 1", confidence="M")
ABOUT = About("toy", "Toy", "A toy.", "1.0", SOURCE)
LACTATE = Item("lactate", "Lactate", (Band(0, high=4), Band(2, 4)), SOURCE)
CLASSES = (Class("low", SOURCE, high=1, high_closed=True), Class("high", SOURCE, low=2))
TOY = Card(ABOUT, (LACTATE,), classes=CLASSES)


@pytest.mark.parametrize("card", [score for score in ALL.values() if isinstance(score, Card)])
def test_every_shipped_card_is_sound(card: Card) -> None:
    check_card(card)


@pytest.mark.parametrize("score", ALL.values(), ids=ALL)
def test_every_number_of_every_score_has_a_source_and_a_place(score: object) -> None:
    about: About = score.about  # type: ignore[attr-defined]
    kinds = ("items", "terms", "stages", "criteria", "levels")
    parts: list[Any] = [part for kind in kinds for part in getattr(score, kind, ())]
    if isinstance(score, Composite):
        parts = [*score.tally({"age": 50}).items]
    assert parts
    sources = [part.source for part in parts] + [c.source for c in getattr(score, "classes", ())]
    sources += [x.source for x in (*about.notes, *about.cautions, *about.limits)]
    assert all(source.citation and source.place for source in [*sources, about.source])


def test_a_constant_needs_a_source() -> None:
    with pytest.raises(InputError, match="the constant -6 needs a source"):
        check_card(replace(TOY, constant=-6))
    check_card(replace(TOY, constant=-6, constant_source=SOURCE))


def test_the_toy_is_sound() -> None:
    check_card(TOY)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (replace(LACTATE, bands=(Band(0, high=4), Band(2, 5))), "gap or overlap"),
        (replace(LACTATE, source=Source("Toy et al. 2020")), "place"),
        (
            Item(
                "dbp", "Diastolic", yes(1), SOURCE, derive=(AnyOf((Test("lactate", low=4),), ""),)
            ),
            "cannot share",
        ),
    ],
)
def test_an_unsound_item_is_refused(wrong: Item, said: str) -> None:
    with pytest.raises(InputError, match=said):
        check_card(replace_items(TOY, (LACTATE, wrong)))


def test_an_input_derived_from_a_derived_one_is_refused() -> None:
    first = replace(LACTATE, derive=(Equation("hco3", lambda _, x: x["hco3"], rises=("hco3",)),))
    second = Item(
        "map",
        "MAP",
        yes(1),
        SOURCE,
        derive=(Equation("lactate", lambda _, x: x["lactate"], rises=("lactate",)),),
    )
    with pytest.raises(InputError, match="itself derived"):
        check_card(replace_items(TOY, (first, second)))


@pytest.mark.parametrize(
    "classes",
    [
        CLASSES[:1],
        (Class("low", SOURCE, high=1), Class("high", SOURCE, low=2)),
        (Class("low", SOURCE, high=2, high_closed=True), Class("high", SOURCE, low=2)),
    ],
)
def test_classes_that_miss_or_repeat_a_total_are_refused(classes: tuple[Class, ...]) -> None:
    with pytest.raises(InputError, match="every total"):
        check_card(Card(ABOUT, (LACTATE,), classes=classes))


def replace_items(card: Card, items: tuple[Item, ...]) -> Card:
    return Card(card.about, items, card.constant, card.constant_source, card.classes)

"""What makes a card sound: what we ship and what a user writes obey the same rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from math import inf

from afterload.core.errors import InputError
from afterload.core.source import Source
from afterload.core.variable import Variable
from afterload.scores.band import check_tiling
from afterload.scores.card import Card, Class, Composed, Item, Row, leaves, yes
from afterload.scores.derive import Derived, Equation
from afterload.scores.inputs import variables_of
from afterload.scores.risk import check_logistic


def check_card(card: Card) -> None:
    """Make sure that a card is sound.

    Raises:
        UnknownName: An input is no variable of the vocabulary, nor declared.
        InputError: Bands or classes leave a gap or overlap, a source says no place, or an input
            that other items are derived from is derived itself.
    """
    name = card.about.title
    items = tuple(leaves(card.items))
    for row in card.items:
        _check_row(row, name)
    for item in items:
        check_tiling(item.bands, f"{name}, {item.label}")
        _check_kind(item, variables_of(card)[item.variable], f"{name}, {item.label}")
        for derived in item.derive:
            _check_derived(items, derived, f"{name}, {item.label}")
    _check_repeated(items, name)
    if card.predict is not None:
        check_logistic(card.predict, lowest(card), name)
        _check_source(card.predict.source, f"{name}, equation of the risk")
    if card.constant:
        if card.constant_source is None:
            raise InputError(f"{name}: the constant {card.constant} needs a source.")
        _check_source(card.constant_source, f"{name}, constant")
    if card.classes:
        _check_classes(card.classes, name)
    for class_ in card.classes:
        _check_source(class_.source, f"{name}, class {class_.name}")


def lowest(card: Card) -> int:
    """The lowest total any patient could have, were all items independent."""
    return card.constant + sum(_fewest(row) for row in card.items)


def _fewest(row: Row) -> int:
    if isinstance(row, Item):
        return min(band.points for band in row.bands)
    choose = max if row.take == "most" else min
    return choose(_fewest(part) for part in row.parts)


def _check_row(row: Row, name: str) -> None:
    _check_source(row.source, f"{name}, {row.label}")
    if isinstance(row, Composed):
        if len(row.parts) < 2:
            raise InputError(f"{name}, {row.label}: a composed item needs two parts or more.")
        for part in row.parts:
            _check_row(part, name)


def _check_kind(item: Item, variable: Variable, what: str) -> None:
    """Yes/no items have a band for each answer; several categories at once have no order."""
    if variable.kind == "bool":
        edges = sorted((band.low, band.low_closed) for band in item.bands)
        if edges != sorted((band.low, band.low_closed) for band in yes(1)):
            raise InputError(f"{what}: {variable.name} is yes or no and has one band for each.")
    elif not (variable.is_numeric or variable.kind == "enum"):
        raise InputError(
            f"{what}: {variable.name} is neither a number, nor yes or no, nor one category, so it "
            "cannot have bands; derive a yes/no item from it."
        )


def _check_repeated(items: Sequence[Item], name: str) -> None:
    derived = {item.variable for item in items if item.derive}
    for variable, times in Counter(item.variable for item in items).items():
        if times > 1 and variable in derived:
            raise InputError(f"{name}: {variable} is derived, so only one item can read it.")


def _check_classes(classes: Sequence[Class], name: str) -> None:
    # Integer totals: "1 to 5" and "6 or more" are neighbours, so ends are compared as integers.
    ordered = sorted(classes, key=lambda class_: class_.low)
    ends = [(_first(class_), _last(class_)) for class_ in ordered]
    neighbours = pairwise(ends)
    tiles = all(right[0] == left[1] + 1 for left, right in neighbours)
    if ends[0][0] != -inf or ends[-1][1] != inf or not tiles:
        raise InputError(f"{name}: the classes must cover every total, each exactly once.")


def _first(class_: Class) -> float:
    return class_.low if class_.low_closed else class_.low + 1


def _last(class_: Class) -> float:
    return class_.high if class_.high_closed else class_.high - 1


def _check_source(source: Source, what: str) -> None:
    if not source.citation or not source.place:
        raise InputError(f"{what}: needs a source with a citation and the place it was read from.")


def _check_derived(items: Sequence[Item], derived: Derived, what: str) -> None:
    used = set(derived.inputs)
    if any(item.derive and item.variable in used for item in items):
        raise InputError(f"{what}: cannot be derived from an input that is itself derived.")
    if not isinstance(derived, Equation) and any(item.variable in used for item in items):
        raise InputError(f"{what}: a yes/no rule cannot share an input that gives points itself.")

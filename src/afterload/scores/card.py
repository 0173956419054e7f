"""Scores that add points: a published table as data, and what it attains for one patient."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from math import inf
from typing import Literal

from afterload.core.errors import InputError
from afterload.core.source import Source
from afterload.core.variable import Variable
from afterload.scores.about import About
from afterload.scores.band import Band, Span, check_tiling, meets, wording
from afterload.scores.derive import AnyOf, Derived, Equation, any_of, attainable


@dataclass(frozen=True, slots=True)
class Item:
    """One row of the table.

    Args:
        variable: The input it asks; given directly, it always wins over a derived value.
        label: What it asks, in words.
        bands: Points by value; they tile the line. A yes/no item has one band each (see `yes`).
        source: Where its numbers stand.
        derive: Ways to work the input out when it is not given, the first with anything known
            being used.
        asks: What to ask for when nothing is known; the variable itself by default.
        at: Nominal time points a registry is asked for, the first with a value being used.
        definition: What the item means, as published.
        worst: Whether a registry is asked for the lowest or the highest value of some hours, "" for
            neither.
        hours: How many hours back from the time asked that value is looked for.
    """

    variable: str
    label: str
    bands: tuple[Band, ...]
    source: Source
    derive: tuple[Derived, ...] = ()
    asks: tuple[str, ...] = ()
    at: tuple[str, ...] = ("pre",)
    definition: str = ""
    worst: Literal["", "lowest", "highest"] = ""
    hours: float = 0.0


@dataclass(frozen=True, slots=True)
class Class:
    """One risk class and what was published for it.

    Args:
        name: Its name.
        low, high, low_closed, high_closed: The totals it covers.
        value: Published share of patients with the outcome, 0 to 1.
        source: Where these numbers stand.
    """

    name: str
    source: Source
    low: float = -inf
    high: float = inf
    low_closed: bool = True
    high_closed: bool = False
    value: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Card:
    """A score that adds points.

    Args:
        about: Name, origin and reach.
        items: The rows of the table.
        constant: Added to every total.
        constant_source: Where that number stands; None without a constant.
        classes: Risk classes, in the order they were published.
        measure: What the classes' values count, e.g. "survival".
        horizon: Until when, e.g. "hospital discharge".
    """

    about: About
    items: tuple[Item, ...]
    constant: int = 0
    constant_source: Source | None = None
    classes: tuple[Class, ...] = ()
    measure: str = ""
    horizon: str = ""


def yes(points: int) -> tuple[Band, ...]:
    """The bands of a yes/no item: no gives nothing, yes gives `points`."""
    return Band(0, high=1), Band(points, low=1)


def input_names(card: Card) -> Iterator[str]:
    """Every input that can give points, in the table's order (some twice)."""
    for item in card.items:
        yield item.variable
        for derived in item.derive:
            yield from derived.inputs


def way(item: Item, known: Mapping[str, float]) -> Derived | None:
    """How the item's input is worked out: None when it is given, or cannot be derived."""
    if item.variable in known or not item.derive:
        return None
    for derived in item.derive:
        if any(name in known for name in derived.inputs):
            return derived
    return item.derive[-1]


def quantity(
    item: Item,
    variables: Mapping[str, Variable],
    known: Mapping[str, float],
    spans: Mapping[str, Span],
) -> Span:
    """What the item's input is, or can still be; empty when what is known contradicts itself."""
    derived = way(item, known)
    if derived is None:
        return spans[item.variable]
    if isinstance(derived, AnyOf):
        return any_of(derived, variables, known)
    variable = variables[item.variable]
    return attainable(derived, variables, spans).within(variable.low, variable.high)


def points(item: Item, span: Span) -> tuple[int, int] | None:
    """Lowest and highest points over a span; None when the span is empty."""
    if span.is_empty:
        return None
    held = [band.points for band in item.bands if meets(band, span)]
    return min(held), max(held)


def cells(
    card: Card, known: Mapping[str, float], spans: Mapping[str, Span]
) -> Iterator[dict[str, Span]]:
    """The spans, split so that items which share a missing input are read together.

    An input that gives points by itself and also enters another item (diastolic pressure and
    pulse pressure) is cut at its own bands; inside one piece the two items are independent, so
    that the attainable interval is exactly that of all completions.
    """
    used = {name for item in card.items for d in (way(item, known),) if d for name in d.inputs}
    shared = [item for item in card.items if item.variable in used - known.keys()]
    pieces = [
        [(item.variable, common(band, spans[item.variable])) for band in item.bands]
        for item in shared
    ]
    for choice in product(*pieces):
        narrowed = dict(choice)
        if not any(span.is_empty for span in narrowed.values()):
            yield {**spans, **narrowed}


def common(band: Band, span: Span) -> Span:
    """The part of a span that lies in a band."""
    low_closed = (band.low < span.low or band.low_closed) and (
        span.low < band.low or span.low_closed
    )
    high_closed = (band.high > span.high or band.high_closed) and (
        span.high > band.high or span.high_closed
    )
    return Span(max(band.low, span.low), min(band.high, span.high), low_closed, high_closed)


def interval(
    card: Card,
    variables: Mapping[str, Variable],
    known: Mapping[str, float],
    spans: Mapping[str, Span],
) -> tuple[int, int] | None:
    """Lowest and highest attainable total; None when what is known contradicts itself."""
    totals = []
    for cell in cells(card, known, spans):
        rows = [points(item, quantity(item, variables, known, cell)) for item in card.items]
        if None not in rows:
            settled = [row for row in rows if row is not None]
            totals.append((sum(low for low, _ in settled), sum(high for _, high in settled)))
    if not totals:
        return None
    return (
        card.constant + min(low for low, _ in totals),
        card.constant + max(high for _, high in totals),
    )


def band_text(item: Item, variable: Variable, span: Span) -> str:
    """The band or bands a span falls in, as published."""
    held = [band for band in item.bands if meets(band, span)]
    if variable.kind == "bool":
        return " or ".join("yes" if band.low == 1 else "no" for band in held)
    unit = f" {variable.unit_label}" if variable.unit_label else ""
    return " or ".join(band.text or wording(band) for band in held) + unit


def check_card(card: Card) -> None:
    """Make sure that a card is sound: what we ship and what a user writes obey the same rules.

    Raises:
        InputError: Bands or classes leave a gap or overlap, a source says no place, or an input
            that other items are derived from is derived itself.
    """
    name = card.about.title
    for item in card.items:
        check_tiling(item.bands, f"{name}, {item.label}")
        _check_source(item.source, f"{name}, {item.label}")
        for derived in item.derive:
            _check_derived(card.items, derived, f"{name}, {item.label}")
    if card.constant:
        if card.constant_source is None:
            raise InputError(f"{name}: the constant {card.constant} needs a source.")
        _check_source(card.constant_source, f"{name}, constant")
    if card.classes:
        _check_classes(card.classes, name)
    for class_ in card.classes:
        _check_source(class_.source, f"{name}, class {class_.name}")


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

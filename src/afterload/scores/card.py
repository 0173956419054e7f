"""Scores that add points: a published table as data, and what it attains for one patient."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from math import inf
from typing import Literal

from afterload.core.errors import InputError
from afterload.core.source import Source
from afterload.core.variable import Variable
from afterload.scores.about import About
from afterload.scores.band import Band, Span, meets, wording
from afterload.scores.derive import AnyOf, Derived, any_of, attainable
from afterload.scores.risk import Logistic


@dataclass(frozen=True, slots=True)
class Item:
    """One row of the table.

    Args:
        variable: The input it asks; given directly, it always wins over a derived value.
        label: What it asks, in words.
        bands: Points by value; they tile the line. A yes/no item has one band each (see `yes`),
            a category is read by its place in the variable's list (see `by_level`).
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
class Composed:
    """An item whose points are those of the worst of several parts, or the least of them.

    Args:
        name: Its name.
        label: What it asks, in words.
        parts: The parts, each with its own bands.
        source: Where it stands that they are put together so.
        take: "most": the part with the most points counts (the worst organ sign of SOFA).
            "least": the part with the fewest (points that need ventilation are capped without it).
        definition: What the item means, as published.
    """

    name: str
    label: str
    parts: tuple[Item | Composed, ...]
    source: Source
    take: Literal["most", "least"] = "most"
    definition: str = ""


Row = Item | Composed
"""A row of the table, simple or composed."""


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


@dataclass(frozen=True, slots=True)
class Window:
    """The hours whose worst measurements count, for a score that asks for the worst of a day.

    Args:
        hours: How many hours.
        since: The time they begin at; "" for those that end at the time asked.
        but: Inputs that are read at the time asked all the same.
    """

    hours: float
    since: str = ""
    but: tuple[str, ...] = ()


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
        predict: The equation that gives a risk for the total; None where none was published.
        window: The hours a registry is asked the worst measurements of; None for those of a moment.
    """

    about: About
    items: tuple[Row, ...]
    constant: int = 0
    constant_source: Source | None = None
    classes: tuple[Class, ...] = ()
    measure: str = ""
    horizon: str = ""
    predict: Logistic | None = None
    window: Window | None = None


def yes(points: int) -> tuple[Band, ...]:
    """The bands of a yes/no item: no gives nothing, yes gives `points`."""
    return Band(0, high=1), Band(points, low=1)


def by_level(variable: Variable, points: Mapping[str, int]) -> tuple[Band, ...]:
    """The bands of a category: points by level; the level "unknown" is a missing value.

    Args:
        variable: The category.
        points: Points of every level but "unknown".

    Raises:
        InputError: A level has no points, or one is named that the variable does not have.
    """
    levels = [level for level in variable.levels if level != "unknown"]
    if set(points) != set(levels):
        raise InputError(f"{variable.name} needs points for each of {', '.join(levels)}.")
    # "unknown" is never read as a value: its place takes a neighbour's points.
    given = [points.get(level) for level in variable.levels]
    filled = [own if own is not None else points[levels[0]] for own in given]
    ends = pairwise([-inf, *range(1, len(filled)), inf])
    return tuple(Band(own, *between) for own, between in zip(filled, ends, strict=True))


def leaves(rows: Sequence[Row]) -> Iterator[Item]:
    """The items that ask an input, those inside composed ones too, in the table's order."""
    for row in rows:
        if isinstance(row, Item):
            yield row
        else:
            yield from leaves(row.parts)


def input_names(card: Card) -> Iterator[str]:
    """Every input that can give points, in the table's order (some twice)."""
    for item in leaves(card.items):
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


def row_points(
    row: Row,
    variables: Mapping[str, Variable],
    known: Mapping[str, float],
    spans: Mapping[str, Span],
) -> tuple[int, int] | None:
    """Lowest and highest points of a row; None when what is known contradicts itself.

    The parts of a composed row share no missing input (see `cells`), so each reaches its own
    extremes whatever the others do, and the row's are the most (or the least) of theirs.
    """
    if isinstance(row, Item):
        return points(row, quantity(row, variables, known, spans))
    found = [row_points(part, variables, known, spans) for part in row.parts]
    settled = [ends for ends in found if ends is not None]
    if len(settled) < len(found):
        return None
    choose = max if row.take == "most" else min
    return choose(low for low, _ in settled), choose(high for _, high in settled)


def cells(
    card: Card, known: Mapping[str, float], spans: Mapping[str, Span]
) -> Iterator[dict[str, Span]]:
    """The spans, split so that items which share a missing input are read together.

    An input that gives points by itself and also enters another item (diastolic pressure and
    pulse pressure), or gives points in two of them, is cut at its own bands; inside one piece the
    items are independent, so that the attainable interval is exactly that of all completions.
    """
    items = tuple(leaves(card.items))
    used = {name for item in items for d in (way(item, known),) if d for name in d.inputs}
    cuts = {
        name: pieces([item for item in items if item.variable == name], spans[name])
        for name in shared(items, used)
        if name not in known
    }
    for choice in product(*cuts.values()):
        yield {**spans, **dict(zip(cuts, choice, strict=True))}


def shared(items: Sequence[Item], used: set[str]) -> tuple[str, ...]:
    """The inputs that give points by themselves and enter an item once more.

    Args:
        items: The items that ask an input.
        used: Inputs that others are derived from.
    """
    count = Counter(item.variable for item in items)
    return tuple(name for name, times in count.items() if times > 1 or name in used)


def pieces(items: Sequence[Item], span: Span) -> list[Span]:
    """A span cut at the bands of every item that reads it."""
    found = [span]
    for item in items:
        cut = [common(band, piece) for piece in found for band in item.bands]
        found = [piece for piece in cut if not piece.is_empty]
    return found


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
        rows = [row_points(row, variables, known, cell) for row in card.items]
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
    if variable.kind == "enum":
        return " or ".join(_level_names(variable, held, span))
    words = " or ".join(band.text or wording(band) for band in held)
    own_unit = any(letter.isalpha() for band in held for letter in band.text)
    return words if own_unit else f"{words} {variable.unit_label}".rstrip()


def _level_names(variable: Variable, held: Sequence[Band], span: Span) -> Iterator[str]:
    for place, choice in enumerate(variable.choices):
        at = Span(place, place)
        if choice.name != "unknown" and meets(span, at) and any(meets(band, at) for band in held):
            yield choice.label

"""At which time points a score reads its inputs, and how one value is picked for each.

A score made before support (SAVE, ENCOURAGE) reads what was known before first flow, whatever time
is asked. Any other reads the time asked. An item may ask for the worst value of some hours before:
that is taken from the sets recorded in these hours, row by row, so that a quantity worked out from
two measurements (pulse pressure) never mixes two moments.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from afterload.core.variable import Variable
from afterload.scores.card import Card, Item, leaves
from afterload.scores.columns_derive import Floats, equation_ends
from afterload.scores.derive import Equation
from afterload.scores.inputs import Score, needed, population_of

POINT_WORDS = {
    "pre": "the value closest before first flow (pre)",
    "worst6h": "the worst value within 6 h before cannulation (worst6h)",
}
WINDOW = "\x1fwindow"
"""Stands for the hours an item looks back over, among the points it is read at."""


def points_of(score: Score, at: str = "") -> dict[str, tuple[str, ...]]:
    """For every input kept with the measurements, the nominal points it is read at, in order.

    Inputs recorded once for the episode have no points and are not listed.

    Args:
        score: The score.
        at: The nominal point asked; by default each item's own.
    """
    wanted: dict[str, tuple[str, ...]] = {}
    for item in items_of(score):
        for name in (item.variable, *(n for d in item.derive for n in d.inputs)):
            wanted.setdefault(name, _points(score, item, at))
    default = ("pre",) if not at or score.about.before_support else (at,)
    repeated = {n for n, v in population_of(score).items() if v.table == "observation"}
    return {name: wanted.get(name, default) for name in needed(score) if name in repeated}


def items_of(score: Score) -> Iterator[Item]:
    """The items of a card that ask an input; other kinds of score have none."""
    return leaves(score.items) if isinstance(score, Card) else iter(())


def _points(score: Score, item: Item, at: str) -> tuple[str, ...]:
    return item.at if not at or score.about.before_support else (at,)


def rule_text(score: Score, at: str = "") -> str:
    """How the inputs are picked, as a sentence for the output."""
    back = {item.variable: item for item in items_of(score) if item.worst}
    back |= {n: i for i in back.values() for d in i.derive for n in d.inputs}
    groups: dict[str, list[str]] = {}
    for name, points in points_of(score, at).items():
        words = [POINT_WORDS.get(point, f"the value at {point}") for point in points]
        if name in back:
            words.insert(
                points.index("worst6h") + 1 if "worst6h" in points else 0, _look(back[name])
            )
        groups.setdefault(", else ".join(words), []).append(name)
    parts = [f"{', '.join(names)}: {words}" for words, names in groups.items()]
    if at and score.about.before_support:
        parts.insert(0, f"made before support, so not read at {at}")
    return "; ".join([*parts, "all else: as recorded for the episode"])


def _look(item: Item) -> str:
    return f"the {item.worst} recorded in the {item.hours:g} h before"


def looks_back(score: Score) -> tuple[str, ...]:
    """Measurements a score needs set by set, because an item asks for the worst of some hours."""
    variables = population_of(score)
    names = (
        name
        for item in items_of(score)
        if item.worst
        for name in (item.variable, *(n for d in item.derive for n in d.inputs))
    )
    kept = (name for name in names if variables[name].table == "observation")
    return tuple(dict.fromkeys(kept))


def worst(
    score: Score,
    episode: NDArray[np.intp],
    hours: Floats,
    values: Mapping[str, Floats],
    n: int,
    at_hours: float = 0.0,
) -> dict[str, Floats]:
    """The worst value of every item that looks back, over the hours before a moment.

    Args:
        score: The score.
        episode: Shape (k,), the place of each set's episode, 0 to n - 1.
        hours: Shape (k,), each set's hours from time zero; NaN where not known: such a set counts
            in no window.
        values: By variable, shape (k,), NaN where not measured.
        n: How many episodes.
        at_hours: The moment, in hours from time zero; the window ends there, that hour included.

    Returns:
        By item, shape (n,); NaN where nothing was measured in the window.
    """
    variables = population_of(score)
    moment = 0.0 if score.about.before_support else at_hours
    found: dict[str, Floats] = {}
    for item in items_of(score):
        if not item.worst:
            continue
        inside = (hours >= moment - item.hours) & (hours <= moment)
        here = {name: column[inside] for name, column in values.items()}
        rows = episode[inside]
        told = _row_values(item, variables, here, len(rows))
        there = ~np.isnan(told)
        reached = np.full(n, np.inf if item.worst == "lowest" else -np.inf)
        extreme = np.minimum if item.worst == "lowest" else np.maximum
        extreme.at(reached, rows[there], told[there])
        found[item.variable] = np.where(np.isinf(reached), np.nan, reached)
    return found


def _row_values(
    item: Item, variables: Mapping[str, Variable], values: Mapping[str, Floats], k: int
) -> Floats:
    """An item's quantity in every set: as measured, else worked out from what the set holds."""
    told = values.get(item.variable, np.full(k, np.nan))
    for derived in item.derive:
        if isinstance(derived, Equation) and all(name in values for name in derived.inputs):
            x = {name: values[name] for name in derived.inputs}
            told = np.where(np.isnan(told), _computed(item, derived, variables, x), told)
    return told


def pick(
    score: Score,
    columns: Mapping[str, Mapping[str, Floats]],
    windows: Mapping[str, Floats] | None = None,
    at: str = "",
) -> dict[str, Floats]:
    """One column per input, from columns at several points.

    A quantity that is derived by an equation (pulse pressure) is taken from the first point at
    which it was measured, or at which everything it is derived from was: values of different
    points are never mixed in one equation.

    Args:
        score: The score.
        columns: For every input found, its arrays by point; "" for what is recorded once.
        windows: By item, its worst value over the hours it looks back; see `worst`.
        at: The nominal point asked; by default each item's own.
    """
    variables = population_of(score)
    picked = {name: _first(by_point.values()) for name, by_point in columns.items()}
    for item in items_of(score):
        equations = [derived for derived in item.derive if isinstance(derived, Equation)]
        points = _points(score, item, at)
        window = (windows or {}).get(item.variable)
        if window is None and (len(points) == 1 or not equations):
            continue
        arrays = list(_candidates(item, points, window, equations, variables, columns))
        if arrays:
            picked[item.variable] = _first(arrays)
    return picked


def _candidates(
    item: Item,
    points: Sequence[str],
    window: Floats | None,
    equations: Sequence[Equation],
    variables: Mapping[str, Variable],
    columns: Mapping[str, Mapping[str, Floats]],
) -> Iterator[Floats]:
    """An item's values, the preferred ones first: worst as named, worst of the window, the rest."""
    ordered = list(points)
    if window is not None:
        ordered.insert(ordered.index("worst6h") + 1 if "worst6h" in ordered else 0, WINDOW)
    for point in ordered:
        if point == WINDOW:
            assert window is not None
            yield window
            continue
        direct = columns.get(item.variable, {}).get(point)
        if direct is not None:
            yield direct
        for equation in equations:
            inputs = {name: columns.get(name, {}).get(point) for name in equation.inputs}
            x = {name: values for name, values in inputs.items() if values is not None}
            if len(x) == len(inputs):
                yield _computed(item, equation, variables, x)


def _first(arrays: Iterable[Floats]) -> Floats:
    first, *others = arrays
    result = first
    for values in others:
        result = np.where(np.isnan(result), values, result)
    return result


def _computed(
    item: Item, equation: Equation, variables: Mapping[str, Variable], x: Mapping[str, Floats]
) -> Floats:
    """The equation where all its inputs are known and the result is possible; else NaN."""
    variable = variables[item.variable]
    low, high = equation_ends(equation, variables, x, len(next(iter(x.values()))))
    fits = (low == high) & (low >= variable.low) & (low <= variable.high)
    return np.where(fits, low, np.nan)

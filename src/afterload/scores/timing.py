"""At which time points a score reads its inputs, and how one value is picked for each.

A score made before support (SAVE, ENCOURAGE) reads what was known before first flow, whatever time
is asked. Any other reads the time asked. An item may ask for the worst value of some hours before:
that is taken from the sets recorded in these hours, row by row, so that a quantity worked out from
two measurements (pulse pressure) never mixes two moments. A whole score may ask for the worst of a
day (see `worst`): SOFA that of the 24 h up to the time asked, the first of these hours' ends left
out; SAPS II that of the first 24 h in intensive care, and nothing later than the time asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from afterload.core.variable import Variable
from afterload.scores.card import Card, Item, Window, leaves
from afterload.scores.columns_derive import Bools, Floats
from afterload.scores.derive import Equation
from afterload.scores.inputs import Score, needed, population_of
from afterload.scores.worst import (
    computed,
    joined,
    worst_inputs,
    worst_items,
    worst_of_window,
)

POINT_WORDS = {
    "pre": "the value closest before first flow (pre)",
    "worst6h": "the worst value within 6 h before cannulation (worst6h)",
}
_WINDOW = "\x1fwindow"
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


def window_of(score: Score) -> Window | None:
    """The hours whose worst measurements a score asks for; None for those of a moment."""
    return score.window if isinstance(score, Card) else None


def _points(score: Score, item: Item, at: str) -> tuple[str, ...]:
    return item.at if not at or score.about.before_support else (at,)


def rule_text(score: Score, at: str = "") -> str:
    """How the inputs are picked, as a sentence for the output."""
    back = {item.variable: item for item in items_of(score) if item.worst}
    back |= {n: i for i in back.values() for d in i.derive for n in d.inputs}
    window, of_window = window_of(score), worst_inputs(score)
    groups: dict[str, list[str]] = {}
    for name, points in points_of(score, at).items():
        words = [POINT_WORDS.get(point, f"the value at {point}") for point in points]
        if name in back:
            words.insert(
                points.index("worst6h") + 1 if "worst6h" in points else 0, _look(back[name])
            )
        if window is not None and name in of_window:
            words = _look_window(window, at, words)
        groups.setdefault(", else ".join(words), []).append(name)
    parts = [f"{', '.join(names)}: {words}" for words, names in groups.items()]
    if at and score.about.before_support:
        parts.insert(0, f"made before support, so not read at {at}")
    return "; ".join([*parts, "all else: as recorded for the episode"])


def _look(item: Item) -> str:
    return f"the {item.worst} recorded in the {item.hours:g} h before"


def _look_window(window: Window, at: str, otherwise: Sequence[str]) -> list[str]:
    most = f"the value with the most points recorded in the {window.hours:g} h"
    if not window.since:
        return [f"{most} before", *otherwise]
    until = f", none later than {at}" if at else ""
    alone = f"{most} from {window.since} on{until}; where {window.since} is not known"
    return [", else ".join([alone, *otherwise]).replace(", else ", ", ", 1)]


def looks_back(score: Score) -> tuple[str, ...]:
    """Measurements a score needs set by set, because it asks for the worst of some hours."""
    variables = population_of(score)
    names = (
        name
        for item in items_of(score)
        if item.worst
        for name in (item.variable, *(n for d in item.derive for n in d.inputs))
    )
    kept = (name for name in names if variables[name].table == "observation")
    return tuple(dict.fromkeys([*kept, *worst_inputs(score)]))


def worst(
    score: Score,
    episode: NDArray[np.intp],
    hours: Floats,
    values: Mapping[str, Floats],
    n: int,
    at_hours: float | None = None,
    since: Floats | None = None,
) -> dict[str, Floats]:
    """The worst value of every item that looks back, over its hours.

    Args:
        score: The score.
        episode: Shape (k,), the place of each set's episode, 0 to n - 1.
        hours: Shape (k,), each set's hours from time zero; NaN where not known: such a set counts
            in no window.
        values: By variable, shape (k,), NaN where not measured.
        n: How many episodes.
        at_hours: The moment asked, in hours from time zero; nothing later is used, that hour is.
            None where none was asked: first flow, or the whole of a window that begins at a time
            of its own.
        since: Shape (n,), where the score's window begins at a time of its own, NaN where not
            known.

    Returns:
        By item, shape (n,); NaN where nothing was measured in the window.
    """
    variables = population_of(score)
    moment = 0.0 if score.about.before_support or at_hours is None else at_hours
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
    if (window := window_of(score)) is not None:
        inside = _inside(window, episode, hours, moment if at_hours is not None else None, since)
        here = {name: column[inside] for name, column in values.items()}
        found |= worst_of_window(score, here, episode[inside], hours[inside], n)
    return found


def _inside(
    window: Window,
    episode: NDArray[np.intp],
    hours: Floats,
    at_hours: float | None,
    since: Floats | None,
) -> Bools:
    """The sets of a score's window; a window up to a moment leaves out its very first one."""
    if window.since:
        begin = np.full(len(hours), np.nan) if since is None else since[episode]
        until = np.inf if at_hours is None else at_hours
        return (hours >= begin) & (hours <= begin + window.hours) & (hours <= until)
    moment = at_hours or 0.0
    return (hours > moment - window.hours) & (hours <= moment)


def _row_values(
    item: Item, variables: Mapping[str, Variable], values: Mapping[str, Floats], k: int
) -> Floats:
    """An item's quantity in every set: as measured, else worked out from what the set holds."""
    told = values.get(item.variable, np.full(k, np.nan))
    for derived in item.derive:
        if isinstance(derived, Equation) and all(name in values for name in derived.inputs):
            x = {name: values[name] for name in derived.inputs}
            told = np.where(np.isnan(told), computed(item.variable, derived, variables, x), told)
    return told


def pick(
    score: Score,
    columns: Mapping[str, Mapping[str, Floats]],
    windows: Mapping[str, Floats] | None = None,
    at: str = "",
    only: Bools | None = None,
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
        only: Shape (n,), where the score's window alone counts, and what was not measured in it is
            missing; None where it counts nowhere alone.
    """
    variables = population_of(score)
    picked = {name: _first(by_point.values()) for name, by_point in columns.items()}
    of_window = worst_items(score)
    for item in items_of(score):
        equations = [derived for derived in item.derive if isinstance(derived, Equation)]
        points = _points(score, item, at)
        window = (windows or {}).get(item.variable)
        if window is None and (len(points) == 1 or not equations):
            continue
        if item in of_window:
            continue
        arrays = list(_candidates(item, points, window, equations, variables, columns))
        if arrays:
            picked[item.variable] = _first(arrays)
    return _with_worst(score, picked, windows or {}, only)


def _with_worst(
    score: Score,
    picked: dict[str, Floats],
    windows: Mapping[str, Floats],
    only: Bools | None,
) -> dict[str, Floats]:
    """The inputs with the worst of the score's window, where anything was measured in it.

    What an item is worked out from is left out there, so that no other moment enters it.
    """
    items = [item for item in worst_items(score) if item.variable in windows]
    own = {item.variable for item in items}
    with_first = dict(joined(score))
    first = ""
    for item in items:
        first = first if item.variable in with_first else item.variable
        there = ~np.isnan(windows[first]) if only is None else only | ~np.isnan(windows[first])
        value = picked.get(item.variable, np.full(len(there), np.nan))
        picked[item.variable] = np.where(there, windows[item.variable], value)
        for name in (n for d in item.derive for n in d.inputs):
            if name in picked and name not in own:
                picked[name] = np.where(there, np.nan, picked[name])
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
        ordered.insert(ordered.index("worst6h") + 1 if "worst6h" in ordered else 0, _WINDOW)
    for point in ordered:
        if point == _WINDOW:
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
                yield computed(item.variable, equation, variables, x)


def _first(arrays: Iterable[Floats]) -> Floats:
    first, *others = arrays
    result = first
    for values in others:
        result = np.where(np.isnan(result), values, result)
    return result

"""The worst of a day: for a score that asks it of whatever is measured again and again.

SOFA asks the worst of 24 hours, SAPS II the worst of the first 24 hours in intensive care. The
worst value is the one with the most points, on either side of normal, so it is looked for set by
set with the score's own bands. Items that are read together (PaO2/FiO2 and ventilation) are taken
from one set: an oxygenation is not joined to a ventilation of another hour.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from afterload.core.variable import Variable
from afterload.scores.card import Card, Composed, Item, Row, leaves
from afterload.scores.columns_derive import Columns, Floats, any_of_columns, equation_ends
from afterload.scores.columns_item import Patients, row_bounds
from afterload.scores.derive import AnyOf, Equation
from afterload.scores.inputs import Score, population_of


def worst_items(score: Score) -> tuple[Item, ...]:
    """The items whose worst of the score's window counts."""
    return tuple(item for unit in _units(score) for item in leaves((unit,)))


def worst_inputs(score: Score) -> tuple[str, ...]:
    """The measurements these items need, set by set."""
    variables = population_of(score)
    names = (
        name
        for item in worst_items(score)
        for name in (item.variable, *(n for d in item.derive for n in d.inputs))
    )
    return tuple(dict.fromkeys(n for n in names if variables[n].table == "observation"))


def joined(score: Score) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What is told by the set that was picked, or not at all: an item, and what it is read from.

    They are the parts of an item read together, but for the first, which tells the sets apart.
    """
    return tuple(
        (part.variable, tuple(name for d in part.derive for name in d.inputs))
        for unit in _units(score)
        for part in list(leaves((unit,)))[1:]
    )


def worst_of_window(
    score: Score, values: Columns, episode: NDArray[np.intp], hours: Floats, n: int
) -> dict[str, Floats]:
    """The values of the sets with the most points, item by item.

    Of sets with as many points for certain and at most, the latest counts.

    Args:
        score: The score.
        values: By variable, shape (k,), the sets of the window, NaN where not measured.
        episode: Shape (k,), the place of each set's episode, 0 to n - 1.
        hours: Shape (k,), each set's hours.
        n: How many episodes.

    Returns:
        By item, shape (n,); NaN where nothing was measured.
    """
    variables, found = population_of(score), {}
    k = len(episode)
    for unit in _units(score):
        first, *others = leaves((unit,))
        told = {first.variable: _told(first, variables, values, k)}
        there = np.flatnonzero(~np.isnan(told[first.variable]))
        for item in others:
            told[item.variable] = _told(item, variables, values, k)
        x = {name: column[there] for name, column in told.items()}
        low, high, _ = row_bounds(unit, Patients(variables, x, there.size, {}))
        order = np.lexsort((hours[there], low, high, episode[there]))
        rows = there[order]
        for name, column in told.items():
            found[name] = np.full(n, np.nan)
            found[name][episode[rows]] = column[rows]  # of several the last one holds
    return found


def _units(score: Score) -> Iterator[Row]:
    """The rows that are looked at by themselves: items, and parts that only count together."""
    if isinstance(score, Card) and score.window is not None:
        yield from _of(score.items, score.window.but, population_of(score))


def _of(
    rows: Sequence[Row], but: Sequence[str], variables: Mapping[str, Variable]
) -> Iterator[Row]:
    for row in rows:
        if isinstance(row, Composed) and row.take == "most":
            yield from _of(row.parts, but, variables)
            continue
        first = next(leaves((row,)))
        names = (first.variable, *(n for d in first.derive for n in d.inputs))
        measured = any(variables[name].table == "observation" for name in names)
        if measured and first.variable not in but:
            yield row


def _told(item: Item, variables: Mapping[str, Variable], x: Columns, k: int) -> Floats:
    """An item's input in every set: as measured, else worked out from what the set holds."""
    told = x.get(item.variable, np.full(k, np.nan))
    for derived in item.derive:
        if isinstance(derived, AnyOf):
            certain, possible = any_of_columns(derived, variables, x, k)
            worked = np.where(certain, 1.0, np.where(possible, np.nan, 0.0))
        elif isinstance(derived, Equation) and all(name in x for name in derived.inputs):
            worked = computed(item.variable, derived, variables, x)
        else:
            continue
        told = np.where(np.isnan(told), worked, told)
    return told


def computed(
    name: str, equation: Equation, variables: Mapping[str, Variable], x: Columns
) -> Floats:
    """The equation where all its inputs are known and the result is possible; else NaN."""
    variable = variables[name]
    parts = {part: x[part] for part in equation.inputs}
    low, high = equation_ends(equation, variables, parts, len(next(iter(parts.values()))))
    fits = (low == high) & (low >= variable.low) & (low <= variable.high)
    return np.where(fits, low, np.nan)

"""At which time points a score reads its inputs, and how one is picked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from afterload.core.variable import Variable
from afterload.scores.card import Card, Item
from afterload.scores.columns_derive import Floats, equation_ends
from afterload.scores.derive import Equation
from afterload.scores.inputs import Score, needed, population_of

POINT_WORDS = {
    "pre": "the value closest before first flow (pre)",
    "worst6h": "the worst value within 6 h before cannulation (worst6h)",
}


def points_of(score: Score) -> dict[str, tuple[str, ...]]:
    """For every input kept with the measurements, the nominal points it is read at, in order.

    Inputs recorded once for the episode have no points and are not listed.
    """
    wanted: dict[str, tuple[str, ...]] = {}
    if isinstance(score, Card):
        for item in score.items:
            for name in (item.variable, *(n for d in item.derive for n in d.inputs)):
                wanted.setdefault(name, item.at)
    repeated = {n for n, v in population_of(score).items() if v.table == "observation"}
    return {name: wanted.get(name, ("pre",)) for name in needed(score) if name in repeated}


def rule_text(score: Score) -> str:
    """The same as a sentence, for the output."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for name, points in points_of(score).items():
        groups.setdefault(points, []).append(name)
    parts = [
        f"{', '.join(names)}: {', else '.join(POINT_WORDS.get(p, p) for p in points)}"
        for points, names in groups.items()
    ]
    return "; ".join([*parts, "all else: as recorded for the episode"])


def pick(score: Score, columns: Mapping[str, Mapping[str, Floats]]) -> dict[str, Floats]:
    """One column per input, from columns at several points.

    A quantity that is derived by an equation (pulse pressure) is taken from the first point at
    which it was measured, or at which everything it is derived from was: values of different
    points are never mixed in one equation.

    Args:
        score: The score.
        columns: For every input found, its arrays by point; "" for what is recorded once.
    """
    variables = population_of(score)
    picked = {name: _first(by_point.values()) for name, by_point in columns.items()}
    if isinstance(score, Card):
        for item in score.items:
            for derived in item.derive:
                if isinstance(derived, Equation) and len(item.at) > 1:
                    _same_point(picked, item, derived, variables, columns)
    return picked


def _first(arrays: Iterable[Floats]) -> Floats:
    first, *others = arrays
    result = first
    for values in others:
        result = np.where(np.isnan(result), values, result)
    return result


def _same_point(
    picked: dict[str, Floats],
    item: Item,
    equation: Equation,
    variables: Mapping[str, Variable],
    columns: Mapping[str, Mapping[str, Floats]],
) -> None:
    arrays = []
    for point in item.at:
        direct = columns.get(item.variable, {}).get(point)
        if direct is not None:
            arrays.append(direct)
        inputs = {name: columns.get(name, {}).get(point) for name in equation.inputs}
        x = {name: values for name, values in inputs.items() if values is not None}
        if len(x) == len(inputs):
            arrays.append(_computed(item, equation, variables, x))
    if arrays:
        picked[item.variable] = _first(arrays)


def _computed(
    item: Item, equation: Equation, variables: Mapping[str, Variable], x: Mapping[str, Floats]
) -> Floats:
    """The equation where all its inputs are known and the result is possible; else NaN."""
    variable = variables[item.variable]
    low, high = equation_ends(equation, variables, x, len(next(iter(x.values()))))
    fits = (low == high) & (low >= variable.low) & (low <= variable.high)
    return np.where(fits, low, np.nan)

"""What a table says about one column: by arm, sorted once and counted once."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from afterload.core.column import Column
from afterload.core.errors import InputError
from afterload.study.anova import Moments
from afterload.study.groups import Groups

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Numbers:
    """The values of a column, sorted, with the arm of each.

    Args:
        ordered: Shape (n,), ascending, nothing missing, only episodes in an arm.
        arm: Shape (n,), the arm of each.
        by_arm: The sorted values of each arm.
        moments: Size, mean and variance of each arm; NaN where they do not exist.
    """

    ordered: Floats
    arm: NDArray[np.int8] | Ints
    by_arm: tuple[Floats, ...]
    moments: Moments


def describe_numbers(values: Floats, groups: Groups) -> Numbers:
    """Sort the values of a column and take the moments of each arm.

    Args:
        values: Shape (n,), NaN where missing.
        groups: The arm of every episode.
    """
    by_arm = tuple(_sorted(values[members]) for members in groups.members)
    ordered, arm = _merged(by_arm)
    return Numbers(ordered, arm, by_arm, _moments(by_arm))


def _sorted(values: Floats) -> Floats:
    """The values that are known, ascending."""
    values.sort()
    return values[: values.searchsorted(np.nan)]


def _merged(by_arm: tuple[Floats, ...]) -> tuple[Floats, NDArray[np.int8] | Ints]:
    """All values ascending and the arm of each; a stable sort merges what is sorted already."""
    values = np.concatenate(by_arm)
    small = len(by_arm) < 128
    places = np.arange(len(by_arm), dtype=np.int8) if small else np.arange(len(by_arm))
    order = values.argsort(kind="stable")
    return values[order], places.repeat([len(one) for one in by_arm])[order]


def _moments(by_arm: tuple[Floats, ...]) -> Moments:
    means, variances = [], []
    for values in by_arm:
        n = len(values)
        mean = float(values.sum()) / n if n else math.nan
        if n and values[0] == values[-1]:
            # Sorted and constant: a rounded mean would leave a spread that is not there.
            mean = float(values[0])
        away = values - mean
        means.append(mean)
        variances.append(float((away * away).sum()) / (n - 1) if n > 1 else math.nan)
    return Moments(tuple(len(values) for values in by_arm), tuple(means), tuple(variances))


def count_levels(column: Column, levels: tuple[str, ...], groups: Groups) -> Ints:
    """How many episodes of each arm have each level.

    Args:
        column: A categorical column.
        levels: The levels to count, in order.
        groups: The arm of every episode.

    Returns:
        Shape (levels, arms).

    Raises:
        InputError: A value is not one of the column's levels, or of a level that is not counted.
    """
    counts = np.stack([_counted(column, members) for members in groups.members], axis=1)
    if levels == column.levels:
        return counts
    return _in_order(counts, column, levels)


def _counted(column: Column, members: Ints) -> Ints:
    """How many of some episodes have each level of the column."""
    values = column.values[members]
    values = values[~np.isnan(values)]
    own = len(column.levels)
    if len(values) and not 0 <= values.min() <= values.max() < own:
        raise InputError(
            f"{column.name} holds a category that is none of its levels "
            f"({', '.join(column.levels)}). Check how the column was coded."
        )
    return np.bincount(values.astype(np.int64), minlength=own)


def _in_order(counts: Ints, column: Column, levels: tuple[str, ...]) -> Ints:
    lost = [
        name
        for name, row in zip(column.levels, counts, strict=True)
        if name not in levels and row.any()
    ]
    if lost:
        raise InputError(
            f"{column.name} has episodes with {', '.join(lost)}, which the table does not show. "
            "Add the level to the table, or leave the episodes out by a rule of the population."
        )
    place = {name: i for i, name in enumerate(column.levels)}
    none = np.zeros(counts.shape[1], dtype=np.int64)
    return np.array([counts[place[name]] if name in place else none for name in levels])

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
    arm = groups.index.astype(np.int8) if groups.count < 128 else groups.index
    known = ~np.isnan(values)
    known &= arm >= 0
    values, arm = values[known], arm[known]
    order = np.argsort(values)
    ordered, arm = values[order], arm[order]
    by_arm = tuple(ordered[arm == place] for place in range(groups.count))
    return Numbers(ordered, arm, by_arm, _moments(by_arm))


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
    known = ~np.isnan(column.values)
    known &= groups.index >= 0
    values, arm = column.values[known], groups.index[known]
    own = len(column.levels)
    if len(values) and not 0 <= values.min() <= values.max() < own:
        raise InputError(
            f"{column.name} holds a category that is none of its levels "
            f"({', '.join(column.levels)}). Check how the column was coded."
        )
    flat = values.astype(np.int64) * groups.count + arm
    counts = np.bincount(flat, minlength=own * groups.count).reshape(own, groups.count)
    if levels == column.levels:
        return counts
    return _in_order(counts, column, levels)


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

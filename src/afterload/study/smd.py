"""Standardised mean differences: how far apart two arms are, whatever the number of patients.

All are sizes, without a sign. Where two arms share no category, or two constants differ, the
difference is infinite, not zero.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray


def of_means(means: tuple[float, float], variances: tuple[float, float]) -> float:
    """Standardised difference of two means: in units of the root of the mean variance.

    Args:
        means: Mean of each arm.
        variances: Variance of each arm, with n - 1 below the line.

    Returns:
        The size of the difference; infinite if two constants differ; NaN if an arm has fewer than
        two values.

    Source:
        Yang D, Dalton JE. SAS Global Forum 2012, paper 335, equation for continuous variables.

    Example:
        >>> of_means((10.0, 12.0), (4.0, 4.0))
        1.0
    """
    apart = abs(means[0] - means[1])
    spread = (variances[0] + variances[1]) / 2.0
    if spread == 0.0:
        return math.inf if apart else 0.0
    return apart / math.sqrt(spread)


def of_shares(counts: NDArray[np.int64]) -> float:
    """Standardised difference of the shares of a category's levels in two arms.

    For two levels it is the difference of proportions over the root of the mean of p(1 - p); for
    more, the Mahalanobis distance between the two sets of shares.

    Args:
        counts: Shape (levels, 2), counts of each arm; each arm has at least one.

    Returns:
        The size of the difference; infinite if the two arms share no level.

    Source:
        Yang D, Dalton JE. SAS Global Forum 2012, paper 335, equations for binary and multinomial
        variables.

    Example:
        >>> round(of_shares(np.array([[30, 50], [70, 50]])), 6)
        0.417029
    """
    seen = counts[counts.any(axis=1)]
    if not seen.all(axis=1).any():
        return math.inf
    if len(seen) <= 2:
        return _of_two(*seen[0].tolist(), *seen.sum(axis=0).tolist())
    shares = (seen / seen.sum(axis=0))[1:]
    apart = shares[:, 0] - shares[:, 1]
    covariance = np.diag(shares.mean(axis=1)) - shares @ shares.T / 2.0
    distance = float(apart @ np.linalg.solve(covariance, apart))
    return math.sqrt(max(0.0, distance))


def _of_two(a: int, b: int, n_a: int, n_b: int) -> float:
    p, q = a / n_a, b / n_b
    spread = (p * (1.0 - p) + q * (1.0 - q)) / 2.0
    return abs(p - q) / math.sqrt(spread) if p != q else 0.0


def mean_of_pairs(pairs: Sequence[float]) -> float:
    """The overall difference of several arms: the mean over all pairs of arms."""
    return sum(pairs) / len(pairs)


def all_pairs(arms: int) -> list[tuple[int, int]]:
    """All pairs of arms, by their place."""
    return list(combinations(range(arms), 2))

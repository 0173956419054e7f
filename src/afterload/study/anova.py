"""Comparing means: one-way analysis of variance, Welch's t test."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Moments:
    """Sizes, means and variances by arm.

    Args:
        sizes: Number of values in each arm.
        means: Mean of each arm; NaN where it has no value.
        variances: With n - 1 below the line; NaN where an arm has fewer than 2 values.
    """

    sizes: tuple[int, ...]
    means: tuple[float, ...]
    variances: tuple[float, ...]

    def of(self, places: Sequence[int]) -> Moments:
        """The moments of some of the arms."""
        return Moments(
            tuple(self.sizes[place] for place in places),
            tuple(self.means[place] for place in places),
            tuple(self.variances[place] for place in places),
        )

    @property
    def mean(self) -> float:
        """Mean of all arms together; NaN if there is no value."""
        n = sum(self.sizes)
        parts = zip(self.sizes, self.means, strict=True)
        return sum(size * mean for size, mean in parts if size) / n if n else math.nan

    @property
    def between(self) -> float:
        """Sum of squares between the arms."""
        mean = self.mean
        parts = zip(self.sizes, self.means, strict=True)
        return sum(size * (own - mean) ** 2 for size, own in parts if size)

    @property
    def within(self) -> float:
        """Sum of squares within the arms."""
        parts = zip(self.sizes, self.variances, strict=True)
        return sum((size - 1) * variance for size, variance in parts if size > 1)

    @property
    def sd(self) -> float:
        """Standard deviation of all arms together; NaN if there are fewer than two values."""
        n = sum(self.sizes)
        return math.sqrt((self.within + self.between) / (n - 1)) if n > 1 else math.nan


def anova(moments: Moments) -> float | None:
    """The p value of one-way analysis of variance with equal variances.

    Args:
        moments: Of two or more arms, each with at least two values.

    Returns:
        The p value; None when no arm varies.

    Source:
        Fisher RA. Statistical Methods for Research Workers, 1925.
    """
    from scipy.special import fdtrc

    n, k = sum(moments.sizes), len(moments.sizes)
    between, within = moments.between / (k - 1), moments.within / (n - k)
    return float(fdtrc(k - 1, n - k, between / within)) if within > 0.0 else None


def welch(moments: Moments) -> float | None:
    """The two-sided p value of Welch's t test, which lets the two variances differ.

    Args:
        moments: Of exactly two arms, each with at least two values.

    Returns:
        The p value; None when neither arm varies.

    Source:
        Welch BL. Biometrika 1947;34:28-35.
    """
    from scipy.special import betainc

    (m, n), (x, y) = moments.sizes, moments.means
    share_x, share_y = moments.variances[0] / m, moments.variances[1] / n
    variance = share_x + share_y
    if variance <= 0.0:
        return None
    freedom = variance**2 / (share_x**2 / (m - 1) + share_y**2 / (n - 1))
    t_squared = (x - y) ** 2 / variance
    return float(betainc(freedom / 2.0, 0.5, freedom / (freedom + t_squared)))

"""Risks and how they differ between two arms, with intervals that hold in small samples."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

from afterload.core.estimate import Estimate


@dataclass(frozen=True, slots=True)
class Share:
    """So many out of so many.

    Args:
        count: How many had it.
        total: Out of how many; at least 1.
    """

    count: int
    total: int

    @property
    def value(self) -> float:
        """The proportion, 0 to 1."""
        return self.count / self.total


def clopper_pearson(share: Share, level: float = 0.95) -> tuple[float, float]:
    """The exact confidence interval of a proportion.

    Args:
        share: The count and its denominator.
        level: Confidence level.

    Returns:
        Lower and upper limit, 0 to 1.

    Source:
        Clopper CJ, Pearson ES. Biometrika 1934;26:404-413.

    Example:
        >>> low, high = clopper_pearson(Share(0, 10))
        >>> low, round(high, 4)
        (0.0, 0.3085)
    """
    from scipy.special import betaincinv

    tail, x, n = (1.0 - level) / 2.0, share.count, share.total
    low = 0.0 if x == 0 else float(betaincinv(x, n - x + 1.0, tail))
    high = 1.0 if x == n else float(betaincinv(x + 1.0, n - x, 1.0 - tail))
    return low, high


def wilson(share: Share, level: float = 0.95) -> tuple[float, float]:
    """The score interval of a proportion.

    Args:
        share: The count and its denominator.
        level: Confidence level.

    Source:
        Wilson EB. J Am Stat Assoc 1927;22:209-212.
    """
    z = NormalDist().inv_cdf(0.5 + level / 2.0)
    n, p = share.total, share.value
    middle = p + z * z / (2 * n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    low, high = (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)
    return max(0.0, low) if share.count else 0.0, min(1.0, high) if share.count < n else 1.0


def risk_difference(
    arm: Share, reference: Share, level: float = 0.95
) -> tuple[float, float, float]:
    """Difference of two risks with Newcombe's hybrid score interval (his method 10).

    Args:
        arm: Of the arm.
        reference: Of the reference arm.
        level: Confidence level.

    Returns:
        Difference (arm minus reference), lower and upper limit.

    Source:
        Newcombe RG. Stat Med 1998;17:873-890, method 10.

    Example:
        >>> [round(x, 4) for x in risk_difference(Share(56, 70), Share(48, 80))]
        [0.2, 0.0524, 0.3339]
    """
    p1, p0 = arm.value, reference.value
    (low1, high1), (low0, high0) = wilson(arm, level), wilson(reference, level)
    below = math.hypot(p1 - low1, high0 - p0)
    above = math.hypot(high1 - p1, p0 - low0)
    return p1 - p0, p1 - p0 - below, p1 - p0 + above


def log_risk_ratio(arm: Share, reference: Share) -> Estimate | None:
    """Logarithm of the ratio of two risks, with Katz's standard error.

    Returns:
        None where it cannot be estimated: nobody had it in one of the arms, or everybody in both.

    Source:
        Katz D, et al. Biometrics 1978;34:469-474.
    """
    variance = _one_over(arm.count, reference.count)
    if variance is None:
        return None
    variance -= 1.0 / arm.total + 1.0 / reference.total
    if arm.count == arm.total and reference.count == reference.total:
        return None
    return Estimate(
        math.log(arm.value / reference.value), math.sqrt(max(0.0, variance)), "log risk ratio"
    )


def log_odds_ratio(arm: Share, reference: Share) -> Estimate | None:
    """Logarithm of the ratio of two odds, with Woolf's standard error.

    Returns:
        None where it cannot be estimated: nobody or everybody had it in one of the arms.

    Source:
        Woolf B. Ann Hum Genet 1955;19:251-253.
    """
    a, b = arm.count, arm.total - arm.count
    c, d = reference.count, reference.total - reference.count
    variance = _one_over(a, b, c, d)
    if variance is None:
        return None
    return Estimate(math.log(a * d / (b * c)), math.sqrt(variance), "log odds ratio")


def _one_over(*counts: int) -> float | None:
    """Sum of one over each count; None if one of them is zero."""
    return sum(1.0 / count for count in counts) if all(counts) else None

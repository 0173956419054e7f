"""How often something happens per day on a device, and how two such rates compare."""

from __future__ import annotations

from dataclasses import dataclass

from afterload.study.proportion import Share, clopper_pearson

PER_DAYS = 1000.0
"""Rates are told per this many device-days."""


@dataclass(frozen=True, slots=True)
class Exposure:
    """Events and the time in which they could happen.

    Args:
        events: How many there were.
        days: Device-days; more than 0.
    """

    events: int
    days: float

    @property
    def rate(self) -> float:
        """Events per 1,000 device-days."""
        return PER_DAYS * self.events / self.days


def garwood(exposure: Exposure, level: float = 0.95) -> tuple[float, float]:
    """The exact confidence interval of a rate, if events come as a Poisson process.

    Args:
        exposure: Events and device-days.
        level: Confidence level.

    Returns:
        Lower and upper limit per 1,000 device-days.

    Source:
        Garwood F. Biometrika 1936;28:437-442.

    Example:
        >>> low, high = garwood(Exposure(0, 1000.0))
        >>> low, round(high, 4)
        (0.0, 3.6889)
    """
    from scipy.special import gammainccinv, gammaincinv

    tail, x = (1.0 - level) / 2.0, exposure.events
    low = 0.0 if x == 0 else float(gammaincinv(x, tail))
    high = float(gammainccinv(x + 1.0, tail))
    return PER_DAYS * low / exposure.days, PER_DAYS * high / exposure.days


def rate_ratio(
    arm: Exposure, reference: Exposure, level: float = 0.95
) -> tuple[float, float, float] | None:
    """Ratio of two rates with its exact interval, given how many events there were in all.

    Args:
        arm: Of the arm.
        reference: Of the reference arm.
        level: Confidence level.

    Returns:
        Ratio (arm over reference), lower and upper limit; None where it cannot be estimated
        because the reference arm had no event.

    Source:
        Przyborowski J, Wilenski H. Biometrika 1940;31:313-323.
    """
    if reference.events == 0:
        return None
    low, high = clopper_pearson(Share(arm.events, arm.events + reference.events), level)
    days = reference.days / arm.days
    ratio = arm.events / reference.events * days
    return ratio, low / (1.0 - low) * days, high / (1.0 - high) * days

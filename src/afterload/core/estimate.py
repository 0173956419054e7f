"""A value with its standard error: what one room finds another can pool."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Estimate:
    """An effect and its uncertainty on a stated scale.

    Args:
        value: The effect on `scale`.
        se: Its standard error on the same scale, not negative.
        scale: What the number is, e.g. "log risk ratio", "risk difference".
    """

    value: float
    se: float
    scale: str

    def __post_init__(self) -> None:
        if self.se < 0:
            raise ValueError(f"a standard error cannot be negative: {self.se:g}")

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Normal-theory confidence interval on `scale`.

        Example:
            >>> low, high = Estimate(0.0, 1.0, "log odds ratio").interval()
            >>> round(high, 6)
            1.959964
        """
        from statistics import NormalDist

        z = NormalDist().inv_cdf(0.5 + level / 2)
        return self.value - z * self.se, self.value + z * self.se

    def ratio(self, level: float = 0.95) -> tuple[float, float, float]:
        """The effect and its interval, exponentiated; only for a log scale.

        Raises:
            ValueError: `scale` does not start with "log".
        """
        if not self.scale.startswith("log"):
            raise ValueError(f"{self.scale!r} is not a log scale")
        low, high = self.interval(level)
        return math.exp(self.value), math.exp(low), math.exp(high)

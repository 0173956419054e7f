"""A published result as it stands in the paper, and as a mean and a standard deviation."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "mean_sd", "mean_sem", "mean_ci95", "median_iqr", "median_iqr_width", "mean", "range"
]

HOW: dict[Kind, str] = {
    "mean_sd": "mean ± SD, as published",
    "mean_sem": "mean ± SEM; SD = SEM √n",
    "mean_ci95": "mean [95 % CI]; SD = half width √n / t(0.975, n - 1)",
    "median_iqr": "median (quartiles); mean = (Q1 + median + Q3) / 3, SD = (Q3 - Q1) / 1.35 (Wan)",
    "median_iqr_width": "median (width of the IQR); mean taken as the median, SD = IQR / 1.35",
    "mean": "a mean without its spread: only the direction can be compared",
    "range": "lowest and highest",
}  # fmt: skip
"""How every kind of result becomes a mean and a standard deviation."""

T_975 = {4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 10: 2.228, 13: 2.160}
"""0.975 quantile of Student's t by degrees of freedom (tables)."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A published result.

    Args:
        kind: What its numbers are; see `HOW`.
        value: Mean or median.
        spread: SD, SEM or width of the IQR; NaN where low and high tell it.
        low, high: Ends of the confidence interval, quartiles, or lowest and highest.
        n: Subjects it stands on.
    """

    kind: Kind
    value: float
    spread: float = math.nan
    low: float = math.nan
    high: float = math.nan
    n: int = 0

    @property
    def mean(self) -> float:
        """The mean, worked out from quartiles where a median is published."""
        if self.kind == "median_iqr":
            return (self.low + self.value + self.high) / 3.0
        return self.value

    @property
    def sd(self) -> float:
        """The standard deviation between subjects; NaN where no spread is published."""
        match self.kind:
            case "mean_sd":
                return self.spread
            case "mean_sem":
                return self.spread * math.sqrt(self.n)
            case "mean_ci95":
                return (self.high - self.low) / 2.0 * math.sqrt(self.n) / T_975[self.n - 1]
            case "median_iqr":
                return (self.high - self.low) / 1.35
            case "median_iqr_width":
                return self.spread / 1.35
            case _:
                return math.nan

    @property
    def text(self) -> str:
        """As published: "60 ± 7 (SEM, n = 5)"."""
        subjects = f", n = {self.n}" if self.n else ""
        match self.kind:
            case "mean_sd":
                return f"{self.value:g} ± {self.spread:g} (SD{subjects})"
            case "mean_sem":
                return f"{self.value:g} ± {self.spread:g} (SEM{subjects})"
            case "mean_ci95":
                return f"{self.value:g} [{self.low:g} to {self.high:g}] (95 % CI{subjects})"
            case "median_iqr":
                return f"{self.value:g} ({self.low:g} to {self.high:g}; quartiles{subjects})"
            case "median_iqr_width":
                return f"{self.value:g} (IQR {self.spread:g}{subjects})"
            case "range" if math.isinf(self.high):
                return f"at least {self.low:g}"
            case "range":
                return f"{self.low:g} to {self.high:g}"
            case _:
                return f"{self.value:g}"

    def holds(self, value: float) -> bool | None:
        """Whether a value is within one SD of the mean, or in the range; None if none is told."""
        if self.kind == "range":
            return self.low <= value <= self.high
        return None if math.isnan(self.sd) else abs(value - self.mean) <= self.sd


def mean_sd(value: float, sd: float, n: int = 0) -> Measured:
    """Mean ± SD."""
    return Measured("mean_sd", value, sd, n=n)


def mean_sem(value: float, sem: float, n: int) -> Measured:
    """Mean ± SEM of n subjects."""
    return Measured("mean_sem", value, sem, n=n)


def mean_ci(value: float, low: float, high: float, n: int) -> Measured:
    """Mean [95 % confidence interval] of n subjects."""
    return Measured("mean_ci95", value, low=low, high=high, n=n)


def median_iqr(value: float, low: float, high: float, n: int) -> Measured:
    """Median (quartiles) of n subjects."""
    return Measured("median_iqr", value, low=low, high=high, n=n)


def median_width(value: float, width: float, n: int) -> Measured:
    """Median (width of the interquartile range) of n subjects."""
    return Measured("median_iqr_width", value, width, n=n)


def mean_alone(value: float) -> Measured:
    """A mean whose spread is not published."""
    return Measured("mean", value)


def between(low: float, high: float) -> Measured:
    """Lowest and highest of the subjects."""
    return Measured("range", (low + high) / 2.0, low=low, high=high)

"""The risk that a published equation gives for a score's total."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from afterload.core.errors import InputError
from afterload.core.source import Source
from afterload.scores.derive import PLAIN, Maths


@dataclass(frozen=True, slots=True)
class Logistic:
    """A risk that follows a total S: logit = intercept + per_point × S + per_log × ln(S + 1).

    Args:
        measure: What is predicted, e.g. "mortality".
        horizon: Until when, e.g. "hospital discharge".
        intercept, per_point, per_log: The coefficients; the last two do not pull against each
            other, so that the risk rises (or falls) with every point.
        source: Where they stand.
    """

    measure: str
    horizon: str
    source: Source
    intercept: float
    per_point: float
    per_log: float = 0.0

    @property
    def text(self) -> str:
        """The equation as people write it."""
        terms = [(self.per_point, "S"), (self.per_log, "ln(S + 1)")]
        tail = "".join(f" {'-' if k < 0 else '+'} {abs(k):g} × {what}" for k, what in terms if k)
        return f"logit = {self.intercept:g}{tail}"


def risk(equation: Logistic, total: Any, maths: Maths = PLAIN) -> Any:
    """The predicted share of patients, 0 to 1, for one total or an array of them."""
    logit = equation.intercept + equation.per_point * total
    if equation.per_log:
        logit = logit + equation.per_log * maths.log(total + 1)
    return 1 / (1 + maths.exp(-logit))


def check_logistic(equation: Logistic, lowest: int, what: str) -> None:
    """Make sure that the risk is defined for every total and moves one way with it.

    Args:
        equation: The equation.
        lowest: The lowest total of the score.
        what: The score, for the error.

    Raises:
        InputError: A total has no logarithm, or the two terms pull against each other.
    """
    if equation.per_log and lowest <= -1:
        raise InputError(f"{what}: ln(S + 1) does not exist for a total of {lowest}.")
    if equation.per_point * equation.per_log < 0:
        raise InputError(
            f"{what}: the risk must rise, or fall, with every point; its two terms pull against "
            "each other."
        )

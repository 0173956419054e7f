"""Numbers told less exactly, so that no count can be worked out from their last digits.

A mean of whole numbers told to 15 digits tells how many it is of; quartiles tell the remainder of
that number divided by 4; an exact p-value or a Kaplan-Meier estimate tells the order of all events.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from afterload.report.number import half_up


def percent(share: float | None) -> float | None:
    """A share in whole percent."""
    return None if share is None else half_up(share, 2)


def blunt(p: float | None, alpha: float) -> float | None:
    """A p-value or another small number to two significant figures, on its side of `alpha`.

    Example:
        >>> blunt(0.0496, 0.05), blunt(0.1234, 0.05), blunt(0.0, 0.05)
        (0.049, 0.12, 0.0)
    """
    if p is None or p == 0 or not math.isfinite(p):
        return p
    digits = 1 - math.floor(math.log10(abs(p)))
    told = half_up(p, digits)
    return math.floor(p * 10**digits) / 10**digits if p < alpha <= told else told


def grain(values: Iterable[float]) -> float:
    """The step in which a variable was recorded: the largest power of ten all values are of.

    Args:
        values: Its smallest and largest values, medians and quartiles; quartiles lie on quarters
            of a step.

    Example:
        >>> grain([54.25, 61.0, 18.0]), grain([2.4, 3.05])
        (1.0, 0.1)
    """
    known = [abs(x) for x in values if math.isfinite(x)]
    for power in range(3, -4, -1):
        step = 10.0**power
        if all(abs(x * 4 / step - round(x * 4 / step)) < 1e-6 for x in known):
            return step
    return 10.0**-4


def to_grain(x: float, step: float) -> float:
    """A number rounded to whole steps."""
    return half_up(x / step) * step if step >= 1 else half_up(x, round(-math.log10(step)))

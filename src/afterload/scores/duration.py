"""How long a pressure stayed low, from time-stamped readings; and when that cannot be told.

A reading tells one moment. What happens between two readings is settled by four rules:

1. Between two low readings no further apart than the largest gap allowed, the pressure is taken
   as low throughout; between two that are not low, as not low.
2. Between a low reading and one that is not, it changed somewhere: that time may belong to the
   spell or not.
3. Across a larger gap nothing is known, and before the first and after the last reading neither:
   a spell may hide there. How far it may reach is told by the period asked about; without one
   there is no end to it.
4. Several readings at one moment that disagree count as none.

So one reading, low or not, proves no duration, and readings of 90 mmHg or above deny an earlier
spell only over a period they cover.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf, isfinite, nan

from afterload.core.errors import InputError


@dataclass(frozen=True, slots=True)
class Spell:
    """What the readings prove of the longest spell.

    Args:
        at_least: Minutes it lasted for certain.
        at_most: Minutes it can have lasted; infinite where nothing limits it.
    """

    at_least: float
    at_most: float


def longest_spell(
    times_h: Sequence[float],
    values: Sequence[float],
    below: float = 90.0,
    *,
    asked_min: float = 30.0,
    period_h: tuple[float, float] | None = None,
    max_gap_min: float = 30.0,
) -> float:
    """Minutes of the longest spell below a limit; NaN where the readings do not settle it.

    The number is meant for a criterion that asks for a duration: it lies on the side of
    `asked_min` that the readings prove, and is NaN where they prove neither.

    Args:
        times_h: Hours of the readings from any fixed moment, in any order.
        values: The readings, NaN where missing.
        below: A reading below it is low; one equal to it is not.
        asked_min: The duration the criterion asks, in minutes.
        period_h: First and last hour of the period asked about; readings outside are not used.
            Without it the readings can prove a long spell, and never that there was none.
        max_gap_min: Minutes two readings may lie apart and still tell what lies between them. By
            default no more than the duration usually asked.

    Returns:
        The minutes proven where they exceed `asked_min`; the most there can have been where that
        is less; the exact length where it is known; else NaN.

    Raises:
        InputError: The sequences differ in length, or a limit is not possible.

    Example:
        >>> quarter_hours = [0, 0.25, 0.5, 0.75, 1]
        >>> longest_spell(quarter_hours, [95, 88, 85, 84, 86])
        45.0
        >>> longest_spell([0], [85])
        nan
    """
    found = spell_bounds(times_h, values, below, period_h=period_h, max_gap_min=max_gap_min)
    if found.at_least > asked_min or found.at_least == found.at_most:
        return found.at_least
    return found.at_most if found.at_most < asked_min else nan


def spell_bounds(
    times_h: Sequence[float],
    values: Sequence[float],
    below: float = 90.0,
    *,
    period_h: tuple[float, float] | None = None,
    max_gap_min: float = 30.0,
) -> Spell:
    """What time-stamped readings prove of the longest spell below a limit.

    Args:
        times_h, values, below, period_h, max_gap_min: As for `longest_spell`.

    Raises:
        InputError: The sequences differ in length, or a limit is not possible.
    """
    _check(times_h, values, below, period_h, max_gap_min)
    start, end = period_h or (-inf, inf)
    points = _points(times_h, values, below, start, end)
    at_least = at_most = certain = possible = 0.0
    edged: list[tuple[float, bool | None]] = [(start, None), *points, (end, None)]
    for (left, was_low), (right, is_low) in pairwise(edged):
        minutes = _minutes(right - left)
        alike = was_low is is_low and was_low is not None and minutes <= max_gap_min
        certain = round(certain + minutes, 6) if alike and was_low else 0.0
        if was_low is False:
            possible = 0.0
        if not (alike and not was_low):
            possible = round(possible + minutes, 6)
        at_least, at_most = max(at_least, certain), max(at_most, possible)
    return Spell(at_least, at_most)


def _minutes(hours: float) -> float:
    """Hours as minutes, free of the last binary digits: 8.7 h to 9.2 h are 30 min."""
    return round(60 * hours, 6)


def _points(
    times_h: Sequence[float], values: Sequence[float], below: float, start: float, end: float
) -> Iterator[tuple[float, bool]]:
    """The moments of the readings in a period, in order, and whether each was low."""
    told: dict[float, set[bool]] = {}
    for time, value in zip(times_h, values, strict=True):
        if isfinite(time) and value == value and start <= time <= end:
            told.setdefault(float(time), set()).add(bool(value < below))
    for time in sorted(told):
        if len(told[time]) == 1:
            yield time, told[time].pop()


def _check(
    times_h: Sequence[float],
    values: Sequence[float],
    below: float,
    period_h: tuple[float, float] | None,
    max_gap_min: float,
) -> None:
    if len(times_h) != len(values):
        raise InputError(
            f"{len(times_h)} times and {len(values)} readings were given. Give a time per reading."
        )
    if not isfinite(below) or not max_gap_min > 0:
        raise InputError(
            f"A limit of {below:g} mmHg or a largest gap of {max_gap_min:g} min is not possible. "
            "The limit is a number, the gap above 0."
        )
    if period_h is not None and not (-inf < period_h[0] <= period_h[1] < inf):
        raise InputError(
            f"The period from {period_h[0]:g} to {period_h[1]:g} h is not possible. "
            "It takes two hours, the earlier one first."
        )

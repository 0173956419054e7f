"""The nominal time points of a measurement set, and the windows real times fall in."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from afterload.core.errors import UnknownName

LONGEST_DAY = 30
"""Last day after time zero that has a name of its own ("day30")."""

POINTS: tuple[str, ...] = (
    "pre",
    "worst6h",
    "1h",
    "6h",
    "12h",
    "24h",
    "48h",
    "72h",
    *(f"day{day}" for day in range(4, LONGEST_DAY + 1)),
    "peak",
    "wean",
    "end",
)
"""Every nominal point as the registry stores it, in the order of time."""

_SAME = {"day1": "24h", "day2": "48h", "day3": "72h", "0h": "pre"}


@dataclass(frozen=True, slots=True)
class Window:
    """The hours from time zero that count as one nominal point.

    Args:
        low, high: First and last hour.
        target: The hour a measurement should be closest to.
        low_closed, high_closed: Whether the ends belong to the window.
    """

    low: float
    high: float
    target: float
    low_closed: bool = True
    high_closed: bool = True


WINDOWS: Mapping[str, Window] = MappingProxyType(
    {
        "pre": Window(-6, 0, 0, low_closed=False),
        "1h": Window(0, 3, 1, low_closed=False),
        "6h": Window(3, 9, 6, low_closed=False),
        "12h": Window(9, 18, 12, low_closed=False, high_closed=False),
        "24h": Window(18, 30, 24),
        "48h": Window(42, 54, 48),
        "72h": Window(66, 78, 72),
        **{
            f"day{day}": Window(day * 24 - 12, day * 24 + 12, day * 24)
            for day in range(4, LONGEST_DAY + 1)
        },
    }
)
"""The windows: 24 h is 18 to 30 h as the ELSO Registry asks it; the others are our choice.

Source: data_standards sections 2.1 and 2.13 (ELSO Registry Data Definitions, 2018).
"""


def normal_point(point: str) -> str:
    """A nominal point as the registry stores it: "day1" is "24h", "DAY 7" is "day7".

    Raises:
        UnknownName: There is no such point.
    """
    plain = point.strip().lower().replace(" ", "").replace("_", "")
    plain = _SAME.get(plain, plain)
    if plain not in POINTS:
        named = ", ".join(name for name in POINTS if not name.startswith("day"))
        otherwise = f"There are {named}, and day1 to day{LONGEST_DAY}."
        raise UnknownName("time point", point, [*POINTS, *_SAME], otherwise)
    return plain


def nominal_hours(point: str) -> float:
    """Hours from time zero a nominal point stands for; NaN for "peak", "wean" and "end"."""
    if point in WINDOWS:
        return WINDOWS[point].target
    return math.nan if point in ("peak", "wean", "end") else 0.0

"""Ranges with open or closed ends, and the points given inside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from typing import Protocol

from afterload.core.errors import InputError


class Range(Protocol):
    """Anything with two ends, each of which belongs to it or not."""

    @property
    def low(self) -> float:
        """Its low end."""

    @property
    def high(self) -> float:
        """Its high end."""

    @property
    def low_closed(self) -> bool:
        """Whether the low end belongs to it."""

    @property
    def high_closed(self) -> bool:
        """Whether the high end belongs to it."""


@dataclass(frozen=True, slots=True)
class Span:
    """Every value a quantity can still take; one point when it is known."""

    low: float
    high: float
    low_closed: bool = True
    high_closed: bool = True

    @property
    def is_empty(self) -> bool:
        """Whether no value is left: what is known contradicts itself."""
        if self.low == self.high:
            return not (self.low_closed and self.high_closed)
        return self.low > self.high

    def within(self, low: float, high: float) -> Span:
        """The part of it between `low` and `high`, both included."""
        cut_low, cut_high = self.low < low, self.high > high
        return Span(
            low if cut_low else self.low,
            high if cut_high else self.high,
            True if cut_low else self.low_closed,
            True if cut_high else self.high_closed,
        )


@dataclass(frozen=True, slots=True)
class Band:
    """Points given while a value lies between two ends.

    Args:
        points: Points of the band.
        low, high: Its ends, in the variable's unit.
        low_closed, high_closed: Whether an end belongs to the band. By default the low end does
            and the high end does not, so that neighbouring bands tile.
        text: The band as printed, where it says more than its ends ("39-52": completed years). One
            with words says its own unit ("< 500 mL/day").
    """

    points: int
    low: float = -inf
    high: float = inf
    low_closed: bool = True
    high_closed: bool = False
    text: str = ""


def holds(band: Range, x: float) -> bool:
    """Whether `x` lies in the band."""
    above = x >= band.low if band.low_closed else x > band.low
    below = x <= band.high if band.high_closed else x < band.high
    return above and below


def meets(band: Range, span: Range) -> bool:
    """Whether some value of `span` lies in the band."""
    low, high = max(band.low, span.low), min(band.high, span.high)
    if low != high:
        return low < high
    return all(
        closed
        for end, closed in (
            (band.low, band.low_closed),
            (span.low, span.low_closed),
            (band.high, band.high_closed),
            (span.high, span.high_closed),
        )
        if end == low
    )


def wording(band: Range, unit: str = "") -> str:
    """The band as people write it: "≤ 65 kg", "> 65 and < 90 kg", "1 to 5"."""
    tail = f" {unit}" if unit else ""
    if band.low == -inf and band.high == inf:
        return "any"
    if band.low == -inf:
        return f"{'≤' if band.high_closed else '<'} {band.high:g}{tail}"
    if band.high == inf:
        return f"{'≥' if band.low_closed else '>'} {band.low:g}{tail}"
    if band.low_closed and band.high_closed:
        same = band.low == band.high
        return f"{band.low:g}{tail}" if same else f"{band.low:g} to {band.high:g}{tail}"
    low = f"{'≥' if band.low_closed else '>'} {band.low:g}"
    high = f"{'≤' if band.high_closed else '<'} {band.high:g}"
    return f"{low} and {high}{tail}"


def check_tiling(bands: Sequence[Range], what: str) -> None:
    """Make sure that bands, in rising or falling order, leave no gap and do not overlap.

    Raises:
        InputError: Two neighbours overlap or leave a gap, or an end is missing.
    """
    ordered = sorted(bands, key=lambda band: (band.low, band.high))
    if not ordered or ordered[0].low != -inf or ordered[-1].high != inf:
        raise InputError(f"{what}: the bands must reach from the lowest to the highest value.")
    for left, right in pairwise(ordered):
        if left.high != right.low or left.high_closed == right.low_closed:
            raise InputError(
                f"{what}: the bands {wording(left)} and {wording(right)} leave a gap or overlap."
            )

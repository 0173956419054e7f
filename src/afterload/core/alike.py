"""Sentences that differ in their numbers alone, told as one with the lowest and the highest."""

from __future__ import annotations

import re
from collections.abc import Sequence

NUMBER = re.compile(
    r"(?<![\w.,])\d+(?:,\d{3})*(?:\.\d+)?(?: to \d+(?:,\d{3})*(?:\.\d+)?)?(?![\w.]\d|\w)"
)
"""A number that stands by itself, or the lowest and the highest of some."""


def without_numbers(text: str) -> str:
    """What sentences have in common that differ in their numbers alone."""
    return NUMBER.sub("#", text)


def spanned(texts: Sequence[str]) -> str:
    """Sentences that differ in their numbers alone as one.

    Example:
        >>> spanned(["It is 3 %.", "It is 5 to 1,200 %."])
        'It is 3 to 1,200 %.'
    """
    spans = iter([_ends(numbers) for numbers in zip(*map(NUMBER.findall, texts), strict=True)])
    return NUMBER.sub(lambda _: next(spans), texts[0])


def _ends(told: Sequence[str]) -> str:
    """A number that all tell, or the lowest and the highest."""
    every = {end for numbers in told for end in numbers.split(" to ")}
    ordered = sorted(every, key=lambda number: float(number.replace(",", "")))
    return ordered[0] if len(ordered) == 1 else f"{ordered[0]} to {ordered[-1]}"

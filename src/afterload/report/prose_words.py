"""Words of a sentence."""

from __future__ import annotations

from collections.abc import Iterable


def listed(words: Iterable[str], last: str = "and") -> str:
    """Words joined as in a sentence.

    Example:
        >>> listed(["ECLS", "Impella", "both"])
        'ECLS, Impella and both'
    """
    *first, end = list(words) or [""]
    return f"{', '.join(first)} {last} {end}" if first else end

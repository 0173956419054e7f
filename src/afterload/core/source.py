"""Where a number comes from, and how sure we are of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Confidence = Literal["C1", "C2", "CALC", "M", "U"]

CONFIDENCE_MEANING: dict[Confidence, str] = {
    "C1": "confirmed: seen in the primary publication",
    "C2": "confirmed in a secondary source; the primary table was not seen",
    "CALC": "confirmed: reproduced numerically from published cases",
    "M": "general knowledge: not yet seen in a source",
    "U": "unknown",
}


@dataclass(frozen=True, slots=True)
class Source:
    """A citation, down to the table or equation the numbers were read from.

    Args:
        citation: Authors, year, journal, pages.
        doi: Digital object identifier, without "https://doi.org/"; empty if there is none.
        place: Table, equation, page or address where the numbers stand.
        confidence: How sure we are; see `CONFIDENCE_MEANING`.
        note: What a reader must know about the reading we took.
    """

    citation: str
    doi: str = ""
    place: str = ""
    confidence: Confidence = "U"
    note: str = ""

    def __str__(self) -> str:
        parts = [self.citation]
        if self.place:
            parts.append(self.place)
        if self.doi:
            parts.append(f"doi:{self.doi}")
        return ", ".join(parts)

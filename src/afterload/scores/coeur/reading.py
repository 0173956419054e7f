"""Where the sources leave the rule open: which reading is taken, and which stay open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from afterload.scores.coeur import coefficient as c

SexTerm = Literal["man to woman", "sexes differ", "woman donor"]
Rounding = Literal["nearest", "up"]

SEX_TERMS: tuple[SexTerm, ...] = ("man to woman", "sexes differ", "woman donor")
"""The three readings of the sex term found; none is better supported than the others."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of the rule.

    The first two fields hold every reading that stays open: the score's interval spans them. The
    others hold the one reading taken.

    Args:
        sex_terms: Readings of the sex term of the survival filter.
        b_to_ab: Credit of a group B heart for a group AB recipient.
        rounding: How the index becomes a whole number.
        expires_at_limit: Whether a test as old as the limit (105 or 4 days) has expired.
        ascd: Coefficient of short-term support.
        expert_jump: Whether an adult expert listing also gets the 51 points of an index of 31.
    """

    sex_terms: tuple[SexTerm, ...] = SEX_TERMS
    b_to_ab: tuple[float, ...] = (0.0, 1.0)
    rounding: Rounding = "nearest"
    expires_at_limit: bool = True
    ascd: float = c.ASCD.value
    expert_jump: bool = False


TAKEN = Reading()
"""The reading taken here."""


def sex_term(term: SexTerm, donor_female: bool, female: bool) -> bool:
    """Whether the sex term counts, in one reading of it."""
    if term == "man to woman":
        return female and not donor_female
    if term == "sexes differ":
        return female != donor_female
    return donor_female

"""CCB, the composite score before pairing: one of four components, adult or child."""

from __future__ import annotations

from typing import Literal

from afterload.scores.coeur import coefficient as c

Urgency = Literal["none", "xpca", "xpcp1", "xpcp2"]
URGENCIES: tuple[Urgency, ...] = ("none", "xpca", "xpcp1", "xpcp2")
"""No expert listing; adult expert; child expert of level 1 and 2. In the input's order."""

ADULT = 18.0
"""Years from which the adult components apply."""


def possible(adult: bool, urgency: Urgency) -> bool:
    """Whether adults, or children, can have that listing: XPCA is for adults, XPCP for children."""
    return urgency == "none" or adult == (urgency == "xpca")


def f_icar(icar: int) -> float:
    """Points of an index: 25 each."""
    return c.POINTS_PER_INDEX.value * icar


def cas(icar: int) -> float:
    """Adult on the standard list: 0 to 750, or 826 to 1,051 from an index of 31 on."""
    points = f_icar(icar)
    return points if points < c.JUMP_FROM.value else points + c.JUMP.value


def share(months: float, over: float) -> float:
    """The share of `over` months that has passed, 0 to 1; 1 when it is granted at once."""
    return 1.0 if over == 0 else min(1.0, max(0.0, months / over))


def xpca(icar: int, urgent_months: float, over_months: float, jump: bool = False) -> float:
    """Adult with an expert listing: 900 points, reached over some months, or the index's if more.

    Args:
        icar: The index.
        urgent_months: Months since the expert listing.
        over_months: Months over which it is granted in full; 0 for at once.
        jump: Whether the index's points carry the 51 of the standard list.
    """
    own = cas(icar) if jump else f_icar(icar)
    return max(own, c.EXPERT_ADULT.value * share(urgent_months, over_months))


def cps(listed_months: float) -> float:
    """Child on the standard list: 775 to 825, rising over 24 months."""
    return c.CHILD.value + c.CHILD_TIME.value * share(listed_months, c.CHILD_MONTHS.value)


def xpcp(urgency: Urgency, urgent_months: float) -> float:
    """Child with an expert listing: 1,102 to 1,152 at level 1, 1,051 to 1,101 at level 2."""
    start = c.URGENT_CHILD_1 if urgency == "xpcp1" else c.URGENT_CHILD_2
    return start.value + c.CHILD_TIME.value * share(urgent_months, c.CHILD_MONTHS.value)

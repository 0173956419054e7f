"""Lowest and highest of every factor, from what is known and what each input can still be."""

from __future__ import annotations

from math import nextafter

from afterload.scores.coeur import ccb, ccp
from afterload.scores.coeur import coefficient as c
from afterload.scores.coeur.case import Case, donor_groups, groups
from afterload.scores.coeur.distance import mg
from afterload.scores.coeur.reading import Reading

Ends = tuple[float, float]


def child_ends(case: Case, listing: ccb.Urgency) -> Ends:
    """CCB of a child."""
    if listing == "none":
        months = case.span("listing_months")
        return ccb.cps(months.low), ccb.cps(months.high)
    months = case.span("urgency_months")
    return ccb.xpcp(listing, months.low), ccb.xpcp(listing, months.high)


def adult_ends(case: Case, listing: ccb.Urgency, index: tuple[int, int], reading: Reading) -> Ends:
    """CCB of an adult whose index lies between two values."""
    if listing == "none":
        return ccb.cas(index[0]), ccb.cas(index[1])
    months, over = case.span("urgency_months"), case.span("expert_over_months")
    low = ccb.xpca(index[0], months.low, over.high, reading.expert_jump)
    return low, ccb.xpca(index[1], months.high, over.low, reading.expert_jump)


def dif_age_ends(low: float, high: float) -> Ends:
    """Credit for an age difference between two values: it rises, is full, and falls."""
    ends = ccp.dif_age(low), ccp.dif_age(high)
    full = low <= 0 <= high
    return min(ends), 1.0 if full else max(ends)


def size_ends(case: Case, donor_female: bool, adult: bool) -> Ends:
    """Whether the sizes can fail to fit, and whether they can fit."""
    areas = [
        (ccp.surface(height.low, weight.low), ccp.surface(height.high, weight.high))
        for height, weight in (
            (case.span("donor_height_cm"), case.span("donor_weight_kg")),
            (case.span("height_cm"), case.span("weight_kg")),
        )
    ]
    fits = _fits(areas[0], areas[1], adult)
    weight, heavy = case.span("donor_weight_kg"), c.MALE_DONOR_KG.value
    if donor_female or weight.high < heavy:
        return fits
    if weight.low >= heavy:
        return 1.0, 1.0
    lighter = ccp.surface(case.span("donor_height_cm").high, nextafter(heavy, 0))
    return _fits((areas[0][0], lighter), areas[1], adult)[0], 1.0


def _fits(donor: Ends, recipient: Ends, adult: bool) -> Ends:
    """The same by surface alone: both surfaces take every value between their ends."""
    low, high = c.BSA_LOW.value, c.BSA_HIGH.value
    can = low * recipient[0] < donor[1] and (adult or high * recipient[1] > donor[0])
    must = low * recipient[1] < donor[0] and (adult or high * recipient[0] > donor[1])
    return float(must), float(can)


def abo_ends(case: Case, reading: Reading) -> Ends:
    """Credit for the blood groups."""
    credits_ = [
        ccp.abo(donor, recipient, credit)
        for donor in donor_groups(case)
        for recipient in groups(case)
        for credit in reading.b_to_ab
    ]
    return min(credits_), max(credits_)


def mg_ends(case: Case) -> Ends:
    """Credit for travel time."""
    minutes = case.span("travel_min")
    return mg(minutes.high), mg(minutes.low)

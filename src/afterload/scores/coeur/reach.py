"""What the score and its factors can still be, whichever way the missing inputs are completed.

Ages are cut where something steps (18, 50, 55 years, the ages at which the index or the survival
filter changes); everything that is yes, no or one of a list is tried. Inside one such cell the
factors share no missing input and each rises or falls in its own, so the extremes of their product
are the products of their extremes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from math import inf, nextafter

from afterload.scores.band import Span
from afterload.scores.coeur import ccb, ccp
from afterload.scores.coeur import coefficient as c
from afterload.scores.coeur.case import Case, urgencies
from afterload.scores.coeur.ends import (
    Ends,
    abo_ends,
    adult_ends,
    child_ends,
    dif_age_ends,
    mg_ends,
    size_ends,
)
from afterload.scores.coeur.icar import parts
from afterload.scores.coeur.pieces import Piece, cells, indices, pieces
from afterload.scores.coeur.reading import TAKEN, Reading, SexTerm, sex_term

PARTS = ("support", "peptide", "kidney", "liver")
"""The parts of the index, in the order of `icar.parts`."""


@dataclass(slots=True)
class Reach:
    """Lowest and highest of everything; widened while the cells are gone through.

    Args:
        ends: By name of a line, "total" included.
        adult, child: Whether the recipient can be one.
    """

    ends: dict[str, Ends] = field(default_factory=dict)
    adult: bool = False
    child: bool = False

    def take(self, name: str, low: float, high: float) -> None:
        """Widen one line so that it holds `low` and `high`."""
        if name in self.ends:
            low, high = min(low, self.ends[name][0]), max(high, self.ends[name][1])
        self.ends[name] = (low, high)


def reach(case: Case, reading: Reading = TAKEN) -> Reach:
    """The attainable interval of the score and of each of its lines."""
    found = Reach()
    age = case.span("age_years")
    if age.low < ccb.ADULT:
        _child(case, found)
    if age.high >= ccb.ADULT:
        _adult(case, reading, age.within(ccb.ADULT, inf), found)
    for name, (low, high) in (("abo", abo_ends(case, reading)), ("mg", mg_ends(case))):
        found.take(name, low, high)
        least, most = found.ends["total"]
        found.ends["total"] = (least * low, most * high)
    return found


def _child(case: Case, found: Reach) -> None:
    points = [child_ends(case, listing) for listing in urgencies(case, adult=False)]
    if not points:
        return
    found.child = True
    found.take("dif_age", 1, 1)
    found.take("surv", 1, 1)
    for ends in points:
        found.take("ccb", *ends)
    for donor_female in case.women("donor_sex"):
        low, high = size_ends(case, donor_female, adult=False)
        found.take("sc", low, high)
        for ends in points:
            found.take("total", ends[0] * low, ends[1] * high)


def _adult(case: Case, reading: Reading, age: Span, found: Reach) -> None:
    if not urgencies(case, adult=True):
        return
    found.adult = True
    sizes = {female: size_ends(case, female, adult=True) for female in case.women("donor_sex")}
    for ends in sizes.values():
        found.take("sc", *ends)
    donor = case.span("donor_age_years")
    found.take("dif_age", *dif_age_ends(age.low - donor.high, age.high - donor.low))
    stretches = dict.fromkeys(
        (piece, cell.female)
        for cell in cells(case, reading)
        for piece in pieces(cell, reading.ascd, reading.rounding, age.low, age.high)
    )
    donors = {female: pairings(case, reading, female, sizes) for female in case.women("sex")}
    for female, pairs in donors.items():
        hazards = [piece.hazard for piece, woman in stretches if woman == female]
        least, most = min(low for low, _ in hazards), max(high for _, high in hazards)
        best = least + min(pair.extra[0] for pair in pairs)
        worst = most + max(pair.extra[1] for pair in pairs)
        found.take("surv", ccp.filter_(worst), ccp.filter_(best))
        found.take("survival", ccp.survival(worst), ccp.survival(best))
    lowest = min(piece.index[0] for piece, _ in stretches)
    highest = max(piece.index[1] for piece, _ in stretches)
    found.take("icar", lowest, highest)
    found.take("ccb", *_points(case, (lowest, highest), reading))
    found.take("total", *_adult_total(case, reading, stretches, donors))


@dataclass(frozen=True, slots=True)
class Pairing:
    """A kind of donor for one recipient: ages on one side of 55, one sex.

    Args:
        age: The donor's age, from and to.
        extra: What disease, sex term and donor's age add to the risk, least and most.
        size: Whether the sizes can fail to fit, and can fit.
    """

    age: Ends
    extra: Ends
    size: Ends

    def survival(self, piece: Piece) -> Ends:
        """The least and the highest risk after transplantation."""
        return piece.hazard[0] + self.extra[0], piece.hazard[1] + self.extra[1]

    def factors(self, piece: Piece) -> Ends:
        """Least and highest of age, size and survival together."""
        dif = dif_age_ends(piece.age[0] - self.age[1], piece.age[1] - self.age[0])
        low, high = self.survival(piece)
        return (
            dif[0] * self.size[0] * ccp.filter_(high),
            dif[1] * self.size[1] * ccp.filter_(low),
        )


@lru_cache(maxsize=256)
def _pairings(
    spans: tuple[tuple[Ends, bool], ...],
    sizes: tuple[tuple[bool, Ends], ...],
    female: bool,
    diseases: tuple[bool, ...],
    terms: tuple[SexTerm, ...],
) -> tuple[Pairing, ...]:
    made = []
    for (age, older), (donor_female, size) in product(spans, sizes):
        extras = tuple(_extras(female, donor_female, older, diseases, terms))
        made.append(Pairing(age, (min(extras), max(extras)), size))
    return tuple(made)


def pairings(
    case: Case, reading: Reading, female: bool, sizes: dict[bool, Ends]
) -> tuple[Pairing, ...]:
    """Every kind of donor that is possible."""
    return _pairings(
        tuple(_donor_ages(case)),
        tuple(sizes.items()),
        female,
        case.answers("valve_or_congenital"),
        reading.sex_terms,
    )


def _points(case: Case, index: tuple[int, int], reading: Reading) -> Ends:
    """CCB of an adult, whatever the listing can be."""
    points = [adult_ends(case, listing, index, reading) for listing in urgencies(case, adult=True)]
    return min(low for low, _ in points), max(high for _, high in points)


def _adult_total(
    case: Case,
    reading: Reading,
    stretches: Iterable[tuple[Piece, bool]],
    donors: Mapping[bool, Sequence[Pairing]],
) -> Ends:
    """The extremes of an adult's score without blood groups and travel time.

    Stretches are tried from the most promising on, until no other can do better.
    """
    least, most = inf, -inf
    indexes = {piece.index for piece, _ in stretches}
    points = {index: _points(case, index, reading) for index in indexes}
    for piece, female in sorted(stretches, key=lambda one: -one[0].index[1]):
        if points[piece.index][1] <= most:
            break
        shares = (pair.factors(piece)[1] for pair in donors[female])
        most = max(most, points[piece.index][1] * max(shares))
    for piece, female in sorted(stretches, key=lambda one: one[0].index[0]):
        if least <= 0:
            break
        shares = (pair.factors(piece)[0] for pair in donors[female])
        least = min(least, points[piece.index][0] * min(shares))
    return least, most


def _extras(
    female: bool,
    donor_female: bool,
    older: bool,
    diseases: tuple[bool, ...],
    terms: tuple[SexTerm, ...],
) -> Iterator[float]:
    """What disease, sex term and donor's age add to the risk, every way that is possible."""
    for disease, term in product(diseases, terms):
        yield (
            c.POST_DISEASE.value * disease
            + c.POST_SEX.value * sex_term(term, donor_female, female)
            + c.POST_DONOR_AGE.value * older
        )


def _donor_ages(case: Case) -> Iterator[tuple[Ends, bool]]:
    """The donor's age, cut at 55 years, and whether it is above."""
    span = case.span("donor_age_years")
    if span.low <= 55:
        yield (span.low, min(span.high, 55.0)), False
    if span.high > 55:
        yield (max(span.low, nextafter(55, inf)), span.high), True


def icar_reach(case: Case, reading: Reading = TAKEN) -> Reach:
    """The attainable interval of an adult's index ("total"), its parts and the index before."""
    found = Reach(adult=True)
    age = case.span("age_years").within(ccb.ADULT, inf)
    for cell in cells(case, reading):
        for years in (age.low, age.high):
            now, prior = indices(cell, years, reading)
            worth = parts(now.ascd, now.decile, now.gfr, now.bilirubin, reading.ascd)
            for name, points in zip(PARTS, worth, strict=True):
                found.take(name, points, points)
            found.take("today", now.value, now.value)
            if prior:
                found.take("before", prior.value, prior.value)
            highest = max(now.value, prior.value if prior else 0)
            found.take("total", highest, highest)
    return found

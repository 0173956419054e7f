"""What the score and its factors can still be, whichever way the missing inputs are completed.

Ages are cut where something steps (18, 50, 55 years, the ages at which the index or the survival
filter changes); everything that is yes, no or one of a list is tried. Inside one such cell the
factors share no missing input and each rises or falls in its own, so the extremes of their product
are the products of their extremes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise, product
from math import exp, inf, log, nextafter

from afterload.scores.band import Span
from afterload.scores.coeur import ccb, ccp
from afterload.scores.coeur import coefficient as c
from afterload.scores.coeur.case import (
    Case,
    before,
    donor_groups,
    groups,
    supports,
    todays,
    urgencies,
)
from afterload.scores.coeur.distance import mg
from afterload.scores.coeur.icar import (
    Biology,
    Index,
    Support,
    decile,
    filtration,
    icar,
    liver,
    mdrd,
    parts,
)
from afterload.scores.coeur.reading import TAKEN, Reading, Rounding, SexTerm, sex_term

Ends = tuple[float, float]
PRECISION = 1e-9
"""How closely, relatively, the age of a step is bracketed."""
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


@dataclass(frozen=True, slots=True)
class Cell:
    """A recipient's state with everything decided but numbers that only move one factor."""

    support: Support
    today: Biology
    prior: Biology
    female: bool


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
        before_, after = found.ends["total"]
        found.ends["total"] = (before_ * low, after * high)
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
class Piece:
    """A stretch of ages inside which, its ends apart, no step of the rule lies.

    Args:
        age: Its ends, years.
        index: The index at these ends.
        hazard: The risk after transplantation there, without disease, sex and donor's age.
    """

    age: Ends
    index: tuple[int, int]
    hazard: Ends


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


def cells(case: Case, reading: Reading) -> Iterable[Cell]:
    """Every state of the recipient that is possible and makes a difference, once."""
    return dict.fromkeys(
        Cell(_alike(support), _used(today, support), _used(prior, support), female)
        for support in supports(case)
        for today in todays(case, support, reading)
        for prior in before(case, support)
        for female in case.women("sex")
    )


def _alike(support: Support) -> Support:
    """Under ECMO or ECLS, inotropes and biventricular support change nothing more."""
    return Support(ecls=True) if support.ecls else support


def _used(biology: Biology, support: Support) -> Biology:
    """The tests without those that are not looked at."""
    forced = support.ecls or support.biventricular
    return Biology(
        None if forced else biology.ntprobnp,
        None if forced or biology.ntprobnp is not None else biology.bnp,
        None if biology.dialysis else biology.creatinine,
        biology.bilirubin,
        biology.dialysis,
    )


@lru_cache(maxsize=4096)
def pieces(
    cell: Cell, ascd: float, rounding: Rounding, low: float, high: float
) -> tuple[Piece, ...]:
    """Ages from low to high, cut where the index or the survival filter steps."""
    reading = replace(TAKEN, ascd=ascd, rounding=rounding)
    inside = {age for age in _steps(cell, reading) if low < age < high}
    edges = sorted({low, high, *inside})
    ends = [(edge, _index(cell, edge, reading), _risk(cell, edge)) for edge in edges]
    if len(ends) == 1:
        ends *= 2
    return tuple(
        Piece((age, age2), (index, index2), (hazard, hazard2))
        for (age, index, hazard), (age2, index2, hazard2) in pairwise(ends)
    )


def _steps(cell: Cell, reading: Reading) -> Iterator[float]:
    """Ages just before and just after each step."""
    yield from (50.0, nextafter(50.0, inf))
    for biology in (cell.today, cell.prior):
        if biology.creatinine is not None:
            free = sum(
                parts(
                    int(cell.support.ecls),
                    decile(biology, cell.support),
                    c.GFR_HIGH.value,
                    liver(biology, c.BILIRUBIN_LOW.value),
                    reading.ascd,
                )
            )
            half = 0.5 if reading.rounding == "nearest" else 0.0
            logs = (
                log(c.GFR_HIGH.value) - (number + half - free) / (10 * c.LN_GFR.value)
                for number in range(int(c.INDEX_CAP.value) + 1)
            )
            yield from _ages_at(logs, biology.creatinine, cell.female)
    if cell.today.creatinine is not None:
        yield from _ages_at(_filter_logs(cell), cell.today.creatinine, cell.female)


def _filter_logs(cell: Cell) -> Iterator[float]:
    """ln of the filtration rates at which the survival filter closes."""
    base = c.POST_LN_BILIRUBIN.value * log(liver(cell.today, c.BILIRUBIN_HIGH.value))
    for counted in product((0, 1), repeat=4):
        terms = (c.POST_AGE, c.POST_DISEASE, c.POST_SEX, c.POST_DONOR_AGE)
        extra = sum(term.value * yes for term, yes in zip(terms, counted, strict=True))
        yield (base + extra - ccp.RISK_MAX) / c.POST_LN_GFR.value


def _ages_at(logs: Iterable[float], creatinine: float, female: bool) -> Iterator[float]:
    """The ages at which ln of the filtration rate takes some values, bracketed."""
    at_one_year = log(mdrd(creatinine, 1, female))
    for value in logs:
        power = (value - at_one_year) / c.MDRD_AGE.value
        if -7 < power < 7:  # 0.001 to 1,097 years
            yield from (exp(power) * (1 - PRECISION), exp(power) * (1 + PRECISION))


def indices(cell: Cell, age: float, reading: Reading) -> tuple[Index, Index | None]:
    """Today's index and that before support, at one age."""
    return icar(cell.today, cell.prior, cell.support, age, cell.female, reading)


def _index(cell: Cell, age: float, reading: Reading) -> int:
    now, prior = indices(cell, age, reading)
    return max(now.value, prior.value if prior else 0)


def _risk(cell: Cell, age: float) -> float:
    """The risk after transplantation without disease, sex term and donor's age."""
    gfr = filtration(cell.today, age, cell.female, c.GFR_LOW.value)
    return ccp.risk(gfr, liver(cell.today, c.BILIRUBIN_HIGH.value), age, 0, False, False)


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

"""A recipient's possible states, and the ages at which the index or the survival filter steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise, product
from math import exp, inf, log, nextafter

from afterload.scores.coeur import ccp
from afterload.scores.coeur import coefficient as c
from afterload.scores.coeur.case import Case, before, supports, todays
from afterload.scores.coeur.ends import Ends
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
from afterload.scores.coeur.reading import TAKEN, Reading, Rounding

PRECISION = 1e-9
"""How closely, relatively, the age of a step is bracketed."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A recipient's state with everything decided but numbers that only move one factor."""

    support: Support
    today: Biology
    prior: Biology
    female: bool


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
    ends = [(edge, index_at(cell, edge, reading), risk_at(cell, edge)) for edge in edges]
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


def index_at(cell: Cell, age: float, reading: Reading) -> int:
    """The index that counts, at one age."""
    now, prior = indices(cell, age, reading)
    return max(now.value, prior.value if prior else 0)


def risk_at(cell: Cell, age: float) -> float:
    """The risk after transplantation without disease, sex term and donor's age."""
    gfr = filtration(cell.today, age, cell.female, c.GFR_LOW.value)
    return ccp.risk(gfr, liver(cell.today, c.BILIRUBIN_HIGH.value), age, 0, False, False)

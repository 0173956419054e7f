"""What is not known of the rule and bears on this patient, with the score under each reading."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from afterload.core.source import Source
from afterload.scores.coeur import coefficient as c
from afterload.scores.coeur.case import Case, donor_groups, groups, listings, supports
from afterload.scores.coeur.ccb import Urgency
from afterload.scores.coeur.reach import Reach
from afterload.scores.coeur.reading import SEX_TERMS, TAKEN, Reading, SexTerm, sex_term
from afterload.scores.coeur.variables import LABS

LEAST_ASCD = 0.992
"""The least coefficient of support with which the agency's case 4 still reaches 40."""
SEX_WORDS: dict[SexTerm, str] = {
    "man to woman": "male donor, female recipient",
    "sexes differ": "sexes differ",
    "woman donor": "female donor",
}
Compute = Callable[[Case, Reading], Reach]
"""The score, or the index alone, under one reading."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """The result under one reading: its words, and the attainable interval."""

    words: str
    low: float
    high: float

    def __str__(self) -> str:
        low, high = f"{self.low:.1f}", f"{self.high:.1f}"
        return f"{self.words}: {low}" if low == high else f"{self.words}: {low} to {high}"


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something not known of the rule that bears on this patient.

    Args:
        topic: What it is about.
        text: What is not known, and the reading taken.
        source: Where that stands.
        readings: The result under each reading, where readings can be named.
        open: Whether the result's interval spans these readings; else the first was taken.
    """

    topic: str
    text: str
    source: Source
    readings: tuple[Alternative, ...] = ()
    open: bool = False

    def __str__(self) -> str:
        told = f" ({'; '.join(str(reading) for reading in self.readings)})" if self.readings else ""
        return f"{self.topic}: {self.text}{told}."


@dataclass(frozen=True, slots=True)
class Asked:
    """A patient and the way to compute the result under a reading."""

    case: Case
    compute: Compute
    adult: bool
    child: bool = False

    def listings(self) -> set[Urgency]:
        """The possible expert listings."""
        return set(listings(self.case, self.adult, self.child))

    def under(self, words: str, reading: Reading) -> Alternative:
        """The result under one reading."""
        return Alternative(words, *self.compute(self.case, reading).ends["total"])

    def readings(self, taken: str, other: str, reading: Reading) -> tuple[Alternative, ...]:
        """The result as taken, and under another reading; nothing when they agree."""
        both = self.under(taken, TAKEN), self.under(other, reading)
        return both if (both[0].low, both[0].high) != (both[1].low, both[1].high) else ()

    def may(self, name: str) -> bool:
        """Whether a yes/no input can be yes."""
        return True in self.case.answers(name)


def icar_unknowns(case: Case, compute: Compute) -> tuple[Unknown, ...]:
    """What is not known of an adult's index."""
    return tuple(_index(Asked(case, compute, True)))


def score_unknowns(case: Case, compute: Compute, adult: bool, child: bool) -> tuple[Unknown, ...]:
    """What is not known of the whole score.

    Args:
        case: What is known.
        compute: The score under a reading.
        adult, child: Whether the recipient can be one.
    """
    asked = Asked(case, compute, adult, child)
    found = (_sexes(asked), _groups(asked), _expert(asked), _listing(asked), _months(asked))
    about = list(_index(asked)) if adult else []
    about += [unknown for unknown in found if unknown]
    return (*about, *_disease(asked), *ALWAYS)


def _index(asked: Asked) -> Iterator[Unknown]:
    rounded = asked.readings("nearest", "rounded up", replace(TAKEN, rounding="up"))
    if rounded:
        text = "the index is rounded to the nearest number; a public code rounds up"
        yield Unknown("Rounding of the index", text, c.CODE, rounded)
    yield from _expiry(asked)
    yield from _support(asked)
    if asked.case.get("rrt") == 1:
        text = "read as a filtration rate of 15; whether acute dialysis counts is not told"
        yield Unknown("Dialysis", text, c.GFR_DIALYSIS.source)


def _expiry(asked: Asked) -> Iterator[Unknown]:
    for limit in (c.VALID_DAYS, c.VALID_DAYS_SUPPORT):
        ages = {asked.case.days(lab) for lab in LABS if asked.case.get(lab) is not None}
        apply = {s.acute for s in supports(asked.case)} & {limit is c.VALID_DAYS_SUPPORT}
        if limit.value in ages and apply:
            text = (
                f"a test of exactly {limit.value:g} days has expired here, as the agency's case 5 "
                "asks; a public code lets it count"
            )
            other = replace(TAKEN, expires_at_limit=False)
            readings = asked.under("expired", TAKEN), asked.under("still counts", other)
            yield Unknown("Validity of blood tests", text, c.VALID_DAYS.source, readings)


def _support(asked: Asked) -> Iterator[Unknown]:
    if asked.may("on_ecls"):
        least = asked.readings("1.301335", f"{LEAST_ASCD:g}", replace(TAKEN, ascd=LEAST_ASCD))
        text = (
            "the coefficient 1.301335 stands in one public code; the agency's case 4 shows only "
            f"{LEAST_ASCD:g} or more"
        )
        yield Unknown("Coefficient of ECMO or ECLS", text, c.ASCD.source, least)
        text = (
            "the agency's sheet holds the date of ECMO, so its duration probably counts; no such "
            "rule was found, nor which other short-term devices (Impella) count"
        )
        yield Unknown("Duration of ECMO", text, c.UNKNOWN)
    if "yes" in (_told(asked.case, n) for n in ("total_artificial_heart", "biventricular_support")):
        text = "read as decile 10; what the agency's codes CAT and SIAV = B mean is a guess"
        yield Unknown("Biventricular support", text, c.CODE)
    if asked.may("on_ecls") or asked.may("iv_inotropes"):
        text = "the index of the values before support counts when higher; no case tests this rule"
        yield Unknown("Values before support", text, c.CODE)


def _told(case: Case, name: str) -> str:
    return "yes" if case.get(name) == 1 else ""


def _sexes(asked: Asked) -> Unknown | None:
    """The sex term, where its readings differ for this pair."""
    pairs = [
        (donor, own) for donor in asked.case.women("donor_sex") for own in asked.case.women("sex")
    ]
    differ = any(len({sex_term(term, *pair) for term in SEX_TERMS}) > 1 for pair in pairs)
    if not asked.adult or not differ:
        return None
    readings = tuple(
        asked.under(SEX_WORDS[term], replace(TAKEN, sex_terms=(term,))) for term in SEX_TERMS
    )
    text = "the survival filter has a term for the sexes; sources differ on when it counts"
    return Unknown("Sexes of donor and recipient", text, c.TRS, readings, open=True)


def _groups(asked: Asked) -> Unknown | None:
    if donor_groups(asked.case) != ("b",) or groups(asked.case) != ("ab",):
        return None
    readings = tuple(
        asked.under(f"credit {credit:g}", replace(TAKEN, b_to_ab=(credit,)))
        for credit in TAKEN.b_to_ab
    )
    text = "a group B heart gives a group AB recipient nothing in the code, which looks wrong"
    return Unknown("Blood groups", text, c.CODE, readings, open=True)


def _expert(asked: Asked) -> Unknown | None:
    if "xpca" not in asked.listings():
        return None
    jump = replace(TAKEN, expert_jump=True)
    readings = asked.readings("as in the code", "with the 51 points", jump)
    if not readings:
        return None
    text = "an adult expert listing does not get the 51 points of an index of 31 or more"
    return Unknown("Expert listing and index", text, c.CODE, readings)


def _listing(asked: Asked) -> Unknown | None:
    if asked.listings() == {"none"}:
        return None
    text = "the criteria for an expert listing, and today's points for it, are not known"
    return Unknown("Expert listings", text, c.UNKNOWN)


def _months(asked: Asked) -> Unknown | None:
    timed = asked.listings() & {"xpcp1", "xpcp2"} or asked.child
    if "xpca" in asked.listings():
        timed = timed or asked.case.span("expert_over_months").high > 0
    text = (
        "how the agency turns days into months is not told; for a child a day is worth 0.07 point"
    )
    return Unknown("Months", text, c.UNKNOWN) if timed else None


def _disease(asked: Asked) -> Iterator[Unknown]:
    if asked.adult and asked.may("valve_or_congenital"):
        text = "which diagnoses count as valvular or congenital is known from code only"
        yield Unknown("Disease", text, c.POST_DISEASE.source)


ALWAYS = (
    Unknown("Since 2022", "revisions of the rule after the cases of 2022 are not known", c.UNKNOWN),
    Unknown("Combined organs", "rules for heart with another organ are not known", c.UNKNOWN),
)
"""Not known for any patient."""

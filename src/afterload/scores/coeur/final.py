"""The whole score of one recipient for one heart, when everything is known."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial

from afterload.core.errors import InputError
from afterload.scores.coeur import ccb, ccp
from afterload.scores.coeur import coefficient as c
from afterload.scores.coeur.ccb import ADULT, Urgency
from afterload.scores.coeur.ccp import Abo
from afterload.scores.coeur.distance import mg
from afterload.scores.coeur.icar import Biology, Support, filtration, icar, liver, valid
from afterload.scores.coeur.reading import TAKEN, Reading, SexTerm, sex_term


@dataclass(frozen=True, slots=True)
class Dated:
    """Days from each blood test to procurement."""

    ntprobnp: float = 0
    bnp: float = 0
    creatinine: float = 0
    bilirubin: float = 0


@dataclass(frozen=True, slots=True)
class Recipient:
    """A candidate on the waiting list.

    Args:
        age: Age, years.
        female: Whether a woman.
        abo: Blood group.
        height, weight: cm and kg.
        biology: Today's blood tests.
        days: How old they are.
        before: The tests before support or inotropes.
        support: Treatments.
        disease: Valvular or congenital disease.
        urgency: Expert listing, if any.
        listed_months: Months on the list.
        urgent_months: Months since the expert listing.
        over_months: Months over which an adult expert listing is granted; 0 for at once.
    """

    age: float
    female: bool
    abo: Abo
    height: float
    weight: float
    biology: Biology = field(default_factory=Biology)
    days: Dated = field(default_factory=Dated)
    before: Biology = field(default_factory=Biology)
    support: Support = field(default_factory=Support)
    disease: bool = False
    urgency: Urgency = "none"
    listed_months: float = 0
    urgent_months: float = 0
    over_months: float = 0


@dataclass(frozen=True, slots=True)
class Donor:
    """A heart offered: donor's age (years), sex, blood group, height (cm), weight (kg), and the
    minutes it would travel."""

    age: float
    female: bool
    abo: Abo
    height: float
    weight: float
    minutes: float


@dataclass(frozen=True, slots=True)
class Score:
    """The score and its factors: `total` is their product."""

    icar: int
    ccb: float
    dif_age: float
    abo: float
    sc: int
    surv: int
    mg: float

    @property
    def ccp(self) -> float:
        """The score before travel time."""
        return self.ccb * self.dif_age * self.abo * self.sc * self.surv

    @property
    def total(self) -> float:
        """The score."""
        return self.ccp * self.mg


def current(biology: Biology, days: Dated, support: Support, reading: Reading = TAKEN) -> Biology:
    """The tests that still count; those that have expired are left out."""
    counts = partial(valid, support=support, reading=reading)
    return replace(
        biology,
        ntprobnp=biology.ntprobnp if counts(days.ntprobnp) else None,
        bnp=biology.bnp if counts(days.bnp) else None,
        creatinine=biology.creatinine if counts(days.creatinine) else None,
        bilirubin=biology.bilirubin if counts(days.bilirubin) else None,
    )


def component(recipient: Recipient, index: int, reading: Reading = TAKEN) -> float:
    """CCB: the one component that applies.

    Raises:
        InputError: The listing does not exist at that age.
    """
    r, adult = recipient, recipient.age >= ADULT
    if not ccb.possible(adult, r.urgency):
        raise InputError(f"There is no {r.urgency} listing at {r.age:g} years.")
    if r.urgency == "none":
        return ccb.cas(index) if adult else ccb.cps(r.listed_months)
    if r.urgency == "xpca":
        return ccb.xpca(index, r.urgent_months, r.over_months, reading.expert_jump)
    return ccb.xpcp(r.urgency, r.urgent_months)


def score(
    recipient: Recipient,
    donor: Donor,
    term: SexTerm = "man to woman",
    b_to_ab: float = 0.0,
    reading: Reading = TAKEN,
) -> Score:
    """The score of one recipient for one heart.

    Args:
        recipient: The candidate.
        donor: The heart.
        term: The reading of the sex term.
        b_to_ab: The reading of B for AB.
        reading: The reading of everything else.
    """
    r, adult = recipient, recipient.age >= ADULT
    tests = current(r.biology, r.days, r.support, reading)
    now, before = icar(tests, r.before, r.support, r.age, r.female, reading)
    index = max(now.value, before.value if before else 0)
    hazard = ccp.risk(
        filtration(tests, r.age, r.female, c.GFR_LOW.value),
        liver(tests, c.BILIRUBIN_HIGH.value),
        r.age,
        donor.age,
        r.disease,
        sex_term(term, donor.female, r.female),
    )
    areas = ccp.surface(donor.height, donor.weight), ccp.surface(r.height, r.weight)
    return Score(
        icar=index,
        ccb=component(r, index, reading),
        dif_age=ccp.dif_age(r.age - donor.age) if adult else 1.0,
        abo=ccp.abo(donor.abo, r.abo, b_to_ab),
        sc=ccp.size(*areas, not donor.female, donor.weight, adult),
        surv=ccp.filter_(hazard) if adult else 1,
        mg=mg(donor.minutes),
    )

"""The lines a result shows: one for each step of the score, and for each part of the index."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from afterload.core.source import Source
from afterload.scores.coeur import coefficient as c
from afterload.scores.coeur.case import Case, donor_groups, groups, urgencies
from afterload.scores.coeur.ccb import ADULT
from afterload.scores.coeur.reach import Reach
from afterload.scores.coeur.variables import ICAR_NAMES, LABS, TREATMENTS

SIZES = ("height_cm", "weight_kg", "donor_sex", "donor_height_cm", "donor_weight_kg")
SURVIVAL = (
    "age_years",
    "sex",
    "rrt",
    "creatinine",
    "creatinine_days",
    "bilirubin",
    "bilirubin_days",
    "biology_days",
    "on_ecls",
    "iv_inotropes",
    "donor_age_years",
    "donor_sex",
    "valve_or_congenital",
)
MONTHS = ("listing_months", "urgency_months", "expert_over_months")


@dataclass(frozen=True, slots=True)
class Row:
    """How one line is shown: its name, label, inputs, words and source."""

    name: str
    label: str
    inputs: tuple[str, ...]
    words: Callable[[Case, Reach], str]
    source: Source

    @property
    def shown(self) -> tuple[str, ...]:
        """The inputs shown with it: not again those that the index already shows."""
        if self.name not in ("ccb", "surv"):
            return self.inputs
        return tuple(name for name in self.inputs if name not in ICAR_NAMES)


MIXED = replace(
    c.CODE,
    note="One public code; the agency's cases confirm the peptide, kidney and liver parts of the "
    "index, the jump at 31, expert listings and travel time, and hardly test the rest.",
)


def _said(text: str) -> Callable[[Case, Reach], str]:
    return lambda _case, _found: text


def _component(case: Case, found: Reach) -> str:
    adult = ("CAS" if one == "none" else one.upper() for one in urgencies(case, adult=True))
    child = ("CPS" if one == "none" else one.upper() for one in urgencies(case, adult=False))
    return " or ".join([*(adult if found.adult else ()), *(child if found.child else ())])


def _ages(case: Case, _found: Reach) -> str:
    age, donor = case.span("age_years"), case.span("donor_age_years")
    if age.high < ADULT:
        return "child: 1"
    low, high = age.low - donor.high, age.high - donor.low
    return f"recipient − donor {_between(low, high)} years"


def _pair(case: Case, _found: Reach) -> str:
    own, donor = ("?" if len(g) > 1 else g[0].upper() for g in (groups(case), donor_groups(case)))
    return f"{donor} → {own}"


def _survival(_case: Case, found: Reach) -> str:
    if "survival" not in found.ends:
        return "child: 1"
    low, high = (100 * share for share in found.ends["survival"])
    return f"expected survival at 1 year {_between(low, high)} %, must exceed 50 %"


def _between(low: float, high: float) -> str:
    first, last = f"{low:.1f}", f"{high:.1f}"
    return first if first == last else f"{first} to {last}"


ROWS = (
    Row("icar", "ICAR, index of cardiac risk", ICAR_NAMES, _said("0 to 40"), MIXED),
    Row(
        "ccb",
        "CCB, before pairing",
        (*ICAR_NAMES, "urgency", *MONTHS),
        _component,
        c.JUMP.source,
    ),
    Row("dif_age", "Age difference", ("age_years", "donor_age_years"), _ages, c.AGE_SLOPE.source),
    Row("abo", "Blood groups", ("blood_group", "abo_group", "donor_abo"), _pair, c.O_TO_AB.source),
    Row(
        "sc",
        "Sizes",
        ("age_years", *SIZES),
        _said("0.8 × recipient's surface < donor's, or male donor ≥ 70 kg"),
        c.BSA_LOW.source,
    ),
    Row(
        "surv",
        "Expected survival",
        SURVIVAL,
        _survival,
        c.SURVIVAL.source,
    ),
    Row("mg", "Travel time", ("travel_min",), _said("exp(−2e-7 × minutes^2.9)"), c.TRAVEL.source),
)
ICAR_ROWS = (
    Row("support", "ECMO or ECLS", ("on_ecls",), _said("13.0 when on it"), c.ASCD.source),
    Row(
        "peptide",
        "Natriuretic peptide",
        ("ntprobnp", "ntprobnp_days", "bnp", "bnp_days", "biology_days", *TREATMENTS),
        _said("1.58 per decile above the first"),
        c.DECILE.source,
    ),
    Row(
        "kidney",
        "Filtration rate",
        ("creatinine", "creatinine_days", "biology_days", "age_years", "sex", "rrt"),
        _said("5.10 × ln(150 / rate)"),
        c.LN_GFR.source,
    ),
    Row(
        "liver",
        "Bilirubin",
        ("bilirubin", "bilirubin_days", "biology_days"),
        _said("6.16 × ln(bilirubin / 5)"),
        c.LN_BILIRUBIN.source,
    ),
    Row("today", "Index today", ICAR_NAMES, _said("rounded, 0 to 40"), c.LN_GFR.source),
    Row(
        "before",
        "Index of the values before support",
        (*TREATMENTS, "age_years", "sex", *(f"{lab}_pre" for lab in LABS), "rrt_pre"),
        _said("the higher of the two counts"),
        c.CODE,
    ),
)

"""What the Score Coeur and its index tell about themselves."""

from __future__ import annotations

from dataclasses import replace

from afterload.scores.about import About, Caution, Limit, Note
from afterload.scores.coeur import coefficient as c
from afterload.scores.coeur.variables import ICAR_NAMES, declared

AUTHORITY = Caution(
    "For teaching and research. The Agence de la biomédecine computes the score that counts; its "
    "own computation is authoritative.",
    c.ALLOCATION,
)
_INDEX_NOTES = (
    Note(
        "Missing or expired blood tests",
        "The agency's rule, applied and told test by test: most favourable in the index (decile 1, "
        "filtration rate 150, bilirubin 5), least favourable in the survival filter (filtration "
        "rate 1, bilirubin 230). A test whose date is missing may count or have expired: both are "
        "allowed for.",
        c.CODE,
    ),
    Note(
        "Validity of blood tests",
        "Under 105 days; under 4 days on ECMO, ECLS or intravenous inotropes. At exactly the limit "
        "a test has expired here, as the agency's case 5 asks for 105 days; the code keeps it. The "
        "same comparison is taken at 4 days, which no case settles.",
        c.VALID_DAYS.source,
    ),
    Note(
        "Values before support",
        "On ECMO, ECLS or inotropes the higher of two indices counts: today's, and that of the "
        "values before support, with today's support and its decile of 10. They do not expire. "
        "The public code compares today's peptide there, a slip not followed.",
        c.CODE,
    ),
    Note(
        "Rounding",
        "To the nearest whole number, as the oldest script says; later code rounds up. No case "
        "tells them apart.",
        c.CODE,
    ),
    Note(
        "Short-term support",
        "Only ECMO and ECLS (CEC) are named. Whether Impella or a temporary surgical pump counts, "
        "and what the date of ECMO (DCEC) in the agency's sheet changes, is not known.",
        c.UNKNOWN,
    ),
    Note(
        "Coefficient of support",
        "1.301335 stands in the public code only; the agency's case 4 shows 0.992 or more.",
        c.ASCD.source,
    ),
    Note(
        "Biventricular support and total artificial heart",
        "Decile 10. What the codes CAT and SIAV = B mean is a guess in the code's comments.",
        c.CODE,
    ),
    Note(
        "Dialysis",
        "Filtration rate 15. Read from rrt; whether acute dialysis counts is not told.",
        c.GFR_DIALYSIS.source,
    ),
    Note(
        "Filtration rate",
        "MDRD with the constant 186.3, neither 175 nor 186; it is not the package's eGFR.",
        c.MDRD.source,
    ),
)

ABOUT = About(
    name="coeur",
    title="Score Coeur",
    purpose="Points by which a heart was offered to candidates in France, for one recipient and "
    "one donor.",
    version="1.0",
    source=c.ALLOCATION,
    cohort="Index: CRISTAL registry, candidates of 16 years and over first listed 2010-2014; "
    "n = 2,333; death or delisting for worsening within 1 year.",
    discrimination="Index: concordance 0.73 in derivation, 0.71 in validation.",
    population="Candidates for heart transplantation in France under the rules of 2018, as a test "
    "sheet of 2022 shows them.",
    status="provisional",
    declares=declared(),
    cautions=(AUTHORITY,),
    notes=(
        *_INDEX_NOTES,
        Note(
            "Sex term of the survival filter",
            "Male donor for a woman (older code), any difference of sex (later code), or a female "
            "donor (the published score): the interval spans all three.",
            c.TRS,
        ),
        Note(
            "Group B heart for a group AB recipient",
            "0 in the code, which looks like an oversight beside A for AB = 1: the interval spans "
            "0 and 1. O for A is 0 in the code and is kept.",
            c.CODE,
        ),
        Note(
            "Adult expert listing",
            "The higher of 900 points and the index's, without the 51 points of an index of 31: "
            "from an index of 36 on it gives less than the standard list. Which criteria give it, "
            "and whether it is still 900, is not known.",
            c.CODE,
        ),
        Note(
            "Children",
            "The printed ranges are 776-825 and 1,102-1,151; the formulas reach 775-825 and "
            "1,102-1,152. What a child's listing becomes at 18 years is not known: an adult with "
            "one is refused.",
            c.CODE,
        ),
        Note(
            "Months",
            "How days become months is not told. The agency's case 3 gives 1,050.8, six days read "
            "as 6/30.4 month give 1,050.87, five days 1,050.80.",
            c.URGENT_CHILD_2.source,
        ),
        Note(
            "Travel time",
            "Multiplier 2e-7: an earlier public version has 2e-8, and the last one leaves the "
            "travel time out; both miss the agency's cases.",
            c.TRAVEL.source,
        ),
        Note(
            "Survival filter",
            "Not the published transplant risk score, which also counts previous surgery, diabetes "
            "and ventilation. Whether it has its own validity of tests is not known.",
            c.TRS,
        ),
        Note(
            "Since 2022",
            "Revisions after the test sheet, combined organs and what follows a refusal are not "
            "known.",
            c.UNKNOWN,
        ),
    ),
)
"""The Score Coeur."""

ICAR_ABOUT = About(
    name="icar",
    title="ICAR",
    purpose="Index of cardiac risk on the French waiting list, 0 to 40: the candidate risk score "
    "as the Score Coeur uses it.",
    version="1.0",
    source=c.INDEX,
    cohort=ABOUT.cohort.removeprefix("Index: "),
    discrimination=ABOUT.discrimination.removeprefix("Index: "),
    population="Adults on the French waiting list for a heart.",
    status="provisional",
    declares=tuple(variable for variable in declared() if variable.name in ICAR_NAMES),
    cautions=(AUTHORITY,),
    limits=(
        Limit(
            "age_years",
            18,
            110,
            (0, 110),
            "The index gives points to adults only (18 years and over): none is given for a child.",
            replace(c.CODE, place="get_CAS"),
        ),
    ),
    notes=_INDEX_NOTES,
)
"""The index alone."""

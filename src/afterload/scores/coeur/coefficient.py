"""Every number of the Score Coeur, with where it stands and how sure we are of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from afterload.core.source import Source
from afterload.scores.reading import own_reading

ALLOCATION = Source(
    "Dorent R, et al. New French heart allocation system. Am J Transplant 2020;20:1236",
    doi="10.1111/ajt.15816",
    place="citation",
    confidence="C1",
    note="The agency's Guide du Score Coeur, which defines the score, was not readable: the "
    "formulas are those of a public re-implementation, checked on the agency's own cases.",
)
INDEX = Source(
    "Jasseron C, Legeai C, Jacquelinet C, et al. Prediction of waitlist mortality in adult heart "
    "transplant candidates: the candidate risk score. Transplantation 2017;101(9):2175-2182",
    doi="10.1097/TP.0000000000001724",
    place="abstract",
    confidence="C1",
)
TRS = Source(
    "Jasseron C, et al. Optimization of heart allocation: the transplant risk score. "
    "Am J Transplant 2019;19:1507-1517",
    doi="10.1111/ajt.15201",
    place="abstract",
    confidence="C1",
)
CODE = Source(
    "OrganIA, organia-server (MIT licence), a re-implementation of the Score Coeur in Python, 2022",
    place="github.com/OrganIA/organia-server, app/score/heart",
    confidence="C2",
    note="The agency's own guide was not readable.",
)
CASES = Source(
    "Agence de la biomédecine, six test cases of the Score Coeur (B. Audry), 2022",
    place="sheet Cas_Coeur of Cas-tests-V1.xlsx, in the history of github.com/OrganIA/"
    "organia-server",
    confidence="CALC",
    note="Reproduced from the agency's cases; the sheet's own licence is not known.",
)
UNKNOWN = replace(ALLOCATION, place="Guide du Score Coeur, not readable", confidence="U", note="")
CHOICE = own_reading("the sources are")
DUBOIS = replace(CODE, place="get_SC: body surface area of Du Bois, 0.007184 cm^0.725 kg^0.425")


@dataclass(frozen=True, slots=True)
class Coefficient:
    """One number of the score.

    Args:
        name: What it is, in words.
        value: The number.
        source: Where it stands, and how sure we are of it.
    """

    name: str
    value: float
    source: Source


def _case(number: str, note: str) -> Source:
    return replace(CASES, place=f"{CASES.place}, case {number}", note=note)


_RISK = _case("2", "Case 2 gives 29.99 before rounding, so 30; the last digits are the code's.")

ASCD = Coefficient(
    "short-term support (ECMO, ECLS)",
    1.301335,
    replace(CODE, note="The agency's case 4 shows only that it is about 1.0 or more."),
)
DECILE = Coefficient("each decile of natriuretic peptide", 0.157691, _RISK)
LN_GFR = Coefficient("ln of the glomerular filtration rate, subtracted", 0.510058, _RISK)
LN_BILIRUBIN = Coefficient("ln of bilirubin", 0.615711, _RISK)
INDEX_CAP = Coefficient("highest index", 40, _case("4", "The index is capped: 1,051 points."))
NTPROBNP_CUTS = tuple(
    Coefficient(f"NT-proBNP from which the decile is {decile}, ng/L", cut, CODE)
    for decile, cut in enumerate((928, 1478, 2044, 2661, 3416, 4406, 5645, 8000, 11332), start=2)
)
BNP_CUTS = tuple(
    Coefficient(f"BNP from which the decile is {decile}, ng/L", cut, CODE)
    for decile, cut in enumerate((189, 314, 481, 622, 818, 1074, 1317, 1702, 2696), start=2)
)
MDRD = Coefficient("constant of the MDRD equation", 186.3, _RISK)
MDRD_CREATININE = Coefficient("power of creatinine / 88.4 µmol/L", -1.154, _RISK)
MDRD_MOLAR = Coefficient("µmol/L of creatinine in 1 mg/dL", 88.4, _RISK)
MDRD_AGE = Coefficient("power of age", -0.203, _RISK)
MDRD_FEMALE = Coefficient("factor for women", 0.742, CODE)
GFR_LOW = Coefficient("lowest filtration rate", 1, CODE)
GFR_HIGH = Coefficient("highest filtration rate; also when missing, in the index", 150, CODE)
GFR_DIALYSIS = Coefficient("filtration rate on dialysis", 15, CODE)
BILIRUBIN_LOW = Coefficient("lowest bilirubin, µmol/L; also when missing, in the index", 5, CODE)
BILIRUBIN_HIGH = Coefficient(
    "highest bilirubin, µmol/L; also when missing, in the survival filter", 230, CODE
)
VALID_DAYS = Coefficient(
    "days a blood test counts",
    105,
    _case("5", "Tests of 105 days give 0 there: read as expired from day 105 on."),
)
VALID_DAYS_SUPPORT = Coefficient(
    "days a blood test counts on ECMO, ECLS or intravenous inotropes", 4, CODE
)
POINTS_PER_INDEX = Coefficient("points per point of index (1000 / 40)", 25, _case("2 and 4", ""))
JUMP_FROM = Coefficient("points from which 51 are added", 775, CODE)
JUMP = Coefficient("points added to an index of 31 or more", 51, _case("4", ""))
EXPERT_ADULT = Coefficient("points of an adult expert listing (XPCA)", 900, _case("1", ""))
CHILD = Coefficient("points of a child on the standard list (CPS)", 775, CODE)
CHILD_TIME = Coefficient("points added over the first 24 months of a child", 50, CODE)
CHILD_MONTHS = Coefficient("months over which these are added", 24, CODE)
URGENT_CHILD_1 = Coefficient("points of a child urgent at level 1 (XPCP1)", 1102, CODE)
URGENT_CHILD_2 = Coefficient("points of a child urgent at level 2 (XPCP2)", 1051, _case("3", ""))
AGE_OLDER = Coefficient("years a recipient may be older before credit falls", 15, CODE)
AGE_YOUNGER = Coefficient("years younger at which no credit is left", 65, CODE)
AGE_SLOPE = Coefficient("years over which the credit falls from 1 to 0", 25, CODE)
O_TO_AB = Coefficient("credit of a group O heart for a group AB recipient", 0.1, CODE)
BSA_LOW = Coefficient("share of the recipient's surface the donor's must exceed", 0.8, CODE)
BSA_HIGH = Coefficient("multiple of a child's surface the donor's must stay under", 2, CODE)
MALE_DONOR_KG = Coefficient("weight from which a male donor fits anyone, kg", 70, CODE)
SURVIVAL = Coefficient("survival at one year of the reference", 0.6785748856, CODE)
SURVIVAL_MIN = Coefficient(
    "survival at one year that must be exceeded", 0.5, _case("1, 2, 4", "All above 0.5.")
)
POST_AGE = Coefficient("recipient older than 50 years", 0.50608, CODE)
POST_DISEASE = Coefficient("valvular or congenital disease", 0.50754, CODE)
POST_LN_BILIRUBIN = Coefficient("ln of bilirubin", 0.40268, CODE)
POST_LN_GFR = Coefficient("ln of the glomerular filtration rate, subtracted", 0.54443, CODE)
POST_SEX = Coefficient("the sex term", 0.36262, CODE)
POST_DONOR_AGE = Coefficient("donor older than 55 years", 0.41714, CODE)
TRAVEL = Coefficient("travel time, multiplier", 2e-7, _case("1, 2, 4", "Three travel times."))
TRAVEL_POWER = Coefficient("travel time, power of minutes", 2.9, _case("1, 2, 4", ""))

ALL: tuple[Coefficient, ...] = (
    *(value for value in tuple(globals().values()) if isinstance(value, Coefficient)),
    *NTPROBNP_CUTS,
    *BNP_CUTS,
)
"""Every number of the score."""
OF_INDEX: tuple[Coefficient, ...] = (
    *ALL[: ALL.index(POINTS_PER_INDEX)],
    *NTPROBNP_CUTS,
    *BNP_CUTS,
)
"""Those of them that the index of cardiac risk uses."""

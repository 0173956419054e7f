"""The steps of the Score Coeur as equations in words, made from its numbers."""

from __future__ import annotations

from afterload.scores.coeur import coefficient as c
from afterload.scores.composite import Step

_N = {one: f"{one.value:.10g}" for one in c.ALL}
_LOWEST = f"{_N[c.GFR_HIGH]} and a bilirubin of {_N[c.BILIRUBIN_LOW]}"

RATE = Step(
    "Filtration rate",
    f"{_N[c.MDRD]} × (creatinine / {_N[c.MDRD_MOLAR]})^{_N[c.MDRD_CREATININE]} × "
    f"age^{_N[c.MDRD_AGE]} (× {_N[c.MDRD_FEMALE]} for women), from {_N[c.GFR_LOW]} to "
    f"{_N[c.GFR_HIGH]}; {_N[c.GFR_DIALYSIS]} on dialysis",
    c.CODE,
)
INDEX = Step(
    "ICAR, index of cardiac risk",
    f"10 × ({_N[c.ASCD]} on ECMO or ECLS + {_N[c.DECILE]} × decile of natriuretic peptide "
    f"− {_N[c.LN_GFR]} × ln(rate) + {_N[c.LN_BILIRUBIN]} × ln(bilirubin) − the same at "
    f"decile 1, a rate of {_LOWEST}), rounded, from 0 to {_N[c.INDEX_CAP]}",
    c.CODE,
)
ICAR_STEPS = (RATE, INDEX)
STEPS = (
    *ICAR_STEPS,
    Step(
        "CCB, before pairing",
        f"Adult: {_N[c.POINTS_PER_INDEX]} × ICAR, and {_N[c.JUMP]} more from "
        f"{_N[c.JUMP_FROM]} points on; with an expert listing the higher of "
        f"{_N[c.POINTS_PER_INDEX]} × ICAR and {_N[c.EXPERT_ADULT]} points, reached over the months "
        "it is granted over. "
        f"Child: {_N[c.CHILD]} and up to {_N[c.CHILD_TIME]} more over "
        f"{_N[c.CHILD_MONTHS]} months; with an expert listing {_N[c.URGENT_CHILD_1]} "
        f"(XPCP1) or {_N[c.URGENT_CHILD_2]} (XPCP2) and as much more",
        c.CODE,
    ),
    Step(
        "Age difference d, recipient − donor (adults)",
        f"d < 0: (d + {_N[c.AGE_YOUNGER]}) / {_N[c.AGE_SLOPE]}; else 1 − (d − "
        f"{_N[c.AGE_OLDER]}) / {_N[c.AGE_SLOPE]}; from 0 to 1",
        c.CODE,
    ),
    Step(
        "Blood groups, donor for recipient",
        f"the same, A for AB, O for B: 1; O for AB: {_N[c.O_TO_AB]}; else 0",
        c.CODE,
    ),
    Step(
        "Sizes",
        f"1 if {_N[c.BSA_LOW]} × recipient's surface < donor's (for a child also donor's < "
        f"{_N[c.BSA_HIGH]} × recipient's), or a male donor of {_N[c.MALE_DONOR_KG]} kg or "
        "more; else 0",
        c.CODE,
    ),
    Step(
        "Expected survival at 1 year (adults)",
        f"1 if {_N[c.SURVIVAL]}^exp({_N[c.POST_AGE]} recipient over 50 + "
        f"{_N[c.POST_DISEASE]} valvular or congenital disease + {_N[c.POST_LN_BILIRUBIN]} × "
        f"ln(bilirubin) − {_N[c.POST_LN_GFR]} × ln(rate) + {_N[c.POST_SEX]} the sex term + "
        f"{_N[c.POST_DONOR_AGE]} donor over 55) > {_N[c.SURVIVAL_MIN]}; else 0",
        c.CODE,
    ),
    Step(
        "Travel time",
        f"exp(−{_N[c.TRAVEL]} × minutes^{_N[c.TRAVEL_POWER]})",
        c.TRAVEL.source,
    ),
    Step("Score", "the product of CCB and all that follows it", c.CODE),
)

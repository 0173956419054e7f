"""eGFR by the four-variable MDRD equation, IDMS-traceable creatinine, without the race term."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from afterload.core.source import Source
from afterload.scores.about import About, Limit, Note
from afterload.scores.derive import Equation, Maths
from afterload.scores.egfr import MOLAR, UNSTABLE
from afterload.scores.formula import Term, formula_of
from afterload.scores.support import NONE_AND_A_DEVICE, SUPPORT, under_support
from afterload.scores.threshold import MEMORY

SOURCE = Source(
    "MDRD-4 for IDMS-traceable creatinine, as scores reference 8.15 gives it",
    place="equation with coefficient 175",
    confidence="C2",
    note="The 175 was seen in a secondary source; three values were recomputed; the paper was not "
    "seen.",
)


def mdrd(_: Maths, x: Mapping[str, Any]) -> Any:
    """GFR in mL/min/1.73 m² from creatinine (µmol/L), age (years) and female sex (1 or 0)."""
    factor = 1 - 0.258 * x["female"]
    return 175 * (x["creatinine"] / MOLAR) ** -1.154 * x["age_years"] ** -0.203 * factor


EQUATION = Equation(
    "175 × Scr^-1.154 × age^-0.203 (× 0.742 if female)",
    mdrd,
    falls=("creatinine", "age_years"),
    flags=(("sex", "female"),),
)

EGFR_MDRD = formula_of(
    About(
        name="egfr_mdrd",
        title="eGFR (MDRD-4, 175)",
        purpose="Estimated glomerular filtration rate as older cohorts report it; eGFR (CKD-EPI "
        "2021) is the current equation.",
        version="1.0",
        source=SOURCE,
        population="Adults with a stable creatinine.",
        declares=(SUPPORT,),
        limits=(
            Limit(
                "age_years",
                18,
                110,
                (0, 110),
                "MDRD is for adults (18 years and over): no value is given for a child.",
                MEMORY,
            ),
        ),
        cautions=(NONE_AND_A_DEVICE, UNSTABLE),
        support=under_support("eGFR", "creatinine"),
        notes=(
            Note(
                "No race term",
                "The factor of 1.212 for Black patients is known from memory only and is left "
                "out. A cohort that used it has other values for them.",
                MEMORY,
            ),
            Note(
                "Other coefficients",
                "186 belongs to creatinine that is not IDMS-traceable (from memory); the French "
                "heart allocation uses 186.3 (reproduced).",
                MEMORY,
            ),
        ),
    ),
    Term("egfr_mdrd", "Estimated GFR", EQUATION, SOURCE),
    unit="mL/min/{1.73_m2}",
)

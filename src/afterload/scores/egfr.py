"""eGFR: estimated glomerular filtration rate, CKD-EPI 2021."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from afterload.core.source import Source
from afterload.scores.about import About, Caution, Limit, Note
from afterload.scores.derive import Equation, Maths
from afterload.scores.formula import Formula, Term
from afterload.scores.support import NONE_AND_A_DEVICE, SUPPORT, under_support

PAPER = Source(
    "Inker LA, Eneanya ND, Coresh J, et al. New creatinine- and cystatin C-based equations to "
    "estimate GFR without race. N Engl J Med 2021;385(19):1737-1749",
    place="creatinine equation of 2021",
    confidence="C2",
)
MOLAR = 88.42
"""µmol/L of creatinine in 1 mg/dL (the factor of the vocabulary)."""

UNSTABLE = Caution(
    "eGFR supposes a stable creatinine: in acute kidney injury it lags behind, and under renal "
    "replacement therapy it means nothing.",
    Source("General knowledge on creatinine-based GFR", place="no page", confidence="M"),
)


def ckd_epi_2021(maths: Maths, x: Mapping[str, Any]) -> Any:
    """GFR in mL/min/1.73 m² from creatinine (µmol/L), age (years) and female sex (1 or 0)."""
    female = x["female"]
    kappa = 0.7 * female + 0.9 * (1 - female)
    alpha = -0.241 * female - 0.302 * (1 - female)
    ratio = x["creatinine"] / MOLAR / kappa
    below, above = maths.minimum(ratio, 1.0), maths.maximum(ratio, 1.0)
    factor = 1 + 0.012 * female
    return 142 * below**alpha * above**-1.2 * 0.9938 ** x["age_years"] * factor


EQUATION = Equation(
    "142 × min(Scr/κ, 1)^α × max(Scr/κ, 1)^-1.200 × 0.9938^age (× 1.012 if female)",
    ckd_epi_2021,
    falls=("creatinine", "age_years"),
    flags=(("sex", "female"),),
)

EGFR = Formula(
    About(
        name="egfr",
        title="eGFR (CKD-EPI 2021)",
        purpose="Estimated glomerular filtration rate from creatinine, age and sex.",
        version="1.0",
        source=PAPER,
        population="Adults with a stable creatinine.",
        limits=(
            Limit(
                "age_years",
                18,
                110,
                (0, 110),
                "CKD-EPI 2021 is for adults (18 years and over): no value is given for a child.",
                Source(PAPER.citation, place="population of the equation", confidence="M"),
            ),
        ),
        declares=(SUPPORT,),
        support=under_support("eGFR", "creatinine"),
        cautions=(NONE_AND_A_DEVICE, UNSTABLE),
        notes=(
            Note(
                "Constants",
                "κ 0.7 for women and 0.9 for men; α -0.241 and -0.302; creatinine in mg/dL "
                "(µmol/L / 88.42). No term for race.",
                PAPER,
            ),
            Note(
                "A wrong worked example in circulation",
                "One public audit note derives 90.9 for a woman of 60 years with 1.0 mg/dL by "
                "raising 1/0.7 to α instead of taking min(Scr/κ, 1) = 1; the value is 64.5.",
                PAPER,
            ),
        ),
    ),
    equation=EQUATION,
    terms=(Term("egfr", "Estimated GFR", EQUATION, PAPER),),
    unit="mL/min/{1.73_m2}",
)

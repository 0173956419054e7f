"""PAPi: pulmonary artery pulsatility index."""

from __future__ import annotations

from afterload.core.source import Source
from afterload.scores.about import About, Limit, Note
from afterload.scores.derive import Equation
from afterload.scores.formula import Term, formula_of
from afterload.scores.support import NONE_AND_A_DEVICE, SUPPORT, under_support
from afterload.scores.threshold import MEMORY, SCAI_C, cut_off

SOURCE = Source(
    "Pulmonary artery pulsatility index as a public code gives it (Cardiogenic-Shock-Calculators)",
    place="formula",
    confidence="C2",
    note="No paper was seen.",
)
INFARCTION = Source(
    "General knowledge on PAPi in right ventricular infarction",
    place="right ventricular infarction",
    confidence="M",
)
LEAST = 1e-9
"""mmHg; the smallest right atrial pressure told apart from 0."""

EQUATION = Equation(
    "(systolic PAP − diastolic PAP) / RAP",
    lambda _, x: (x["pa_sys"] - x["pa_dia"]) / x["cvp"],
    rises=("pa_sys",),
    falls=("pa_dia",),
    either=("cvp",),
    low=0,
    high=50,
)

PAPI = formula_of(
    About(
        name="papi",
        title="PAPi",
        purpose="Pulmonary artery pulsatility index: how much pulse the right ventricle makes for "
        "its filling pressure.",
        version="1.0",
        source=SOURCE,
        population="Adults with a pulmonary artery catheter.",
        declares=(SUPPORT,),
        limits=(
            Limit(
                "cvp",
                LEAST,
                50,
                (-5, 50),
                "PAPi is undefined at a right atrial pressure of 0 mmHg or less: no value is "
                "given. Check the zero of the transducer.",
                Source("Scores reference 8.16", place="undefined at RAP ≤ 0", confidence="C2"),
            ),
        ),
        cautions=(
            NONE_AND_A_DEVICE,
            cut_off(
                "0.9 or less: below every cut-off in use, < 1.85 (SCAI stage C), and ≤ 0.9 or "
                "< 1.0 in right ventricular infarction",
                SCAI_C,
                INFARCTION,
                high=0.9,
            ),
            cut_off(
                "Below 1.85 (SCAI stage C) and below 1.0 but not ≤ 0.9, the two cut-offs in use "
                "in right ventricular infarction",
                SCAI_C,
                INFARCTION,
                low=0.9,
                low_closed=False,
                high=1.0,
                high_closed=False,
            ),
            cut_off(
                "Below 1.85 (SCAI stage C), not below the 1.0 or 0.9 in use in right ventricular "
                "infarction",
                SCAI_C,
                INFARCTION,
                low=1.0,
                high=1.85,
                high_closed=False,
            ),
        ),
        support=under_support("PAPi", "pulmonary pulse", "right atrial pressure"),
        notes=(
            Note(
                "Cut-offs",
                "< 1.85 is in the SCAI descriptors of stage C; it is also quoted for right heart "
                "failure after LVAD, and ≤ 0.9 or < 1.0 for right ventricular infarction, both "
                "from memory.",
                SCAI_C,
            ),
            Note(
                "Range",
                "0 to 50, as the vocabulary has it; beyond, the pressures cannot all be right.",
                MEMORY,
            ),
        ),
    ),
    Term("papi", "Pulmonary artery pulsatility index", EQUATION, SOURCE),
)

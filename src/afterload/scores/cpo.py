"""CPO: cardiac power output."""

from __future__ import annotations

from dataclasses import replace

from afterload.core.source import Source
from afterload.scores.about import About, Note
from afterload.scores.derive import Equation
from afterload.scores.formula import Term, formula_of
from afterload.scores.support import NONE_AND_A_DEVICE, SUPPORT, under_support
from afterload.scores.threshold import MEMORY, SCAI_C, cut_off

PAPER = Source(
    "Fincke R, et al. J Am Coll Cardiol 2004;44:340",
    place="equation",
    confidence="C2",
    note="Equation as three public codes give it (sophiewell.com, Cardiogenic-Shock-Calculators, "
    "docsref); the paper was not seen.",
)
SHOCK = replace(
    PAPER, place="SHOCK registry, 0.53 W", note="Read in a public note, not in the paper."
)

EQUATION = Equation(
    "MAP × CO / 451",
    lambda _, x: x["map"] * x["co"] / 451,
    rises=("map", "co"),
    low=0,
    high=4,
)

CPO = formula_of(
    About(
        name="cpo",
        title="CPO",
        purpose="Cardiac power output: the power the circulation is driven with, in watts.",
        version="1.0",
        source=PAPER,
        population="Adults in cardiogenic shock with a measured cardiac output.",
        declares=(SUPPORT,),
        cautions=(
            NONE_AND_A_DEVICE,
            cut_off(
                "0.53 W or less: not above either cut-off in use, 0.53 W and 0.6 W",
                SHOCK,
                SCAI_C,
                high=0.53,
            ),
            cut_off(
                "Between the cut-offs in use: above 0.53 W, not above 0.6 W",
                SHOCK,
                SCAI_C,
                low=0.53,
                low_closed=False,
                high=0.6,
            ),
        ),
        support=under_support("CPO", "arterial pressure", "cardiac output"),
        notes=(
            Note(
                "Two cut-offs",
                "0.53 W (SHOCK registry) and 0.6 W (common; ≤ 0.6 in SCAI stage C) are both in "
                "use. On which side exactly 0.53 W lies was not in the sources read.",
                SHOCK,
            ),
            Note("A typo in circulation", "PMC11198174 prints CPO ≥ 0.6 for stage C.", SCAI_C),
            Note(
                "Corrected for right atrial pressure",
                "(MAP − RAP) × CO / 451 is another index; it is not computed here.",
                MEMORY,
            ),
            Note(
                "Range",
                "0 to 4 W, as the vocabulary has it; beyond, pressure and output cannot both be "
                "right.",
                MEMORY,
            ),
        ),
    ),
    Term("cpo", "Cardiac power output", EQUATION, PAPER),
    unit="W",
)

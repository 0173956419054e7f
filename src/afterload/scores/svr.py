"""SVR: systemic vascular resistance."""

from __future__ import annotations

from afterload.core.source import Source
from afterload.scores.about import About, Caution, Limit, Note
from afterload.scores.derive import Equation
from afterload.scores.formula import Term, formula_of
from afterload.scores.support import NONE_AND_A_DEVICE, SUPPORT, under_support
from afterload.scores.threshold import MEMORY

SOURCE = Source(
    "Systemic vascular resistance as a public code gives it (Cardiogenic-Shock-Calculators)",
    place="formula",
    confidence="C2",
    note="The textbook equation; 80 is the rounded factor from Wood units.",
)
NO_FLOW = Limit(
    "co",
    0.1,
    20,
    (0, 20),
    "A resistance needs a flow to divide by: no value is given at a cardiac output below "
    "0.1 L/min.",
    MEMORY,
)
"""Shared by the resistances."""

WOOD = Equation(
    "(MAP − CVP) / CO",
    lambda _, x: (x["map"] - x["cvp"]) / x["co"],
    rises=("map",),
    falls=("cvp",),
    either=("co",),
)
EQUATION = Equation(
    "80 × (MAP − CVP) / CO",
    lambda _, x: 80 * (x["map"] - x["cvp"]) / x["co"],
    rises=("map",),
    falls=("cvp",),
    either=("co",),
)

SVR = formula_of(
    About(
        name="svr",
        title="SVR",
        purpose="Systemic vascular resistance: what the left ventricle ejects against.",
        version="1.0",
        source=SOURCE,
        population="Adults with a measured cardiac output.",
        declares=(SUPPORT,),
        limits=(NO_FLOW,),
        cautions=(
            NONE_AND_A_DEVICE,
            Caution(
                "Negative: MAP below CVP. Check the pressures.",
                MEMORY,
                "total",
                high=0,
                high_closed=False,
            ),
        ),
        support=under_support(
            "SVR", "arterial pressure", "right atrial pressure", "cardiac output"
        ),
        notes=(
            Note(
                "Two units",
                "dyn·s/cm⁵ by the usual factor of 80, and Wood units (mmHg·min/L). One Wood unit "
                "is 79.993 dyn·s/cm⁵ exactly; the vocabulary converts SVRI with that.",
                SOURCE,
            ),
            Note("Cut-offs", "None is told: usual ranges were known from memory only.", MEMORY),
        ),
    ),
    Term("svr", "Systemic vascular resistance", EQUATION, SOURCE),
    unit="dyn.s/cm5",
    also=(Term("svr_wood", "The same in Wood units", WOOD, SOURCE),),
)

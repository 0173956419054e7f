"""CPI: cardiac power index."""

from __future__ import annotations

from afterload.core.source import Source
from afterload.scores.about import About, Note
from afterload.scores.derive import Equation
from afterload.scores.formula import Term, formula_of
from afterload.scores.support import NONE_AND_A_DEVICE, SUPPORT, under_support

SOURCE = Source(
    "Cardiac power index as public calculators give it",
    place="calculatorcorp.com/cardiac-power-index-calculator: CPO / BSA",
    confidence="C2",
    note="The scores reference has MAP × CI / 451 from memory. No paper was seen.",
)

EQUATION = Equation(
    "MAP × CI / 451", lambda _, x: x["map"] * x["ci"] / 451, rises=("map", "ci"), low=0
)

CPI = formula_of(
    About(
        name="cpi",
        title="CPI",
        purpose="Cardiac power index: cardiac power output by body surface area, in W/m².",
        version="1.0",
        source=SOURCE,
        population="Adults in cardiogenic shock with a measured cardiac index.",
        declares=(SUPPORT,),
        cautions=(NONE_AND_A_DEVICE,),
        support=under_support("CPI", "arterial pressure", "cardiac output"),
        notes=(
            Note("Cut-offs", "None was found in a source, so none is told.", SOURCE),
            Note(
                "Cardiac index",
                "It is asked as measured or indexed by the site; afterload does not divide an "
                "output by a surface here.",
                SOURCE,
            ),
        ),
    ),
    Term("cpi", "Cardiac power index", EQUATION, SOURCE),
    unit="W/m2",
)

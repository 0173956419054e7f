"""RAP/PCWP: right over left filling pressure."""

from __future__ import annotations

from afterload.core.source import Source
from afterload.scores.about import About, Caution, Limit, Note
from afterload.scores.derive import Equation
from afterload.scores.formula import Term, formula_of
from afterload.scores.support import NONE_AND_A_DEVICE, SUPPORT, under_support
from afterload.scores.threshold import MEMORY, SCAI_C, cut_off

SOURCE = Source("Definition: the ratio of the two pressures", place="definition", confidence="CALC")

EQUATION = Equation(
    "RAP / PCWP", lambda _, x: x["cvp"] / x["pcwp"], rises=("cvp",), either=("pcwp",)
)

RAP_PCWP = formula_of(
    About(
        name="rap_pcwp",
        title="RAP/PCWP",
        purpose="Right atrial over wedge pressure: how far the right heart is congested for the "
        "left one's filling.",
        version="1.0",
        source=SOURCE,
        population="Adults with a pulmonary artery catheter.",
        declares=(SUPPORT,),
        limits=(
            Limit(
                "pcwp",
                1,
                60,
                (0, 60),
                "RAP/PCWP needs a wedge pressure to divide by: no value is given below 1 mmHg. "
                "Check the zero of the transducer.",
                MEMORY,
            ),
        ),
        cautions=(
            NONE_AND_A_DEVICE,
            cut_off("0.8 or more, the cut-off of SCAI stage C", SCAI_C, low=0.8),
            Caution(
                "A negative right atrial pressure gives a ratio without meaning. Check the zero "
                "of the transducer.",
                MEMORY,
                "cvp",
                high=0,
                high_closed=False,
            ),
        ),
        support=under_support("RAP/PCWP", "right atrial pressure", "wedge pressure"),
        notes=(
            Note(
                "Cut-off",
                "≥ 0.8 is in the SCAI descriptors of stage C; other cut-offs in circulation were "
                "not found in a source and are not told.",
                SCAI_C,
            ),
        ),
    ),
    Term("rap_pcwp", "Right atrial over wedge pressure", EQUATION, SOURCE),
)

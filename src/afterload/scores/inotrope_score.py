"""The inotrope score of Wernovsky, VIS's predecessor."""

from __future__ import annotations

from afterload.core.source import Source
from afterload.scores.about import About, Caution, Note
from afterload.scores.formula import Formula, total_of
from afterload.scores.support import NONE_AND_A_DEVICE, SUPPORT, under_support
from afterload.scores.vis import CHOICE, dose

SOURCE = Source(
    "Wernovsky 1995",
    place="equation",
    confidence="C2",
    note="Coefficients as public codes give them; the paper was not seen.",
)

TERMS = (
    dose("dopamine", "Dopamine", 1, SOURCE),
    dose("dobutamine", "Dobutamine", 1, SOURCE),
    dose("epi", "Adrenaline (epinephrine)", 100, SOURCE),
)

INOTROPE_SCORE = Formula(
    About(
        name="inotrope_score",
        title="Inotrope score",
        purpose="How much dopamine, dobutamine and adrenaline a patient is given, as one number.",
        version="1.0",
        source=SOURCE,
        population="Described in infants after cardiac surgery; cut-offs do not hold for adults.",
        declares=(SUPPORT,),
        cautions=(
            NONE_AND_A_DEVICE,
            Caution(
                "The inotrope score leaves out noradrenaline, milrinone and vasopressin; VIS "
                "counts them.",
                SOURCE,
            ),
        ),
        support=under_support("Inotrope score", "drugs"),
        notes=(
            Note(
                "Another score of the same name",
                "The 'inotropic score' of REMEMBER has a definition of its own that was not "
                "found; this is not it.",
                Source("Scores reference 8.12", place="REMEMBER", confidence="U"),
            ),
            Note(
                "Drugs not given",
                "A drug that does not run is 0 and must be said; a rate left out is unknown and "
                "leaves an interval.",
                CHOICE,
            ),
        ),
    ),
    equation=total_of(TERMS),
    terms=TERMS,
)

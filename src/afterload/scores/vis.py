"""VIS: the vasoactive-inotropic score."""

from __future__ import annotations

from dataclasses import replace

from afterload.core.source import Source
from afterload.scores.about import About, Caution, Note
from afterload.scores.derive import Equation
from afterload.scores.formula import Formula, Term, total_of
from afterload.scores.reading import own_reading
from afterload.scores.support import NONE_AND_A_DEVICE, SUPPORT, under_support

PAPER = Source(
    "Gaies MG, Gurney JG, Yen AH, et al. Vasoactive-inotropic score as a predictor of morbidity "
    "and mortality in infants after cardiopulmonary bypass. "
    "Pediatr Crit Care Med 2010;11(2):234-238",
    doi="10.1097/PCC.0b013e3181b806fc",
    place="equation of the score",
    confidence="C2",
    note="Coefficients as several public codes give them; the DOI is from general knowledge.",
)
CHOICE = own_reading("the paper is")


def dose(name: str, label: str, coefficient: float, source: Source = PAPER) -> Term:
    """A drug's rate (µg/kg/min) times its coefficient."""
    times = "" if coefficient == 1 else f"{coefficient:g} × "
    return Term(
        name,
        label,
        Equation(f"{times}{name}", lambda _, x: coefficient * x[name], rises=(name,)),
        source,
    )


TERMS = (
    dose("dopamine", "Dopamine", 1),
    dose("dobutamine", "Dobutamine", 1),
    dose("epi", "Adrenaline (epinephrine)", 100),
    dose("norepi", "Noradrenaline (norepinephrine)", 100),
    dose("milrinone", "Milrinone", 10),
    Term(
        "vasopressin",
        "Vasopressin",
        Equation(
            "10000 × vasopressin / weight",
            lambda _, x: 10_000 * x["vasopressin"] / x["weight_kg"],
            rises=("vasopressin",),
            falls=("weight_kg",),
        ),
        PAPER,
    ),
)

VIS = Formula(
    About(
        name="vis",
        title="VIS",
        purpose="How much vasoactive and inotropic drug a patient is given, as one number.",
        version="1.0",
        source=PAPER,
        cohort="Infants after cardiopulmonary bypass.",
        population="Derived in infants; widely used in adults, where cut-offs differ.",
        declares=(SUPPORT,),
        support=under_support("VIS", "drugs"),
        cautions=(
            NONE_AND_A_DEVICE,
            Caution(
                "VIS was derived in infants after cardiopulmonary bypass; its cut-offs do not "
                "hold for adults.",
                PAPER,
            ),
        ),
        notes=(
            Note(
                "Vasopressin per kilogram",
                "The coefficient of 10,000 is for U/kg/min. The vocabulary keeps IU/min, so the "
                "weight is needed whenever vasopressin runs: 0.03 IU/min at 70 kg gives 4.3.",
                PAPER,
            ),
            Note(
                "Other drugs",
                "Phenylephrine, levosimendan and enoximone, added by some codes, are not part of "
                "this score.",
                replace(PAPER, place="list of drugs"),
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

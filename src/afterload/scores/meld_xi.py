"""MELD-XI: the model for end-stage liver disease without INR."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from afterload.core.source import Source
from afterload.scores.about import About, Caution, Note
from afterload.scores.derive import Equation, Maths
from afterload.scores.egfr import MOLAR as CREATININE
from afterload.scores.formula import Term, formula_of
from afterload.scores.support import NONE_AND_A_DEVICE, SUPPORT, under_support

PAPER = Source(
    "Heuman DM, et al. Liver Transpl 2007;13:30",
    place="equation",
    confidence="C2",
    note="Equation as a public code gives it (sophiewell.com); the paper was not seen.",
)
FLOOR = replace(
    PAPER, place="flooring at 1 mg/dL", note="A convention; not part of the equation of 2007."
)
BILIRUBIN = 17.1
"""µmol/L of bilirubin in 1 mg/dL (the factor of the vocabulary)."""


def meld_xi(maths: Maths, x: Mapping[str, Any]) -> Any:
    """MELD-XI from bilirubin and creatinine in µmol/L, as published."""
    bilirubin, creatinine = x["bilirubin"] / BILIRUBIN, x["creatinine"] / CREATININE
    return 5.11 * maths.log(bilirubin) + 11.76 * maths.log(creatinine) + 9.44


def floored(maths: Maths, x: Mapping[str, Any]) -> Any:
    """The same with values below 1 mg/dL read as 1 mg/dL."""
    raised = {
        "bilirubin": maths.maximum(x["bilirubin"], BILIRUBIN),
        "creatinine": maths.maximum(x["creatinine"], CREATININE),
    }
    return meld_xi(maths, raised)


EQUATION = Equation(
    "5.11 ln(bilirubin) + 11.76 ln(creatinine) + 9.44, in mg/dL",
    meld_xi,
    rises=("bilirubin", "creatinine"),
)
FLOORED = Equation(
    "the same with values below 1 mg/dL read as 1",
    floored,
    rises=("bilirubin", "creatinine"),
)


def _below(name: str, one: float) -> Caution:
    return Caution(
        f"{name.capitalize()} is below 1 mg/dL ({one:g} µmol/L): the equation of 2007 goes below "
        "9.44 there, and by a common convention the value is read as 1. Both are shown.",
        FLOOR,
        name,
        high=one,
        high_closed=False,
    )


MELD_XI = formula_of(
    About(
        name="meld_xi",
        title="MELD-XI",
        purpose="Liver and kidney dysfunction as one number, without INR, so that anticoagulation "
        "does not enter it.",
        version="1.0",
        source=PAPER,
        population="Adults with a measured bilirubin and creatinine.",
        declares=(SUPPORT,),
        cautions=(
            NONE_AND_A_DEVICE,
            _below("bilirubin", BILIRUBIN),
            _below("creatinine", CREATININE),
        ),
        support=under_support("MELD-XI", "bilirubin", "creatinine"),
        notes=(
            Note(
                "Flooring at 1 mg/dL",
                "The result is the equation as published. The convention that reads lower values "
                "as 1 mg/dL (so that the least score is 9.44) is shown beside it.",
                FLOOR,
            ),
            Note(
                "Units",
                "mg/dL from µmol/L by 17.1 (bilirubin) and 88.42 (creatinine), the vocabulary's.",
                PAPER,
            ),
        ),
    ),
    Term("meld_xi", "MELD-XI as published", EQUATION, PAPER),
    also=(Term("meld_xi_floored", "By the convention of a floor", FLOORED, FLOOR),),
)

"""Arterial pulse pressure."""

from __future__ import annotations

from dataclasses import replace

from afterload.core.source import Source
from afterload.scores.about import About, Note
from afterload.scores.derive import Equation
from afterload.scores.formula import Term, formula_of
from afterload.scores.save import PAPER as SAVE_PAPER
from afterload.scores.support import NONE_AND_A_DEVICE, SUPPORT, under_support
from afterload.scores.threshold import MEMORY, cut_off

SOURCE = Source("Definition", place="systolic less diastolic pressure", confidence="CALC")
SAVE_ROW = replace(SAVE_PAPER, place="SAVE, Table 4, pulse pressure before ECMO")

EQUATION = Equation(
    "systolic − diastolic arterial pressure",
    lambda _, x: x["sbp"] - x["dbp"],
    rises=("sbp",),
    falls=("dbp",),
    low=0,
    high=200,
)

PULSE_PRESSURE = formula_of(
    About(
        name="pulse_pressure",
        title="Pulse pressure",
        purpose="Systolic less diastolic arterial pressure; under a pump, an index of what the "
        "heart still ejects.",
        version="1.0",
        source=SOURCE,
        population="Anyone with both pressures of the same moment.",
        declares=(SUPPORT,),
        cautions=(
            NONE_AND_A_DEVICE,
            cut_off(
                "20 mmHg or less, which SAVE counts −2 for if it is the worst value within 6 h "
                "before cannulation",
                SAVE_ROW,
                high=20,
            ),
        ),
        support=under_support("Pulse pressure", "arterial pulse"),
        notes=(
            Note(
                "Range",
                "0 to 200 mmHg, as the vocabulary has it; beyond, the two pressures cannot both "
                "be right.",
                MEMORY,
            ),
        ),
    ),
    Term("pulse_pressure", "Pulse pressure", EQUATION, SOURCE),
    unit="mm[Hg]",
)

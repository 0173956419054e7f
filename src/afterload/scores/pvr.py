"""PVR: pulmonary vascular resistance."""

from __future__ import annotations

from afterload.core.source import Source
from afterload.scores.about import About, Caution, Note
from afterload.scores.derive import Equation
from afterload.scores.formula import Term, formula_of
from afterload.scores.support import NONE_AND_A_DEVICE, SUPPORT, under_support
from afterload.scores.svr import NO_FLOW
from afterload.scores.threshold import MEMORY

SOURCE = Source(
    "Pulmonary vascular resistance as public calculators give it",
    place="readycalculator.com/health/pvr-calculator: both units",
    confidence="C2",
    note="The textbook equation. No paper was seen.",
)

EQUATION = Equation(
    "(mean PAP − PCWP) / CO",
    lambda _, x: (x["pa_mean"] - x["pcwp"]) / x["co"],
    rises=("pa_mean",),
    falls=("pcwp",),
    either=("co",),
)
DYNES = Equation(
    "80 × (mean PAP − PCWP) / CO",
    lambda _, x: 80 * (x["pa_mean"] - x["pcwp"]) / x["co"],
    rises=("pa_mean",),
    falls=("pcwp",),
    either=("co",),
)

PVR = formula_of(
    About(
        name="pvr",
        title="PVR",
        purpose="Pulmonary vascular resistance: what the right ventricle ejects against.",
        version="1.0",
        source=SOURCE,
        population="Adults with a pulmonary artery catheter.",
        declares=(SUPPORT,),
        limits=(NO_FLOW,),
        cautions=(
            NONE_AND_A_DEVICE,
            Caution(
                "Negative: wedge pressure above the mean pulmonary pressure. Check the wedge.",
                MEMORY,
                "total",
                high=0,
                high_closed=False,
            ),
        ),
        support=under_support("PVR", "pulmonary pressure", "wedge pressure", "cardiac output"),
        notes=(
            Note(
                "Mean pressure",
                "It is asked as measured; it is not worked out from systolic and diastolic here.",
                MEMORY,
            ),
            Note(
                "Two units",
                "Wood units (mmHg·min/L), and dyn·s/cm⁵ by the usual factor of 80 (79.993).",
                SOURCE,
            ),
            Note("Cut-offs", "None is told: usual ranges were known from memory only.", MEMORY),
        ),
    ),
    Term("pvr", "Pulmonary vascular resistance", EQUATION, SOURCE),
    unit="[wood'U]",
    also=(Term("pvr_dynes", "The same in dyn·s/cm⁵", DYNES, SOURCE),),
)

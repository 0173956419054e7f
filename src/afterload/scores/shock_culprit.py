"""Cardiogenic shock as in CULPRIT-SHOCK: IABP-SHOCK II and multivessel disease."""

from __future__ import annotations

from dataclasses import replace

from afterload.core.source import Source
from afterload.scores.about import About
from afterload.scores.definition import Criterion, Definition, yes
from afterload.scores.shock_iabp_ii import CRITERIA, NOTES, SHOCK_IABP_II
from afterload.scores.shock_inputs import EARLY_PCI_PLANNED, MULTIVESSEL_DISEASE
from afterload.scores.support import NONE_AND_A_DEVICE, under_support

PAPER = Source(
    "CULPRIT-SHOCK trial 2017; cited here through the review it was read from",
    place="definition as printed in a review: PMC11581444 table 1",
    confidence="C2",
    note="Criteria of IABP-SHOCK II with two more.",
)

SHOCK_CULPRIT = Definition(
    About(
        name="shock-culprit",
        title="Cardiogenic shock, CULPRIT-SHOCK",
        purpose="Whether a patient met the CULPRIT-SHOCK trial's definition of cardiogenic shock.",
        version="1.0",
        source=PAPER,
        population="Adults with acute myocardial infarction and multivessel disease.",
        declares=(*SHOCK_IABP_II.about.declares, MULTIVESSEL_DISEASE, EARLY_PCI_PLANNED),
        cautions=(NONE_AND_A_DEVICE,),
        support=under_support("CULPRIT-SHOCK's definition", "arterial pressure", "lactate"),
        notes=NOTES[1:],
    ),
    criteria=(
        *(replace(criterion, source=PAPER) for criterion in CRITERIA),
        Criterion(
            "multivessel",
            "Stenosis > 70 % in at least two major vessels (≥ 2 mm)",
            yes("multivessel_disease"),
            PAPER,
        ),
        Criterion(
            "early_pci",
            "Early revascularisation by PCI planned, culprit lesion identified",
            yes("early_pci_planned"),
            PAPER,
        ),
    ),
    presumed=SHOCK_IABP_II.presumed,
    lasting=SHOCK_IABP_II.lasting,
)

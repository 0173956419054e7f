"""GUSTO: severity of a bleeding."""

from __future__ import annotations

from dataclasses import replace

from afterload.core.source import Source
from afterload.scores.about import About, Caution, Note
from afterload.scores.bleeding_inputs import (
    ANY,
    BLEEDING,
    INTRACRANIAL,
    INTRACRANIAL_WAY,
    UNITS,
    yes_no,
)
from afterload.scores.derive import Test
from afterload.scores.staging import Stage, Staging
from afterload.scores.support import NONE_AND_A_DEVICE, SUPPORT
from afterload.scores.support import SOURCE as DEVICE_SOURCE

CRITERIA = Source(
    "GUSTO bleeding criteria",
    place="PMC6232352, table 1",
    confidence="C2",
    note="The first publication was not seen.",
)
CHOICE = replace(CRITERIA, citation="This implementation", place="reading taken", confidence="M")

GUSTO = Staging(
    About(
        name="gusto",
        title="GUSTO",
        purpose="Severity of a bleeding: mild, moderate or severe.",
        version="1.0",
        source=CRITERIA,
        population="Patients given thrombolytic or antithrombotic drugs.",
        declares=(
            BLEEDING,
            UNITS,
            INTRACRANIAL,
            yes_no(
                "bleed_compromise",
                "Haemodynamic compromise by the bleeding that needs intervention",
                "Retentissement hémodynamique du saignement nécessitant une intervention",
            ),
            SUPPORT,
        ),
        cautions=(NONE_AND_A_DEVICE,),
        support=(
            Caution(
                "Under VA-ECMO the pump can hide the haemodynamic compromise of a bleeding: it "
                "shows as suction and a falling flow.",
                DEVICE_SOURCE,
                "support",
                levels=("ecls",),
            ),
        ),
        notes=(
            Note(
                "Blood of the circuit",
                "A transfusion counts when it is given for the bleeding; red cells to prime a "
                "circuit do not.",
                CHOICE,
            ),
            Note("No bleeding", "The criteria have no name for it; it is told as none.", CHOICE),
        ),
    ),
    (
        Stage("none", "No bleeding", ((),), CRITERIA),
        Stage("gusto_mild", "Mild: neither of the others", ((ANY,),), CRITERIA),
        Stage(
            "gusto_moderate",
            "Moderate: transfusion, without haemodynamic compromise",
            ((ANY, Test("rbc_units", 1)),),
            CRITERIA,
        ),
        Stage(
            "gusto_severe",
            "Severe: intracranial, or haemodynamic compromise that needs intervention",
            ((ANY, Test("bleed_intracranial", 1)), (ANY, Test("bleed_compromise", 1))),
            CRITERIA,
        ),
    ),
    quantities=(INTRACRANIAL_WAY,),
)

"""Cardiogenic shock as the heart failure guidelines of the ESC defined it in 2016."""

from __future__ import annotations

from dataclasses import replace

from afterload.core.source import Source
from afterload.scores.about import About, Caution, Note
from afterload.scores.definition import Criterion, Definition, Every, Reading, Some, below, yes
from afterload.scores.shock_inputs import (
    ADEQUATE_VOLUME,
    COLD_SKIN,
    CREATININE_RAISED,
    DIZZINESS,
    LACTATE_RAISED,
    METABOLIC_ACIDOSIS,
    NARROW_PULSE_PRESSURE,
    OLIGURIA,
)
from afterload.scores.support import NONE_AND_A_DEVICE, SUPPORT, under_support

PAPER = Source(
    "Ponikowski P, Voors AA, Anker SD, et al. 2016 ESC Guidelines for the diagnosis and treatment "
    "of acute and chronic heart failure. Eur Heart J 2016;37:2129-2200",
    doi="10.1093/eurheartj/ehw128",
    place="definition as printed in a review: PMC6519403 table 2",
    confidence="C2",
)
AND = replace(
    PAPER,
    place="definition as printed in two other reviews: PMC11581444 table 1, PMC6507212 table 1",
)
CLINICAL = Some(
    (
        yes("cold_skin"),
        yes("oliguria"),
        yes("confusion"),
        yes("dizziness"),
        yes("narrow_pulse_pressure"),
    )
)
LABORATORY = Some((yes("metabolic_acidosis"), yes("lactate_raised"), yes("creatinine_raised")))

SHOCK_ESC_2016 = Definition(
    About(
        name="shock-esc-2016",
        title="Cardiogenic shock, ESC heart failure guidelines 2016",
        purpose="Whether a patient meets the definition of the ESC guidelines of 2016.",
        version="1.0",
        source=PAPER,
        population="Adults with acute heart failure.",
        declares=(
            ADEQUATE_VOLUME,
            COLD_SKIN,
            OLIGURIA,
            DIZZINESS,
            NARROW_PULSE_PRESSURE,
            METABOLIC_ACIDOSIS,
            LACTATE_RAISED,
            CREATININE_RAISED,
            SUPPORT,
        ),
        support=under_support(
            "The ESC's definition", "arterial pressure", "arterial pulse", "lactate"
        ),
        cautions=(
            NONE_AND_A_DEVICE,
            Caution(
                "The definition as printed has no clause for a pressure held up by drugs or a "
                "device: a patient at 90 mmHg or above on support does not meet it.",
                PAPER,
                "sbp",
                low=90,
            ),
        ),
        notes=(
            Note(
                "Clinical or laboratory signs",
                "One review prints clinical 'or' laboratory signs of hypoperfusion (taken here), "
                "two others print 'and'. A result that hangs on it says so.",
                AND,
            ),
            Note(
                "No numbers for laboratory signs",
                "The definition gives no cut-off for lactate, creatinine, oliguria or pulse "
                "pressure: whether they are raised, or low, is answered by yes or no.",
                PAPER,
            ),
            Note(
                "No duration",
                "The definition asks a systolic pressure below 90 mmHg, not for how long.",
                PAPER,
            ),
        ),
    ),
    criteria=(
        Criterion("hypotension", "SBP < 90 mmHg", below("sbp", 90), PAPER),
        Criterion("volume", "With adequate volume", yes("adequate_volume"), PAPER),
        Criterion(
            "hypoperfusion",
            "Hypoperfusion, clinical (cold extremities, oliguria, mental confusion, dizziness, "
            "narrow pulse pressure) or laboratory (metabolic acidosis, raised lactate, raised "
            "creatinine)",
            Some((CLINICAL, LABORATORY)),
            PAPER,
        ),
    ),
    readings=(
        Reading(
            (("hypoperfusion", Every((CLINICAL, LABORATORY))),),
            "Reviews disagree whether clinical or laboratory signs are enough (taken here) or both "
            "kinds are needed; with both needed the answer is another.",
            AND,
        ),
    ),
)

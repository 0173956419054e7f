"""RIFLE: class of acute kidney injury, and loss of kidney function."""

from __future__ import annotations

from dataclasses import replace

from afterload.core.source import Source
from afterload.core.variable import Choice, Variable
from afterload.scores.about import About, Caution, Note
from afterload.scores.aki_inputs import (
    BASELINE,
    HAIR,
    RATIO,
    RATIO_WAY,
    RISE,
    RISE_WAY,
    URINE,
    URINE_WAYS,
)
from afterload.scores.derive import Equation, Test
from afterload.scores.reading import own_reading
from afterload.scores.staging import Dispute, Quantity, Stage, Staging
from afterload.scores.support import NONE_AND_A_DEVICE, SUPPORT, under_support

PAPER = Source(
    "Bellomo et al., Acute Dialysis Quality Initiative. Crit Care 2004;8:R204",
    place="RIFLE criteria, as a public program gives them",
    confidence="C2",
    note="Classes L and E, and the windows, are from general knowledge (M).",
)
MEMORY = replace(
    PAPER,
    place="classes loss and end-stage",
    confidence="M",
    note="From general knowledge; the paper was not opened.",
)
AKIN = Source("AKIN criteria, as a public program gives them", place="stage 3", confidence="C2")
CHOICE = own_reading("the paper is")

EGFR_BASELINE = Variable(
    "egfr_baseline",
    "Baseline eGFR",
    "DFG estimé de base",
    unit="mL/min/{1.73_m2}",
    low=1,
    high=200,
    soft_low=10,
    soft_high=150,
)
GFR_FALL = Variable(
    "gfr_fall",
    "Fall of GFR from the baseline",
    "Baisse du DFG par rapport à la valeur de base",
    unit="%",
    low=-19901,
    high=100.1,
    soft_low=-50,
    soft_high=100,
)
LOSS = Variable(
    "kidney_loss",
    "Complete loss of kidney function (renal replacement needed), for how long",
    "Perte complète de la fonction rénale (épuration nécessaire), durée",
    kind="enum",
    choices=(
        Choice("none", "None, or 4 weeks at most", "Aucune, ou 4 semaines au plus"),
        Choice("over_4_weeks", "More than 4 weeks", "Plus de 4 semaines"),
        Choice("over_3_months", "More than 3 months", "Plus de 3 mois"),
    ),
)

RIFLE = Staging(
    About(
        name="rifle",
        title="RIFLE",
        purpose="Class of acute kidney injury, from creatinine or GFR, urine output, and how long "
        "kidney function was lost.",
        version="1.0",
        source=PAPER,
        population="Anyone whose creatinine or GFR before is known.",
        status="provisional",
        declares=(BASELINE, RATIO, RISE, EGFR_BASELINE, GFR_FALL, *URINE, LOSS, SUPPORT),
        cautions=(
            Caution(
                "RIFLE is provisional: classes L and E, and the time windows, are from general "
                "knowledge (M), not yet seen in a source.",
                MEMORY,
            ),
            NONE_AND_A_DEVICE,
            Caution(
                "Loss (more than 4 weeks) and end-stage (more than 3 months) are from general "
                "knowledge (M), not yet seen in a source.",
                MEMORY,
                "kidney_loss",
                levels=("over_4_weeks", "over_3_months"),
            ),
        ),
        support=under_support("RIFLE", "creatinine"),
        notes=(
            Note(
                "Which criterion decides",
                "Creatinine or GFR, and urine output: the worst of them gives the class.",
                PAPER,
            ),
            Note(
                "Creatinine of 4 mg/dL or more",
                "Is F only with an acute rise above 0.5 mg/dL (44.2 µmol/L). Some versions print "
                "at least 0.5, as AKIN has it. A rise counts from 44.25 µmol/L on, so that exactly "
                "0.5 mg/dL does not.",
                PAPER,
            ),
            Note("Ends of the GFR bands", "A fall of exactly 25, 50 or 75 % is in.", CHOICE),
            Note(
                "Urine output",
                "< 0.5 mL/kg/h for 6 h (R), for 12 h (I), < 0.3 mL/kg/h for 24 h or no urine for "
                "12 h (F); read as the mean of the last 6, 12 and 24 hours.",
                PAPER,
            ),
            Note(
                "Renal replacement therapy",
                "Not a criterion of R, I or F here; it tells in how long function was lost (L, E).",
                CHOICE,
            ),
        ),
    ),
    (
        Stage("none", "None of the classes, by what is asked", ((),), PAPER),
        Stage(
            "R",
            "Risk: creatinine 1.5 times, GFR - 25 %, or urine < 0.5 mL/kg/h for 6 h",
            (
                (Test("creatinine_ratio", 1.5),),
                (Test("gfr_fall", 25),),
                (Test("urine_ml_kg_h_6h", high=0.5, high_closed=False),),
            ),
            PAPER,
        ),
        Stage(
            "I",
            "Injury: creatinine 2 times, GFR - 50 %, or urine < 0.5 mL/kg/h for 12 h",
            (
                (Test("creatinine_ratio", 2),),
                (Test("gfr_fall", 50),),
                (Test("urine_ml_kg_h_12h", high=0.5, high_closed=False),),
            ),
            PAPER,
        ),
        Stage(
            "F",
            "Failure: creatinine 3 times, GFR - 75 %, 4 mg/dL (353.6 µmol/L) after an acute rise "
            "> 0.5 mg/dL, urine < 0.3 mL/kg/h for 24 h, or none for 12 h",
            (
                (Test("creatinine_ratio", 3),),
                (Test("gfr_fall", 75),),
                (Test("creatinine", 353.6), Test("creatinine_rise", 44.25)),
                (Test("urine_ml_kg_h_24h", high=0.3, high_closed=False),),
                (Test("anuria_h", 12),),
            ),
            PAPER,
        ),
        Stage(
            "L",
            "Loss: function completely lost for more than 4 weeks",
            ((Test("kidney_loss", levels=("over_4_weeks",)),),),
            MEMORY,
        ),
        Stage(
            "E",
            "End-stage: function lost for more than 3 months",
            ((Test("kidney_loss", levels=("over_3_months",)),),),
            MEMORY,
        ),
    ),
    quantities=(
        RATIO_WAY,
        RISE_WAY,
        Quantity(
            "gfr_fall",
            Equation(
                "100 × (1 − egfr / egfr_baseline)",
                lambda _, x: 100 * (1 + HAIR - x["egfr"] / x["egfr_baseline"]),
                rises=("egfr_baseline",),
                falls=("egfr",),
            ),
        ),
        *URINE_WAYS,
    ),
    disputes=(
        Dispute(
            ((Test("creatinine", 353.6), Test("creatinine_rise", 44.15, 44.25)),),
            "A rise of exactly 0.5 mg/dL (44.2 µmol/L): RIFLE asks for more than that, AKIN and "
            "some versions of RIFLE for at least that. Read as not enough.",
            AKIN,
        ),
    ),
)

"""KDIGO 2012: stage of acute kidney injury."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

from afterload.core.source import Source
from afterload.scores.about import About, Caution, Note
from afterload.scores.aki_inputs import (
    BASELINE,
    LOWEST_48H,
    RATIO,
    RATIO_WAY,
    RISE_48H,
    RISE_48H_WAY,
    URINE,
    URINE_WAYS,
)
from afterload.scores.derive import Test
from afterload.scores.reading import own_reading
from afterload.scores.staging import Dispute, Stage, Staging
from afterload.scores.support import NONE_AND_A_DEVICE, SUPPORT, under_support

GUIDELINE = Source(
    "KDIGO 2012; clinical practice guideline for acute kidney injury",
    place="staging of AKI, creatinine criteria as a public program gives them",
    confidence="C2",
    note="Urine output, the time windows (7 days, 48 hours) and the condition on 4.0 mg/dL are "
    "from general knowledge (M).",
)
MEMORY = replace(
    GUIDELINE,
    place="staging of AKI, urine output and time windows",
    confidence="M",
    note="From general knowledge; the guideline was not opened.",
)
CHOICE = own_reading("the guideline is")
PROGRAM = Source(
    "github.com/clay-good/sophiewell.com (010da285)", place="KDIGO stage", confidence="C2"
)

RATIO_1 = Test("creatinine_ratio", 1.5)
RISE_1 = Test("creatinine_rise_48h", 26.5)
OLIGURIA_6 = Test("urine_ml_kg_h_6h", high=0.5, high_closed=False)
OLIGURIA_12 = Test("urine_ml_kg_h_12h", high=0.5, high_closed=False)
OLIGURIA_24 = Test("urine_ml_kg_h_24h", high=0.3, high_closed=False)
NO_URINE = Test("anuria_h", 12)
FOUR = Test("creatinine", 353.6)
URINE_TESTS = (OLIGURIA_6, OLIGURIA_12, OLIGURIA_24, NO_URINE)
NO_RISE = (
    Test("creatinine_ratio", high=1.5, high_closed=False),
    Test("creatinine_rise_48h", high=26.5, high_closed=False),
)
NO_OLIGURIA = (
    Test("urine_ml_kg_h_6h", 0.5),
    Test("urine_ml_kg_h_12h", 0.5),
    Test("urine_ml_kg_h_24h", 0.3),
    Test("anuria_h", high=12, high_closed=False),
)

KDIGO = Staging(
    About(
        name="kdigo",
        title="KDIGO",
        purpose="Stage of acute kidney injury, from creatinine, urine output and renal "
        "replacement therapy.",
        version="1.0",
        source=GUIDELINE,
        population="Anyone whose creatinine before is known; the creatinine criteria do not hold "
        "in patients already on chronic dialysis.",
        status="provisional",
        declares=(BASELINE, LOWEST_48H, RATIO, RISE_48H, *URINE, SUPPORT),
        cautions=(
            Caution(
                "KDIGO is provisional: the limits and hours of urine output, the windows of 48 h "
                "and 7 days, and the condition on 4.0 mg/dL are from general knowledge (M), not "
                "yet seen in a source.",
                MEMORY,
            ),
            NONE_AND_A_DEVICE,
            Caution(
                "Renal replacement therapy counts as stage 3 whatever it was begun for, fluid or "
                "the circuit included.",
                GUIDELINE,
                "rrt",
                1,
                1,
            ),
            Caution(
                "Chronic dialysis: acute kidney injury is not staged in such a patient.",
                CHOICE,
                "hx_dialysis",
                1,
                1,
            ),
        ),
        support=under_support("KDIGO", "creatinine"),
        notes=(
            Note(
                "Urine output",
                "< 0.5 mL/kg/h for 6 to 12 h (1), for 12 h or more (2), < 0.3 mL/kg/h for 24 h or "
                "more or no urine for 12 h or more (3). Read as the mean of the last 6, 12 and 24 "
                "hours. From general knowledge.",
                MEMORY,
            ),
            Note(
                "Time windows",
                "The ratio is to a baseline known or presumed within 7 days, the rise of 26.5 "
                "µmol/L within 48 hours. From general knowledge.",
                MEMORY,
            ),
            Note(
                "Creatinine of 4.0 mg/dL (353.6 µmol/L) or more",
                "Counts only when acute kidney injury is there by the definition (a ratio of 1.5, "
                "a rise of 26.5 µmol/L, or urine output). A public program does not check it.",
                MEMORY,
            ),
            Note(
                "Between 1.9 and 2.0, 2.9 and 3.0",
                "Printed as 1.5-1.9 and 2.0-2.9 times; read as below 2.0 and below 3.0.",
                CHOICE,
            ),
            Note(
                "0.3 mg/dL",
                "26.5 µmol/L, as printed; 0.3 mg/dL converts to 26.53 and is in.",
                GUIDELINE,
            ),
            Note(
                "Renal replacement for fluid or for the circuit",
                "Still stage 3.",
                GUIDELINE,
            ),
            Note(
                "Missing baseline",
                "None is presumed: without one the ratio stays open.",
                CHOICE,
            ),
        ),
    ),
    (
        Stage("0", "No acute kidney injury by what is asked", ((),), GUIDELINE),
        Stage(
            "1",
            "1: creatinine 1.5 to 1.9 times, or + 26.5 µmol/L in 48 h, or urine < 0.5 mL/kg/h "
            "for 6 h",
            ((RATIO_1,), (RISE_1,), (OLIGURIA_6,)),
            GUIDELINE,
        ),
        Stage(
            "2",
            "2: creatinine 2.0 to 2.9 times, or urine < 0.5 mL/kg/h for 12 h",
            ((Test("creatinine_ratio", 2),), (OLIGURIA_12,)),
            GUIDELINE,
        ),
        Stage(
            "3",
            "3: creatinine 3.0 times, or 353.6 µmol/L with acute kidney injury, or urine < 0.3 "
            "mL/kg/h for 24 h, or none for 12 h, or renal replacement",
            (
                (Test("creatinine_ratio", 3),),
                *product((FOUR,), (RATIO_1, RISE_1, *URINE_TESTS)),
                (OLIGURIA_24,),
                (NO_URINE,),
                (Test("rrt", 1),),
            ),
            GUIDELINE,
        ),
    ),
    quantities=(RATIO_WAY, RISE_48H_WAY, *URINE_WAYS),
    disputes=(
        Dispute(
            tuple((test,) for test in URINE_TESTS),
            "The urine criterion holds here: its thresholds and hours are from general knowledge "
            "(M), not yet seen in a source.",
            MEMORY,
        ),
        Dispute(
            ((FOUR, *NO_RISE, *NO_OLIGURIA),),
            "Creatinine is 4.0 mg/dL (353.6 µmol/L) or more, without the rise or the urine output "
            "of acute kidney injury: not counted here; a public program gives stage 3.",
            PROGRAM,
        ),
        Dispute(
            tuple((FOUR, *NO_RISE, test) for test in (OLIGURIA_6, OLIGURIA_12)),
            "Creatinine is 4.0 mg/dL (353.6 µmol/L) or more, and acute kidney injury is told by "
            "urine output alone: read as stage 3.",
            CHOICE,
        ),
    ),
)

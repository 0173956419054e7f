"""Cardiogenic shock as the SHOCK trial defined it: a clinical and a haemodynamic part."""

from __future__ import annotations

from dataclasses import replace

from afterload.core.source import Source
from afterload.scores.about import About, Note
from afterload.scores.definition import (
    Criterion,
    Definition,
    Reading,
    Some,
    above,
    below,
    only,
    yes,
)
from afterload.scores.derive import Test
from afterload.scores.shock_inputs import (
    COLD_SKIN,
    LOW_PRESSURE,
    LV_DYSFUNCTION,
    SBP_BELOW_90_MIN,
    SUPPORT_FOR_SBP,
    VASOPRESSOR_RUNS,
    WORKED,
)
from afterload.scores.support import NONE_AND_A_DEVICE, SUPPORT, under_support

PAPER = Source(
    "Hochman JS, et al. SHOCK trial: early revascularisation in acute myocardial infarction "
    "complicated by cardiogenic shock. N Engl J Med 1999;341:625",
    place="definition as printed in two reviews: PMC6519403 table 2, PMC11581444 table 1",
    confidence="C2",
)
ORIGINAL = replace(
    PAPER,
    place="wording of the original text, not seen",
    confidence="M",
)
CRITERIA = (
    Criterion(
        "infarction",
        "Acute myocardial infarction",
        Test("ami_type", levels=("stemi", "nstemi")),
        PAPER,
        "clinical",
    ),
    Criterion(
        "lv_dysfunction", "Left ventricular dysfunction", yes("lv_dysfunction"), PAPER, "clinical"
    ),
    Criterion(
        "hypotension",
        "SBP < 90 mmHg for > 30 min, or support to keep SBP > 90 mmHg",
        Some((above("sbp_below_90_min", 30), yes("support_for_sbp"))),
        PAPER,
        "clinical",
    ),
    Criterion(
        "hypoperfusion",
        "End-organ hypoperfusion: urine < 30 mL/h, or cool extremities",
        Some((below("urine_ml_h", 30), yes("cold_skin"))),
        PAPER,
        "clinical",
    ),
    Criterion("ci", "Cardiac index < 2.2 L/min/m²", below("ci", 2.2), PAPER, "haemodynamic"),
    Criterion("pcwp", "PCWP > 15 mmHg", above("pcwp", 15), PAPER, "haemodynamic"),
)

SHOCK_TRIAL = Definition(
    About(
        name="shock-trial",
        title="Cardiogenic shock, SHOCK trial (clinical and haemodynamic)",
        purpose="Whether a patient met the SHOCK trial's definition, both parts of it.",
        version="1.0",
        source=PAPER,
        population="Adults with acute myocardial infarction and left ventricular failure.",
        declares=(SBP_BELOW_90_MIN, SUPPORT_FOR_SBP, COLD_SKIN, LV_DYSFUNCTION, SUPPORT),
        cautions=(NONE_AND_A_DEVICE,),
        support=under_support(
            "The SHOCK trial's definition", "arterial pressure", "cardiac output", "wedge pressure"
        ),
        notes=(
            Note(
                "Limits of the haemodynamic part",
                "Reviews print CI < 2.2 and PCWP > 15: taken here. The original text is said to "
                "read CI no more than 2.2 and PCWP at least 15; a result that hangs on it says so.",
                ORIGINAL,
            ),
            Note(
                "Heart rate",
                "The original text is said to ask for a heart rate of at least 60/min (one "
                "review prints HR > 60); the reviews the criteria were read from do not, so it is "
                "not asked.",
                ORIGINAL,
            ),
            Note(
                "Duration",
                "More than 30 min is more than one reading can prove. The input is the longest "
                "spell in minutes, from time-stamped pressures.",
                PAPER,
            ),
            Note(
                "Support of the pressure",
                "Whether a drug or a device was needed to keep the pressure up is a judgement. "
                "While nobody states it, a running vasopressor (noradrenaline, adrenaline, "
                "vasopressin) is read as a yes, and the result says so; no running vasopressor is "
                "not read as a no.",
                WORKED,
            ),
        ),
    ),
    criteria=CRITERIA,
    readings=(
        Reading(
            (("ci", Test("ci", high=2.2)), ("pcwp", Test("pcwp", low=15))),
            "At the limit: reviews print CI < 2.2 and PCWP > 15; the trial's own text is said to "
            "include both limits (CI no more than 2.2, PCWP at least 15), and the answer is then "
            "another.",
            ORIGINAL,
        ),
    ),
    presumed=(VASOPRESSOR_RUNS,),
    lasting=(LOW_PRESSURE,),
)

SHOCK_TRIAL_CLINICAL = only(
    SHOCK_TRIAL,
    "clinical",
    replace(
        SHOCK_TRIAL.about,
        name="shock-trial-clinical",
        title="Cardiogenic shock, SHOCK trial (clinical part)",
        purpose="Whether a patient met the clinical part of the SHOCK trial's definition.",
        support=under_support("The SHOCK trial's definition", "arterial pressure"),
        notes=SHOCK_TRIAL.about.notes[2:],
    ),
)

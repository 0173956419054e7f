"""Cardiogenic shock as the IABP-SHOCK II trial defined it."""

from __future__ import annotations

from dataclasses import replace

from afterload.core.source import Source
from afterload.scores.about import About, Note
from afterload.scores.definition import Criterion, Definition, Some, above, below, yes
from afterload.scores.derive import Test
from afterload.scores.shock_inputs import (
    CATECHOLAMINE_RUNS,
    CATECHOLAMINES_FOR_SBP,
    COLD_SKIN,
    CONGESTION,
    LOW_PRESSURE,
    SBP_BELOW_90_MIN,
    WORKED,
)
from afterload.scores.support import NONE_AND_A_DEVICE, SUPPORT, under_support

PAPER = Source(
    "Thiele H, Zeymer U, Neumann FJ, et al. Intraaortic balloon support for myocardial infarction "
    "with cardiogenic shock (IABP-SHOCK II). N Engl J Med 2012;367:1287-1296",
    doi="10.1056/NEJMoa1208410",
    place="definition as printed in two reviews: PMC6519403 table 2, PMC11581444 table 1",
    confidence="C2",
)
AT_LEAST_ONE = replace(
    PAPER,
    note="That one sign of impaired perfusion is enough is general knowledge; the reviews list "
    "them joined by 'or' or by commas.",
)

CRITERIA = (
    Criterion(
        "infarction",
        "Acute myocardial infarction",
        Test("ami_type", levels=("stemi", "nstemi")),
        PAPER,
    ),
    Criterion(
        "hypotension",
        "SBP < 90 mmHg for > 30 min, or catecholamines to keep SBP > 90 mmHg",
        Some((above("sbp_below_90_min", 30), yes("catecholamines_for_sbp"))),
        PAPER,
    ),
    Criterion(
        "congestion", "Clinical pulmonary congestion", yes("pulmonary_congestion"), PAPER
    ),
    Criterion(
        "hypoperfusion",
        "At least one of: altered mental state, cold or clammy skin and extremities, "
        "urine < 30 mL/h, lactate > 2.0 mmol/L",
        Some(
            (
                yes("confusion"),
                yes("cold_skin"),
                below("urine_ml_h", 30),
                above("lactate", 2),
            )
        ),
        AT_LEAST_ONE,
    ),
)  # fmt: skip

NOTES = (
    Note(
        "A misprint in circulation",
        "One review (PMC6519403) prints 'SBP < 90 mm Hg or > 30 min'; it is 'for > 30 min'.",
        PAPER,
    ),
    Note(
        "Lactate of exactly 2.0 mmol/L",
        "Is no sign of impaired perfusion: the criterion is above 2.0.",
        PAPER,
    ),
    Note(
        "Duration",
        "More than 30 min is more than one reading can prove. The input is the longest spell in "
        "minutes, from time-stamped pressures.",
        PAPER,
    ),
    Note(
        "Catecholamines to keep the pressure up",
        "That they were needed is a judgement. While nobody states it, running noradrenaline or "
        "adrenaline is read as a yes, and the result says so; dobutamine and dopamine are not, "
        "and no running catecholamine is not read as a no.",
        WORKED,
    ),
)

SHOCK_IABP_II = Definition(
    About(
        name="shock-iabp-ii",
        title="Cardiogenic shock, IABP-SHOCK II",
        purpose="Whether a patient met the IABP-SHOCK II trial's definition of cardiogenic shock.",
        version="1.0",
        source=PAPER,
        population="Adults with acute myocardial infarction.",
        declares=(SBP_BELOW_90_MIN, CATECHOLAMINES_FOR_SBP, CONGESTION, COLD_SKIN, SUPPORT),
        cautions=(NONE_AND_A_DEVICE,),
        support=under_support("IABP-SHOCK II's definition", "arterial pressure", "lactate"),
        notes=NOTES,
    ),
    criteria=CRITERIA,
    presumed=(CATECHOLAMINE_RUNS,),
    lasting=(LOW_PRESSURE,),
)

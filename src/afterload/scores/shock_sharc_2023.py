"""Cardiogenic shock as the Shock Academic Research Consortium defined it in 2023."""

from __future__ import annotations

from afterload.core.source import Source
from afterload.scores.about import About, Caution, Note
from afterload.scores.definition import Criterion, Definition, Some, yes
from afterload.scores.derive import Test
from afterload.scores.shock_inputs import (
    CARDIAC_DISORDER,
    HYPOPERFUSION,
    LOW_PRESSURE,
    SBP_BELOW_90_MIN,
    SUPPORT_FOR_SBP,
    VASOPRESSOR_RUNS,
    WORKED,
)
from afterload.scores.support import NONE_AND_A_DEVICE, SUPPORT, under_support

PAPER = Source(
    "Waksman R, et al. Shock Academic Research Consortium (SHARC). Circulation 2023;148:1113-1126",
    doi="10.1161/CIRCULATIONAHA.123.064527",
    place="definition, not seen; its criteria are read from Berg et al. 2024",
    confidence="U",
)
APPLIED = Source(
    "Berg DD, et al. Epidemiology of cardiogenic shock using the Shock Academic Research "
    "Consortium (SHARC) consensus definitions. "
    "Eur Heart J Acute Cardiovasc Care 2024;13:709-714",
    doi="10.1093/ehjacc/zuae098",
    place="abstract: the definition as the Critical Care Cardiology Trials Network applied it",
    confidence="C2",
    note="The consensus paper itself was not read.",
)

SHOCK_SHARC_2023 = Definition(
    About(
        name="shock-sharc-2023",
        title="Cardiogenic shock, SHARC 2023",
        purpose="Whether a patient meets the SHARC definition, as applied in a network of "
        "cardiac intensive care units.",
        version="1.0",
        source=PAPER,
        population="Adults in cardiac intensive care; shock after cardiac surgery was left out "
        "where the definition was applied.",
        status="provisional",
        declares=(SBP_BELOW_90_MIN, SUPPORT_FOR_SBP, CARDIAC_DISORDER, HYPOPERFUSION, SUPPORT),
        support=under_support("SHARC's definition", "arterial pressure"),
        cautions=(
            NONE_AND_A_DEVICE,
            Caution(
                "Provisional: the SHARC paper was not read. The criteria are those of Berg et al. "
                "2024, who applied it; what counts as evidence of hypoperfusion is not listed "
                "there and is answered by yes or no.",
                APPLIED,
            ),
        ),
        notes=(
            Note(
                "Evidence of hypoperfusion",
                "No sign and no cut-off was confirmed, so none is computed: the bedside judgement "
                "is asked.",
                APPLIED,
            ),
            Note(
                "Exactly 30 min",
                "Is enough here (at least 30 min), and not enough in the SHOCK and IABP-SHOCK II "
                "trials (more than 30 min).",
                APPLIED,
            ),
            Note(
                "Support of the pressure",
                "Vasopressor, inotrope or mechanical support needed to keep SBP at 90 mmHg or "
                "above. While nobody states it, a running vasopressor is read as a yes, and the "
                "result says so; nothing running is not read as a no.",
                WORKED,
            ),
            Note(
                "Classes",
                "The consortium's classes (infarction, heart failure, secondary, mixed) are the "
                "variable shock_class of the registry, not part of this definition.",
                APPLIED,
            ),
        ),
    ),
    criteria=(
        Criterion("cardiac", "A cardiac disorder is the cause", yes("cardiac_disorder"), APPLIED),
        Criterion(
            "hypotension",
            "SBP < 90 mmHg for ≥ 30 min, or vasopressor, inotrope or mechanical support needed to "
            "keep SBP ≥ 90 mmHg",
            Some((Test("sbp_below_90_min", low=30), yes("support_for_sbp"))),
            APPLIED,
        ),
        Criterion("hypoperfusion", "Evidence of hypoperfusion", yes("hypoperfusion"), APPLIED),
    ),
    presumed=(VASOPRESSOR_RUNS,),
    lasting=(LOW_PRESSURE,),
)

"""A healthy adult at rest.

The targets are general knowledge; the parameters were found by fitting them
(`validation/hemodynamics/fit_presets.py`). Every other patient, and what is believed of a patient
before anything is measured, is told as changes of `normal.NORMAL`, the published set, which beats
faster and is less contractile (ejection fraction 51 %).
"""

from __future__ import annotations

from afterload.core.source import Source
from afterload.hemodynamics import brain
from afterload.hemodynamics.patient.base import FEEDBACK, Patient, targets

AT_REST = Source(
    "A healthy adult at rest, lying",
    place="middle of the normal ranges: MAP 70-105, CVP 2-6, PA mean 9-18, wedge 6-12 mmHg, output "
    "4-8 L/min, ejection fraction 55-70 %",
    confidence="M",
)
CORONARIES = Source(
    "Coronary flow at rest", place="4-5 % of the output, 225-250 mL/min; reference C.5",
    confidence="M",
)  # fmt: skip
WHOLE = Source("A reflex that is whole", place="gain 1", confidence="M")

HEALTHY = Patient(
    name="normal",
    title="A healthy adult at rest",
    changes={
        "lv.ees": 2.347, "lv.v0": 5.0, "lv.alpha": 0.02994,
        "rv.ees": 0.4147, "rv.alpha": 0.024,
        "asc.c": 0.1906, "arch.c": 0.1589, "desc.c": 0.4766, "fem.c": 0.3177,
        "head.r": 4.894, "arms.r": 9.175, "viscera.r": 1.385, "legs.r": 3.67,
        "lung_in.r": 0.04838, "lung_out.r": 0.005379, "blood.volume": 4927.0, "beat.hr": 70.0,
        "coronary_l.r": 20.5, "coronary_r.r": 76.0, "sinus_l.close": 14.6, "sinus_r.close": 14.6,
        "perfusion.gain": 0.45, "reflex.gain": 1.0,
        "brain.share": 0.81, "brain.gain": brain.WHOLE,
    },
    targets=targets(AT_REST, map=90, sbp=112, cvp=4, pa_mean=14, pcwp=8, co=5.4, lvef=60),
    sources={"perfusion.gain": FEEDBACK, "reflex.gain": WHOLE, "brain.gain": brain.LASSEN,
             **dict.fromkeys(("coronary_l.r", "coronary_r.r"), CORONARIES)},
)  # fmt: skip

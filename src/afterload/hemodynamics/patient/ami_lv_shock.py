"""Left ventricular shock after acute myocardial infarction.

The targets are those of hemodynamics reference C.6; the parameters were found by fitting them
(`validation/hemodynamics/fit_presets.py`). The ventricle is weak (Ees 0.64 mmHg/mL, literature in
shock 0.3-0.7) and has had no time to dilate: 146 mL at a wedge pressure of 26 mmHg.
"""

from __future__ import annotations

from afterload.hemodynamics.patient.base import (
    CATHETER,
    IN_SHOCK,
    SHOCK_SOURCES,
    Patient,
    targets,
)

AMI_LV_SHOCK = Patient(
    name="ami-lv-shock",
    title="Acute myocardial infarction, left ventricular shock",
    changes={
        "lv.ees": 0.619, "lv.v0": 9.463, "lv.alpha": 0.03395, "lv.mass": 160.0,
        "rv.ees": 0.3191, "rv.alpha": 0.02224, "pericardium.v0": 498.5,
        "asc.c": 0.2916, "arch.c": 0.243, "desc.c": 0.7291, "fem.c": 0.4861,
        "head.r": 3.813, "arms.r": 12.19, "viscera.r": 1.84, "legs.r": 4.875,
        "lung_in.r": 0.1284, "lung_out.r": 0.006077, "blood.volume": 6003.0, "beat.hr": 100.0,
        "brain.share": 0.8886,
        **IN_SHOCK,
    },
    gas={"blood.hb": 130.0, "lung.fio2": 0.5, "lung.shunt": 0.15},
    targets=targets(CATHETER, map=60, cvp=12, pa_mean=34, pcwp=26, co=3.2, lvef=22),
    sources=SHOCK_SOURCES,
)  # fmt: skip

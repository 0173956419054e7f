"""Left ventricular shock after acute myocardial infarction.

The targets are those of hemodynamics reference C.6; the parameters were found by fitting them
(`validation/hemodynamics/fit_presets.py`). The ventricle is weak (Ees 0.61 mmHg/mL, literature in
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
        "lv.ees": 0.6129, "lv.v0": 9.475, "lv.alpha": 0.03372, "lv.mass": 160.0,
        "rv.ees": 0.3284, "rv.alpha": 0.02186, "pericardium.v0": 499.0,
        "asc.c": 0.2953, "arch.c": 0.2461, "desc.c": 0.7383, "fem.c": 0.4922,
        "head.r": 3.212, "arms.r": 9.259, "viscera.r": 1.398, "legs.r": 3.704,
        "lung_in.r": 0.1283, "lung_out.r": 0.006085, "blood.volume": 5703.0, "beat.hr": 100.0,
        "brain.share": 0.8764,
        **IN_SHOCK,
    },
    gas={"blood.hb": 130.0, "lung.fio2": 0.5, "lung.shunt": 0.15},
    targets=targets(CATHETER, map=60, cvp=12, pa_mean=34, pcwp=26, co=3.2, lvef=22),
    sources=SHOCK_SOURCES,
)  # fmt: skip

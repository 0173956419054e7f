"""Left ventricular shock after acute myocardial infarction.

The targets are those of hemodynamics reference C.6; the parameters were found by fitting them
(`validation/hemodynamics/fit_presets.py`). The ventricle is weak (Ees 0.64 mmHg/mL, literature in
shock 0.3-0.7) and has had no time to dilate: 146 mL at a wedge pressure of 26 mmHg.
"""

from __future__ import annotations

from afterload.hemodynamics.patient.base import CATHETER, IN_SHOCK, SHOCK_SOURCES, Patient, targets

AMI_LV_SHOCK = Patient(
    name="ami-lv-shock",
    title="Acute myocardial infarction, left ventricular shock",
    changes={
        "lv.ees": 0.638, "lv.v0": 9.44, "lv.alpha": 0.0339, "lv.mass": 160.0,
        "rv.ees": 0.3079, "rv.alpha": 0.02245, "pericardium.v0": 496.8,
        "asc.c": 0.2163, "arch.c": 0.1802, "desc.c": 0.5407, "fem.c": 0.3605,
        "head.r": 5.95, "arms.r": 11.16, "viscera.r": 1.684, "legs.r": 4.462,
        "lung_in.r": 0.04424, "lung_out.r": 0.0899, "blood.volume": 6020.0, "beat.hr": 100.0,
        **IN_SHOCK,
    },
    gas={"blood.hb": 130.0, "lung.fio2": 0.5, "lung.shunt": 0.15},
    targets=targets(CATHETER, map=60, cvp=12, pa_mean=34, pcwp=26, co=3.2, lvef=22),
    sources=SHOCK_SOURCES,
)  # fmt: skip

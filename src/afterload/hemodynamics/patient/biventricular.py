"""Shock from both ventricles.

The targets are those of hemodynamics reference C.6; the parameters were found by fitting them
(`validation/hemodynamics/fit_presets.py`).
"""

from __future__ import annotations

from afterload.hemodynamics.patient.base import CATHETER, IN_SHOCK, SHOCK_SOURCES, Patient, targets

BIVENTRICULAR = Patient(
    name="biventricular",
    title="Biventricular shock",
    changes={
        "lv.ees": 0.6612, "lv.v0": 9.002, "lv.alpha": 0.03763, "lv.mass": 160.0,
        "rv.ees": 0.2595, "rv.alpha": 0.02376, "pericardium.v0": 493.3,
        "asc.c": 0.2164, "arch.c": 0.1803, "desc.c": 0.5409, "fem.c": 0.3606,
        "head.r": 5.72, "arms.r": 10.72, "viscera.r": 1.619, "legs.r": 4.29,
        "lung_in.r": 0.04563, "lung_out.r": 0.09366, "blood.volume": 6461.0, "beat.hr": 105.0,
        **IN_SHOCK,
    },
    gas={"blood.hb": 120.0, "lung.fio2": 0.6, "lung.shunt": 0.2},
    targets=targets(CATHETER, map=58, cvp=19, pa_mean=32, pcwp=25, co=2.7, lvef=20),
    sources=SHOCK_SOURCES,
)  # fmt: skip

"""Shock from both ventricles.

The targets are those of hemodynamics reference C.6; the parameters were found by fitting them
(`validation/hemodynamics/fit_presets.py`).
"""

from __future__ import annotations

from afterload.hemodynamics.patient.base import (
    CATHETER,
    IN_SHOCK,
    SHOCK_SOURCES,
    Patient,
    targets,
)

BIVENTRICULAR = Patient(
    name="biventricular",
    title="Biventricular shock",
    changes={
        "lv.ees": 0.6454, "lv.v0": 9.059, "lv.alpha": 0.0373, "lv.mass": 160.0,
        "rv.ees": 0.2723, "rv.alpha": 0.02326, "pericardium.v0": 496.3,
        "asc.c": 0.2919, "arch.c": 0.2433, "desc.c": 0.7299, "fem.c": 0.4866,
        "head.r": 3.62, "arms.r": 10.45, "viscera.r": 1.577, "legs.r": 4.178,
        "lung_in.r": 0.1336, "lung_out.r": 0.00609, "blood.volume": 6151.0, "beat.hr": 105.0,
        "brain.share": 0.8765,
        **IN_SHOCK,
    },
    gas={"blood.hb": 120.0, "lung.fio2": 0.6, "lung.shunt": 0.2},
    targets=targets(CATHETER, map=58, cvp=19, pa_mean=32, pcwp=25, co=2.7, lvef=20),
    sources=SHOCK_SOURCES,
)  # fmt: skip

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
        "lv.ees": 0.6507, "lv.v0": 9.012, "lv.alpha": 0.03752, "lv.mass": 160.0,
        "rv.ees": 0.2657, "rv.alpha": 0.02359, "pericardium.v0": 494.4,
        "asc.c": 0.2897, "arch.c": 0.2414, "desc.c": 0.7243, "fem.c": 0.4829,
        "head.r": 3.644, "arms.r": 11.71, "viscera.r": 1.768, "legs.r": 4.685,
        "lung_in.r": 0.1338, "lung_out.r": 0.006082, "blood.volume": 6446.0, "beat.hr": 105.0,
        "brain.share": 0.8891,
        **IN_SHOCK,
    },
    gas={"blood.hb": 120.0, "lung.fio2": 0.6, "lung.shunt": 0.2},
    targets=targets(CATHETER, map=58, cvp=19, pa_mean=32, pcwp=25, co=2.7, lvef=20),
    sources=SHOCK_SOURCES,
)  # fmt: skip

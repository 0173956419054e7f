"""Decompensated dilated cardiomyopathy.

The targets are those of hemodynamics reference C.6, with a diameter of 68 mm for the dilated
ventricle; the parameters were found by fitting them (`validation/hemodynamics/fit_presets.py`). The
pericardium has grown with the heart: it tightens at 700 mL.
"""

from __future__ import annotations

from afterload.core.source import Source
from afterload.hemodynamics.patient.base import CATHETER, IN_SHOCK, SHOCK_SOURCES, Patient, targets

CHOICE = Source(
    "Our choice, before the fit",
    place="pericardium.v0 a pericardium that has grown with the heart",
    confidence="M",
)

DCM = Patient(
    name="dcm",
    title="Dilated cardiomyopathy, decompensated",
    changes={
        "lv.ees": 0.383, "lv.v0": 11.64, "lv.alpha": 0.02007, "lv.mass": 250.0,
        "rv.ees": 0.3604, "rv.alpha": 0.02133, "pericardium.v0": 700.0,
        "asc.c": 0.2883, "arch.c": 0.2403, "desc.c": 0.7208, "fem.c": 0.4805,
        "head.r": 3.503, "arms.r": 11.42, "viscera.r": 1.724, "legs.r": 4.57,
        "lung_in.r": 0.1415, "lung_out.r": 0.006142, "blood.volume": 6068.0, "beat.hr": 90.0,
        "brain.share": 0.8908,
        **IN_SHOCK,
    },
    gas={"blood.hb": 120.0, "lung.fio2": 0.4, "lung.shunt": 0.1},
    targets=targets(CATHETER, map=68, cvp=15, pa_mean=38, pcwp=29, co=3.3, lvef=15, lvedd=68),
    sources={**SHOCK_SOURCES, **dict.fromkeys(("pericardium.v0",), CHOICE)},
)  # fmt: skip

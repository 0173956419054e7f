"""Shock after cardiac surgery: both ventricles stunned, the pericardium open, the blood thin.

The targets are general knowledge (the reference has no row for it); the parameters were found by
fitting them (`validation/hemodynamics/fit_presets.py`).
"""

from __future__ import annotations

from afterload.core.source import Source
from afterload.hemodynamics.patient.base import IN_SHOCK, SHOCK_SOURCES, Patient, targets

SURGERY = Source(
    "A patient who cannot be weaned from cardiopulmonary bypass",
    place="typical values: both filling pressures raised, output low, haemoglobin 85 g/L",
    confidence="M",
)

CHOICE = Source(
    "Our choice, before the fit",
    place="the pericardium is left open (p0 = 0); 36 degrees after bypass",
    confidence="M",
)

POSTCARDIOTOMY = Patient(
    name="postcardiotomy",
    title="Shock after cardiac surgery",
    changes={
        "lv.ees": 0.6755, "lv.v0": 9.262, "lv.alpha": 0.03466, "lv.mass": 180.0,
        "rv.ees": 0.2785, "rv.alpha": 0.02314, "pericardium.p0": 0.0,
        "asc.c": 0.2944, "arch.c": 0.2454, "desc.c": 0.7361, "fem.c": 0.4907,
        "head.r": 2.787, "arms.r": 8.949, "viscera.r": 1.351, "legs.r": 3.58,
        "lung_in.r": 0.1285, "lung_out.r": 0.006066, "blood.volume": 5842.0, "beat.hr": 95.0,
        "brain.share": 0.889,
        **IN_SHOCK,
    },
    gas={"blood.hb": 85.0, "blood.temperature": 36.0, "lung.fio2": 0.6, "lung.shunt": 0.2},
    targets=targets(SURGERY, map=58, cvp=15, pa_mean=28, pcwp=20, co=3.2, lvef=25),
    sources={**SHOCK_SOURCES, **dict.fromkeys(("pericardium.p0", "blood.temperature"), CHOICE)},
)  # fmt: skip

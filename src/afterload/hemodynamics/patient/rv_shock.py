"""Right ventricular shock: an infarct of the right ventricle, the left one underfilled.

The targets are those of hemodynamics reference C.6; the parameters were found by fitting them
(`validation/hemodynamics/fit_presets.py`) once the right ventricle could dilate (alpha 0.018 per
mL) and the pericardium tighten around it (from 245 mL, near the 200 mL about both ventricles of
Smith et al. 2004): it holds 210 mL, the septum bulges to the left, and the sac presses with 9 to
13 mmHg. A wedge pressure of 12 mmHg then fills a small left ventricle (58 mL, ejection fraction
55 % at 3 L/min) that is no stiffer than other patients' (alpha 0.035 per mL). Without septum and
pericardium it would have to be twice as stiff (0.075), and an alpha up to 0.05 does not reach
these targets (finding 8).
"""

from __future__ import annotations

from afterload.core.source import Source
from afterload.hemodynamics.patient.base import (
    CATHETER,
    IN_SHOCK,
    SHOCK_SOURCES,
    Patient,
    targets,
)

CHOICE = Source(
    "Our choice, before the fit",
    place="pericardium tight around a right ventricle that dilates at once; rv.alpha below the "
    "usual, so that it dilates as an infarcted one",
    confidence="M",
)

RV_SHOCK = Patient(
    name="rv-shock",
    title="Right ventricular shock",
    changes={
        "lv.ees": 2.762, "lv.v0": 5.607, "lv.alpha": 0.03499,
        "rv.ees": 0.04848, "rv.alpha": 0.018, "pericardium.v0": 245.0,
        "asc.c": 0.297, "arch.c": 0.2475, "desc.c": 0.7424, "fem.c": 0.4949,
        "head.r": 5.176, "arms.r": 9.705, "viscera.r": 1.465, "legs.r": 3.882,
        "lung_in.r": 0.1541, "lung_out.r": 0.006094, "blood.volume": 5994.0, "beat.hr": 95.0,
        **IN_SHOCK,
    },
    gas={"blood.hb": 130.0, "lung.fio2": 0.5, "lung.shunt": 0.1},
    targets=targets(CATHETER, map=60, cvp=20, pa_mean=20, pcwp=12, co=3.0, lvef=55),
    sources={**SHOCK_SOURCES, **dict.fromkeys(("pericardium.v0", "rv.alpha"), CHOICE)},
    warnings=(
        "rv-shock: how tightly the pericardium holds the heart is a choice; it decides how the "
        "left ventricle fills when a device unloads the right side.",
    ),
)  # fmt: skip

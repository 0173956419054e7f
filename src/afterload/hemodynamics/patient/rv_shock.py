"""Right ventricular shock: an infarct of the right ventricle, the left one underfilled.

The targets are those of hemodynamics reference C.6; the parameters were found by fitting them
(`validation/hemodynamics/fit_presets.py`) once the right ventricle could dilate (alpha 0.018 per
mL) and the pericardium tighten around it (from 380 mL): it holds 230 mL, and the septum bulges to
the left. An ejection fraction of 55 % at 3 L/min means a left ventricle of 58 mL, and a wedge
pressure of 12 mmHg then takes a strong one (Ees 3.2 mmHg/mL) that is stiff (alpha 0.065 per mL,
twice that of the other patients). With neither septum nor pericardium it would have to be stiffer
still (0.075); an alpha up to 0.05 does not reach these targets without them (finding 8).
"""

from __future__ import annotations

from afterload.core.source import Source
from afterload.hemodynamics.patient.base import CATHETER, IN_SHOCK, SHOCK_SOURCES, Patient, targets

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
        "lv.ees": 3.23, "lv.v0": 4.707, "lv.alpha": 0.06549,
        "rv.ees": 0.08778, "rv.alpha": 0.018, "pericardium.v0": 380.0,
        "asc.c": 0.2718, "arch.c": 0.2265, "desc.c": 0.6794, "fem.c": 0.4529,
        "head.r": 5.246, "arms.r": 9.835, "viscera.r": 1.485, "legs.r": 3.934,
        "lung_in.r": 0.04436, "lung_out.r": 0.1028, "blood.volume": 6154.0, "beat.hr": 95.0,
        **IN_SHOCK,
    },
    gas={"blood.hb": 130.0, "lung.fio2": 0.5, "lung.shunt": 0.1},
    targets=targets(CATHETER, map=60, cvp=20, pa_mean=20, pcwp=12, co=3.0, lvef=55),
    sources={**SHOCK_SOURCES, **dict.fromkeys(("pericardium.v0", "rv.alpha"), CHOICE)},
    warnings=(
        "rv-shock: the left ventricle has to be small and stiff to reach its targets; how it "
        "fills when a device unloads the right side is uncertain.",
    ),
)  # fmt: skip

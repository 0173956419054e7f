"""Right ventricular shock: an infarct of the right ventricle, the left one underfilled.

The targets are those of hemodynamics reference C.6; the parameters were found by fitting them
(`validation/hemodynamics/fit_presets.py`) once the right ventricle could dilate (alpha 0.018 per
mL), its valve leak as it does (a hole of 0.3 cm², 15 % of its stroke volume), and the pericardium
tighten around it (from 245 mL, near the 200 mL about both ventricles of Smith et al. 2004): it
holds 210 mL, the septum bulges to the left, and the sac presses with some 10 mmHg. A wedge pressure
of 12 mmHg then fills a small left ventricle (58 mL, ejection fraction 55 % at 3 L/min) that is as
stiff as other patients' (alpha 0.036 per mL). Without septum and pericardium it would have to be
twice as stiff (0.075), and an alpha up to 0.05 does not reach these targets (finding 8).

A mean pressure in the pulmonary artery that is no higher than the venous one means that the right
ventricle adds hardly anything, whatever heart reaches these targets: its work ejects some blood to
the lungs and some back, and the rest passes it on its way to an emptier left side. A larger hole or
a wider pericardium reaches them too, but with a left ventricle half as stiff again, whose wedge
pressure then rises above 20 mmHg on a pump for the right heart.
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
    "usual, so that it dilates as an infarcted one; tricuspid_leak.k a moderate leak, as such a "
    "ventricle has",
    confidence="M",
)

RV_SHOCK = Patient(
    name="rv-shock",
    title="Right ventricular shock",
    changes={
        "lv.ees": 2.806, "lv.v0": 5.502, "lv.alpha": 0.03578,
        "rv.ees": 0.05379, "rv.alpha": 0.018, "pericardium.v0": 245.0,
        "tricuspid_leak.k": 15.0,
        "asc.c": 0.3026, "arch.c": 0.2521, "desc.c": 0.7564, "fem.c": 0.5043,
        "head.r": 3.81, "arms.r": 9.638, "viscera.r": 1.455, "legs.r": 3.855,
        "lung_in.r": 0.1526, "lung_out.r": 0.006093, "blood.volume": 5947.0, "beat.hr": 95.0,
        "brain.share": 0.8592,
        **IN_SHOCK,
    },
    gas={"blood.hb": 130.0, "lung.fio2": 0.5, "lung.shunt": 0.1},
    targets=targets(CATHETER, map=60, cvp=20, pa_mean=20, pcwp=12, co=3.0, lvef=55),
    sources={
        **SHOCK_SOURCES,
        **dict.fromkeys(("pericardium.v0", "rv.alpha", "tricuspid_leak.k"), CHOICE),
    },
    warnings=(
        "rv-shock: how tightly the pericardium holds the heart is a choice; it decides how the "
        "left ventricle fills when a device unloads the right side.",
    ),
)  # fmt: skip

"""The presets' parameters from their targets, by the package's own fit.

    python validation/hemodynamics/fit_presets.py      writes validation/hemodynamics/presets.json
                                                       and the numbers in the patients' files

How the beds share the output follows from the targets (`hemodynamics.regional`): the brain gets
what its curve gives it, the others what is left; the fit finds the resistance of all beds together.
Targets are fitted with errors far below those of bedside measurements, so that the prior only
decides what the targets leave open. What a preset fixes by itself (pericardium, right ventricular
stiffness) is told below and in its file. Numbers have four digits; the tests then ask every file
for its targets.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np

from afterload.hemodynamics.fit_prior import NORMAL_ADULT, PRIOR, place, values
from afterload.hemodynamics.fit_read import read
from afterload.hemodynamics.fit_search import Problem, search
from afterload.hemodynamics.index import indices
from afterload.hemodynamics.patient import PATIENTS
from afterload.hemodynamics.patient.gas import GAS
from afterload.hemodynamics.regional import split
from afterload.hemodynamics.trace import trace

HERE = Path(__file__).parent
FOLDER = HERE.parents[1] / "src" / "afterload" / "hemodynamics" / "patient"
ERRORS = {"map": 0.5, "cvp": 0.3, "pa_mean": 0.4, "pcwp": 0.4, "co": 0.01, "lvef": 0.7, "sbp": 1.0,
          "lvedd": 0.02}  # fmt: skip

FILES = {"normal": "healthy.py"}

# targets; then what is fixed beforehand
PRESETS = {
    "normal": (
        {"hr": 70, "map": 90, "sbp": 112, "cvp": 4, "pa_mean": 14, "pcwp": 8, "co": 5.4,
         "lvef": 60},
        {"lv.v0": 5.0, "rv.alpha": 0.024, "pericardium.v0": 430.0, "coronary_l.r": 20.5,
         "coronary_r.r": 76.0, "sinus_l.close": 14.6, "sinus_r.close": 14.6},
    ),
    "ami-lv-shock": (
        {"hr": 100, "map": 60, "cvp": 12, "pa_mean": 34, "pcwp": 26, "co": 3.2, "lvef": 22},
        {"lv.mass": 160.0},
    ),
    "biventricular": (
        {"hr": 105, "map": 58, "cvp": 19, "pa_mean": 32, "pcwp": 25, "co": 2.7, "lvef": 20},
        {"lv.mass": 160.0},
    ),
    "dcm": (
        {"hr": 90, "map": 68, "cvp": 15, "pa_mean": 38, "pcwp": 29, "co": 3.3, "lvef": 15,
         "lvedd": 68},
        {"lv.mass": 250.0, "pericardium.v0": 700.0},
    ),
    "rv-shock": (
        {"hr": 95, "map": 60, "cvp": 20, "pa_mean": 20, "pcwp": 12, "co": 3.0, "lvef": 55},
        {"lv.mass": 150.0, "rv.alpha": 0.018, "pericardium.v0": 245.0, "tricuspid_leak.k": 15.0},
    ),
    "postcardiotomy": (
        {"hr": 95, "map": 58, "cvp": 15, "pa_mean": 28, "pcwp": 20, "co": 3.2, "lvef": 25},
        {"lv.mass": 180.0, "pericardium.p0": 0.0},
    ),
}  # fmt: skip


def main() -> None:
    out = {}
    for name, (measured, fixed) in PRESETS.items():
        reading = read(measured, {k: ERRORS[k] for k in measured if k != "hr"})
        beds = split(
            measured["map"], measured["cvp"], measured["co"],
            {**GAS, **PATIENTS[name].gas}["blood.hb"],
        )  # fmt: skip
        base = {**NORMAL_ADULT, **beds, **fixed, "beat.hr": float(measured["hr"])}
        still = {*fixed, *(("pericardium.v0",) if "pericardium.p0" in fixed else ())}
        prior = tuple(free for free in PRIOR if free.name not in still)
        problem = Problem(reading, prior, base, lambda p: p)
        found = search(problem)
        z = np.repeat(found.z[:, None], 2, axis=1)
        best = {k: float(v[0]) for k, v in place(prior, values(prior, z), base).items()}
        changes = {
            k: float(f"{v:.4g}") for k, v in best.items() if abs(v - NORMAL_ADULT[k]) > 1e-12
        }
        _, settled = problem.run(z, None)
        shown = {k: round(float(v[0]), 3) for k, v in indices(trace(settled)).items()}
        out[name] = {
            "targets": measured, "changes": changes, "indices": shown,
            "prior_sds": {
                free.name: round(float(v), 2) for free, v in zip(prior, found.z, strict=True)
            },
        }  # fmt: skip
        write(FOLDER / FILES.get(name, f"{name.replace('-', '_')}.py"), changes)
    (HERE / "presets.json").write_text(json.dumps(out, indent=1) + "\n")


def write(path: Path, changes: dict[str, float]) -> None:
    """Put the numbers into a patient's file, where every one of them stands already."""
    text = path.read_text("utf-8")
    for name, value in changes.items():
        text, found = re.subn(rf'"{re.escape(name)}": [0-9.e+-]+', f'"{name}": {value}', text)
        assert found == 1, f"{path.name}: {name} stands {found} times."
    path.write_text(text, "utf-8")


if __name__ == "__main__":
    main()

"""How often a 90 % interval of the fit holds the truth, on simulated patients.

    python validation/hemodynamics/fit_coverage.py [PATIENTS]     writes fit_coverage.json beside it

Patients are drawn from the prior, settled, and measured with the errors the fit assumes; the fit
sees only the measurements. Half of them are measured fully, half by five numbers. What devices do
to them is computed from their true parameters, with gains and device constants drawn as the
prediction draws them. Patients without a steady beat, or whose measurements are refused, are drawn
again and counted.
"""

from __future__ import annotations

import json
import math
import sys
import time
from pathlib import Path

import numpy as np

from afterload.core.errors import AfterloadError
from afterload.hemodynamics.device import parse_device
from afterload.hemodynamics.fit import INTERVAL, fit
from afterload.hemodynamics.fit_measure import MEASUREMENTS, read
from afterload.hemodynamics.fit_posterior import Draws
from afterload.hemodynamics.fit_predict import predict
from afterload.hemodynamics.fit_prior import HEART_RATE, NORMAL_ADULT, PRIOR
from afterload.hemodynamics.fit_search import Problem
from afterload.hemodynamics.trace import trace

HERE = Path(__file__).parent
FULL = ("map", "sbp", "dbp", "cvp", "pa_mean", "pcwp", "co", "lvef")
FEW = ("map", "cvp", "pcwp", "co")
OPTIONS = ("impella-cp", "ecls:flow=3", "iabp")
DRAWS, SOME = 1000, 256
"""Draws of a fit, and of them those that a prediction runs."""

WATCHED = ("map", "pcwp", "cvp", "total_flow", "edv", "stroke_work", "pva")


def drawn(rng: np.random.Generator, names: tuple[str, ...]):
    """A patient from the prior with measurements; None if there is no such patient."""
    prior = (*PRIOR, HEART_RATE)
    z = rng.standard_normal(len(prior))
    blank = read({name: 50.0 if name != "co" else 4.0 for name in ("map",)})
    problem = Problem(blank, prior, NORMAL_ADULT, lambda p: p)
    misfit, settled = problem.run(np.repeat(z[:, None], 2, axis=1), None)
    if not np.isfinite(misfit).all():
        return None
    t = trace(settled)
    measured = {"hr": float(HEART_RATE.value(z[-1]))}
    for name in names:
        m = MEASUREMENTS[name]
        scaled = m.scale(m.compute(t))[0] + m.sd * rng.standard_normal()
        measured[name] = float(math.exp(scaled) if m.relative else scaled)
    means = {k: settled.means[k][:1] for k in ("q.coronary_l", "p.arch")}
    return z, measured, settled.states[:, :1], means


def truth_of(found, z, states, means, options, rng):
    """What the devices do to the patient as he is."""
    from dataclasses import replace

    own = Draws(
        z[: len(found.problem.prior), None], found.draws.observed[:, :1], states,
        means["q.coronary_l"], means["p.arch"], 1.0,
    )  # fmt: skip
    own = replace(
        own,
        z=np.repeat(own.z, 2, 1), states=np.repeat(states, 2, 1),
        coronary=np.repeat(own.coronary, 2), arch=np.repeat(own.arch, 2),
    )  # fmt: skip
    return predict(replace(found, draws=own), options, draws=2, rng=rng)


def main(patients: int) -> None:
    rng, ours = np.random.default_rng(4), np.random.default_rng(5)
    options = [[parse_device(word)] for word in OPTIONS]
    held: dict[str, list[bool]] = {}
    again: dict[str, int] = {"no steady beat": 0, "refused": 0}
    refused: list[str] = []
    took: list[float] = []
    ess: list[float] = []
    done = 0
    while done < patients:
        names = FULL if done % 2 == 0 else FEW
        one = drawn(rng, names)
        if one is None:
            again["no steady beat"] += 1
            continue
        z, measured, states, means = one
        try:
            begun = time.perf_counter()
            found = fit(measured, draws=DRAWS, rng=ours)
            took.append(time.perf_counter() - begun)
        except AfterloadError as why:
            again["refused"] += 1
            refused.append(str(why)[:110])
            continue
        done += 1
        ess.append(found.draws.effective)
        kind = "full" if names == FULL else "few"
        for free, estimate, true in zip(found.problem.prior, found.estimates, z, strict=False):
            value = float(free.value(true))
            held.setdefault(f"{kind}: {free.name}", []).append(
                estimate.low <= value <= estimate.high
            )
        predicted = predict(found, options, draws=SOME, rng=ours)
        real = truth_of(found, z, states, means, options, rng)
        for option, p, r in zip(OPTIONS, predicted[1:], real[1:], strict=True):
            for name in WATCHED:
                for what, told, true in (
                    ("", p.indices[name], r.draws[name][0]),
                    ("change of ", p.changes[name], r.draws[name][0] - real[0].draws[name][0]),
                ):
                    if np.isfinite(true):
                        held.setdefault(f"{kind}: {what}{name}, {option}", []).append(
                            bool(told.low <= true <= told.high)
                        )
        if done % 10 == 0:
            print(done, summary(held)["overall"], flush=True)
            out = {
                "patients": done, "interval": INTERVAL, "drawn again": again, "refusals": refused,
                "draws of a fit": DRAWS, "median seconds of a fit": float(np.median(took)),
                "median effective draws": float(np.median(ess)), **summary(held),
            }  # fmt: skip
            (HERE / "fit_coverage.json").write_text(json.dumps(out, indent=1) + "\n")


def summary(held: dict[str, list[bool]]) -> dict[str, object]:
    """Shares of intervals that hold the truth."""

    def share(keep) -> float:
        chosen = [x for k, v in held.items() if keep(k) for x in v]
        return round(float(np.mean(chosen)), 4) if chosen else float("nan")

    parts = {"parameters": lambda k: "," not in k, "device indices": lambda k: "," in k and
             "change" not in k, "device changes": lambda k: "change" in k}  # fmt: skip
    kinds = ("full", "few")
    return {
        "overall": {
            f"{kind}: {what}": share(lambda k, kind=kind, keep=keep: k.startswith(kind) and keep(k))
            for kind in kinds
            for what, keep in parts.items()
        },
        "each": {k: {"share": round(float(np.mean(v)), 3), "n": len(v)} for k, v in held.items()},
    }


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)

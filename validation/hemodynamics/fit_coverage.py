"""How often a 90 % interval of the fit holds the truth, on simulated patients.

    python validation/hemodynamics/fit_coverage.py [--patients 200] [--workers 2]

writes fit_coverage.json beside it. Patients are drawn from the prior, settled, and measured with
the errors the fit assumes; the fit sees only the measurements, of four kinds in turn (`KINDS`).
What devices and combinations of them do is computed from their true parameters, with gains and
device constants drawn as the prediction draws them. Patients without a steady beat, or whose
measurements are refused, are drawn again and counted. Every patient has a seed of his own, so that
the result does not hang on the number of workers.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from afterload.core.errors import AfterloadError
from afterload.hemodynamics.device import parse_device
from afterload.hemodynamics.fit import FEW, INTERVAL, fit
from afterload.hemodynamics.fit_measure import ALL, Reading
from afterload.hemodynamics.fit_oxygen import gas_of, oxygen_prior
from afterload.hemodynamics.fit_posterior import Draws
from afterload.hemodynamics.fit_predict import predict
from afterload.hemodynamics.fit_prior import HEART_RATE, NORMAL_ADULT, PRIOR
from afterload.hemodynamics.fit_search import Problem
from afterload.hemodynamics.gas import gases
from afterload.hemodynamics.gas_index import gas_indices
from afterload.hemodynamics.trace import part_of

HERE = Path(__file__).parent
FIO2 = 0.5
KNOWN = {"lung.fio2": FIO2}
BASE = {**NORMAL_ADULT, "head.r": NORMAL_ADULT["head.r"] * (1 + 1e-9)}
"""What is not free, of patients and of fits. A resistance was told, so that a fit lets the beds
share the output as they truly do, and not by what was measured (`fit._shared`)."""

TRUE = (*PRIOR, HEART_RATE, *oxygen_prior(KNOWN))
"""What differs from one patient to the next."""

EVERY = ("map", "sbp", "dbp", "cvp", "pa_sys", "pa_dia", "pa_mean", "pcwp", "co", "lvef", "lvedd",
         "sao2", "svo2")  # fmt: skip
KINDS: dict[str, tuple[str, ...] | None] = {
    "eight": ("hr", "map", "sbp", "dbp", "cvp", "pa_mean", "pcwp", "co", "lvef"),
    "saturations, no output": ("hr", "map", "cvp", "pa_mean", "pcwp", "lvef", "sao2", "svo2", "hb"),
    "three": ("hr", "map", "cvp"),
    "any": None,
}
"""What is measured; of "any", each number with a chance of a half, and at least three."""

OPTIONS = ("impella-cp", "ecls:flow=3 impella-cp", "ecls:flow=3 iabp")
DRAWS, SOME = 300, 96
"""Draws of a fit, and of them those that a prediction runs."""

WATCHED = ("map", "pcwp", "cvp", "total_flow", "edv", "stroke_work", "pva", "svo2", "do2")


@dataclass
class Told:
    """One patient: which intervals hold the truth."""

    kind: str
    names: tuple[str, ...] = ()
    held: dict[str, bool] = field(default_factory=dict)
    effective: float = math.nan
    seconds: float = math.nan
    again: list[str] = field(default_factory=list)


def breathes(t, devices, lost, gas):
    """SvO2 and oxygen delivery beside the indices."""
    found = {name: np.full(len(lost), np.nan) for name in ("svo2", "do2")}
    well = np.flatnonzero(~lost)
    try:
        own = {"lung.fio2": np.full(len(well), FIO2), **{k: v[well] for k, v in gas.items()}}
        values = gas_indices(gases(part_of(t, well), own, devices))
        for name, value in found.items():
            value[well] = values[name]
    except AfterloadError:
        pass
    return found


def drawn(rng: np.random.Generator, names: tuple[str, ...]):
    """A patient from the prior with measurements; None if there is no such patient."""
    z = rng.standard_normal(len(TRUE))
    blank = Reading(dict.fromkeys(EVERY, 50.0), None, errors={n: ALL[n].sd for n in EVERY})
    problem = Problem(blank, TRUE, BASE, lambda p: p, gas=KNOWN)
    misfit, settled = problem.run(np.repeat(z[:, None], 2, axis=1), None)
    if not np.isfinite(misfit).all():
        return None
    real = dict(zip(blank.values, misfit[:, 0] * blank.sd + blank.target, strict=True))
    gas = gas_of(TRUE, np.repeat(z[:, None], 2, axis=1), KNOWN)
    measured = {"fio2": 100 * FIO2}
    for name in names:
        if name == "hr":
            measured[name] = float(HEART_RATE.value(z[len(PRIOR)]))
        elif name == "hb":
            measured[name] = float(gas["blood.hb"][0])
        else:
            scaled = real[name] + ALL[name].sd * rng.standard_normal()
            measured[name] = float(math.exp(scaled) if ALL[name].relative else scaled)
    return z, measured, settled, gas


def truth_of(found, z, settled, gas, options, rng):
    """What the devices do to the patient as he is."""
    true = dict(zip((free.name for free in TRUE), z, strict=True))
    own = np.array([true[free.name] for free in found.problem.prior])
    two = Draws(
        np.repeat(own[:, None], 2, 1), found.draws.observed[:, :2], settled.states[:, :2],
        settled.means["q.coronary_l"][:2], settled.means["p.arch"][:2], 2.0,
    )  # fmt: skip
    him = replace(found, draws=two, breath=gas)
    return predict(him, options, draws=2, rng=rng, also=breathes)


def one(number: int) -> Told:
    """One patient, measured, fitted and predicted."""
    rng = np.random.default_rng([4, number])
    kind = list(KINDS)[number % len(KINDS)]
    told = Told(kind)
    options = [[parse_device(word) for word in words.split()] for words in OPTIONS]
    while True:
        told.names = KINDS[kind] or subset(rng)
        patient = drawn(rng, told.names)
        if patient is None:
            told.again.append("no steady beat")
            continue
        z, measured, settled, gas = patient
        try:
            begun = time.process_time()
            found = fit(measured, base=BASE, draws=DRAWS, rng=rng)
            told.seconds = time.process_time() - begun
            predicted = predict(found, options, draws=SOME, rng=rng, also=breathes)
        except AfterloadError as why:
            told.again.append(str(why)[:110])
            continue
        break
    told.effective = found.draws.effective
    true = dict(zip((free.name for free in TRUE), z, strict=True))
    for free, estimate in zip(found.problem.prior, found.estimates, strict=True):
        value = float(free.value(true[free.name]))
        told.held[free.name] = estimate.low <= value <= estimate.high
    real = truth_of(found, z, settled, gas, options, rng)
    for words, p, r in zip(("alone", *OPTIONS), predicted, real, strict=True):
        for name in WATCHED:
            value = r.draws[name][0]
            if np.isfinite(value):
                held = p.indices[name].low <= value <= p.indices[name].high
                told.held[f"{name}, {words}"] = bool(held)
            change = value - real[0].draws[name][0]
            if p.changes and np.isfinite(change):
                held = p.changes[name].low <= change <= p.changes[name].high
                told.held[f"change of {name}, {words}"] = bool(held)
    return told


def subset(rng: np.random.Generator) -> tuple[str, ...]:
    """Some of what can be measured; a saturation of mixed venous blood mostly comes with hb."""
    while True:
        names = [name for name in EVERY if rng.random() < 0.5]
        if len(names) >= 3:
            names += ["hr"] * (rng.random() < 0.8) + ["hb"] * (rng.random() < 0.8)
            return tuple(names)


PARTS = {
    "parameters": lambda k: "," not in k,
    "indices without a device": lambda k: "alone" in k,
    **{words: lambda k, w=words: k.endswith(f", {w}") and "change" not in k for words in OPTIONS},
    "what devices change": lambda k: "change" in k,
}


def summary(all_told: list[Told]) -> dict[str, object]:
    """Shares of intervals that hold the truth, and the standard errors of these.

    The numbers of one patient hang together, so that patients are what varies: the error is that of
    a ratio of sums over them, from how all patients differ, for so many patients as there are.
    """

    def counts(some: list[Told], keep) -> tuple[np.ndarray, np.ndarray]:
        chosen = [[x for k, x in one.held.items() if keep(k)] for one in some]
        return np.array([sum(one) for one in chosen], float), np.array([len(c) for c in chosen])

    def share(some: list[Told], keep) -> dict[str, float]:
        held, asked = counts(some, keep)
        all_held, all_asked = counts(all_told, keep)
        off = (all_held - all_held.sum() / all_asked.sum() * all_asked) / all_asked.mean()
        error = off.std(ddof=1) / np.sqrt(len(some))
        return {"share": round(float(held.sum() / asked.sum()), 4), "error": round(float(error), 4)}

    groups = {kind: [t for t in all_told if t.kind == kind] for kind in KINDS}
    each: dict[str, list[bool]] = {}
    for told in all_told:
        for k, x in told.held.items():
            each.setdefault(k, []).append(x)
    again = Counter(text.split("=")[0] for told in all_told for text in told.again)
    worth = np.array([told.effective for told in all_told])
    return {
        "patients": len(all_told), "interval": INTERVAL, "draws of a fit": DRAWS,
        "draws of a prediction": SOME, "drawn again": dict(again),
        "median processor seconds of a fit": float(np.median([t.seconds for t in all_told])),
        "effective draws": {
            "median": float(np.median(worth)), "5 %": float(np.percentile(worth, 5)),
            "least": float(worth.min()), "patients who are warned": int((worth < FEW).sum()),
        },
        "overall": {
            f"{kind}: {what}": share(some, keep)
            for kind, some in groups.items() for what, keep in PARTS.items()
        },
        "all patients": {what: share(all_told, keep) for what, keep in PARTS.items()},
        "with a saturation": share([t for t in all_told if "svo2" in t.names], bool),
        "each": {k: {"share": round(float(np.mean(v)), 3), "n": len(v)} for k, v in each.items()},
    }  # fmt: skip


def main() -> None:
    """Fit them all."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--patients", type=int, default=200)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    told: list[Told] = []
    with ProcessPoolExecutor(asked.workers) as pool:
        for found in pool.map(one, range(asked.patients)):
            told.append(found)
            if len(told) % 10 == 0:
                whole = summary(told)
                print(len(told), whole["all patients"], whole["effective draws"], flush=True)
                (HERE / "fit_coverage.json").write_text(json.dumps(whole, indent=1) + "\n")


if __name__ == "__main__":
    main()

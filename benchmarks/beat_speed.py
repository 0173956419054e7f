"""How fast patients settle: the steady beat of one, of a few scenarios, of a thousand.

No peer finds a steady state otherwise than by beating on, so that stands beside ours: the beats of
a patient who is left to himself until they change as little. Wall time suffers from whatever else
the machine does; beside it stands the processor time of all threads.

Run: python benchmarks/beat_speed.py [--runs 7] [--patients 1000]
"""

from __future__ import annotations

import argparse
import os
import resource
from collections.abc import Callable, Mapping

import numpy as np
from machine import machine, seconds
from numpy.typing import NDArray

from afterload.hemodynamics.device import parameters_together, parse_device
from afterload.hemodynamics.fit_support import supported
from afterload.hemodynamics.index import indices
from afterload.hemodynamics.patient.normal import CONTROLLED, NORMAL
from afterload.hemodynamics.solve import Options, Settled, settled_numbers, steady
from afterload.hemodynamics.trace import trace

Array = NDArray[np.float64]
BASE = {**NORMAL, **CONTROLLED}
SHOCK = BASE | {"lv.ees": 0.6657, "rv.ees": 0.3281, "blood.volume": 6069.0, "lv.alpha": 0.0311,
                "beat.hr": 100.0, "pericardium.v0": 520.0}  # fmt: skip
PLAIN = Options(memory=0, most_beats=3000)


def lanes(patient: Mapping[str, float], n: int = 1) -> dict[str, Array]:
    """A patient n times."""
    return {name: np.full(n, value) for name, value in patient.items()}


def with_device(words: str) -> dict[str, float]:
    """The patient in shock with a device at a set speed or level."""
    return SHOCK | parameters_together([parse_device(words)])


def numbers(found: Settled) -> dict[str, Array]:
    """Every index of a beat."""
    return indices(trace(found))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--patients", type=int, default=1000)
    asked = parser.parse_args()
    print(f"{machine()}; medians of {asked.runs} (best)\n")

    def show(what: str, job: Callable[[], Settled | Mapping[str, Array]]) -> None:
        found = job()
        took = seconds(job, asked.runs)
        more = f"{found.beats} beats" if isinstance(found, Settled) else ""
        print(
            f"{what:46s} {1e3 * took.median:9.1f} ms ({1e3 * took.best:.1f})"
            f"   processor {1e3 * took.busy:8.1f} ms   {more}"
        )

    alone = steady(lanes(SHOCK))
    acting = {
        "perfusion.gain": 0.5, "perfusion.reference": float(alone.means["q.coronary_l"][0]),
        "reflex.gain": 0.3, "reflex.reference": float(alone.means["p.arch"][0]),
    }  # fmt: skip
    pumped = with_device("ecls:rpm=3500")
    cases = {
        "a normal adult": lanes(BASE),
        "in shock": lanes(SHOCK),
        "in shock, ECMO": lanes(pumped),
        "in shock, ECMO, perfusion and reflex acting": lanes(pumped | acting),
        "in shock, Impella CP": lanes(with_device("impella-cp:level=P6") | acting),
    }
    for what, patient in cases.items():
        show(what, lambda patient=patient: steady(patient))  # type: ignore[misc]
    for words in ("iabp", "iabp:ratio=2", "iabp:ratio=3", "heartmate-3:pulse=no", "heartmate-3"):
        told = supported(lanes(SHOCK | acting), [parse_device(words)])
        show(f"in shock, {words}", lambda told=told: steady(told))  # type: ignore[misc]
    show("in shock, ECMO, by beating on", lambda: steady(lanes(pumped), PLAIN))
    some = {k: np.concatenate([p[k] for p in cases.values()]) for k in BASE}
    show("all five side by side", lambda: steady(some))
    rng = np.random.default_rng(1)
    many = lanes(SHOCK, asked.patients)
    for name in ("lv.ees", "rv.ees", "viscera.r", "legs.r", "lung_out.r", "blood.volume"):
        many[name] = many[name] * np.exp(rng.normal(0, 0.05, asked.patients))
    show(f"{asked.patients:,} patients", lambda: settled_numbers(many, lambda f: f.means))
    show(f"{asked.patients:,} patients, every index", lambda: settled_numbers(many, numbers))
    lost = int(np.isnan(settled_numbers(many, numbers)["map"]).sum())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\n{lost} of them did not settle; peak memory {peak:.0f} MiB; {os.cpu_count()} cores")


if __name__ == "__main__":
    main()

"""How fast a patient is fitted to eight measurements, and what devices do to all who fit predicted.

Wall time suffers from whatever else the machine does; beside it stands the processor time of all
threads.

Run: python benchmarks/fit_speed.py [--runs 5]
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import numpy as np
from machine import machine, seconds

from afterload.hemodynamics.device import parse_device
from afterload.hemodynamics.fit import fit, problem_of
from afterload.hemodynamics.fit_posterior import sample
from afterload.hemodynamics.fit_predict import predict
from afterload.hemodynamics.fit_prior import NORMAL_ADULT, PRIOR
from afterload.hemodynamics.fit_read import read
from afterload.hemodynamics.fit_search import search

MEASURED = {"hr": 100, "map": 60, "sbp": 75, "dbp": 51, "cvp": 12, "pa_mean": 34, "pcwp": 26,
            "co": 3.2, "lvef": 22}  # fmt: skip
BLOOD = {**{k: v for k, v in MEASURED.items() if k != "co"}, "svo2": 55, "sao2": 97, "hb": 110,
         "fio2": 50}  # fmt: skip
"""Saturations and haemoglobin instead of the output."""
DEVICES = ("impella-cp", "ecls:flow=4", "iabp")


def main() -> None:
    """Print one line per job."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    problem = problem_of(read(MEASURED), (), PRIOR, NORMAL_ADULT)
    found = search(problem)
    blood = problem_of(read(BLOOD), (), PRIOR, NORMAL_ADULT)
    by_blood = search(blood)
    whole = fit(MEASURED)
    options = [[parse_device(word)] for word in DEVICES]
    jobs: dict[str, Callable[[], object]] = {
        f"{len(MEASURED) - 1} measurements and the rate, most probable patient": lambda: search(
            problem
        ),
        "1,000 draws of all who fit": lambda: sample(
            problem, found, 1000, np.random.default_rng(1)
        ),
        "saturations and haemoglobin instead of the output, most probable patient": lambda: search(
            blood
        ),
        "1,000 draws of all who fit these": lambda: sample(
            blood, by_blood, 1000, np.random.default_rng(1)
        ),
        f"256 draws without and with {', '.join(DEVICES)}": lambda: predict(whole, options),
    }
    print(machine())
    for name, job in jobs.items():
        took = seconds(job, runs)
        print(f"{name}: {took.median:.3f} s (best {took.best:.3f}, processor {took.busy:.3f})")
    print(f"tiles of the search: {found.runs}; independent draws: {whole.draws.effective:.0f}")


if __name__ == "__main__":
    main()

"""Time and memory of scoring columns, beside a loop that scores row by row.

    .venv/bin/python benchmarks/score_speed.py [--rows 1000000] [--loop 2000] [--repeats 5]

SAVE, ENCOURAGE, CSWG-SCAI and SOFA for a million made-up patients, each input missing in a fifth of
them: totals, attainable intervals and classes. The loop scores the first rows one by one with the
same scores and is told per million rows. Reported are medians after a warm-up and the peak memory
of the process, imports and data included.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import statistics
import time
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from afterload.core.errors import InputError
from afterload.scores import ALL, Score, score_columns, tally
from afterload.scores.inputs import as_given, needed, population_of

SCORES = ("save", "encourage", "cswg_scai", "sofa")
MISSING = 0.2
LEFT_OUT = frozenset({"intub_dt", "hx_htx", "etiology_detail", "pf_ratio", "resp_support"})
"""Inputs that another one given here says already."""


def make(score: Score, n: int, rng: np.random.Generator) -> dict[str, NDArray[np.float64]]:
    """A column for every input of a score, over what the variable can be, a fifth missing."""
    columns = {}
    for name in needed(score):
        if name in LEFT_OUT:
            continue
        variable = population_of(score)[name]
        if variable.kind == "bool":
            values = rng.integers(0, 2, n).astype(np.float64)
        elif variable.kind == "enum":
            values = rng.integers(0, len(variable.levels), n).astype(np.float64)
        elif variable.kind == "multi":
            values = 2.0 ** rng.integers(0, len(variable.levels), n)
        elif variable.kind == "int":
            values = rng.integers(int(variable.low), int(variable.high) + 1, n).astype(np.float64)
        else:
            low, high = variable.soft_low, variable.soft_high
            low = max(low, variable.low) if np.isfinite(low) else variable.low
            high = min(high, variable.high) if np.isfinite(high) else variable.high
            values = rng.uniform(low, high, n)
        values[rng.random(n) < MISSING] = np.nan
        columns[name] = values
    return columns


def row_by_row(score: Score, columns: Mapping[str, NDArray[np.float64]], count: int) -> float:
    """Seconds that scoring some rows one at a time takes."""
    variables = population_of(score)
    patients = [
        {
            name: as_given(variables[name], float(values[row])).value
            for name, values in columns.items()
            if values[row] == values[row]
        }
        for row in range(count)
    ]
    begun = time.perf_counter()
    for patient in patients:
        try:
            tally(score, patient)
        except InputError:
            continue
    return time.perf_counter() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--loop", type=int, default=2000)
    parser.add_argument("--repeats", type=int, default=5)
    told = parser.parse_args()
    rng = np.random.default_rng(20261125)
    data = {name: make(ALL[name], told.rows, rng) for name in SCORES}
    print(f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}")
    print(f"{told.rows:,} rows, {MISSING:.0%} missing, median of {told.repeats}")
    medians = {}
    for name in SCORES:
        times = []
        for _ in range(told.repeats + 1):
            begun = time.perf_counter()
            found = score_columns(ALL[name], data[name])
            times.append(time.perf_counter() - begun)
        medians[name] = statistics.median(times[1:])
        known = ~np.isnan(found.low)
        settled = float((~np.isnan(found.total)).mean())
        wide = float(np.nanmean(found.high[known] - found.low[known]))
        print(f"  {name:10s} {medians[name]:7.3f} s   settled {settled:.1%}, mean width {wide:.1f}")
    total = sum(medians.values())
    loops = {name: row_by_row(ALL[name], data[name], told.loop) for name in SCORES}
    looped = sum(loops.values()) * told.rows / told.loop
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  together   {total:7.3f} s, peak {peak:.0f} MiB")
    longer = f"{looped / total:,.0f} times as long"
    print(f"  row by row {looped:7.0f} s (from {told.loop:,} rows), {longer}")


if __name__ == "__main__":
    main()

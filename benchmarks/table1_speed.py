"""Time and memory of Table 1 beside its peers: 24 numbers, 12 yes/no, 4 categories, 3 arms.

    .venv/bin/python benchmarks/table1_speed.py [--all] [--repeats 5] [--sizes 140,10000,1000000]

Every implementation runs in a process of its own on the same seeded data (0 to 9 % missing, every
third number rounded). Reported are the first call (modules loaded), the median and the best of the
repeats after it, and the peak memory of the process, imports and data included. Peers slower than
a minute at 1,000,000 rows are left out there unless --all is given. Missing is no category anywhere
(include_null=False).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

NUMBERS, YES_NO, CATEGORIES, ARMS = 24, 12, 4, 3
SLOW_AT_A_MILLION = ("tableone",)


def make(n: int) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """The columns (categories as 0, 1, ...; NaN where missing), and the arm of each row."""
    rng = np.random.default_rng(20261122)
    arm = rng.integers(0, ARMS, n)
    columns = {}
    for i in range(NUMBERS + YES_NO + CATEGORIES):
        if i < NUMBERS:
            values = rng.normal(50.0 + 0.3 * arm, 10.0)
            values = np.round(values) if i % 3 == 0 else values
        else:
            levels = 2 if i < NUMBERS + YES_NO else 4
            values = np.minimum(rng.geometric(0.45, n) - 1, levels - 1).astype(np.float64)
        values[rng.random(n) < 0.01 * (i % 10)] = np.nan
        columns[f"{'x' if i < NUMBERS else 'c'}{i}"] = values
    return columns, arm


def ours(n: int, pairwise: bool, html: bool = False) -> Callable[[], object]:
    """afterload: all summaries, tests, standardised differences; comparisons; the table as HTML."""
    import scipy.special  # noqa: F401

    from afterload.core.column import Column
    from afterload.core.variable import Variable
    from afterload.study import Groups, Item, baseline

    data, arm = make(n)
    columns, items = [], []
    for name, values in data.items():
        kind = "number" if name.startswith("x") else "category"
        levels = tuple("abcd")[: int(np.nanmax(values)) + 1] if kind == "category" else ()
        columns.append(Column(Variable(name, name), values, levels))
        items.append(Item(name, name, kind=kind, levels=levels))
    groups = Groups(("A", "B", "C"), "A", arm)
    del data
    if html:
        show = table_as_html(items, groups)
        return lambda: show(baseline(columns, items, groups, pairwise=pairwise))
    return lambda: baseline(columns, items, groups, pairwise=pairwise)


def table_as_html(items: list[Any], groups: Any) -> Callable[[list[Any]], str]:
    """What turns the statistics into the table of the report, marks and footnotes included."""
    from afterload.report.html_table import table_html
    from afterload.report.tables_biology import baseline_table
    from afterload.report.theme import DEFAULT
    from afterload.study.ard import collect
    from afterload.study.design import Design, Study

    design = Design(
        title="", question="", authors="", time_zero="", alpha=0.05, notes=(), arms=groups.names,
        reference=groups.reference, arm_rules=(), landmark_days=None, baseline=tuple(items),
        biology=(), complications=(), outcomes=(),
    )  # fmt: skip
    return lambda rows: table_html(baseline_table(Study(design, collect(rows)), DEFAULT, 1))


def polartableone(n: int) -> Callable[[], object]:
    """polartableone: summaries and tests (its standardised differences are not asked for)."""
    import polars
    from polartableone import TableOne

    data, arm = make(n)
    frame = polars.DataFrame(
        {name: polars.Series(values).fill_nan(None) for name, values in data.items()}
        | {"arm": polars.Series(arm).cast(polars.String)}
    )
    names = list(data)
    numbers = [name for name in names if name.startswith("x")]
    categories = [name for name in names if name.startswith("c")]
    frame = frame.with_columns(polars.col(categories).cast(polars.Int8).cast(polars.String))
    del data
    return lambda: TableOne(
        frame, columns=names, categorical=categories, continuous=numbers, nonnormal=numbers,
        groupby="arm", pval=True, include_null=False,
    )  # fmt: skip


def tableone(n: int) -> Callable[[], object]:
    """Python tableone: summaries, tests, standardised differences."""
    import pandas
    from tableone import TableOne

    data, arm = make(n)
    frame = pandas.DataFrame(data).assign(arm=arm.astype(str))
    names = list(data)
    numbers = [name for name in names if name.startswith("x")]
    categories = [name for name in names if name.startswith("c")]
    del data
    return lambda: TableOne(
        frame, columns=names, categorical=categories, continuous=numbers, nonnormal=numbers,
        groupby="arm", pval=True, smd=True, include_null=False,
    )  # fmt: skip


RUNS: dict[str, Callable[[int], Callable[[], object]]] = {
    "afterload": lambda n: ours(n, False),
    "afterload + pairwise": lambda n: ours(n, True),
    "afterload + pairwise, as HTML": lambda n: ours(n, True, html=True),
    "polartableone": polartableone,
    "tableone": tableone,
}


def measure(name: str, n: int, repeats: int) -> dict[str, float]:
    """Run one implementation in this process."""
    import warnings

    warnings.simplefilter("ignore")
    job = RUNS[name](n)
    start = time.perf_counter()
    job()
    first, times = time.perf_counter() - start, []
    for _ in range(repeats):
        start = time.perf_counter()
        job()
        times.append(time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": statistics.median(times), "best": min(times), "first": first, "mib": peak}


def in_a_process(name: str, n: int, repeats: int) -> dict[str, float] | str:
    """Run one implementation in a process of its own."""
    command = [
        sys.executable,
        __file__,
        "--one",
        name,
        "--sizes",
        str(n),
        "--repeats",
        str(repeats),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return (done.stderr.strip().splitlines() or ["failed"])[-1]
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    """Measure, and print a line each with the ratio to ours."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--all", action="store_true", help="the slow peers too")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--sizes", default="140,10000,1000000")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    sizes = [int(size) for size in asked.sizes.split(",")]
    if asked.one:
        print(json.dumps(measure(asked.one, sizes[0], asked.repeats)))
        return
    print(f"{_cpu()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
          f"numpy {np.__version__}")  # fmt: skip
    print(
        f"{'rows':>9}  {'implementation':<30} {'first':>9} {'median':>9} {'best':>9} {'ratio':>8} "
        f"{'peak':>9}"
    )
    for n in sizes:
        base = None
        for name in RUNS:
            if n >= 1_000_000 and name in SLOW_AT_A_MILLION and not asked.all:
                continue
            found = in_a_process(name, n, asked.repeats if n < 1_000_000 else 3)
            if isinstance(found, str):
                print(f"{n:>9}  {name:<30} {found}")
                continue
            base = base or found["seconds"]
            print(
                f"{n:>9}  {name:<30} {_time(found['first']):>9} {_time(found['seconds']):>9} "
                f"{_time(found['best']):>9} {found['seconds'] / base:>7.1f}× "
                f"{found['mib']:>5.0f} MiB"
            )


def _time(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


def _cpu() -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.exists() else []
    models = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor()


if __name__ == "__main__":
    main()

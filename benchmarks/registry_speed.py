"""How fast a registry takes and gives 100,000 measurement sets of 60 variables, on SQLite.

    python benchmarks/registry_speed.py [--rows 100000] [--repeats 3]

Printed beside it, in the same run: the floor, that is what Python's own sqlite3 needs to put the
same numbers into a bare table (executemany) and to read them back (fetchall), with no check, no
audit and no conversion to arrays.
"""

from __future__ import annotations

import argparse
import math
import os
import platform
import random
import resource
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from afterload.core.vocabulary import standard
from afterload.registry.audit import verify_chain
from afterload.registry.batch import Batch, Rows
from afterload.registry.extract import extract
from afterload.registry.ledger import add
from afterload.registry.store import create

NOW = datetime(2026, 1, 1)
COLUMNS = 60


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=3)
    args = parser.parse_args()
    print(f"{_processor()}, {os.cpu_count()} cores; Python {platform.python_version()}, "
          f"SQLite {sqlite3.sqlite_version}; {args.rows:,} rows x {COLUMNS} columns; "
          f"median of {args.repeats}")  # fmt: skip
    names, episodes, values = _data(args.rows)
    times: dict[str, list[float]] = {}
    for _ in range(args.repeats):
        with tempfile.TemporaryDirectory() as folder:
            _measure(Path(folder), names, episodes, values, times)
    for what, seconds in times.items():
        low, high = min(seconds), max(seconds)
        print(f"{what:<58} {statistics.median(seconds):7.2f} s   ({low:.2f} to {high:.2f})")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(f"{'peak memory, the data themselves included':<58} {peak:7.2f} GiB")


def _data(count: int) -> tuple[list[str], list[str], dict[str, list[float | None]]]:
    """Plausible numbers with one decimal, one in ten missing."""
    rng = random.Random(1)
    numeric = [v for v in standard().in_table("observation") if v.is_numeric][:COLUMNS]
    values: dict[str, list[float | None]] = {}
    for variable in numeric:
        low, high = max(variable.low, -1e4), min(variable.high, 1e4)
        digits = 0 if variable.kind == "int" else 1
        step = 10**digits
        values[variable.name] = [
            None
            if rng.random() < 0.1
            else rng.randint(math.ceil(low * step), math.floor(high * step)) / step
            for _ in range(count)
        ]
    return [v.name for v in numeric], [f"e{i:06d}" for i in range(count)], values


def _measure(
    folder: Path,
    names: list[str],
    keys: list[str],
    values: dict[str, list[float | None]],
    times: dict[str, list[float]],
) -> None:
    def timed(what: str, work: Callable[[], object]) -> object:
        start = time.perf_counter()
        result = work()
        times.setdefault(what, []).append(time.perf_counter() - start)
        return result

    count = len(keys)
    floor = sqlite3.connect(folder / "floor.db", isolation_level=None)
    listed = ", ".join(f'"{name}"' for name in names)
    floor.execute("PRAGMA journal_mode = WAL")
    floor.execute(_bare(names))

    def bare_write() -> None:
        floor.execute("BEGIN")
        marks = ", ".join("?" * (1 + len(names)))
        floor.executemany(f"INSERT INTO t VALUES ({marks})", zip(keys, *values.values()))  # noqa: B905
        floor.execute("COMMIT")

    timed("floor: sqlite3 executemany into a bare table", bare_write)
    timed("floor: sqlite3 fetchall of the same",
          lambda: floor.execute(f"SELECT episode, {listed} FROM t").fetchall())  # fmt: skip
    floor.close()

    with create(folder / "registry.db", standard(), who="benchmark", now=NOW) as registry:
        people = (Rows("patient", {"key": keys}), Rows("episode", {"key": keys, "patient": keys}))
        sets = (Rows("observation", {"episode": keys, "nominal": ["24h"] * count, **values}),)

        def put(rows: tuple[Rows, ...]) -> object:
            return add(registry, Batch(rows), who="benchmark", why="speed", now=NOW)

        timed("add: patients and episodes (2 columns each)", lambda: put(people))
        timed("add: one set per episode, checked, hashed, committed", lambda: put(sets))
        wanted = [f"{name}@24h" for name in names]
        timed("extract: the same as numpy columns", lambda: extract(registry, wanted))
        found = timed("verify_chain: every digest and hash again", lambda: verify_chain(registry))
        assert found == []


def _bare(names: list[str]) -> str:
    columns = ", ".join(f'"{name}" REAL' for name in names)
    return f"CREATE TABLE t (episode TEXT, {columns})"


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text("utf-8")
    except OSError:
        return platform.processor() or platform.machine()
    lines = (line for line in text.splitlines() if line.startswith("model name"))
    return next(lines, platform.machine()).partition(":")[2].strip() or platform.machine()


if __name__ == "__main__":
    main()

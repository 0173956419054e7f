"""Importing a spreadsheet of 100,000 rows and 60 columns into SQLite, and reading it back.

The whole command in a process of its own: read, check every cell against its variable, convert
units, write with hashes and audit. Beside it the floor: reading the same file without checks
(polars) and writing it with the database driver alone.

Run: python benchmarks/import_speed.py [--rows 100000] [--runs 3]
"""

from __future__ import annotations

import argparse
import os
import platform
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from afterload.core.vocabulary import standard

COLUMNS = 60


def variables() -> list[str]:
    """Sixty numeric variables of the measurement set, each at one point."""
    fit = (v for v in standard().in_table("observation") if v.kind == "num" and v.soft_high < 1e9)
    names = [v.name for v in fit]
    return [f"{name}@pre" for name in names][:COLUMNS]


def write_files(folder: Path, rows: int) -> tuple[Path, Path]:
    """A seeded spreadsheet of plausible values, 10 % of them missing, and its map."""
    import polars as pl

    rng = np.random.default_rng(1)
    data: dict[str, object] = {"id": np.arange(rows)}
    lines = []
    for name in variables():
        of = standard()[name.split("@")[0]]
        values = rng.uniform(of.soft_low, of.soft_high, rows).round(3)
        values = np.clip(values, of.soft_low, of.soft_high)
        data[name] = [
            None if out else x for out, x in zip(rng.random(rows) < 0.1, values, strict=True)
        ]
        lines.append(f'"{name}" = "{name}"')
    file, map_file = folder / "big.csv", folder / "big.toml"
    pl.DataFrame(data).write_csv(file)
    map_file.write_text('[[table]]\nepisode = "id"\n[table.columns]\n' + "\n".join(lines) + "\n")
    return file, map_file


def measured(command: list[str]) -> tuple[float, float]:
    """Wall seconds and peak memory in GiB of a command in a process of its own."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{command} failed")
    return time.perf_counter() - start, usage.ru_maxrss / 2**20


def floor(file: Path, db: Path) -> float:
    """Seconds to read the file and write it with the driver alone, nothing checked."""
    import polars as pl

    start = time.perf_counter()
    frame = pl.read_csv(file)
    with sqlite3.connect(db) as connection:
        connection.execute(
            f"CREATE TABLE t ({', '.join(f'c{i} REAL' for i in range(frame.width))})"
        )
        marks = ", ".join("?" * frame.width)
        connection.executemany(f"INSERT INTO t VALUES ({marks})", frame.iter_rows())
    return time.perf_counter() - start


def extract_seconds(db: Path) -> float:
    """Seconds to read every variable back as columns."""
    from afterload.registry.extract import extract
    from afterload.registry.store import open_registry

    with open_registry(db) as registry:
        start = time.perf_counter()
        extract(registry, variables())
        return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    took: dict[str, list[float]] = {"import": [], "floor": [], "extract": [], "memory": []}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file, map_file = write_files(folder, options.rows)
        for run in range(options.runs):
            db = folder / f"{run}.db"
            afterload = [sys.executable, "-m", "afterload", "record"]
            measured([*afterload, "init", str(db)])
            seconds, memory = measured(
                [*afterload, "import", str(db), str(file), "--map", str(map_file),
                 "--who", "benchmark", "--why", "speed"]
            )  # fmt: skip
            took["import"].append(seconds)
            took["memory"].append(memory)
            took["floor"].append(floor(file, folder / f"floor-{run}.db"))
            took["extract"].append(extract_seconds(db))
    middle = {what: statistics.median(values) for what, values in took.items()}
    print(
        f"{options.rows:,} rows x {COLUMNS} columns, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}, {os.cpu_count()} cores, medians of {options.runs}"
    )
    print(
        f"import (checked, hashed, audited) {middle['import']:7.1f} s   {middle['memory']:.2f} GiB"
    )
    print(
        f"floor (read and write unchecked)  {middle['floor']:7.1f} s   "
        f"{middle['import'] / middle['floor']:.1f} x"
    )
    print(f"extract as columns                {middle['extract']:7.2f} s")


if __name__ == "__main__":
    main()

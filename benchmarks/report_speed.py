"""The whole report of a study of 140 episodes, from a cold process.

HTML, Word, figures, tables and the dataset. No package makes the same report; beside it stand the
imports that a chain of Python packages for it would pay (pandas, scipy.stats, statsmodels are not
needed here; matplotlib and python-docx are). With two processors or more the figures are drawn by
a second process, so the machine's processors are printed too.

Run: python benchmarks/report_speed.py [--runs 5] [--n 140]
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def seconds(command: list[str]) -> float:
    """Wall time of one run of a command."""
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--n", type=int, default=140)
    options = parser.parse_args()
    afterload = [sys.executable, "-m", "afterload"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        demo = [*afterload, "demo", str(folder / "demo"), "--n", str(options.n)]
        commands = {
            "import matplotlib.figure, docx": [
                sys.executable, "-c", "import matplotlib.figure, docx"
            ],
            "afterload compare (whole report)": [
                *afterload, "compare", str(folder / "demo" / "study.toml"),
                "--registry", str(folder / "demo" / "registry.db"), "--out", str(folder / "out"),
            ],
            "afterload demo (data to report)": demo,
        }  # fmt: skip
        seconds(demo)
        took: dict[str, list[float]] = {what: [] for what in commands}
        for _ in range(options.runs):
            for what, command in commands.items():
                took[what].append(seconds(command))
    print(
        f"n = {options.n}, Python {platform.python_version()}, {platform.machine()}, "
        f"{os.cpu_count()} processors, medians of {options.runs} cold processes"
    )
    for what, times in took.items():
        low, middle, high = min(times), statistics.median(times), max(times)
        print(f"{what:36s} {middle:6.2f} s   ({low:.2f} to {high:.2f})")


if __name__ == "__main__":
    main()

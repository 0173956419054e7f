"""How fast the command line starts, beside its peer: `python -c "import typer"`.

Run: python benchmarks/startup.py [--runs 15]
"""

from __future__ import annotations

import argparse
import platform
import statistics
import subprocess
import sys
import time

COMMANDS = {
    "import typer (peer)": [sys.executable, "-c", "import typer"],
    "import afterload": [sys.executable, "-c", "import afterload"],
    "afterload --help": [sys.executable, "-m", "afterload", "--help"],
    "afterload score save age=45": [sys.executable, "-m", "afterload", "score", "save", "age=45"],
}


def seconds(command: list[str]) -> float:
    """Wall time of one run of a command."""
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    for command in COMMANDS.values():
        seconds(command)
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(runs):
        for name, command in COMMANDS.items():
            times[name].append(seconds(command))
    peer = statistics.median(times["import typer (peer)"])
    print(f"Python {platform.python_version()}, {platform.machine()}, medians of {runs} runs")
    for name, took in times.items():
        median = statistics.median(took)
        print(f"{name:32s} {median * 1000:7.0f} ms   {median / peer:5.2f} x peer")


if __name__ == "__main__":
    main()

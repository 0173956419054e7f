"""What a benchmark says of the machine it ran on, and how often it repeats."""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np


def machine() -> str:
    """Processor, cores, versions, and how busy the machine was when it began."""
    path = Path("/proc/cpuinfo")
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    return (
        f"{models[0] if models else platform.processor()}, {os.cpu_count()} cores, load {load}; "
        f"Python {platform.python_version()}, numpy {np.__version__}"
    )


@dataclass(frozen=True, slots=True)
class Took:
    """How long a job took, s.

    Args:
        median, best: Wall time.
        busy: The least processor time, of all threads of this process together.
    """

    median: float
    best: float
    busy: float


def seconds(job: Callable[[], object], runs: int) -> Took:
    """Time some runs, after one that is not counted."""
    job()
    wall, busy = [], []
    for _ in range(runs):
        begin, cpu = time.perf_counter(), time.process_time()
        job()
        wall.append(time.perf_counter() - begin)
        busy.append(time.process_time() - cpu)
    return Took(statistics.median(wall), min(wall), min(busy))


def peak_flops() -> float:
    """Floating-point operations per second of one core, measured: fused multiply-adds in registers.

    24 independent chains in 8 lanes, enough for every vector width and both units of today's cores.
    """
    chains, repeats, rounds = 24, 16, 5000
    lines = ["def run(w, n):", "    for _ in range(n):", "        for lane in range(8):"]
    deep = " " * 12
    lines += [f"{deep}x = w[512 + lane]", f"{deep}y = w[520 + lane]"]
    lines += [f"{deep}a{i} = w[{8 * i} + lane]" for i in range(chains)]
    lines += [f"{deep}a{i} = a{i} * x + y" for _ in range(repeats) for i in range(chains)]
    lines += [f"{deep}w[{8 * i} + lane] = a{i}" for i in range(chains)]
    from numba import njit

    names: dict[str, object] = {}
    exec("\n".join(lines), names)
    run = njit(fastmath={"contract"}, nogil=True, error_model="numpy")(names["run"])
    work = np.full(528, 0.5)
    best = seconds(lambda: run(work, rounds), 10).busy
    return rounds * repeats * chains * 8 * 2 / best

"""How fast blood goes round: beats as they come, without looking for a steady one.

The 12-state circuit of Regazzoni et al. beside svZeroDSolver (the same equations) and, where it is
installed, the package `circulation`; the whole circulation of afterload, which has no peer; a
thousand patients; and a cold process. Every step is stored where it says so. Wall time suffers from
whatever else the machine does; beside it stands the processor time of all threads, divided by the
processors that the job uses.

Run: python benchmarks/circuit_speed.py [--runs 5]
"""

from __future__ import annotations

import argparse
import logging
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import svzerod_case
from machine import machine, peak_flops, seconds
from numpy.typing import NDArray

from afterload.hemodynamics import regazzoni as r
from afterload.hemodynamics.activation import table
from afterload.hemodynamics.body import BODY
from afterload.hemodynamics.circuit import Circuit
from afterload.hemodynamics.device import parameters_together, parse_device
from afterload.hemodynamics.generate import operations
from afterload.hemodynamics.kernel import WIDE, Kernel, kernel
from afterload.hemodynamics.patient.normal import CONTROLLED, NORMAL
from afterload.hemodynamics.solve import begin, steady
from afterload.hemodynamics.tile import WATCH, rhythm_of, rows
from afterload.hemodynamics.trace import trace

Array = NDArray[np.float64]
SECONDS = 60.0
PATIENTS = 1000
PUMPS = ("ecls:rpm=3500", "impella-cp:level=P6", "iabp")
"""Devices of those who have some: each place that is taken costs time, an empty one none."""

PLACES = ("ecls", "left_pump")
"""Where these are put; a balloon takes no place."""


class Beating:
    """A circuit that is ready to beat for a minute.

    Args:
        circuit: The circuit; its watched signals and lanes choose the kernel.
        step: The longest step, s.
        lanes: How many patients side by side.
        store: Whether every step is kept.
        devices: Devices of the whole circulation, as on the command line.
    """

    def __init__(
        self,
        circuit: Circuit,
        step: float,
        lanes: int,
        store: bool,
        devices: tuple[str, ...] = (),
    ) -> None:
        whole = circuit is BODY
        self.run: Kernel = kernel(circuit, WATCH if whole else ("p.sys_ar",), lanes)
        if whole:
            pumps = parameters_together([parse_device(words) for words in devices])
            one = {**NORMAL, **CONTROLLED, **pumps}
            told = {name: np.full(lanes, v) for name, v in one.items()}
            period = 60.0 / NORMAL["beat.hr"]
            self.steps = round(period / step)
            self.start, self.par = begin(told), rows(told, BODY.parameters)
            self.table = table(rhythm_of(told), self.steps)
        else:
            period = r.PERIOD
            self.steps = round(period / step)
            self.start = np.repeat([[r.START[n]] for n in circuit.states], lanes, axis=1)
            self.par = np.repeat([[r.PARAMETERS[n]] for n in circuit.parameters], lanes, axis=1)
            active = r.activation(np.arange(2 * self.steps + 1) * period / self.steps / 2)
            self.table = np.repeat(active[:, :, None], lanes, axis=2)
        self.beats = round(SECONDS / period)
        self.dt = np.full(lanes, period / self.steps)
        shape = (self.beats * self.steps, len(circuit.states), lanes)
        self.out = np.empty(shape) if store else None

    def minute(self) -> Array:
        """All the beats of a minute; returns where they end."""
        state, _ = self.run.beat(
            self.start, self.par, self.table, self.dt, self.steps, self.out, self.beats
        )
        return state


def thousand(circuit: Circuit, step: float, devices: tuple[str, ...] = ()) -> Callable[[], object]:
    """A minute of a thousand patients, in tiles on all processors; nothing stored."""
    count = -(-PATIENTS // WIDE)
    tiles = [Beating(circuit, step, WIDE, store=False, devices=devices) for _ in range(count)]
    pool = ThreadPoolExecutor(os.cpu_count())
    return lambda: list(pool.map(Beating.minute, tiles))


def error(step: float) -> float:
    """The largest error of the left ventricle's volume over the last beat, mL (circuit of 12)."""
    fine, coarse = Beating(r.CIRCUIT, 1 / 16000, 1, True), Beating(r.CIRCUIT, step, 1, True)
    fine.minute()
    coarse.minute()
    assert fine.out is not None
    assert coarse.out is not None
    every = fine.steps // coarse.steps
    place = r.CIRCUIT.states.index("lv")
    last = fine.out[-fine.steps :, place][every - 1 :: every] - coarse.out[-coarse.steps :, place]
    return float(np.abs(last).max())


def circulation_minute() -> None:
    """The package `circulation`: its own model of the same circuit, forward Euler at 1 ms."""
    from circulation.regazzoni2020 import Regazzoni2020

    logging.disable(logging.INFO)
    with tempfile.TemporaryDirectory() as folder:
        Regazzoni2020(verbose=False, outdir=Path(folder)).solve(num_beats=75, dt=1e-3)


def cold(*options: str) -> tuple[float, float]:
    """From nothing to what ECMO would do to a patient in shock, by the command, as installed.

    Returns:
        The best wall time of five, and the mean processor time, s.
    """
    told = ["--patient", "ami-lv-shock", "--device", "ecls:flow=4", "--json", *options]
    command = [sys.executable, "-m", "afterload", "simulate", *told]
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}

    def run() -> None:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=kept)

    run()  # so that what Python makes of its sources is there, as after installing
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    wall = seconds(run, 5).best
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / 6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    peak = peak_flops()
    print(f"{machine()}; medians of {runs} (best)")
    print(f"fused multiply-adds, one core, measured: {peak / 1e9:.1f} GFLOP/s\n")

    cores = os.cpu_count() or 1

    def show(what: str, job: Callable[[], object], patients: int = 1, more: str = "") -> float:
        took = seconds(job, runs)
        busy = took.busy / (cores if patients > 1 else 1)
        print(
            f"{what:34s} {1e3 * took.median:9.2f} ms ({1e3 * took.best:.2f})"
            f" {patients * SECONDS / took.median:10,.0f} x"
            f"   processor {1e3 * busy:9.2f} ms {patients * SECONDS / busy:10,.0f} x  {more}"
        )
        return busy

    print("12 states, one patient, 60 s, every step stored")
    one = Beating(r.CIRCUIT, 0.001, 1, True)
    ours = show("  afterload, 1 ms", one.minute, more=f"off by {error(0.001):.4f} mL")
    show("  svZeroDSolver, 1 ms", lambda: svzerod_case.last_beat(800, 75), more="last beat stored")
    if find_spec("circulation"):
        show("  circulation, Euler 1 ms", circulation_minute)
    print(f"\n12 states, {PATIENTS:,} patients, 60 s")
    many = show("  afterload, 1 ms", thousand(r.CIRCUIT, 0.001), PATIENTS)
    print("\nThe whole circulation, one patient, 60 s, every step stored")
    cases: tuple[tuple[str, float, tuple[str, ...]], ...] = (
        ("1 ms", 0.001, ()), ("1 ms, ECMO, Impella, balloon", 0.001, PUMPS), ("2 ms", 0.002, ()),
    )  # fmt: skip
    alone = {what: show(f"  afterload, {what}", Beating(BODY, step, 1, True, pumps).minute)
             for what, step, pumps in cases}  # fmt: skip
    settled = steady({name: np.array([v]) for name, v in {**NORMAL, **CONTROLLED}.items()})
    took = seconds(lambda: trace(settled), runs).busy
    print(f"  and every pressure and flow of one beat from it: {1e3 * took:.2f} ms of a processor")
    print(f"\nThe whole circulation, {PATIENTS:,} patients, 60 s")
    whole = {what: show(f"  afterload, {what}", thousand(BODY, step, pumps), PATIENTS)
             for what, step, pumps in cases}  # fmt: skip

    print("\nShare of the measured limit (operations / processor time / limit)")
    steps = SECONDS / 0.001
    bare, full = cases[0][0], cases[1][0]
    for what, count, busy, patients in (
        ("12 states, one patient", operations(r.CIRCUIT), ours, 1),
        (f"12 states, {PATIENTS:,} patients", operations(r.CIRCUIT), many, PATIENTS),
        ("the whole, one patient", operations(BODY), alone[bare], 1),
        ("the whole with pumps, one patient", operations(BODY, PLACES), alone[full], 1),
        (f"the whole, {PATIENTS:,} patients", operations(BODY), whole[bare], PATIENTS),
        (f"the whole with pumps, {PATIENTS:,} patients", operations(BODY, PLACES), whole[full],
         PATIENTS),
    ):  # fmt: skip
        used = cores if patients > 1 else 1
        share = count * steps * patients / busy / used / peak
        print(f"  {what:40s} {count:6d} operations a step   {100 * share:5.1f} %")
    print("\nCold process: what ECMO would do to a patient in shock, by the command")
    for what, options in (("no draws", ["--draws", "0"]), ("with the usual intervals", [])):
        wall, busy = cold(*options)
        print(f"  {what:40s} {wall:.2f} s; processor {busy:.2f} s")


if __name__ == "__main__":
    main()

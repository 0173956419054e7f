"""Stagings against rules written a second time, and intervals against every completion.

The second writing goes another way: each input becomes a small level by bisection, and a table
gives the stage of every combination. Missing inputs are tried at every level they can have.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from afterload.scores import Staging, score_columns, tally
from afterload.scores.cswg_scai import CSWG_SCAI
from afterload.scores.inputs import population_of

Columns = dict[str, NDArray[np.float64]]
N = 100_000


def drawn(
    rng: np.random.Generator,
    n: int,
    choices: Mapping[str, tuple[Iterable[float], tuple[float, float]]],
    missing: float,
) -> Columns:
    """Random columns: half of the values stand at an edge, the others anywhere in a range."""
    columns = {}
    for name, (edges, (low, high)) in choices.items():
        values = rng.uniform(low, high, n)
        at = rng.choice(np.array(list(edges), np.float64), n)
        values = np.where(rng.random(n) < 0.5, at, values)
        values[rng.random(n) < missing] = np.nan
        columns[name] = values
    return columns


def as_patient(staging: Staging, columns: Columns, row: int) -> dict[str, Any]:
    """One row as people would give it."""
    patient: dict[str, Any] = {}
    for name, values in columns.items():
        variable, code = population_of(staging)[name], values[row]
        if math.isnan(code):
            continue
        if variable.kind == "enum":
            patient[name] = variable.levels[int(code)]
        elif variable.kind == "multi":
            patient[name] = [v for k, v in enumerate(variable.levels) if int(code) >> k & 1]
        else:
            patient[name] = bool(code) if variable.kind == "bool" else float(code)
    return patient


def compare(
    staging: Staging,
    columns: Columns,
    stages: Callable[[dict[str, float]], frozenset[str]],
    one_by_one: int = 300,
) -> int:
    """Compare every row with the second writing, and some rows with one patient at a time."""
    result = score_columns(staging, columns)
    settled = 0
    names = list(columns)
    for row, values in enumerate(zip(*columns.values(), strict=True)):
        known = {name: v for name, v in zip(names, values, strict=True) if not math.isnan(v)}
        expected = stages(known)
        assert frozenset(result.classes(row)) == expected, known
        settled += len(expected) == 1
        if row < one_by_one:
            one = tally(staging, as_patient(staging, columns, row))
            assert frozenset(one.classes) == expected
            assert (one.low, one.high) == (result.low[row], result.high[row])
    return settled


# --- CSWG-SCAI, a second time --------------------------------------------------------------------

GAP_B = "at least B, not classifiable by the criteria"
GAP_D = "at least D, not classifiable by the criteria"
WITHOUT_SUPPORT = {0: ["A", "B", "B", GAP_B, "E"], 1: ["B", "C", "D", "D", "E"]}
"""By hypotension, then perfusion: normal, poor, lactate of exactly 5, worse, extreme."""


def pressure_level(value: float, extreme: float, low: float) -> int:
    """2 below the extreme, 1 up to the low limit, 0 above."""
    return 2 - bisect_right([extreme], value) - bisect_left([low], value)


def lactate_level(value: float) -> int:
    return bisect_right([2, 5], value) + bisect_left([5, 10], value)


def alt_level(value: float) -> int:
    return (0, 1, 3)[bisect_right([200], value) + bisect_left([500], value)]


@cache
def cswg(pressure: int, perfusion: int, acid: bool, drugs: int, devices: int, ohca: bool) -> str:
    if pressure == 2 or perfusion == 4 or acid or max(drugs, devices) > 3 or ohca:
        return "E"
    if drugs == devices == 3:
        return GAP_D
    if drugs + devices == 0:
        return WITHOUT_SUPPORT[pressure][perfusion]
    return "C" if drugs + devices == 1 and pressure == perfusion == 0 else "D"


@cache
def cswg_open(
    pressures: frozenset[int],
    perfusions: frozenset[int],
    acids: frozenset[bool],
    drugs: range,
    devices: range,
    arrests: frozenset[bool],
) -> frozenset[str]:
    sets = product(pressures, perfusions, acids, drugs, devices, arrests)
    return frozenset(cswg(*one) for one in sets)


DOSES = ("norepi", "epi", "dobutamine", "dopamine", "milrinone", "vasopressin", "levosimendan")


def cswg_stages(known: dict[str, float]) -> frozenset[str]:
    """Every stage that some completion gives."""
    sbp = {pressure_level(known["sbp"], 60, 90)} if "sbp" in known else {0, 1, 2}
    mean = {pressure_level(known["map"], 50, 65)} if "map" in known else {0, 1, 2}
    lactate = {lactate_level(known["lactate"])} if "lactate" in known else {0, 1, 2, 3, 4}
    alt = {alt_level(known["alt"])} if "alt" in known else {0, 1, 3}
    ohca = {known["cardiac_arrest"] == 2} if "cardiac_arrest" in known else {True, False}
    told = [known[d] for d in DOSES if d in known]
    running = sum(dose > 0 for dose in told)
    drugs = range(running, running + len(DOSES) - len(told) + 1) if told else range(13)
    if "n_drugs" in known:
        drugs = range(int(known["n_drugs"]), int(known["n_drugs"]) + 1)
    devices = range(9)
    if "support" in known:
        held = bin(int(known["support"]) & 0b111111).count("1")
        devices = range(held, held + 1)
    if "n_devices" in known:
        devices = range(int(known["n_devices"]), int(known["n_devices"]) + 1)
    return cswg_open(
        frozenset(max(pair) for pair in product(sbp, mean)),
        frozenset(max(pair) for pair in product(lactate, alt)),
        frozenset([known["ph"] <= 7.2] if "ph" in known else [True, False]),
        drugs,
        devices,
        frozenset(ohca),
    )


CSWG_CHOICES: dict[str, tuple[Iterable[float], tuple[float, float]]] = {
    "sbp": ([59.9, 60, 90, 90.1], (55, 150)),
    "map": ([49.9, 50, 65, 65.1], (48, 110)),
    "lactate": ([1.9, 2, 5, 5.1, 10, 10.1], (0.5, 11)),
    "alt": ([199, 200, 500, 501], (5, 800)),
    "ph": ([7.2, 7.21], (7.19, 7.5)),
    "cardiac_arrest": ([0, 0, 1, 2], (0, 0)),
}
DOSE_CHOICES: dict[str, tuple[Iterable[float], tuple[float, float]]] = {
    **dict.fromkeys(DOSES[:-1], ([0, 0, 0, 0, 0.1], (0, 0))),
    "levosimendan": ([0, 0, 0, 1], (0, 0)),
    "support": ([0, 1, 2, 3, 64, 65, 63], (64, 64)),
}
COUNT_CHOICES: dict[str, tuple[Iterable[float], tuple[float, float]]] = {
    "n_drugs": ([0, 1, 2, 3, 4], (0, 0)),
    "n_devices": ([0, 1, 2, 3, 4], (0, 0)),
}


@pytest.mark.parametrize("missing", [0.0, 0.2])
def test_cswg_scai_is_that_of_the_second_writing(missing: float) -> None:
    columns = drawn(np.random.default_rng(31), N, CSWG_CHOICES | COUNT_CHOICES, missing)
    settled = compare(CSWG_SCAI, columns, cswg_stages)
    assert settled == N if not missing else settled > N / 5


def test_cswg_scai_from_doses_and_support_is_that_of_the_second_writing() -> None:
    rng = np.random.default_rng(32)
    columns = drawn(rng, N, CSWG_CHOICES | DOSE_CHOICES, 0.2)
    columns |= drawn(rng, N, COUNT_CHOICES, 0.9)
    assert compare(CSWG_SCAI, columns, cswg_stages) > N / 5

"""Stagings against rules written a second time, and intervals against every completion.

The second writing goes another way: each input becomes a small level by bisection, and a table
gives the stage of every combination. Missing inputs are tried at every level they can have.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from itertools import pairwise, product
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from afterload.scores import Staging, score_columns, tally
from afterload.scores.cswg_scai import CSWG_SCAI
from afterload.scores.inputs import population_of
from afterload.scores.kdigo import KDIGO
from afterload.scores.rifle import RIFLE

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


# --- KDIGO and RIFLE, a second time --------------------------------------------------------------

Three = tuple[int, bool, bool]
"""Class of the ratio (0 to 3), whether the rise is enough, whether creatinine is 4.0 mg/dL."""


def spread(edges: Iterable[float], low: float, high: float) -> list[float]:
    """A value on both sides of every edge, and between neighbours."""
    inside = sorted({low, high, *(edge for edge in edges if low < edge < high)})
    near = [x + d for x in inside for d in (-1e-7, 0, 1e-7) if low <= x + d <= high]
    return near + [(a + b) / 2 for a, b in pairwise(inside)]


def ratio_class(ratio: float) -> int:
    return bisect_right([1.5, 2, 3], ratio + 1e-9)


def creatinine_side(
    known: dict[str, float], rise_name: str, before: str, enough: float
) -> frozenset[Three]:
    """Every (ratio, rise, 4.0 mg/dL) that some completion gives.

    `before` is what the rise is counted from: the baseline itself, or the lowest of 48 hours.
    """
    ratio, rise = known.get("creatinine_ratio"), known.get(rise_name)
    froms = {"creatinine_baseline", before}
    tried: dict[str, list[float]] = {}
    for name in ("creatinine", *sorted(froms)):
        if name in known:
            tried[name] = [known[name]]
    edges = {353.6}
    edges |= {
        k * known["creatinine_baseline"] for k in (1.5, 2, 3) if "creatinine_baseline" in known
    }
    edges |= {known[before] + enough} if before in known else set()
    tried.setdefault("creatinine", spread(edges, 10, 2500))
    for name in froms - set(tried):
        of = known.get("creatinine")
        cuts = [] if of is None else [of / 1.5, of / 2, of / 3, of - enough]
        tried[name] = spread(cuts, 10, 2500)
        if of is None:
            tried[name] = spread(range(10, 2500, 50), 10, 2500)
    ratio_free = not {"creatinine", "creatinine_baseline"} & set(known)
    rise_free = not {"creatinine", before} & set(known)
    found: set[Three] = set()
    for now in tried["creatinine"]:
        four = now >= 353.6
        for base, past in product(tried["creatinine_baseline"], tried[before]):
            if before == "creatinine_baseline" and base != past:
                continue
            ratios = {ratio_class(now / base if ratio is None else ratio)}
            rises = {(now - past if rise is None else rise) + 1e-9 >= enough}
            if ratio is None and ratio_free:
                ratios = {0, 1, 2, 3}
            if rise is None and rise_free:
                rises = {True, False}
            found |= {(r, up, four) for r in ratios for up in rises}
    return frozenset(found)


def urine_side(known: dict[str, float]) -> frozenset[tuple[bool, bool, bool]]:
    """Every answer to: below 0.5 over 6 h, over 12 h, below 0.3 over 24 h."""
    windows = ((6, 0.5), (12, 0.5), (24, 0.3))
    cuts = [
        known[f"urine_ml_{h}h"] / (h * limit) for h, limit in windows if f"urine_ml_{h}h" in known
    ]
    weights = [known["weight_kg"]] if "weight_kg" in known else spread(cuts, 25, 350)
    found = set()
    for weight in weights:
        answers = []
        for hours, limit in windows:
            direct = known.get(f"urine_ml_kg_h_{hours}h")
            volume = known.get(f"urine_ml_{hours}h")
            if direct is not None:
                answers.append([direct < limit])
            elif volume is not None:
                answers.append([volume / (hours * weight) < limit - 1e-12])
            else:
                answers.append([True, False])
        found |= set(product(*answers))
    return frozenset(found)  # type: ignore[arg-type]


@cache
def kdigo(three: Three, low: tuple[bool, bool, bool], anuria: bool, rrt: bool) -> str:
    ratio, rise, four = three
    stage = max(ratio, int(rise), low[0] * 1, low[1] * 2, low[2] * 3, anuria * 3, rrt * 3)
    return "3" if four and stage else str(stage)


def kdigo_stages(known: dict[str, float]) -> frozenset[str]:
    anuria = {known["anuria_h"] >= 12} if "anuria_h" in known else {True, False}
    rrt = {known["rrt"] == 1} if "rrt" in known else {True, False}
    creatinine = creatinine_side(known, "creatinine_rise_48h", "creatinine_lowest_48h", 26.5)
    return frozenset(kdigo(*one) for one in product(creatinine, urine_side(known), anuria, rrt))


@cache
def rifle(three: Three, fall: int, low: tuple[bool, bool, bool], anuria: bool, loss: int) -> str:
    ratio, rise, four = three
    worst = max(ratio, fall, low[0] * 1, low[1] * 2, low[2] * 3, anuria * 3, (four and rise) * 3)
    return ("none", "R", "I", "F", "L", "E")[loss + 3 if loss else worst]


def rifle_stages(known: dict[str, float]) -> frozenset[str]:
    anuria = {known["anuria_h"] >= 12} if "anuria_h" in known else {True, False}
    loss = {int(known["kidney_loss"])} if "kidney_loss" in known else {0, 1, 2}
    now, base = known.get("egfr"), known.get("egfr_baseline")
    if "gfr_fall" in known:
        ends = (known["gfr_fall"],) * 2
    elif now is None and base is None:
        ends = (0.0, 100.0)
    else:
        most = 100 * (1 - (0 if now is None else now) / (200 if base is None else base))
        least = 100 * (1 - (200 if now is None else now) / (1 if base is None else base))
        ends = (least, most)
    first, last = (bisect_right([25, 50, 75], fall + 1e-9) for fall in ends)
    creatinine = creatinine_side(known, "creatinine_rise", "creatinine_baseline", 44.25)
    sides = product(creatinine, range(first, last + 1), urine_side(known), anuria, loss)
    return frozenset(rifle(*one) for one in sides)


Choices = dict[str, tuple[Iterable[float], tuple[float, float]]]
URINE_CHOICES: Choices = {
    "urine_ml_6h": ([210, 208, 0], (0, 900)),
    "urine_ml_12h": ([421, 419, 0], (0, 2000)),
    "urine_ml_24h": ([505, 503, 0], (0, 4000)),
    "weight_kg": ([70, 69], (40, 130)),
    "anuria_h": ([0, 0, 0, 0, 11.9, 12], (0, 0)),
}
KDIGO_CHOICES: Choices = {
    "creatinine": ([120, 126.5, 159.9, 160, 240, 353, 353.6], (40, 600)),
    "creatinine_baseline": ([80, 120, 240], (40, 400)),
    "creatinine_lowest_48h": ([80, 100, 327], (40, 500)),
    **URINE_CHOICES,
    "rrt": ([0, 0, 0, 0, 0, 1], (0, 0)),
}
RIFLE_CHOICES: Choices = {
    "creatinine": ([120, 159.9, 160, 240, 353, 353.6], (40, 600)),
    "creatinine_baseline": ([80, 120, 240, 309.4, 309], (40, 400)),
    "egfr": ([75, 74, 50, 49, 25, 24], (10, 140)),
    "egfr_baseline": ([100], (40, 140)),
    **URINE_CHOICES,
    "kidney_loss": ([0, 0, 0, 0, 0, 0, 0, 1, 2], (0, 0)),
}
DIRECT: Choices = {
    "creatinine_ratio": ([1.4, 1.5, 1.9, 2, 2.9, 3], (0.5, 4)),
    "urine_ml_kg_h_6h": ([0.4, 0.5], (0.2, 2)),
    "urine_ml_kg_h_12h": ([0.4, 0.5], (0.2, 2)),
    "urine_ml_kg_h_24h": ([0.2, 0.3], (0.1, 2)),
}
KDIGO_DIRECT: Choices = {"creatinine_rise_48h": ([26.4, 26.5], (-50, 90)), **DIRECT}
RIFLE_DIRECT: Choices = {
    "creatinine_rise": ([44.2, 44.3, 45], (-50, 90)),
    "gfr_fall": ([24, 25, 50, 75], (-20, 90)),
    **DIRECT,
}


@pytest.mark.parametrize(
    ("staging", "choices", "direct", "stages"),
    [
        (KDIGO, KDIGO_CHOICES, KDIGO_DIRECT, kdigo_stages),
        (RIFLE, RIFLE_CHOICES, RIFLE_DIRECT, rifle_stages),
    ],
    ids=["kdigo", "rifle"],
)
def test_kidney_stages_are_those_of_the_second_writing(
    staging: Staging,
    choices: Choices,
    direct: Choices,
    stages: Callable[[dict[str, float]], frozenset[str]],
) -> None:
    rng = np.random.default_rng(33)
    assert compare(staging, drawn(rng, N, choices, 0), stages) == N
    columns = drawn(rng, 4_000, choices, 0.15) | drawn(rng, 4_000, direct, 0.85)
    assert compare(staging, columns, stages) > 500

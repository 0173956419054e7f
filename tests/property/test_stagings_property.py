"""Stagings against rules written a second time, and intervals against every completion.

The second writing goes another way: each input becomes a small level by bisection, and a table
gives the stage of every combination. Missing inputs are tried at every level they can have.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, reduce
from itertools import pairwise, product
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from afterload.scores import Staging, score_columns, tally
from afterload.scores.barc import BARC
from afterload.scores.cswg_scai import CSWG_SCAI
from afterload.scores.gusto import GUSTO
from afterload.scores.haemolysis import (
    HAEMOLYSIS_INTERMACS,
    HAEMOLYSIS_MCS_ARC,
    HAEMOLYSIS_PVAD,
)
from afterload.scores.inputs import population_of
from afterload.scores.kdigo import KDIGO
from afterload.scores.rifle import RIFLE
from afterload.scores.rutherford_ali import RUTHERFORD_ALI

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
        told = zip(names, map(float, values), strict=True)
        known = {name: value for name, value in told if not math.isnan(value)}
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


# --- bleeding, limb ischaemia and haemolysis, a second time: each criterion reaches a place, and
# the grade is the highest -----------------------------------------------------------------------

Known = dict[str, float]


def highest(sets: Iterable[set[int]]) -> set[int]:
    """Every place that can be the highest, one place being drawn from each set."""
    return reduce(lambda some, more: {max(a, b) for a in some for b in more}, sets, {0})


def place_if(known: Known, name: str, place: int) -> set[int]:
    """What a yes/no input reaches: its place, nothing, or either."""
    if name not in known:
        return {0, place}
    return {place if known[name] else 0}


def haemoglobin(known: Known) -> set[int]:
    """Places reached by the fall of haemoglobin (3a, 3b) and by transfusion (3a)."""
    units = [known["rbc_units"]] if "rbc_units" in known else [float(u) for u in range(201)]
    found = set()
    for given in units:
        before, lowest = known.get("hb_before"), known.get("hb_lowest")
        if "hb_drop" in known:
            least = most = known["hb_drop"]
        elif {"hb_before", "hb_lowest", "rbc_units"} & set(known):
            least = (20 if before is None else before) - (250 if lowest is None else lowest)
            most = (250 if before is None else before) - (20 if lowest is None else lowest)
            least, most = least + 10 * given, most + 10 * given
        else:
            least, most = -231, 2231
        first, last = (bisect_right([30, 50], fall + 1e-6) for fall in (least, most))
        for step in range(first, last + 1):
            found.add(max((0, 3, 4)[step], 3 if given >= 1 else 0))
    return found


def intracranial(known: Known) -> set[bool]:
    if "bleed_intracranial" in known:
        return {known["bleed_intracranial"] == 1}
    return {known["bleed_site"] == 3} if "bleed_site" in known else {True, False}


BARC_NAMES = ["barc_0", "barc_1", "barc_2", "barc_3a", "barc_3b", "barc_3c", "barc_4", "barc_5a",
              "barc_5b"]  # fmt: skip


def bypass(known: Known) -> set[int]:
    """Whether the criteria of bypass surgery are met."""
    parts = [place_if(known, name, 6) for name in ("cabg_intracranial_48h", "cabg_reoperation")]
    for name, limit in (("rbc_units_48h", 5), ("chest_tube_ml_24h", 2000)):
        parts.append({6 * (known[name] >= limit)} if name in known else {0, 6})
    met = highest(parts)
    return {min(a, b) for a in place_if(known, "bleed_cabg", 6) for b in met}


def barc_stages(known: Known) -> frozenset[str]:
    kinds = {int(known["bleeding"])} if "bleeding" in known else {0, 1, 2}
    fatal = {(0, 7, 8)[int(known["bleed_fatal"])]} if "bleed_fatal" in known else {0, 7, 8}
    always = [{1}, fatal, bypass(known), {5 * yes for yes in intracranial(known)}]
    always.append(place_if(known, "bleed_intraocular", 5))
    for name in ("bleed_tamponade", "bleed_surgery", "bleed_vasoactives"):
        always.append(place_if(known, name, 4))
    overt = [haemoglobin(known), place_if(known, "bleed_actionable", 2)]
    places: set[int] = set()
    for kind in kinds:
        places |= highest((*always, *overt) if kind == 2 else always) if kind else {0}
    return frozenset(BARC_NAMES[place] for place in places)


def gusto_stages(known: Known) -> frozenset[str]:
    kinds = {int(known["bleeding"])} if "bleeding" in known else {0, 1, 2}
    units = {2 * (known["rbc_units"] >= 1)} if "rbc_units" in known else {0, 2}
    severe = [{3 * yes for yes in intracranial(known)}, place_if(known, "bleed_compromise", 3)]
    places: set[int] = set()
    for kind in kinds:
        places |= highest([{1}, units, *severe]) if kind else {0}
    return frozenset(("none", "gusto_mild", "gusto_moderate", "gusto_severe")[p] for p in places)


LIMB = ["I", "IIa", "IIb", "at least IIb, not classifiable by the criteria", "III"]


def limb_stages(known: Known) -> frozenset[str]:
    """By the table of signs: each sign's column, then whether the last column is complete."""
    options = [
        [int(known[name])] if name in known else list(range(count))
        for name, count in (
            ("limb_sensory", 4),
            ("limb_motor", 3),
            ("doppler_arterial", 2),
            ("doppler_venous", 2),
        )
    ]
    found = set()
    for feeling in options[0]:
        for strength in options[1]:
            for artery in options[2]:
                for vein in options[3]:
                    worst = max(feeling, (0, 2, 3)[strength], 1 - artery, 3 * (1 - vein))
                    complete = (feeling, strength, artery, vein) == (3, 2, 0, 0)
                    found.add(LIMB[4 if complete else worst])
    return frozenset(found)


SIGNS = ("haemoglobinuria", "haemolytic_anaemia", "hyperbilirubinaemia", "pump_dysfunction")


def signs(known: Known) -> set[bool]:
    if "haemolysis_signs" in known:
        return {known["haemolysis_signs"] == 1}
    told = [known[name] for name in SIGNS if name in known]
    if any(told):
        return {True}
    return {False} if len(told) == len(SIGNS) else {True, False}


def mcs_arc_stages(known: Known) -> frozenset[str]:
    late = {known["support_hours"] > 72} if "support_hours" in known else {True, False}
    free = {known["pfhb"] > 200} if "pfhb" in known else {True, False}
    ldh, limit = known.get("ldh"), known.get("ldh_uln")
    if "ldh_ratio" in known:
        enzyme = {known["ldh_ratio"] > 2.5}
    elif ldh is None and limit is None:
        enzyme = {True, False}
    else:
        least = (10 if ldh is None else ldh) / (1000 if limit is None else limit)
        most = (30000 if ldh is None else ldh) / (50 if limit is None else limit)
        enzyme = {least > 2.5, most > 2.5}
    found = set()
    for raised in {a or b for a in free for b in enzyme}:
        for after in late:
            for sign in signs(known):
                early = "not assessable in the first 72 h"
                found.add(
                    (("major" if sign else "minor") if after else early) if raised else "none"
                )
    return frozenset(found)


def intermacs_stages(known: Known) -> frozenset[str]:
    free = {known["pfhb"] > 400} if "pfhb" in known else {True, False}
    both = {a and b for a in free for b in signs(known)}
    return frozenset("haemolysis" if yes else "none" for yes in both)


def pvad_stages(known: Known) -> frozenset[str]:
    if "pfhb_high_count" not in known:
        return frozenset({"none", "haemolysis"})
    return frozenset({"haemolysis" if known["pfhb_high_count"] > 2 else "none"})


def rare(yes: int = 1, out_of: int = 8) -> tuple[Sequence[float], tuple[float, float]]:
    return [0] * (2 * out_of - yes) + [1] * yes, (0, 0)


BLEED: Choices = {
    "bleeding": ([0, 1, 2, 2, 2, 2], (2, 2)),
    "rbc_units": ([0, 0, 1, 2], (0, 0)),
    "bleed_site": ([0, 1, 2, 4, 5, 3], (0, 0)),
}
BARC_CHOICES: Choices = {
    **BLEED,
    "hb_before": ([120, 130, 123], (80, 160)),
    "hb_lowest": ([90, 80, 93, 73], (50, 140)),
    "bleed_fatal": ([0] * 14 + [1, 2], (0, 0)),
    "cabg_intracranial_48h": rare(),
    "cabg_reoperation": rare(),
    "rbc_units_48h": ([0, 4, 5], (0, 0)),
    "chest_tube_ml_24h": ([1999, 2000], (0, 2500)),
    "bleed_cabg": rare(2),
    **{f"bleed_{name}": rare() for name in ("intraocular", "tamponade", "surgery", "vasoactives")},
    "bleed_actionable": ([0, 1], (0, 0)),
}
LIMB_CHOICES: Choices = {
    "limb_sensory": ([0, 1, 2, 3, 3], (3, 3)),
    "limb_motor": ([0, 1, 2, 2], (2, 2)),
    "doppler_arterial": ([0, 1], (0, 0)),
    "doppler_venous": ([0, 1], (0, 0)),
}
FREE: Choices = {
    "pfhb": ([200, 201, 400, 401], (0, 600)),
    **{name: rare(3) for name in SIGNS},
}
CASES: list[tuple[Staging, Choices, Choices, Callable[[Known], frozenset[str]]]] = [
    (BARC, BARC_CHOICES, {"hb_drop": ([29, 30, 49, 50], (0, 60)), "bleed_intracranial": rare()},
     barc_stages),
    (GUSTO, {**BLEED, "bleed_compromise": rare()}, {"bleed_intracranial": rare()}, gusto_stages),
    (RUTHERFORD_ALI, LIMB_CHOICES, {}, limb_stages),
    (HAEMOLYSIS_MCS_ARC,
     {**FREE, "support_hours": ([24, 72, 72.1, 96], (0, 200)),
      "ldh": ([500, 625, 626], (100, 900)), "ldh_uln": ([200, 250], (180, 300))},
     {"haemolysis_signs": rare(4), "ldh_ratio": ([2.5, 2.6], (0.5, 4))}, mcs_arc_stages),
    (HAEMOLYSIS_INTERMACS, FREE, {"haemolysis_signs": rare(4)}, intermacs_stages),
    (HAEMOLYSIS_PVAD, {"pfhb_high_count": ([0, 1, 2, 3, 4], (0, 0))}, {}, pvad_stages),
]  # fmt: skip


@pytest.mark.parametrize(
    ("staging", "choices", "direct", "stages"), CASES, ids=[c[0].about.name for c in CASES]
)
def test_grades_are_those_of_the_second_writing(
    staging: Staging,
    choices: Choices,
    direct: Choices,
    stages: Callable[[Known], frozenset[str]],
) -> None:
    rng = np.random.default_rng(41)
    assert compare(staging, drawn(rng, N, choices, 0), stages, one_by_one=100) == N
    columns = drawn(rng, 10_000, choices, 0.2) | drawn(rng, 10_000, direct, 0.85)
    assert compare(staging, columns, stages, one_by_one=200) > 300

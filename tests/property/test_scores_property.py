"""Scores against tables written a second time, and intervals against every completion.

The second implementation of each score is written differently on purpose: look-up tables and
bisection instead of bands, no notion of spans, missing inputs by trying values one by one.
"""

from __future__ import annotations

import math
import random
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afterload.core.errors import InputError
from afterload.scores import ALL, EGFR, ENCOURAGE, SAVE, VIS, Card, score_columns, tally
from afterload.scores.band import holds
from afterload.scores.card import Item, leaves
from afterload.scores.inputs import population_of, read_patient
from afterload.scores.patient import attained

Patient = dict[str, Any]

ITEMS = [item for score in ALL.values() if isinstance(score, Card) for item in leaves(score.items)]


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.variable)
@given(data=st.data())
def test_bands_tile_the_line_with_no_gap_and_no_overlap(item: Item, data: st.DataObject) -> None:
    edges = [e for band in item.bands for e in (band.low, band.high) if math.isfinite(e)]
    x = data.draw(st.floats(-1e6, 1e6) | st.sampled_from(edges))
    assert sum(holds(band, x) for band in item.bands) == 1


# --- SAVE, a second time ---------------------------------------------------------------------

DIAGNOSIS = {"myocarditis": 3, "vt_vf": 2, "transplant": 3, "congenital": -3, "other": 0}
AGE = [7] * 21 + [4] * 14 + [3] * 10 + [0] * 60  # from 18 years on, one entry per year
YES = {"acute_cns_dysf": -3, "acute_renal_fail": -3, "hx_ckd": -6, "any_arrest": -2}


def save_points(p: Patient) -> int:
    """SAVE of a complete patient, from look-up tables."""
    total = -6 + sum(DIAGNOSIS[name] for name in p["diagnosis"])
    total += AGE[int(p["age_years"]) - 18]
    total += [1, 2, 0][bisect_left([65], p["weight_kg"]) + bisect_right([90], p["weight_kg"])]
    liver = p["acute_liver_fail"] if "acute_liver_fail" in p else failing(p)
    total += -3 if liver else 0
    total += sum(points for name, points in YES.items() if p[name])
    hours = p["intubation_h"]
    total += [0, -2, -4][bisect_left([10], hours) + bisect_right([30], hours)]
    total += (3, 0)[bisect_left([20], p["pip"])]
    total += (0, 3)[bisect_right([40], p["dbp"])]
    pulse = p["pulse_pressure"] if "pulse_pressure" in p else p["sbp"] - p["dbp"]
    total += (-2, 0)[bisect_left([20], pulse)]
    return total + (-3, 0)[bisect_left([15], p["hco3"])]


def failing(p: Patient) -> bool:
    return bool(p["bilirubin"] >= 33 or max(p["ast"], p["alt"]) > 70)


def possible(p: Patient) -> bool:
    """Whether the pressures agree: their difference is 0 to 200 mmHg, as the vocabulary has it."""
    return "pulse_pressure" in p or 0 <= p["sbp"] - p["dbp"] <= 200


CHOICES: dict[str, list[Any]] = {
    "diagnosis": [["other"], ["myocarditis"], ["vt_vf", "myocarditis"], ["congenital"],
                  ["transplant", "vt_vf", "myocarditis"], ["transplant"]],
    "age_years": [18, 38, 38.5, 39, 52, 53, 62.9, 63, 110],
    "weight_kg": [25, 65, 65.5, 89.9, 90, 350],
    "acute_liver_fail": [True, False],
    "acute_cns_dysf": [True, False],
    "acute_renal_fail": [True, False],
    "hx_ckd": [True, False],
    "any_arrest": [True, False],
    "intubation_h": [0, 10, 10.5, 29.5, 30, 8760],
    "pip": [0, 20, 20.5, 80],
    "dbp": [0, 20, 39, 39.999, 40, 45, 60, 200],
    "sbp": [0, 20, 39, 40, 45, 59.5, 60, 60.5, 100, 300],
    "pulse_pressure": [0, 20, 20.5, 200],
    "hco3": [1, 15, 15.5, 60],
    "bilirubin": [1, 32.5, 33, 1000],
    "ast": [1, 70, 70.5, 30000],
    "alt": [1, 70, 70.5, 20000],
}  # fmt: skip
LIVER = ("bilirubin", "ast", "alt")


@st.composite
def save_patients(draw: st.DrawFn) -> Patient:
    """A complete patient: pulse pressure and liver failure stated, or to be derived."""
    left_out = set()
    left_out |= {"pulse_pressure"} if draw(st.booleans()) else {"sbp"}
    left_out |= {"acute_liver_fail"} if draw(st.booleans()) else set(LIVER)
    names = [name for name in CHOICES if name not in left_out]
    patient = {name: draw(st.sampled_from(CHOICES[name])) for name in names}
    if not possible(patient):
        patient["sbp"] = patient["dbp"] + draw(st.sampled_from([0, 20, 20.5, 50]))
    return patient


@given(save_patients())
@settings(deadline=None, max_examples=100)
def test_save_is_that_of_the_second_implementation(patient: Patient) -> None:
    assert tally(SAVE, patient).total == save_points(patient)


def save_completions(known: Patient, hidden: tuple[str, ...]) -> Iterator[Patient]:
    """Every completion worth trying: all edges, and the edges the pressures move together."""
    choices = {name: list(CHOICES[name]) for name in hidden}
    if "dbp" in choices and "sbp" in known:
        sbp = known["sbp"]
        near = [sbp, sbp - 20, sbp - 20.001, sbp - 19.999, sbp - 200]
        choices["dbp"] += [x for x in near if 0 <= x <= 200]
    if "sbp" in choices and "dbp" in known:
        choices["sbp"] += [x for step in (0, 20, 20.001) if (x := known["dbp"] + step) <= 300]
    for values in product(*choices.values()):
        patient = {**known, **dict(zip(choices, values, strict=True))}
        if possible(patient):
            yield patient


@given(save_patients(), st.data())
@settings(deadline=None, max_examples=200)
def test_the_save_interval_is_that_of_every_completion(
    patient: Patient, data: st.DataObject
) -> None:
    hidden = tuple(
        data.draw(st.lists(st.sampled_from(sorted(patient)), min_size=1, max_size=4, unique=True))
    )
    known = {name: value for name, value in patient.items() if name not in hidden}
    totals = [save_points(p) for p in save_completions(known, hidden)]
    result = tally(SAVE, known)
    assert (result.low, result.high) == (min(totals), max(totals))
    assert (result.total is None) == (min(totals) < max(totals))


@given(save_patients(), st.data())
@settings(deadline=None, max_examples=30)
def test_more_knowledge_never_widens_the_interval(patient: Patient, data: st.DataObject) -> None:
    order = data.draw(st.permutations(sorted(patient)))
    known: Patient = {}
    last = attained(SAVE, read_patient(SAVE, known))
    for name in order:
        known[name] = patient[name]
        low, high = attained(SAVE, read_patient(SAVE, known))
        assert last[0] <= low <= high <= last[1]
        last = (low, high)


# --- ENCOURAGE, a second time ----------------------------------------------------------------


def encourage_points(p: Patient) -> int:
    """ENCOURAGE of a complete patient, as a sum of comparisons with the paper's cut-offs."""
    bmi = p["bmi"] if "bmi" in p else p["weight_kg"] / (p["height_cm"] / 100) ** 2
    lactate = p["lactate"]
    return (
        (p["age_years"] > 60) * 5
        + (p["sex"] == "female") * 7
        + (bmi > 25) * 6
        + (p["gcs_total"] in (3, 4, 5)) * 6
        + (p["creatinine"] > 150) * 5
        + (11 if lactate > 8 else 0 if lactate < 2 else 8)
        + (p["pt_activity"] < 50) * 5
    )


ENCOURAGE_CHOICES: dict[str, list[Any]] = {
    "age_years": [18, 60, 60.5, 61, 110],
    "sex": ["female", "male"],
    "bmi": [10, 25, 25.1, 90],
    "gcs_total": [3, 5, 6, 15],
    "creatinine": [10, 150, 150.5, 2500],
    "lactate": [0.1, 1.9, 2, 8, 8.1, 40],
    "pt_activity": [1, 49.9, 50, 150],
    "weight_kg": [25, 60, 75, 120, 350],
    "height_cm": [100, 150, 170, 200, 230],
}


def encourage_completions(known: Patient, hidden: tuple[str, ...]) -> Iterator[Patient]:
    choices = {name: list(ENCOURAGE_CHOICES[name]) for name in hidden}
    if "height_cm" in choices and "weight_kg" in known:
        edges = [100 * math.sqrt(known["weight_kg"] / bmi) for bmi in (11, 24.9, 25.1, 89)]
        choices["height_cm"] += [x for x in edges if 100 <= x <= 230]
    if "weight_kg" in choices and "height_cm" in known:
        edges = [bmi * (known["height_cm"] / 100) ** 2 for bmi in (11, 24.9, 25.1, 89)]
        choices["weight_kg"] += [x for x in edges if 25 <= x <= 350]
    for values in product(*choices.values()):
        patient = {**known, **dict(zip(choices, values, strict=True))}
        if "bmi" in patient or 10 <= patient["weight_kg"] / (patient["height_cm"] / 100) ** 2 <= 90:
            yield patient


@st.composite
def encourage_patients(draw: st.DrawFn) -> Patient:
    left_out = {"bmi"} if draw(st.booleans()) else {"weight_kg", "height_cm"}
    names = [name for name in ENCOURAGE_CHOICES if name not in left_out]
    patient = {name: draw(st.sampled_from(ENCOURAGE_CHOICES[name])) for name in names}
    if patient.get("weight_kg", 75) / (patient.get("height_cm", 170) / 100) ** 2 > 90:
        patient["height_cm"] = 200
    if patient.get("weight_kg", 75) / (patient.get("height_cm", 170) / 100) ** 2 < 10:
        patient["weight_kg"] = 60
    return patient


@given(encourage_patients(), st.data())
@settings(deadline=None, max_examples=150)
def test_the_encourage_interval_is_that_of_every_completion(
    patient: Patient, data: st.DataObject
) -> None:
    assert tally(ENCOURAGE, patient).total == encourage_points(patient)
    hidden = tuple(data.draw(st.sets(st.sampled_from(sorted(patient)), min_size=1, max_size=4)))
    known = {name: value for name, value in patient.items() if name not in hidden}
    totals = [encourage_points(p) for p in encourage_completions(known, hidden)]
    result = tally(ENCOURAGE, known)
    assert (result.low, result.high) == (min(totals), max(totals))


# --- the formulas, a second time ---------------------------------------------------------------

DRUGS = {"dopamine": (1, 50), "dobutamine": (1, 40), "epi": (100, 10), "norepi": (100, 10),
         "milrinone": (10, 2)}  # fmt: skip


def vis_ends(known: Patient) -> tuple[float, float]:
    """VIS from a table of coefficients and largest rates."""
    low = high = 0.0
    for drug, (coefficient, most) in DRUGS.items():
        low += coefficient * known.get(drug, 0)
        high += coefficient * known.get(drug, most)
    rate, weight = known.get("vasopressin"), known.get("weight_kg")
    low += 10_000 * (rate or 0) / (weight or 350)
    high += 10_000 * (0.5 if rate is None else rate) / (weight or 25)
    return low, high


@given(
    st.fixed_dictionaries(
        {},
        optional={
            **{drug: st.floats(0, most) for drug, (_, most) in DRUGS.items()},
            "vasopressin": st.floats(0, 0.5),
            "weight_kg": st.floats(25, 350),
        },
    )
)
@settings(deadline=None)
def test_vis_is_that_of_the_second_implementation(known: Patient) -> None:
    low, high = vis_ends(known)
    result = tally(VIS, known)
    assert result.low == pytest.approx(low, rel=1e-12, abs=1e-12)
    assert result.high == pytest.approx(high, rel=1e-12, abs=1e-12)


def gfr(creatinine: float, age: float, sex: str) -> float:
    """CKD-EPI 2021 as four separate equations, one per sex and side of kappa."""
    mg_dl = creatinine / 88.42
    if sex == "female":
        base = 143.704 * 0.9938**age
        return base * (mg_dl / 0.7) ** (-0.241 if mg_dl <= 0.7 else -1.2)
    return 142 * 0.9938**age * (mg_dl / 0.9) ** (-0.302 if mg_dl <= 0.9 else -1.2)


@given(
    st.floats(10, 2500), st.floats(18, 110), st.sampled_from(["female", "male"]),
    st.sets(st.sampled_from(["creatinine", "age", "sex"])),
)  # fmt: skip
@settings(deadline=None)
def test_egfr_is_that_of_the_second_implementation(
    creatinine: float, age: float, sex: str, hidden: set[str]
) -> None:
    patient: Patient = {"creatinine": creatinine, "age": age, "sex": sex}
    known = {name: value for name, value in patient.items() if name not in hidden}
    tried = product(
        [10, 2500] if "creatinine" in hidden else [creatinine],
        [18, 110] if "age" in hidden else [age],
        ["female", "male"] if "sex" in hidden else [sex],
    )
    values = [gfr(*completion) for completion in tried]
    result = tally(EGFR, known)
    assert result.low == pytest.approx(min(values), rel=1e-12)
    assert result.high == pytest.approx(max(values), rel=1e-12)


# --- columns against the second implementation --------------------------------------------------


def test_ten_thousand_complete_patients_on_columns() -> None:
    rng = random.Random(11)
    names = [name for name in CHOICES if name not in ("pulse_pressure", "acute_liver_fail")]
    patients = [{name: rng.choice(CHOICES[name]) for name in names} for _ in range(10_000)]
    levels = population_of(SAVE)["diagnosis"].levels
    columns = {name: np.array([float(p[name]) for p in patients]) for name in names[1:]}
    masks = [sum(1 << levels.index(word) for word in p["diagnosis"]) for p in patients]
    result = score_columns(SAVE, {**columns, "diagnosis": np.array(masks, np.float64)})
    expected = [save_points(p) if possible(p) else math.nan for p in patients]
    assert np.array_equal(result.total, expected, equal_nan=True)
    assert np.isnan(expected).sum() > 100


def test_ten_thousand_patients_with_a_fifth_missing_on_columns() -> None:
    rng = random.Random(12)
    patients = []
    for _ in range(10_000):
        patient = {name: rng.choice(values) for name, values in ENCOURAGE_CHOICES.items()}
        del patient["weight_kg"], patient["height_cm"]
        patients.append({name: v for name, v in patient.items() if rng.random() > 0.2})
    sexes = population_of(ENCOURAGE)["sex"].levels
    columns = {
        name: np.array([
            sexes.index(p[name]) if name == "sex" and name in p else p.get(name, math.nan)
            for p in patients
        ])
        for name in ENCOURAGE_CHOICES
        if name not in ("weight_kg", "height_cm")
    }  # fmt: skip
    result = score_columns(ENCOURAGE, columns)
    full = dict.fromkeys(ENCOURAGE_CHOICES)
    extremes = {"lactate": (0.1, 40), "age_years": (18, 110), "sex": ("male", "female"),
                "bmi": (10, 90), "gcs_total": (15, 3), "creatinine": (10, 2500),
                "pt_activity": (150, 1)}  # fmt: skip
    for row, patient in enumerate(patients):
        mild = {**full, **{name: ends[0] for name, ends in extremes.items()}, **patient}
        grave = {**full, **{name: ends[1] for name, ends in extremes.items()}, **patient}
        assert result.low[row] == encourage_points(mild)
        assert result.high[row] == encourage_points(grave)


@given(st.dictionaries(st.sampled_from(["sbp", "dbp", "pulse_pressure"]), st.floats(0, 200)))
@settings(deadline=None)
def test_pressures_are_scored_or_refused_never_guessed(pressures: Patient) -> None:
    try:
        result = tally(SAVE, pressures)
    except InputError:
        assert not 0 <= pressures["sbp"] - pressures["dbp"] <= 200
        assert "pulse_pressure" not in pressures
        return
    assert result.low is not None
    assert result.high is not None
    assert -35 <= result.low <= result.high <= 17

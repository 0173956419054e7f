"""Definitions of shock, written a second time, against 100,000 patients and every completion.

The second writing knows no three-valued logic: a missing input is given the value that speaks most
for shock, then the one that speaks most against it, and the complete patient is judged by plain
comparisons.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afterload.scores import ALL, score_columns, tally
from afterload.scores.columns import missing_columns
from afterload.scores.definition import CLASSES
from afterload.scores.inputs import population_of

Patient = dict[str, Any]
YES_NO = (True, False)
"""The value that speaks for shock first, the one that speaks against it last."""

SHAPES: dict[str, tuple[Any, ...]] = {
    "ami_type": ("stemi", "nstemi", "none"),
    "sbp_below_90_min": (10_080, 40, 30.5, 30, 29, 0),
    "urine_ml_h": (0, 29.9, 30, 60, 2000),
    "lactate": (40, 2.1, 2, 1.9, 0.1),
    "ci": (0, 2.1, 2.2, 2.3, 10),
    "pcwp": (60, 15.5, 15, 14, 0),
    "sbp": (0, 89.9, 90, 120, 300),
    "norepi": (0.5, 0.01, 0),
    "epi": (0.5, 0.01, 0),
    "vasopressin": (0.04, 0),
}


def support(p: Patient, stated: str, drugs: tuple[str, ...]) -> bool:
    """What is stated goes first; else a running drug stands for it."""
    if p.get(stated) is not None:
        return bool(p[stated])
    return any((p.get(drug) or 0) > 0 for drug in drugs)


def trial_clinical(p: Patient) -> bool:
    pressure = p["sbp_below_90_min"] > 30 or p["support_for_sbp"]
    poor = p["urine_ml_h"] < 30 or p["cold_skin"]
    return p["ami_type"] in ("stemi", "nstemi") and p["lv_dysfunction"] and pressure and poor


def trial(p: Patient) -> bool:
    return trial_clinical(p) and not (p["ci"] >= 2.2 or p["pcwp"] <= 15)


def iabp_ii(p: Patient) -> bool:
    if p["ami_type"] == "none" or not p["pulmonary_congestion"]:
        return False
    if p["sbp_below_90_min"] <= 30 and not p["catecholamines_for_sbp"]:
        return False
    signs = [p["confusion"], p["cold_skin"], p["urine_ml_h"] < 30, p["lactate"] > 2]
    return sum(signs) >= 1


def culprit(p: Patient) -> bool:
    return iabp_ii(p) and all(p[name] for name in ("multivessel_disease", "early_pci_planned"))


def esc(p: Patient) -> bool:
    signs = ("cold_skin", "oliguria", "confusion", "dizziness", "narrow_pulse_pressure",
             "metabolic_acidosis", "lactate_raised", "creatinine_raised")  # fmt: skip
    return not p["sbp"] >= 90 and p["adequate_volume"] and True in [p[sign] for sign in signs]


def sharc(p: Patient) -> bool:
    held = p["support_for_sbp"] or not p["sbp_below_90_min"] < 30
    return bool(p["cardiac_disorder"] and p["hypoperfusion"] and held)


SECOND: dict[str, tuple[Callable[[Patient], bool], str, tuple[str, ...]]] = {
    "shock-trial": (trial, "support_for_sbp", ("norepi", "epi", "vasopressin")),
    "shock-trial-clinical": (trial_clinical, "support_for_sbp", ("norepi", "epi", "vasopressin")),
    "shock-iabp-ii": (iabp_ii, "catecholamines_for_sbp", ("norepi", "epi")),
    "shock-culprit": (culprit, "catecholamines_for_sbp", ("norepi", "epi")),
    "shock-esc-2016": (esc, "", ()),
    "shock-sharc-2023": (sharc, "support_for_sbp", ("norepi", "epi", "vasopressin")),
}


def choices_of(name: str) -> dict[str, tuple[Any, ...]]:
    """For every input of a definition, its choices from the most to the least in favour."""
    # Which support ran changes what is warned of, never the answer.
    return {n: SHAPES.get(n, YES_NO) for n in population_of(ALL[name]) if n != "support"}


def ends(name: str, known: Patient) -> tuple[int, int]:
    """The answer with everything missing against shock, and with everything missing for it."""
    judge, stated, drugs = SECOND[name]
    if stated and known.get(stated) is None and support(known, stated, drugs):
        known = {**known, stated: True}
    choices = choices_of(name)
    against = {n: known.get(n, values[-1]) for n, values in choices.items()}
    favour = {n: known.get(n, values[0]) for n, values in choices.items()}
    return int(judge(against)), int(judge(favour))


def code(name: str, variable: str, value: Any) -> float:
    if isinstance(value, str):
        return float(population_of(ALL[name])[variable].levels.index(value))
    return float(value)


def draw(rng: random.Random, name: str, missing: float) -> Patient:
    return {
        n: rng.choice(values) for n, values in choices_of(name).items() if rng.random() >= missing
    }


@pytest.mark.parametrize("name", SECOND)
def test_a_hundred_thousand_patients_on_columns(name: str) -> None:
    rng = random.Random(f"columns {name}")
    patients = [draw(rng, name, 0.15) for _ in range(50_000)]
    patients += [draw(rng, name, 0.0) for _ in range(50_000)]
    columns = {
        n: np.array([code(name, n, p[n]) if n in p else math.nan for p in patients])
        for n in choices_of(name)
    }
    result = score_columns(ALL[name], columns)
    expected = np.array([ends(name, p) for p in patients])
    assert np.array_equal(result.low, expected[:, 0])
    assert np.array_equal(result.high, expected[:, 1])
    settled = expected[:, 0] == expected[:, 1]
    assert np.array_equal(np.isnan(result.total), ~settled)
    assert np.array_equal(result.class_code, np.where(settled, expected[:, 0], -1))
    assert 0.01 < (expected[:, 0] == 1).mean() < 0.9
    assert (~settled).sum() > 500


@pytest.mark.parametrize("name", SECOND)
def test_three_hundred_patients_one_by_one(name: str) -> None:
    rng = random.Random(f"one by one {name}")
    patients = [draw(rng, name, rng.choice((0.1, 0.5, 0.9))) for _ in range(300)]
    patients = [p for p in patients if p]
    columns = {
        n: np.array([code(name, n, p[n]) if n in p else math.nan for p in patients])
        for n in choices_of(name)
    }
    result, missing = score_columns(ALL[name], columns), missing_columns(ALL[name], columns)
    for row, patient in enumerate(patients):
        found = tally(ALL[name], patient)
        assert (found.low, found.high) == ends(name, patient)
        assert result.classes(row) == found.classes
        assert set(missing[row]) == set(found.missing)
        assert found.classes == CLASSES[int(found.low or 0) : int(found.high or 0) + 1]


@pytest.mark.parametrize("name", SECOND)
@given(seed=st.integers(0, 10**6), k=st.integers(1, 4))
@settings(deadline=None, max_examples=60)
def test_the_answer_is_that_of_every_completion(name: str, seed: int, k: int) -> None:
    rng = random.Random(seed)
    judge, stated, drugs = SECOND[name]
    patient = draw(rng, name, 0.0)
    # Drugs stand for a statement only while there is none: they do not complete one.
    hidden = rng.sample([n for n in patient if n not in drugs], k)
    known = {n: v for n, v in patient.items() if n not in hidden}
    if stated in hidden:
        known |= dict.fromkeys(drugs, 0)
    choices = choices_of(name)
    answers = {
        bool(judge({**known, **dict(zip(hidden, values, strict=True))}))
        for values in product(*(choices[n] for n in hidden))
    }
    found = tally(ALL[name], known)
    assert (found.low, found.high) == (min(answers), max(answers))
    assert (found.total is None) == (len(answers) == 2)


@pytest.mark.parametrize("name", SECOND)
@given(seed=st.integers(0, 10**6))
@settings(deadline=None, max_examples=20)
def test_more_knowledge_never_opens_what_was_settled_and_what_is_missing_can_settle(
    name: str, seed: int
) -> None:
    rng = random.Random(seed)
    drugs = SECOND[name][2]
    patient = {n: v for n, v in draw(rng, name, 0.0).items() if n not in drugs}
    order = rng.sample(sorted(patient), len(patient))
    known: Patient = {}
    low, high = 0.0, 1.0
    for step in order:
        before = tally(ALL[name], known)
        known[step] = patient[step]
        after = tally(ALL[name], known)
        assert after.low is not None
        assert after.high is not None
        assert low <= after.low <= after.high <= high
        if (after.low, after.high) != (low, high):
            assert step in before.missing
        low, high = after.low, after.high
    assert low == high

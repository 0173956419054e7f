"""CardShock, IABP-SHOCK II, SOFA and SAPS II a second time, as look-ups in their printed tables.

Each is compared on 100,000 random patients by columns and on some hundred one by one; the interval
of a patient with missing inputs is the hull of every completion, tried by brute force.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import numpy as np
import pytest

from afterload.scores import (
    CARDSHOCK,
    IABP_SHOCK_II,
    SAPS_II,
    SOFA,
    Card,
    score_columns,
    tally,
)
from afterload.scores.columns import missing_columns
from afterload.scores.inputs import population_of, read_patient
from afterload.scores.patient import attained

Patient = dict[str, Any]
NOT = "no"
YES = "yes"


def at(value: float, starts: tuple[float, ...], points: tuple[int, ...]) -> int:
    """Points of the printed row that starts at or below the value."""
    return points[bisect_right(starts, value)]


def above(value: float, ends: tuple[float, ...], points: tuple[int, ...]) -> int:
    """The same where the printed rows end with their number (> 75)."""
    return points[sum(value > end for end in ends)]


def gfr(p: Patient) -> float:
    mg_dl, female = p["creatinine"] / 88.42, p["sex"] == "female"
    kappa, alpha = (0.7, -0.241) if female else (0.9, -0.302)
    power = alpha if mg_dl <= kappa else -1.2
    value = 142 * (mg_dl / kappa) ** power * 0.9938 ** p["age_years"]
    return float(value * (1.012 if female else 1))


def cardshock(p: Patient) -> int:
    filtration = p["egfr"] if "egfr" in p else gfr(p)
    return int(
        [p["confusion"], p["hx_mi_cabg"], p["acs"]].count(YES)
        + above(p["age_years"], (75,), (0, 1))
        + at(p["lvef"], (40,), (1, 0))
        + (at(p["lactate"], (2,), (0, 1)) + above(p["lactate"], (4,), (0, 1)))
        + (at(filtration, (30,), (2, 1)) - above(filtration, (60,), (0, 1)))
    )


def iabp(p: Patient) -> int:
    one = (p["age_years"] > 73, p["glucose"] > 10.6, p["creatinine"] / 88.42 > 1.5)
    two = (p["hx_stroke"] == YES, p["timi_post"] in (0, 1, 2), p["lactate"] > 5)
    return int(sum(one) + 2 * sum(two))


def sofa(p: Patient) -> int:
    ratio = p["po2"] * 100 / p["fio2"]
    lung = at(ratio, (100, 200, 300, 400), (4, 3, 2, 1, 0))
    if p["ventilated"] == NOT and p["niv"] == NOT:
        lung = (0, 1, 2, 2, 2)[lung]
    heart = [at(p["map"], (70,), (1, 0)), 2 if p["dobutamine"] else 0]
    heart.append(above(p["dopamine"], (0, 5, 15), (0, 2, 3, 4)))
    heart += [above(p[drug], (0, 0.1), (0, 3, 4)) for drug in ("epi", "norepi")]
    kidney = at(p["creatinine"], (110, 171, 300), (0, 1, 2, 3)) + (p["creatinine"] > 440)
    urine = p["urine_ml_h"] * 24
    # A day's 500 mL typed by the hour may fall short by a rounding error.
    kidney = max(kidney, at(urine + 1e-9, (200, 500), (4, 3, 0)))
    return int(
        lung
        + at(p["platelets"], (20, 50, 100, 150), (4, 3, 2, 1, 0))
        + at(p["bilirubin"], (20, 33, 102), (0, 1, 2, 3))
        + (p["bilirubin"] > 204)
        + max(heart)
        + {15: 0, 14: 1, 13: 1, 12: 2, 11: 2, 10: 2, 9: 3, 8: 3, 7: 3, 6: 3}.get(p["gcs_total"], 4)
        + kidney
    )


def saps2(p: Patient) -> int:
    ratio = p["po2"] * 100 / p["fio2"]
    ventilated = YES in (p["ventilated"], p["niv"])
    illness = {"aids": 17, "haem_malignancy": 10, "metastatic_cancer": 9}
    litres = p["urine_ml_h"] * 24 / 1000 + 1e-12
    rows = (
        at(p["age_years"], (40, 60, 70, 75, 80), (0, 7, 12, 15, 16, 18)),
        at(p["hr"], (40, 70, 120, 160), (11, 2, 0, 4, 7)),
        at(p["sbp"], (70, 100, 200), (13, 5, 0, 2)),
        at(p["temp_c"], (39,), (0, 3)),
        at(ratio, (100, 200), (11, 9, 6)) if ventilated else 0,
        at(litres, (0.5, 1), (11, 4, 0)),
        at(p["urea"] / 0.357 + 1e-9, (28, 84), (0, 6, 10)),
        at(p["wbc"], (1, 20), (12, 0, 3)),
        at(p["potassium"], (3, 5), (3, 0, 3)),
        at(p["sodium"], (125, 145), (5, 0, 1)),
        at(p["hco3"], (15, 20), (6, 3, 0)),
        at(p["bilirubin"] / 17.1 + 1e-9, (4, 6), (0, 4, 9)),
        at(p["gcs_total"], (6, 9, 11, 14), (26, 13, 7, 5, 0)),
        max(points for name, points in {**illness, "": 0}.items() if not name or p[name] == YES),
        {"scheduled_surgical": 0, "medical": 6, "unscheduled_surgical": 8}[p["admission_type"]],
    )
    return sum(rows)


ANSWER = [NOT, YES]
CARDSHOCK_CHOICES: dict[str, list[Any]] = {
    "age_years": [18, 60, 75, 75.5, 90, 110], "confusion": ANSWER, "hx_mi_cabg": ANSWER,
    "acs": ANSWER, "lvef": [0, 39.9, 40, 90], "lactate": [0.1, 1.99, 2, 3, 4, 4.01, 40],
    "egfr": [0, 29.9, 30, 60, 60.1, 200],
}  # fmt: skip
FILTRATION: dict[str, list[Any]] = {
    **{name: values for name, values in CARDSHOCK_CHOICES.items() if name != "egfr"},
    "creatinine": [10, 80, 110, 115, 130, 160, 200, 260, 2500], "sex": ["female", "male"],
}  # fmt: skip
IABP_CHOICES: dict[str, list[Any]] = {
    "age_years": [18, 73, 73.5, 110], "hx_stroke": ANSWER, "glucose": [0.5, 10.6, 10.7, 80],
    "creatinine": [10, 132, 132.6, 133, 2500], "timi_post": [0, 1, 2, 3],
    "lactate": [0.1, 5, 5.1, 40],
}  # fmt: skip
GAS: dict[str, list[Any]] = {
    "po2": [10, 42, 60, 63, 80, 100, 150, 300, 700], "fio2": [21, 30, 40, 50, 60, 100],
    "ventilated": ANSWER, "niv": ANSWER,
}  # fmt: skip
SOFA_CHOICES: dict[str, list[Any]] = {
    **GAS, "platelets": [1, 19, 20, 49, 50, 99, 100, 149, 150, 2000],
    "bilirubin": [1, 19, 20, 32, 33, 101, 102, 204, 205, 1000], "map": [0, 69.9, 70, 250],
    "dopamine": [0, 0, 0, 0.1, 5, 5.1, 15, 15.1, 50], "dobutamine": [0, 0, 0, 0.1, 40],
    "epi": [0, 0, 0, 0.01, 0.1, 0.11, 10], "norepi": [0, 0, 0, 0.01, 0.1, 0.11, 10],
    "creatinine": [10, 109, 110, 170, 171, 299, 300, 440, 441, 2500],
    "gcs_total": list(range(3, 16)),
    "urine_ml_h": [0, 8, 200 / 24, 9, 20, 500 / 24, 21, 2000],
}  # fmt: skip
SAPS_CHOICES: dict[str, list[Any]] = {
    **GAS, "age_years": [18, 39.5, 40, 59, 60, 69, 70, 74, 75, 79, 80, 110],
    "hr": [0, 39, 40, 69, 70, 119, 120, 159, 160, 300], "sbp": [0, 69, 70, 99, 100, 199, 200, 300],
    "temp_c": [20, 38.9, 39, 44], "urine_ml_h": [0, 20, 500 / 24, 41, 1000 / 24, 2000],
    "urea": [0.5, 9.9, 28 * 0.357, 10.5, 29.9, 84 * 0.357, 30, 90],
    "wbc": [0, 0.9, 1, 19.9, 20, 500], "potassium": [1, 2.9, 3, 4.9, 5, 12],
    "sodium": [90, 124, 125, 144, 145, 210], "hco3": [1, 14, 15, 19, 20, 60],
    "bilirubin": [1, 68, 4 * 17.1, 100, 6 * 17.1, 110, 1000], "gcs_total": list(range(3, 16)),
    "aids": ANSWER, "haem_malignancy": ANSWER, "metastatic_cancer": ANSWER,
    "admission_type": ["scheduled_surgical", "medical", "unscheduled_surgical"],
}  # fmt: skip

Second = Callable[[Patient], int]
CASES: list[tuple[Card, Second, dict[str, list[Any]]]] = [
    (CARDSHOCK, cardshock, CARDSHOCK_CHOICES),
    (CARDSHOCK, cardshock, FILTRATION),
    (IABP_SHOCK_II, iabp, IABP_CHOICES),
    (SOFA, sofa, SOFA_CHOICES),
    (SAPS_II, saps2, SAPS_CHOICES),
]
NAMES = ["cardshock", "cardshock-creatinine", "iabp-shock-ii", "sofa", "saps2"]
every_card = pytest.mark.parametrize(("card", "second", "choices"), CASES, ids=NAMES)


def random_patients(choices: dict[str, list[Any]], n: int, seed: int) -> list[Patient]:
    rng = np.random.default_rng(seed)
    picked = {name: rng.integers(len(values), size=n) for name, values in choices.items()}
    return [{name: choices[name][picked[name][k]] for name in choices} for k in range(n)]


def columns_of(card: Card, patients: list[Patient], names: Any) -> dict[str, Any]:
    def code(name: str, value: Any) -> float:
        levels = population_of(card)[name].levels
        return float(levels.index(value)) if isinstance(value, str) else float(value)

    return {
        name: np.array([code(name, p[name]) if name in p else math.nan for p in patients])
        for name in names
    }


@every_card
def test_a_hundred_thousand_patients_on_columns(
    card: Card, second: Second, choices: dict[str, list[Any]]
) -> None:
    patients = random_patients(choices, 100_000, seed=1)
    found = score_columns(card, columns_of(card, patients, choices))
    expected = np.array([second(p) for p in patients], np.float64)
    assert np.array_equal(found.total, expected)
    assert len(np.unique(expected)) >= 8


@every_card
def test_some_hundred_patients_one_by_one(
    card: Card, second: Second, choices: dict[str, list[Any]]
) -> None:
    for patient in random_patients(choices, 300, seed=2):
        assert attained(card, read_patient(card, patient)) == (second(patient), second(patient))
    assert tally(card, patient).total == second(patient)


def completions(
    known: Patient, hidden: list[str], choices: dict[str, list[Any]]
) -> Iterator[Patient]:
    """Every completion worth trying: all edges, and those that two inputs reach together."""
    tried = {name: list(choices[name]) for name in hidden}
    for name, other in (("po2", "fio2"), ("fio2", "po2")):
        if name in tried and other in known:
            low, high = (10, 700) if name == "po2" else (21, 100)
            for edge in (100, 200, 300, 400):
                x = edge * known[other] / 100 if name == "po2" else 100 * known[other] / edge
                tried[name] += [y for y in (x * 0.9999, x * 1.0001) if low <= y <= high]
    if "age_years" in tried and "creatinine" in known and "sex" in known:
        tried["age_years"] += list(range(18, 110))
    if "creatinine" in tried and "sex" in choices:
        tried["creatinine"] += list(range(40, 400, 2))
    for values in product(*tried.values()):
        yield {**known, **dict(zip(hidden, values, strict=True))}


@every_card
def test_the_interval_is_the_hull_of_every_completion(
    card: Card, second: Second, choices: dict[str, list[Any]]
) -> None:
    rng = np.random.default_rng(3)
    partial, hulls = [], []
    for patient in random_patients(choices, 150, seed=4):
        hidden = list(rng.choice(list(choices), size=rng.integers(1, 4), replace=False))
        known = {name: value for name, value in patient.items() if name not in hidden}
        totals = {second(p) for p in completions(known, hidden, choices)}
        partial.append(known)
        hulls.append((min(totals), max(totals)))
        assert attained(card, read_patient(card, known)) == hulls[-1], known
    found = score_columns(card, columns_of(card, partial, choices))
    assert list(zip(found.low, found.high, strict=True)) == hulls
    wanted = missing_columns(card, columns_of(card, partial, choices))
    for known, names in zip(partial[:60], wanted[:60], strict=True):
        assert sorted(names) == sorted(tally(card, known).missing)


def test_the_worst_and_the_best_patient_bound_every_sofa_on_columns() -> None:
    """With a fifth missing: each missing input at its mildest, then at its gravest, is the hull."""
    mild: Patient = {
        "po2": 700, "fio2": 21, "ventilated": NOT, "niv": NOT, "platelets": 2000, "bilirubin": 1,
        "map": 250, "dopamine": 0, "dobutamine": 0, "epi": 0, "norepi": 0, "gcs_total": 15,
        "creatinine": 10, "urine_ml_h": 2000,
    }  # fmt: skip
    grave: Patient = {
        "po2": 10, "fio2": 100, "ventilated": YES, "niv": YES, "platelets": 1, "bilirubin": 1000,
        "map": 0, "dopamine": 50, "dobutamine": 40, "epi": 10, "norepi": 10, "gcs_total": 3,
        "creatinine": 2500, "urine_ml_h": 0,
    }  # fmt: skip
    rng = np.random.default_rng(5)
    patients = [
        {name: value for name, value in patient.items() if rng.random() > 0.2}
        for patient in random_patients(SOFA_CHOICES, 20_000, seed=6)
    ]
    found = score_columns(SOFA, columns_of(SOFA, patients, SOFA_CHOICES))
    assert list(found.low) == [sofa({**mild, **p}) for p in patients]
    assert list(found.high) == [sofa({**grave, **p}) for p in patients]
    assert 100 < np.isnan(found.total).sum() < 20_000


def test_the_predicted_mortality_on_columns() -> None:
    patients = random_patients(SAPS_CHOICES, 1_000, seed=7)
    for k, patient in enumerate(patients):
        if k % 2:
            del patient["gcs_total"]
    found = score_columns(SAPS_II, columns_of(SAPS_II, patients, SAPS_CHOICES))
    assert found.predicted is not None
    for ends, predicted in zip((found.low, found.high), found.predicted, strict=True):
        logit = [-7.7631 + 0.0737 * s + 0.9971 * math.log(s + 1) for s in ends]
        assert predicted == pytest.approx([1 / (1 + math.exp(-x)) for x in logit], rel=1e-12)
    one = tally(SAPS_II, patients[1]).predicted
    assert one is not None
    assert (one.low, one.high) == pytest.approx((found.predicted[0][1], found.predicted[1][1]))

"""The worst of a day: SOFA and SAPS II against a brute-force look at every set."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from afterload.scores import ALL, Score, tally
from afterload.scores.columns import score_columns
from afterload.scores.inputs import as_given, population_of
from afterload.scores.timing import looks_back, pick, points_of, rule_text, worst

NAN = float("nan")
SOFA, SAPS2 = ALL["sofa"], ALL["saps2"]


def read(
    score: Score,
    sets: list[tuple[float, dict[str, float]]],
    at_hours: float | None = None,
    since: float | None = None,
    at_point: dict[str, float] | None = None,
) -> dict[str, float]:
    """The inputs of one patient, from sets by hour and from what was read at the point."""
    names = looks_back(score)
    values = {name: np.array([s.get(name, NAN) for _, s in sets]) for name in names}
    hours = np.array([h for h, _ in sets])
    begins = None if since is None else np.array([since])
    found = worst(score, np.zeros(len(sets), np.intp), hours, values, 1, at_hours, begins)
    points = points_of(score, "24h" if at_hours == 24 else "")
    columns = {
        name: {points[name][0]: np.array([(at_point or {}).get(name, NAN)])} for name in names
    }
    only = None if since is None else ~np.isnan(begins)  # type: ignore[arg-type]
    picked = pick(score, columns, found, "24h" if at_hours == 24 else "", only)
    return {name: float(column[0]) for name, column in picked.items()}


def test_the_worst_is_the_value_with_the_most_points_on_either_side() -> None:
    sets = [(1.0, {"hr": 35.0}), (2.0, {"hr": 150.0}), (3.0, {"hr": 90.0})]
    assert read(SAPS2, sets, since=0)["hr"] == 35.0  # 11 points, 150/min has 4
    assert read(SAPS2, sets[1:], since=0)["hr"] == 150.0


def test_sofa_reads_the_24_hours_up_to_the_time_asked() -> None:
    sets = [
        (0.0, {"platelets": 10.0}),  # the day before
        (0.5, {"platelets": 90.0}),
        (24.0, {"platelets": 120.0}),
        (24.5, {"platelets": 5.0}),  # later than asked
    ]
    assert read(SOFA, sets, at_hours=24)["platelets"] == 90.0
    assert read(SOFA, [(-3.0, {"platelets": 60.0}), *sets])["platelets"] == 10.0


def test_an_oxygenation_is_not_joined_to_a_ventilation_of_another_hour() -> None:
    sets = [
        (2.0, {"po2": 70.0, "fio2": 100.0, "ventilated": 0.0, "niv": 0.0}),  # 70, unsupported: 2
        (8.0, {"po2": 90.0, "fio2": 60.0, "ventilated": 1.0}),  # 150, ventilated: 3
    ]
    found = read(SOFA, sets, at_hours=24, at_point={"ventilated": 1.0, "po2": 300.0})
    assert (found["pf_ratio"], found["resp_support"]) == (150.0, 1.0)
    assert np.isnan(found["ventilated"])  # that of 24 h is of another moment
    unknown = [(2.0, {"po2": 70.0, "fio2": 100.0}), sets[1]]
    found = read(SOFA, unknown, at_hours=24, at_point={"ventilated": 1.0})
    assert found["pf_ratio"] == 70.0  # may have 4 points; whether supported was not told then
    assert np.isnan(found["resp_support"])
    assert np.isnan(found["ventilated"])


def test_saps_ii_reads_the_first_day_in_intensive_care_and_nothing_else() -> None:
    sets = [(-30.0, {"sbp": 60.0}), (-20.0, {"sbp": 95.0}), (2.0, {"sbp": 65.0})]
    assert read(SAPS2, sets, since=-22)["sbp"] == 65.0
    assert read(SAPS2, sets, since=-22, at_hours=0)["sbp"] == 95.0  # nothing later than asked
    assert np.isnan(read(SAPS2, sets, since=-120, at_point={"sbp": 80.0})["sbp"])
    assert read(SAPS2, sets, since=NAN, at_point={"sbp": 80.0})["sbp"] == 80.0


def test_what_was_not_measured_in_the_hours_is_read_at_the_time_asked() -> None:
    found = read(SOFA, [(1.0, {"map": 60.0})], 24, at_point={"bilirubin": 40.0, "map": 80.0})
    assert (found["map"], found["bilirubin"]) == (60.0, 40.0)


def test_a_day_of_urine_is_not_the_worst_of_its_hours() -> None:
    assert "urine_ml_h" not in looks_back(SOFA)
    assert "urine_ml_h" not in looks_back(SAPS2)


def test_the_rule_is_told() -> None:
    told = rule_text(SOFA, "24h")
    assert (
        "the value with the most points recorded in the 24 h before, else the value at 24h" in told
    )
    told = rule_text(SAPS2, "48h")
    assert "recorded in the 24 h from icu_admit_dt on, none later than 48h" in told
    assert "where icu_admit_dt is not known, the value at 48h" in told


ORGANS: dict[str, tuple[str, ...]] = {
    "respiration": ("po2", "fio2", "ventilated", "niv"),
    "platelets": ("platelets",),
    "bilirubin": ("bilirubin",),
    "cardiovascular": ("map", "dopamine", "dobutamine", "epi", "norepi"),
    "gcs_total": ("gcs_total",),
    "renal": ("creatinine",),
}


def random_set(rng: np.random.Generator) -> dict[str, float]:
    return {
        "po2": rng.uniform(40, 300), "fio2": rng.uniform(21, 100),
        "ventilated": float(rng.integers(2)), "niv": float(rng.integers(2)),
        "platelets": rng.uniform(5, 300), "bilirubin": rng.uniform(5, 300),
        "map": rng.uniform(40, 100), "dopamine": float(rng.choice([0, 0, 4, 10, 20])),
        "dobutamine": float(rng.choice([0, 5])), "epi": float(rng.choice([0, 0.05, 0.3])),
        "norepi": float(rng.choice([0, 0, 0.08, 0.5])), "gcs_total": float(rng.integers(3, 16)),
        "creatinine": rng.uniform(50, 600),
    }  # fmt: skip


def organ_points(values: dict[str, float]) -> dict[str, float]:
    """The points of each organ in one set, by the way for one patient."""
    variables = population_of(SOFA)
    given: dict[str, Any] = {n: as_given(variables[n], v).value for n, v in values.items()}
    found = tally(SOFA, {**given, "urine": 100})
    return {line.name: line.low for line in found.items}


@pytest.mark.parametrize("seed", range(40))
def test_sofa_of_a_day_is_the_sum_of_each_organs_worst(seed: int) -> None:
    rng = np.random.default_rng(seed)
    sets = [(float(rng.uniform(-10, 30)), random_set(rng)) for _ in range(6)]
    day = [values for hour, values in sets if 0 < hour <= 24]
    if not day:
        return
    points = [organ_points(values) for values in day]
    expected = sum(max(one[organ] for one in points) for organ in ORGANS)
    inputs = read(SOFA, sets, at_hours=24)
    row = {name: np.array([value]) for name, value in inputs.items() if name != "urine_ml_h"}
    found = score_columns(SOFA, {**row, "urine_ml_h": np.array([100.0])})
    assert (found.low[0], found.high[0]) == (expected, expected)

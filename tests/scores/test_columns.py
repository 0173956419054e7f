"""Columns of patients: the same results as one patient at a time, row by row."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from afterload.core.errors import InputError, Missing, OutOfRange, UnknownName
from afterload.scores import ALL, EGFR, ENCOURAGE, SAVE, VIS, Score, Staging, score_columns, tally
from afterload.scores.columns import missing_columns
from afterload.scores.inputs import needed, population_of, read_patient
from afterload.scores.patient import attained

Columns = dict[str, NDArray[np.float64]]

USUAL = {
    "age_years": (16, 95), "weight_kg": (40, 120), "height_cm": (150, 195), "bilirubin": (3, 60),
    "ast": (5, 120), "alt": (5, 120), "intubation_h": (0, 45), "intub_dt": (-45, 3),
    "pip": (10, 40), "sbp": (20, 120), "dbp": (5, 70), "pulse_pressure": (0, 60),
    "hco3": (8, 25), "bmi": (18, 35), "creatinine": (40, 400), "lactate": (0.5, 20),
    "pt_activity": (10, 100), "gcs_total": (3, 16), "norepi": (0, 1), "epi": (0, 1),
    "dopamine": (0, 20), "dobutamine": (0, 20), "milrinone": (0, 1), "vasopressin": (0, 0.1),
    "n_drugs": (0, 5),
}  # fmt: skip


def random_columns(score: Score, n: int, seed: int, missing: float = 0.2) -> Columns:
    """Random patients; a third of the numbers are whole, so that edges are hit."""
    rng = np.random.default_rng(seed)
    columns: Columns = {}
    for name in needed(score):
        variable = population_of(score)[name]
        if variable.kind in ("bool", "enum"):
            values = rng.integers(0, len(variable.levels), n).astype(np.float64)
        elif variable.kind == "multi":
            values = rng.integers(0, 2 ** len(variable.levels), n).astype(np.float64)
        else:
            soft = max(variable.low, variable.soft_low), min(variable.high, variable.soft_high)
            low, high = USUAL.get(name, soft)
            values = rng.uniform(low, high, n)
            whole = rng.random(n) < (1 if variable.kind == "int" else 0.33)
            values = np.where(whole, np.floor(values), values)
            values = np.maximum(values, 18 if name == "age_years" else low)
        values[rng.random(n) < missing] = np.nan
        columns[name] = values
    return columns


def without_direct(columns: Columns, seed: int) -> Columns:
    """The same patients, what can be derived mostly not being given directly."""
    rng = np.random.default_rng(seed)
    direct = {"pulse_pressure", "acute_liver_fail", "bmi", "intubation_h", "any_arrest", "female"}
    direct |= {"diagnosis", "dx_myocarditis", "dx_vt_vf", "dx_transplant", "dx_congenital"}
    hidden = {name: rng.random(len(v)) < 0.8 for name, v in columns.items() if name in direct}
    return {
        name: np.where(hidden[name], np.nan, values) if name in hidden else values
        for name, values in columns.items()
    }


def row_of(score: Score, columns: Columns, row: int) -> dict[str, Any]:
    """One row as a patient: categories by name, missing left out."""
    patient: dict[str, Any] = {}
    for name, values in columns.items():
        variable, code = population_of(score)[name], values[row]
        if np.isnan(code):
            continue
        if variable.kind == "enum":
            patient[name] = variable.levels[int(code)]
        elif variable.kind == "multi":
            patient[name] = [v for k, v in enumerate(variable.levels) if int(code) >> k & 1]
        else:
            patient[name] = float(code)
    return patient


@pytest.mark.parametrize(
    ("score", "n"), [(SAVE, 10_000), (ENCOURAGE, 10_000), (VIS, 2_000), (EGFR, 2_000)]
)
def test_random_patients_score_as_one_by_one(score: Score, n: int) -> None:
    columns = without_direct(random_columns(score, n, seed=1), seed=2)
    result = score_columns(score, columns)
    settled = 0
    for row in range(n):
        try:
            low, high = attained(score, read_patient(score, row_of(score, columns, row)))
        except InputError:  # the values contradict each other
            assert np.isnan(result.low[row])
            assert result.class_bits[row] == 0
            continue
        assert result.low[row] == pytest.approx(low, rel=1e-12, abs=1e-12)
        assert result.high[row] == pytest.approx(high, rel=1e-12, abs=1e-12)
        settled += low == high
    assert settled > 20
    assert np.array_equal(np.isnan(result.total), ~(result.low == result.high))


@pytest.mark.parametrize("score", [SAVE, ENCOURAGE, VIS, EGFR], ids=lambda s: s.about.name)
def test_classes_and_missing_inputs_are_those_of_the_one_patient_path(score: Score) -> None:
    n = 300
    columns = without_direct(random_columns(score, n, seed=3, missing=0.1), seed=4)
    result = score_columns(score, columns)
    missing = missing_columns(score, columns)
    compared = 0
    for row in range(n):
        try:
            one = tally(score, row_of(score, columns, row))
        except InputError:
            assert result.classes(row) == ()
            assert missing[row] == ()
            continue
        assert result.classes(row) == one.classes
        assert sorted(missing[row]) == sorted(one.missing)
        single = one.classes if len(one.classes) == 1 else ()
        code = result.class_code[row]
        assert (result.class_names[code],) == single if single else code == -1
        compared += 1
    assert compared > n / 2


def test_stages_on_columns_are_those_of_the_one_patient_path(toy_staging: Staging) -> None:
    n = 2_000
    columns = random_columns(toy_staging, n, seed=5, missing=0.3)
    result = score_columns(toy_staging, columns)
    missing = missing_columns(toy_staging, columns)
    for row in range(n):
        one = tally(toy_staging, row_of(toy_staging, columns, row))
        assert result.classes(row) == one.classes
        assert (result.low[row], result.high[row]) == (one.low, one.high)
        assert sorted(missing[row]) == sorted(one.missing)


@pytest.mark.parametrize("score", ALL.values(), ids=ALL)
def test_an_input_without_a_column_is_missing_for_everyone(score: Score) -> None:
    columns = random_columns(score, 50, seed=6)
    for name in columns:
        absent = {k: v for k, v in columns.items() if k != name}
        if not absent:  # a score of one input
            continue
        unknown = {**columns, name: np.full(50, np.nan)}
        one, other = score_columns(score, absent), score_columns(score, unknown)
        assert np.array_equal(one.low, other.low, equal_nan=True)
        assert np.array_equal(one.high, other.high, equal_nan=True)


def test_rows_do_not_depend_on_where_the_chunks_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    columns = random_columns(SAVE, 1000, seed=7)
    whole = score_columns(SAVE, columns)
    monkeypatch.setattr("afterload.scores.columns.CHUNK", 37)
    cut = score_columns(SAVE, columns)
    assert np.array_equal(whole.low, cut.low, equal_nan=True)
    assert np.array_equal(whole.class_bits, cut.class_bits)


def test_a_child_and_a_contradiction_have_no_result() -> None:
    result = score_columns(
        SAVE,
        {
            "age": np.array([16.0, 45.0, 45.0]),
            "sbp": np.array([90.0, 60.0, 90.0]),
            "dbp": np.array([40.0, 80.0, 40.0]),
        },
    )
    assert np.isnan(result.low[:2]).all()
    assert np.isnan(result.high[:2]).all()
    assert list(result.class_code) == [-1, -1, -1]
    assert result.classes(0) == ()
    assert result.classes(2) != ()


def test_unknown_sex_is_missing() -> None:
    unknown = population_of(ENCOURAGE)["sex"].levels.index("unknown")
    result = score_columns(ENCOURAGE, {"sex": np.array([float(unknown)])})
    assert (result.low[0], result.high[0]) == (0, 45)


@pytest.mark.parametrize(
    ("columns", "error", "said"),
    [
        ({"lactat": np.zeros(2)}, UnknownName, "lactate"),
        ({"lactate": np.array([3.0, 300.0])}, OutOfRange, "row 1"),
        ({"sex": np.array([7.0])}, OutOfRange, "sex"),
        ({"lactate": np.ones(2), "gcs": np.ones(3) * 15}, InputError, "2 to 3 rows"),
        ({"gcs": np.ones(2) * 15, "gcs_total": np.ones(2) * 15}, InputError, "given twice"),
        ({}, Missing, "at least one column"),
    ],
)
def test_columns_that_cannot_be_read_are_refused(
    columns: Columns, error: type[InputError], said: str
) -> None:
    with pytest.raises(error, match=said):
        score_columns(ENCOURAGE, columns)

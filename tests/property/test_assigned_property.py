"""Assigned classes, written a second time as a list of legal names, on 100,000 patients."""

from __future__ import annotations

import math
import random
from itertools import product
from typing import Any

import numpy as np
import pytest

from afterload.core.errors import InputError
from afterload.scores import ALL, score_columns, tally
from afterload.scores.columns import missing_columns

PROFILES = """
1 1-A 1-TCS 1-A-TCS
2 2-A 2-TCS 2-A-TCS
3 3-A 3-TCS 3-FF 3-A-TCS 3-A-FF
4 4-A 4-FF 4-A-FF
5 5-A 5-FF 5-A-FF
6 6-A 6-FF 6-A-FF
7 7-A 7-FF 7-A-FF
"""
LEGAL = {
    "intermacs": PROFILES.split(),
    "scai": ["A", "B", "C", "D", "E", "AA", "BA", "CA", "DA", "EA"],
}


def name_of(score: str, stage: str, marks: tuple[str, ...]) -> str:
    if score == "scai":
        return stage + "".join(marks)
    return "-".join((stage, *sorted(marks, key=["A", "TCS", "FF"].index)))


def number(score: str, name: str) -> int:
    return int(name[0]) if score == "intermacs" else "ABCDE".index(name[0])


def names(score: str, stage: str | None, marks: tuple[str, ...] | None) -> list[str]:
    """The legal names a patient can have, without what nobody told."""
    stages = "1234567" if score == "intermacs" else "ABCDE"
    tried = [name_of(score, one, marks or ()) for one in (stage or stages)]
    return [name for name in tried if name in LEGAL[score]]


def draw(rng: random.Random, score: str) -> tuple[str | None, tuple[str, ...] | None]:
    stage = rng.choice([*("1234567" if score == "intermacs" else "ABCDE"), None])
    every = ["A", "TCS", "FF"] if score == "intermacs" else ["A"]
    marks = tuple(mark for mark in every if rng.random() < 0.3)
    return stage, rng.choice([marks, None])


def codes(score: str, stage: str | None, marks: tuple[str, ...] | None) -> tuple[float, float]:
    code = math.nan if stage is None else float(number(score, stage))
    if marks is None:
        return code, math.nan
    if score == "scai":
        return code, float(bool(marks))
    return code, float(sum({"A": 1, "TCS": 2, "FF": 4}[mark] for mark in marks) or 8)


def given(score: str, stage: str | None, marks: tuple[str, ...] | None) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if stage is not None:
        values |= {"intermacs": int(stage)} if score == "intermacs" else {"scai_stage": stage}
    if marks is not None and score == "scai":
        values |= {"scai_arrest_mod": bool(marks)}
    elif marks is not None:
        values |= {"intermacs_modifier": "+".join(marks) or "none"}
    return values


COLUMNS = {
    "intermacs": ("intermacs", "intermacs_modifier"),
    "scai": ("scai_stage", "scai_arrest_mod"),
}


@pytest.mark.parametrize("score", LEGAL)
def test_a_hundred_thousand_patients_on_columns(score: str) -> None:
    rng = random.Random(f"assigned {score}")
    patients = [draw(rng, score) for _ in range(100_000)]
    held = [codes(score, *patient) for patient in patients]
    columns = {name: np.array([row[k] for row in held]) for k, name in enumerate(COLUMNS[score])}
    result = score_columns(ALL[score], columns)
    expected = [names(score, *patient) for patient in patients]
    ends = [(number(score, e[0]), number(score, e[-1])) if e else (math.nan,) * 2 for e in expected]
    assert np.array_equal(np.stack([result.low, result.high], axis=1), ends, equal_nan=True)
    places = {name: 1 << k for k, name in enumerate(result.class_names)}
    assert set(places) == set(LEGAL[score])
    assert np.array_equal(result.class_bits, [sum(places[n] for n in e) for e in expected])
    refused = sum(not e for e in expected)
    assert (refused > 1000) == (score == "intermacs")


@pytest.mark.parametrize("score", LEGAL)
def test_every_patient_there_is_one_by_one(score: str) -> None:
    stages = [*("1234567" if score == "intermacs" else "ABCDE"), None]
    every = ["A", "TCS", "FF"] if score == "intermacs" else ["A"]
    sets = [tuple(m for m, here in zip(every, bits, strict=True) if here)
            for bits in product((False, True), repeat=len(every))]  # fmt: skip
    for stage, marks in product(stages, [*sets, None]):
        values = given(score, stage, marks)
        expected = names(score, stage, marks)
        if not expected:
            with pytest.raises(InputError, match=r"cannot (go with|stand together)"):
                tally(ALL[score], values)
            continue
        found = tally(ALL[score], values)
        assert found.classes == tuple(expected)
        assert (found.low, found.high) == (number(score, expected[0]), number(score, expected[-1]))
        row = {n: np.array([c]) for n, c in zip(COLUMNS[score], codes(score, stage, marks),
                                                strict=True)}  # fmt: skip
        assert set(missing_columns(ALL[score], row)[0]) == set(found.missing)
        assert score_columns(ALL[score], row).classes(0) == found.classes

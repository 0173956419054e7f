"""Warnings by column are those that one patient's own values call for."""

from __future__ import annotations

import numpy as np
import pytest

from afterload.core.errors import InputError
from afterload.scores import ALL, Composite, Score, tally
from afterload.scores.columns import score_columns
from afterload.scores.columns_warn import warning_columns
from afterload.scores.inputs import as_given, variables_of

ROWS = 60


def by_value(score: Score) -> set[str]:
    """The texts of the warnings that a value can call for."""
    about = score.about
    return {
        *(limit.text for limit in about.limits),
        *(caution.text for caution in about.cautions if caution.about),
        *(caution.text for caution in about.support if caution.levels),
    }


def patients(score: Score) -> dict[str, np.ndarray]:
    """Random patients, often at the edge of a warning, with a third of the values missing."""
    rng = np.random.default_rng(len(score.about.name))
    edges = {c.about: [e for e in (c.low, c.high) if np.isfinite(e)] for c in score.about.cautions}
    columns = {}
    for name, variable in variables_of(score).items():
        if variable.kind == "bool":
            x = rng.integers(0, 2, ROWS).astype(float)
        elif variable.kind == "enum":
            x = rng.integers(0, len(variable.levels), ROWS).astype(float)
        elif variable.kind == "multi":
            x = rng.integers(1, 2 ** len(variable.levels), ROWS).astype(float)
        else:
            low = max(variable.low, -500)
            x = rng.uniform(low, min(variable.high, low + 1000), ROWS)
            for edge in edges.get(name, []):
                x[rng.random(ROWS) < 0.3] = edge
            x = np.clip(x, variable.low, variable.high)
            if variable.kind == "int":
                x = np.round(x)
        columns[name] = np.where(rng.random(ROWS) < 1 / 3, np.nan, x)
    return columns


@pytest.mark.parametrize(
    "name", [name for name, score in ALL.items() if not isinstance(score, Composite)]
)
def test_they_are_the_warnings_of_one_patient(name: str) -> None:
    score, told = ALL[name], 0
    x = patients(score)
    for row in range(ROWS):
        one = {key: column[[row]] for key, column in x.items()}
        values = {
            key: as_given(variables_of(score)[key], column[0]).value
            for key, column in one.items()
            if column[0] == column[0]
        }
        try:
            found = tally(score, values)
        except InputError:  # values that contradict each other have no warnings
            continue
        (said,) = warning_columns(score, one, score_columns(score, one).total)
        assert set(said) == set(found.warnings) & by_value(score), values
        told += len(said)
    assert told or not by_value(score), "no patient of these was warned of anything"


def test_a_child_and_a_patient_on_vv_ecmo_are_told_apart_from_an_adult() -> None:
    save = ALL["save"]
    vv = float(variables_of(save)["ecmo_mode"].levels.index("vv"))
    x = {"age_years": np.array([40.0, 10, 40]), "ecmo_mode": np.array([np.nan, np.nan, vv])}
    adult, child, lungs = warning_columns(save, x, score_columns(save, x).total)
    assert adult == ()
    assert "no total is given for a child" in child[0]
    assert "VV-ECMO" in lungs[0]

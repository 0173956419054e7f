"""Scores of several steps among the others: the same patient by every way in."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from typing import Any

import numpy as np
import pytest

from afterload.core.errors import InputError
from afterload.scores import ALL, Composite, score_columns, tally
from afterload.scores.change import changes
from afterload.scores.coeur import coeur_result, icar_result
from afterload.scores.columns import missing_columns
from afterload.scores.columns_composite import ROWS
from afterload.scores.inputs import population_of

COEUR, ICAR = ALL["coeur"], ALL["icar"]

# The agency's case 1 (sheet Cas_Coeur, 2022): 820.1 points, as in tests/scores/coeur.
CASE: dict[str, Any] = {
    "donor_age": (date(2022, 4, 5) - date(1970, 9, 3)).days / 365.25, "donor_sex": "male",
    "donor_height_cm": 197, "donor_weight_kg": 114.5, "donor_abo": "A", "cec": "no", "drg": "no",
    "total_artificial_heart": "no", "biventricular_support": "no", "rrt": "no",
    "valve_or_congenital": "no", "age": (date(2022, 4, 5) - date(1959, 6, 1)).days / 365.25,
    "sex": "male", "blood_group": "a_positive", "height": 186, "weight": 99, "ntprobnp": 1931,
    "creatinine": 113, "bilirubin": 46, "biology_days": 22, "urgency": "xpca",
    "urgency_months": 50 / 30.4375, "expert_over_months": 0, "travel_min": 90,
}  # fmt: skip
POINTS = 820.1


def codes(values: dict[str, Any]) -> dict[str, float]:
    """Values as numbers, looked up by hand."""
    aliases = {"age": "age_years", "height": "height_cm", "weight": "weight_kg", "cec": "on_ecls",
               "drg": "iv_inotropes", "donor_age": "donor_age_years"}  # fmt: skip
    found = {}
    for name, value in values.items():
        variable = population_of(COEUR)[aliases.get(name, name)]
        if isinstance(value, str):
            levels = variable.levels or ("no", "yes")
            value = levels.index(value.lower())
        found[variable.name] = float(value)
    return found


def test_the_agencys_case_by_every_way_in() -> None:
    one = tally(COEUR, CASE)
    assert isinstance(COEUR, Composite)
    assert one.kind == "composite"
    assert one.total == pytest.approx(POINTS, abs=0.05)
    column = score_columns(COEUR, {name: np.array([x]) for name, x in codes(CASE).items()})
    assert column.total[0] == pytest.approx(POINTS, abs=0.05)
    assert (column.class_names, column.classes(0)) == ((), ())
    assert changes(COEUR, CASE) == ()


def test_what_the_rule_leaves_open_comes_with_the_tally() -> None:
    one, result = tally(COEUR, CASE), coeur_result(CASE)
    assert one.unknowns == result.unknowns
    assert one.applied == result.applied
    assert {str(unknown) for unknown in one.unknowns} <= set(one.warnings)
    gone = {k: v for k, v in CASE.items() if k != "creatinine"}
    assert [rule.what for rule in tally(COEUR, gone).applied] == ["creatinine"]


@pytest.mark.parametrize("seed", range(30))
def test_a_row_is_the_patient(seed: int) -> None:
    rng = np.random.default_rng(seed)
    known = {k: v for k, v in CASE.items() if rng.random() < 0.7}
    for score, result in ((COEUR, coeur_result), (ICAR, icar_result)):
        mine = {
            k: v
            for k, v in known.items()
            if k in population_of(score) or k in ("age", "cec", "drg")
        }
        row = {name: np.array([x]) for name, x in codes({"age": 50, **mine}).items()}
        one = result({"age": 50, **mine}).tally
        found = score_columns(score, row)
        assert (found.low[0], found.high[0]) == (one.low, one.high)
        assert set(missing_columns(score, row)[0]) == set(one.missing)


def test_a_child_and_a_contradiction_have_no_result() -> None:
    child = score_columns(ICAR, {"age": np.array([10.0, 40.0])})
    assert np.isnan(child.low[0])
    assert child.low[1] == 0
    listing = population_of(COEUR)["urgency"].levels.index("xpcp1")  # a child's, for an adult
    both = score_columns(COEUR, {"age": np.array([40.0]), "urgency": np.array([float(listing)])})
    assert np.isnan(both.low[0])


def test_a_million_rows_are_refused_in_one_sentence() -> None:
    score_columns(ICAR, {"age": np.full(3, 40.0)})
    with pytest.raises(InputError, match=r"ICAR is worked out patient by patient, at most 5,000"):
        score_columns(ICAR, {"age": np.full(ROWS + 1, 40.0)})


def test_the_steps_are_read_only_when_asked() -> None:
    code = (
        "import sys, afterload.scores; "
        "print([n for n in sys.modules if n.startswith('afterload.scores.coeur.')])"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    read = {name.rsplit(".", 1)[1] for name in eval(shown)}
    assert read == {"about", "coefficient", "variables"}


def test_the_own_inputs_are_asked_by_nothing_else() -> None:
    others = {
        name
        for score in ALL.values()
        if score not in (COEUR, ICAR)
        for name in population_of(score)
    }
    assert isinstance(COEUR, Composite)
    assert isinstance(ICAR, Composite)
    assert not set(COEUR.own) & others
    assert not set(ICAR.own) & others
    assert {"donor_age_years", "urgency", "travel_min"} <= set(COEUR.own)
    assert "age_years" not in ICAR.own

"""χ² and Fisher's exact test against R (validation/study/categories.R)."""

import json
from pathlib import Path

import numpy as np
import pytest

from afterload.study.contingency import chi_square, expected
from afterload.study.fisher import fisher

ORACLE = json.loads(
    (Path(__file__).parents[2] / "validation" / "study" / "categories.json").read_text()
)
CASES = {case["name"]: case for case in ORACLE["cases"]}
EXACT = [name for name, case in CASES.items() if case["fisher"] is not None]


def test_there_are_as_many_cases_as_the_script_writes():
    assert len(CASES) == 63
    assert len(EXACT) == 61


@pytest.mark.parametrize("name", CASES)
def test_chi_square_equals_r(name):
    table = np.array(CASES[name]["table"])
    assert chi_square(table) == pytest.approx(CASES[name]["chi_square"], rel=1e-10)
    assert expected(table).min() == pytest.approx(CASES[name]["smallest_expected"], rel=1e-13)


@pytest.mark.parametrize("name", EXACT)
def test_fisher_equals_r(name):
    assert fisher(np.array(CASES[name]["table"])) == pytest.approx(CASES[name]["fisher"], rel=1e-8)


@pytest.mark.parametrize("name", EXACT)
def test_fisher_does_not_depend_on_which_way_the_table_lies(name):
    table = np.array(CASES[name]["table"])
    assert fisher(table.T) == pytest.approx(CASES[name]["fisher"], rel=1e-8)

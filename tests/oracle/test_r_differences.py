"""Standardised mean differences against their formulas in R (validation/study/differences.R)."""

import json
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from afterload.core.column import Column
from afterload.core.variable import Variable
from afterload.study import Groups, Item, Results, baseline

ORACLE = json.loads(
    (Path(__file__).parents[2] / "validation" / "study" / "differences.json").read_text()
)
CASES = {case["name"]: case for case in ORACLE["numbers"] + ORACLE["categories"]}


@pytest.mark.parametrize("name", CASES)
def test_differences_equal_r(name):
    case = CASES[name]
    values = np.array([np.nan if x is None else x for x in case["x"]], dtype=float)
    levels = tuple(case.get("levels", ()))
    arms = tuple(f"arm {i}" for i in range(max(case["group"]) + 1))
    columns = [Column(Variable("x", "x"), values, levels)]
    item = Item("x", "x", kind="category" if levels else "number", levels=levels)
    for reference in arms[:1] if len(arms) > 3 else arms:
        groups = Groups(arms, reference, np.array(case["group"]))
        results = Results(tuple(baseline(columns, [item], groups, pairwise=False)))
        for place, (low, high) in enumerate(combinations(arms, 2)):
            if reference in (low, high):
                arm = high if reference == low else low
                found = results.find("baseline", "x", "smd", arm=arm, versus=reference)
                assert found.value == pytest.approx(case["pairs"][place], rel=1e-11)
        assert results.find("baseline", "x", "smd").value == pytest.approx(case["mean"], rel=1e-11)

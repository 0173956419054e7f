"""Rank tests, means tests and quantiles against R (validation/study/ranks_means.R)."""

import json
from pathlib import Path

import numpy as np
import pytest

from afterload.core.column import Column
from afterload.core.variable import Variable
from afterload.study import Groups, Item, Results, baseline
from afterload.study.multiplicity import benjamini_hochberg, holm
from afterload.study.rank import _lower_tail

ORACLE = json.loads(
    (Path(__file__).parents[2] / "validation" / "study" / "ranks_means.json").read_text()
)
CASES = {case["name"]: case for case in ORACLE["cases"]}


def _table(case, summary):
    arms = tuple(f"arm {i}" for i in range(case["arms"]))
    values = np.array([np.nan if x is None else x for x in case["x"]], dtype=float)
    groups = Groups(arms, arms[0], np.array(case["group"]))
    columns = [Column(Variable("x", "x"), values)]
    return arms, Results(tuple(baseline(columns, [Item("x", "x", summary=summary)], groups)))


def _find(results, statistic, arm="", versus=""):
    return results.find("baseline", "x", statistic, arm=arm, versus=versus)


def test_there_are_as_many_cases_as_the_script_writes():
    assert len(CASES) == 16


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize(
    ("summary", "overall", "pairs"),
    [("median", "kruskal", "wilcoxon"), ("mean", "anova", "welch")],
)
def test_p_values_equal_r(name, summary, overall, pairs):
    case = CASES[name]
    arms, results = _table(case, summary)
    assert _find(results, "p").value == pytest.approx(case[overall], rel=1e-10)
    for statistic, key in (("p_raw", pairs), ("p", f"{pairs}_holm")):
        rows = [_find(results, statistic, arm, arms[0]) for arm in arms[1:]]
        if len(arms) == 2:
            assert rows == [None]
            continue
        assert [row.value for row in rows] == pytest.approx(case[key], rel=1e-10)


@pytest.mark.parametrize("name", CASES)
def test_descriptions_equal_r(name):
    case = CASES[name]
    arms, results = _table(case, "median")
    for statistic in ("n", "mean", "sd", "median", "q1", "q3", "min", "max"):
        found = [_find(results, statistic, arm).value for arm in arms]
        assert found == pytest.approx(case[statistic], rel=1e-12), statistic
    for statistic, value in case["all"].items():
        assert _find(results, statistic).value == pytest.approx(value, rel=1e-12), statistic


def test_exact_distribution_of_wilcoxon_equals_r():
    cases = ORACLE["wilcoxon_exact"]
    for m, n, u, lower in zip(cases["m"], cases["n"], cases["u"], cases["lower"], strict=True):
        assert _lower_tail(*sorted((m, n)))[u] == pytest.approx(lower, rel=1e-11)


def test_two_arm_wilcoxon_is_not_offered_beside_kruskal_wallis():
    _, results = _table(CASES["sleep extra by drug"], "median")
    assert [row.statistic for row in results if row.statistic.startswith("p")] == ["p"]


def test_corrections_equal_r():
    adjust = ORACLE["adjust"]
    assert holm(adjust["p"]) == pytest.approx(adjust["holm"], rel=1e-14)
    assert benjamini_hochberg(adjust["p"]) == pytest.approx(adjust["bh"], rel=1e-14)

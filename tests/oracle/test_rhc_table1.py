"""Table 1 of the RHC study against R (validation/study/rhc.R), on the real 5,735 patients."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from afterload.core.column import Column
from afterload.core.variable import Variable
from afterload.study import Groups, Item, Results, baseline

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data" / "rhc" / "rhc.csv"
ORACLE = json.loads((ROOT / "validation" / "study" / "rhc.json").read_text())
ARMS = ("No RHC", "RHC")

pytestmark = pytest.mark.skipif(
    not DATA.exists(), reason=f"needs the RHC data set in {DATA.relative_to(ROOT.parent)}"
)


@pytest.fixture(scope="module")
def results():
    with DATA.open(encoding="utf-8") as file:
        records = list(csv.DictReader(file))
    groups = Groups(ARMS, "No RHC", np.array([ARMS.index(r["swang1"]) for r in records]))
    columns, items = [], []
    for case in ORACLE["numbers"]:
        values = np.array([float(r[case["name"]] or "nan") for r in records])
        columns.append(Column(Variable(case["name"], ""), values))
        items.append(Item(case["name"], ""))
        columns.append(Column(Variable(case["name"] + " mean", ""), values))
        items.append(Item(case["name"] + " mean", "", summary="mean"))
    for case in ORACLE["categories"]:
        place = {level: i for i, level in enumerate(case["levels"])}
        values = np.array([place.get(r[case["name"]], np.nan) for r in records])
        columns.append(Column(Variable(case["name"], ""), values, tuple(case["levels"])))
        items.append(Item(case["name"], "", kind="category", levels=tuple(case["levels"])))
    return Results(tuple(baseline(columns, items, groups)))


def test_the_oracle_is_whole():
    assert len(ORACLE["numbers"]) == 24
    assert len(ORACLE["categories"]) == 32
    assert ORACLE["n"] == [3551, 2184]


@pytest.mark.parametrize("case", ORACLE["numbers"], ids=lambda case: case["name"])
def test_numbers_equal_r(results, case):
    def value(statistic, arm="", name=case["name"]):
        return results.find("baseline", name, statistic, arm=arm).value

    for statistic in ("missing", "median", "q1", "q3", "mean", "sd"):
        found = [value(statistic, arm) for arm in ARMS]
        assert found == pytest.approx(case[statistic], rel=1e-11), statistic
    assert value("p") == pytest.approx(case["kruskal"], rel=1e-8)
    assert value("p", name=case["name"] + " mean") == pytest.approx(case["anova"], rel=1e-8)
    assert value("smd") == pytest.approx(case["smd"], rel=1e-10)


@pytest.mark.parametrize("case", ORACLE["categories"], ids=lambda case: case["name"])
def test_categories_equal_r(results, case):
    for place, arm in enumerate(ARMS):
        for level, counts in zip(case["levels"], case["counts"], strict=True):
            row = results.find("baseline", case["name"], "count", arm=arm, level=level)
            assert (row.value, row.denominator) == (
                counts[place],
                sum(row[place] for row in case["counts"]),
            )
        missing = results.find("baseline", case["name"], "missing", arm=arm)
        assert missing.value == case["missing"][place]
    p = results.find("baseline", case["name"], "p")
    if case["p"] is None:  # too large for R's fisher.test, and for ours: said in a warning
        assert "too large for Fisher" in p.warning
        assert p.value == pytest.approx(case["chi_square"], rel=1e-8)
    else:
        assert p.value == pytest.approx(case["p"], rel=1e-8)
        assert p.method.startswith("Fisher" if case["smallest_expected"] < 5 else "Pearson")
    smd = results.find("baseline", case["name"], "smd", arm="RHC", versus="No RHC").value
    assert smd == pytest.approx(case["smd"], rel=1e-10)

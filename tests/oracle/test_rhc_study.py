"""RHC (Connors 1996) through `compare --data`: every p-value and difference of Table 1 equals R's.

Oracle: validation/study/rhc.R (R's stats; standardised differences as the R package tableone
defines them), run on the same file.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from afterload.actions.compare import compare_files
from afterload.study.design import Study

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data" / "rhc" / "rhc.csv"
HERE = Path(__file__).parent
TRUTH: dict[str, Any] = json.loads((ROOT / "validation" / "study" / "rhc.json").read_text())
EXACT = 1e-8

pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the RHC data (../shared) are not here")


@pytest.fixture(scope="module")
def study() -> Study:
    return compare_files(HERE / "protocols" / "rhc.toml", [DATA], HERE / "maps" / "rhc.toml")


def _value(study: Study, name: str, statistic: str) -> float:
    arm, versus = ("RHC", "No RHC") if statistic == "smd" else ("", "")
    found = study.results.find("baseline", f"rhc_{name}", statistic, arm=arm, versus=versus)
    assert found is not None, (name, statistic)
    assert found.value is not None, (name, statistic)
    return found.value


def _shown(study: Study) -> set[str]:
    return {item.name.removeprefix("rhc_") for item in study.design.baseline}


def test_every_patient_is_in_an_arm(study: Study) -> None:
    flow = {(s.variable, s.arm): s.value for s in study.results.section("flow")}
    assert flow["start", ""] == 5735
    assert (flow["arm", "No RHC"], flow["arm", "RHC"]) == (3551, 2184)


def test_numbers_equal_r(study: Study) -> None:
    compared = [row for row in TRUTH["numbers"] if row["name"] in _shown(study)]
    assert len(compared) >= 20
    for row in compared:
        assert _value(study, row["name"], "p") == pytest.approx(row["kruskal"], rel=EXACT, abs=0)
        assert abs(_value(study, row["name"], "smd")) == pytest.approx(row["smd"], rel=EXACT)


def test_categories_equal_r(study: Study) -> None:
    compared = [row for row in TRUTH["categories"] if row["name"] in _shown(study)]
    assert len(compared) >= 25
    for row in compared:
        # R's own Fisher test gives up on the largest table; there we fall back to chi-square
        p = row["chi_square"] if row["p"] is None else row["p"]
        assert _value(study, row["name"], "p") == pytest.approx(p, rel=EXACT, abs=0)
        assert abs(_value(study, row["name"], "smd")) == pytest.approx(row["smd"], rel=EXACT)


def test_death_within_30_days_as_published(study: Study) -> None:
    """SOURCE.txt of the data: 1,918 of 5,735 died within 30 days."""
    found = study.results.find("outcomes", "death_30d", "count")
    assert found is not None
    assert (found.value, found.denominator) == (1918, 5735)

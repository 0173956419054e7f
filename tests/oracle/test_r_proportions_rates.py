"""Intervals of risks, rates and their ratios against R (validation/study/proportions_rates.R)."""

import json
import math
from pathlib import Path

import pytest

from afterload.study.proportion import (
    Share,
    clopper_pearson,
    log_odds_ratio,
    log_risk_ratio,
    risk_difference,
    wilson,
)
from afterload.study.rate import Exposure, garwood, rate_ratio

ORACLE = json.loads(
    (Path(__file__).parents[2] / "validation" / "study" / "proportions_rates.json").read_text()
)


@pytest.mark.parametrize("case", ORACLE["single"], ids=lambda c: f"{c['x']} of {c['n']}")
def test_intervals_of_a_proportion(case):
    share = Share(case["x"], case["n"])
    assert clopper_pearson(share, case["level"]) == pytest.approx(
        case["clopper_pearson"], rel=1e-12
    )
    assert wilson(share, case["level"]) == pytest.approx(case["wilson"], rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("case", ORACLE["pair"], ids=lambda c: f"{c['a']} and {c['c']}")
def test_effects_against_the_reference(case):
    arm, reference = Share(case["a"], case["n1"]), Share(case["c"], case["n0"])
    assert risk_difference(arm, reference) == pytest.approx(case["risk_difference"], rel=1e-12)
    for estimate, key in (
        (log_risk_ratio(arm, reference), "risk_ratio"),
        (log_odds_ratio(arm, reference), "odds_ratio"),
    ):
        assert estimate.ratio() == pytest.approx(case[key], rel=1e-12)


def test_newcombe_1998_table_ii_first_column():
    # Newcombe RG. Stat Med 1998, 17:873-890, table II, 56/70 - 48/80, method 10.
    found = risk_difference(Share(56, 70), Share(48, 80))
    assert [round(x, 4) for x in found] == [0.2, 0.0524, 0.3339]


@pytest.mark.parametrize("case", ORACLE["rate"], ids=lambda c: f"{c['x']} in {c['days']}")
def test_rates(case):
    exposure = Exposure(case["x"], case["days"])
    assert exposure.rate == pytest.approx(case["rate"], rel=1e-15)
    assert garwood(exposure) == pytest.approx(case["limits"], rel=1e-12)
    # epitools finds the limits by iteration, to about 1e-5
    assert garwood(exposure) == pytest.approx(case["epitools"], rel=1e-3, abs=1e-3)


@pytest.mark.parametrize("case", ORACLE["ratio"], ids=lambda c: f"{c['x1']} and {c['x0']}")
def test_rate_ratios(case):
    found = rate_ratio(Exposure(case["x1"], case["t1"]), Exposure(case["x0"], case["t0"]))
    assert found[0] == pytest.approx(case["ratio"], rel=1e-14)
    assert found[1:] == pytest.approx(case["limits"], rel=1e-11)


def test_what_cannot_be_estimated_is_not():
    assert log_risk_ratio(Share(0, 5), Share(2, 5)) is None
    assert log_risk_ratio(Share(5, 5), Share(4, 4)) is None
    assert log_odds_ratio(Share(5, 5), Share(2, 5)) is None
    assert rate_ratio(Exposure(3, 10.0), Exposure(0, 10.0)) is None
    ratio, low, high = rate_ratio(Exposure(0, 10.0), Exposure(3, 10.0))
    assert (ratio, low) == (0.0, 0.0)
    assert math.isfinite(high)

"""Kaplan-Meier and log-rank against R's survival package (validation/study/survival.R)."""

import json
from pathlib import Path

import numpy as np
import pytest

from afterload.study import Groups, Outcome, Results, survival
from afterload.study.kaplan_meier import join_near_times, kaplan_meier

ORACLE = json.loads(
    (Path(__file__).parents[2] / "validation" / "study" / "survival.json").read_text()
)
CASES = {case["name"]: case for case in ORACLE["cases"]}


def _results(case):
    arms = tuple(f"arm {i}" for i in range(len(case["arms"])))
    groups = Groups(arms, arms[0], np.array(case["group"]))
    outcome = Outcome("death", "Death", "time-to-event", case["horizon_days"])
    rows = survival(
        outcome,
        np.array(case["time"], dtype=float),
        np.array(case["event"], dtype=float),
        groups,
        grid=case["grid"],
    )
    return arms, Results(tuple(rows))


def _close(found, wanted, rel=1e-11):
    assert len(found) == len(wanted)
    for x, y in zip(found, wanted, strict=True):
        if y is None:
            assert x is None or not np.isfinite(x)
        else:
            assert x == pytest.approx(y, rel=rel, abs=1e-14)


def test_there_are_as_many_cases_as_the_script_writes():
    assert len(CASES) == 6


@pytest.mark.parametrize("name", CASES)
def test_curves_equal_survfit(name):
    case = CASES[name]
    days = join_near_times(np.array(case["time"], dtype=float))
    event, group = np.array(case["event"]) == 1, np.array(case["group"])
    for place, arm in enumerate(case["arms"]):
        curve = kaplan_meier(days[group == place], event[group == place])
        for key in ("time", "survival", "log_se", "low", "high", "at_risk", "events", "censored"):
            _close(getattr(curve, key), arm[key])


@pytest.mark.parametrize("name", CASES)
def test_median_horizon_and_numbers_at_risk_equal_r(name):
    arms, results = _results(CASES[name])
    for arm, wanted in zip(arms, CASES[name]["arms"], strict=True):
        found = [results.find("survival", "death", f"median{end}", arm=arm) for end in ENDS]
        _close([row.value for row in found], wanted["median"])
        for key in ("at_risk", "events", "censored"):
            rows = results.curve("death", key, arm)
            _close([row.value for row in rows], wanted[f"grid_{key}"])
        found = [results.curve("death", f"survival_at{end}", arm) for end in ENDS]
        if found[0][0].warning:  # R goes on with the last value; the study says follow-up ended
            assert found[0][0].value is None
        else:
            _close([row[0].value for row in found], wanted["horizon"])


ENDS = ("", "_low", "_high")


@pytest.mark.parametrize("name", CASES)
def test_log_rank_equals_survdiff(name):
    case = CASES[name]
    arms, results = _results(case)
    overall = results.find("survival", "death", "p").value
    assert overall == pytest.approx(case["log_rank"], rel=1e-10)
    if len(arms) == 2:
        assert results.find("survival", "death", "p", arm=arms[1], versus=arms[0]) is None
        return
    for statistic, key in (("p_raw", "pairs"), ("p", "pairs_holm")):
        found = [
            results.find("survival", "death", statistic, arm=arm, versus=arms[0]).value
            for arm in arms[1:]
        ]
        assert found == pytest.approx(case[key], rel=1e-10)

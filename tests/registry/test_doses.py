"""The doses of infusions at a moment, and the highest of the hours before."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest

from afterload.core.vocabulary import standard
from afterload.registry import Batch, Registry, Rows, add, memory
from afterload.registry.doses import highest_rates, rates_at
from afterload.registry.running import moment_of

T0 = datetime(2024, 3, 1, 8, 0)


def made(infusions: list[dict[str, Any]], weight: float | None = 80.0) -> Registry:
    """One episode "e1" with infusions, times in hours from t0."""
    registry = memory(standard())
    rows = [
        Rows("patient", {"key": ["e1"]}),
        Rows("episode", {"key": ["e1"], "patient": ["e1"], "t0": [T0], "weight_kg": [weight]}),
    ]
    if infusions:
        names = ("drug", "rate", "unit", "nominal")
        rows.append(
            Rows(
                "infusion",
                {
                    "episode": ["e1"] * len(infusions),
                    **{name: [one.get(name) for one in infusions] for name in names},
                    "start": [time(one.get("start")) for one in infusions],
                    "stop": [time(one.get("stop")) for one in infusions],
                },
            )
        )
    add(registry, Batch(tuple(rows), "test"), who="test", why="test", now=T0)
    return registry


def time(hours: float | None) -> datetime | None:
    return None if hours is None else T0 + timedelta(hours=hours)


def dose(infusions: list[dict[str, Any]], point: str, drug: str = "norepi", **more: Any) -> float:
    return float(rates_at(made(infusions=infusions, **more), [drug], moment_of(point))[drug][0])


OWN = {"drug": "norepi", "unit": "ug/kg/min"}
STEPS = [
    {**OWN, "rate": 0.2, "start": -3.0, "stop": 6.0},
    {**OWN, "rate": 0.5, "start": 6.0, "stop": 20.0},
    {**OWN, "rate": 0.0, "start": 20.0},
]


@pytest.mark.parametrize(
    ("point", "expected"), [("pre", 0.2), ("1h", 0.2), ("6h", 0.5), ("24h", 0.0), ("day7", 0.0)]
)
def test_a_rate_runs_until_the_next(point: str, expected: float) -> None:
    assert dose(STEPS, point) == expected


def test_what_the_infusions_do_not_tell_is_not_known() -> None:
    assert np.isnan(dose([], "24h"))
    assert np.isnan(dose(STEPS, "24h", "epi"))  # another drug
    assert np.isnan(dose([{**OWN, "rate": 0.2, "start": 2.0, "stop": 6.0}], "pre"))  # before
    assert dose([{**OWN, "rate": 0.2, "start": 2.0, "stop": 6.0}], "12h") == 0  # it was stopped
    open_ended = [{**OWN, "rate": 0.2, "start": 1.0}]
    assert dose(open_ended, "1h") == 0.2
    assert np.isnan(dose(open_ended, "48h"))
    assert np.isnan(dose([{**OWN, "rate": None, "start": 0.0, "stop": 9.0}], "6h"))


def test_rates_at_a_point_go_before_what_times_tell() -> None:
    named = {**OWN, "rate": 0.7, "nominal": "24h"}
    assert dose([*STEPS, named], "24h") == 0.7
    assert dose([*STEPS, named], "6h") == 0.5
    assert dose([named], "24h") == 0.7
    assert np.isnan(dose([named], "48h"))


def test_infusions_of_one_drug_that_run_together_add_up() -> None:
    both = [{**OWN, "rate": r, "start": 0.0, "stop": 9.0} for r in (0.1, 0.25)]
    assert dose(both, "6h") == pytest.approx(0.35)


def test_rates_are_brought_into_the_own_unit_or_not_known() -> None:
    hourly = {"drug": "norepi", "unit": "mg/h", "rate": 2.4, "start": 0.0, "stop": 9.0}
    assert dose([hourly], "6h") == pytest.approx(2.4e3 / 60 / 80)  # 0.5 µg/kg/min at 80 kg
    assert np.isnan(dose([hourly], "6h", weight=None))
    assert np.isnan(dose([{**hourly, "unit": "mL/h"}], "6h"))
    assert np.isnan(dose([{**hourly, "unit": None}], "6h"))
    assert np.isnan(dose([{**hourly, "unit": "mg/h", "rate": 2000.0}], "6h"))  # beyond its range
    unit = {"drug": "vasopressin", "unit": "[IU]/h", "rate": 1.8, "start": 0.0, "stop": 9.0}
    assert dose([unit], "6h", "vasopressin") == pytest.approx(0.03)


def test_a_drug_told_by_yes_or_no() -> None:
    runs = {"drug": "levosimendan", "unit": "ug/kg/min", "rate": 0.1, "start": 0.0, "stop": 24.0}
    assert dose([runs], "6h", "levosimendan") == 1
    assert dose([runs], "48h", "levosimendan") == 0
    assert np.isnan(dose([], "6h", "levosimendan"))


def highest(infusions: list[dict[str, Any]], point: str, hours: float = 24.0) -> float:
    found = highest_rates(made(infusions=infusions), ["norepi"], moment_of(point), hours)
    return float(found["norepi"][0])


def row(rate: float | None, start: float, stop: float | None) -> dict[str, Any]:
    return {**OWN, "rate": rate, "start": start, "stop": stop}


def test_the_highest_rate_is_one_that_ran_for_an_hour_on_end() -> None:
    steps = [row(0.1, 1, 5), row(0.4, 5, 5.5), row(0.3, 5.5, 6), row(0.2, 6, 9), row(0, 9, None)]
    assert highest(steps, "24h") == 0.3  # half an hour at 0.4 and half an hour at 0.3
    assert highest(steps, "48h") == 0  # stopped the day before
    assert highest(steps, "6h", hours=1) == 0.3
    assert highest(steps, "12h", hours=2) == 0  # from 10 to 12 h
    # An unknown rate between them: the two half hours are no hour on end.
    gap = [row(0.4, 5, 5.5), row(None, 5.5, 7), row(0.4, 7, 7.5), row(0.1, 7.5, 10)]
    assert highest(gap, "24h") == 0.1


def test_the_highest_rate_where_little_is_known() -> None:
    assert np.isnan(highest([], "24h"))
    assert np.isnan(highest([row(0.3, 2, None)], "24h"))  # how long it ran is not known
    named = {**OWN, "rate": 0.6, "nominal": "12h"}
    assert highest([named, row(0.3, 2, 8)], "24h") == 0.6
    assert highest([named, row(0.3, 2, 8)], "48h") == 0  # stopped at 8 h; 12 h is the day before

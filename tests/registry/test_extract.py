"""Columns out of a registry, on both engines; a slow reading by hand is the oracle."""

from __future__ import annotations

import math
import random
from datetime import datetime, timedelta

import numpy as np
import pytest

from afterload.core.errors import InputError, UnknownName
from afterload.core.variable import Choice, Variable
from afterload.registry.batch import Batch, Rows
from afterload.registry.extract import complications, extract, intervals
from afterload.registry.ledger import add, correct, withdraw
from afterload.registry.points import WINDOWS, Window
from afterload.registry.rows import current
from afterload.registry.store import Registry, add_site_variables
from afterload.registry.strategy import Interval

NOW = datetime(2026, 3, 2, 9, 0)
T0 = datetime(2024, 3, 1, 8, 0)
NAN = math.nan


def _values(registry: Registry, name: str) -> list[float]:
    values: list[float] = extract(registry, [name]).columns[name].values.tolist()
    return values


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("lactate", [8.0, 9.0, NAN]),
        ("lactate@pre", [8.0, 9.0, NAN]),
        ("lactate@24h", [4.0, 2.5, NAN]),  # 23 h is closer to 24 h than 25.5 h
        ("lactate@day1", [4.0, 2.5, NAN]),
        ("creatinine@24h", [180.0, 200.0, NAN]),  # the set at 23 h has none
        ("lactate@48h", [NAN, NAN, NAN]),
        ("ventilated@24h", [0.0, 1.0, NAN]),
        ("age_years", [63.5, 41.0, NAN]),
        ("hx_chf", [1.0, 0.0, NAN]),
        ("birth_year", [1960.0, NAN, NAN]),
        ("hosp_admit_dt", [-30.0, -12.0, NAN]),
        ("death_dt", [200.0, NAN, NAN]),
        ("hosp_discharge_dt", [200.0, 480.0, NAN]),
        ("died_in_hospital", [1.0, NAN, NAN]),
        ("support_hours", [150.0, 100.0, NAN]),
        ("device_days", [150 / 24, 100 / 24, 0.0]),
        ("n_runs", [1.0, 1.0, 0.0]),
        ("last_known_alive", [200.0, 2160.0, 0.0]),
        ("complication:bleeding", [2.0, NAN, NAN]),
        ("complication:stroke", [NAN, 1.0, NAN]),
        ("time_to_bleeding", [20.0, NAN, NAN]),
        ("time_to_stroke", [NAN, NAN, NAN]),
    ],
)
def test_a_value_per_episode(untouched: Registry, name: str, expected: list[float]) -> None:
    np.testing.assert_array_equal(_values(untouched, name), expected)


def test_columns_come_with_keys_levels_and_points(untouched: Registry) -> None:
    found = extract(untouched, ["device_strategy", "lactate@day1", "discharge_dest", "hx_chf"])
    assert found.keys == ("e1", "e2", "e3")
    assert list(found.columns) == ["device_strategy", "lactate@day1", "discharge_dest", "hx_chf"]
    strategy = found.columns["device_strategy"]
    assert [strategy.levels[int(v)] for v in strategy.values[:2]] == [
        "ecls then impella-5.0", "iabp alone",
    ]  # fmt: skip
    assert np.isnan(strategy.values[2])  # no device is recorded, nor that there was none
    assert strategy.variable.levels == strategy.levels
    assert found.columns["lactate@day1"].point == "24h"
    destination = found.columns["discharge_dest"]
    assert destination.levels[int(destination.values[0])] == "died"
    assert found.columns["hx_chf"].levels == ("no", "yes")


@pytest.mark.parametrize(
    ("name", "error", "words"),
    [
        ("lactat@24h", UnknownName, "lactate"),
        ("lactate@25h", UnknownName, "time point"),
        ("age_years@24h", InputError, "no time point"),
        ("device_model", InputError, "no column"),
        ("etiology_detail", InputError, "no column"),
        ("patient_key", InputError, "no column"),
        ("complication:mishap", UnknownName, "variable"),
        ("time_to_mishap", UnknownName, "variable"),
    ],
)
def test_names_that_cannot_be_read(
    untouched: Registry, name: str, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        extract(untouched, [name])


def test_intervals_and_complications_by_episode(untouched: Registry) -> None:
    assert intervals(untouched) == {
        "e1": (Interval("ecls", 0.0, 120.0), Interval("impella-5.0", 24.0, 150.0)),
        "e2": (Interval("iabp", 0.0, 100.0),),
        "e3": (),
    }
    found = complications(untouched)
    assert [(e.kind, e.hours) for e in found["e1"]] == [("bleeding", 20.0), ("bleeding", 50.0)]
    assert found["e2"][0].kind == "stroke"
    assert math.isnan(found["e2"][0].hours)
    assert found["e3"] == ()


def test_corrections_and_withdrawals_are_seen(filled: Registry) -> None:
    correct(filled, "observation", 2, {"lactate": 3.9}, who="B", why="typo", now=NOW)
    withdraw(filled, "complication", 2, who="B", why="other patient", now=NOW)
    withdraw(filled, "episode", "e2", who="B", why="opposed", now=NOW)
    found = extract(filled, ["lactate@24h", "complication:bleeding"])
    assert found.keys == ("e1", "e3")
    np.testing.assert_array_equal(found.columns["lactate@24h"].values, [3.9, NAN])
    np.testing.assert_array_equal(found.columns["complication:bleeding"].values, [1.0, NAN])
    assert set(intervals(filled)) == {"e1", "e3"}


def test_an_empty_registry_has_empty_columns(registry: Registry) -> None:
    names = ["lactate@24h", "sex", "age_years", "death_dt", "device_strategy", "last_known_alive",
             "support_hours", "device_days", "indication", "cpc", "died_in_hospital"]  # fmt: skip
    found = extract(registry, names)
    assert found.keys == ()
    assert all(len(column.values) == 0 for column in found.columns.values())


def _one(registry: Registry, *rows: Rows) -> None:
    first = (Rows("patient", {"key": ["p"]}), Rows("episode", {"key": ["e"], "patient": ["p"]}))
    add(registry, Batch((*first, *rows)), who="A", why="b", now=NOW)


def test_runs_tell_their_first_start_and_their_last_end(registry: Registry) -> None:
    levels = registry.vocabulary["implant_place"].levels
    ends = registry.vocabulary["support_end_reason"].levels
    _one(registry, Rows("run", {
        "episode": ["e", "e", "e"], "key": ["2", "1", "3"], "start_h": [50.0, 0.0, 90.0],
        "stop_h": [60.0, 40.0, 95.0],
        "implant_place": [levels[1], levels[0], None] if levels else [None] * 3,
        "support_end_reason": [ends[1], ends[0], None] if ends else [None] * 3,
    }))  # fmt: skip
    assert _values(registry, "support_hours") == [55.0]
    assert _values(registry, "n_runs") == [3.0]
    if levels:
        assert _values(registry, "implant_place") == [0.0]
    if ends:
        assert _values(registry, "support_end_reason") == [1.0]


def test_two_devices_on_one_day_are_one_device_day(registry: Registry) -> None:
    _one(registry, Rows("device", {
        "episode": ["e"] * 3, "kind": ["ecls", "impella-cp", "iabp"],
        "start_h": [0.0, 12.0, 96.0], "stop_h": [24.0, 48.0, 120.0],
    }))  # fmt: skip
    assert _values(registry, "device_days") == [3.0]
    assert _values(registry, "support_hours") == [72.0]


def test_a_device_inside_another_adds_nothing(registry: Registry) -> None:
    _one(registry, Rows("device", {
        "episode": ["e"] * 3, "kind": ["ecls", "impella-cp", "iabp"],
        "start_h": [0.0, 10.0, 50.0], "stop_h": [100.0, 20.0, 120.0],
    }))  # fmt: skip
    assert _values(registry, "device_days") == [5.0]


@pytest.mark.parametrize(
    ("start", "stop"), [([0.0, 5.0], [24.0, None]), ([0.0, None], [24.0, 6.0])]
)
def test_an_unknown_end_makes_the_duration_unknown(
    registry: Registry, start: list[float | None], stop: list[float | None]
) -> None:
    _one(registry, Rows("device", {"episode": ["e", "e"], "kind": ["ecls", "iabp"],
                                   "start_h": start, "stop_h": stop}))  # fmt: skip
    assert math.isnan(_values(registry, "device_days")[0])
    assert math.isnan(_values(registry, "support_hours")[0])


@pytest.mark.parametrize(
    ("rows", "hours"),
    [
        ((), 0.0),
        ((Rows("observation", {"episode": ["e"], "nominal": ["48h"]}),), 48.0),
        ((Rows("observation", {"episode": ["e"], "nominal": ["day7"], "at_h": [150.0]}),), 150.0),
        ((Rows("observation", {"episode": ["e"], "nominal": ["peak"]}),), 0.0),
        ((Rows("followup", {"episode": ["e"], "at_h": [999.0], "vital_status": ["lost"]}),), 0.0),
        ((Rows("followup", {"episode": ["e"], "at_h": [999.0], "vital_status": ["alive"]}),
          Rows("outcome", {"episode": ["e"], "death_dt_h": [500.0]})), 500.0),
        ((Rows("outcome", {"episode": ["e"], "hosp_discharge_dt_h": [300.0]}),), 300.0),
        ((Rows("outcome", {"episode": ["e"], "hosp_discharge_dt_h": [300.0],
                           "discharge_dest": ["home"]}),), 300.0),
        ((Rows("outcome", {"episode": ["e"], "hosp_discharge_dt_h": [300.0],
                           "discharge_dest": ["died"]}),
          Rows("observation", {"episode": ["e"], "nominal": ["48h"]})), 48.0),
        ((Rows("followup", {"episode": ["e", "e"], "at_h": [500.0, 999.0],
                            "vital_status": ["alive", "dead"]}),), 500.0),
    ],
)  # fmt: skip
def test_last_known_alive(registry: Registry, rows: tuple[Rows, ...], hours: float) -> None:
    _one(registry, *rows)
    assert _values(registry, "last_known_alive") == [hours]


DIED = {"episode": ["e"], "discharge_dest": ["died"]}


@pytest.mark.parametrize(
    ("rows", "hours"),
    [
        ((Rows("outcome", {**DIED, "hosp_discharge_dt_h": [300.0]}),), 300.0),
        ((Rows("outcome", {**DIED, "hosp_discharge_dt_h": [300.0], "death_dt_h": [290.0]}),),
         290.0),
        ((Rows("outcome", DIED),), NAN),
        ((Rows("outcome", {"episode": ["e"], "discharge_dest": ["home"],
                           "hosp_discharge_dt_h": [300.0]}),), NAN),
        ((Rows("followup", {"episode": ["e"] * 3, "at_h": [999.0, 900.0, 500.0],
                            "vital_status": ["dead", "dead", "alive"]}),), 900.0),
        ((Rows("followup", {"episode": ["e"], "at_h": [999.0], "vital_status": ["dead"]}),
          Rows("outcome", {**DIED, "hosp_discharge_dt_h": [300.0]})), 300.0),
        ((Rows("followup", {"episode": ["e"], "at_h": [999.0], "vital_status": ["dead"]}),
          Rows("outcome", DIED)), 999.0),
        ((Rows("followup", {"episode": ["e"], "at_h": [999.0], "vital_status": ["lost"]}),), NAN),
    ],
)  # fmt: skip
def test_who_is_known_to_be_dead_has_a_time_of_death(
    registry: Registry, rows: tuple[Rows, ...], hours: float
) -> None:
    _one(registry, *rows)
    np.testing.assert_array_equal(_values(registry, "death_dt"), [hours])
    assert _values(registry, "last_known_alive")[0] <= (999.0 if math.isnan(hours) else hours)


def test_the_last_follow_up_is_the_latest_whether_told_in_dates_or_in_hours(
    registry: Registry,
) -> None:
    keys = ["d", "h"]
    rows = (
        Rows("patient", {"key": ["p"]}),
        Rows("episode", {"key": keys, "patient": ["p", "p"], "t0": [T0, T0]}),
        Rows("followup", {
            "episode": ["d", "d", "h", "h"],
            "at": [T0 + timedelta(hours=900), None, T0 + timedelta(hours=100), None],
            "at_h": [None, 200.0, None, 800.0],
            "cpc": [registry.vocabulary["cpc"].levels[i] for i in (1, 2, 1, 2)]
            if registry.vocabulary["cpc"].levels else [1, 2, 1, 2],
        }),
    )  # fmt: skip
    add(registry, Batch(rows), who="A", why="b", now=NOW)
    dated, told = _values(registry, "cpc")
    assert told - dated == 1


def test_unknown_is_missing_and_no_level(registry: Registry) -> None:
    rows = (
        Rows("patient", {"key": ["p", "q"], "sex": ["male", "unknown"]}),
        Rows("episode", {"key": ["e", "f"], "patient": ["p", "q"],
                         "transfer_in": ["unknown", "shock_centre"],
                         "arrest_rhythm": ["pea", "unknown"]}),
        Rows("outcome", {"episode": ["e", "f"], "death_cause": ["unknown", "cardiac"]}),
    )  # fmt: skip
    add(registry, Batch(rows), who="A", why="b", now=NOW)
    found = extract(registry, ["sex", "transfer_in", "arrest_rhythm", "death_cause"]).columns
    words = {
        name: [None if np.isnan(v) else c.levels[int(v)] for v in c.values]
        for name, c in found.items()
    }
    assert words == {
        "sex": ["male", None],
        "transfer_in": [None, "shock_centre"],
        "arrest_rhythm": ["pea", None],
        "death_cause": [None, "cardiac"],
    }
    assert all("unknown" not in column.levels for column in found.values())
    assert current(registry, "patient")["sex"] == ["male", "unknown"]


def test_the_places_of_levels_after_unknown_move_up(own: Registry) -> None:
    words = tuple(Choice(name, name, name) for name in ("a", "unknown", "b"))
    larger = add_site_variables(
        own, [Variable("stage_seen", "Stage", kind="enum", choices=words, level="site")],
        who="A", why="b", now=NOW,
    )  # fmt: skip
    keys = ["e", "f", "g"]
    add(larger, Batch((Rows("patient", {"key": ["p"]}),
        Rows("episode", {"key": keys, "patient": ["p"] * 3, "stage_seen": ["b", "unknown", "a"]}),
    )), who="A", why="b", now=NOW)  # fmt: skip
    column = extract(larger, ["stage_seen"]).columns["stage_seen"]
    assert column.levels == ("a", "b")
    np.testing.assert_array_equal(column.values, [1.0, NAN, 0.0])


def test_hours_and_dates_give_the_same_columns(registry: Registry) -> None:
    """One episode told in dates and one in hours: nothing derived can tell them apart."""
    rng = random.Random(3)
    hours = [rng.randint(-300, 3000) / 10 for _ in range(40)]
    starts = sorted(rng.randint(0, 1000) / 10 for _ in range(4))
    kinds = ["ecls", "impella-cp", "iabp", "ecls"]
    stops = [start + rng.randint(1, 500) / 10 for start in starts]

    def times(name: str, values: list[float]) -> dict[str, list[object]]:
        real: list[object] = [T0 + timedelta(hours=h) for h in values]
        nothing: list[object] = [None] * len(values)
        return {name: real + nothing, f"{name}_h": [*nothing, *values]}

    both = ["d"] * 40 + ["h"] * 40
    lactate = [rng.randint(5, 200) / 10 for _ in range(40)]
    given: list[float | None] = [v if rng.random() < 0.7 else None for v in lactate]
    rows = (
        Rows("patient", {"key": ["p"]}),
        Rows("episode", {"key": ["d", "h"], "patient": ["p", "p"], "t0": [T0, None]}),
        Rows("observation", {"episode": both, **times("at", hours), "lactate": given * 2}),
        Rows("device", {"episode": ["d"] * 4 + ["h"] * 4, "kind": kinds * 2,
                        **times("start", starts), **times("stop", stops)}),
        Rows("complication", {"episode": ["d", "h"], "kind": ["stroke"] * 2, **times("at", [7.5])}),
        Rows("outcome", {"episode": ["d", "h"], **times("death_dt", [280.0])}),
    )  # fmt: skip
    add(registry, Batch(rows), who="A", why="b", now=NOW)
    points = [f"lactate@{point}" for point in WINDOWS]
    names = [
        *points,
        "device_strategy",
        "device_days",
        "last_known_alive",
        "time_to_stroke",
        "death_dt",
    ]
    found = extract(registry, names)
    for name in names:
        dated, told = found.columns[name].values
        assert dated == pytest.approx(told, nan_ok=True, abs=1e-9)
    for point, window in WINDOWS.items():
        expected = _by_hand(hours, given, window)
        np.testing.assert_equal(found.columns[f"lactate@{point}"].values[1], expected)


def _by_hand(hours: list[float], values: list[float | None], window: Window) -> float:
    """The slow oracle: the closest value inside the window."""
    best = (math.inf, NAN)
    for hour, value in zip(hours, values, strict=True):
        above = hour >= window.low if window.low_closed else hour > window.low
        below = hour <= window.high if window.high_closed else hour < window.high
        off = abs(hour - window.target)
        if value is not None and above and below and off < best[0]:
            best = (off, value)
    return best[1]


def test_a_named_set_is_taken_before_a_window(registry: Registry) -> None:
    _one(registry, Rows("observation", {
        "episode": ["e"] * 5,
        "nominal": ["24h", None, "12h", "24h", None],
        "at_h": [40.0, 24.0, 24.0, None, -7.0],
        "lactate": [1.0, 2.0, 3.0, None, 5.0],
        "creatinine": [None, 20.0, 30.0, None, None],
        "hr": [None, None, 70.0, None, None],
    }))  # fmt: skip
    assert _values(registry, "lactate@24h") == [1.0]
    assert _values(registry, "creatinine@24h") == [20.0]
    np.testing.assert_array_equal(_values(registry, "hr@24h"), [NAN])
    assert _values(registry, "hr@12h") == [70.0]
    np.testing.assert_array_equal(_values(registry, "lactate@pre"), [NAN])
    wider = {**WINDOWS, "pre": Window(-24, 0, 0)}
    found = extract(registry, ["lactate@pre"], windows=wider)
    assert found.columns["lactate@pre"].values.tolist() == [5.0]

"""A look over the registry finds what cannot be, what is unusual and what is missing."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Any

import pytest

from afterload.core.variable import Variable
from afterload.core.vocabulary import standard
from afterload.registry.batch import Batch, Rows
from afterload.registry.check import check_all, missingness
from afterload.registry.course import Course, Item
from afterload.registry.engine import writing
from afterload.registry.ledger import add, correct, withdraw
from afterload.registry.order import RULES, temporal_findings
from afterload.registry.store import Registry, add_site_variables, memory

NOW = datetime(2026, 3, 2, 9, 0)
T0 = datetime(2024, 3, 1, 8, 0)
NAN = math.nan


def _add(registry: Registry, *rows: Rows) -> None:
    add(registry, Batch(rows), who="Ada", why="test", now=NOW)


def _one(registry: Registry, *rows: Rows, **episode: Any) -> None:
    columns = {name: [value] for name, value in episode.items()}
    _add(registry, Rows("patient", {"key": ["p"]}),
         Rows("episode", {"key": ["e"], "patient": ["p"], **columns}), *rows)  # fmt: skip


def _rules(registry: Registry, kind: str) -> list[tuple[str, str, int | None, str]]:
    return [
        (f.rule, f.table, f.row, f.episode) for f in check_all(registry) if f.rule.startswith(kind)
    ]


def test_a_sound_registry_has_only_notes(untouched: Registry) -> None:
    assert {f.severity for f in check_all(untouched)} == {"note"}


def _course(**given: Any) -> Course:
    items = [
        Item(table, n, name, start, stop, parent, root)
        for n, (table, name, start, stop, parent, root) in enumerate(given.pop("items", []), 1)
    ]
    return Course("e", 1, True, outcome=1, items=items, **given)


def _run(start: float, stop: float, root: int = 1) -> tuple[Any, ...]:
    return ("run", str(root), start, stop, None, root)


def _device(start: float, stop: float, kind: str = "ecls", run: int | None = None) -> Any:
    return ("device", kind, start, stop, run, 0)


def _moment(table: str, at: float, name: str = "") -> tuple[Any, ...]:
    return (table, name, at, at, None, 0)


BROKEN = [
    ("stop-before-start", {"items": [_device(10, 5)]}, ("device", 1)),
    ("discharge-before-admission", {"admitted": -5.0, "left": -6.0}, ("outcome", 1)),
    ("admission-after-t0", {"admitted": 25.0}, ("episode", 1)),
    ("death-before-t0", {"died": -0.5}, ("outcome", 1)),
    ("discharge-before-t0", {"left": -0.5}, ("outcome", 1)),
    ("discharge-after-death", {"left": 100.0, "died": 75.0}, ("outcome", 1)),
    ("died-elsewhere", {"left": 100.0, "died": 125.0, "destination": "died"}, ("outcome", 1)),
    ("alive-and-dead", {"left": 100.0, "died": 75.0, "destination": "home"}, ("outcome", 1)),
    ("died-without-time", {"left": 100.0, "destination": "died"}, ("outcome", 1)),
    ("dead-without-time", {"items": [_moment("followup", 999, "dead"),
                                     _moment("followup", 99, "dead")]}, ("followup", 2)),
    ("device-outside-run", {"items": [_run(0, 50), _device(0, 75, run=1)]}, ("device", 2)),
    ("device-without-run", {"items": [_device(0, 75, run=9)]}, ("device", 1)),
    ("overlapping-runs", {"items": [_run(40, 60, 1), _run(0, 50, 2)]}, ("run", 1)),
    ("same-device-twice", {"items": [_device(0, 50), _device(49, 60)]}, ("device", 2)),
    ("long-support", {"items": [_run(0, 24 * 181)]}, ("run", 1)),
    ("far-from-t0", {"items": [_device(-24 * 31, 0)]}, ("device", 1)),
    ("after-death", {"died": 10.0, "items": [_moment("complication", 35, "stroke")]},
     ("complication", 1)),
    ("after-death", {"died": 10.0, "items": [_moment("observation", 35)]}, ("observation", 1)),
    ("support-after-death", {"died": 10.0, "items": [_device(0, 35)]}, ("device", 1)),
    ("support-after-death", {"died": 10.0, "items": [_run(35, NAN)]}, ("run", 1)),
    ("support-after-discharge", {"left": 10.0, "items": [_device(0, 35)]}, ("device", 1)),
    ("alive-after-death", {"died": 10.0, "items": [_moment("followup", 99, "alive")]},
     ("followup", 1)),
    ("point-elsewhere", {"items": [_moment("observation", 55, "24h")]}, ("observation", 1)),
    ("point-elsewhere", {"items": [_moment("observation", -31, "pre")]}, ("observation", 1)),
    ("no-time", {"items": [_device(NAN, NAN)], "has_t0": False}, ("episode", 1)),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "course", "place"), BROKEN)
def test_each_rule_finds_what_breaks_it(
    rule: str, course: dict[str, Any], place: tuple[str, int]
) -> None:
    given = dict(course)
    has_t0 = given.pop("has_t0", True)
    made = _course(**given)
    made.has_t0 = has_t0
    found = {(f.rule, f.table, f.row) for f in temporal_findings([made])}
    assert (f"time:{rule}", *place) in found
    assert {f.episode for f in temporal_findings([made])} == {"e"}


def test_every_rule_is_tested_and_has_a_name_of_its_own() -> None:
    assert {rule for rule, *_ in BROKEN} == {rule.id for rule in RULES}
    assert len({rule.id for rule in RULES}) == len(RULES)


SOUND = [
    {},
    {"admitted": -50.0, "left": 200.0, "died": 200.0, "destination": "died",
     "items": [_run(0, 100), _device(0, 50, run=1), _device(50, 100, run=1),
               _moment("observation", 199), _moment("complication", 30, "stroke")]},
    # Days alone are known: within a day nothing is said.
    {"admitted": 24.0, "died": 100.0, "left": 124.0,
     "items": [_run(0, 124), _device(-24, 124, run=1), _moment("observation", 124)]},
    # What is not known breaks nothing.
    {"items": [_run(NAN, NAN), _run(NAN, 5, 2), _device(NAN, NAN, run=1), _device(3, NAN),
               _moment("observation", NAN), _moment("followup", NAN, "alive")]},
    {"died": 10.0, "items": [_moment("followup", 99, "dead")]},
    {"items": [_moment("observation", 50, "24h"), _moment("observation", 500, "peak"),
               _moment("observation", NAN, "day7")]},
    {"left": 100.0, "died": 9999.0, "destination": "home",
     "items": [_moment("followup", 9000, "alive")]},
]  # fmt: skip


@pytest.mark.parametrize("course", SOUND)
def test_sound_courses_break_nothing(course: dict[str, Any]) -> None:
    assert list(temporal_findings([_course(**course)])) == []


def test_times_told_in_two_ways_are_compared(registry: Registry) -> None:
    hour = timedelta(hours=1)
    _one(
        registry,
        Rows("run", {"episode": ["e", "e"], "key": ["1", "2"], "start": [T0, None],
                     "stop_h": [100.0, None], "start_h": [None, 90.0],
                     "stop": [None, T0 + 120 * hour]}),
        Rows("complication", {"episode": ["e"], "kind": ["stroke"], "at_h": [300.0]}),
        Rows("outcome", {"episode": ["e"], "death_dt": [T0 + 150 * hour]}),
        t0=T0,
    )  # fmt: skip
    assert _rules(registry, "time") == [
        ("time:overlapping-runs", "run", 2, "e"),
        ("time:after-death", "complication", 1, "e"),
    ]


def test_an_unusual_value_is_asked_about_until_it_is_accepted(own: Registry) -> None:
    bnp = Variable("bnp_x", "BNP", unit="ng/L", low=1, high=1e5, soft_low=5, soft_high=1e4,
                   table="observation", level="site", tag="SITE")  # fmt: skip
    larger = add_site_variables(own, (bnp,), who="A", why="ask", now=NOW)
    accepted = [None, None, ["bnp_x"], None]
    _one(larger, Rows("observation", {"episode": ["e"] * 4, "at_h": [1.0, 2.0, 3.0, 4.0],
                                      "bnp_x": [50.0, 2.0, 3.0, 20000.0],
                                      "accepted": accepted}))  # fmt: skip
    asked = [f for f in check_all(larger) if f.rule == "range:soft"]
    assert [(f.row, f.severity, f.episode) for f in asked] == [
        (2, "warning", "e"), (4, "warning", "e"),
    ]  # fmt: skip
    assert "bnp_x = 2 ng/L is unusual (usually 5 to 10000)" in asked[0].sentence
    correct(larger, "observation", 2, {"accepted": ["bnp_x"]}, who="A", why="seen", now=NOW)
    correct(larger, "observation", 4, {"bnp_x": 200.0}, who="A", why="typo", now=NOW)
    assert [f for f in check_all(larger) if f.rule == "range:soft"] == []


def test_a_value_that_slipped_past_the_database_is_found() -> None:
    with memory(standard()) as registry:
        _one(registry, Rows("observation", {"episode": ["e"], "nominal": ["pre"], "hr": [80.0]}))
        with writing(registry.engine) as connection:
            connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
            connection.exec_driver_sql('DROP TRIGGER "observation_no_update"')
            connection.exec_driver_sql('UPDATE "observation" SET "hr" = 999.0, "nominal" = \'x\'')
        found = [f for f in check_all(registry) if f.rule == "range:hard"]
    assert [(f.table, f.row, f.episode, f.severity) for f in found] == [
        ("observation", 1, "e", "error"), ("observation", 1, "e", "error"),
    ]  # fmt: skip
    assert any("hr" in f.sentence and "0 to 300" in f.sentence for f in found)


def test_missing_values_are_counted_by_episode(untouched: Registry) -> None:
    gaps = {gap.variable.name: (gap.missing, gap.episodes) for gap in missingness(untouched)}
    assert gaps["age_years"] == (1, 3)
    assert gaps["lactate"] == (1, 3)  # known at any time
    assert gaps["birth_year"] == (2, 3)  # one patient has two of the episodes
    assert gaps["death_dt"] == (2, 3)
    assert gaps["hosp_discharge_dt"] == (1, 3)  # hours do as well as a date
    assert gaps["sofa_total"] == (3, 3)
    assert "cannula_fr" not in gaps
    sentences = [f.sentence for f in check_all(untouched) if f.rule == "missing"]
    assert "age_years is missing in 1 of 3 episodes (33 %)." in sentences
    extended = {v.name for v in standard().variables.values() if v.level != "core"}
    assert not any(sentence.split()[0] in extended for sentence in sentences)


def test_an_empty_registry_misses_nothing(registry: Registry) -> None:
    assert all(gap.share == 0 for gap in missingness(registry))
    assert check_all(registry) == []


def test_open_queries_are_listed(registry: Registry) -> None:
    _one(registry, Rows("query", {
        "episode": ["e", None], "question": ["Which leg?", "Closed?"],
        "variable": ["age_years", ""], "status": [None, "closed"],
    }))  # fmt: skip
    (query,) = [f for f in check_all(registry) if f.rule == "query"]
    assert (query.row, query.episode, query.severity) == (1, "e", "note")
    assert str(query) == "query row 1, episode e: Open question about age_years: Which leg?"
    correct(registry, "query", 1, {"status": "closed", "answer": "left"}, who="A", why="b", now=NOW)
    assert _rules(registry, "query") == []


def test_the_same_rows_twice_are_found(filled: Registry) -> None:
    # Told in one go they may be two events, so both are kept; told later one is passed over.
    twice = {"episode": ["e2"] * 2, "kind": ["iabp"] * 2}
    _add(filled, Rows("device", {**twice, "start_h": [200.0] * 2, "stop_h": [210.0] * 2}))
    assert _rules(filled, "duplicate") == [("duplicate", "device", 5, "e2")]
    withdraw(filled, "device", 5, who="A", why="twice", now=NOW)
    assert _rules(filled, "duplicate") == []

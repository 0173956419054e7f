"""Telling a registry again what it knows: nothing is counted twice, nothing changed in silence."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from afterload.core.errors import RecordError
from afterload.registry.audit import verify_chain
from afterload.registry.batch import Batch, Rows
from afterload.registry.extract import extract
from afterload.registry.ledger import add, correct, withdraw
from afterload.registry.past import entries, history
from afterload.registry.rows import current
from afterload.registry.shape import TABLES
from afterload.registry.store import Registry
from afterload.registry.writer import Added

NOW = datetime(2026, 3, 2, 9, 0)
T0 = datetime(2024, 3, 1, 8, 0)
HOUR = timedelta(hours=1)


def _add(registry: Registry, *rows: Rows) -> Added:
    return add(registry, Batch(rows), who="Ada", why="test", now=NOW)


def _one(table: str, episode: str = "e1", **values: Any) -> Rows:
    return Rows(table, {"episode": [episode], **{name: [v] for name, v in values.items()}})


def _all(registry: Registry) -> dict[str, dict[str, list[Any]]]:
    return {table: current(registry, table) for table in TABLES}


def _again(registry: Registry) -> list[Rows]:
    """All that a registry holds, as rows to add."""
    return [
        Rows(table, {name: of for name, of in held.items() if name not in ("id", "root")})
        for table, held in _all(registry).items()
        if held["id"]
    ]


def _count(registry: Registry, table: str) -> int:
    return len(current(registry, table)["id"])


def test_a_cohort_told_again_changes_nothing_and_writes_no_entry(filled: Registry) -> None:
    before, chain = _all(filled), entries(filled)
    told = _add(filled, *_again(filled))
    assert (told.counts, told.new) == ({}, {})
    assert told.passed == {"patient": 2, "episode": 3, "run": 2, "device": 3, "observation": 5,
                           "complication": 3, "outcome": 2, "followup": 1}  # fmt: skip
    assert _all(filled) == before
    assert entries(filled) == chain
    assert (told.id, told.hash) == (chain[-1].id, chain[-1].hash)


def test_of_a_first_import_everything_is_new(untouched: Registry, registry: Registry) -> None:
    told = _add(registry, *_again(untouched))
    assert told.new == told.counts
    assert told.passed == {}


def test_every_event_stands_for_one_row(filled: Registry) -> None:
    """Two bleedings alike against one recorded: one of them is new (a multiset)."""
    at = [T0 + 50 * HOUR] * 2
    told = _add(filled, Rows("complication", {
        "episode": ["e1", "e1"], "kind": ["bleeding"] * 2, "at": at,
        "definition": ["BARC 3 or more"] * 2,
    }))  # fmt: skip
    assert (told.counts, told.new, told.passed) == (
        {"complication": 1}, {"complication": 1}, {"complication": 1}
    )  # fmt: skip
    assert _count(filled, "complication") == 4
    assert _add(filled, _one("complication", kind="bleeding", at=T0 + 51 * HOUR)).new == {
        "complication": 1
    }


def test_a_new_column_of_a_measurement_set_is_written_alone(filled: Registry) -> None:
    again = _one("observation", nominal="pre", at=T0 - HOUR, lactate=8.0, hr=110.0,
                 entered={"lactate": "72 mg/dL", "hr": "110/min"}, accepted=["lactate", "hr"],
                 missing={"creatinine": "not done", "cvp": "not done"})  # fmt: skip
    assert _add(filled, again).counts == {"observation": 1}
    row = {name: values[-1] for name, values in current(filled, "observation").items()}
    held = {name: value for name, value in row.items() if value is not None}
    del held["id"], held["root"]
    assert held == {"episode": "e1", "nominal": "pre", "at": T0 - HOUR, "hr": 110.0,
                    "entered": {"hr": "110/min"}, "accepted": ["hr"],
                    "missing": {"cvp": "not done"}}  # fmt: skip
    read = extract(filled, ["lactate@pre", "hr@pre", "creatinine@pre"])
    assert [column.values[0] for column in read.columns.values()] == [8.0, 110.0, 150.0]
    told = _add(filled, again, again)
    assert (told.counts, told.passed) == ({}, {"observation": 2})
    assert verify_chain(filled) == []


def test_a_changed_value_is_refused_and_nothing_is_kept(untouched: Registry) -> None:
    before, chain = _all(untouched), len(entries(untouched))
    with pytest.raises(RecordError) as refused:
        _add(untouched, _one("complication", kind="stroke"),
             _one("observation", nominal="pre", at=T0 - HOUR, lactate=3.9, hr=90.0))  # fmt: skip
    assert str(refused.value) == (
        "Nothing was imported: episode 'e1', observation at pre at 2024-03-01 07:00: lactate is "
        "8.0 mmol/L, not 3.9 mmol/L (observation:1). Adding rows fills what is missing and "
        "changes nothing; use: afterload record correct TABLE:ROW NAME=VALUE"
    )
    assert refused.value.exit_code == 3
    assert (_all(untouched), len(entries(untouched))) == (before, chain)


def test_twenty_contradictions_are_listed(registry: Registry) -> None:
    keys = [f"e{i}" for i in range(22)]
    _add(
        registry,
        Rows("patient", {"key": keys}),
        Rows("episode", {"key": keys, "patient": keys}),
        Rows("observation", {"episode": keys, "nominal": ["24h"] * 22, "hr": [80.0] * 22}),
    )
    with pytest.raises(RecordError) as refused:
        _add(registry, Rows("observation", {"episode": keys, "nominal": ["day1"] * 22,
                                            "hr": [81.0] * 22}))  # fmt: skip
    lines = str(refused.value).splitlines()
    assert lines[0] == "Nothing was imported: 22 values differ from what is recorded."
    assert lines[1].startswith("  episode 'e0', observation at 24h: hr is 80.0")
    assert lines[21] == "  ... and 2 more"
    assert len(lines) == 23


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (_one("device", kind="ecls", start=T0, stop=T0 + 121 * HOUR),
         "device ecls from 2024-03-01 08:00: stop is 2024-03-06 08:00, not 2024-03-06 09:00"),
        (_one("device", kind="ecls", start_h=0.0, stop_h=119.0), "stop is .*, not 119 h"),
        (_one("followup", "e2", at_h=2160.0, vital_status="dead"),
         "follow-up at 2160 h: vital_status is alive, not dead"),
        (_one("observation", "e2", nominal="24h", ventilated=False), "ventilated is yes, not no"),
        (_one("observation", "e1", at_h=23.0, lactate=4.5), "observation at 23 h: lactate is 4.0"),
    ],
    ids=["device", "device in hours", "followup", "yes or no", "real time as hours"],
)  # fmt: skip
def test_contradictions_of_other_rows(untouched: Registry, rows: Rows, words: str) -> None:
    with pytest.raises(RecordError, match=words):
        _add(untouched, rows)
    assert len(entries(untouched)) == 2


def test_a_changed_model_is_refused(filled: Registry) -> None:
    _add(filled, _one("device", "e3", kind="ecls", start_h=0.0, model="CardioHelp"))
    with pytest.raises(RecordError, match="model is CardioHelp, not Rotaflow"):
        _add(filled, _one("device", "e3", kind="ecls", start_h=0.0, model="Rotaflow"))
    withdraw(filled, "device", 4, who="Bo", why="wrong", now=NOW)
    assert _add(filled, _one("device", "e3", kind="ecls", start_h=0.0, model="Rotaflow")).new


def test_a_stop_that_was_missing_completes_the_device(filled: Registry) -> None:
    _add(filled, _one("device", "e3", kind="impella-cp", start_h=0.0))
    told = _add(filled, _one("device", "e3", kind="impella-cp", start_h=0.0, stop_h=48.0))
    assert (told.counts, told.new) == ({"device": 1}, {})
    seen = current(filled, "device")
    assert (seen["kind"][-1], seen["stop_h"][-1], seen["root"][-1]) == ("impella-cp", 48.0, 4)
    assert [v.changed for v in history(filled, "device", 4)][1] == {"stop_h": (None, 48.0)}
    assert _add(filled, _one("device", "e3", kind="impella-cp", start_h=0.0)).counts == {}
    assert _count(filled, "device") == 4
    assert verify_chain(filled) == []


@pytest.mark.parametrize(
    "more",
    [{"at_h": 30.0}, {"stroke_type": "ischaemic"}, {"definition": "on CT"}],
    ids=["time", "type", "definition"],
)
def test_an_event_told_with_more_is_the_same_event(
    filled: Registry, more: dict[str, object]
) -> None:
    if "stroke_type" in more:
        more = {"stroke_type": filled.vocabulary["stroke_type"].levels[0]}
    told = _add(filled, _one("complication", "e2", kind="stroke", **more))
    assert (told.counts, told.new) == ({"complication": 1}, {})
    assert extract(filled, ["complication:stroke"]).columns["complication:stroke"].values[1] == 1.0
    assert _add(filled, _one("complication", "e2", kind="stroke")).counts == {}
    assert _count(filled, "complication") == 3


def test_another_time_of_the_same_kind_is_another_event(filled: Registry) -> None:
    for at in (T0 + 20 * HOUR, T0 + 21 * HOUR):
        _add(filled, _one("complication", kind="bleeding", at=at))
    assert _count(filled, "complication") == 4


def test_what_was_corrected_does_not_come_back(filled: Registry) -> None:
    correct(filled, "complication", 2, {"at": T0 + 22 * HOUR}, who="Bo", why="typo", now=NOW)
    with pytest.raises(RecordError, match=r"corrected since \(complication:4\)"):
        _add(filled, _one("complication", kind="bleeding", at=T0 + 20 * HOUR))
    correct(filled, "observation", 4, {"lactate": 2.6}, who="Bo", why="typo", now=NOW)
    with pytest.raises(RecordError, match=r"lactate is 2\.6 mmol/L, not 2\.5"):
        _add(filled, _one("observation", "e2", nominal="24h", lactate=2.5))


def test_a_question_is_asked_once(filled: Registry) -> None:
    rows = _one("query", variable="hr", question="hr = 210 is unusual. Is it right?")
    of_nobody = Rows("query", {"question": ["Who is this?"]})
    _add(filled, rows, of_nobody)
    closed = {"status": "closed", "answer": "yes"}
    correct(filled, "query", 1, closed, who="Bo", why="asked", now=NOW)
    assert _add(filled, rows, of_nobody).passed == {"query": 2}
    assert sorted(current(filled, "query")["status"]) == ["closed", "open"]


def test_sets_without_point_and_time_are_told_apart_by_what_they_say(filled: Registry) -> None:
    for lactate in (5.0, 6.0, 5.0):
        _add(filled, _one("observation", "e3", lactate=lactate))
    assert _count(filled, "observation") == 7


def test_several_values_at_one_moment_are_all_known(filled: Registry) -> None:
    three = {"episode": ["e3"] * 3, "nominal": ["peak"] * 3}
    _add(filled, Rows("observation", {**three, "creatinine": [90.0, 91.0, 92.0]}))
    assert _add(filled, Rows("observation", {**three, "creatinine": [92.0, 90.0, 91.0]})).new == {}
    with pytest.raises(RecordError, match="creatinine"):
        _add(filled, _one("observation", "e3", nominal="peak", creatinine=93.0))


def test_new_episodes_come_with_old_ones_in_one_large_batch(filled: Registry) -> None:
    n = 9001
    hours = [float(i) for i in range(n)]
    episodes = ["e3", "e4"] * (n // 2) + ["e3"]
    new = Rows("episode", {"key": ["e4"], "patient": ["p1"]})
    rows = Rows("observation", {"episode": episodes, "at_h": hours, "hr": [h % 300 for h in hours]})
    old = Rows("observation", {name: values[:4000] for name, values in rows.columns.items()})
    _add(filled, new, old)
    told = _add(filled, new, rows)
    assert (told.new, told.passed) == (
        {"observation": n - 4000}, {"episode": 1, "observation": 4000}
    )  # fmt: skip
    seen = current(filled, "observation")
    pairs = zip(seen["episode"][5:], seen["at_h"][5:], seen["hr"][5:], strict=True)
    assert sorted(pairs) == sorted(zip(episodes, hours, rows.columns["hr"], strict=True))
    assert verify_chain(filled) == []

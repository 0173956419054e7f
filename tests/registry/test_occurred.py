"""A complication that did not occur is an answer; one nobody speaks of is not."""

from __future__ import annotations

import gzip
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from afterload.core.errors import RecordError
from afterload.registry.audit import verify_chain
from afterload.registry.batch import Batch, Rows
from afterload.registry.check import check_all
from afterload.registry.derived import complications, ruled_out
from afterload.registry.engine import reading, writing
from afterload.registry.export import read_tables
from afterload.registry.export_deidentified import deidentify
from afterload.registry.export_episode import episode_view
from afterload.registry.extract import extract
from afterload.registry.ledger import add, correct, withdraw
from afterload.registry.past import entries, history
from afterload.registry.rows import current, select
from afterload.registry.store import Registry, open_registry
from afterload.registry.writer import Added

NOW = datetime(2026, 3, 2, 9, 0)
T0 = datetime(2024, 3, 1, 8, 0)
WHO: dict[str, Any] = {"who": "Ada", "why": "test", "now": NOW}
OLD = Path(__file__).parent / "old"
NAN = float("nan")


def _add(registry: Registry, *rows: Rows) -> Added:
    return add(registry, Batch(rows), **WHO)


def _one(kind: str, episode: str = "e1", **values: Any) -> Rows:
    told = {"episode": [episode], "kind": [kind], **{name: [v] for name, v in values.items()}}
    return Rows("complication", told)


def _counts(registry: Registry, kind: str) -> list[float]:
    name = f"complication:{kind}"
    return extract(registry, [name]).columns[name].values.tolist()


# ---- had, had not, not recorded -----------------------------------------------------------------


def test_an_episode_had_it_had_it_not_or_nobody_tells(filled: Registry) -> None:
    """The cohort: e1 bled twice, e2 had a stroke; here e2 is said not to have bled."""
    _add(filled, _one("bleeding", "e2", occurred=False))
    np.testing.assert_array_equal(_counts(filled, "bleeding"), [2.0, 0.0, NAN])
    np.testing.assert_array_equal(_counts(filled, "stroke"), [NAN, 1.0, NAN])
    assert ruled_out(filled) == {"e1": set(), "e2": {"bleeding"}, "e3": set()}
    assert [e.kind for e in complications(filled)["e2"]] == ["stroke"]
    time = extract(filled, ["time_to_bleeding"]).columns["time_to_bleeding"]
    np.testing.assert_array_equal(time.values, [20.0, NAN, NAN])


def test_a_row_that_does_not_say_is_an_event(filled: Registry) -> None:
    _add(filled, _one("rrt"))
    assert current(filled, "complication")["occurred"] == [True] * 4


def test_an_answer_of_no_is_neither_alive_nor_an_event_in_time(filled: Registry) -> None:
    before = extract(filled, ["last_known_alive"]).columns["last_known_alive"].values
    _add(filled, _one("stroke", occurred=False), _one("rrt", "e3", occurred=False))
    after = extract(filled, ["last_known_alive"]).columns["last_known_alive"].values
    np.testing.assert_array_equal(before, after)
    assert not [f for f in check_all(filled) if f.severity == "error"]


def test_a_check_counts_who_has_no_answer(filled: Registry) -> None:
    _add(filled, _one("bleeding", "e2", occurred=False))
    told = [
        f.sentence for f in check_all(filled) if (f.rule, f.table) == ("missing", "complication")
    ]
    assert told == [
        "bleeding is recorded neither as having occurred nor as not having in 1 of 3 episodes "
        "(33 %).",
        "stroke is recorded neither as having occurred nor as not having in 2 of 3 episodes "
        "(67 %).",
    ]
    _add(filled, _one("bleeding", "e3", occurred=False))
    told = [
        f.sentence for f in check_all(filled) if (f.rule, f.table) == ("missing", "complication")
    ]
    assert len(told) == 1


# ---- what is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"at": T0}, "bleeding of episode 'e3' did not occur and has at = 2024-03-01"),
        ({"at_h": 4.0}, "did not occur and has at_h = 4.0"),
        ({"bleed_grade": "barc_3a"}, "did not occur and has bleed_grade = barc_3a"),
    ],
)
def test_what_did_not_occur_has_no_time_and_no_grade(
    untouched: Registry, more: dict[str, Any], words: str
) -> None:
    with pytest.raises(RecordError, match=words):
        _add(untouched, _one("bleeding", "e3", occurred=False, **more))


@pytest.mark.parametrize("said", [True, False])
def test_yes_and_no_in_one_batch_are_refused(untouched: Registry, said: bool) -> None:
    rows = Rows("complication", {"episode": ["e3"] * 2, "kind": ["rrt"] * 2,
                                 "occurred": [said, not said]})  # fmt: skip
    with pytest.raises(RecordError, match="cannot have occurred and not have occurred"):
        _add(untouched, rows)
    assert len(current(untouched, "complication")["id"]) == 3


def test_no_where_yes_is_recorded_is_refused(untouched: Registry) -> None:
    with pytest.raises(RecordError) as refused:
        _add(untouched, _one("bleeding", occurred=False))
    assert "episode 'e1', complication bleeding: occurred is yes, not no (complication:1)" in str(
        refused.value
    )


def test_yes_where_no_is_recorded_is_refused(filled: Registry) -> None:
    _add(filled, _one("stroke", occurred=False))
    with pytest.raises(RecordError, match=r"occurred is no, not yes \(complication:4\)"):
        _add(filled, _one("stroke", at=T0 + timedelta(hours=3)))


def test_the_database_itself_refuses(untouched: Registry) -> None:
    no = "0" if untouched.engine.dialect.name == "sqlite" else "false"
    begin = (
        'INSERT INTO "complication" ("id", "root", "withdrawn", "entry", "digest", "episode", '
        '"kind", "occurred", "at_h") VALUES '
    )
    for values, words in (
        (f"(9, 9, {no}, 1, '', 3, 'rrt', {no}, 5.0)", "absence_without_time"),
        (f"(9, 9, {no}, 1, '', 1, 'bleeding', {no}, NULL)", "cannot have occurred and not"),
    ):
        with pytest.raises(RecordError, match=words), writing(untouched.engine) as connection:
            connection.exec_driver_sql(begin + values)


def test_a_check_finds_two_answers_that_came_behind_the_registrys_back(
    own_filled: Registry,
) -> None:
    no = "0" if own_filled.engine.dialect.name == "sqlite" else "false"
    drop = 'DROP TRIGGER "complication_one_answer"'
    if own_filled.engine.dialect.name == "postgresql":
        drop += ' ON "complication"'
    with writing(own_filled.engine) as connection:
        connection.exec_driver_sql(drop)
        connection.exec_driver_sql(
            'INSERT INTO "complication" ("id", "root", "withdrawn", "entry", "digest", "episode", '
            f"\"kind\", \"occurred\") VALUES (4, 4, {no}, 1, '', 1, 'bleeding', {no})"
        )
    (found,) = [f for f in check_all(own_filled) if f.rule == "two-answers"]
    assert (found.severity, found.row, found.episode) == ("error", 4, "e1")


# ---- told again ---------------------------------------------------------------------------------


def test_an_answer_told_again_is_passed_over(filled: Registry) -> None:
    assert _add(filled, _one("stroke", occurred=False)).new == {"complication": 1}
    twice = Rows("complication", {"episode": ["e1"] * 2, "kind": ["stroke"] * 2,
                                  "occurred": [False] * 2})  # fmt: skip
    told = _add(filled, twice)
    assert (told.counts, told.passed) == ({}, {"complication": 2})
    more = _add(filled, _one("stroke", occurred=False, definition="imaging"))
    assert (more.counts, more.new) == ({"complication": 1}, {})
    assert _add(filled, _one("stroke", occurred=False)).counts == {}


def test_a_no_that_was_corrected_is_not_told_again_in_silence(filled: Registry) -> None:
    _add(filled, _one("stroke", occurred=False))
    correct(filled, "complication", 4, {"occurred": True, "at_h": 30.0}, **WHO)
    with pytest.raises(RecordError, match="corrected since"):
        _add(filled, _one("stroke", occurred=False))


# ---- corrected and withdrawn --------------------------------------------------------------------


def test_a_no_becomes_a_yes_and_back(filled: Registry) -> None:
    _add(filled, _one("rrt", "e2", occurred=False))
    correct(filled, "complication", 4, {"occurred": True, "at_h": 30.0}, **WHO)
    np.testing.assert_array_equal(_counts(filled, "rrt"), [NAN, 1.0, NAN])
    with pytest.raises(RecordError, match="did not occur and has at_h = 30"):
        correct(filled, "complication", 5, {"occurred": False}, **WHO)
    correct(filled, "complication", 5, {"occurred": False, "at_h": None}, **WHO)
    np.testing.assert_array_equal(_counts(filled, "rrt"), [NAN, 0.0, NAN])
    versions = history(filled, "complication", 4)
    assert [v.changed.get("occurred") for v in versions[1:]] == [(False, True), (True, False)]
    assert verify_chain(filled) == []


def test_a_yes_beside_another_yes_cannot_become_a_no(filled: Registry) -> None:
    with pytest.raises(RecordError, match="cannot have occurred and not have occurred"):
        correct(filled, "complication", 1, {"occurred": False, "at": None}, **WHO)


def test_a_withdrawn_answer_no_longer_stands_in_the_way(filled: Registry) -> None:
    _add(filled, _one("stroke", occurred=False))
    withdraw(filled, "complication", 4, **WHO)
    np.testing.assert_array_equal(_counts(filled, "stroke"), [NAN, 1.0, NAN])
    assert _add(filled, _one("stroke", at_h=3.0)).new == {"complication": 1}


# ---- looked at and taken out --------------------------------------------------------------------


def test_show_and_export_tell_it(filled: Registry) -> None:
    _add(filled, _one("stroke", occurred=False))
    shown = episode_view(filled, "e1").tables["complication"]
    assert [(row["kind"], row["occurred"]) for row in shown] == [
        ("bleeding", True), ("bleeding", True), ("stroke", False)
    ]  # fmt: skip
    tables = read_tables(filled)
    assert tables["complication"]["occurred"] == [True, True, True, False]
    told = deidentify(tables, filled.shapes, Random(1))["complication"]
    pairs = sorted(zip(told["kind"], told["occurred"], strict=True))
    assert pairs == [("bleeding", True), ("bleeding", True), ("stroke", False), ("stroke", True)]


# ---- a registry of the first schema -------------------------------------------------------------


@pytest.fixture
def old(nowhere: str, engine_name: str) -> str:
    """A registry that the version before wrote: `cohort`, one correction, one withdrawal."""
    script = gzip.decompress((OLD / f"registry_0001.{engine_name}.sql.gz").read_bytes()).decode()
    if engine_name == "sqlite":
        with sqlite3.connect(nowhere) as connection:
            connection.executescript(script)
        connection.close()
        return nowhere
    engine = create_engine(nowhere, poolclass=NullPool)
    with engine.begin() as server:
        raw = server.connection.cursor()
        raw.execute(script)
        raw.close()
    return nowhere


def test_an_old_registry_is_refused_until_it_is_upgraded(old: str) -> None:
    with pytest.raises(RecordError, match="afterload record upgrade"):
        open_registry(old)
    open_registry(old, migrate=True).close()
    open_registry(old, migrate=True).close()
    open_registry(old).close()


def test_an_old_registry_keeps_its_chain_and_its_events(old: str) -> None:
    with open_registry(old, migrate=True) as registry:
        assert verify_chain(registry) == []
        assert [e.action for e in entries(registry)] == ["init", "add", "correct", "withdraw"]
        held = current(registry, "complication")
        assert (held["kind"], held["occurred"]) == (["bleeding", "vascular"], [True, True])
        with reading(registry.engine) as connection:
            stored = select(connection, 'SELECT "occurred" FROM "complication"')
        assert stored == [(None,)] * 5
        np.testing.assert_array_equal(_counts(registry, "bleeding"), [1.0, NAN, NAN])


def test_an_upgraded_registry_takes_and_guards_the_answer(old: str) -> None:
    with open_registry(old, migrate=True) as registry:
        told = _add(registry, _one("bleeding", at=T0 + timedelta(hours=50)),
                    _one("stroke", "e2", occurred=False))  # fmt: skip
        assert (told.new, told.passed) == ({"complication": 1}, {"complication": 1})
        with pytest.raises(RecordError, match="occurred is yes, not no"):
            _add(registry, _one("bleeding", occurred=False))
        no = "0" if registry.engine.dialect.name == "sqlite" else "false"
        begin = (
            'INSERT INTO "complication" ("id", "root", "withdrawn", "entry", "digest", "episode", '
            '"kind", "occurred", "at_h") VALUES '
        )
        for values in (
            f"(19, 19, {no}, 1, '', 3, 'rrt', {no}, 5.0)",
            f"(19, 19, {no}, 1, '', 1, 'bleeding', {no}, NULL)",
        ):
            with pytest.raises(RecordError), writing(registry.engine) as connection:
                connection.exec_driver_sql(begin + values)
        point = {"episode": ["e1"], "drug": ["norepi"], "rate": [0.2], "nominal": ["day1"]}
        assert _add(registry, Rows("infusion", point)).new == {"infusion": 1}
        assert current(registry, "infusion")["nominal"] == ["24h"]
        with pytest.raises(RecordError, match="nominal"), writing(registry.engine) as connection:
            connection.exec_driver_sql(
                'INSERT INTO "infusion" ("id", "root", "withdrawn", "entry", "digest", "episode", '
                f"\"drug\", \"nominal\") VALUES (9, 9, {no}, 1, '', 1, 'epi', 'noon')"
            )
        assert verify_chain(registry) == []

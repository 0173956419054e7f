"""Kept results of scores: once for the same values, superseded by others, under the same chain."""

from __future__ import annotations

import gzip
import json
import sqlite3
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from afterload.core.errors import InputError, RecordError, UnknownName
from afterload.registry.audit import verify_chain
from afterload.registry.batch import Batch, Rows
from afterload.registry.check import check_all
from afterload.registry.engine import writing
from afterload.registry.export import export, read_tables
from afterload.registry.export_deidentified import deidentify
from afterload.registry.export_episode import episode_view
from afterload.registry.ledger import add, correct, withdraw
from afterload.registry.past import entries, history
from afterload.registry.rows import current
from afterload.registry.scored import Kept, Result, keep_results
from afterload.registry.store import Registry, open_registry

NOW = datetime(2026, 3, 2, 9, 0)
WHO: dict[str, Any] = {"who": "Ada", "why": "annual report", "now": NOW}
OLD = Path(__file__).parent / "old"

SAVE = Result(
    episode="e1", score="save", version="1.1", nominal="", total=None, low=-9.0, high=4.0,
    classes=("II", "III", "IV"),
    inputs={"age_years": {"value": 91.5, "unit": "a"}, "hx_ckd": {"value": False},
            "support": {"value": ["ecls", "iabp"]}},
    assumed=("hx_ckd",), wanting=("diagnosis", "dbp"), rule="age: as recorded for the episode",
    source="Schmidt M, et al. Eur Heart J 2015;36:2246-2256", doi="10.1093/eurheartj/ehv194",
    warnings=("Dr Smith said so.",),
)  # fmt: skip
SOFA = replace(SAVE, score="sofa", nominal="24h", total=7.0, low=7.0, high=7.0, classes=())


def keep(registry: Registry, *results: Result, **more: Any) -> Kept:
    return keep_results(registry, results, **{**WHO, **more})


def test_a_result_is_kept_with_all_it_rests_on(filled: Registry) -> None:
    kept = keep(filled, SAVE, SOFA)
    assert (kept.new, kept.changed, kept.same) == (2, 0, 0)
    assert kept.entry is not None
    assert (kept.entry.action, kept.entry.who, kept.entry.why) == ("score", "Ada", "annual report")
    assert kept.entry.counts == {"score": 2}
    held = current(filled, "score")
    assert held["episode"] == ["e1", "e1"]
    assert (held["score"], held["nominal"]) == (["save", "sofa"], [None, "24h"])
    assert (held["total"], held["low"], held["high"]) == ([None, 7.0], [-9.0, 7.0], [4.0, 7.0])
    assert held["classes"] == [["II", "III", "IV"], None]
    assert held["inputs"][0] == SAVE.inputs
    assert (held["assumed"][0], held["wanting"][0]) == (["hx_ckd"], ["diagnosis", "dbp"])
    assert (held["rule"][0], held["doi"][0]) == (SAVE.rule, SAVE.doi)
    assert held["warnings"][0] == ["Dr Smith said so."]
    assert verify_chain(filled) == []
    assert not [f for f in check_all(filled) if f.severity == "error"]


def test_the_same_result_is_kept_once(filled: Registry) -> None:
    keep(filled, SAVE, SOFA)
    before = len(entries(filled))
    again = keep(filled, SAVE, SOFA, now=datetime(2027, 1, 1), who="Grace")
    assert again == Kept(0, 0, 2, None)
    assert len(entries(filled)) == before
    other_point = keep(filled, replace(SOFA, nominal="48h"))
    assert (other_point.new, other_point.same) == (1, 0)


def test_another_result_takes_its_place_and_the_history_tells(filled: Registry) -> None:
    keep(filled, SAVE)
    kept = keep(filled, replace(SAVE, total=2.0, low=2.0, high=2.0, classes=("II",)), SOFA)
    assert (kept.new, kept.changed, kept.same) == (1, 1, 0)
    assert sorted(current(filled, "score")["total"]) == [2.0, 7.0]
    versions = history(filled, "score", 1)
    assert [version.values.get("total") for version in versions] == [None, 2.0]
    assert versions[1].changed["classes"] == (["II", "III", "IV"], ["II"])
    assert verify_chain(filled) == []
    newer = keep(filled, replace(SAVE, total=2.0, low=2.0, high=2.0, version="2.0"))
    assert (newer.changed, newer.new) == (1, 0)


def test_a_withdrawn_result_may_be_kept_again(filled: Registry) -> None:
    keep(filled, SAVE)
    withdraw(filled, "score", 1, **WHO)
    assert current(filled, "score")["score"] == []
    assert keep(filled, SAVE).new == 1
    withdraw(filled, "episode", "e1", **WHO)  # and all that belongs to it
    assert current(filled, "score")["score"] == []


def test_a_result_of_nobody_is_refused(filled: Registry) -> None:
    with pytest.raises(UnknownName, match="episode"):
        keep(filled, replace(SAVE, episode="e9"))
    with pytest.raises(InputError, match="who makes it and why"):
        keep(filled, SAVE, why=" ")
    with pytest.raises(RecordError):
        keep(filled, replace(SAVE, low=5.0, high=4.0))
    assert current(filled, "score")["score"] == []


def test_a_kept_result_cannot_be_changed_in_silence(filled: Registry) -> None:
    keep(filled, SAVE)
    for statement in ('UPDATE "score" SET "low" = 0', 'DELETE FROM "score"'):
        with (
            pytest.raises(RecordError, match="append-only"),
            writing(filled.engine) as connection,
        ):
            connection.exec_driver_sql(statement)


def test_an_episode_shows_its_scores(filled: Registry) -> None:
    keep(filled, SAVE, SOFA, replace(SAVE, episode="e2"))
    rows = episode_view(filled, "e1").tables["score"]
    assert [row["score"] for row in rows] == ["save", "sofa"]
    assert rows[0]["inputs"]["age_years"] == {"unit": "a", "value": 91.5}


def test_an_export_holds_the_scores(filled: Registry, tmp_path: Path) -> None:
    keep(filled, SAVE, SOFA)
    export(filled, tmp_path / "plain")
    text = (tmp_path / "plain" / "score.csv").read_text("utf-8")
    assert "Dr Smith said so." in text
    book = (tmp_path / "plain" / "codebook.csv").read_text("utf-8")
    assert "Values the result rests on" in book


def test_a_deidentified_export_holds_no_text_and_no_old_age(filled: Registry) -> None:
    keep(filled, SAVE, SOFA)
    made = deidentify(read_tables(filled), filled.shapes, Random(1))["score"]
    assert not {"rule", "warnings", "source", "doi"} & made.keys()
    assert "Smith" not in json.dumps(made)
    assert "e1" not in made["episode"]
    assert all(told["age_years"]["value"] == 90 for told in made["inputs"])
    assert sorted(made["score"]) == ["save", "sofa"]
    assert made["inputs"][0]["support"] == {"value": ["ecls", "iabp"]}


@pytest.fixture
def old(nowhere: str, engine_name: str) -> str:
    """A registry of the first schema, which had no table for scores."""
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


def test_an_old_registry_is_given_the_table_and_its_guards(old: str) -> None:
    with pytest.raises(RecordError, match="afterload record upgrade"):
        open_registry(old)
    with open_registry(old, migrate=True) as registry:
        assert verify_chain(registry) == []  # the guards of every table are in place
        assert keep(registry, SAVE).new == 1
        with (
            pytest.raises(RecordError, match="append-only"),
            writing(registry.engine) as connection,
        ):
            connection.exec_driver_sql('DELETE FROM "score"')
        assert verify_chain(registry) == []
    with open_registry(old) as registry:
        assert keep(registry, SAVE).same == 1


def test_the_last_digits_of_a_total_make_no_new_version(filled: Registry) -> None:
    one = replace(SOFA, total=1.2834346661669984, low=1.2834346661669984, high=1.2834346661669984)
    keep(filled, one)
    close = replace(SOFA, total=1.2834346661669982, low=1.2834346661669982, high=1.2834346661669982)
    assert keep(filled, close).same == 1
    assert keep(filled, replace(one, total=1.2834347)).changed == 1


def test_a_result_is_not_written_by_hand(filled: Registry) -> None:
    keep(filled, SAVE)
    with pytest.raises(RecordError, match="store the score again"):
        correct(filled, "score", 1, {"total": 5.0}, **WHO)
    rows = Rows("score", {"episode": ["e1"], "score": ["save"], "version": ["1.0"]})
    with pytest.raises(InputError, match="--store"):
        add(filled, Batch((rows,)), **WHO)

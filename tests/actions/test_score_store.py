"""Scores kept in the registry they come from."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from afterload.actions.score_registry import (
    score_episode,
    score_episode_at,
    score_registry,
    score_registry_at,
)
from afterload.actions.score_store import Keeper, store_episode, store_scored
from afterload.core.vocabulary import standard
from afterload.registry import (
    Batch,
    Registry,
    Rows,
    add,
    correct,
    create,
    current,
    history,
    memory,
    verify_chain,
)

T0 = datetime(2024, 3, 1, 8, 0)
KEEPER = Keeper("Ada", "annual report", T0)


def fill(registry: Registry) -> Registry:
    """Three episodes: much recorded, little, and nothing that a score asks."""
    keys = ["e1", "e2", "e3"]
    rows = (
        Rows("patient", {"key": keys, "sex": ["male", None, None]}),
        Rows("episode", {"key": keys, "patient": keys, "t0": [T0] * 3,
                         "age_years": [61.0, 45.0, None]}),
        Rows("device", {"episode": ["e1"], "kind": ["ecls"], "start": [T0],
                        "stop": [T0 + timedelta(hours=90)]}),
        Rows("observation", {"episode": ["e1", "e1"], "nominal": ["pre", "24h"],
                             "creatinine": [150.0, 200.0], "map": [55.0, 70.0],
                             "norepi": [0.4, 0.1]}),
    )  # fmt: skip
    add(registry, Batch(rows, "test"), who="test", why="test", now=T0)
    return registry


@pytest.fixture
def registry() -> Registry:
    return fill(memory(standard()))


def test_every_episode_with_something_known_has_a_result(registry: Registry) -> None:
    scored = score_registry(registry, ["egfr", "sofa"], at="24h")
    stored = store_scored(registry, scored, KEEPER)
    held = current(registry, "score")
    told = list(zip(held["episode"], held["score"], held["nominal"], strict=True))
    assert told == [("e1", "egfr", "24h"), ("e2", "egfr", "24h"),
                    ("e1", "sofa", "24h"), ("e2", "sofa", "24h")]  # fmt: skip
    assert stored.kept.new == 4
    assert held["inputs"][0]["creatinine"] == {"value": 200.0, "unit": "umol/L"}
    for row, (episode, name, _) in enumerate(told):
        one = next(s for s in scored if s.score.about.name == name)
        place = one.episodes.index(episode)
        for end in ("low", "high", "total"):
            expected = float(getattr(one.tally, end)[place])
            kept = held[end][row]
            assert kept == (None if np.isnan(expected) else pytest.approx(expected, rel=1e-12))
    sofa = held["score"].index("sofa")
    assert any("mechanical circulatory support" in text for text in held["warnings"][sofa])
    assert held["inputs"][sofa]["support"]["value"] == ["ecls"]
    assert "support: by the device intervals, at 24h" in held["rule"][sofa]
    assert "Vincent" in held["source"][sofa]
    assert held["doi"][sofa] == "10.1007/BF01709751"


def test_a_correction_of_the_record_makes_a_new_version(registry: Registry) -> None:
    store_scored(registry, score_registry(registry, ["egfr"]), KEEPER)
    again = store_scored(registry, score_registry(registry, ["egfr"]), KEEPER)
    assert (again.kept.same, again.kept.entry) == (2, None)
    before = current(registry, "score")["total"][0]
    correct(registry, "observation", 1, {"creatinine": 120.0}, who="t", why="typo", now=T0)
    later = store_scored(registry, score_registry(registry, ["egfr"]), KEEPER)
    assert (later.kept.changed, later.kept.same) == (1, 1)
    totals = [version.values["total"] for version in history(registry, "score", 1)]
    assert totals[0] == before < totals[1]
    assert verify_chain(registry) == []


def test_what_was_assumed_and_what_was_said_is_kept_apart(registry: Registry) -> None:
    assumed = score_registry(registry, ["egfr"], assume={"sex": "female"})
    store_scored(registry, assumed, KEEPER)
    held = current(registry, "score")
    assert held["assumed"] == [None, ["sex"]]
    said: dict[str, Any] = {"creatinine": 90}
    found = score_episode(registry, "e2", ["egfr"], values=said, assume={"sex": "male"})
    assert store_episode(registry, found, KEEPER).kept.changed == 1
    row = current(registry, "score")
    place = row["episode"].index("e2")
    assert row["inputs"][place]["creatinine"]["value"] == 90
    assert row["rule"][place].endswith("said, not recorded: creatinine")


def test_values_that_contradict_each_other_are_left_out_and_told(tmp_path: Path) -> None:
    registry = fill(memory(standard()))
    rows = Rows(
        "observation", {"episode": ["e2"], "nominal": ["pre"], "sbp": [60.0], "dbp": [90.0]}
    )
    add(registry, Batch((rows,), "test"), who="test", why="test", now=T0)
    stored = store_scored(registry, score_registry(registry, ["save"]), KEEPER)
    assert [(episode, name) for episode, name, _ in stored.left_out] == [("e2", "save")]
    assert current(registry, "score")["episode"] == ["e1"]


def test_in_a_registry_on_disk(tmp_path: Path) -> None:
    where = tmp_path / "r.db"
    fill(create(where, standard(), who="test", now=T0)).close()
    _, stored = score_registry_at(str(where), ["egfr"], None, keeper=KEEPER)
    assert stored is not None
    assert stored.kept.new == 2
    _, one = score_episode_at(str(where), "e1", keeper=KEEPER)
    assert one is not None
    assert one.kept.same == 1  # the eGFR
    assert one.kept.new > 5
    _, nothing = score_registry_at(str(where), ["egfr"], tmp_path / "out.csv")
    assert nothing is None

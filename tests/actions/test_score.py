"""The verb `score`: one patient, and every episode of a registry."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

import afterload
from afterload.actions.score import (
    COLUMNS,
    ScoredEpisodes,
    count,
    find_score,
    parse_values,
    score,
    score_registry,
    write_scores,
)
from afterload.core.errors import InputError, UnknownName
from afterload.core.vocabulary import standard
from afterload.registry import Batch, Registry, Rows, add, memory
from afterload.scores import SAVE

T0 = datetime(2024, 3, 1, 8, 0)

# The all-zero patient of scores.md section 1.3 (SAVE -6), recorded as a registry keeps it.
EPISODE = {
    "age_years": 63.0, "weight_kg": 90.0, "acute_liver_fail": False, "acute_cns_dysf": False,
    "acute_renal_fail": False, "hx_ckd": False, "hx_htx": False, "cardiac_arrest": "none",
    "etiology_detail": "other", "intub_dt": T0 - timedelta(hours=4),
}  # fmt: skip
PRE = {"pip": 21.0, "sbp": 60.0, "dbp": 39.0, "hco3": 16.0}


@pytest.fixture
def registry() -> Registry:
    """Four episodes: all recorded; worst values too; little recorded; a myocarditis."""
    made = memory(standard())
    keys = ["e1", "e2", "e3", "e4"]
    episodes: dict[str, list[object]] = {
        name: [value, value, None, value] for name, value in EPISODE.items()
    }
    episodes["etiology_detail"] = ["other", "vt_vf_storm|congenital", None, "myocarditis"]
    episodes["age_years"] = [63.0, 63.0, 45.0, 30.0]
    observations: list[tuple[str, str, dict[str, float]]] = [
        ("e1", "pre", PRE),
        ("e2", "pre", {**PRE, "dbp": 45.0, "sbp": 90.0}),
        ("e2", "worst6h", {"dbp": 30.0, "hco3": 15.0}),
        ("e4", "pre", {**PRE, "pip": 20.0}),
        ("e4", "worst6h", {"sbp": 80.0, "dbp": 60.0}),
    ]
    names = ("pip", "sbp", "dbp", "hco3")
    rows = (
        Rows("patient", {"key": keys, "sex": ["female", "male", None, "male"]}),
        Rows("episode", {"key": keys, "patient": keys, "t0": [T0] * 4, **episodes}),
        Rows(
            "observation",
            {
                "episode": [key for key, _, _ in observations],
                "nominal": [point for _, point, _ in observations],
                **{name: [o.get(name) for _, _, o in observations] for name in names},
            },
        ),
    )
    add(made, Batch(rows, "test"), who="test", why="test", now=T0)
    return made


@pytest.fixture
def scored(registry: Registry) -> ScoredEpisodes:
    return score_registry(registry, ["save"])[0]


def test_one_patient_by_the_public_verb() -> None:
    assert afterload.score is score
    assert score("SAVE", {}).low == -35


def test_a_score_nobody_declared_is_refused_with_the_closest() -> None:
    with pytest.raises(UnknownName, match="Did you mean encourage"):
        find_score("encorage")


def test_values_are_read_as_typed() -> None:
    assert parse_values(["age=45", "lactate=27 mg/dL"]) == {"age": "45", "lactate": "27 mg/dL"}


@pytest.mark.parametrize("words", [["age"], ["=45"], ["age=45", "age=46"]])
def test_words_that_are_no_values_are_refused(words: list[str]) -> None:
    with pytest.raises(InputError, match=r"NAME=VALUE|given twice"):
        parse_values(words)


def test_an_episode_scores_as_the_same_patient_by_hand(scored: ScoredEpisodes) -> None:
    by_hand = score("save", {**{k: v for k, v in EPISODE.items() if k != "intub_dt"},
                             "intubation_h": 4, **PRE})  # fmt: skip
    assert scored.episodes[0] == "e1"
    assert scored.tally.total[0] == by_hand.total == -6


def test_worst_values_are_taken_first_and_values_of_two_points_are_not_mixed(
    scored: ScoredEpisodes,
) -> None:
    # dbp 30 (worst6h), hco3 15 (worst6h, -3); the pulse pressure 45 is that of "pre", where both
    # pressures were recorded; vt/vf +2 and congenital -3.
    assert scored.tally.total[1] == -6 - 3 + 2 - 3
    # e4: 30 years +7, myocarditis +3, pip 20 +3, dbp 60 +3, pulse pressure 20 at worst6h -2.
    assert scored.tally.total[3] == -6 + 7 + 3 + 3 + 3 - 2
    assert "worst6h" in scored.rule
    assert "dbp" in scored.rule


def test_an_episode_with_little_recorded_keeps_its_interval(scored: ScoredEpisodes) -> None:
    assert np.isnan(scored.tally.total[2])
    one = score("save", {"age": 45})
    assert (scored.tally.low[2], scored.tally.high[2]) == (one.low, one.high)
    assert set(scored.missing[2]) == set(one.missing)
    assert count(scored) == ("SAVE", 4, 3, 1, 0)


def test_several_scores_are_written_as_one_table(registry: Registry, tmp_path: Path) -> None:
    path = tmp_path / "scores.csv"
    shares: list[float] = []
    scored = score_registry(
        registry,
        ["save", "encourage", "vis", "egfr"],
        progress=lambda _, share: shares.append(share),
    )
    assert shares[-1] == 1
    assert write_scores(scored, path) == 16
    rows = list(csv.DictReader(path.read_text("utf-8").splitlines()))
    assert tuple(rows[0]) == COLUMNS
    first = rows[0]
    assert (first["episode"], first["score"], first["total"], first["classes"]) == (
        "e1", "save", "-6", "IV",
    )  # fmt: skip
    assert first["version"] == SAVE.about.version
    assert rows[2]["total"] == ""
    assert "diagnosis" in rows[2]["missing"].split("|")
    encourage = next(row for row in rows if row["score"] == "encourage")
    assert (encourage["low"], encourage["high"]) == ("12", "45")  # age 63 (5) and female (7)


def test_a_key_cannot_run_as_a_formula(tmp_path: Path) -> None:
    own = memory(standard())
    keys = ["=HYPERLINK(1)", "-2"]
    rows = (Rows("patient", {"key": keys}), Rows("episode", {"key": keys, "patient": keys}))
    add(own, Batch(rows), who="A", why="b", now=datetime(2026, 1, 1))
    write_scores(score_registry(own, ["save"]), tmp_path / "scores.csv")
    with (tmp_path / "scores.csv").open(newline="") as file:
        written = list(csv.DictReader(file))
    assert [row["episode"] for row in written] == ["'=HYPERLINK(1)", "'-2"]
    assert {row["low"] for row in written} == {"-35"}


def test_an_unknown_category_scores_as_a_missing_one() -> None:
    own = memory(standard())
    rows = (
        Rows("patient", {"key": ["f", "u"], "sex": ["female", "unknown"]}),
        Rows("episode", {"key": ["f", "u"], "patient": ["f", "u"], "age_years": [60.0, 60.0]}),
        Rows("observation", {"episode": ["f", "u"], "nominal": ["pre"] * 2,
                             "creatinine": [88.42, 88.42]}),
    )  # fmt: skip
    add(own, Batch(rows), who="A", why="b", now=datetime(2026, 1, 1))
    (found,) = score_registry(own, ["egfr"])
    assert found.tally.total[0] == pytest.approx(64.495, abs=0.01)
    assert np.isnan(found.tally.total[1])
    assert found.tally.high[1] > found.tally.low[1] > 0


def test_a_file_that_cannot_be_written_is_told(scored: ScoredEpisodes, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        write_scores([scored], tmp_path / "nowhere" / "scores.csv")

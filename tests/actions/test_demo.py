"""The demo: the whole path runs, the same seed makes the same study, nothing else is touched."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

import pytest

from afterload.actions.demo import LABEL, SCORES, Demo, run
from afterload.core.errors import InputError

NOW = datetime(2026, 12, 1)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    return run(tmp_path_factory.mktemp("demo"), n=140, seed=1, now=NOW)


def test_every_episode_is_recorded_scored_and_compared(made: Demo) -> None:
    assert made.imported.episodes == 140
    with made.scores.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["score"] for row in rows} == set(SCORES)
    assert len(rows) == 140 * len(SCORES)
    flow = made.study.results.section("flow")
    sizes = [s.value or 0 for s in flow if s.variable.startswith("arm")]
    assert len(sizes) == 5  # four arms, and those in none
    assert sum(sizes) == [s.value for s in flow if s.statistic == "remaining"][-1]


def test_the_study_prints_the_table_this_field_prints(made: Demo) -> None:
    names = [item.name for item in made.study.design.biology]
    assert names == ["hb", "bnp", "ast", "alt", "bilirubin", "lactate", "creatinine"]
    for item in made.study.design.biology:
        assert item.points == ("pre", "24h", "48h", "day7")
        for point in item.points:
            found = made.study.results.find("biology", item.name, "median", point=point, arm="ECLS")
            assert found is not None
            assert found.value is not None


def test_everything_says_it_is_synthetic(made: Demo) -> None:
    assert "SYNTHETIC" in (made.folder / LABEL).read_text()
    assert "SYNTHETIC" in made.study.design.title
    with made.cohort.open(encoding="utf-8-sig", newline="") as file:
        assert all(
            row["Identifiant"].startswith("SYN-") for row in csv.DictReader(file, delimiter=";")
        )


def test_the_same_seed_makes_the_same_study_and_the_folder_can_be_used_again(
    made: Demo, tmp_path: Path
) -> None:
    first = run(tmp_path, n=140, seed=1, now=NOW)
    again = run(tmp_path, n=140, seed=1, now=NOW)
    assert first.study == again.study == made.study


def test_a_folder_with_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("precious")
    with pytest.raises(InputError, match="holds something that is not a demo"):
        run(tmp_path, n=140, seed=1, now=NOW)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_protocol_somebody_changed_is_left_alone(tmp_path: Path) -> None:
    run(tmp_path, n=40, seed=1, now=NOW)
    protocol = tmp_path / "study.toml"
    protocol.write_text(protocol.read_text() + "# mine")
    registry = (tmp_path / "registry.db").read_bytes()
    with pytest.raises(InputError, match=r"study\.toml was changed"):
        run(tmp_path, n=40, seed=1, now=NOW)
    assert protocol.read_text().endswith("# mine")
    assert (tmp_path / "registry.db").read_bytes() == registry


def test_a_file_is_not_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="is a file"):
        run(tmp_path / "file", n=40, seed=1, now=NOW)

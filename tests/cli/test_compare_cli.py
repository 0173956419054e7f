"""`afterload compare` and `afterload demo` as typed."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest


def _run(*words: str, cwd: Path, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "COLUMNS": "100", **more}
    environment.pop("AFTERLOAD_REGISTRY", None) if not more else None
    return subprocess.run(
        [sys.executable, "-m", "afterload", *words],
        capture_output=True, text=True, check=False, cwd=cwd, env=environment,
    )  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("typed")
    done = _run("demo", "demo", "--n", "60", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "SYNTHETIC" in done.stdout
    assert "demo/report/index.html" in done.stdout
    return folder


def test_commands_to_copy_are_whole_in_a_narrow_terminal(tmp_path: Path) -> None:
    place = "a folder whose name is long enough to be cut at 60 columns"
    done = _run("demo", place, "--n", "40", cwd=tmp_path, COLUMNS="60")
    assert done.returncode == 0, done.stderr
    line = next(text for text in done.stdout.splitlines() if text.startswith("afterload compare"))
    assert shlex.split(line)[2:5] == [f"{place}/study.toml", "--registry", f"{place}/registry.db"]
    again = _run(*shlex.split(line)[1:], cwd=tmp_path, COLUMNS="60")
    assert again.returncode == 0, again.stderr
    assert "again/index.html" in again.stdout


def test_the_registry_is_named_or_found_in_the_environment(folder: Path) -> None:
    words = ("compare", "demo/study.toml", "--out", "one")
    named = _run(*words, "--registry", "demo/registry.db", cwd=folder)
    assert named.returncode == 0, named.stderr
    assert "Death within 30 days" in named.stdout
    found = _run(*words[:-1], "two", cwd=folder, AFTERLOAD_REGISTRY="demo/registry.db")
    assert found.returncode == 0, found.stderr
    assert (folder / "one/results.json").read_bytes() == (folder / "two/results.json").read_bytes()


def test_disclosure_and_theme_reach_the_page_and_the_terminal(folder: Path) -> None:
    done = _run(
        "compare", "demo/study.toml", "--registry", "demo/registry.db", "--out", "guarded",
        "--disclosure", "5", "--theme", "lancet", cwd=folder,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "<5" in (folder / "guarded" / "index.html").read_text("utf-8").replace("&lt;", "<")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("compare", "demo/study.toml", "--out", "x"), "Say what to read"),
        (("compare", "absent.toml", "--registry", "demo/registry.db", "--out", "x"), "absent.toml"),
        (
            ("compare", "demo/study.toml", "--data", "demo/cohort.csv", "--out", "x"),
            "--data needs --map",
        ),
        (
            (
                "compare", "demo/study.toml", "--data", "demo/cohort.csv",
                "--map", "demo/demo_map.toml", "--registry", "demo/registry.db", "--out", "x",
            ),
            "not both",
        ),
        (
            ("compare", "demo/study.toml", "--registry", "demo/registry.db", "--out", "demo"),
            "demo",
        ),
        (("compare", "demo/study.toml", "--registry", "none.db", "--out", "x"), "none.db"),
    ],
)  # fmt: skip
def test_bad_input_is_one_message_and_nothing_is_written(
    folder: Path, words: tuple[str, ...], said: str
) -> None:
    before = sorted(p for p in folder.rglob("*") if "registry.db-" not in p.name)
    done = _run(*words, cwd=folder)
    assert done.returncode in (2, 3)
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(p for p in folder.rglob("*") if "registry.db-" not in p.name) == before

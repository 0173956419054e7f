"""What a command does to files: none is written over unasked, and trouble is one sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from afterload.actions.score_file import COLUMNS
from afterload.cli.main import main
from afterload.cli.progress import progress_bar

MAP = '[[table]]\nepisode = "id"\nignore = ["n*"]\n[table.columns]\nage = "age_years"\n'
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `afterload ...` in a folder with a registry, a sheet and a map."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("AFTERLOAD_REGISTRY", raising=False)
    monkeypatch.setenv("AFTERLOAD_WHO", "Ada")
    Path("bad.csv").write_text("id,age\na,5\n")
    Path("good.csv").write_text("id,age\na,50\n")
    Path("m.toml").write_text(MAP)

    def do(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main(list(words))
        out, err = capsys.readouterr()
        return int(left.value.code or 0), out, err

    assert do("record", "init", "r.db")[0] == 0
    return do


def test_the_list_of_bad_cells_is_never_written_over_a_file(run: Run) -> None:
    before = Path("bad.csv").read_bytes()
    words = ("record", "import", "r.db", "bad.csv", "--map", "m.toml", "--bad-cells")
    code, _, err = run(*words, "bad.csv")
    assert (code, err.count("\n")) == (2, 1)
    assert "bad.csv is there already" in err
    assert Path("bad.csv").read_bytes() == before


def test_a_folder_that_is_not_there_is_told_before_anything_runs(run: Run) -> None:
    words = ("record", "import", "r.db", "good.csv", "--map", "m.toml", "--bad-cells")
    code, _, err = run(*words, "nowhere/x.csv")
    assert (code, "The folder 'nowhere' does not exist." in err) == (2, True)
    assert run("record", "list", "r.db", "--json")[1].strip() == "[]"


def test_bad_cells_are_printed_even_where_their_file_cannot_be_written(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("afterload.cli.record.write_bad_cells", fail)
    words = ("record", "import", "r.db", "bad.csv", "--map", "m.toml", "--bad-cells", "x.csv")
    code, _, err = run(*words)
    assert code == 2
    assert "x.csv could not be written: No space left on device." in err
    assert "bad.csv, row 2, column 'age': '5'." in err


def test_scores_are_written_over_nothing_but_scores(run: Run) -> None:
    run("record", "import", "r.db", "good.csv", "--map", "m.toml")
    words = ("score", "--registry", "r.db", "save", "--out")
    code, _, err = run(*words, "m.toml")
    assert (code, "m.toml is there already and does not hold scores" in err) == (2, True)
    assert Path("m.toml").read_text() == MAP
    assert run(*words, "scores.csv")[0] == 0
    assert run(*words, "scores.csv")[0] == 0
    assert run(*words, "m.toml", "--force")[0] == 0
    assert Path("m.toml").read_text().splitlines()[0] == ",".join(COLUMNS)


def test_a_registry_that_is_a_folder_or_something_else_is_named(run: Run) -> None:
    Path("adir").mkdir()
    code, _, err = run("record", "list", "adir")
    assert (code, "'adir' is a folder, not a registry." in err) == (3, True)
    Path("x.db").write_bytes(b"not a database at all" * 100)
    code, _, err = run("record", "list", "x.db")
    assert (code, "'x.db' is not a registry" in err) == (3, True)


def test_a_file_that_declares_a_standard_variable_is_named(run: Run) -> None:
    Path("own.toml").write_text('[variable.lactate]\nlabel = "L"\nunit = "mmol/L"\n')
    code, _, err = run("record", "init", "new.db", "--variables", "own.toml")
    assert (code, "own.toml: 'lactate' is already declared" in err) == (2, True)


def test_a_long_list_of_columns_left_out_is_shortened(run: Run) -> None:
    names = ",".join(f"n{i}" for i in range(1, 33))
    Path("wide.csv").write_text(f"id,age,{names}\na,50,{',' * 31}\n")
    _, out, _ = run("record", "import", "r.db", "wide.csv", "--map", "m.toml")
    assert "wide.csv: n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12 and 20 more" in out
    assert "n13" not in out


def test_dates_without_time_zero_stand_under_to_be_known(run: Run) -> None:
    Path("dated.csv").write_text("id,age,dead\nz,50,2024-03-01\n")
    Path("d.toml").write_text(MAP + 'dead = "death_dt"\n')
    _, out, _ = run("record", "import", "r.db", "dated.csv", "--map", "d.toml", "--dry-run")
    assert "1 episode has dates but no time zero (t0)" in out.split("To be known")[1]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,age\na,50\n")
    words = [sys.executable, "-m", "afterload", "record", "suggest-map", str(tmp_path / "a.csv")]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == f"Error: cannot write: {os.strerror(28)}.\n"


def test_a_bar_nobody_sees_writes_nothing() -> None:
    stream = StringIO()
    with progress_bar(Console(file=stream)) as progress:
        progress("Reading", 0.5)
    assert stream.getvalue() == ""

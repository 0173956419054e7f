"""`afterload record` in a terminal: words in, exit codes and text out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from rich.console import Console

from afterload.cli.main import main
from afterload.cli.progress import progress_bar
from afterload.cli.record import record
from afterload.cli.record_words import looks_like_registry, split_registry
from afterload.core.errors import InputError

MAP = """
[[table]]
episode = "id"
[table.columns]
age = "age_years"
lac = { to = "lactate@pre", unit = "mg/dL" }
"""


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a sheet, a map, and no registry told by the environment."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("AFTERLOAD_REGISTRY", raising=False)
    monkeypatch.setenv("AFTERLOAD_WHO", "Ada")
    (tmp_path / "a.csv").write_text("id,age,lac\na,50,54\nb,60,18\n")
    (tmp_path / "bad.csv").write_text("id,age,lac\nc,17,54\nd,60,1800\n")
    (tmp_path / "m.toml").write_text(MAP)
    return tmp_path


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(work: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `afterload record ...` and return exit code, standard output and standard error."""

    def do(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main(["record", *words])
        out, err = capsys.readouterr()
        return int(left.value.code or 0), out, err

    return do


@pytest.fixture
def filled(run: Run) -> Run:
    assert run("init", "r.db")[0] == 0
    assert run("import", "r.db", "a.csv", "--map", "m.toml")[0] == 0
    return run


def test_a_registry_from_nothing_to_an_export(run: Run, work: Path) -> None:
    code, out, _ = run("init", "r.db")
    assert (code, out.startswith("Created r.db with ")) == (0, True)
    code, out, _ = run("import", "r.db", "a.csv", "--map", "m.toml", "--dry-run")
    assert code == 0
    assert "Would import 2 patients and 2 episodes." in out
    assert "Nothing was written (--dry-run)." in out
    code, out, _ = run("import", "r.db", "a.csv", "--map", "m.toml")
    assert code == 0
    assert "Imported 2 patients and 2 episodes." in out
    assert "a.csv: 2 rows, utf-8, separated by comma, sha256 " in out
    assert "lac → lactate@pre: 2 values from mg/dL" in out
    code, out, _ = run("show", "r.db", "a")
    assert (code, "5.99467" in out, "lactate entered as 54 mg/dL" in out) == (0, True, True)
    code, out, _ = run("verify", "r.db")
    assert (code, "The registry holds: 2 entries" in out) == (0, True)
    code, out, _ = run("export", "r.db", "--to", "out", "--deidentified")
    assert (code, (work / "out" / "codebook.csv").is_file()) == (0, True)
    assert out.startswith("Wrote 4 files to out: patient 2, episode 2, observation 2")


def test_bad_cells_are_all_listed_nothing_is_imported_and_the_exit_code_is_2(run: Run) -> None:
    run("init", "r.db")
    code, out, err = run("import", "r.db", "bad.csv", "--map", "m.toml")
    assert (code, out) == (2, "")
    assert "2 cells cannot be imported, so nothing was:" in err
    assert "bad.csv, row 2, column 'age': '17'. age_years takes 18 to 110 years." in err
    assert "bad.csv, row 3, column 'lac': '1800'. lactate takes 0.9008 to 360.32 mg/dL" in err
    code, out, _ = run("list", "r.db", "--json")
    assert json.loads(out) == []


def test_a_dry_run_compares_with_what_is_recorded(filled: Run, work: Path) -> None:
    (work / "more.csv").write_text("id,age,lac\na,50,54\nc,70,18\n")
    code, out, _ = filled("import", "r.db", "more.csv", "--map", "m.toml", "--dry-run")
    assert code == 0
    assert "Would import 1 new patient and 1 new episode; 1 patient and 1 episode were there" in out
    assert "New: 1 patient, 1 episode, 1 observation rows." in out
    assert "Already recorded and would be left as they are: 1 patient, 1 episode, 1 obs" in out
    assert "Nothing was written (--dry-run)." in out
    code, out, _ = filled("import", "r.db", "more.csv", "--map", "m.toml", "--dry-run", "--json")
    told = json.loads(out)
    assert (code, told["entry"], told["would"]["new"]["episode"]) == (0, None, 1)
    assert "2 entries" in filled("verify", "r.db")[1]


def test_a_dry_run_refuses_what_contradicts_the_record(filled: Run, work: Path) -> None:
    (work / "other.csv").write_text("id,age,lac\na,50,36\nb,61,18\n")
    command = ("import", "r.db", "other.csv", "--map", "m.toml")
    dry, real = filled(*command, "--dry-run"), filled(*command)
    assert dry == real
    assert (dry[0], "is there already with other values" in dry[2]) == (3, True)


def test_a_dry_run_of_what_is_recorded_says_so(filled: Run, work: Path) -> None:
    command = ("import", "r.db", "a.csv", "--map", "m.toml", "--dry-run")
    code, _, err = filled(*command)
    assert (code, "was imported already" in err) == (3, True)
    code, out, _ = filled(*command, "--again")
    assert (code, "No row would be written: nothing in it is new." in out) == (0, True)


def test_every_bad_cell_can_be_written_to_a_file(run: Run, work: Path) -> None:
    run("init", "r.db")
    rows = "".join(f"e{n},{n % 17},54\n" for n in range(60))
    (work / "many.csv").write_text(f"id,age,lac\n{rows}")
    code, _, err = run("import", "r.db", "many.csv", "--map", "m.toml", "--bad-cells", "new.csv")
    assert (code, "... and 10 more." in err) == (2, True)
    lines = (work / "new.csv").read_text().splitlines()
    assert lines[0] == "file,row,column,value,allowed"
    assert lines[60] == "many.csv,61,age,8,age_years takes 18 to 110 years."
    assert len(lines) == 61


def test_the_environment_names_the_registry(
    filled: Run, monkeypatch: pytest.MonkeyPatch, work: Path
) -> None:
    monkeypatch.setenv("AFTERLOAD_REGISTRY", "r.db")
    assert "Episode a" in filled("show", "a")[1]
    assert filled("list")[0] == 0
    (work / "more.csv").write_text("id,age,lac\ne,70,9\n")
    assert filled("import", "more.csv", "--map", "m.toml")[0] == 0
    assert filled("init", "other")[0] == 0
    assert filled("upgrade", "other")[1] == "other is up to date.\n"
    assert filled("verify")[0] == 0


def test_a_word_is_a_registry_by_its_looks(work: Path, filled: Run) -> None:
    (work / "r.db").rename(work / "cohort")
    assert looks_like_registry("cohort")  # the file says so itself
    assert looks_like_registry("postgresql+psycopg://me@host/db")
    assert looks_like_registry("new.sqlite3")
    assert not looks_like_registry("a.csv")
    assert not looks_like_registry("observation:12")


def test_without_the_environment_the_first_word_is_the_registry(
    work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert split_registry(("kept", "a.csv")) == ("kept", ("a.csv",))
    with pytest.raises(InputError, match="Which registry"):
        split_registry(())
    monkeypatch.setenv("AFTERLOAD_REGISTRY", "r.db")
    assert split_registry(("a.csv",)) == ("r.db", ("a.csv",))
    assert split_registry(("x.db", "a.csv")) == ("x.db", ("a.csv",))


def test_lists_are_plain_in_a_pipe_and_json_when_asked(filled: Run) -> None:
    _, out, _ = filled("list", "r.db", "--table", "observation")
    head, first, second = (line.split("\t") for line in out.splitlines())
    values = dict(zip(head, first, strict=True))
    assert (values["episode"], values["nominal"]) == ("a", "pre")
    assert float(values["lactate"]) == pytest.approx(54 / 9.008)
    assert len(second) == len(head)
    _, out, _ = filled("list", "r.db", "--json", "--limit", "1")
    (row,) = json.loads(out)
    assert (row["key"], row["age_years"]) == ("a", 50.0)
    assert None not in row.values()


def test_reports_can_be_json(run: Run) -> None:
    run("init", "r.db")
    _, out, _ = run("import", "r.db", "a.csv", "--map", "m.toml", "--json")
    made = json.loads(out)
    assert made["report"]["episodes"] == 2
    assert made["entry"]["action"] == "add"
    _, out, _ = run("show", "r.db", "a", "--json", "--history")
    shown = json.loads(out)
    assert shown["tables"]["episode"][0]["age_years"] == 50.0
    _, out, _ = run("verify", "r.db", "--json")
    assert json.loads(out)["holds"] is True


def test_a_correction_shows_in_the_history(filled: Run) -> None:
    code, out, _ = filled("correct", "r.db", "observation:1", "lactate=27 mg/dL", "--why", "typo")
    assert (code, "Entry 3, 1 row. Receipt " in out) == (0, True)
    _, out, _ = filled("show", "r.db", "a", "--history")
    assert "lactate: 5.99467 → 2.99734" in out
    assert "typo" in out
    code, _, err = filled("correct", "r.db", "observation:1", "lactate=3")
    assert (code, "Say why with --why" in err) == (2, True)
    code, _, err = filled("correct", "r.db", "observation:1", "lactate=3", "--why", "x")
    assert (code, "was superseded" in err) == (3, True)


def test_a_withdrawn_episode_is_gone(filled: Run) -> None:
    assert filled("withdraw", "r.db", "episode:a", "--why", "opposed")[0] == 0
    code, _, err = filled("show", "r.db", "a")
    assert (code, "There is no episode 'a'" in err) == (3, True)


def test_a_receipt_that_does_not_fit_exits_with_3(filled: Run) -> None:
    code, out, _ = filled("verify", "r.db", "--receipt", "f" * 64)
    assert (code, "The registry does not hold." in out) == (3, True)


def test_verify_says_what_a_chain_without_a_receipt_cannot_show(filled: Run, work: Path) -> None:
    code, out, _ = filled("verify", "r.db")
    assert (code, "this alone cannot show" in " ".join(out.split())) == (0, True)
    code, out, _ = filled("verify", "r.db", "--receipts", "kept.txt")
    assert (code, out.rstrip().endswith("It stands in kept.txt.")) == (0, True)
    code, out, _ = filled("verify", "r.db", "--receipts", "kept.txt")
    words = " ".join(out.split())
    assert "A receipt stands for it up to entry 2: none was cut off, none rewritten." in words
    assert "cannot show" not in words
    (work / "kept.txt").write_text("f" * 64)
    assert filled("verify", "r.db", "--receipts", "kept.txt")[0] == 3


def test_a_draft_map_can_be_used(run: Run, work: Path) -> None:
    code, out, _ = run("suggest-map", "a.csv")
    assert code == 0
    assert 'episode = "id"' in out
    (work / "draft.toml").write_text(out)
    run("init", "r.db")
    code, _, err = run("import", "r.db", "a.csv", "--map", "draft.toml")
    assert (code, "does not say what to do with 'lac'" in err) == (2, True)


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("show", "nowhere.db", "a"), 3, "There is no registry at 'nowhere.db'"),
        (("show", "r.db"), 2, "Give exactly one episode"),
        (("import", "r.db", "--map", "m.toml"), 2, "Name at least one file"),
        (("import", "r.db", "none.csv", "--map", "m.toml"), 2, "none.csv is not a file"),
        (("import", "r.db", "a.csv", "--map", "none.toml"), 2, "none.toml cannot be read"),
        (("list", "r.db", "--table", "runs"), 2, "'runs' is not a known registry table"),
        (("list", "r.db", "too", "many"), 2, "one word too many"),
        (("correct", "r.db", "observation:1", "--why", "x"), 2, "Say which row and what changes"),
        (("init", "r.db"), 3, "There is a registry"),
    ],
)
def test_a_mistake_is_one_sentence_and_an_exit_code(
    filled: Run, words: tuple[str, ...], code: int, told: str
) -> None:
    left, _, err = filled(*words)
    assert (left, told in err) == (code, True), err
    assert "Traceback" not in err


def test_every_command_explains_itself() -> None:
    assert isinstance(record, click.Group)
    for name in record.commands:
        shown = CliRunner().invoke(record, [name, "--help"])
        assert shown.exit_code == 0
        assert "Usage:" in shown.output


# ---- the progress bar ---------------------------------------------------------------------------


def steps(seconds: list[float], *, terminal: bool) -> str:
    """What a job with these times between its steps draws."""
    from io import StringIO

    drawn = StringIO()
    console = Console(file=drawn, force_terminal=terminal, width=80)
    times = iter([0.0, *seconds])
    with progress_bar(console, clock=lambda: next(times)) as progress:
        for number in range(len(seconds)):
            progress("Reading a.csv", (number + 1) / len(seconds))
    return drawn.getvalue()


def test_the_bar_appears_after_two_seconds_on_a_terminal() -> None:
    assert "Reading a.csv" in steps([1.0, 2.5], terminal=True)
    assert steps([0.5, 1.9], terminal=True).strip() == ""
    assert steps([1.0, 60.0], terminal=False).strip() == ""

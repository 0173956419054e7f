"""The command `afterload simulate --registry`, end to end."""

from __future__ import annotations

import csv
import json
import re
import shlex
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from afterload.actions import cohort, cohort_chunk, cohort_work, cohort_write
from afterload.actions.cohort_chunk import Chunk
from afterload.cli.main import cli
from afterload.core.errors import AfterloadError, InputError
from afterload.core.vocabulary import standard
from afterload.registry import Batch, Rows, add, create

NOW = datetime(2024, 3, 1)
KEYS = ("E1", "E2", "E3", "E4", "E5")


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Three patients who can be simulated, one whose pressures cannot be, one hardly measured."""
    where = str(tmp_path_factory.mktemp("registry") / "shock.db")
    with create(where, standard(), who="test", now=NOW) as made:
        n = len(KEYS)
        rows = (
            Rows("patient", {"key": KEYS}),
            Rows("episode", {"key": KEYS, "patient": KEYS, "no_device": [None] + [True] * (n - 1)}),
            Rows("device", {"episode": ["E1"], "kind": ["ecls"], "start_h": [0.0],
                            "stop_h": [90.0]}),
            Rows("observation", {
                "episode": KEYS, "nominal": ["pre"] * n, "hr": [104.0, 98.0, 110.0, 90.0, 88.0],
                "map": [58.0, 62.0, 60.0, 60.0, 71.0], "cvp": [14.0, 10.0, 17.0, 12.0, None],
                "pcwp": [25.0, 22.0, 19.0, 20.0, None], "co": [3.2, 3.6, 2.9, 3.0, None],
                "dbp": [None, None, None, 95.0, None],
            }),
        )  # fmt: skip
        add(made, Batch(rows, "test"), who="test", why="test", now=NOW)
    return where


def run(*words: str) -> str:
    """What the command prints; errors of the package come through as they are."""
    result = CliRunner().invoke(cli, ["simulate", *words], env={"COLUMNS": "80"})
    if isinstance(result.exception, AfterloadError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def test_who_is_simulated_and_who_is_not_is_shown(registry: str, tmp_path: Path) -> None:
    keys, out = tmp_path / "keys.csv", tmp_path / "trial"
    shown = run(
        "--registry", registry, "--device", "impella-cp:level=P6", "--versus", "iabp", "--draws",
        "0", "--keys", str(keys), "--out", str(out),
    )  # fmt: skip
    for words in (
        "in the registry", "numbers that cannot be, or not together", "fewer than 3 measurements",
        "Wedge", "90 % interval of the median", "Between strategies", "Not a medical device",
    ):  # fmt: skip
        assert words in " ".join(shown.split()), words
    assert "nan" not in shown.lower().split()
    assert not any(key in shown.split() for key in KEYS)
    with keys.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["episode"] for row in rows] == list(KEYS)
    assert [row["used"] for row in rows] == ["yes", "yes", "yes", "no", "no"]
    table = pl.read_parquet(out / "patients" / "*.parquet")
    assert table.height == 3 * 3
    assert set(table["episode"]) == {row["reference"] for row in rows if row["used"] == "yes"}
    summary, apart = pl.read_csv(out / "summary.csv"), pl.read_csv(out / "differences.csv")
    assert set(summary["scenario"]) == {"none", "impella-cp:level=P6", "iabp"}
    assert set(zip(apart["scenario"], apart["versus"], strict=True)) == {
        ("iabp", "impella-cp:level=P6")
    }


def test_json_and_disclosure(registry: str, tmp_path: Path) -> None:
    words = ("--registry", registry, "--device", "iabp", "--draws", "0", "--json", "--at", "pre")
    whole = json.loads(run(*words, "--out", str(tmp_path / "a")))
    assert whole["registry"]["episodes"] == 5
    assert whole["registry"]["used"] == 3
    assert sum(one["n"] for one in whole["registry"]["left_out"]) == 2
    assert whole["registry"]["read"] == "at pre"
    told = json.loads(run(*words, "--out", str(tmp_path / "b"), "--disclosure", "5"))
    assert told["registry"]["used"] in ("<5", "[c]")
    assert {one["n"] for one in told["registry"]["left_out"]} <= {"<5", "[c]"}
    assert all(row["median"] is None for row in told["summary"])


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--registry", "REG"), "Give --out DIR"),
        (("--registry", "REG", "--patient", "normal", "--out", "OUT"), "is for one patient"),
        (("--registry", "REG", "map=60", "--out", "OUT"), "is for one patient"),
        (("--registry", "REG", "--ramp", "ecls:flow=5..1", "--out", "OUT"), "is for one patient"),
        (("--patient", "normal", "--at", "pre"), "give --registry"),
        (("--patient", "normal", "--disclosure", "5"), "give --registry"),
        (("--registry", "REG", "--at", "noon", "--out", "OUT"), "time point"),
        (("--registry", "REG", "--require", "pwcp", "--out", "OUT"), "Did you mean pcwp"),
        (("--registry", "REG", "--require", "svo2", "--out", "OUT"), "svo2 was not measured"),
        (("--registry", "REG", "--measured-on", "none", "--measured-on", "iabp", "--out", "OUT"),
         "exclude each other"),
        (("--registry", "nowhere.db", "--out", "OUT"), "There is no registry"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_a_sentence(
    words: tuple[str, ...], says: str, registry: str, tmp_path: Path
) -> None:
    places = {"REG": registry, "OUT": str(tmp_path / "out")}
    with pytest.raises(AfterloadError, match=says) as told:
        run(*(places.get(word, word) for word in words))
    assert told.value.exit_code in (InputError.exit_code, 3)
    assert not (tmp_path / "out" / "patients").exists()


def test_a_seed_below_zero_is_refused(tmp_path: Path) -> None:
    words = ["simulate", "--patient", "normal", "--n", "5", "--seed", "-1", "--out", str(tmp_path)]
    result = CliRunner().invoke(cli, words)
    assert result.exit_code == 2
    assert "'--seed': -1 is not in the range" in result.output
    assert not any(tmp_path.iterdir())


# ---- a cohort around one patient: its folder, and what is done when it is stopped ---------------

AROUND = ("--patient", "ami-lv-shock", "--device", "iabp", "--n", "6", "--spread", "0.1")


@pytest.fixture
def in_pieces(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Pieces of two patients, here; the list holds the piece that is stopped, if any."""
    stop: list[int] = []

    def compute(chunk: Chunk) -> object:
        if chunk.number in stop:
            raise KeyboardInterrupt
        return cohort_chunk.compute(chunk)

    monkeypatch.setattr(cohort, "CHUNK", 2)
    monkeypatch.setattr(cohort_work, "cores", lambda: 1)
    monkeypatch.setattr(cohort_write, "compute", compute)
    return stop


def test_a_folder_holds_a_page_and_is_used_again(tmp_path: Path, in_pieces: list[int]) -> None:
    out = tmp_path / "trial"
    shown = run(*AROUND, "--out", str(out))
    assert "open " + str(out / "index.html") in shown.replace("\n", "")
    assert "90 % interval of the median" in " ".join(shown.split())
    told = json.loads((out / "cohort.json").read_text("utf-8"))
    assert told["n"] == told["asked"] == 6
    assert told["devices_uncertain"]["devices"] == ["iabp"]
    again = json.loads(run(*AROUND, "--json", "--out", str(out)))
    assert again["summary"] == told["summary"]
    assert [Path(p).exists() for p in again["files"]] == [True]
    with pytest.raises(InputError, match="holds no earlier simulation"):
        run("--patient", "normal", "--out", str(out))
    alone = tmp_path / "alone"
    run("--patient", "normal", "--draws", "0", "--out", str(alone))
    with pytest.raises(InputError, match="holds no earlier cohort"):
        run(*AROUND, "--out", str(alone))
    assert not (alone / "patients").exists()


def test_stopped_it_tells_of_the_patients_that_are_done(
    tmp_path: Path, in_pieces: list[int]
) -> None:
    in_pieces.append(2)
    result = CliRunner().invoke(cli, ["simulate", *AROUND, "--out", str(tmp_path / "a")])
    assert result.exit_code != 0
    assert "It was stopped: 4 of the 6 patients" in " ".join(result.stdout.split())
    table = pl.read_parquet(tmp_path / "a" / "patients" / "*.parquet")
    assert sorted(set(table["patient"])) == [0, 1, 2, 3]
    told = json.loads((tmp_path / "a" / "cohort.json").read_text("utf-8"))
    assert (told["n"], told["asked"]) == (4, 6)
    in_pieces[:] = [0]
    result = CliRunner().invoke(cli, ["simulate", *AROUND, "--out", str(tmp_path / "b")])
    assert result.exit_code != 0
    assert "nothing was written" in result.output
    assert not (tmp_path / "b").exists()


PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "simulate-virtual-patients.md"


def blocks(language: str) -> list[str]:
    """The code of a kind on the how-to page, a line that goes on in the next as one."""
    found = re.findall(rf"```{language}\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    return [str(one).replace("\\\n", " ") for one in found]


@pytest.mark.parametrize("block", blocks("sh"))
def test_the_how_to_does_what_it_says(
    block: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    words = shlex.split(block)
    assert words[:2] == ["afterload", "simulate"]
    words[words.index("--n") + 1] = "4"  # as many as a test has time for
    shown = run(*words[2:])
    assert "4 virtual patients" in shown
    told = {path.name for path in Path(words[words.index("--out") + 1]).iterdir()}
    assert {"index.html", "cohort.json", "summary.csv", "patients", "figures"} <= told


@pytest.mark.parametrize("code", blocks("python"))
def test_the_python_of_the_how_to_runs(code: str) -> None:
    exec(compile(code, str(PAGE), "exec"), {})


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--patient", "normal", "--spread", "0.5"), "give --n too"),
        (("--patient", "normal", "--seed", "3"), "give --n too"),
        (("--patient", "normal", "--n", "5"), "Give --out DIR"),
        (("--patient", "normal", "--n", "0", "--out", "OUT"), "--n 1 or more"),
        (("--patient", "normal", "--n", "20000000", "--out", "OUT"), "too large"),
        (("--patient", "normal", "--n", "5", "--spread", "nan", "--out", "OUT"), "outside 0 to 1"),
        (("--patient", "normal", "--n", "5", "--draws", "9", "--out", "OUT"), "exclude each other"),
        (("--patient", "normal", "--n", "5", "--versus", "iabp", "--versus", "iabp", "--out",
          "OUT"), "asked for twice"),
        (("map=60", "cvp=12", "co=3.2", "--n", "5", "--spread", "0.5", "--out", "OUT"),
         "of one who was measured"),
        (("--registry", "REG", "--spread", "0.5", "--out", "OUT"), "lie apart as they were"),
    ],
)  # fmt: skip
def test_what_cannot_be_of_virtual_patients_is_refused_in_a_sentence(
    words: tuple[str, ...], says: str, registry: str, tmp_path: Path
) -> None:
    places = {"OUT": str(tmp_path / "out"), "REG": registry}
    with pytest.raises(InputError, match=says):
        run(*(places.get(word, word) for word in words))
    assert not (tmp_path / "out").exists()

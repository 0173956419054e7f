"""`afterload simulate --event` and `--course`, end to end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from afterload.actions.simulate_course import course
from afterload.cli.main import cli
from afterload.core.errors import AfterloadError, InputError

PATIENT = ("--patient", "ami-lv-shock")


def run(*words: str) -> str:
    """What the command prints; errors of the package come through as they are."""
    result = CliRunner().invoke(cli, ["simulate", *words], env={"COLUMNS": "100"})
    if isinstance(result.exception, AfterloadError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_command_and_python_agree() -> None:
    words = ("--device", "iabp", "--event", "4 ecls:flow=2", "--event", "8 off iabp")
    told = json.loads(run(*PATIENT, *words, "--duration", "12 s", "--json"))
    found = course("ami-lv-shock", ["4 ecls:flow=2", "8 off iabp"], "iabp", 12.0)
    assert told["beats"]["time_s"] == found.time.tolist()
    for name in ("map", "svo2", "device_flow"):
        assert told["beats"][name] == found.indices[name].tolist()
    assert told["scenarios"][0]["devices"] == ["iabp"]
    assert told["warnings"] == list(found.warnings)


def test_a_file_and_words_together_write_a_page(tmp_path: Path) -> None:
    path = tmp_path / "weaning.toml"
    path.write_text(
        'name = "Weaning"\nduration = 20\ndevices = ["ecls:flow=3"]\n'
        'events = ["2 ecls:flow=1 over 5"]\n',
        "utf-8",
    )
    out = tmp_path / "out"
    shown = run(*PATIENT, "--course", str(path), "--event", "10 off ecls", "--out", str(out))
    assert "Weaning: 20 s, beat by beat" in shown
    assert "10 s  ECLS off" in shown
    assert "8 files written" in shown
    data = json.loads((out / "simulation.json").read_text("utf-8"))
    assert data["course"]["devices"] == ["ecls:flow=3"]
    assert data["schema"] == "afterload simulation 1"
    assert sorted(data["files"]) == sorted(
        str(one.relative_to(out)) for one in out.rglob("*") if one.is_file()
    )
    shorter = json.loads(run(*PATIENT, "--course", str(path), "--duration", "9", "--json"))
    assert shorter["course"]["duration_s"] == 9


def test_parameters_told_by_name_begin_a_course() -> None:
    told = json.loads(
        run(*PATIENT, "lv.ees=0.4", "--event", "2 lv.ees=x2", "--duration", "4", "--json")
    )
    assert told["patient"]["parameters"]["lv.ees"] == 0.4
    assert told["beats"]["esv"][-1] < told["beats"]["esv"][0] - 5


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--duration", "900"), "--duration is for a course"),
        (("--event", "5 iabp", "--versus", "ecls"), "--event and --versus exclude"),
        (("--event", "5 iabp", "--ramp", "ecls:flow=5..1"), "--event and --ramp exclude"),
        (("--event", "5 iabp", "--n", "10"), "--event and --n exclude"),
        (("--event", "5 iabp", "--validate"), "--validate takes --out and --json alone"),
        (("--course", "none.toml"), "cannot be read"),
        (("--event", "5 iabp", "--duration", "soon"), "--duration 'soon' is no time"),
        (("--event", "5 iabp", "--duration", "5"), "but the course ends at 5 s"),
        (("--event", "5 iab", "--duration", "9"), "Did you mean iabp"),
        (("--event", "5 off iabp", "--duration", "9"), "does not run then"),
        (("--event=-5 iabp",), "has a negative time"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_exit_2(words: tuple[str, ...], says: str) -> None:
    with pytest.raises(InputError, match=says) as caught:
        run(*PATIENT, *words)
    assert caught.value.exit_code == 2
    assert "\n" not in str(caught.value)


def test_the_help_tells_events() -> None:
    shown = " ".join(run("--help").split())
    for words in ("400 ecls:flow=1 over 10 min", "--course FILE", "--duration TIME"):
        assert words in shown


def test_draws_are_those_that_are_asked_for() -> None:
    words = (*PATIENT, "--event", "2 ecls:rpm=3500", "--duration", "6", "--json")
    some = json.loads(run(*words, "--draws", "20"))
    assert some["intervals"]["draws"] == 20
    assert set(some["intervals"]["low"]) == set(some["intervals"]["high"])
    assert len(some["intervals"]["low"]["map"]) == len(some["beats"]["map"])
    assert json.loads(run(*words, "--draws", "0"))["intervals"] is None
    assert json.loads(run(*words))["intervals"]["draws"] == 64
    with pytest.raises(InputError, match="5 draws are too few"):
        run(*words, "--draws", "5")
    shown = run(*words[:-1], "--draws", "20")
    assert "2 s, ECLS 3 500 rpm: mean arterial pressure rises" in shown.replace("\u202f", " ")
    assert "90 % intervals from 20 draws" in shown

"""The command `afterload simulate`, end to end."""

from __future__ import annotations

import errno
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from afterload.cli import compiling
from afterload.cli.main import cli, main
from afterload.core.errors import AfterloadError, InputError

PATIENT = ("lv.ees=0.67", "lv.alpha=0.031", "blood.volume=6000", "beat.hr=100")


def run(*words: str) -> str:
    """What the command prints; errors of the package come through as they are."""
    result = CliRunner().invoke(cli, ["simulate", *words], env={"COLUMNS": "110"})
    if isinstance(result.exception, AfterloadError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def test_devices_run_together_and_versus_are_others() -> None:
    found = json.loads(
        run(*PATIENT, "--device", "ecls:flow=4", "--device", "impella-cp:level=P4", "--versus",
            "iabp", "--versus", "ecls:flow=4+iabp", "--json")
    )  # fmt: skip
    assert [one["devices"] for one in found["scenarios"]] == [
        [], ["ecls:flow=4", "impella-cp:level=P4"], ["iabp"], ["ecls:flow=4", "iabp"],
    ]  # fmt: skip
    assert set(found) >= {"patient", "scenarios", "warnings"}
    assert found["patient"]["parameters"]["lv.ees"] == 0.67
    assert found["scenarios"][1]["indices"]["device_flow"] > 5


def test_a_table_is_shown(tmp_path: Path) -> None:
    shown = run(*PATIENT, "--device", "ecls:flow=3", "--out", str(tmp_path / "page"))
    assert "ECLS 3 L/min" in shown
    assert "LV pressure-volume area" in shown
    assert "8 files written" in shown
    assert (tmp_path / "page" / "index.html").exists()


def test_what_was_changed_of_a_patient_stands_below_who_it_is() -> None:
    changed = run("--patient", "dcm", "lv.ees=0.3", "blood.hb=95").splitlines()
    assert changed[1].strip() == "with lv.ees = 0.3, blood.hb = 95"
    assert "with" not in run("--patient", "dcm").splitlines()[1]


def test_the_list_names_patients_devices_and_options() -> None:
    shown = run("--list")
    for word in ("normal", "impella-cp", "ecls-central", "level=", "P0 to P9", "0.3 to 8 L/min",
                 "rotaflow or centrimag"):  # fmt: skip
        assert word in shown


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "Which patient"),
        (("--patient", ""), "has no name"),
        (("ecls",), "is not NAME=VALUE"),
        (("lv.ees=1", "lv.ees=2"), "given twice"),
        (("--patient", "nobody"), "is not a known patient"),
        (("--patient", "normal", "--n", "5"), "Give --out"),
        (("--patient", "normal", "--n", "5", "--ramp", "ecls:flow=5..1"), "exclude each other"),
        (("--patient", "normal", "map=60"), "read as a measurement"),
        (("map=600",), "is outside"),
        (("mapp=60",), "Did you mean map"),
    ],
)
def test_bad_words_are_one_sentence(words: tuple[str, ...], says: str) -> None:
    with pytest.raises(AfterloadError, match=says) as caught:
        run(*words)
    assert caught.value.exit_code == 2


def test_a_folder_with_something_else_is_refused_before_anything_is_computed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "thesis.txt").write_text("years", "utf-8")
    monkeypatch.setattr("afterload.actions.simulate.run", None)
    with pytest.raises(AfterloadError, match="no earlier simulation"):
        run(*PATIENT, "--out", str(tmp_path))


def test_compiling_is_told_where_it_takes_long(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import time

    monkeypatch.setattr("afterload.hemodynamics.kernel.is_compiled", lambda *_: False)
    monkeypatch.setattr(compiling, "PATIENCE_S", 0.01)
    with compiling.compiling_told():
        time.sleep(0.2)
    assert "Compiling the circulation" in capsys.readouterr().err
    monkeypatch.setattr(compiling, "PATIENCE_S", 5.0)
    with compiling.compiling_told():
        pass
    assert capsys.readouterr().err == ""


def test_the_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from afterload.cli.simulate import simulate; "
        "print([m for m in ('numpy', 'numba', 'matplotlib', 'rich') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_warm_compiles_ahead_and_says_where() -> None:
    result = CliRunner().invoke(cli, ["warm"])
    assert result.exit_code == 0
    assert "The circulation is compiled, in" in result.stdout


def test_a_ramp_on_the_command_line() -> None:
    words = ("--patient", "dcm", "--ramp", "heartmate-3:rpm=4000..6000", "--steps", "3")
    found = json.loads(run(*words, "--json"))
    assert found["ramp"]["values"] == [4000.0, 5000.0, 6000.0]
    assert len(found["scenarios"]) == 4
    assert "5000 rpm" in run(*words)
    with pytest.raises(AfterloadError, match="exclude each other"):
        run(*words, "--versus", "iabp")
    with pytest.raises(AfterloadError, match="is for a ramp"):
        run("--patient", "dcm", "--steps", "3")


def test_the_list_is_there_as_json() -> None:
    found = json.loads(run("--list", "--json"))
    assert [one["name"] for one in found["patients"]][:2] == ["normal", "ami-lv-shock"]
    assert found["patients"][1]["targets"]["map"] == 60
    devices = {one["word"]: one for one in found["devices"]}
    options = {one["name"]: one for one in devices["ecls"]["options"]}
    assert (options["flow"]["low"], options["flow"]["high"], options["flow"]["unit"]) == (
        0.3, 8, "L/min",
    )  # fmt: skip
    assert options["pump"]["words"] == ["rotaflow", "centrimag"]
    assert "va-ecmo" in devices["ecls"]["aliases"]
    assert {"name": "map", "label": "Mean arterial pressure", "unit": "mm[Hg]"} in found["indices"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--list", "--patient", "normal"), "--list takes --json alone, not --patient"),
        (("--list", "--out", "there"), "not --out"),
        (("--list", "lv.ees=0.6"), "not a value"),
        (("--list", "--draws", "5"), "not --draws"),
        (("--validate", "--n", "5"), "--validate takes --out and --json alone, not --n"),
        (("--validate", "--seed", "1"), "not --seed"),
        (("--validate", "--event", "60 iabp"), "not --event"),
        (("--patient", "normal", "--seed", "1"), "--seed is for virtual patients: give --n too"),
        (("--patient", "normal", "--spread", "0.3"), "--spread is for virtual patients"),
        (("--patient", "normal", "--ramp", "iabp:volume=20..40", "--draws", "64"), "carry none"),
    ],
)
def test_what_would_be_ignored_is_refused(words: tuple[str, ...], says: str) -> None:
    """The default's own value too: who tells it thinks that it does something."""
    with pytest.raises(InputError, match=re.escape(says)):
        run(*words)


def test_a_folder_that_cannot_be_made_is_told_before_anything_is_computed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def computed(*_: object, **__: object) -> None:
        raise AssertionError("something was computed")

    monkeypatch.setattr("afterload.actions.simulate.run", computed)
    monkeypatch.setattr("afterload.actions.validate.validate", computed)
    (tmp_path / "file").write_text("x")
    below = str(tmp_path / "file" / "out")
    for words in (
        ("--patient", "normal"), ("--validate",), ("--patient", "normal", "--n", "5"),
        ("--patient", "normal", "--ramp", "iabp:volume=20..40"),
        ("--patient", "normal", "--event", "5 iabp"),
    ):  # fmt: skip
        with pytest.raises(InputError, match=r"cannot be made, as .*file is a file"):
            run(*words, "--out", below)
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(InputError, match="there is no right to write into"):
        run("--patient", "normal", "--out", str(tmp_path / "new"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file"]


def test_a_path_that_the_system_refuses_is_the_inputs_fault(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2 as documented, and one sentence; a full disk is no fault of the input."""
    for number, code in (
        (errno.EACCES, 2), (errno.EROFS, 2), (errno.ENAMETOOLONG, 2), (errno.ENOSPC, 1),
    ):  # fmt: skip

        def refused(*_: object, number: int = number, **__: object) -> None:
            raise OSError(number, os.strerror(number), "/some/where")

        monkeypatch.setattr("afterload.report.earlier.check_writable", refused)
        with pytest.raises(SystemExit) as left:
            main(["simulate", "--patient", "normal", "--out", "somewhere"])
        assert left.value.code == code
        told = capsys.readouterr().err
        assert told.startswith(f"Error: cannot read or write '/some/where': {os.strerror(number)}.")
        assert len(told.splitlines()) == 1

"""The command's door: help without loading a room, errors in one piece, exit codes."""

from __future__ import annotations

import json
import subprocess
import sys

import click
import pytest

from afterload.cli import main as door
from afterload.core import errors


def _run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "afterload", *words], capture_output=True, text=True, check=False
    )


def test_help_names_every_verb_and_loads_no_room() -> None:
    code = (
        "import sys, json\n"
        "from afterload.cli.main import main\n"
        "try:\n    main(['--help'])\n"
        "except SystemExit:\n    pass\n"
        "print(json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    *shown, modules = done.stdout.splitlines()
    text = "\n".join(shown)
    for verb in door.VERBS:
        assert f"\n  {verb} " in text
    loaded = set(json.loads(modules))
    heavy = {"numpy", "scipy", "polars", "sqlalchemy", "matplotlib", "docx", "rich", "pandas"}
    assert not loaded & heavy


def test_every_verb_exists_and_says_what_it_does() -> None:
    context = click.Context(door.cli)
    for verb in door.VERBS:
        command = door.cli.get_command(context, verb)
        assert command is not None
        assert command.name == verb
        assert command.help
    assert door.cli.get_command(context, "cure") is None


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.InputError("the value"), 2),
        (errors.RecordError("the record"), 3),
        (errors.Tampered("the chain"), 3),
        (errors.NoConvergence("the fit"), 4),
        (errors.AfterloadError("anything"), 1),
    ],
)
def test_an_error_is_printed_once_and_exits_with_its_code(
    error: errors.AfterloadError,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(**_options: object) -> None:
        raise error

    monkeypatch.setattr(door.cli, "main", fail)
    with pytest.raises(SystemExit) as stopped:
        door.main(["score"])
    assert stopped.value.code == code
    shown = capsys.readouterr()
    assert shown.err == f"Error: {error}\n"
    assert shown.out == ""


def test_an_unknown_verb_exits_2_with_one_sentence() -> None:
    done = _run("cure")
    assert done.returncode == 2
    assert "No such command 'cure'" in done.stderr
    assert "Traceback" not in done.stderr


def test_bad_input_of_a_verb_exits_2_without_a_traceback() -> None:
    done = _run("score", "save", "age=old")
    assert done.returncode == 2
    assert done.stderr.startswith("Error: ")
    assert "Traceback" not in done.stderr

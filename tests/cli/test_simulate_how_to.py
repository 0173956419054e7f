"""The how-to page on simulating a patient does what it says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from afterload.cli.main import cli

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "simulate-a-patient.md"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)


def commands() -> list[str]:
    return [line for block in blocks("sh") for line in block.splitlines() if line.strip()]


def test_there_are_commands() -> None:
    assert len(commands()) > 10


@pytest.mark.parametrize("line", commands())
def test_every_command_runs(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in zip(("seven.toml", "weaning.toml"), blocks("toml"), strict=True):
        (tmp_path / name).write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    words = shlex.split(line)
    assert words.pop(0) == "afterload"
    result = CliRunner().invoke(cli, words, env={"COLUMNS": "100"})
    assert result.exit_code == 0, (line, result.output, result.exception)
    assert result.stdout.strip()
    if "--out" in words:
        assert (tmp_path / words[words.index("--out") + 1] / "index.html").exists()


@pytest.mark.parametrize("code", blocks("python"))
def test_the_python_runs(code: str) -> None:
    exec(compile(code, str(PAGE), "exec"), {})

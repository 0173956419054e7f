"""Every command explains itself, and the documentation names only what exists."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import click
import pytest


def commands(pages: ModuleType) -> dict[str, click.Command]:
    return dict(pages.commands())


def test_every_command_and_option_has_help(pages: ModuleType) -> None:
    for name, command in commands(pages).items():
        assert command.help, f"{name} has no help"
        for option in command.params:
            if isinstance(option, click.Option) and not option.hidden:
                assert option.help, f"{name} {option.opts[0]} has no help"


def test_every_command_has_a_section_in_the_documentation(pages: ModuleType) -> None:
    page = pages.command_line()
    for name in commands(pages):
        assert re.search(rf"^#+ {re.escape(name)}$", page, flags=re.MULTILINE), name


def test_every_verb_is_shown_in_the_readme(pages: ModuleType, root: Path) -> None:
    readme = (root / "README.md").read_text("utf-8")
    for name in commands(pages):
        verb = " ".join(name.split()[:2])
        assert verb in readme, f"README.md does not show `{verb}`"


def shown(root: Path) -> Iterator[tuple[str, str]]:
    """Every `afterload ...` line of a shell block in the README and the docs."""
    for path in (root / "README.md", *sorted((root / "docs").rglob("*.md"))):
        for block in re.findall(r"```sh\n(.*?)```", path.read_text("utf-8"), flags=re.DOTALL):
            for line in block.replace("\\\n", " ").splitlines():
                if line.strip().startswith("afterload "):
                    yield str(path.relative_to(root)), line.strip()


def test_the_documentation_shows_only_commands_that_exist(pages: ModuleType, root: Path) -> None:
    known = commands(pages)
    lines = list(shown(root))
    assert len(lines) > 15
    for place, line in lines:
        words = shlex.split(line, comments=True)
        name = words.pop(0)
        while words and f"{name} {words[0]}" in known:
            name = f"{name} {words.pop(0)}"
        command = known[name]
        context = click.Context(command, info_name=name)
        options = {opt for param in command.get_params(context) for opt in param.opts}
        options |= {"--version"} if name == "afterload" else set()
        if isinstance(command, click.Group) and words and not words[0].startswith("-"):
            pytest.fail(f"{place}: `{line}`: {name} has no command {words[0]!r}")
        for word in words:
            if word.startswith("--"):
                assert word.partition("=")[0] in options, f"{place}: `{line}`: no {word}"

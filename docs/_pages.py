"""Pages the documentation makes of the package itself, so that they cannot fall behind it.

reference/command-line.md is the help of every command, reference/vocabulary.md the vocabulary,
reference/simulation.md what the simulator takes and tells, reference/scores/ a page for every
score, decisions/index.md the list of decision notes.
MkDocs calls `on_files` (see `hooks` in mkdocs.yml).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

DECISIONS = Path(__file__).parent / "decisions"


def on_files(files: Any, config: Any) -> Any:
    """Add the generated pages to those found in docs/."""
    from mkdocs.structure.files import File

    for name, content in pages().items():
        files.append(File.generated(config, name, content=content))
    return files


def pages() -> dict[str, str]:
    """The generated pages, by their place under docs/."""
    from afterload.actions.score import catalogue
    from afterload.actions.simulate_patient import presets
    from afterload.core.vocabulary import standard
    from afterload.hemodynamics.device import DEVICES
    from afterload.report.score_page import index_markdown, score_markdown, slots_markdown
    from afterload.report.sim_reference import simulation_markdown
    from afterload.report.vocabulary_page import vocabulary_markdown
    from afterload.scores import ALL
    from afterload.scores.slots import SLOTS

    scores = {f"reference/scores/{name}.md": score_markdown(one) for name, one in ALL.items()}
    return {
        "reference/scores/index.md": index_markdown(catalogue()),
        "reference/scores/slots.md": slots_markdown(SLOTS.values()),
        **scores,
        "reference/command-line.md": command_line(),
        "reference/vocabulary.md": vocabulary_markdown(standard()),
        "reference/simulation.md": simulation_markdown(presets(), DEVICES),
        "decisions/index.md": decisions(),
    }


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command by its full name, "afterload record import", groups before their members."""
    from afterload.cli.main import cli

    yield from _walk("afterload", cli)


def command_line() -> str:
    """The help of every command, as one page."""
    parts = [
        "# Command line\n\n"
        "Every command prints this help with `--help`. `REG` is a registry: the path of a SQLite\n"
        "file, or the URL of a database; `AFTERLOAD_REGISTRY` is its default.\n\n"
        "Exit codes: 0 done, 2 the input is at fault (a folder that cannot be written too), 3 the\n"
        "registry refuses, 4 a computation did not settle, 1 the machine fails (a full disk), 130\n"
        "stopped by Ctrl-C.\n"
    ]
    for name, command in commands():
        level = "#" * min(1 + len(name.split()), 4)
        shown = command.get_help(click.Context(command, info_name=name, max_content_width=90))
        parts.append(f"{level} {name}\n\n```text\n{click.unstyle(shown)}\n```\n")
    return "\n".join(parts)


def decisions() -> str:
    """The list of decision notes, each by its own title."""
    lines = ["# Decisions\n", "One note per choice that cost thought: what was chosen, and why.\n"]
    for path in sorted(DECISIONS.glob("[0-9]*.md")):
        title = path.read_text("utf-8").splitlines()[0].removeprefix("#").strip()
        lines.append(f"- [{title}]({path.name})")
    return "\n".join(lines) + "\n"


def _walk(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=name)
        for member in command.list_commands(context):
            found = command.get_command(context, member)
            if found is not None and not found.hidden:
                yield from _walk(f"{name} {member}", found)

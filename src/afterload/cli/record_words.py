"""What the commands of `record` share: which registry, who, when, and where to print."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from afterload.core.errors import BadCells, InputError

if TYPE_CHECKING:
    from datetime import datetime

    from rich.console import Console

    from afterload.registry.store import Registry

REGISTRY_SUFFIXES = (".db", ".sqlite", ".sqlite3", ".registry")
_MAGIC = b"SQLite format 3\x00"


def looks_like_registry(word: str) -> bool:
    """Whether a word is the place of a registry: a URL, a name ending in .db, or an SQLite file."""
    if "://" in word or Path(word).suffix.lower() in REGISTRY_SUFFIXES:
        return True
    path = Path(word)
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        return stream.read(len(_MAGIC)) == _MAGIC


def split_registry(words: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The registry and the other words of a command.

    The first word is the registry if it looks like one, or if AFTERLOAD_REGISTRY is not set.

    Raises:
        InputError: No registry is told.
    """
    default = os.environ.get("AFTERLOAD_REGISTRY", "")
    if words and (looks_like_registry(words[0]) or not default):
        return words[0], words[1:]
    if default:
        return default, words
    raise InputError("Which registry? Give its path or URL first, or set AFTERLOAD_REGISTRY.")


who_option = click.option(
    "--who", metavar="NAME", envvar="AFTERLOAD_WHO", help="Who does it. Default: your user name."
)


def writes(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options of commands that write rows: who does it and why."""
    return who_option(click.option("--why", metavar="TEXT", help="For what reason.")(command))


def who_is(name: str | None) -> str:
    """The name given, else the user's name.

    Raises:
        InputError: Nobody can be told.
    """
    import getpass

    if name:
        return name
    try:
        return os.environ.get("USER") or getpass.getuser()
    except (KeyError, OSError):
        raise InputError("Say who you are with --who NAME.") from None


def now() -> datetime:
    """This moment in universal time."""
    from datetime import UTC, datetime

    return datetime.now(UTC).replace(tzinfo=None)


def console() -> Console:
    """The terminal; into a pipe nothing is cut to its width."""
    from afterload.cli.terminal import terminal

    screen = terminal()
    return screen if screen.is_terminal else terminal(200)


def open_it(where: str) -> Registry:
    """Open a registry that exists."""
    from afterload.actions import record as verb

    return verb.open_registry(where)


def the_one(words: tuple[str, ...], what: str) -> str:
    """The one word there should be.

    Raises:
        InputError: There are none or several.
    """
    if len(words) != 1:
        raise InputError(f"Give exactly one {what}.")
    return words[0]


def as_json(value: Any) -> str:
    """A value as JSON; times become text."""
    return json.dumps(value, indent=2, ensure_ascii=False, default=str)


def reason_of(why: str | None) -> str:
    """The reason given.

    Raises:
        InputError: None was given.
    """
    if not why:
        raise InputError("Say why with --why TEXT: the history keeps it.")
    return why


def refuse_taken(path: Path) -> None:
    """Refuse a place for a new file that is taken, or that does not exist.

    Raises:
        InputError: As said.
    """
    if path.exists():
        raise InputError(f"{path} is there already. Name a new file for --bad-cells.")
    if not path.parent.is_dir():
        raise InputError(
            f"The folder {str(path.parent)!r} does not exist. Create it before --bad-cells {path}."
        )


def write_bad_cells(error: BadCells, path: Path) -> None:
    """Write every cell that cannot be imported to a new CSV file, for whoever corrects them."""
    import csv

    with path.open("x", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(("file", "row", "column", "value", "allowed"))
        for cell in error.cells:
            writer.writerow((cell.file, cell.row or "", cell.column, cell.value, cell.allowed))

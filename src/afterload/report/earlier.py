"""A folder for results: what an earlier run of ours left there may be replaced, else nothing."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from afterload.core.errors import InputError


def earlier_files(out: Path, index: str, schema: str, what: str) -> list[str]:
    """The files of an earlier run in a folder, which may be replaced.

    Args:
        out: The folder; it need not be there.
        index: The file that lists them, as JSON with "schema" and "files".
        schema: The schema by which our own is known.
        what: What the folder holds, in a word: "report", "simulation".

    Raises:
        InputError: The folder is a file, cannot be written, or holds something else.
    """
    check_writable(out)
    if not out.exists():
        return []
    if not out.is_dir():
        raise InputError(f"{out} is a file, not a folder. Choose another folder for the {what}.")
    if not any(out.iterdir()):
        return []
    try:
        told = json.loads((out / index).read_text(encoding="utf-8"))
        ours = told.get("schema") == schema
        names = [str(name) for name in told.get("files", [])]
    except (OSError, ValueError, AttributeError):
        ours, names = False, []
    if not ours:
        raise InputError(
            f"The folder {out} is not empty and holds no earlier {what}, so nothing was written. "
            "Choose a new or an empty folder."
        )
    return [name for name in names if inside(out, name)]


def check_writable(out: Path) -> None:
    """Refuse a folder that cannot be made or written, before anything is computed for it.

    Raises:
        InputError: It cannot.
    """
    whole = out.absolute()
    there = next(path for path in (whole, *whole.parents) if path.exists())
    if there != whole and not there.is_dir():
        raise InputError(f"{out} cannot be made, as {there} is a file. Choose another folder.")
    if there.is_dir() and not os.access(there, os.W_OK | os.X_OK):
        raise InputError(
            f"{out} cannot be written: there is no right to write into {there}. Choose another "
            "folder, or change its rights."
        )


def inside(out: Path, name: str) -> bool:
    """Whether a file of that name stays inside the folder."""
    return (out / name).resolve().is_relative_to(out.resolve())


def check_inside(out: Path, names: Iterable[str]) -> None:
    """Refuse files that a link in the folder would put elsewhere, before anything is replaced.

    Raises:
        InputError: One would lie outside the folder.
    """
    for name in names:
        if not inside(out, name):
            raise InputError(
                f"The file {name} would lie outside the folder {out}, so nothing was written. "
                "Check that no folder in it is a link to elsewhere."
            )


def put(out: Path, files: Mapping[str, bytes], old: Iterable[str]) -> list[Path]:
    """Write files into a folder in place of those of an earlier run.

    Args:
        out: The folder; made if it is not there.
        files: What to write, by name within the folder.
        old: Names of files to remove first, as `earlier_files` tells.

    Raises:
        InputError: A file would lie outside the folder; nothing is removed or written then.
    """
    check_inside(out, files)
    for name in old:
        (out / name).unlink(missing_ok=True)
    for name, content in files.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_bytes(content)
    return [out / name for name in files]

"""What a file of a patient or of a course tells: TOML or JSON, with keys that mean something."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

from afterload.core.errors import InputError, UnknownName


def read_told(path: Path, whose: str, keys: tuple[str, ...]) -> dict[str, Any]:
    """What a file holds, by key.

    Args:
        path: The file; JSON if its name ends so, else TOML.
        whose: Of what it tells, in a word: "patient", "course".
        keys: What it can hold.

    Raises:
        UnknownName: A key that means nothing.
        InputError: It cannot be read, or holds something else.
    """
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError:
        raise InputError(f"The {whose}'s file {str(path)!r} is no text. Check the file.") from None
    except OSError as why:
        raise InputError(
            f"The {whose}'s file {str(path)!r} cannot be read: {why.strerror}. Check its path."
        ) from None
    kind = "JSON" if path.suffix.lower() == ".json" else "TOML"
    try:
        held = json.loads(text) if kind == "JSON" else tomllib.loads(text)
    except ValueError as why:
        raise InputError(f"{path} is no {kind}: {why}.") from None
    if not isinstance(held, dict):
        raise InputError(f"{path} holds no table of {', '.join(keys)}.")
    for key in held:
        if key not in keys:
            raise UnknownName(f"key of a {whose}'s file ({', '.join(keys)})", key, keys)
    return held

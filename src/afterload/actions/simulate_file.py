"""A patient's file: TOML or JSON with a name, a base, parameters and measurements."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from afterload.core.errors import InputError, UnknownName

KEYS = ("name", "base", "parameters", "measured", "measured_on")
"""What a patient's file can hold."""


def is_file(text: str) -> bool:
    """Whether a word is meant as a file, not as a preset."""
    return text.lower().endswith((".toml", ".json")) or "/" in text or "\\" in text


def read_file(path: Path) -> dict[str, Any]:
    """What a patient's file holds; parameters and measurements are there, if empty.

    Raises:
        UnknownName: A key that means nothing.
        InputError: It cannot be read, holds something else, or nothing of a patient.
    """
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError:
        raise InputError(f"The patient's file {str(path)!r} is no text. Check the file.") from None
    except OSError as why:
        raise InputError(
            f"The patient's file {str(path)!r} cannot be read: {why.strerror}. Check its path."
        ) from None
    kind = "JSON" if path.suffix.lower() == ".json" else "TOML"
    try:
        held = json.loads(text) if kind == "JSON" else tomllib.loads(text)
    except ValueError as why:
        raise InputError(f"{path} is no {kind}: {why}.") from None
    if not isinstance(held, dict):
        raise InputError(f"{path} holds no table of {', '.join(KEYS)}.")
    for key in held:
        if key not in KEYS:
            raise UnknownName(f"key of a patient's file ({', '.join(KEYS)})", key, KEYS)
    for key, example in (("parameters", '"lv.ees" = 0.6'), ("measured", "map = 62")):
        if not isinstance(held.get(key, {}), dict):
            raise InputError(f"{path}: {key} is no table, as [{key}] {example}.")
    if not any(held.get(key) for key in ("base", "parameters", "measured")):
        raise InputError(
            f"{path} tells nothing of the patient. Give it [measured] map = 62, [parameters] "
            '"lv.ees" = 0.6, or base = "normal".'
        )
    words = held.get("measured_on", [])
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise InputError(f'{path}: measured_on is no list of devices, as ["iabp"].')
    return {
        **held,
        "parameters": _flat(held.get("parameters", {})),
        "measured": dict(held.get("measured", {})),
    }


def _flat(table: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Parameters by full name; TOML reads lv.ees = 1 as a table in a table."""
    found: dict[str, Any] = {}
    for name, value in table.items():
        whole = f"{prefix}{name}"
        found |= _flat(value, f"{whole}.") if isinstance(value, Mapping) else {whole: value}
    return found

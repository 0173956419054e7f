"""A patient's file: TOML or JSON with a name, a base, parameters and measurements."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from afterload.actions.simulate_told import read_told
from afterload.core.errors import InputError

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
    held = read_told(path, "patient", KEYS)
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

"""A course's file: TOML or JSON with events, the devices at the begin, and how long it lasts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from afterload.actions.simulate_told import read_told
from afterload.core.errors import InputError

KEYS = ("name", "duration", "devices", "events")
"""What a course's file can hold."""


@dataclass(frozen=True, slots=True)
class CourseFile:
    """What a course's file holds.

    Args:
        name: What it is called; "" for nothing.
        duration: How long it lasts, as it was told; "" where it was not.
        devices: What runs from the begin.
        events: What is done, each as `--event` takes it.
    """

    name: str
    duration: str
    devices: tuple[str, ...]
    events: tuple[str, ...]


def read_course(path: Path) -> CourseFile:
    """What a course's file holds.

    Raises:
        UnknownName: A key that means nothing.
        InputError: It cannot be read, or holds something else.
    """
    held = read_told(path, "course", KEYS)
    found: dict[str, tuple[str, ...]] = {}
    for key, example in (("devices", '["iabp"]'), ("events", '["60 ecls:flow=4"]')):
        words = held.get(key, [])
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            raise InputError(f"{path}: {key} is no list of texts, as {key} = {example}.")
        found[key] = tuple(words)
    if not found["events"]:
        raise InputError(f'{path} tells no events. Write events = ["60 ecls:flow=4", ...].')
    duration = held.get("duration", "")
    if isinstance(duration, bool) or not isinstance(duration, str | int | float):
        raise InputError(f'{path}: duration is no time, as duration = 900 or "15 min".')
    return CourseFile(str(held.get("name", "")), str(duration), found["devices"], found["events"])

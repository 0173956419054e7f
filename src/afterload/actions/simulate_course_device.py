"""Devices in the course of time: what runs, at what it runs, and the way to another setting."""

from __future__ import annotations

from afterload.core.errors import InputError
from afterload.hemodynamics.course import (
    DRIVES,
    DeviceAct,
    Running,
    Told,
    made,
    offer_of,
)
from afterload.hemodynamics.device import AbstractDevice, parse_device

_SET = {"flow": "flow", "level": "level", "rpm": "speed", "": "setting"}


def running(words: str, device: AbstractDevice) -> Running:
    """A device that runs from the begin."""
    word, *parts = words.split(":")
    texts = {}
    for part in parts:
        name, _, value = part.partition("=")
        texts[name.strip().lower()] = value.strip()
    offer = offer_of(word.strip())
    known = offer.word if offer is not None and not word.endswith(".py") else word.strip()
    return Running(known, texts, device)


def told_otherwise(told: Told, act: DeviceAct, before: Running | None) -> Running:
    """A device switched on, or one that runs set to something else.

    Options that are not told stay as they were; of flow, level and speed one replaces the other.

    Raises:
        UnknownName, InputError: It cannot be set so.
    """
    texts = dict(act.texts)
    if len(texts) < len(act.texts):
        raise InputError(f"{event(told)}: an option stands twice. Give it once.")
    if before is not None:
        if not texts:
            raise InputError(
                f"{act.word} runs already at {told.time:g} s. Tell what changes, as "
                f"{act.word}:{_option(act.word)}=VALUE."
            )
        if parse_device(before.words) != before.device:
            raise InputError(
                f"{act.word} runs from the begin with options that were not told in words, so that "
                f"they cannot be changed. Tell it as --device {act.word}:OPTION=VALUE."
            )
        dropped = DRIVES if any(name in DRIVES for name in texts) else ()
        kept = {name: text for name, text in before.texts.items() if name not in dropped}
        texts = {**kept, **texts}
    after = made(act.word, texts)
    if told.over:
        _check_way(told, act, before, after)
    return after


def _option(word: str) -> str:
    offer = offer_of(word)
    return offer.options[0].name if offer and offer.options else "OPTION"


def _check_way(told: Told, act: DeviceAct, before: Running | None, after: Running) -> None:
    """Refuse a change over time that is no way from one setting to another."""
    if after.device.slot == "balloon":
        return
    if before is None:
        if after.kind != "flow":
            raise InputError(
                f"{event(told)}: {act.word} is switched on at once. Leave 'over' out"
                + (", or give the flow that it comes to." if after.kind else ".")
            )
        return
    others = [name for name, _ in act.texts if name not in DRIVES]
    if others:
        raise InputError(
            f"{event(told)}: {others[0]} of {act.word} is changed at once. Give it an event of its "
            "own without 'over'."
        )
    if before.kind != after.kind:
        raise InputError(
            f"{event(told)}: {act.word} runs at a {_SET[before.kind]} then, and there is no way "
            f"from it to a {_SET[after.kind]}. Set the {_SET[after.kind]} first, without 'over'."
        )


def event(told: Told) -> str:
    """An event as errors name it."""
    return f"The event {told.text!r}"

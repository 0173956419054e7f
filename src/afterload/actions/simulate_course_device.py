"""Devices in the course of time: what runs, at what it runs, and the way to another setting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from afterload.actions.simulate_course_word import (
    BloodAct,
    ChangeAct,
    DeviceAct,
    OffAct,
    Told,
    offer_of,
)
from afterload.core.errors import InputError
from afterload.hemodynamics.device import AbstractDevice, parse_device
from afterload.hemodynamics.device.drive import Drive
from afterload.hemodynamics.device.option import Word

DRIVES = ("flow", "level", "rpm")
"""Options of which one at a time sets the speed of a pump."""

Kind = Literal["flow", "level", "rpm", ""]
_SET = {"flow": "flow", "level": "level", "rpm": "speed", "": "setting"}


@dataclass(frozen=True, slots=True)
class Running:
    """A device that runs.

    Args:
        word: Its word, or the file that it comes from.
        texts: Its options as they were told.
        device: It.
    """

    word: str
    texts: Mapping[str, str]
    device: AbstractDevice

    @property
    def words(self) -> str:
        """It with its options, as it would be asked for."""
        return words_of(self.word, self.texts)

    @property
    def drive(self) -> Drive | None:
        """What a pump is driven by."""
        found = getattr(self.device, "drive", None)
        return found if isinstance(found, Drive) else None

    @property
    def kind(self) -> Kind:
        """Whether a pump runs at a flow, a level or a speed; "" for what is no pump."""
        if self.drive is None:
            return ""
        if self.drive.target is not None:
            return "flow"
        return "level" if self.drive.level else "rpm"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is done.

    Args:
        told: The event it belongs to.
        act: What was told of it.
        before: The device as it ran before; None where it did not, or for no device.
        after: The device as it runs then.
    """

    told: Told
    act: DeviceAct | OffAct | ChangeAct | BloodAct
    before: Running | None = None
    after: Running | None = None


def words_of(word: str, texts: Mapping[str, str]) -> str:
    """A device as it is asked for."""
    return ":".join((word, *(f"{name}={text}" for name, text in texts.items())))


def made(word: str, texts: Mapping[str, str]) -> Running:
    """A device of some options.

    Raises:
        UnknownName, InputError: There is no such device or option.
    """
    return Running(word, texts, parse_device(words_of(word, texts)))


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


def levels(step: Step) -> list[tuple[float, Running]]:
    """The levels of a pump on the way to another: the first at once, the last at the end.

    Returns:
        When each begins, s, and the pump at it.
    """
    before, after = step.before, step.after
    assert before is not None
    assert after is not None
    assert before.drive is not None
    assert after.drive is not None
    offer = offer_of(after.word)
    kinds = [one for one in offer.options if isinstance(one, Word)] if offer else []
    words = kinds[0].words if kinds else ()
    first, last = words.index(before.drive.level), words.index(after.drive.level)
    way = 1 if last > first else -1
    places = range(first + way, last + way, way) if first != last else range(0)
    pause = step.told.over / max(1, len(places) - 1)
    return [
        (step.told.time + k * pause, made(after.word, {**after.texts, "level": words[place]}))
        for k, place in enumerate(places)
    ]


def event(told: Told) -> str:
    """An event as errors name it."""
    return f"The event {told.text!r}"

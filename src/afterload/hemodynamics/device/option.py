"""What a user can set on a device: numbers within limits, yes or no, one of some words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, final

from afterload.core.errors import InputError, UnknownName

Choices = Mapping[str, Any]
"""What was set, by name of the option; what was not set is absent."""


class Option(Protocol):
    """Something a user can set."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def help(self) -> str:
        """What it sets, in words, and within which limits."""

    def read(self, word: str, text: str) -> Any:
        """Its value from text.

        Raises:
            InputError: The text is no such value.
        """


@final
@dataclass(frozen=True, slots=True)
class Number:
    """A number within limits that physiology or the device sets.

    Args:
        name: Its name.
        unit: Its unit, as printed.
        low, high: The smallest and largest value allowed.
        about: What it sets.
        whole: Whether it is a whole number.
    """

    name: str
    unit: str
    low: float
    high: float
    about: str
    whole: bool = False

    @property
    def help(self) -> str:
        """What it sets, and its limits."""
        return f"{self.about}, {self.low:g} to {self.high:g} {self.unit}".rstrip()

    def read(self, word: str, text: str) -> float:
        """The number.

        Raises:
            InputError: It is no number, or outside the limits.
        """
        allowed = f"{self.low:g} to {self.high:g} {self.unit}".rstrip()
        try:
            value = float(text)
        except ValueError:
            raise InputError(
                f"{word}: {self.name}={text!r} is no number. Write {self.name}=NUMBER with a "
                f"decimal point, {allowed}."
            ) from None
        if self.whole and not value.is_integer():
            raise InputError(
                f"{word}: {self.name} = {value:g} is no whole number from {allowed} "
                f"({self.about.lower()}). Check it."
            )
        if not math.isfinite(value) or not self.low <= value <= self.high:
            raise InputError(
                f"{word}: {self.name} = {value:g} {self.unit}".rstrip()
                + f" is outside {allowed} ({self.about.lower()}). Check value and unit."
            )
        return value


@final
@dataclass(frozen=True, slots=True)
class YesNo:
    """Something that is there or not."""

    name: str
    about: str

    @property
    def help(self) -> str:
        """What it sets."""
        return f"{self.about}, yes or no"

    def read(self, word: str, text: str) -> bool:
        """Whether it is there.

        Raises:
            InputError: Neither yes nor no.
        """
        if text.lower() not in ("yes", "no"):
            raise InputError(f"{word}: {self.name}={text!r} is neither yes nor no.")
        return text.lower() == "yes"


@final
@dataclass(frozen=True, slots=True)
class Word:
    """A word that the device itself knows how to read, as a level of a pump.

    Args:
        name: Its name.
        about: What it sets.
        words: Every word it takes, in their order.
    """

    name: str
    about: str
    words: tuple[str, ...] = ()

    @property
    def help(self) -> str:
        """What it sets."""
        return self.about

    def read(self, word: str, text: str) -> str:
        """The word as it is."""
        if not text:
            raise InputError(f"{word}: {self.name}= has no value.")
        return text


@final
@dataclass(frozen=True, slots=True)
class OneOf:
    """One of some words, as the make of a pump.

    Args:
        name: Its name.
        about: What it sets.
        words: Every word it takes.
    """

    name: str
    about: str
    words: tuple[str, ...]

    @property
    def help(self) -> str:
        """What it sets, and the words."""
        return f"{self.about}: {', '.join(self.words)}"

    def read(self, word: str, text: str) -> str:
        """The word.

        Raises:
            UnknownName: Another one.
        """
        if text.lower() not in self.words:
            known = ", ".join(self.words)
            raise UnknownName(f"{self.name} of {word} ({known})", text, self.words)
        return text.lower()


def choices(word: str, texts: Mapping[str, str], options: tuple[Option, ...]) -> dict[str, Any]:
    """What was set, read and checked.

    Args:
        word: The device.
        texts: What was written, by option.
        options: What the device can be told.

    Raises:
        UnknownName: An option the device does not have.
        InputError: A value that is none.
    """
    known = {option.name: option for option in options}
    found: dict[str, Any] = {}
    for name, text in texts.items():
        if name not in known:
            if name == "level" and "rpm" in known:
                raise InputError(f"{word} has no levels; give rpm= or flow= instead.")
            raise UnknownName(
                f"option of {word} ({', '.join(known) or 'it has none'})", name, known
            )
        found[name] = known[name].read(word, text)
    return found

"""A device as it is offered to the user: a word, its options, and how it is made of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import final

from afterload.hemodynamics.device.base import AbstractDevice
from afterload.hemodynamics.device.option import Choices, Option


@final
@dataclass(frozen=True, slots=True)
class Offer:
    """A device that can be asked for.

    Args:
        word: Its word on the command line.
        title: What it is, in words.
        options: What a user can set.
        make: The device from what was set; what was not set takes its usual value.
        aliases: Other words for it.
    """

    word: str
    title: str
    options: tuple[Option, ...]
    make: Callable[[Choices], AbstractDevice]
    aliases: tuple[str, ...] = ()

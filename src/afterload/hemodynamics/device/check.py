"""Whether a device is whole: every number named, sourced, finite, and in its place."""

from __future__ import annotations

import math
from collections.abc import Mapping

from afterload.core.errors import InputError, UnknownName
from afterload.hemodynamics.device.base import SLOTS, AbstractDevice, Settings
from afterload.hemodynamics.device.offer import Offer

SET_BY_THE_USER = ("on", "n")
"""Parameters that need no source."""


def check_device(device: AbstractDevice) -> None:
    """A device that can be put into the circulation and says where its numbers come from.

    Raises:
        UnknownName: It takes a place that there is not.
        InputError: A parameter is missing, foreign, not finite, or has no source.
    """
    from afterload.hemodynamics.body import BODY

    if device.slot not in SLOTS:
        raise UnknownName(f"place for a device ({', '.join(SLOTS)})", device.slot, SLOTS)
    prefix = SLOTS[device.slot].prefix
    wanted = {name for name in BODY.parameters if name.startswith(prefix)}
    found = device.settings()
    _same(device.word, wanted, set(found.parameters))
    for name, value in found.parameters.items():
        if not math.isfinite(value):
            raise InputError(f"{device.word}: {name} = {value} is not finite.")
        user = name.rsplit(".", 1)[-1] in SET_BY_THE_USER
        if not user and not found.sources.get(name):
            raise InputError(f"{device.word}: {name} has no source.")
    _sources(device.word, found)
    for group in SLOTS[device.slot].shares:
        total = sum(v for name, v in found.parameters.items() if name.startswith(group))
        if not math.isclose(total, 1.0, abs_tol=1e-12):
            raise InputError(f"{device.word}: the shares {group}... add up to {total:g}, not 1.")


def join(known: Mapping[str, Offer], offer: Offer) -> dict[str, Offer]:
    """The devices with one more, once it is checked.

    Raises:
        InputError: A word or alias of it is taken, or it is not whole.
    """
    taken = {word for other in known.values() for word in (other.word, *other.aliases)}
    twice = taken & {offer.word, *offer.aliases}
    if twice:
        raise InputError(f"The device word {min(twice)!r} is taken. Choose another one.")
    device = offer.make({})
    check_device(device)
    if device.word != offer.word:
        raise InputError(f"The device {offer.word!r} calls itself {device.word!r}.")
    return {**known, offer.word: offer}


def _same(word: str, wanted: set[str], found: set[str]) -> None:
    if wanted - found:
        raise InputError(f"{word}: {min(wanted - found)} is missing.")
    if found - wanted:
        raise InputError(f"{word}: {min(found - wanted)} is no parameter of its place.")


def _sources(word: str, found: Settings) -> None:
    for name, sources in found.sources.items():
        for source in sources:
            if not source.citation or not source.place or source.confidence == "U":
                raise InputError(f"{word}: a source of {name} has no place or no confidence.")
    for band in found.bands:
        if band.parameter not in found.sources or not 0.0 < band.sd < 2.0:
            raise InputError(f"{word}: the band on {band.parameter} fits no number of it.")

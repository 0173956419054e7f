"""Devices from words, as "impella-cp:level=P6", and a device of your own from its file."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path

from afterload.core.errors import InputError, UnknownName
from afterload.hemodynamics.device.base import AbstractDevice
from afterload.hemodynamics.device.check import check_device
from afterload.hemodynamics.device.offer import Offer
from afterload.hemodynamics.device.option import choices


def parse_device(text: str, known: Mapping[str, Offer] | None = None) -> AbstractDevice:
    """A device from its word and options.

    Args:
        text: "WORD" or "WORD:OPTION=VALUE:OPTION=VALUE"; for WORD also the path of a Python file
            that defines `DEVICE`, an `Offer`.
        known: Devices by word; the shipped ones by default.

    Raises:
        UnknownName: No such device or option; the message offers the closest ones.
        InputError: A value that is none, or options that exclude each other.

    Example:
        >>> parse_device("impella-cp:level=P6").word
        'impella-cp'
    """
    if known is None:
        from afterload.hemodynamics.device import DEVICES

        known = DEVICES
    word, *parts = text.strip().split(":")
    word = word.strip()
    offer = find_offer(word, known)
    texts: dict[str, str] = {}
    for part in parts:
        name, equals, value = part.partition("=")
        name = name.strip().lower()
        if "ratio" in texts and part.strip().isdigit():
            raise InputError(
                f"{offer.word}: ratio is told as one number. Write ratio={part.strip()} for "
                f"{texts['ratio']}:{part.strip()}."
            )
        if not equals or not name or not value.strip():
            raise InputError(
                f"{offer.word}: {part!r} is no option. Write {offer.word}:OPTION=VALUE, several "
                f"joined by ':'; it has {', '.join(o.name for o in offer.options)}."
            )
        if name in texts:
            raise InputError(f"{offer.word}: the option {name!r} stands twice. Give it once.")
        texts[name] = value.strip()
    return offer.make(choices(offer.word, texts, offer.options))


def load_offer(path: str) -> Offer:
    """A device of the user's own, from a Python file that defines `DEVICE`.

    Raises:
        InputError: There is no such file, or no device in it, or not a whole one.
    """
    file = Path(path)
    spec = importlib.util.spec_from_file_location(f"afterload_device_{file.stem}", file)
    if not file.is_file() or spec is None or spec.loader is None:
        raise InputError(f"There is no device file {path!r}. Check its path.")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except (SyntaxError, ImportError, NameError, AttributeError, TypeError, ValueError) as why:
        raise InputError(f"{path} cannot be run as Python: {why}.") from why
    offer = getattr(module, "DEVICE", None)
    if not isinstance(offer, Offer):
        raise InputError(f"{path}: the file defines no DEVICE, an Offer; see Add a device.")
    check_device(offer.make({}))
    return offer


def find_offer(word: str, known: Mapping[str, Offer]) -> Offer:
    """A device by its word, another word for it, or the path of its Python file.

    Raises:
        UnknownName: No such device; the message offers the closest ones.
        InputError: The file holds none.
    """
    if word.endswith(".py"):
        return load_offer(word)
    aliases = {alias: offer for offer in known.values() for alias in offer.aliases}
    found = known.get(word.lower()) or aliases.get(word.lower())
    if found is None:
        word = word.lower()
        near = known if get_close_matches(word, known, cutoff=0.5) else [*known, *aliases]
        raise UnknownName("device", word, near, f"There are {', '.join(known)}.")
    return found

"""What is done to a patient over time, read from words as "400 ecls:flow=1 over 10 min"."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence

from afterload.core.errors import InputError, UnknownName
from afterload.hemodynamics.course import (
    QUANTITIES,
    Act,
    BloodAct,
    ChangeAct,
    DeviceAct,
    DrugAct,
    OffAct,
    Told,
    Way,
    offer_of,
)
from afterload.hemodynamics.device import DEVICES
from afterload.hemodynamics.drug import DRUGS, NOT_OFFERED
from afterload.hemodynamics.patient.value import settable

EXAMPLE = "60 ecls:flow=4, 5 min volume=+500 over 120, or 500 off ecls"

SECONDS = {"s": 1.0, "sec": 1.0, "min": 60.0, "h": 3600.0}
"""Seconds in units of time; other ways to write them are in `_UNITS`."""

_UNITS = {
    "second": "s", "seconds": "s", "secs": "s", "minute": "min", "minutes": "min", "mins": "min",
    "hour": "h", "hours": "h",
}  # fmt: skip

OTHER_DRUGS = (
    f"Of drugs {' and '.join(DRUGS)} can be told by dose, as {next(iter(DRUGS))}=5; others by what "
    "they do, as svr=x1.2, ees=x1.3 or hr=+10."
)
VOLUME = "volume"
"""The word for blood or fluid, given (+) or lost (-)."""


def read_event(text: str) -> Told:
    """An event from words.

    Args:
        text: "TIME WHAT [WHAT ...] [over TIME] [# NOTE]". TIME is in s, or "10 min", "1 h". WHAT is
            a device as `--device` takes it, "off DEVICE", a drug by its dose as "dobutamine=5",
            "off dobutamine", "volume=+500" (mL), or a change of the patient: "hr=+10", "svr=x1.2",
            "lv.ees=0.8".

    Raises:
        UnknownName: A word that nothing is called by.
        InputError: It cannot be read.

    Example:
        >>> read_event("5 min volume=+500 over 2 min # gelatin").over
        120.0
    """
    whole, _, note = text.partition("#")
    words = whole.split()
    time, rest = _time(words, text, "does not begin with its time")
    over = 0.0
    if "over" in rest:
        place = rest.index("over")
        over, more = _time(rest[place + 1 :], text, "tells no time after 'over'")
        if more:
            raise InputError(f"{_event(text)}: {more[0]!r} stands after 'over'. Put it before it.")
        if over == 0:
            raise InputError(f"{_event(text)} takes 0 s. Leave 'over' out for at once.")
        rest = rest[:place]
    acts = tuple(_acts(rest, text))
    if not acts:
        raise InputError(f"{_event(text)} tells nothing to do. Write it as {EXAMPLE}.")
    return Told(" ".join(whole.split()), time, over, acts, note.strip())


def read_time(text: str, what: str) -> float:
    """A time in s from words, as "900", "15 min".

    Raises:
        InputError: It is none.
    """
    try:
        found, rest = _time(text.split(), text, "is no time")
    except InputError:
        rest, found = ["?"], 0.0
    if rest or found <= 0:
        raise InputError(f"{what} {text!r} is no time. Write it in s, or as '15 min' or '1 h'.")
    return found


def _event(text: str) -> str:
    return f"The event {text.strip()!r}"


_TIME = re.compile(r"([-+\u2212]?(?:\d+\.?\d*|\.\d+))([A-Za-z]*)")


def _time(words: Sequence[str], text: str, otherwise: str) -> tuple[float, list[str]]:
    """A time at the begin of some words, as 90, 10 min or 1 min 30 s, and the words after it."""
    rest, total, told = list(words), 0.0, False
    while rest and (found := _TIME.fullmatch(rest[0])):
        unit, size = found[2].lower(), 1
        if not unit and len(rest) > 1 and _unit(rest[1]):
            unit, size = rest[1], 2
        if told and not unit:
            break
        seconds = _unit(unit or "s")
        if not seconds:
            raise InputError(f"{_event(text)}: {found[2]!r} is no unit of time. Write s, min or h.")
        total += float(found[1].replace("\N{MINUS SIGN}", "-")) * seconds
        told, rest = True, rest[size:]
        if total < 0:
            raise InputError(
                f"{_event(text)} has a negative time. A course begins at 0 s; what runs from the "
                "begin goes after --device."
            )
        if not unit:
            break
    if not told:
        raise InputError(
            f"{_event(text)} {otherwise}. Write times in s, or as 10 min or 1 h, as in {EXAMPLE}."
        )
    return total, rest


def _unit(word: str) -> float:
    plain = word.lower()
    return SECONDS.get(_UNITS.get(plain, plain), 0.0)


def _acts(words: Sequence[str], text: str) -> Iterator[Act]:
    """What is done, word by word."""
    waiting = iter(words)
    for word in waiting:
        plain = word.lower()
        if plain in ("off", "on"):
            device = next(waiting, "")
            if not device:
                raise InputError(f"{_event(text)} tells no device after {plain!r}.")
            yield _off(device, text) if plain == "off" else _device(device)
        elif "=" in word.partition(":")[0]:
            yield _change(word, text)
        else:
            yield _device(word)


def _off(word: str, text: str) -> OffAct | DrugAct:
    if word.lower() in DRUGS:
        return DrugAct(word.lower(), 0.0)
    offer = offer_of(word.partition(":")[0])
    if offer is None:
        raise UnknownName("device or drug", word, [*_devices(), *DRUGS])
    if ":" in word:
        raise InputError(f"{_event(text)}: a device is switched off by its word: off {offer.word}.")
    return OffAct(offer.word if not word.endswith(".py") else word.strip())


def _device(word: str) -> DeviceAct:
    name, *parts = word.split(":")
    offer = offer_of(name)
    if offer is None and name.lower() in DRUGS:
        drug = DRUGS[name.lower()]
        raise InputError(
            f"{drug.word} is told without a dose. Write it as {drug.word}={drug.lowest:g} "
            f"({drug.unit})."
        )
    _refuse_drug(name.lower())
    if offer is None:
        raise UnknownName(
            "event: a device, 'off DEVICE', volume=+500, or a change as hr=+10 or svr=x1.2",
            name,
            [*_devices(), *QUANTITIES, *DRUGS, VOLUME, "off", "over"],
            OTHER_DRUGS,
        )
    texts = []
    for part in parts:
        option, equals, value = (piece.strip() for piece in part.partition("="))
        if not (option and equals and value):
            raise InputError(
                f"{offer.word}: {part!r} is no option. Write {offer.word}:OPTION=VALUE, several "
                f"joined by ':'; it has {', '.join(one.name for one in offer.options)}."
            )
        if option.lower() in ("flow", "level", "rpm") and value[0] in "+x*\N{MULTIPLICATION SIGN}":
            raise InputError(
                f"{word!r} tells by how much. Tell what {offer.word} is set to, as "
                f"{offer.word}:{option.lower()}=3."
            )
        texts.append((option.lower(), value))
    return DeviceAct(offer.word if not name.endswith(".py") else name, tuple(texts))


def _devices() -> list[str]:
    return [word for offer in DEVICES.values() for word in (offer.word, *offer.aliases)]


_NUMBER = r"(\d+\.?\d*|\.\d+)"


def _change(word: str, text: str) -> ChangeAct | BloodAct | DrugAct:
    """A change of the patient, or of its blood, or a drug."""
    name, _, told = word.partition("=")
    name, told = name.strip().lower(), told.strip().replace("\N{MINUS SIGN}", "-")
    if name in (VOLUME, "blood.volume"):
        return _blood(word, told)
    if name in DRUGS:
        return _drug(name, told, word)
    _refuse_drug(name)
    _check_name(name)
    many = len(QUANTITIES[name].parameters) > 1 if name in QUANTITIES else False
    if found := re.fullmatch(rf"[xX*\u00d7]{_NUMBER}", told):
        way: Way = "times"
        value = float(found[1])
    elif found := re.fullmatch(rf"([+-]){_NUMBER}%", told):
        way, value = "times", 1 + float(found[1] + found[2]) / 100
    elif found := re.fullmatch(rf"([+-]){_NUMBER}", told):
        way, value = "by", float(told)
    elif re.fullmatch(_NUMBER, told):
        way, value = "to", float(told)
    else:
        raise InputError(
            f"{_event(text)}: {word!r} is no change. Write {name}=x1.2 for 1.2 times"
            + ("." if many else f", {name}=+10 for 10 more, or {name}=NUMBER.")
        )
    if many and way != "times":
        raise InputError(
            f"{word!r}: {name} ({QUANTITIES[name].label}) is changed by a factor. "
            f"Write {name}=x1.2 or {name}=+20%."
        )
    if way == "times" and not (value > 0 and math.isfinite(value)):
        raise InputError(f"{word!r} would leave nothing of {name}. Check the factor.")
    return ChangeAct(name, way, value)


def _check_name(name: str) -> None:
    if name in QUANTITIES or name in settable():
        return
    holders = [o.word for o in DEVICES.values() if any(one.name == name for one in o.options)]
    if holders:
        raise InputError(
            f"{name}= is set on a device: write it behind the device, as {holders[0]}:{name}=VALUE."
        )
    known = [*QUANTITIES, *DRUGS, VOLUME, *settable()]
    raise UnknownName("change of a patient", name, known, OTHER_DRUGS)


_PER_MINUTE = re.compile(r"(?:[µ\u03bcu]g|mcg)/kg/min", re.IGNORECASE)


def _drug(name: str, told: str, word: str) -> DrugAct:
    """A drug by its dose."""
    drug = DRUGS[name]
    number = _PER_MINUTE.sub("", told).strip()
    if not re.fullmatch(_NUMBER, number):
        raise InputError(
            f"{word!r} tells no dose of {name}. Write it as {name}={drug.lowest:g}, in "
            f"{drug.unit}; off {name} ends it."
        )
    dose = float(number)
    if dose and not drug.lowest <= dose <= drug.highest:
        raise InputError(
            f"{name}={dose:g}: what it does is published for {drug.lowest:g} to {drug.highest:g} "
            f"{drug.unit}. Take a dose between, or tell what it does, as svr=x0.8 lv.ees=x1.4."
        )
    return DrugAct(name, dose)


def _refuse_drug(name: str) -> None:
    """Say of a drug that cannot be told by dose why not, and what to write."""
    if name in NOT_OFFERED:
        why, instead = NOT_OFFERED[name]
        raise InputError(
            f"{name} cannot be told by dose: {why}. Tell what it does, in numbers of your own, as "
            f"{instead} # {name}."
        )


def _blood(word: str, told: str) -> BloodAct:
    found = re.fullmatch(rf"([+-]){_NUMBER}(mL)?", told, re.IGNORECASE)
    if not found or not float(found[2]):
        raise InputError(
            f"{word!r} is no change of the blood volume. Write volume=+500 for 500 mL given, "
            "volume=-300 for 300 mL lost."
        )
    return BloodAct(float(found[1] + found[2]))

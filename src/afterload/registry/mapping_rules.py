"""The small words of a map file, read and checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any

from afterload.core.errors import InputError
from afterload.registry.mapping import CellRules, unknown
from afterload.registry.mapping_dates import readable_format

REASONS = ("not done", "unknown", "not applicable", "not yet")
"""Why a value can be absent; "" when nobody told."""

RULE_KEYS = ("decimal", "date_format", "missing", "bad", "soft")


def check_keys(table: Any, known: Iterable[str], place: str) -> None:
    """Refuse what is not a table, and keys nobody declared.

    Raises:
        InputError: As said.
    """
    if not isinstance(table, Mapping):
        raise InputError(f"{place} must be a table of keys and values.")
    for key in table:
        if key not in known:
            raise unknown(place, "key", str(key), known)


def text(table: Mapping[str, Any], key: str, place: str) -> str:
    """The text under a key; empty if there is none.

    Raises:
        InputError: It is not text.
    """
    value = table.get(key, "")
    if not isinstance(value, str):
        raise InputError(f"{place}: {key} must be text in quotes, not {value!r}.")
    return value


def yes_no(table: Mapping[str, Any], key: str, place: str) -> bool:
    """The truth value under a key; false if there is none.

    Raises:
        InputError: It is not true or false.
    """
    value = table.get(key, False)
    if not isinstance(value, bool):
        raise InputError(f"{place}: {key} must be true or false, without quotes, not {value!r}.")
    return value


def is_number(value: Any) -> bool:
    """Whether a value is a finite number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def choice(table: Mapping[str, Any], key: str, allowed: tuple[str, ...], place: str) -> str:
    """The word under a key, the first allowed one if there is none.

    Raises:
        InputError: It is another word.
    """
    value = table.get(key, allowed[0])
    if value not in allowed:
        raise InputError(f"{place}: {key} = {value!r} must be one of {', '.join(allowed)}.")
    return str(value)


def rules(table: Mapping[str, Any], general: CellRules, place: str) -> CellRules:
    """How cells are read: what the table says, else what `general` says.

    Raises:
        InputError: A word is not one of those known.
    """
    bad = choice({"bad": general.bad} | dict(table), "bad", ("refuse", "missing"), place)
    soft = choice(
        {"soft": general.soft} | dict(table), "soft", ("refuse", "accept", "missing"), place
    )
    decimal = text({"decimal": general.decimal} | dict(table), "decimal", place)
    if decimal not in ("", ",", "."):
        raise InputError(f'{place}: decimal must be "," or ".", not {decimal!r}.')
    zone = choice(
        {"time_zone": "wall" if general.wall else "utc"} | dict(table),
        "time_zone", ("utc", "wall"), place,
    )  # fmt: skip
    date_format = text({"date_format": general.date_format} | dict(table), "date_format", place)
    if not readable_format(date_format):
        raise InputError(
            f"{place}: date_format {date_format!r} must name day, month and year, "
            'e.g. "DD/MM/YYYY HH:MM", or be "excel".'
        )
    return CellRules(
        decimal=decimal,
        date_format=date_format,
        missing={**general.missing, **missing_words(table.get("missing", ()), place)},
        bad=bad,  # type: ignore[arg-type]
        soft=soft,  # type: ignore[arg-type]
        wall=zone == "wall",
    )


def missing_words(given: Any, place: str) -> dict[str, str]:
    """Words that mean missing, from a list of words or a table of word = reason.

    Raises:
        InputError: A reason is not one of those known.
    """
    if isinstance(given, Mapping):
        for word, reason in given.items():
            if reason not in ("", *REASONS):
                raise unknown(f"{place}: missing {word!r}", "reason", str(reason), REASONS)
        return {plain_word(word): str(reason) for word, reason in given.items()}
    if not isinstance(given, list | tuple):
        raise InputError(f'{place}: missing must be a list of words, e.g. ["NA", "-9"].')
    return {plain_word(word): "" for word in given}


def plain_word(value: Any) -> str:
    """A word as cells are compared with it: "1.0" and 1 are "1", spaces at the ends go."""
    if isinstance(value, bool):
        return str(value).lower()
    word = f"{value:.12g}" if isinstance(value, float) else str(value)
    word = word.strip()
    whole, dot, rest = word.partition(".")
    if dot and rest and not rest.strip("0") and whole.lstrip("-").isdigit():
        return whole
    return word

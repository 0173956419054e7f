"""Values as the registry stores them: one form for each kind of field, the same on both engines.

Numbers are floats or ints, yes/no is 1/0, a time is "2024-03-01 14:30:00.000000", a list of words
is joined by "|", and what is missing is None. The digest of a row is taken over this form.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from afterload.core.errors import InputError, OutOfRange, UnknownName
from afterload.registry.points import normal_point
from afterload.registry.shape import Field

MISSING_REASONS: tuple[str, ...] = ("not done", "unknown", "not applicable", "not yet")
"""Why a value may be absent."""


def store(field: Field, values: Sequence[Any]) -> list[Any]:
    """Values of one field in the form the database keeps.

    Args:
        field: What the values are.
        values: Python scalars; None is missing.

    Raises:
        OutOfRange: A number is outside the hard range.
        InputError: A value is of the wrong kind, or not one of the words allowed.
    """
    try:
        return _STORE[field.kind](field, values)
    except (TypeError, ValueError, OverflowError):
        raise _wrong_kind(field, values) from None


def python_value(field: Field, stored: Any) -> Any:
    """A stored value as Python knows it: a bool, a datetime, a dict; text and numbers as is."""
    if stored is None:
        return field.default
    match field.kind:
        case "bool":
            return bool(stored)
        case "time":
            return datetime.fromisoformat(stored) if isinstance(stored, str) else stored
        case "json":
            return json.loads(stored)
        case _:
            return stored


def plain_value(field_kind: str, value: Any) -> Any:
    """A value as PostgreSQL gives it, in the stored form."""
    if value is None:
        return None
    if field_kind == "bool":
        return int(value)
    if field_kind == "time":
        return value.isoformat(" ", "microseconds")
    return value


def time_text(value: datetime) -> str:
    """A time in the form the database keeps."""
    if value.tzinfo is not None:
        raise ValueError("a time with a zone")
    return value.isoformat(" ", "microseconds")


def _reals(field: Field, values: Sequence[Any]) -> list[float | None]:
    # Adding 0.0 refuses text, and turns -0.0 (which SQLite does not keep) into 0.0.
    numbers = [None if v is None or v != v else float(v + 0.0) for v in values]
    _check_range(field, numbers)
    return numbers


def _ints(field: Field, values: Sequence[Any]) -> list[int | None]:
    numbers = [None if v is None or v != v else int(v + 0) for v in values]
    for number, value in zip(numbers, values, strict=True):
        if number is not None and number != value:
            raise InputError(f"{field.name} = {value!r} is not a whole number.")
    _check_range(field, numbers)
    return numbers


def _check_range(field: Field, numbers: Iterable[float | None]) -> None:
    present = [number for number in numbers if number is not None]
    if not present:
        return
    for number in (min(present), max(present)):
        if field.low <= number <= field.high and math.isfinite(number):
            continue
        if field.variable is not None and field.variable.name == field.name:
            raise OutOfRange(field.variable, number)
        raise InputError(f"{field.name} = {number:g} is outside {field.low:g} to {field.high:g}.")


def _bools(field: Field, values: Sequence[Any]) -> list[int | None]:
    for value in values:
        if value is not None and value not in (0, 1):
            raise InputError(f"{field.name} = {value!r} must be yes (True) or no (False).")
    return [None if v is None else int(v) for v in values]


def _texts(field: Field, values: Sequence[Any]) -> list[str | None]:
    for value in values:
        if value is not None and not isinstance(value, str):
            raise TypeError
        if value and "\x00" in value:
            raise InputError(f"{field.name} holds a character that is not text.")
    if field.required and not all(values):
        raise InputError(f"{field.name} must not be empty.")
    return [value or None for value in values]


def _words(field: Field, values: Sequence[Any]) -> list[str | None]:
    texts = _texts(field, values)
    if field.name == "nominal":
        return [None if text is None else normal_point(text) for text in texts]
    known = set(field.words)
    for text in dict.fromkeys(texts):
        if known and text is not None and text not in known:
            raise InputError(_not_a_word(field, text))
    return texts


def _lists(field: Field, values: Sequence[Any]) -> list[str | None]:
    return [None if value is None else _one_list(field, value) for value in values]


def _one_list(field: Field, value: Any) -> str | None:
    given = value.split("|") if isinstance(value, str) else list(value)
    words = {word.strip() for word in given if word.strip()}
    if field.words:
        for word in sorted(words - set(field.words)):
            raise InputError(_not_a_word(field, word))
        return "|".join(word for word in field.words if word in words) or None
    return "|".join(sorted(words)) or None


def _times(field: Field, values: Sequence[Any]) -> list[str | None]:
    for value in values:
        if value is not None and not isinstance(value, datetime):
            raise TypeError
        if value is not None and not 1900 <= value.year <= 2299:
            raise InputError(f"{field.name} = {value} is not between the years 1900 and 2299.")
    return [None if value is None else time_text(value) for value in values]


def _jsons(field: Field, values: Sequence[Any]) -> list[str | None]:
    return [_one_json(field, value) for value in values]


def _one_json(field: Field, value: Any) -> str | None:
    held = json.loads(value) if isinstance(value, str) and value else value
    if not held:
        return None
    if field.name == "accepted":
        return json.dumps(sorted(held), separators=(",", ":"))
    if field.name == "missing":
        for reason in held.values():
            if reason not in MISSING_REASONS:
                raise UnknownName("reason for a missing value", str(reason), MISSING_REASONS)
    return json.dumps(held, sort_keys=True, separators=(",", ":"))


def _not_a_word(field: Field, word: str) -> str:
    return f"{field.name} = {word!r} is not known. Allowed: {', '.join(field.words)}."


_STORE: dict[str, Callable[[Field, Sequence[Any]], list[Any]]] = {
    "real": _reals,
    "int": _ints,
    "bool": _bools,
    "text": _texts,
    "word": _words,
    "words": _lists,
    "time": _times,
    "json": _jsons,
    "link": _ints,
}
_WANTED = {
    "real": "a number",
    "int": "a whole number",
    "bool": "True or False",
    "text": "text",
    "word": "text",
    "words": "a list of words",
    "time": "a date and time without a time zone",
    "json": "a dictionary or a list",
    "link": "the id of a row",
}


def _wrong_kind(field: Field, values: Sequence[Any]) -> InputError:
    """The error for the first value that cannot be stored."""
    for value in values:
        try:
            _STORE[field.kind](field, [value])
        except (TypeError, ValueError, OverflowError, AttributeError):
            return InputError(f"{field.name} = {value!r} must be {_WANTED[field.kind]}.")
    return InputError(f"{field.name} must be {_WANTED[field.kind]}.")

"""Corrections as people type them, "lactate=54 mg/dL", as values of the registry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from afterload.core.errors import InputError, UnknownName
from afterload.core.unit import check, convert, fitting_units, parse_number, plain
from afterload.core.variable import Variable
from afterload.registry.shape import Field, Shape

_EMPTY = frozenset(("", "none", "null", "missing"))
_YES = frozenset(("1", "yes", "y", "true", "oui", "ja"))
_NO = frozenset(("0", "no", "n", "false", "non", "nein"))


@dataclass(frozen=True, slots=True)
class Change:
    """New values of one row.

    Args:
        values: By column name; None empties one.
        entered: What was typed, where another value is stored.
        accepted: The variables outside their usual range.
    """

    values: Mapping[str, Any]
    entered: Mapping[str, str]
    accepted: tuple[str, ...]


def parse_change(pairs: Iterable[str], shape: Shape, *, accept_soft: bool = False) -> Change:
    """Read new values.

    Args:
        pairs: Texts "name=value"; the value may name a unit, "none" empties the column.
        shape: The table they are for.
        accept_soft: Whether values outside the usual range are let through.

    Raises:
        InputError: A name is not known or a value cannot be read.
    """
    values: dict[str, Any] = {}
    entered: dict[str, str] = {}
    accepted: list[str] = []
    for pair in pairs:
        name, sign, text = pair.partition("=")
        if not sign:
            raise InputError(f"{pair!r} is not a change. Write name=value, e.g. lactate=5.4.")
        field = shape.by_name.get(name.strip())
        if field is None:
            raise UnknownName(f"column of {shape.name}", name.strip(), shape.by_name)
        text = text.strip()
        values[field.name] = _value(text, field)
        if (
            values[field.name] is None
            or field.variable is None
            or field.kind not in ("real", "int")
        ):
            continue
        if field.name != field.variable.name:
            continue
        if _is_converted(text, field.variable):
            entered[field.name] = text
        if _is_unusual(values[field.name], field.variable, accept_soft):
            accepted.append(field.name)
    return Change(values, entered, tuple(accepted))


def _value(text: str, field: Field) -> Any:
    if text.casefold() in _EMPTY:
        return None
    if field.kind in ("real", "int"):
        return _number(text, field)
    if field.kind == "bool":
        if text.casefold() in _YES | _NO:
            return text.casefold() in _YES
        raise InputError(f"{field.name} = {text!r} must be yes or no.")
    if field.kind == "time":
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            raise InputError(
                f"{field.name} = {text!r} is not a time like 2024-03-31 14:05."
            ) from None
    return text


def _split(text: str) -> tuple[str, str]:
    """A number and its unit."""
    number, _, unit = text.partition(" ")
    return number, unit.strip()


def _number(text: str, field: Field) -> float | int:
    number, unit = _split(text)
    variable = field.variable
    if variable is not None and field.name == variable.name:
        value = check(variable, convert(variable, parse_number(number), unit))
    elif unit and unit != "h":
        raise InputError(f"{field.name} = {text!r}: it takes a plain number.")
    else:
        value = parse_number(number)
    if field.kind == "int":
        if value != round(value):
            raise InputError(f"{field.name} = {text!r} must be a whole number.")
        return int(value)
    return value


def _is_converted(text: str, variable: Variable) -> bool:
    unit = _split(text)[1]
    return bool(unit) and plain(unit) != plain(variable.unit)


def _is_unusual(value: float, variable: Variable, accept: bool) -> bool:
    if variable.soft_low <= value <= variable.soft_high:
        return False
    if accept:
        return True
    units = " or ".join(fitting_units(variable, value))
    hint = f" It looks like a value in {units}." if units else ""
    raise InputError(
        f"{variable.name} = {value:g} {variable.unit_label} is outside the usual "
        f"{variable.soft_low:g} to {variable.soft_high:g}.{hint} "
        "If it is right, let it through with --accept-soft."
    )

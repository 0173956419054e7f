"""Reading numbers and units, once, at the border; inside, every value is in its variable's unit."""

from __future__ import annotations

import math

from afterload.core.errors import InputError, OutOfRange, UnknownUnit
from afterload.core.variable import UnitForm, Variable

_SPELLINGS = {
    "µ": "u",
    "μ": "u",
    "×": "",
    "⁹": "9",
    "²": "2",
    " ": "",
    "mmhg": "mm[hg]",
    "cmh2o": "cm[h2o]",
    "°c": "cel",
    "10^": "10*",
}
_SAME = {
    "g/l": "g/l",
    "c": "cel",
    "bpm": "/min",
    "1/min": "/min",
    "l/min/m2": "l/min/m2",
    "years": "a",
    "year": "a",
    "iu/ml": "[iu]/ml",
    "u/ml": "[iu]/ml",
    "iu/min": "[iu]/min",
    "u/min": "[iu]/min",
    "iu/l": "u/l",
    "[iu]/l": "u/l",
    "g/l.": "g/l",
    "109/l": "10*9/l",
    "x10*9/l": "10*9/l",
    "g/dl.": "g/dl",
    "mmol/l": "mmol/l",
    "mcg/l": "ug/l",
    "mcg/kg/min": "ug/kg/min",
    "fr": "[ch]",
    "ph": "[ph]",
}


def plain(unit: str) -> str:
    """A unit without its spelling: "µmol/L", "umol/l" and "μmol/L" are one unit."""
    text = unit.strip().lower()
    for old, new in _SPELLINGS.items():
        text = text.replace(old, new)
    return _SAME.get(text, text)


def form_of(variable: Variable, unit: str) -> UnitForm:
    """How to bring a value entered in `unit` into the variable's own unit.

    Raises:
        UnknownUnit: The variable cannot be read in `unit`.
    """
    wanted = plain(unit)
    if not wanted or wanted == plain(variable.unit):
        return UnitForm(variable.unit, 1.0)
    for form in variable.units:
        if plain(form.unit) == wanted:
            return form
    raise UnknownUnit(variable, unit)


def convert(variable: Variable, value: float, unit: str) -> float:
    """A value entered in `unit`, in the variable's own unit.

    Raises:
        UnknownUnit: The variable cannot be read in `unit`.
    """
    form = form_of(variable, unit)
    return value * form.factor + form.offset


def parse_number(text: str) -> float:
    """A number as people type it: "3.5", "3,5", "1 200" and "1'200" but not "1,200.5,1".

    Raises:
        InputError: The text is not a finite number.
    """
    cleaned = text.strip().replace("\u00a0", "").replace("\u202f", "").replace(" ", "")
    cleaned = cleaned.replace("'", "").replace("\u2212", "-")
    if cleaned.count(",") == 1 and "." not in cleaned:
        cleaned = cleaned.replace(",", ".")
    try:
        value = float(cleaned)
    except ValueError:
        raise InputError(f"{text!r} is not a number.") from None
    if not math.isfinite(value):
        raise InputError(f"{text!r} is not a finite number.")
    return value


def looks_like(variable: Variable, value: float) -> str | None:
    """The unit a value out of its usual range was probably entered in, or None.

    The guess is made only when the value lies outside the soft range as it stands and inside it
    when read in exactly one of the variable's other units.
    """
    if variable.soft_low <= value <= variable.soft_high:
        return None
    fits = [
        form.unit
        for form in variable.units
        if variable.soft_low <= value * form.factor + form.offset <= variable.soft_high
    ]
    return fits[0] if len(fits) == 1 else None


def check(variable: Variable, value: float) -> float:
    """The value itself, if the variable can physically take it.

    Raises:
        OutOfRange: It cannot; the message names the unit the value looks like.
    """
    if variable.low <= value <= variable.high:
        return value
    unit = looks_like(variable, value)
    hint = f"It looks like a value in {unit}." if unit else ""
    raise OutOfRange(variable, value, hint)

"""What a column that is one variable may say in a map: point, unit, codes, fixes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from afterload.core.errors import InputError, UnknownName, UnknownUnit
from afterload.core.unit import form_of
from afterload.core.variable import UnitForm, Variable
from afterload.core.vocabulary import Vocabulary
from afterload.registry.mapping import CellRules, Spec, unknown
from afterload.registry.mapping_rules import (
    RULE_KEYS,
    check_keys,
    choice,
    is_number,
    plain_word,
    rules,
    text,
)
from afterload.registry.points import POINTS, normal_point
from afterload.registry.shape import fields_of

_SPEC = ("to", "unit", "factor", "codes", "fix", "take", "add", "range", *RULE_KEYS)
_TAKE = ("only", "first", "last", "lowest", "highest", "median")
_FROM_T0 = {"days from t0": 24.0, "hours from t0": 1.0, "minutes from t0": 1 / 60}
_KEYS = {
    "patient_key": "patient",
    "episode_id": "episode",
    "centre_id": "centre",
    "encounter_id": "encounter",
    "meas_dt": "at",
    "timepoint": "point",
}


def point_of(word: str, place: str) -> str:
    """A nominal time point in its one spelling: "day1" and "24h" are "24h".

    Raises:
        InputError: No such point.
    """
    try:
        return normal_point(word)
    except UnknownName:
        raise unknown(place, "time point", word, POINTS) from None


def followup_hours(point: str, place: str) -> float:
    """Hours from t0 of a follow-up point: "30d", "day90", "6m" (months) or "1y".

    Raises:
        InputError: No such point.
    """
    word = point.strip().lower().replace(" ", "")
    if found := re.fullmatch(r"(?:day(\d+)|(\d+)(d|m|y))", word):
        days = {"d": 1.0, "m": 30.4375, "y": 365.25}[found[3] or "d"]
        return 24 * days * int(found[1] or found[2])
    raise InputError(f"{place}: {point!r} is not a follow-up time. Write 30d, 6m or 1y.")


def spec_of(
    column: str,
    table: Mapping[str, Any],
    own: CellRules,
    vocabulary: Vocabulary,
    place: str,
    *,
    timed: bool,
) -> Spec:
    """What a column that is one variable stands for; see `mapping_target.target`.

    Raises:
        InputError: The entry of the map is not understood.
    """
    check_keys(table, _SPEC, place)
    variable, point = _named(table["to"], vocabulary, place, timed=timed)
    unit, form = _form(variable, table, place)
    add = text(table, "add", place)
    if add and (variable.kind != "multi" or add not in variable.levels):
        raise unknown(place, f"choice of {variable.name}", add, variable.levels)
    codes = codes_of(table.get("codes", {}), place)
    if not add:
        _check_codes(variable, codes, place)
    take = choice(table, "take", _TAKE, place)
    return Spec(
        column=column,
        variable=_narrowed(variable, table, form, place),
        rules=rules(table, own, place),
        point=point,
        unit=unit,
        form=form,
        codes=codes,
        fix=fix_of(table, place),
        take=take,  # type: ignore[arg-type]
        add=add,
    )


def _named(name: str, vocabulary: Vocabulary, place: str, *, timed: bool) -> tuple[Variable, str]:
    """The variable and nominal point "lactate@24h" names."""
    word, _, point = name.partition("@")
    if word in _KEYS:
        raise InputError(
            f"{place}: write {_KEYS[word]} = {place.split('column ')[-1]} in the table."
        )
    if word not in vocabulary:
        raise unknown(place, "variable", word, vocabulary)
    variable = vocabulary[word]
    if variable.table == "meta" and word not in ("support_start", "support_stop"):
        raise InputError(f"{place}: {word} is kept by the registry itself and cannot be imported.")
    if variable.table == "observation":
        if point:
            return variable, point_of(point, place)
        if not timed:
            raise InputError(
                f"{place}: {word} is measured repeatedly. Say when, e.g. {word}@pre or {word}@24h."
            )
    elif variable.table == "followup":
        if point:
            followup_hours(point, place)
        elif not timed:
            raise InputError(f"{place}: say when {word} was asked, e.g. {word}@30d or {word}@1y.")
    elif point:
        raise InputError(f"{place}: {word} is recorded once; leave out {'@' + point!r}.")
    return variable, point


def _form(variable: Variable, table: Mapping[str, Any], place: str) -> tuple[str, UnitForm]:
    unit = text(table, "unit", place)
    factor = table.get("factor")
    if variable.kind == "datetime":
        if unit and unit not in _FROM_T0:
            raise unknown(place, "unit of a time", unit, _FROM_T0)
        return unit, UnitForm("h", _FROM_T0.get(unit, 1.0))
    if not variable.is_numeric and (unit or factor is not None):
        raise InputError(f"{place}: {variable.name} is not a number and has no unit.")
    if factor is not None:
        if unit or not is_number(factor) or factor <= 0:
            raise InputError(f"{place}: factor must be a number above 0, and goes without a unit.")
        return f"×{factor:g}", UnitForm(variable.unit, float(factor))
    try:
        return unit, form_of(variable, unit)
    except UnknownUnit as error:
        raise InputError(f"{place}: {error}") from None


def _narrowed(variable: Variable, table: Mapping[str, Any], form: UnitForm, place: str) -> Variable:
    """The variable with the hard range the map gives the cells, in the unit of the column."""
    if variable.kind == "datetime" and table.get("unit"):
        hours = fields_of(variable)[1]
        return replace(variable, low=hours.low, high=hours.high)
    if "range" not in table:
        return variable
    given = table["range"]
    pair = isinstance(given, list) and len(given) == 2 and all(is_number(x) for x in given)
    if not variable.is_numeric or not pair:
        raise InputError(f"{place}: range must be two numbers, [low, high], and is for numbers.")
    low, high = sorted(form.factor * float(x) + form.offset for x in given)
    return replace(variable, low=max(low, variable.low), high=min(high, variable.high))


def codes_of(given: Any, place: str) -> dict[str, str | bool | float | None]:
    """What each word of a cell stands for.

    Raises:
        InputError: It is not a table of words.
    """
    if not isinstance(given, Mapping):
        raise InputError(f'{place}: codes must be a table, e.g. {{ 1 = "yes", 2 = "no" }}.')
    for word, value in given.items():
        if not isinstance(value, str | bool | int | float):
            raise InputError(
                f"{place}: the code {word!r} must stand for a word, a number or yes/no."
            )
    return {plain_word(word): value for word, value in given.items()}


def _check_codes(variable: Variable, codes: Mapping[str, Any], place: str) -> None:
    for word, value in codes.items():
        if variable.kind == "enum" and value not in variable.levels:
            raise unknown(f"{place}, code {word!r}", f"choice of {variable.name}", str(value),
                          variable.levels)  # fmt: skip
        if variable.kind == "bool" and not isinstance(value, bool):
            raise InputError(f"{place}: the code {word!r} must be true or false.")


def fix_of(table: Mapping[str, Any], place: str) -> dict[str, str]:
    """What single cells should have said, by episode key.

    Raises:
        InputError: It is not a table.
    """
    given = table.get("fix", {})
    if not isinstance(given, Mapping):
        raise InputError(
            f'{place}: fix must be a table of episode = value, e.g. {{ "92" = "7.4" }}.'
        )
    return {str(key): str(value) for key, value in given.items()}


def constants(
    given: Any, own: CellRules, vocabulary: Vocabulary, place: str, of: str = ""
) -> tuple[tuple[Spec, str], ...]:
    """Values the same for all rows, by what they are; `of` limits them to one registry table.

    Raises:
        InputError: A name is not a variable (of that table).
    """
    place = f"{place}, {'set' if of else 'constant'}"
    check_keys(given, given if isinstance(given, Mapping) else (), place)
    found = []
    for name, value in given.items():
        spec = spec_of(name, {"to": name}, own, vocabulary, place, timed=False)
        if of and spec.variable.table != of:
            raise InputError(f"{place}: {name} does not belong to a {of}.")
        found.append((spec, plain_word(value)))
    return tuple(found)

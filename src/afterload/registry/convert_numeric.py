"""Numbers of a column in the unit of their variable, with its hard and usual range."""

from __future__ import annotations

from collections.abc import Callable
from math import isinf

import polars as pl

from afterload.core.errors import InputError
from afterload.core.unit import convert, parse_number
from afterload.core.variable import UnitForm, Variable
from afterload.registry.convert_numbers import nothing, numbers
from afterload.registry.mapping import Spec

FEW = 3
"""Fewest numbers that make a whole column look as if it were in another unit (our choice)."""

MOST = 10_000
"""Most cells of one column whose sentence names the unit they look like."""


def numeric(
    cells: pl.Series, text: pl.Series, spec: Spec, fixed: pl.Series | None
) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Numbers in the unit of their variable.

    Args:
        cells: The cells as they came, shape (n,); null where missing.
        text: The cells as words, null where missing.
        spec: What they are.
        fixed: Whether the map corrected the cell; None if it corrects none.

    Returns:
        The values, why there is none, and what the cell held where another number is stored.
    """
    variable, form = spec.variable, spec.form
    raw, why = _read(cells, text, spec)
    values = raw * form.factor + form.offset if (form.factor, form.offset) != (1, 0) else raw
    if fixed is not None and variable.kind != "datetime":
        values, why = _own_units(values, why, text, fixed, variable)
    why = why.fill_null(_hard(values, raw, spec))
    if variable.kind == "int":
        odd = ((values - values.round()).abs() > 1e-6).fill_null(False)
        whole = nothing(len(values)).set(odd, f"{variable.name} is a whole number.")
        why, values = why.fill_null(whole), values.round()
    return values, why, _entered(text, spec)


def _read(cells: pl.Series, text: pl.Series, spec: Spec) -> tuple[pl.Series, pl.Series]:
    """The numbers as entered, and why there is none."""
    if spec.variable.name == "birth_year" and cells.dtype.is_temporal():
        return cells.dt.year().cast(pl.Float64), nothing(len(cells))
    if cells.dtype.is_numeric() and not spec.codes:
        values = cells.cast(pl.Float64)
        endless = (~values.is_finite()).fill_null(False)
        why = nothing(len(values)).set(endless, "It is not a finite number.")
        return values.set(endless, None), why
    if spec.codes:
        text = text.replace({word: str(value) for word, value in spec.codes.items()})
    return numbers(text, spec.rules.decimal)


def _own_units(
    values: pl.Series, why: pl.Series, text: pl.Series, fixed: pl.Series, variable: Variable
) -> tuple[pl.Series, pl.Series]:
    """Read fixes that tell their own unit, e.g. "1.8 mmol/L"."""
    values, why = values.clone(), why.clone()
    for index in fixed.arg_true().to_list():
        number, _, unit = (text[index] or "").partition(" ")
        if not unit:
            continue
        try:
            values[index] = convert(variable, parse_number(number), unit)
            why[index] = None
        except InputError as error:
            why[index] = str(error)
    return values, why


def _entered(text: pl.Series, spec: Spec) -> pl.Series:
    """What the cells held, with the unit, when the stored number is another one."""
    if spec.codes:
        return text.set(~text.is_in(list(spec.codes)).fill_null(False), None)
    if (spec.form.factor, spec.form.offset) == (1, 0) or spec.variable.kind == "datetime":
        return nothing(len(text))
    return text if spec.unit == "1" else text + f" {spec.unit}"


def _hard(values: pl.Series, raw: pl.Series, spec: Spec) -> pl.Series:
    """Why a value cannot be: what it takes, and the unit it looks like."""
    variable = spec.variable
    outside = (~values.is_between(variable.low, variable.high)).fill_null(False)
    takes = allowed(spec)
    return _sentences(outside, raw, lambda x: takes + hint(variable, x, spec.form), otherwise=takes)


def _sentences(
    where: pl.Series, raw: pl.Series, sentence: Callable[[float], str], otherwise: str
) -> pl.Series:
    """A sentence for each cell told, made from its number; the same for all beyond `MOST`."""
    told = nothing(len(where))
    if not where.any():
        return told
    told = told.set(where, otherwise)
    first = where.arg_true()[:MOST]
    texts = [otherwise if x is None else sentence(x) for x in raw[first].to_list()]
    return told.scatter(first, texts)


def allowed(spec: Spec) -> str:
    """What a column may hold, in the variable's unit and in that of the cells."""
    variable, form = spec.variable, spec.form
    label = "h from t0" if variable.kind == "datetime" else variable.unit_label
    own = _range(variable.low, variable.high) + (f" {label}" if label else "")
    if (form.factor, form.offset) == (1, 0):
        return f"{variable.name} takes {own}."
    ends = sorted((x - form.offset) / form.factor for x in (variable.low, variable.high))
    if spec.unit.startswith("×"):
        return f"{variable.name} takes {own}, which is {_range(*ends)} in this column."
    return f"{variable.name} takes {_range(*ends)} {spec.unit} ({own})."


def _range(low: float, high: float) -> str:
    if isinf(low) and isinf(high):
        return "any number"
    if isinf(low):
        return f"at most {high:.6g}"
    return f"at least {low:.6g}" if isinf(high) else f"{low:.6g} to {high:.6g}"


def hint(variable: Variable, raw: float, form: UnitForm) -> str:
    """The units a number is usual in when it is not in the one it was read in, as a sentence."""
    units = looks(variable, raw, form)
    return f" It looks like a value in {' or '.join(units)}." if units else ""


def looks(variable: Variable, raw: float, form: UnitForm) -> tuple[str, ...]:
    """The other units of a variable in which a number as entered would be usual."""
    if isinf(variable.soft_low) or isinf(variable.soft_high):
        return ()
    others: dict[tuple[float, float], str] = {}
    for other in (UnitForm(variable.unit, 1.0), *variable.units):
        value = raw * other.factor + other.offset
        same = (other.factor, other.offset) == (form.factor, form.offset)
        if not same and variable.soft_low <= value <= variable.soft_high:
            others.setdefault((other.factor, other.offset), other.unit)
    return tuple(unit or "another unit" for unit in others.values())


def of_another_unit(values: pl.Series, outside: pl.Series, spec: Spec) -> str:
    """What to tell of a column that looks as if it were in another unit; empty if it does not.

    It does where at least `FEW` of its numbers, and half of them, lie outside the usual range and
    all of these are usual in one and the same other unit.

    Args:
        values: The numbers in the variable's unit, shape (n,).
        outside: Which of them are refused as impossible or unusual.
        spec: What the column is.
    """
    count, all_of_them = int(outside.sum()), len(values) - values.null_count()
    if count < FEW or 2 * count < all_of_them:
        return ""
    variable, form = spec.variable, spec.form
    common: list[str] | None = None
    for value in values.filter(outside).drop_nulls().unique().to_list():
        fits = looks(variable, (value - form.offset) / form.factor, form)
        common = [unit for unit in (fits if common is None else common) if unit in fits]
        if not common:
            return ""
    units = " or ".join(common or ())
    return (
        f"{count:,} of {all_of_them:,} numbers look like values in {units}. If the column is in "
        f'it, say so in the map: unit = "{(common or [""])[0]}".'
    )


def unusual(values: pl.Series, variable: Variable) -> pl.Series:
    """Whether values lie outside the usual range; never for what is not a number."""
    if not variable.is_numeric or (isinf(variable.soft_low) and isinf(variable.soft_high)):
        return pl.Series("soft", [False]).new_from_index(0, len(values))
    return (~values.is_between(variable.soft_low, variable.soft_high)).fill_null(False)


def soft_reasons(values: pl.Series, spec: Spec, soft: pl.Series) -> pl.Series:
    """Why an unusual value is asked about."""
    variable, form = spec.variable, spec.form
    usual = _range(variable.soft_low, variable.soft_high)
    unit = f" {variable.unit_label}" if variable.unit_label else ""

    def sentence(value: float) -> str:
        looks = hint(variable, (value - form.offset) / form.factor, form)
        return (
            f"{variable.name} = {value:.6g}{unit} is outside the usual {usual}{unit}.{looks} "
            "If it is right, let it through with --accept-soft."
        )

    return _sentences(soft, values, sentence, f"It is outside the usual {usual}{unit}.")

"""Words of a cell that stand for yes or no, or for one of a list."""

from __future__ import annotations

import re
from collections.abc import Mapping

import polars as pl

from afterload.core.variable import Variable
from afterload.registry.convert_numbers import nothing
from afterload.registry.mapping import Spec

YES = ("1", "true", "yes", "y", "oui", "o", "ja", "j", "vrai", "wahr")
NO = ("0", "false", "no", "n", "non", "nein", "faux", "falsch")


def choices(text: pl.Series, spec: Spec) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Values of a variable that is not a number.

    Args:
        text: Words, shape (n,); null where missing.
        spec: What they are.

    Returns:
        The values, why there is none, and what the cell held where that differs.
    """
    if spec.variable.kind == "text":
        table = {word: str(value) for word, value in spec.codes.items()}
        values = text.replace(table)
        return values, nothing(len(text)), text.set((values == text).fill_null(False), None)
    if spec.variable.kind == "bool":
        values, why = flags(text, spec.codes)
        return values, why, _odd_flags(text, values)
    if spec.add:
        yes, why = flags(text, spec.codes)
        values = pl.Series("v", [spec.add]).new_from_index(0, len(text))
        return values.set(~yes.fill_null(False), None), why, nothing(len(text))
    return _named(text, spec)


def flags(
    text: pl.Series, codes: Mapping[str, str | bool | float | None]
) -> tuple[pl.Series, pl.Series]:
    """Yes and no, by the codes if there are any, else by the words of three languages."""
    if codes:
        table = {word: value is True for word, value in codes.items() if isinstance(value, bool)}
        table |= {word: True for word, value in codes.items() if isinstance(value, str)}
        known = " or ".join(f"{word} ({'yes' if yes else 'no'})" for word, yes in table.items())
    else:
        table = dict.fromkeys(YES, True) | dict.fromkeys(NO, False)
        known = "yes or no (1 or 0, oui or non, ja or nein)"
    return _translate(text, table, pl.Boolean, f"It takes {known}.")


def _translate(
    text: pl.Series, table: Mapping[str, object], dtype: type[pl.DataType], allowed: str
) -> tuple[pl.Series, pl.Series]:
    folded = {word.casefold(): value for word, value in table.items()}
    lower = text.str.to_lowercase()
    values = lower.replace_strict(folded, default=None, return_dtype=dtype)
    return values, nothing(len(text)).set((text.is_not_null() & values.is_null()), allowed)


def _odd_flags(text: pl.Series, values: pl.Series) -> pl.Series:
    """What the cell held, where its word would have meant something else by itself."""
    table = dict.fromkeys(YES, True) | dict.fromkeys(NO, False)
    natural = text.str.to_lowercase().replace_strict(table, default=None, return_dtype=pl.Boolean)
    return text.set((natural == values).fill_null(False), None)


def natural_names(variable: Variable) -> dict[str, str]:
    """Every word that means a choice by itself: its name and its labels."""
    table: dict[str, str] = {}
    for choice in variable.choices:
        for word in (choice.label_fr, choice.label, choice.name.replace("_", " "), choice.name):
            if word:
                table[word.casefold()] = choice.name
    return table


def _named(text: pl.Series, spec: Spec) -> tuple[pl.Series, pl.Series, pl.Series]:
    variable = spec.variable
    table = {w: str(v) for w, v in spec.codes.items()} or natural_names(variable)
    known = ", ".join(table if spec.codes else variable.levels)
    allowed = f"{variable.name} takes {known}."
    if variable.kind == "multi":
        # a cell may name several: "myocarditis; valve"
        values, why = _several(text, table, allowed)
    else:
        values, why = _translate(text, table, pl.String, allowed)
    same = (values == text.str.to_lowercase().str.replace_all(" ", "_", literal=True)).fill_null(
        False
    )
    return values, why, text.set(same, None) if spec.codes else nothing(len(text))


def _several(
    text: pl.Series, table: Mapping[str, str], allowed: str
) -> tuple[pl.Series, pl.Series]:
    folded = {word.casefold(): value for word, value in table.items()}
    order = list(dict.fromkeys(table.values()))

    def joined(cell: str) -> str | None:
        parts = [
            folded.get(part.strip().casefold())
            for part in re.split(r"[;|,/+]", cell)
            if part.strip()
        ]
        named = [part for part in parts if part is not None]
        if len(named) < len(parts) or not named:
            return None
        return "|".join(sorted(set(named), key=order.index))

    unique = {cell: joined(cell) for cell in text.drop_nulls().unique().to_list()}
    values = text.replace_strict(unique, default=None, return_dtype=pl.String)
    return values, nothing(len(text)).set((text.is_not_null() & values.is_null()), allowed)

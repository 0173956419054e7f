"""What the cells of a column tell about what it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from afterload.core.unit import form_of, plain
from afterload.core.variable import UnitForm, Variable
from afterload.registry.convert_choices import NO, YES, natural_names
from afterload.registry.convert_dates import dates
from afterload.registry.convert_numbers import numbers
from afterload.registry.convert_numbers import plain as words

_SEX = {"m": "male", "h": "male", "male": "male", "mann": "male", "homme": "male", "f": "female",
        "w": "female", "female": "female", "frau": "female", "femme": "female"}  # fmt: skip
MISSING_WORDS = (
    "na", "n/a", "nan", "nd", "n.d.", "-", "--", ".", "?", "k.a.", "nr", "unknown", "inconnu",
    "unbekannt", "manquant", "missing", "-9", "-99", "-999", "999",
)  # fmt: skip
"""Words that usually mean missing."""


@dataclass(frozen=True, slots=True)
class Look:
    """A column as its cells show it.

    Args:
        words: Its different cells as small words, at most 60; without those that mean missing.
        missing: The words that seem to mean missing.
        numbers: Its numbers, without what is missing.
        all_numbers: Whether every cell is a number.
        all_dates: Whether every cell is a date.
        unique: Whether no cell stands twice and none is missing.
    """

    words: tuple[str, ...]
    missing: tuple[str, ...]
    numbers: pl.Series
    all_numbers: bool
    all_dates: bool
    unique: bool

    @property
    def flag(self) -> bool:
        """Whether the cells are yes and no, or 1 and 2."""
        return bool(self.words) and set(self.words) <= {"0", "1", "2", *YES, *NO}

    @property
    def one_two(self) -> bool:
        """Whether the cells are 1 and 2, which does not say which is yes."""
        return "2" in self.words and set(self.words) <= {"1", "2"}


def look(column: pl.Series) -> Look:
    """See what a column holds."""
    text = words(column)
    lower = text.str.to_lowercase()
    distinct = lower.drop_nulls().unique(maintain_order=True)
    read, _ = numbers(distinct, "")
    numeric = read.drop_nulls()
    usual = numeric.filter(~numeric.is_in([-9.0, -99.0, -999.0, 999.0]))
    odd = [w for w in MISSING_WORDS if w in set(distinct.to_list())]
    # -9 and 999 are words for missing only when far from everything else
    odd = [w for w in odd if not _is_number(w) or _far(float(w), usual)]
    kept = distinct.filter(~distinct.is_in(odd))
    values, _ = numbers(lower.set(lower.is_in(odd).fill_null(False), None), "")
    if column.dtype.is_temporal():
        all_dates = True
    elif column.dtype == pl.String and len(kept) and values.null_count() == len(values):
        all_dates = dates(kept, "", excel=False)[0].null_count() == 0
    else:
        all_dates = False
    return Look(
        words=tuple(kept.head(60).to_list()),
        missing=tuple(odd),
        numbers=values.drop_nulls(),
        all_numbers=bool(len(kept)) and numbers(kept, "")[0].null_count() == 0,
        all_dates=all_dates,
        unique=text.null_count() == 0 and text.n_unique() == len(text),
    )


def _is_number(word: str) -> bool:
    return word.lstrip("-").isdigit()


def _far(value: float, others: pl.Series) -> bool:
    if not len(others):
        return False
    low, high = float(others.min()), float(others.max())  # type: ignore[arg-type]
    return (value < 0 <= low) or value > 3 * high


def unit_of(variable: Variable, named: str, seen: Look) -> tuple[str | None, str]:
    """The unit to write in a map, and how sure it is.

    Args:
        variable: What the column holds.
        named: The unit its name tells; empty if it tells none.
        seen: Its cells.

    Returns:
        The unit (empty for the variable's own, None if it is not clear) and a remark.
    """
    if named:
        for form in (UnitForm(variable.unit, 1.0), *variable.units):
            if plain(form.unit) == plain(named):
                own = form_of(variable, form.unit).factor == 1 and not form.offset
                return ("" if own else form.unit), ""
        return None, f"{variable.name} is not known in {named}"
    if not len(seen.numbers):
        return "", ""
    middle = float(seen.numbers.median())  # type: ignore[arg-type]
    forms = [UnitForm(variable.unit, 1.0), *variable.units]
    fits = [
        f for f in forms if variable.soft_low <= middle * f.factor + f.offset <= variable.soft_high
    ]
    if fits and fits[0] is forms[0]:
        return "", ""
    found = {(form.factor, form.offset): form.unit for form in reversed(fits)}
    if len(found) == 1:
        return next(iter(found.values())), "unit guessed from the values"
    return None, f"half of the values are below {middle:g}: in which unit?"


def sex_codes(named: Mapping[str, str], seen: Look) -> dict[str, str] | None:
    """What each word of a column of sexes means; None if it is not clear."""
    if named:
        return dict(named) if set(named.values()) <= {"male", "female"} else None
    if seen.words and set(seen.words) <= set(_SEX):
        return {word: _SEX[word] for word in sorted(seen.words)}
    return None


def yes_no(named: Mapping[str, str], seen: Look) -> dict[str, bool] | None:
    """What each word of a yes/no column means; empty when the words say it themselves.

    None if it is not clear.
    """
    if named and set(named.values()) <= {"yes", "no"}:
        codes = {word: meaning == "yes" for word, meaning in sorted(named.items())}
        return {} if codes == {"0": False, "1": True} else codes
    if seen.one_two or not seen.flag:
        return None
    return {}


def names_itself(variable: Variable, seen: Look) -> bool:
    """Whether every cell is a choice of the variable, by name or label."""
    known = natural_names(variable)
    return bool(seen.words) and all(word in known for word in seen.words)

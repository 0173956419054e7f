"""One column of cells, as values of one variable, with all that is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from afterload.core.errors import BadCell
from afterload.registry.convert_choices import choices
from afterload.registry.convert_dates import dates
from afterload.registry.convert_numbers import as_held, nothing, plain
from afterload.registry.convert_numeric import numeric, of_another_unit, soft_reasons, unusual
from afterload.registry.mapping import CellRules, Spec

MOST = 10_000
"""Most bad cells of one column that are listed; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Lines:
    """The rows of a sheet that are read.

    Args:
        where: How errors name the file.
        rows: Their numbers as a spreadsheet shows them, shape (n,).
        keys: The key each is known by, for the fixes of a map, shape (n,).
        excel: Whether a plain number may be a date as Excel counts them.
        accept_soft: Whether values outside the usual range are let through.
    """

    where: str
    rows: pl.Series
    keys: pl.Series
    excel: bool = False
    accept_soft: bool = False

    def filter(self, keep: pl.Series) -> Lines:
        """Some of the rows."""
        rows, keys = self.rows.filter(keep), self.keys.filter(keep)
        return Lines(self.where, rows, keys, self.excel, self.accept_soft)


@dataclass(frozen=True, slots=True)
class Cells:
    """A column that was read.

    Args:
        values: The values, null where missing, shape (n,).
        entered: What the cell held and its unit, where that is not what is stored.
        accepted: Whether a value lies outside the usual range and was let through.
        missing: Why a value is missing, where the map tells.
        bad: The cells that cannot be imported.
        blanked: Cells that could not be imported and count as missing, as the map says.
        fixed: Cells the map corrected.
    """

    values: pl.Series
    entered: pl.Series
    accepted: pl.Series
    missing: pl.Series
    bad: tuple[BadCell, ...] = ()
    blanked: int = 0
    fixed: int = 0


@dataclass(frozen=True, slots=True)
class Words:
    """A column with its missing cells told from the others.

    Args:
        cells: The cells as they came, null where missing.
        text: The cells as words, null where missing.
        missing: The reason told for a missing cell.
        fixed: Whether the map corrected the cell; None if it corrects none.
    """

    cells: pl.Series
    text: pl.Series
    missing: pl.Series
    fixed: pl.Series | None = None


def words(raw: pl.Series, rules: CellRules, fix: Mapping[str, str], lines: Lines) -> Words:
    """Tell missing cells from the others, and put in what the map says they should have held."""
    text = plain(raw)
    fixed = None
    if fix:
        told = lines.keys.replace_strict(dict(fix), default=None, return_dtype=pl.String)
        if told.is_not_null().any():
            fixed = told.is_not_null()
            raw = text = text.zip_with(~fixed, told)
    reasons = nothing(len(raw))
    if rules.missing:
        folded = {word.casefold(): reason for word, reason in rules.missing.items()}
        known = text.str.to_lowercase().replace_strict(folded, default=None, return_dtype=pl.String)
        reasons = known.set((known == "").fill_null(False), None)
        text = text.set(known.is_not_null(), None)
    text = text.set((text == "").fill_null(False), None)
    cells = text if raw.dtype == pl.String else raw.set(text.is_null(), None)
    return Words(cells, text, reasons, fixed)


def read_cells(raw: pl.Series, spec: Spec, lines: Lines, wrong: pl.Series | None = None) -> Cells:
    """Read a column as the variable the map says it is.

    Args:
        raw: The cells, shape (n,).
        spec: What they are.
        lines: The rows they stand in.
        wrong: Why a cell is refused whatever it holds, null where it is not; shape (n,).
    """
    found = words(raw, spec.rules, spec.fix, lines)
    values, why, entered = _values(found, spec, lines)
    why = of_fix(why, found, "is wrong")
    if wrong is not None:
        why = why.fill_null(wrong)
    soft = unusual(values, spec.variable) & why.is_null()
    suspicion = _of_another_unit(values, why, soft, spec, lines)
    impossible, blanked = why.is_not_null(), 0
    values = values.set(impossible, None)
    if spec.rules.bad == "missing":
        blanked, why = int(impossible.sum()), nothing(len(why))
    if spec.rules.soft == "missing":
        values, blanked = values.set(soft, None), blanked + int(soft.sum())
        impossible = impossible | soft
    elif spec.rules.soft == "refuse" and not lines.accept_soft and soft.any():
        why = why.fill_null(of_fix(soft_reasons(values, spec, soft), found, "is unusual"))
    bad = bad_cells(spec.column, as_held(raw), why, lines) if why.null_count() < len(why) else ()
    if suspicion and bad:
        bad = (BadCell(lines.where, 0, spec.column, "...", suspicion), *bad)
    if found.fixed is not None:
        told = as_held(raw).fill_null("") + " -> " + found.text.fill_null("missing")
        entered = entered.zip_with(~found.fixed, told)
    # what a cell held that was left out stays on record
    entered = entered.zip_with(~impossible, as_held(raw)) if blanked else entered
    return Cells(
        values=values,
        entered=entered,
        accepted=soft & values.is_not_null(),
        missing=found.missing,
        bad=bad,
        blanked=blanked,
        fixed=0 if found.fixed is None else int(found.fixed.sum()),
    )


def _of_another_unit(
    values: pl.Series, why: pl.Series, soft: pl.Series, spec: Spec, lines: Lines
) -> str:
    """What to tell of a column of numbers that looks as if it were in another unit."""
    if not spec.variable.is_numeric or spec.codes:
        return ""
    refused = why.is_not_null()
    if spec.rules.soft == "refuse" and not lines.accept_soft:
        refused = refused | soft
    outside = (refused & values.is_not_null() & unusual(values, spec.variable)).fill_null(False)
    return of_another_unit(values, outside, spec) if outside.any() else ""


def _values(found: Words, spec: Spec, lines: Lines) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Values, why there is none, and what the cell held where that differs."""
    variable = spec.variable
    if variable.kind == "datetime" and not spec.unit:
        values, why = dates(
            found.cells, spec.rules.date_format, excel=lines.excel, wall=spec.rules.wall
        )
        return values, why, nothing(len(values))
    if variable.is_numeric or variable.kind == "datetime":
        return numeric(found.cells, found.text, spec, found.fixed)
    return choices(found.text, spec)


def of_fix(why: pl.Series, found: Words, what: str) -> pl.Series:
    """Reasons; where a fix of the map is at fault and not the cell, they say so."""
    if found.fixed is None:
        return why
    told = "The fix of the map '" + found.text.fill_null("") + f"' {what}. " + why
    return why.zip_with(~(found.fixed & why.is_not_null()), told)


def lost_fixes(column: str, fix: Mapping[str, str], lines: Lines) -> tuple[BadCell, ...]:
    """The corrections of a map for keys the file does not have."""
    known = set(lines.keys.to_list()) if fix else set()
    text = "The map corrects this key, which the file does not have."
    return tuple(BadCell(lines.where, 0, column, key, text) for key in fix if key not in known)


def bad_cells(column: str, text: pl.Series, why: pl.Series, lines: Lines) -> tuple[BadCell, ...]:
    """The cells that cannot be imported, with what they hold and what is allowed."""
    places = why.is_not_null().arg_true()
    first = places[:MOST]
    listed = tuple(
        BadCell(lines.where, row, column, held or "", reason)
        for row, held, reason in zip(lines.rows[first], text[first], why[first], strict=True)
    )
    if len(places) <= MOST:
        return listed
    rest = f"And {len(places) - MOST} more cells of this column."
    return (*listed, BadCell(lines.where, 0, column, "...", rest))

"""Cells that hold the rate of an infusion: numbers in the unit the registry keeps them in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import polars as pl

from afterload.core.errors import BadCell
from afterload.core.variable import UnitForm, Variable
from afterload.core.vocabulary import standard
from afterload.registry.convert_cells import Cells, Lines, read_cells
from afterload.registry.convert_keys import Keyed
from afterload.registry.convert_numbers import as_held, nothing, plain
from afterload.registry.mapping import Infusion, Spec, TableMap
from afterload.registry.rate_units import RATE_UNITS, RateForm, rate_form


@dataclass(frozen=True, slots=True)
class Rates:
    """The rates of one infusion.

    Args:
        cells: The rates, null where missing, shape (n,).
        unit: The unit each is kept in, shape (n,).
        told: The units they were told in that are not those they are kept in.
        unweighed: How many are kept as told because the weight is missing.
    """

    cells: Cells
    unit: pl.Series
    told: tuple[str, ...] = ()
    unweighed: int = 0


def read_rates(
    raw: pl.Series,
    units: pl.Series | None,
    weights: pl.Series | None,
    infusion: Infusion,
    lines: Lines,
) -> Rates:
    """Read the cells of one infusion.

    Args:
        raw: The cells, shape (n,).
        units: The unit each row tells, shape (n,); the map's own stands first.
        weights: The patient's weight in kg, null where missing, shape (n,); None if not asked for.
        infusion: What they are.
        lines: The rows they stand in.
    """
    n = len(raw)
    must_tell = units is not None and not infusion.unit
    if units is None or infusion.unit:
        units = pl.Series("unit", [infusion.unit]).new_from_index(0, n)
    weighed = nothing(n).is_not_null() if weights is None else weights.is_not_null()
    order = pl.Series("i", range(n), dtype=pl.UInt32)
    parts: list[tuple[pl.Series, Cells, pl.Series]] = []
    told: dict[str, None] = {}
    unweighed = 0
    for unit, has_weight, here in _groups(units, weighed):
        some, cells_of = lines.filter(here), raw.filter(here)
        form = _form(infusion, unit, weighed=has_weight, must_tell=must_tell)
        if isinstance(form, str):
            cells = _without_unit(cells_of, form, infusion, some)
            parts.append((order.filter(here), cells, nothing(len(some.rows))))
            continue
        weight = weights.filter(here) if weights is not None and form.per_kg else None
        cells = _read(cells_of, form, unit, weight, infusion, some)
        count = len(cells.values) - cells.values.null_count()
        if count and unit and (form.factor != 1 or form.per_kg):
            told[unit] = None
        if weights is not None and not has_weight:
            whole = _form(infusion, unit, weighed=True, must_tell=must_tell)
            unweighed += count if whole != form else 0
        kept = pl.Series("unit", [form.unit]).new_from_index(0, len(some.rows))
        parts.append((order.filter(here), cells, kept))
    return _together(parts, tuple(told), unweighed)


def read_weights(
    rows: Keyed, table: TableMap, infusion: Infusion
) -> tuple[pl.Series, list[BadCell]]:
    """The weights an infusion is divided by, read as the map says of that column elsewhere."""
    own = next(
        (s for s in table.specs if s.column == infusion.weight and s.variable.name == "weight_kg"),
        None,
    )
    spec = own or Spec(infusion.weight, standard()["weight_kg"], table.rules)
    cells = read_cells(rows.columns[infusion.weight], spec, rows.lines)
    return cells.values, [] if own else list(cells.bad)


def _groups(units: pl.Series, weighed: pl.Series) -> Iterator[tuple[str, bool, pl.Series]]:
    """The rows of each unit, with and without a weight."""
    texts = units.fill_null("")
    for unit in texts.unique(maintain_order=True).to_list():
        same = texts == unit
        for has_weight in (True, False):
            here = same & (weighed if has_weight else ~weighed)
            if here.any():
                yield unit, has_weight, here


def _form(infusion: Infusion, unit: str, *, weighed: bool, must_tell: bool) -> RateForm | str:
    """How a rate in a unit is kept; or why it cannot be read."""
    if not unit and (infusion.variable is None or must_tell):
        return 'The unit of the rate is missing. Say which with unit = "...".'
    form = rate_form(infusion.variable, unit, weighed=weighed)
    if form is None:
        known = ", ".join(one.unit for one in RATE_UNITS.values())
        return f"{unit!r} is not a unit of a rate. Known: {known}."
    return form


def _without_unit(raw: pl.Series, why: str, infusion: Infusion, lines: Lines) -> Cells:
    """Cells whose unit cannot be told: those with a rate are refused, or count as missing."""
    wrong = nothing(len(raw)).set(plain(raw).is_not_null(), why)
    variable = Variable(infusion.drug, infusion.drug, low=0)
    return read_cells(raw, _spec(infusion, variable, RateForm(""), ""), lines, wrong)


def _spec(infusion: Infusion, variable: Variable, form: RateForm, unit: str) -> Spec:
    return Spec(
        column=infusion.column,
        variable=variable,
        rules=infusion.rules,
        unit=unit,
        form=UnitForm(unit, form.factor),
        codes=infusion.codes,
        fix=infusion.fix,
    )


def _read(
    raw: pl.Series,
    form: RateForm,
    unit: str,
    weight: pl.Series | None,
    infusion: Infusion,
    lines: Lines,
) -> Cells:
    """Rates told in one unit; only in the drug's own unit do its ranges apply."""
    loose = Variable(infusion.drug, infusion.drug, unit=form.unit, low=0)
    own = infusion.variable if form.is_own and infusion.variable is not None else loose
    if weight is None:
        return read_cells(raw, _spec(infusion, own, form, unit), lines)
    told = replace(loose, unit=unit)
    first = read_cells(raw, _spec(infusion, told, RateForm(unit), unit), lines)
    # the number that is compared is no longer the one in the cell, so no other unit is guessed
    own = replace(own, units=())
    plain_spec = replace(_spec(infusion, own, RateForm(form.unit), ""), codes={}, fix={})
    second = read_cells(first.values * form.factor / weight, plain_spec, lines)
    held = dict(zip(lines.rows.to_list(), as_held(raw).to_list(), strict=True))
    bad = (replace(cell, value=held.get(cell.row) or cell.value) for cell in second.bad)
    entered = plain(raw).set(first.values.is_null(), None) + f" {unit}"
    return Cells(
        values=second.values,
        entered=first.entered.fill_null(entered),
        accepted=second.accepted,
        missing=first.missing,
        bad=(*first.bad, *bad),
        blanked=first.blanked + second.blanked,
        fixed=first.fixed,
    )


def _together(
    parts: list[tuple[pl.Series, Cells, pl.Series]], told: tuple[str, ...], unweighed: int
) -> Rates:
    """The rows of every unit in their own order again."""
    order = pl.concat([index for index, _, _ in parts]).arg_sort()

    def join(columns: Iterable[pl.Series]) -> pl.Series:
        return pl.concat([column.rename("x") for column in columns])[order]

    cells = [one for _, one, _ in parts]
    whole = Cells(
        values=join(c.values.cast(pl.Float64) for c in cells),
        entered=join(c.entered for c in cells),
        accepted=join(c.accepted for c in cells),
        missing=join(c.missing for c in cells),
        bad=tuple(b for c in cells for b in c.bad),
        blanked=sum(c.blanked for c in cells),
        fixed=sum(c.fixed for c in cells),
    )
    return Rates(whole, join(unit for _, _, unit in parts), told, unweighed)

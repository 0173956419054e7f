"""Taking out of an export what could tell who a patient is.

What goes: dates (days from t0 stay), year of birth, every free text (text variables, models,
definitions, reasons, names, what cells held), hospital stays, row numbers. Keys are new and random,
and rows stand in their order, so that neither tells when a patient was admitted. Centres are
numbered at random. Ages above 89 are grouped as 90. A time that knows the day alone is told in
whole days, so that it does not tell the clock time of t0. A site's own variable goes too, unless it
was declared `identifying = false` or is named in `keep`: nobody but the site knows what it tells.
What stays can still single out a patient of a small cohort: that is for the data protection officer
to judge.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, time
from random import Random
from typing import Any

from afterload.core.variable import Variable
from afterload.core.vocabulary import standard
from afterload.registry.mapping_rules import REASONS
from afterload.registry.rate_units import RATE_UNITS
from afterload.registry.shape import Field, Shape

Columns = dict[str, list[Any]]

OLDEST = 89
"""Ages above it are grouped."""

NOTES: Mapping[str, str] = {
    "age_years": "90 stands for 90 or older",
    "centre": "numbered at random",
    "key": "new random key",
    "patient": "new random key",
    "episode": "new random key",
    "run": "new random key",
}
"""What the codebook tells of columns that were changed."""


def notes_of(shapes: Mapping[str, Shape]) -> dict[str, str]:
    """What the codebook tells of columns that were changed, by their name."""
    every = {name: NOTES["age_years"] for shape in shapes.values() for name in ages(shape)}
    return {**every, **NOTES}


_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
_LEFT_OUT = frozenset(("query", "site_variable"))
_DROPPED = frozenset(("id", "encounter", "t0", "birth_year", "entered", "warnings"))
_KEPT_TEXT = frozenset(("key", "centre", "drug", "unit", "score", "version"))


def deidentify(
    tables: Mapping[str, Columns],
    shapes: Mapping[str, Shape],
    rng: Random,
    keep: Collection[str] = (),
) -> dict[str, Columns]:
    """Tables without what could tell who a patient is.

    Args:
        tables: The exported columns by table and name.
        shapes: The registry's tables.
        rng: Where new keys and numbers come from.
        keep: Site variables that tell nothing of who a patient is, beside those declared so.
    """
    hidden = {variable.name for variable in own_variables(shapes) if not _is_safe(variable, keep)}
    zero = _zeros(tables)
    keys = {
        name: _new_keys(tables.get(name, {}).get("key", []), rng) for name in ("patient", "episode")
    }
    runs = tables.get("run", {})
    pairs = list(zip(runs.get("episode", []), runs.get("key", []), strict=True))
    keys_of_runs = _new_keys(pairs, rng)
    centres = _centres(tables.get("episode", {}).get("centre", []), rng)
    made = {}
    for name, columns in tables.items():
        if name in _LEFT_OUT:
            continue
        new = _without_times(_without_text(columns, shapes[name], hidden), shapes[name], name, zero)
        if "run" in new:
            both = zip(columns["episode"], columns["run"], strict=True)
            new["run"] = [keys_of_runs.get(pair) for pair in both]
        if name == "run":
            new["key"] = [keys_of_runs[pair] for pair in pairs]
        elif "key" in new:
            new["key"] = [keys[name][key] for key in columns["key"]]
        for link in ("patient", "episode"):
            if link in new:
                new[link] = [keys[link].get(key) for key in columns[link]]
        if "centre" in new:
            new["centre"] = [centres.get(centre) for centre in new["centre"]]
        for age in ages(shapes[name]) & set(new):
            new[age] = [grouped(years) for years in new[age]]
        if "inputs" in new:
            new["inputs"] = [_inputs(told, hidden) for told in new["inputs"]]
        made[name] = _in_order(new)
    return made


def grouped(age: float | None) -> float | None:
    """An age as it may be told: above 89 it is 90."""
    return 90.0 if age is not None and age > OLDEST else age


def own_variables(shapes: Mapping[str, Shape]) -> Iterator[Variable]:
    """The site's own variables."""
    for shape in shapes.values():
        for field in shape.fields:
            of = field.variable
            if of and of.level == "site" and field.kind != "text" and field.name == of.name:
                yield of


def left_out(
    tables: Mapping[str, Columns], shapes: Mapping[str, Shape], keep: Collection[str] = ()
) -> tuple[str, ...]:
    """The site variables with values that a deidentified export leaves out, free text aside."""
    return tuple(
        variable.name
        for variable in own_variables(shapes)
        if not _is_safe(variable, keep)
        and {variable.name, f"{variable.name}_h"} & set(tables.get(variable.table, ()))
    )


def _is_safe(variable: Variable, keep: Collection[str]) -> bool:
    return variable.identifying is False or variable.name in keep


def ages(shape: Shape) -> set[str]:
    """The columns that hold years of life: every number in years that is no calendar year."""
    return {
        field.name
        for field in shape.fields
        if field.variable and field.variable.unit == "a" and field.name not in _DROPPED
    }


def _inputs(told: Mapping[str, Any] | None, hidden: Collection[str]) -> dict[str, Any] | None:
    """The values a score rests on, the age as it may be told."""
    made = {name: dict(given) for name, given in (told or {}).items() if name not in hidden}
    if "age_years" in made:
        made["age_years"]["value"] = grouped(made["age_years"]["value"])
    return made or None


def _zeros(tables: Mapping[str, Columns]) -> dict[str, datetime | None]:
    """Time zero of every episode."""
    episode = tables.get("episode", {})
    keys = episode.get("key", [])
    return dict(zip(keys, episode.get("t0", [None] * len(keys)), strict=True))


def _new_keys(old: list[Any], rng: Random) -> dict[Any, str]:
    made: dict[Any, str] = {}
    taken: set[str] = set()
    for key in old:
        new = "".join(rng.choice(_LETTERS) for _ in range(10))
        while new in taken:
            new = "".join(rng.choice(_LETTERS) for _ in range(10))
        taken.add(new)
        made[key] = new
    return made


def _centres(old: list[Any], rng: Random) -> dict[Any, str]:
    names = sorted({centre for centre in old if centre is not None})
    rng.shuffle(names)
    return {name: f"C{number}" for number, name in enumerate(names, start=1)}


def _without_text(columns: Columns, shape: Shape, hidden: Collection[str]) -> Columns:
    fields = shape.by_name
    kept = {}
    for name, values in columns.items():
        field = fields.get(name)
        text = field is not None and field.kind == "text"
        if name in _DROPPED or (text and name not in _KEPT_TEXT):
            continue
        if field is not None and field.variable and field.variable.name in hidden:
            continue
        kept[name] = values
    if "drug" in kept:
        known = {v.name for v in standard().values() if v.section.startswith("I.")}
        kept["drug"] = [drug if drug in known else "other" for drug in kept["drug"]]
    if "unit" in kept:
        kept["unit"] = [_unit(unit) for unit in kept["unit"]]
    if "missing" in kept:
        kept["missing"] = [_reasons(told, hidden) for told in kept["missing"]]
    if "accepted" in kept:
        kept["accepted"] = [
            [name for name in told if name not in hidden] or None if told else None
            for told in kept["accepted"]
        ]
    return kept


def _unit(unit: str | None) -> str | None:
    """A unit if it is one, not a text somebody wrote in its place."""
    known = {form for v in standard().values() for form in v.readable_units}
    known |= {one.unit for one in RATE_UNITS.values()}
    return unit if unit in known else None


def _reasons(told: Mapping[str, str] | None, hidden: Collection[str]) -> dict[str, str] | None:
    kept = {n: why for n, why in (told or {}).items() if why in REASONS and n not in hidden}
    return kept or None


def _without_times(
    columns: Columns, shape: Shape, table: str, zero: Mapping[str, datetime | None]
) -> Columns:
    """Every time as days from t0, under its name with `_d`."""
    fields = shape.by_name
    times = [name for name in columns if _is_time(name, fields)]
    names = dict.fromkeys(name.removesuffix("_h") for name in times)
    owner = columns.get("key" if table == "episode" else "episode")
    made: Columns = {}
    for name, values in columns.items():
        base = name.removesuffix("_h")
        if name not in times:
            made[name] = values
        elif base in names and owner is not None:
            del names[base]
            nothing = [None] * len(values)
            pairs = zip(
                owner, columns.get(base, nothing), columns.get(f"{base}_h", nothing), strict=True
            )
            made[f"{base}_d"] = [_days(at, hours, zero.get(key)) for key, at, hours in pairs]
    if {"start", "stop"} <= set(columns) and "start_d" in made:
        _straighten(made, columns)
    return made


def _straighten(made: Columns, columns: Columns) -> None:
    """Keep the order of a start and a stop of which one knows the day alone."""
    pairs = zip(columns["start"], columns["stop"], strict=True)
    for place, (start, stop) in enumerate(pairs):
        first, last = made["start_d"][place], made["stop_d"][place]
        if start and stop and start <= stop and None not in (first, last) and last < first:
            which = "start_d" if _is_day_alone(start) else "stop_d"
            made[which][place] = last if which == "start_d" else first


def _is_time(name: str, fields: Mapping[str, Field]) -> bool:
    base = fields.get(name.removesuffix("_h"))
    return name in fields and base is not None and base.kind == "time"


def _days(at: datetime | None, hours: float | None, zero: datetime | None) -> float | None:
    if at is not None and zero is not None:
        if _is_day_alone(at):
            return float((at.date() - zero.date()).days)
        return round((at - zero).total_seconds() / 86_400, 4)
    return None if at is not None or hours is None else hours / 24


def _is_day_alone(at: datetime) -> bool:
    return at.time() == time()


def _in_order(columns: Columns) -> Columns:
    """Rows in the order of their new keys."""
    by = [columns[name] for name in ("key", "patient", "episode") if name in columns]
    if not by:
        return columns
    order = sorted(range(len(by[0])), key=lambda i: tuple(str(values[i]) for values in by))
    return {name: [values[i] for i in order] for name, values in columns.items()}

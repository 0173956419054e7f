"""The vocabulary: every clinical variable, read from `vocabulary.csv` and `units.csv`.

The tables are data so that a clinician can read and correct them. A site adds its own variables
with a TOML file; they are then as good as ours:

    [variable.bnp]
    label = "BNP"
    label_fr = "BNP"
    kind = "num"
    unit = "ng/L"
    range = [1, 100000]
    soft_range = [5, 10000]
    when = "each set"
    table = "observation"
    codes = "LOINC 30934-4"
    units = { "pg/mL" = 1.0 }
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from math import inf
from pathlib import Path
from typing import Any, get_args

from afterload.core.errors import InputError, UnknownName
from afterload.core.variable import Choice, Kind, Table, UnitForm, Variable


@dataclass(frozen=True, slots=True)
class Vocabulary(Mapping[str, Variable]):
    """Variables by name; an alias finds its variable too."""

    variables: Mapping[str, Variable]
    _by_alias: Mapping[str, str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        aliases = {a: v.name for v in self.variables.values() for a in v.aliases}
        object.__setattr__(self, "_by_alias", aliases)

    def __getitem__(self, name: str) -> Variable:
        if name in self.variables:
            return self.variables[name]
        if name in self._by_alias:
            return self.variables[self._by_alias[name]]
        raise UnknownName("variable", name, [*self.variables, *self._by_alias])

    def __iter__(self) -> Iterator[str]:
        return iter(self.variables)

    def __len__(self) -> int:
        return len(self.variables)

    def __contains__(self, name: object) -> bool:
        return name in self.variables or name in self._by_alias

    def in_table(self, table: Table) -> tuple[Variable, ...]:
        """The variables one registry table keeps, in the order of the dictionary."""
        return tuple(v for v in self.variables.values() if v.table == table)

    def with_variables(self, more: Iterable[Variable]) -> Vocabulary:
        """This vocabulary and a site's own variables.

        Raises:
            InputError: A new variable has the name or alias of an existing one.
        """
        merged = dict(self.variables)
        for variable in more:
            taken = [n for n in (variable.name, *variable.aliases) if n in self or n in merged]
            if taken:
                raise InputError(
                    f"The variable {taken[0]!r} is already declared. Choose another name."
                )
            merged[variable.name] = variable
        return Vocabulary(merged)


@cache
def standard() -> Vocabulary:
    """The vocabulary that comes with afterload (see docs/reference/vocabulary.md)."""
    folder = files("afterload.core")
    units: dict[str, list[UnitForm]] = {}
    for row in csv.DictReader(folder.joinpath("units.csv").read_text("utf-8").splitlines()):
        form = UnitForm(row["unit"], float(row["factor"]), float(row["offset"]), row["source"])
        units.setdefault(row["variable"], []).append(form)
    rows = csv.DictReader(folder.joinpath("vocabulary.csv").read_text("utf-8").splitlines())
    variables = (_from_row(row, tuple(units.get(row["name"], ()))) for row in rows)
    return Vocabulary({variable.name: variable for variable in variables})


def site_variables(path: Path) -> tuple[Variable, ...]:
    """Read a site's own variables from a TOML file.

    Raises:
        InputError: The file cannot be read, or a declaration is incomplete or contradicts itself.
    """
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from error
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path} is not valid TOML: {error}.") from error
    return declared_variables(document.get("variable", {}), str(path))


def declared_variables(tables: Mapping[str, Any], where: str) -> tuple[Variable, ...]:
    """Variables declared as `[variable.NAME]` tables; `where` names the file in errors.

    Raises:
        InputError: A declaration is incomplete or contradicts itself.
    """
    return tuple(_from_toml(name, table, where) for name, table in tables.items())


_TOML_KEYS = {
    "label", "label_fr", "kind", "unit", "range", "soft_range", "when", "table", "choices",
    "codes", "aliases", "units",
}  # fmt: skip


def _from_toml(name: str, table: Mapping[str, Any], where: str) -> Variable:
    def refuse(what: str) -> InputError:
        return InputError(f"{where}: [variable.{name}] {what}.")

    if not (name.isascii() and name.replace("_", "a").isalnum() and name.islower()):
        raise refuse("needs a name of lower-case letters, digits and underscores")
    if name[0].isdigit() or len(name) > 40:
        raise refuse("needs a name that starts with a letter and has at most 40 characters")
    unknown = set(table) - _TOML_KEYS
    if unknown:
        raise refuse(f"has an unknown key {min(unknown)!r}; known: {', '.join(sorted(_TOML_KEYS))}")
    kind = table.get("kind", "num")
    if kind not in get_args(Kind) or kind in ("id", "calc"):
        raise refuse(f"kind {kind!r} must be num, int, bool, enum, multi, datetime or text")
    place = table.get("table", "episode")
    if place not in get_args(Table) or place == "meta":
        raise refuse(f"table {place!r} must be one of {', '.join(get_args(Table)[:-1])}")
    low, high = table.get("range", (-inf, inf))
    soft_low, soft_high = table.get("soft_range", (-inf, inf))
    if not (low <= high and soft_low <= soft_high):
        raise refuse("has a range whose low end is above its high end")
    choices = tuple(_choice(choice) for choice in table.get("choices", ()))
    if (kind in ("enum", "multi")) != bool(choices):
        raise refuse("must list choices if, and only if, its kind is enum or multi")
    return Variable(
        name=name,
        label=table.get("label", name),
        label_fr=table.get("label_fr", ""),
        kind=kind,
        unit=table.get("unit", ""),
        low=float(low),
        high=float(high),
        soft_low=float(soft_low),
        soft_high=float(soft_high),
        when=table.get("when", ""),
        table=place,
        section="Site variables",
        level="site",
        codes=table.get("codes", ""),
        tag="SITE",
        choices=choices,
        aliases=tuple(table.get("aliases", ())),
        units=tuple(
            UnitForm(unit, float(factor), source=where)
            for unit, factor in table.get("units", {}).items()
        ),
    )


def _from_row(row: Mapping[str, str], units: tuple[UnitForm, ...]) -> Variable:
    def number(key: str, otherwise: float) -> float:
        return float(row[key]) if row[key] else otherwise

    return Variable(
        name=row["name"],
        label=row["label"],
        label_fr=row["label_fr"],
        kind=row["kind"],  # type: ignore[arg-type]
        unit=row["unit"],
        low=number("low", -inf),
        high=number("high", inf),
        soft_low=number("soft_low", -inf),
        soft_high=number("soft_high", inf),
        when=row["when"],
        table=row["table"],  # type: ignore[arg-type]
        section=row["section"],
        level=row["level"],  # type: ignore[arg-type]
        codes=row["codes"],
        tag=row["tag"],  # type: ignore[arg-type]
        scores=row["scores"],
        choices=tuple(_choice(text) for text in row["choices"].split("|") if text),
        aliases=tuple(a for a in row["aliases"].split("|") if a),
        units=units,
    )


def _choice(text: str) -> Choice:
    """Read "name=English=français"; a missing label is the name."""
    name, _, labels = text.partition("=")
    english, _, french = labels.partition("=")
    return Choice(name.strip(), english.strip() or name.strip(), french.strip())

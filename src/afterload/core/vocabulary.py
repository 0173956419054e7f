"""The vocabulary: every clinical variable, read from `vocabulary.csv` and `units.csv`.

The tables are data so that a clinician can read and correct them. Names, units, hard ranges and
codes are those of the data dictionary; the soft ranges are afterload's own choice of what is usual
in an adult in shock, from no publication. `units.csv` says where each factor is from ("MEMORY": a
molar mass not yet seen in a source). Urea in mg/dL is read as urea nitrogen (BUN), as in the United
States; urea itself is "mg/dL{urea}".

A site adds its own variables with a TOML file; they are then as good as ours:

    [variable.bnp]
    label = "BNP"
    label_fr = "BNP"
    kind = "num"
    unit = "ng/L"
    range = [1, 100000]
    soft_range = [5, 10000]
    table = "observation"
    codes = "LOINC 30934-4"
    units = { "pg/mL" = 1.0 }
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from math import inf
from pathlib import Path
from typing import Any, get_args

from afterload.core.errors import InputError, UnknownName
from afterload.core.variable import NUMERIC, Choice, Kind, Table, UnitForm, Variable


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
        taken = {*self.variables, *self._by_alias}
        for variable in more:
            for name in (variable.name, *variable.aliases):
                if name in taken:
                    raise InputError(f"{name!r} is already declared. Choose another name.")
                taken.add(name)
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
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path} is not valid TOML: {error}.") from error
    if set(document) != {"variable"}:
        found = ", ".join(document) or "nothing"
        raise InputError(f"{path} must hold [variable.NAME] tables and no more; it has {found}.")
    return declared_variables(document["variable"], str(path))


def declared_variables(tables: Mapping[str, Any], where: str) -> tuple[Variable, ...]:
    """Variables declared as `[variable.NAME]` tables; `where` names the file in errors.

    Raises:
        InputError: A declaration is incomplete or contradicts itself.
    """
    if not isinstance(tables, Mapping):
        raise InputError(f"{where}: 'variable' must hold [variable.NAME] tables.")
    return tuple(_from_toml(name, table, where) for name, table in tables.items())


_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_TEXTS = ("label", "label_fr", "unit", "when", "codes")
_NUMBERS = ("range", "soft_range", "units")
_TOML_KEYS = {*_TEXTS, *_NUMBERS, "kind", "table", "choices", "aliases", "identifying"}


def _from_toml(name: str, table: Mapping[str, Any], where: str) -> Variable:
    problem = _problem(name, table)
    if problem:
        raise InputError(f"{where}: [variable.{name}] {problem}.")
    low, high = map(float, table.get("range", (-inf, inf)))
    soft_low, soft_high = map(float, table.get("soft_range", (low, high)))
    texts: dict[str, str] = {"label": name} | {key: table[key] for key in _TEXTS if key in table}
    return Variable(
        name=name,
        kind=table.get("kind", "num"),
        low=low,
        high=high,
        soft_low=soft_low,
        soft_high=soft_high,
        table=table.get("table", "episode"),
        section="Site variables",
        level="site",
        tag="SITE",
        choices=tuple(_choice(choice) for choice in table.get("choices", ())),
        aliases=tuple(table.get("aliases", ())),
        units=tuple(
            UnitForm(unit, float(factor), source=where)
            for unit, factor in table.get("units", {}).items()
        ),
        identifying=table.get("identifying"),
        **texts,
    )


def _problem(name: str, table: Mapping[str, Any]) -> str:
    """What is wrong with a declaration, as the end of a sentence; empty when nothing is."""
    if not _NAME.fullmatch(name):
        return "needs a name of lower-case letters, digits and underscores, 40 at most"
    if not isinstance(table, Mapping):
        return "must be a table of declarations"
    unknown = set(table) - _TOML_KEYS
    if unknown:
        return f"has an unknown key {min(unknown)!r}; known: {', '.join(sorted(_TOML_KEYS))}"
    for key in _TEXTS:
        if not isinstance(table.get(key, ""), str):
            return f"{key} must be text in quotes"
    for key in ("choices", "aliases"):
        texts = table.get(key, ())
        if not isinstance(texts, list | tuple) or not all(isinstance(t, str) and t for t in texts):
            return f"{key} must be a list of texts in quotes"
    if not isinstance(table.get("identifying", False), bool):
        return "identifying must be true or false"
    kind, place = table.get("kind", "num"), table.get("table", "episode")
    if kind not in get_args(Kind) or kind in ("id", "calc"):
        return f"kind {kind!r} must be num, int, bool, enum, multi, datetime or text"
    if place not in get_args(Table) or place == "meta":
        return f"table {place!r} must be one of {', '.join(get_args(Table)[:-1])}"
    return _problem_of_numbers(table, kind) or _problem_of_choices(table, kind)


def _problem_of_numbers(table: Mapping[str, Any], kind: str) -> str:
    idle = [key for key in (*_NUMBERS, "unit") if table.get(key) and kind not in NUMERIC]
    if idle:
        return f"cannot have {idle[0]}: its kind is {kind}"
    for key in ("range", "soft_range"):
        ends = table.get(key, [0, 1])
        if not (isinstance(ends, list | tuple) and len(ends) == 2 and all(map(_is_number, ends))):
            return f"{key} must be two numbers, [low, high]"
        if not ends[0] <= ends[1]:
            return f"has a {key} whose low end is above its high end"
    low, high = table.get("range", (-inf, inf))
    soft_low, soft_high = table.get("soft_range", (low, high))
    if not low <= soft_low <= soft_high <= high:
        return "has a soft_range that reaches outside its range"
    units = table.get("units", {})
    if isinstance(units, Mapping) and all(_is_number(f) and 0 < f < inf for f in units.values()):
        return ""
    return 'units must be a table of unit and factor above 0, as { "pg/mL" = 1.0 }'


def _problem_of_choices(table: Mapping[str, Any], kind: str) -> str:
    choices = [_choice(text).name for text in table.get("choices", ())]
    if (kind in ("enum", "multi")) != bool(choices):
        return "must list choices if, and only if, its kind is enum or multi"
    return "lists a choice twice or without a name" if len({"", *choices}) <= len(choices) else ""


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value


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

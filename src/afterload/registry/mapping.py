"""What a map says: which column of a spreadsheet is which variable, in what unit and code.

A map is a TOML file (docs/how-to/import-my-spreadsheet.md). `mapping_parse.read_map` turns
one into the frozen records of this module; `convert` follows them.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Literal

from afterload.core.errors import InputError
from afterload.core.variable import UnitForm, Variable
from afterload.core.vocabulary import Vocabulary
from afterload.registry.reader import Reading

OnBad = Literal["refuse", "missing"]
OnSoft = Literal["refuse", "accept", "missing"]
AS_IT_IS = UnitForm("", 1.0)
Take = Literal["only", "first", "last", "lowest", "highest", "median"]


@dataclass(frozen=True, slots=True)
class CellRules:
    """How cells are read; a column's own rules stand before those of its table.

    Args:
        decimal: The decimal mark, "," or "."; either is read if empty.
        date_format: How dates are written, e.g. "DD/MM/YYYY HH:MM"; found out if empty.
        missing: Words that mean missing, with the reason told for each ("" if none is).
        bad: What happens to a cell that cannot be read or lies outside the hard range.
        soft: What happens to a value outside the usual range.
        wall: Whether times keep the clock time they were written with, without their zone;
            else times with a zone become UTC.
    """

    decimal: str = ""
    date_format: str = ""
    missing: Mapping[str, str] = field(default_factory=dict)
    bad: OnBad = "refuse"
    soft: OnSoft = "refuse"
    wall: bool = False


@dataclass(frozen=True, slots=True)
class Spec:
    """One column that is one variable.

    Args:
        column: Name of the column.
        variable: What it holds.
        rules: How its cells are read.
        point: Nominal time point, e.g. "24h"; empty for what is recorded once.
        unit: Unit the cells are in; the variable's own if empty.
        form: How to bring a cell into the variable's unit.
        codes: What each word of a cell stands for.
        fix: What single cells should have said, by episode key.
        take: Which value counts when an episode has several.
        add: The choice a yes in this column adds to a variable with several answers.
    """

    column: str
    variable: Variable
    rules: CellRules = CellRules()
    point: str = ""
    unit: str = ""
    form: UnitForm = AS_IT_IS
    codes: Mapping[str, str | bool | float | None] = field(default_factory=dict)
    fix: Mapping[str, str] = field(default_factory=dict)
    take: Take = "only"
    add: str = ""

    @property
    def name(self) -> str:
        """How reports name it: "lactate@24h"."""
        return f"{self.variable.name}@{self.point}" if self.point else self.variable.name


TimeUnit = Literal["date", "days", "hours", "minutes"]
HOURS: dict[TimeUnit, float] = {"days": 24.0, "hours": 1.0, "minutes": 1 / 60}


@dataclass(frozen=True, slots=True)
class When:
    """Where a time stands: a column of dates, or of a count of days or hours from t0."""

    column: str
    unit: TimeUnit


@dataclass(frozen=True, slots=True)
class Infusion:
    """One column (or one word of a long table) that is the rate of an infusion.

    Args:
        column: Name of the column, or the word.
        drug: Name of the drug.
        variable: The variable of the vocabulary that is its rate; None for other drugs.
        rules: How its cells are read.
        point: Nominal time point at which it ran so; empty if times tell.
        unit: Unit of the rates; the drug's own, or told by each row, if empty.
        weight: Column with the weight rates are divided by; empty if there is none.
        codes: What each word of a cell stands for.
        start, stop: When it ran; None if the table tells.
        fix: What single cells should have said, by episode key.
    """

    column: str
    drug: str
    variable: Variable | None = None
    rules: CellRules = CellRules()
    point: str = ""
    unit: str = ""
    weight: str = ""
    codes: Mapping[str, str | bool | float | None] = field(default_factory=dict)
    start: When | None = None
    stop: When | None = None
    fix: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Event:
    """One column that tells whether a device ran, a complication happened or was decided what.

    Args:
        column: Name of the column.
        table: "device", "complication" or "decision".
        rules: How its cells are read.
        kind: The device, complication or decision; empty if the codes of the column name it.
        holds: Whether the column holds yes or no, a kind, or how long the device ran.
        codes: What each word of a cell stands for: true, false or a kind.
        start, stop: When it began (or happened) and ended; t0 and unknown if not told.
        constants: Further columns of the row, the same for all.
        texts: Further columns of the row, by name, and the column of the sheet with their text.
        fix: What single cells should have said, by episode key.
        empty: What an empty cell of a device means: "no", or nothing if the map does not say.
    """

    column: str
    table: Literal["device", "complication", "decision"]
    rules: CellRules = CellRules()
    kind: str = ""
    holds: Literal["flag", "kind", "days", "hours"] = "flag"
    codes: Mapping[str, str | bool | float | None] = field(default_factory=dict)
    start: When | None = None
    stop: When | None = None
    constants: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    fix: Mapping[str, str] = field(default_factory=dict)
    empty: Literal["", "no"] = ""


@dataclass(frozen=True, slots=True)
class Check:
    """A column that cannot exceed another: at_most * times + plus."""

    column: str
    at_most: str
    times: float = 1.0
    plus: float = 0.0
    why: str = ""


@dataclass(frozen=True, slots=True)
class Long:
    """The columns of a table with one value per row.

    Args:
        variable: Column that says what was measured.
        value: Column with the value.
        unit: Column with its unit; empty if there is none.
        at: When it was measured, or from when an infusion ran so; None if others tell.
        point: Column with the nominal time point; empty if there is none.
        values: What each word of the variable column is; None for one left out on purpose.
        start, stop: When an infusion ran; None if `at` or `point` tells.
        order: Column that tells infusions of one drug apart; empty if there is none.
    """

    variable: str
    value: str
    unit: str
    at: When | None
    point: str
    values: Mapping[str, Spec | Infusion | None]
    start: When | None = None
    stop: When | None = None
    order: str = ""

    @property
    def infusions(self) -> dict[str, Infusion]:
        """The words that are infusions."""
        return {word: of for word, of in self.values.items() if isinstance(of, Infusion)}


@dataclass(frozen=True, slots=True)
class TableMap:
    """How one shape of sheet is read.

    Args:
        place: How errors name it, e.g. "langen.toml: table 2".
        file: Pattern of the file's name; any file if empty.
        reading: What is known about the file's form.
        patient, episode, centre, encounter: Columns with those keys; empty if there is none.
        rows: Whether its keys may be new, or must be known already.
        unknown_keys: What happens to a row whose key must be known and is not.
        trusted: Whether keys are right as they are, also those that look like totals.
        t0: Column with the time of first flow; empty if there is none.
        at: When the sets of a table with several rows per episode were measured.
        point: Column with the nominal time point of such sets; empty if there is none.
        rules: How its cells are read unless a column says otherwise.
        ignore: Patterns of the columns left out on purpose.
        ignore_others: Whether every other column is left out too.
        constant: Values the same for all rows, as text, by what they are.
        specs: The columns that are variables.
        events: The columns that are devices, complications or decisions.
        infusions: The columns that are rates of infusions.
        checks: Columns that cannot exceed one another.
        long: The columns of a long table; None for a wide one.
    """

    place: str
    file: str = ""
    reading: Reading = field(default_factory=Reading)
    patient: str = ""
    episode: str = ""
    centre: str = ""
    encounter: str = ""
    rows: Literal["new", "existing"] = "new"
    unknown_keys: Literal["refuse", "skip"] = "refuse"
    trusted: bool = False
    t0: str = ""
    at: When | None = None
    point: str = ""
    rules: CellRules = CellRules()
    ignore: tuple[str, ...] = ()
    ignore_others: bool = False
    constant: tuple[tuple[Spec, str], ...] = ()
    specs: tuple[Spec, ...] = ()
    events: tuple[Event, ...] = ()
    infusions: tuple[Infusion, ...] = ()
    checks: tuple[Check, ...] = ()
    long: Long | None = None

    def reads(self, file: str) -> bool:
        """Whether a file of this name is meant."""
        return not self.file or fnmatchcase(file.casefold(), self.file.casefold())

    def columns(self) -> dict[str, str]:
        """Every column it names, with the key of the map that does."""
        named = {
            "patient": self.patient,
            "episode": self.episode,
            "centre": self.centre,
            "encounter": self.encounter,
            "t0": self.t0,
            "at": self.at.column if self.at else "",
            "point": self.point,
        }
        found = {column: key for key, column in named.items() if column}
        found |= {spec.column: "columns" for spec in self.specs}
        for event in self.events:
            found[event.column] = "columns"
            times = (when for when in (event.start, event.stop) if when)
            found |= {when.column: "columns" for when in times if when.column}
            found |= dict.fromkeys(event.texts.values(), "columns")
        for one in self.infusions:
            times = (when for when in (one.start, one.stop) if when)
            found |= {when.column: "columns" for when in times if when.column}
            found |= {column: "columns" for column in (one.column, one.weight) if column}
        for check in self.checks:
            found |= {check.column: "checks", check.at_most: "checks"}
        if self.long:
            long = self.long
            parts = [long.variable, long.value, long.unit, long.point, long.order]
            parts += [one.weight for one in long.infusions.values()]
            found |= {column: "long" for column in parts if column}
            edges = {"at": long.at, "start": long.start, "stop": long.stop}
            found |= {when.column: f"long.{key}" for key, when in edges.items() if when}
        return found

    def ignored(self, column: str) -> bool:
        """Whether a column is left out on purpose."""
        name = column.casefold()
        return any(fnmatchcase(name, pattern.casefold()) for pattern in self.ignore)


@dataclass(frozen=True, slots=True)
class Map:
    """How the sheets of one import are read.

    Args:
        title: What it is for.
        tables: One per shape of sheet.
        variables: The site's own variables it declares.
        vocabulary: The standard variables and the site's own.
        shifted: Whether dates were shifted on purpose, so that they may lie in the future.
    """

    title: str
    tables: tuple[TableMap, ...]
    variables: tuple[Variable, ...]
    vocabulary: Vocabulary
    shifted: bool = False


def unknown(where: str, what: str, name: str, known: Iterable[str]) -> InputError:
    """An error for a name nobody declared, with the closest ones that are."""
    options = list(known)
    folded = {option.casefold(): option for option in reversed(options)}
    close = difflib.get_close_matches(name.casefold(), list(folded), n=3, cutoff=0.5)
    if close:
        hint = f" Did you mean {' or '.join(repr(folded[c]) for c in close)}?"
    else:
        hint = f" Known: {', '.join(options)}." if len(options) <= 12 else ""
    return InputError(f"{where}: {name!r} is not a known {what}.{hint}")

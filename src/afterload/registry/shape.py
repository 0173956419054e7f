"""The registry's tables as plain data: which fields each has, and what a field may hold.

Everything else (the database schema, what is written, what is read) is made from these shapes,
and the shapes are made from the vocabulary, so that a variable is declared once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from afterload.core.errors import InputError
from afterload.core.variable import Variable
from afterload.core.vocabulary import Vocabulary
from afterload.registry.points import POINTS
from afterload.registry.strategy import DEVICE_KINDS

FieldKind = Literal["real", "int", "bool", "text", "word", "words", "time", "json", "link"]
"""How a field is stored. `word` is one of a list, `words` several of a list joined by "|"."""

COMPLICATIONS: tuple[str, ...] = (
    "bleeding", "limb_ischaemia", "stroke", "haemolysis", "infection", "device_failure",
    "diff_hypoxaemia", "rrt", "tamponade", "arrhythmia", "vascular", "thrombosis",
    "lv_distension", "other",
)  # fmt: skip
"""Every kind of complication; `rrt` is a new renal replacement."""

DECISIONS: tuple[str, ...] = (
    "activation", "device", "medical_only", "palliative", "transfer", "escalation", "weaning",
    "withdrawal", "other",
)  # fmt: skip
"""Every kind of decision."""


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a registry table.

    Args:
        name: Its name.
        kind: How it is stored.
        low, high: Hard range of a number, inclusive.
        words: The words a `word` or `words` field may hold; empty for any.
        required: Whether a row must have it.
        link: The table a link points at.
        variable: The clinical variable it keeps, if it keeps one.
        default: What it holds where a row does not say, and what rows written before it was there
            are read as.
    """

    name: str
    kind: FieldKind
    low: float = float("-inf")
    high: float = float("inf")
    words: tuple[str, ...] = ()
    required: bool = False
    link: str = ""
    variable: Variable | None = None
    default: Any = None


@dataclass(frozen=True, slots=True)
class Shape:
    """One registry table.

    Args:
        name: Its name.
        fields: Its columns in order, without the bookkeeping every table shares.
        key: The fields that tell its rows apart by name; empty if rows have no name.
        sentences: The temporal rules inside one row: (rule, SQL, sentence).
    """

    name: str
    fields: tuple[Field, ...]
    key: tuple[str, ...] = ()
    sentences: tuple[tuple[str, str, str], ...] = ()

    @property
    def by_name(self) -> dict[str, Field]:
        """The fields by name."""
        return {field.name: field for field in self.fields}

    @property
    def links(self) -> tuple[Field, ...]:
        """The fields that point at rows of other tables."""
        return tuple(field for field in self.fields if field.kind == "link")


BOOKKEEPING: tuple[str, ...] = (
    "id", "root", "supersedes", "withdrawn", "entry", "digest", "entered", "accepted", "missing",
)  # fmt: skip
"""What every row has beside its own fields."""

NOTES: tuple[Field, ...] = (
    Field("entered", "json"),
    Field("accepted", "json"),
    Field("missing", "json"),
)
"""The bookkeeping a writer gives: the raw text, the values accepted, why values are missing."""

HOURS_LIMIT = 24.0 * 36525
"""Hours from time zero are refused beyond a century."""


def pair(name: str, variable: Variable | None = None, low: float = -HOURS_LIMIT) -> list[Field]:
    """A time as it is kept: the real one, and hours from time zero where no date is known."""
    return [
        Field(name, "time", variable=variable),
        Field(f"{name}_h", "real", low, HOURS_LIMIT, variable=variable),
    ]


def _patient(required: bool = True) -> Field:
    return Field("patient", "link", link="patient", required=required)


def _episode(required: bool = True) -> Field:
    return Field("episode", "link", link="episode", required=required)


def _word(name: str, words: tuple[str, ...], required: bool = False, default: str = "") -> Field:
    return Field(name, "word", words=words, required=required, default=default or None)


def _key(default: str = "") -> Field:
    return Field("key", "text", required=True, default=default or None)


_INTERVAL = [*pair("start"), *pair("stop")]
_STOP = (
    "stop_after_start",
    '("stop" >= "start") AND ("stop_h" >= "start_h")',
    "A {table} stops before it starts.",
)
OCCURRED = '("occurred" IS NULL OR "occurred")'
"""SQL that is true of a complication that occurred: rows from before the column all did."""

TAKEN_AS_T0 = "no start was told; taken as t0"
"""What stands in `entered` beside the start of a device whose start was not told."""

RUNS = '("rate" IS NULL OR "rate" > 0)'
"""SQL that is true of an infusion that runs: a rate of 0 says that it does not."""

_ABSENCE = (
    "absence_without_time",
    '"occurred" OR ("at" IS NULL AND "at_h" IS NULL)',
    "A {table} that did not occur has a time.",
)
_INTERVAL_OF_SCORE = (
    "low_and_high",
    '("low" IS NULL) = ("high" IS NULL) AND ("low" IS NULL OR "low" <= "high")',
    "A {table} has a lowest total above its highest.",
)
_STRUCTURE: tuple[Shape, ...] = (
    Shape("patient", (_key(),), ("key",)),
    Shape(
        "episode",
        (_key(), _patient(), Field("centre", "text"), Field("encounter", "text"),
         Field("t0", "time"), Field("no_device", "bool")),
        ("key",),
    ),
    Shape("run", (_key("1"), _episode(), *_INTERVAL), ("episode", "key"), (_STOP,)),
    Shape(
        "device",
        (_episode(), Field("run", "link", link="run"), _word("kind", DEVICE_KINDS, True),
         Field("model", "text"), *_INTERVAL),
        (),
        (_STOP,),
    ),
    Shape("observation", (_episode(), *pair("at"), _word("nominal", POINTS))),
    Shape(
        "infusion",
        (_episode(), Field("drug", "text", required=True), Field("rate", "real", 0.0),
         Field("unit", "text"), *_INTERVAL, _word("nominal", POINTS)),
        (),
        (_STOP,),
    ),
    Shape(
        "complication",
        (_episode(), _word("kind", COMPLICATIONS, True), Field("occurred", "bool", default=True),
         *pair("at"), Field("definition", "text")),
        (),
        (_ABSENCE,),
    ),
    Shape(
        "decision",
        (_episode(), *pair("at"), _word("kind", DECISIONS, True), Field("who", "text"),
         Field("reason", "text")),
    ),
    Shape("outcome", (_episode(),), ("episode",)),
    Shape("followup", (_episode(), *pair("at"))),
    Shape(
        "score",
        (_episode(), Field("score", "text", required=True), Field("version", "text", required=True),
         _word("nominal", POINTS), Field("total", "real"), Field("low", "real"),
         Field("high", "real"), Field("classes", "json"), Field("inputs", "json"),
         Field("assumed", "json"), Field("wanting", "json"), Field("rule", "text"),
         Field("source", "text"), Field("doi", "text"), Field("warnings", "json")),
        (),
        (_INTERVAL_OF_SCORE,),
    ),
    Shape(
        "query",
        (_episode(False), Field("about_table", "text"), Field("about_row", "int"),
         Field("variable", "text"), Field("question", "text", required=True),
         _word("status", ("open", "closed"), True, "open"), Field("answer", "text")),
    ),
    Shape(
        "site_variable",
        (Field("name", "text", required=True), Field("declaration", "text", required=True)),
        ("name",),
    ),
)  # fmt: skip

TABLES: tuple[str, ...] = tuple(shape.name for shape in _STRUCTURE)
"""Every data table, in the order rows are written: what is pointed at comes first."""


def shapes(vocabulary: Vocabulary) -> Mapping[str, Shape]:
    """The registry's tables for a vocabulary, by name, in writing order.

    Raises:
        InputError: A variable has the name of a column the registry keeps for itself.
    """
    made = {}
    for shape in _STRUCTURE:
        taken = {*BOOKKEEPING, *shape.by_name}
        fields = list(shape.fields)
        for variable in vocabulary.variables.values():
            if variable.table != shape.name:
                continue
            for field in fields_of(variable):
                if field.name in taken:
                    raise InputError(
                        f"The variable {variable.name!r} cannot be kept in the table "
                        f"{shape.name!r}: its column {field.name!r} is taken. "
                        "Choose another name."
                    )
                taken.add(field.name)
                fields.append(field)
        made[shape.name] = Shape(shape.name, tuple(fields), shape.key, shape.sentences)
    return MappingProxyType(made)


_NOT_BEFORE_T0 = frozenset({"death_dt", "hosp_discharge_dt"})


def fields_of(variable: Variable) -> list[Field]:
    """The columns that keep one variable: two for a time, one for everything else."""
    name, low, high, levels = variable.name, variable.low, variable.high, variable.levels
    match variable.kind:
        case "datetime":
            first = 0.0 if name in _NOT_BEFORE_T0 else -HOURS_LIMIT
            return pair(name, variable, first)
        case "num" | "calc":
            return [Field(name, "real", low, high, variable=variable)]
        case "int":
            return [Field(name, "int", low, high, variable=variable)]
        case "bool":
            return [Field(name, "bool", variable=variable)]
        case "enum":
            return [Field(name, "word", words=levels, variable=variable)]
        case "multi":
            return [Field(name, "words", words=levels, variable=variable)]
        case _:
            return [Field(name, "text", variable=variable)]

"""Score columns of patients: the same scores, a million rows at a time."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from afterload.core.errors import InputError, Missing, OutOfRange
from afterload.core.variable import Variable
from afterload.scores import (
    columns_assigned,
    columns_card,
    columns_composite,
    columns_definition,
    columns_formula,
    columns_staging,
)
from afterload.scores.card import Card
from afterload.scores.columns_derive import Bools, Columns, Floats
from afterload.scores.columns_values import Table, as_numbers, by_name
from afterload.scores.inputs import Score, find, kind_of, population_of
from afterload.scores.risk import risk
from afterload.scores.tally import Kind

Bits = NDArray[np.uint32]

CHUNK = 32_768
"""Rows worked on at once: few enough for the processor's cache."""


class Reader(Protocol):
    """What each kind of score tells of columns; a module a kind, see `READERS`."""

    def bounds(
        self, score: Any, variables: Mapping[str, Variable], x: Columns, n: int, /
    ) -> tuple[Floats, Floats, Bits]:
        """Lowest and highest attainable total of every row, and the classes spanned as bits."""

    def class_names(self, score: Any, /) -> tuple[str, ...]:
        """The score's classes, in its order."""

    def open_inputs(
        self, score: Any, variables: Mapping[str, Variable], x: Columns, n: int, /
    ) -> dict[str, Bools]:
        """For every input, the rows it would narrow; the inputs `tally` lists as missing."""


READERS: Mapping[Kind, Reader] = {
    "card": columns_card,
    "formula": columns_formula,
    "staging": columns_staging,
    "definition": columns_definition,
    "assigned": columns_assigned,
    "composite": columns_composite,
}
"""How each kind of score is read on columns."""


@dataclass(frozen=True, slots=True)
class ColumnTally:
    """A score for many patients.

    Args:
        score: The score's name.
        version: Version of the implementation.
        total: Shape (n,), the total, NaN while missing inputs leave it open.
        low, high: Shape (n,), the attainable interval; NaN where the score has no points for a
            patient or the values contradict each other.
        class_names: The score's classes, in its order.
        class_code: Shape (n,), place of the class in `class_names`; -1 where several are spanned
            or none applies.
        class_bits: Shape (n,), bit k set when class k is spanned.
        predicted: The lowest and highest risk that the score's equation gives over the interval,
            each of shape (n,); None where it has no equation.
    """

    score: str
    version: str
    total: Floats
    low: Floats
    high: Floats
    class_names: tuple[str, ...]
    class_code: NDArray[np.int8]
    class_bits: NDArray[np.uint32]
    predicted: tuple[Floats, Floats] | None = None

    def classes(self, row: int) -> tuple[str, ...]:
        """Names of the classes one patient's interval spans."""
        bits = int(self.class_bits[row])
        return tuple(name for k, name in enumerate(self.class_names) if bits >> k & 1)


def score_columns(score: Score, columns: Table) -> ColumnTally:
    """Score many patients at once; the same results as `tally`, row by row.

    Args:
        score: The score.
        columns: Arrays of equal length by name or alias, or a data frame (polars, pandas) of
            inputs, in the variables' own units, NaN where missing. Yes/no is 1/0; a category is
            its place in the variable's levels; several categories are a bit mask of their places;
            a date is hours from t0. In a column of texts each is read as by `tally`: "male",
            "yes", "27 mg/dL". An input without a column is missing for everyone.

    Raises:
        UnknownName: A name is no input of the score.
        OutOfRange: A value is not possible; the message tells the first such row.
        InputError: The arrays differ in length, a text cannot be read, or one input is given twice.
    """
    variables = population_of(score)
    x = _read(score, columns)
    n = len(next(iter(x.values())))
    low, high = np.empty(n), np.empty(n)
    names = READERS[kind_of(score)].class_names(score)
    bits = np.zeros(n, np.uint32)

    def work(rows: slice) -> None:
        part = {name: values[rows] for name, values in x.items()}
        low[rows], high[rows], bits[rows] = _score_chunk(score, variables, part)

    _in_threads(work, _chunks(n), n)
    code = np.full(n, -1, np.int8)
    for place in range(len(names)):
        code[bits == 1 << place] = place
    total = np.where(low == high, low, np.nan)
    return ColumnTally(
        score.about.name,
        score.about.version,
        total,
        low,
        high,
        names,
        code,
        bits,
        _predicted(score, low, high),
    )


def missing_columns(score: Score, columns: Table) -> list[tuple[str, ...]]:
    """For every row, the inputs that would narrow its interval, in the score's order.

    They are the inputs `tally` lists as missing, which orders them by how much they would help.

    Raises:
        UnknownName, OutOfRange, InputError: As `score_columns`.
    """
    variables, x = population_of(score), _read(score, columns)
    n = len(next(iter(x.values())))
    low, high, _ = _score_chunk(score, variables, x)
    open_ = low < high
    found = READERS[kind_of(score)].open_inputs(score, variables, x, n)
    rows: list[list[str]] = [[] for _ in range(n)]
    for name, where in found.items():
        for row in np.flatnonzero(where & open_):
            rows[row].append(name)
    return [tuple(names) for names in rows]


def _predicted(score: Score, low: Floats, high: Floats) -> tuple[Floats, Floats] | None:
    """The risk over every row's interval: it rises, or falls, with the total."""
    if not isinstance(score, Card) or score.predict is None:
        return None
    maths: Any = np
    at_low, at_high = risk(score.predict, low, maths), risk(score.predict, high, maths)
    return np.minimum(at_low, at_high), np.maximum(at_low, at_high)


_T = TypeVar("_T")
_R = TypeVar("_R")


def _in_threads(work: Callable[[_T], _R], parts: Iterable[_T], n: int) -> list[_R]:
    """Do a piece of work for every part; in several threads where there are rows enough.

    NumPy lets go of the interpreter while it computes, so threads share the work and the memory.
    """
    workers = min(os.cpu_count() or 1, 8)
    if workers == 1 or n <= 2 * CHUNK:
        return [work(part) for part in parts]
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(work, parts))


def _chunks(n: int) -> Iterator[slice]:
    return (slice(start, min(start + CHUNK, n)) for start in range(0, n, CHUNK))


def _score_chunk(
    score: Score, variables: Mapping[str, Variable], x: Columns
) -> tuple[Floats, Floats, Bits]:
    n = len(next(iter(x.values())))
    outside = np.zeros(n, np.bool_)
    for limit in score.about.limits:
        if (values := x.get(limit.variable)) is not None:
            outside |= (values < limit.low) | (values > limit.high)
    low, high, bits = READERS[kind_of(score)].bounds(score, variables, x, n)
    if outside.any():
        low[outside] = high[outside] = np.nan
        bits[outside] = 0
    return low, high, bits


def _read(score: Score, columns: Table) -> dict[str, Floats]:
    found: dict[str, tuple[Variable, NDArray[np.generic]]] = {}
    for name, values in by_name(columns):
        variable = find(score, name)
        if variable.name in found:
            raise InputError(f"{variable.name} is given twice, once as {name!r}. Give it once.")
        found[variable.name] = variable, values
    if not found:
        raise Missing(f"{score.about.title} needs at least one column of its inputs.")
    n = max(len(values) for _, values in found.values())
    checked = _in_threads(lambda one: _checked(*one), found.values(), n)
    x = dict(zip(found, checked, strict=True))
    lengths = {len(values) for values in checked}
    if len(lengths) > 1:
        raise InputError(f"The columns differ in length: {min(lengths)} to {max(lengths)} rows.")
    return x


def _checked(variable: Variable, column: NDArray[np.generic]) -> Floats:
    values = as_numbers(variable, column)
    low, high = variable.low, variable.high
    if variable.kind == "bool":
        low, high = 0, 1
    elif variable.kind == "enum":
        low, high = 0, len(variable.levels) - 1
    elif variable.kind == "multi":
        low, high = 0, 2 ** len(variable.levels) - 1
    bad = (values < low) | (values > high)
    if variable.kind in ("bool", "int", "enum", "multi") and not bad.any():
        parted = np.isfinite(values) & (values != np.floor(values))
        if parted.any():
            row = int(parted.argmax())
            raise InputError(
                f"{variable.name} takes a whole number, not {values[row]:g}. It stands in row "
                f"{row} of the column; rows count from 0."
            )
    if bad.any():
        row = int(bad.argmax())
        count = int(bad.sum())
        where = f"It stands in row {row} of the column, the first of {count}; rows count from 0."
        raise OutOfRange(replace(variable, low=low, high=high), float(values[row]), where)
    if variable.kind == "enum" and "unknown" in variable.levels:
        values = np.where(values == variable.levels.index("unknown"), np.nan, values)
    return values

"""Columns of patients' values as numbers: words, units and what is missing read value by value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from afterload.core.errors import InputError
from afterload.core.variable import Variable
from afterload.scores.columns_derive import Floats
from afterload.scores.inputs import read_value


class Frame(Protocol):
    """A data frame of any library: its columns' names, and each column by name."""

    @property
    def columns(self) -> Iterable[str]:
        """The names."""

    def __getitem__(self, name: str, /) -> Any:
        """One column."""


Table = Mapping[str, NDArray[np.generic]] | Frame
"""Arrays by name, or a data frame."""


def by_name(table: Table) -> Iterator[tuple[str, NDArray[np.generic]]]:
    """Every column with its name."""
    if isinstance(table, Mapping):
        yield from table.items()
        return
    for name in table.columns:
        yield str(name), table[name]


def as_numbers(variable: Variable, column: NDArray[np.generic]) -> Floats:
    """A column in the variable's own unit, NaN where missing.

    Numbers are taken as they are. In a column of texts each is read as one patient's value is:
    categories and yes/no by their words, numbers with their unit.

    Raises:
        InputError: A text cannot be read, or the column holds dates.
    """
    values = np.asarray(column)
    if values.dtype.kind in "biuf":
        return np.asarray(values, np.float64)
    if values.dtype.kind in "mM":
        raise InputError(
            f"{variable.name} is a column of dates or durations. Give it in "
            f"{variable.unit_label or 'hours from first flow'}."
        )
    found: dict[object, float] = {}
    numbers = np.empty(len(values))
    for row, cell in enumerate(values.tolist()):
        value = tuple(cell) if isinstance(cell, list) else cell
        if value not in found:
            found[value] = _number(variable, value, row)
        numbers[row] = found[value]
    return numbers


def _number(variable: Variable, value: object, row: int) -> float:
    try:
        code = read_value(variable, value)
    except InputError as error:
        raise InputError(f"{error} It stands in row {row} of the column.") from None
    return np.nan if code is None else code

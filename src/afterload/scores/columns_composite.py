"""Scores of several steps on columns: row by row, so for some thousands of patients at most."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from afterload.core.errors import InputError
from afterload.core.variable import Variable
from afterload.scores.columns_derive import Bools, Columns, Floats
from afterload.scores.composite import Composite
from afterload.scores.inputs import as_given

Bits = NDArray[np.uint32]

ROWS = 5_000
"""The most rows scored at once. A row takes about 1 ms, and up to 60 ms to tell what would narrow
it (measured on one core)."""


def bounds(
    score: Composite, variables: Mapping[str, Variable], x: Columns, n: int
) -> tuple[Floats, Floats, Bits]:
    """The attainable interval of every row; NaN where it has none or its values contradict.

    Raises:
        InputError: There are more than `ROWS` rows.
    """
    if n > ROWS:
        raise InputError(
            f"{score.about.title} is worked out patient by patient, at most {ROWS:,} rows at a "
            "time. Give it fewer rows."
        )
    low, high = np.full(n, np.nan), np.full(n, np.nan)
    for row, values in enumerate(_rows(variables, x, n)):
        try:
            reach = score.reach(values)
        except InputError:
            continue
        if reach is not None:
            low[row], high[row] = reach
    return low, high, np.zeros(n, np.uint32)


def class_names(score: Composite) -> tuple[str, ...]:
    """These scores have no classes."""
    del score
    return ()


def open_inputs(
    score: Composite, variables: Mapping[str, Variable], x: Columns, n: int
) -> dict[str, Bools]:
    """For every input, the rows it would narrow."""
    found: dict[str, Bools] = {}
    for row, values in enumerate(_rows(variables, x, n)):
        try:
            missing = score.tally(values).missing
        except InputError:
            continue
        for name in missing:
            found.setdefault(name, np.zeros(n, np.bool_))[row] = True
    return {name: found[name] for name in score.names if name in found}


def _rows(variables: Mapping[str, Variable], x: Columns, n: int) -> Iterator[dict[str, object]]:
    """Every row's values as people read them."""
    for row in range(n):
        codes = {name: float(values[row]) for name, values in x.items()}
        yield {
            name: as_given(variables[name], code).value
            for name, code in codes.items()
            if code == code
        }

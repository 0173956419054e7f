"""Formulas on columns: the attainable interval of every row."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from afterload.core.variable import Variable
from afterload.scores.columns_derive import Bools, Columns, Floats, equation_ends
from afterload.scores.columns_missing import unknown
from afterload.scores.formula import Formula


def bounds(
    formula: Formula, variables: Mapping[str, Variable], x: Columns, n: int
) -> tuple[Floats, Floats, NDArray[np.uint32]]:
    """Lowest and highest attainable value of every row; a formula has no classes."""
    low, high = equation_ends(formula.equation, variables, x, n)
    return low, high, np.zeros(n, np.uint32)


def class_names(formula: Formula) -> tuple[str, ...]:
    """None: an equation has no classes."""
    del formula
    return ()


def open_inputs(
    formula: Formula, variables: Mapping[str, Variable], x: Columns, n: int
) -> dict[str, Bools]:
    """For every input, the rows it would narrow."""
    found: dict[str, Bools] = {}
    for term in (*formula.terms, *formula.also):
        low, high = equation_ends(term.equation, variables, x, n)
        unknown(found, term.equation.inputs, low != high, x, n)
    return found

"""Definitions on columns: whether each row meets one, or can still."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import numpy as np
from numpy.typing import NDArray

from afterload.core.variable import Variable
from afterload.scores.columns_derive import Bools, Columns, Floats, column_of, test_column
from afterload.scores.columns_missing import mark
from afterload.scores.definition import (
    CLASSES,
    Definition,
    Every,
    Rule,
    answers_of,
    shared_of,
)
from afterload.scores.derive import Test

Bits = NDArray[np.uint32]


def bounds(
    score: Definition, variables: Mapping[str, Variable], x: Columns, n: int
) -> tuple[Floats, Floats, Bits]:
    """0 or 1 as the lowest and the highest answer of every row, and both as bits."""
    certain, possible = verdicts(score.rule, variables, _presumed(score, variables, x, n), n)
    bits = (~certain).astype(np.uint32) | possible.astype(np.uint32) << np.uint32(1)
    return certain.astype(np.float64), possible.astype(np.float64), bits


def class_names(score: Definition) -> tuple[str, ...]:
    """Not met, met."""
    del score
    return CLASSES


def open_inputs(
    score: Definition, variables: Mapping[str, Variable], x: Columns, n: int
) -> dict[str, Bools]:
    """For every input, the rows it would settle."""
    found: dict[str, Bools] = {}
    filled = _presumed(score, variables, x, n)
    for criterion in score.criteria:
        _open(found, criterion.rule, np.ones(n, np.bool_), variables, filled, n)
    return found


def verdicts(
    rule: Rule, variables: Mapping[str, Variable], x: Columns, n: int
) -> tuple[Bools, Bools]:
    """Where a rule holds in every completion of the missing inputs, and where in some."""
    shared = {
        name: values
        for name, values in shared_of(rule, variables).items()
        if np.isnan(column_of(x, name, n)).any()
    }
    certain, possible = np.ones(n, np.bool_), np.zeros(n, np.bool_)
    for tried in product(*shared.values()):
        full = dict(x)
        for name, value in zip(shared, tried, strict=True):
            values = column_of(x, name, n)
            full[name] = np.where(np.isnan(values), value, values)
        holds, can = _kleene(rule, variables, full, n)
        certain &= holds
        possible |= can
    return certain, possible


def _kleene(
    rule: Rule, variables: Mapping[str, Variable], x: Columns, n: int
) -> tuple[Bools, Bools]:
    if isinstance(rule, Test):
        return _test(rule, variables[rule.variable], x.get(rule.variable), n)
    every = isinstance(rule, Every)
    join = np.logical_and if every else np.logical_or
    certain, possible = np.full(n, every), np.full(n, every)
    for part in rule.rules:
        holds, can = _kleene(part, variables, x, n)
        join(certain, holds, out=certain)
        join(possible, can, out=possible)
    return certain, possible


def _test(test: Test, variable: Variable, values: Floats | None, n: int) -> tuple[Bools, Bools]:
    always, ever = answers_of(test, variable)
    if values is None:
        return np.full(n, always), np.full(n, ever)
    passed = test_column(test, variable, values)
    missing = np.isnan(values)
    return passed | (missing & always), passed | (missing & ever)


def _presumed(
    score: Definition, variables: Mapping[str, Variable], x: Columns, n: int
) -> dict[str, Floats]:
    """The columns, with the yeses that other inputs stand for while nobody says yes or no."""
    filled = dict(x)
    for presumed in score.presumed:
        yes = np.zeros(n, np.bool_)
        for test in presumed.tests:
            if (values := x.get(test.variable)) is not None:
                yes |= test_column(test, variables[test.variable], values) & ~np.isnan(values)
        stated = column_of(x, presumed.variable, n)
        filled[presumed.variable] = np.where(np.isnan(stated) & yes, 1.0, stated)
    return filled


def _open(
    found: dict[str, Bools],
    rule: Rule,
    rows: Bools,
    variables: Mapping[str, Variable],
    x: Columns,
    n: int,
) -> None:
    """Mark what keeps a rule unknown, in those of some rows where it is."""
    certain, possible = verdicts(rule, variables, x, n)
    rows = rows & possible & ~certain
    if isinstance(rule, Test):
        mark(found, rule.variable, rows)
    else:
        for part in rule.rules:
            _open(found, part, rows, variables, x, n)

"""Stagings on columns: the stages every row can still have."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from afterload.core.variable import Variable
from afterload.scores.columns_derive import Bools, Columns, Floats, test_column
from afterload.scores.columns_missing import unknown
from afterload.scores.derive import Test, passes
from afterload.scores.inputs import population_of
from afterload.scores.staging import Stage, Staging, cells_of, stage_at

Bits = NDArray[np.uint32]


def bounds(
    staging: Staging, variables: Mapping[str, Variable], x: Columns, n: int
) -> tuple[Floats, Floats, Bits]:
    """Mildest and gravest attainable stage of every row, and all of them as bits."""
    place = np.zeros(n, np.int64)
    stages = stage_table(staging)
    for axis, (name, tests) in enumerate(_tests(staging).items()):
        cell = _cell_column(staging, variables[name], tests, x.get(name), n)
        place = place * stages.shape[axis] + cell
    bits = stages.ravel()[place]
    low, high = np.full(n, np.nan), np.empty(n)
    for k in range(len(staging.stages)):
        held = (bits >> np.uint32(k) & np.uint32(1)).astype(np.bool_)
        low[held & np.isnan(low)] = k
        high[held] = k
    return low, high, bits


def class_names(staging: Staging) -> tuple[str, ...]:
    """The stages, the mildest first."""
    return tuple(stage.name for stage in staging.stages)


def open_inputs(
    staging: Staging, variables: Mapping[str, Variable], x: Columns, n: int
) -> dict[str, Bools]:
    """For every input, the rows it would narrow."""
    found: dict[str, Bools] = {}
    for stage in reversed(staging.stages):
        certain, possible = verdicts(stage, variables, x, n)
        names = [test.variable for group in stage.groups for test in group]
        unknown(found, names, possible & ~certain, x, n)
    return found


@cache
def stage_table(staging: Staging) -> Bits:
    """The attainable stages (bits) for every pattern of answers; the last of an axis: missing.

    One axis per input. What is attainable when an input is missing is what any of its cells
    gives, so a missing input costs one pass over the table and nothing per row.
    """
    variables = population_of(staging)
    cells = cells_of(staging, variables)
    table = np.zeros([len(values) + 1 for values in cells.values()], np.uint32)
    for places in product(*(range(len(values)) for values in cells.values())):
        known = {name: cells[name][k] for name, k in zip(cells, places, strict=True)}
        table[places] = 1 << stage_at(staging, variables, known)
    for axis in range(table.ndim):
        cut = np.moveaxis(table, axis, 0)
        cut[-1] = np.bitwise_or.reduce(cut[:-1], axis=0)
    return table


def _tests(staging: Staging) -> dict[str, list[Test]]:
    """The tests each input answers, in the order of `cells_of`."""
    found: dict[str, list[Test]] = {}
    for stage in staging.stages:
        for group in stage.groups:
            for test in group:
                found.setdefault(test.variable, []).append(test)
    return found


def _cell_column(
    staging: Staging, variable: Variable, tests: list[Test], values: Floats | None, n: int
) -> NDArray[np.int64]:
    """The cell each row's value lies in; one past the last where it is missing."""
    cells = cells_of(staging, population_of(staging))[variable.name]
    if values is None:
        return np.full(n, len(cells), np.int64)
    cell_of = np.zeros(2 ** len(tests), np.int64)
    for k, value in enumerate(cells):
        cell_of[sum(passes(test, variable, value) << b for b, test in enumerate(tests))] = k
    answers = np.zeros(n, np.int64)
    for bit, test in enumerate(tests):
        answers |= test_column(test, variable, values).astype(np.int64) << bit
    return np.where(np.isnan(values), len(cells), cell_of[answers])


def verdicts(
    stage: Stage, variables: Mapping[str, Variable], x: Columns, n: int
) -> tuple[Bools, Bools]:
    """Where a stage's own rule holds for certain, and where it can hold."""
    certain, possible = np.zeros(n, np.bool_), np.zeros(n, np.bool_)
    for group in stage.groups:
        all_yes, none_no = np.ones(n, np.bool_), np.ones(n, np.bool_)
        for test in group:
            values = x.get(test.variable)
            if values is None:
                all_yes[:] = False
                continue
            yes = test_column(test, variables[test.variable], values)
            all_yes &= yes
            none_no &= yes | np.isnan(values)
        certain |= all_yes
        possible |= none_no
    return certain, possible

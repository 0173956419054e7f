"""Which missing inputs leave each row's score open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from afterload.core.variable import Variable
from afterload.scores.card import Card, Item
from afterload.scores.columns_card import item_bounds, ways
from afterload.scores.columns_derive import Bools, Columns, any_known, column_of, equation_ends
from afterload.scores.columns_staging import verdicts
from afterload.scores.formula import Formula
from afterload.scores.inputs import Score


def open_inputs(
    score: Score, variables: Mapping[str, Variable], x: Columns, n: int
) -> dict[str, Bools]:
    """For every input, the rows it would narrow; the same inputs that `tally` lists as missing."""
    found: dict[str, Bools] = {}
    if isinstance(score, Card):
        for item in score.items:
            _item(found, item, variables, x, n)
    elif isinstance(score, Formula):
        for term in score.terms:
            low, high = equation_ends(term.equation, variables, x, n)
            _unknown(found, term.equation.inputs, low != high, x, n)
    else:
        for stage in reversed(score.stages):
            certain, possible = verdicts(stage, variables, x, n)
            names = [test.variable for group in stage.groups for test in group]
            _unknown(found, names, possible & ~certain, x, n)
    return found


def _item(
    found: dict[str, Bools], item: Item, variables: Mapping[str, Variable], x: Columns, n: int
) -> None:
    low, high, _ = item_bounds(item, variables, x, n, {})
    open_ = low != high
    asked = open_
    for derived, chosen in ways(item, x, np.isnan(column_of(x, item.variable, n)), n):
        begun = open_ & chosen & any_known(x, derived.inputs, n)
        _unknown(found, derived.inputs, begun, x, n)
        asked = asked & ~begun
    for name in item.asks or (item.variable,):
        _mark(found, name, asked)


def _unknown(
    found: dict[str, Bools], names: Iterable[str], rows: Bools, x: Columns, n: int
) -> None:
    for name in names:
        _mark(found, name, rows & np.isnan(column_of(x, name, n)))


def _mark(found: dict[str, Bools], name: str, rows: Bools) -> None:
    found[name] = found[name] | rows if name in found else rows

"""Values that follow from others by a formula, so that each needs to be given only once."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from afterload.core.calculated import CALCULATED
from afterload.core.vocabulary import standard
from afterload.scores import EGFR, tally
from afterload.scores.inputs import needed, read_value

Completed = tuple[str, float, tuple[str, ...]]
"""A name, its value in the variable's own unit, and what it was worked out from."""


def complete(values: Mapping[str, object]) -> list[Completed]:
    """What follows from some values and is not among them.

    Args:
        values: Values by name or alias, as a patient's.

    Raises:
        InputError: A value cannot be read.
    """
    given = {_plain(name): value for name, value in values.items()}
    found: list[Completed] = []
    for name, calculation in CALCULATED.items():
        if name in given or not all(part in given for part in calculation.inputs):
            continue
        parts = [read_value(standard()[part], given[part]) for part in calculation.inputs]
        if None in parts:
            continue
        value = float(calculation.formula(*(np.array([part], np.float64) for part in parts))[0])
        if standard()[name].low <= value <= standard()[name].high:
            found.append((name, value, calculation.inputs))
    if "egfr" not in given:
        mine = {name: given[name] for name in needed(EGFR) if name in given}
        total = tally(EGFR, mine).total if len(mine) == len(needed(EGFR)) else None
        if total is not None:
            found.append(("egfr", min(total, standard()["egfr"].high), needed(EGFR)))
    return found


def _plain(name: str) -> str:
    """A name of the vocabulary for one of its aliases; any other name as it is."""
    word = name.strip().lower()
    return standard()[word].name if word in standard() else word

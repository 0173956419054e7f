"""The warnings that the values call for, for columns of patients."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from afterload.core.variable import Variable
from afterload.scores.about import Caution
from afterload.scores.band import Range
from afterload.scores.columns_derive import Bools, Columns, Floats
from afterload.scores.inputs import Score, variables_of
from afterload.scores.support import SUPPORT


def warning_columns(score: Score, x: Columns, total: Floats) -> tuple[tuple[str, ...], ...]:
    """For every row, the warnings that one of its values calls for.

    These are the patients outside the population, the readings at a disputed edge and what the
    support that was running does to the score. What is warned of whatever the values (`about`), or
    by how an input was worked out, is told for one patient.

    Args:
        score: The score.
        x: Its inputs by name, coded as for `score_columns`, shape (n,) each, NaN where missing.
        total: Shape (n,), the totals; NaN while open.
    """
    texts: list[str] = []
    marks: list[Bools] = []
    for text, mark in _told(score, x, total):
        if mark.any():
            texts.append(text)
            marks.append(mark)
    if not marks:
        return ((),) * len(total)
    found: dict[bytes, tuple[str, ...]] = {}
    rows = []
    for mask in np.column_stack(marks):
        key = mask.tobytes()
        if key not in found:
            named = (text for text, is_told in zip(texts, mask, strict=True) if is_told)
            found[key] = tuple(dict.fromkeys(named))
        rows.append(found[key])
    return tuple(rows)


def _told(score: Score, x: Columns, total: Floats) -> Iterator[tuple[str, Bools]]:
    about, variables = score.about, variables_of(score)
    for limit in about.limits:
        if limit.variable in x:
            value = x[limit.variable]
            yield limit.text, (value < limit.low) | (value > limit.high)
    for caution in about.cautions:
        if caution.about == "total":
            yield caution.text, _inside(caution, total)
        elif caution.about in x:
            yield caution.text, _calls(caution, variables, x[caution.about])
    if SUPPORT.name in x:
        told = ~np.isnan(x[SUPPORT.name])
        running = np.where(told, x[SUPPORT.name], 0).astype(np.int64)
        for caution in about.support:
            wanted = sum(1 << SUPPORT.levels.index(level) for level in caution.levels)
            yield caution.text, (running & wanted) > 0


def _calls(caution: Caution, variables: Mapping[str, Variable], value: Floats) -> Bools:
    if not caution.levels:
        return _inside(caution, value)
    levels = variables[caution.about].levels
    return np.isin(value, [levels.index(level) for level in caution.levels])


def _inside(caution: Range, value: Floats) -> Bools:
    """Whether a value lies in a caution's range; a missing one lies in none."""
    above = value >= caution.low if caution.low_closed else value > caution.low
    below = value <= caution.high if caution.high_closed else value < caution.high
    return above & below

"""Marking, input by input, the rows that a missing value leaves open."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from afterload.scores.columns_derive import Bools, Columns, column_of


def unknown(found: dict[str, Bools], names: Iterable[str], rows: Bools, x: Columns, n: int) -> None:
    """Mark those of some inputs that are missing, in the rows given."""
    for name in names:
        mark(found, name, rows & np.isnan(column_of(x, name, n)))


def mark(found: dict[str, Bools], name: str, rows: Bools) -> None:
    """Mark one input in the rows given."""
    found[name] = found[name] | rows if name in found else rows

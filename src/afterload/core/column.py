"""One variable for many episodes, as an array: the currency between the rooms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from afterload.core.variable import Variable


@dataclass(frozen=True, slots=True)
class Column:
    """One variable at one time point, for many episodes.

    Args:
        variable: What was measured.
        values: Shape (n,), one number per episode, NaN where missing. Numbers are in the
            variable's unit; a categorical variable holds the index into `levels`; a date holds
            hours from t0.
        levels: The names of the categories, in order; empty for numbers and dates.
        point: Nominal time point, e.g. "24h"; empty for what is recorded once.
    """

    variable: Variable
    values: NDArray[np.float64]
    levels: tuple[str, ...] = ()
    point: str = ""

    @property
    def name(self) -> str:
        """How a protocol names it: "lactate@24h", or "sex"."""
        return f"{self.variable.name}@{self.point}" if self.point else self.variable.name

    def where(self, keep: NDArray[np.bool_] | NDArray[np.int64]) -> Column:
        """The same column for some of the episodes."""
        return Column(self.variable, self.values[keep], self.levels, self.point)

"""Comparing categories: χ² test, or Fisher's exact test where counts are small."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from afterload.core.errors import NoConvergence
from afterload.study.fisher import fisher
from afterload.study.method import CHI_SQUARE, FISHER
from afterload.study.tested import Tested, not_tested, too_small

SMALLEST_EXPECTED = 5.0
"""Below this expected count in any cell, Fisher's exact test takes the place of χ²."""
TOO_LARGE = (
    "Some expected counts are below 5, but the table is too large for Fisher's exact test: "
    "χ² was used, so the p value is approximate."
)


def expected(table: NDArray[np.int64]) -> NDArray[np.float64]:
    """Counts expected if rows and columns had nothing to do with each other.

    Args:
        table: Shape (r, c), counts.
    """
    return np.array(_expected(table)).reshape(table.shape)


def _expected(table: NDArray[np.int64]) -> list[float]:
    """The expected counts row by row; tables are small, so plain numbers are the fastest."""
    rows, columns = table.sum(axis=1).tolist(), table.sum(axis=0).tolist()
    n = sum(rows)
    return [row * column / n for row in rows for column in columns]


def chi_square(table: NDArray[np.int64]) -> float:
    """The p value of Pearson's χ² test, without continuity correction.

    Args:
        table: Shape (r, c), r and c at least 2, counts; no row and no column is empty.

    Source:
        Pearson K. Philos Mag 1900;50:157-175.
    """
    from scipy.special import chdtrc

    cells = zip(table.ravel().tolist(), _expected(table), strict=True)
    statistic = math.fsum((count - fair) ** 2 / fair for count, fair in cells)
    return float(chdtrc((table.shape[0] - 1) * (table.shape[1] - 1), statistic))


def compare_counts(table: NDArray[np.int64], names: Sequence[str]) -> Tested:
    """Whether arms differ in a category: χ² if every expected count is 5 or more, else Fisher.

    Args:
        table: Shape (levels, arms), counts. Levels nobody has are left out of the test.
        names: The arms, for the warning where one has no data.
    """
    sizes = table.sum(axis=0).tolist()
    if (small := too_small(sizes, names)) is not None:
        return small
    seen = table[table.any(axis=1)]
    n = sum(sizes)
    if len(seen) < 2:
        return not_tested("all episodes have the same value")
    if min(_expected(seen)) >= SMALLEST_EXPECTED:
        return Tested(chi_square(seen), CHI_SQUARE, "", n)
    try:
        return Tested(fisher(seen), FISHER, "", n)
    except NoConvergence:
        return Tested(chi_square(seen), CHI_SQUARE, TOO_LARGE, n)

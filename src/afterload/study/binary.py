"""What happened or not, by arm: counts, shares with exact intervals, and their test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from afterload.core.errors import InputError
from afterload.study.ard import Statistic
from afterload.study.contingency import compare_counts
from afterload.study.groups import Groups
from afterload.study.method import CLOPPER_PEARSON
from afterload.study.proportion import Share, clopper_pearson
from afterload.study.tested import About, Tested


@dataclass(frozen=True, slots=True)
class Binary:
    """How many of each arm had something, had not, or it is not known.

    Args:
        yes: One per arm.
        no: One per arm.
        unknown: One per arm.
    """

    yes: tuple[int, ...]
    no: tuple[int, ...]
    unknown: tuple[int, ...]

    def share(self, place: int) -> Share:
        """The count and the known total of the arm at a place."""
        return Share(self.yes[place], self.yes[place] + self.no[place])


def binary_of(values: NDArray[np.float64], groups: Groups) -> Binary:
    """Count a yes/no by arm.

    Args:
        values: Shape (n,): 1 yes, 0 no, NaN not known.
        groups: The arm of every episode.

    Raises:
        InputError: The array has the wrong length, or holds something else.
    """
    if len(values) != len(groups.index):
        raise InputError(f"{len(values)} values for {len(groups.index)} episodes.")
    unknown = np.isnan(values)
    if not (unknown | (values == 0.0) | (values == 1.0)).all():
        raise InputError("A yes/no must be 1, 0 or missing.")

    def count(which: NDArray[np.bool_]) -> tuple[int, ...]:
        inside = groups.index[which & (groups.index >= 0)]
        return tuple(np.bincount(inside, minlength=groups.count).tolist())

    return Binary(count(values == 1.0), count(values == 0.0), count(unknown))


def share_rows(about: About, counted: Binary, groups: Groups, level: float) -> list[Statistic]:
    """Count, proportion with its exact interval, and unknown, by arm and for all arms.

    Args:
        about: What was counted.
        counted: The counts.
        groups: The arms.
        level: Confidence level.
    """
    rows: list[Statistic] = []
    for place, arm in enumerate(groups.names):
        rows += _rows(about, arm, counted.share(place), counted.unknown[place], level)
    yes, known = sum(counted.yes), sum(counted.yes) + sum(counted.no)
    return rows + _rows(about, "", Share(yes, known), sum(counted.unknown), level)


def _rows(about: About, arm: str, share: Share, unknown: int, level: float) -> list[Statistic]:
    low, high = clopper_pearson(share, level) if share.total else (None, None)
    value = share.value if share.total else None
    told = [("proportion", value), ("ci_low", low), ("ci_high", high)]
    n = share.total
    return [
        Statistic(
            about.section, about.variable, "count", float(share.count), arm=arm, n=n, denominator=n
        ),
        Statistic(
            about.section, about.variable, "unknown", float(unknown), arm=arm, n=n,
            denominator=n + unknown,
        ),
        *(
            Statistic(
                about.section, about.variable, name, number, arm=arm, n=n, denominator=n,
                method=CLOPPER_PEARSON.name, reference=CLOPPER_PEARSON.reference,
            )
            for name, number in told
        ),
    ]  # fmt: skip


def assumed_rows(about: About, which: NDArray[np.bool_], groups: Groups) -> list[Statistic]:
    """How many are taken not to have had it though nothing says so, by arm and in all."""
    places = [(arm, groups.index == place) for place, arm in enumerate(groups.names)]
    return [
        Statistic(
            about.section, about.variable, "assumed_no", float((which & inside).sum()), arm=arm,
            denominator=int(inside.sum()),
        )
        for arm, inside in (*places, ("", groups.index >= 0))
    ]  # fmt: skip


def compare_binary(counted: Binary, places: Sequence[int], groups: Groups) -> Tested:
    """Whether arms differ in a yes/no: χ² if every expected count is 5 or more, else Fisher.

    Args:
        counted: The counts.
        places: The arms to compare.
        groups: The arms, for their names.
    """
    table = np.array([counted.yes, counted.no], dtype=np.int64)[:, list(places)]
    return compare_counts(table, [groups.names[place] for place in places])

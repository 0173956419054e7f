"""Which arm an episode belongs to, and what that choice does to time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf, isnan, nan

import numpy as np
from numpy.typing import NDArray

from afterload.core.column import Column
from afterload.core.errors import InputError
from afterload.study.protocol import Arms
from afterload.study.rule import TRUE, parse

NO_ARM = -1

IMMORTAL_TIME = (
    "Arms are told from devices started after time zero, so a patient of such an arm had to "
    "survive until the later device (immortal time): crude differences in survival favour that "
    "arm. Set landmark_days in the protocol, or read them as descriptive."
)

CHOSEN_BY_FUTURE = (
    "The population is chosen by devices used after time zero: whoever died before a later device "
    "could not be chosen for it (immortal time)."
)

NO_DEVICE_TOLD = (
    "Of {count} of all episodes no device is recorded, nor that there was none: whether they had "
    "one is not known, and they are in no arm."
)

DEATHS_CENSORED = (
    "{label}: those who died without it are censored, so one minus the Kaplan-Meier estimate "
    "overstates how often it happens. A competing-risk estimate is not part of this report."
)


def arm_of_columns(
    arms: Arms, columns: Mapping[str, Column], keys: Sequence[str]
) -> NDArray[np.int64]:
    """The arm of each episode, from a categorical variable or from rules on variables.

    Returns:
        Shape (n,): index into `arms.arms`, or `NO_ARM`.

    Raises:
        InputError: A level does not exist, or an episode belongs to two arms.
    """
    member = np.zeros((len(arms.arms), len(keys)), dtype=np.bool_)
    for index, arm in enumerate(arms.arms):
        if arm.levels:
            column = columns[arms.by]
            if not column.levels:
                raise InputError(
                    f"The arm {arm.name!r} has levels, but {arms.by} has no categories. Write a "
                    f'rule instead, e.g. rule = "{arms.by} >= 65".'
                )
            unknown = [level for level in arm.levels if level not in column.levels]
            if unknown:
                raise InputError(
                    f"The arm {arm.name!r}: {arms.by} can be {', '.join(column.levels)}, "
                    f"not {unknown[0]!r}."
                )
            member[index] = np.isin(
                column.values, [column.levels.index(level) for level in arm.levels]
            )
        else:
            member[index] = parse(arm.rule).holds(columns) == TRUE
    return one_arm_each(member, [arm.name for arm in arms.arms], keys)


def during_support(
    hours: Sequence[float], spans: Sequence[tuple[float, float | None]], margin_h: float = 0.0
) -> float:
    """How many events happened while any device ran, or not longer than a margin afterwards.

    Args:
        hours: When each happened, NaN if not known.
        spans: Start and stop of each device; the stop is None where it is not known.
        margin_h: How long after a device an event still counts.

    Returns:
        NaN where the time of an event is not known.

    Example:
        >>> during_support([5, 30, 400], [(0, 24), (20, 48)])
        2.0
    """
    if any(isnan(at) for at in hours):
        return nan
    return float(
        sum(
            any(start <= at <= (inf if stop is None else stop + margin_h) for start, stop in spans)
            for at in hours
        )
    )


def one_arm_each(
    member: NDArray[np.bool_], names: Sequence[str], keys: Sequence[str]
) -> NDArray[np.int64]:
    """The one arm of each episode.

    Args:
        member: Shape (arms, n), whether each arm's rule holds for each episode.
        names: The arms' names.
        keys: The episodes' keys, for the error.

    Raises:
        InputError: An episode belongs to two arms.
    """
    twice = np.flatnonzero(member.sum(axis=0) > 1)
    if twice.size:
        first = int(twice[0])
        held = " and ".join(repr(names[int(i)]) for i in np.flatnonzero(member[:, first]))
        raise InputError(
            f"Episode {keys[first]} belongs to {held} ({twice.size} such episodes). "
            "Make the rules of the arms exclude each other."
        )
    arm = np.where(member.any(axis=0), member.argmax(axis=0), NO_ARM)
    return arm.astype(np.int64)

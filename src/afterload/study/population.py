"""Who is in the study, and why the others are not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from afterload.core.column import Column
from afterload.study.ard import Statistic
from afterload.study.rule import FALSE, TRUE, UNKNOWN, Rule, Truth, worded


@dataclass(frozen=True, slots=True)
class Selection:
    """The episodes kept and the numbers of the flow diagram.

    Args:
        keep: Shape (n,), whether each episode is in.
        flow: The numbers at each stage.
    """

    keep: NDArray[np.bool_]
    flow: tuple[Statistic, ...]


def select(
    n: int, include: Sequence[Rule], exclude: Sequence[Rule], columns: Mapping[str, Column]
) -> Selection:
    """Apply the rules in order, counting at each who leaves and who remains.

    An episode leaves by an inclusion rule that does not hold or cannot be told, and by an
    exclusion rule that holds; an exclusion rule that cannot be told keeps it, and is counted.

    Args:
        n: Number of episodes.
        include: Rules that must hold.
        exclude: Rules that must not.
        columns: The columns the rules name, each of shape (n,).
    """
    keep = np.ones(n, dtype=np.bool_)
    flow = [Statistic("flow", "start", "count", float(n), n=n)]
    steps = [(rule, True) for rule in include] + [(rule, False) for rule in exclude]
    for number, (rule, wanted) in enumerate(steps, start=1):
        truth = rule.holds(columns)
        wording = f"{'Include' if wanted else 'Exclude'} if {worded(rule, columns)}"
        flow += step(f"rule:{number}", wording, truth, wanted, keep)
        keep = keep & (truth == TRUE if wanted else truth != TRUE)
    return Selection(keep, tuple(flow))


def step(
    name: str, wording: str, truth: Truth, wanted: bool, keep: NDArray[np.bool_]
) -> list[Statistic]:
    """The flow numbers of one rule for the episodes still in."""
    among = truth[keep]
    total = int(keep.sum())
    unknown = int((among == UNKNOWN).sum())
    if wanted:
        excluded, left_unknown = int((among == FALSE).sum()), unknown
        note = ""
    else:
        excluded, left_unknown = int((among == TRUE).sum()), 0
        note = f"For {unknown} it could not be told; they were kept." if unknown else ""
    remaining = total - excluded - left_unknown

    def number(statistic: str, value: int) -> Statistic:
        return Statistic(
            "flow", name, statistic, float(value), n=total, denominator=total, text=wording
        )

    rows = [number("excluded", excluded), number("unknown", left_unknown)]
    if note:
        rows.append(Statistic("flow", name, "unknown_kept", float(unknown), n=total, text=note))
    return [*rows, number("remaining", remaining)]

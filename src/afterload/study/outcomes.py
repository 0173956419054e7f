"""Yes/no outcomes by arm: risks, their differences and ratios."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from afterload.core.errors import UnknownName
from afterload.core.estimate import Estimate
from afterload.study.ard import Statistic
from afterload.study.binary import assumed_rows, binary_of, compare_binary, share_rows
from afterload.study.design import Outcome
from afterload.study.groups import Groups
from afterload.study.method import KATZ, NEWCOMBE, WOOLF, Method
from afterload.study.proportion import Share, log_odds_ratio, log_risk_ratio, risk_difference
from afterload.study.tested import About, comparison_rows

NO_RISK_RATIO = (
    "Risk ratio not estimable: the outcome happened to nobody in one of the arms, or to everybody "
    "in both."
)
NO_ODDS_RATIO = "Odds ratio not estimable: the outcome happened to nobody or everybody in an arm."
ONLY_THOSE_WITH = (
    "Of an arm only those who had the outcome are known, and of everybody else it is not known "
    "whether they had it (last seen earlier): what share had it cannot be told."
)
NO_DATA = "Not estimable: the outcome is not known for anybody in one of the arms."


def outcomes(
    outcomes: Sequence[Outcome],
    values: Mapping[str, NDArray[np.float64]],
    groups: Groups,
    *,
    level: float = 0.95,
    assumed: Mapping[str, NDArray[np.bool_]] | None = None,
) -> list[Statistic]:
    """Every number of the outcome table.

    Args:
        outcomes: The outcomes, in order; those of kind "time-to-event" are passed over.
        values: By name, shape (n,): 1 if it happened, 0 if not, NaN if not known.
        groups: The arm of every episode.
        level: Confidence level of the intervals.
        assumed: By name, shape (n,): the episodes whose 0 is an assumption of the protocol.

    Raises:
        UnknownName: An outcome has no values.
        InputError: An array has the wrong length, or holds something else than 1, 0 or NaN.
    """
    rows: list[Statistic] = []
    for outcome in outcomes:
        if outcome.kind != "binary":
            continue
        if outcome.name not in values:
            raise UnknownName("outcome", outcome.name, values)
        about = About("outcomes", outcome.name)
        rows += _outcome(about, values[outcome.name], groups, level)
        if assumed and outcome.name in assumed:
            rows += assumed_rows(about, assumed[outcome.name], groups)
    return rows


def _outcome(
    about: About, values: NDArray[np.float64], groups: Groups, level: float
) -> list[Statistic]:
    counted = binary_of(values, groups)
    untold = {
        arm
        for arm, yes, no, unknown in zip(
            groups.names, counted.yes, counted.no, counted.unknown, strict=True
        )
        if yes and unknown and not no
    }
    if len(untold) == groups.count:
        untold.add("")
    rows = share_rows(about, counted, groups, level)
    rows += comparison_rows(about, groups, lambda places: compare_binary(counted, places, groups))
    reference = counted.share(groups.place(groups.reference))
    for arm in groups.others:
        share = counted.share(groups.place(arm))
        rows += _effects(about, arm, groups.reference, share, reference, level)
    return [_untold(row) if _rests_on(row, untold) else row for row in rows]


def _rests_on(row: Statistic, arms: set[str]) -> bool:
    """Whether a share, an interval or a comparison rests on one of these arms."""
    if row.statistic in {"count", "unknown"}:
        return False
    compared = row.versus or row.statistic == "p"
    everyone = compared and row.statistic == "p" and bool(arms)  # of all arms, or corrected
    return everyone or row.arm in arms or bool(row.versus and row.versus in arms)


def _untold(row: Statistic) -> Statistic:
    """A row without its number, where only those who had the outcome are known."""
    return replace(row, value=None, method="", reference="", warning=ONLY_THOSE_WITH)


_Triple = tuple[float | None, float | None, float | None]
_NONE: _Triple = (None, None, None)


def _effects(
    about: About, arm: str, versus: str, share: Share, reference: Share, level: float
) -> list[Statistic]:
    """Risk difference, risk ratio and odds ratio of an arm against the reference."""
    rows: list[Statistic] = []

    def tell(name: str, values: _Triple, method: Method, warning: str) -> None:
        for end, value in zip(("", "_low", "_high"), values, strict=True):
            rows.append(
                Statistic(
                    about.section, about.variable, name + end, value, arm=arm, versus=versus,
                    n=share.total + reference.total, method=method.name,
                    reference=method.reference, warning=warning,
                )
            )  # fmt: skip

    if not (share.total and reference.total):
        for name, method in _EFFECTS:
            tell(name, _NONE, method, NO_DATA)
        return rows
    tell("risk_difference", risk_difference(share, reference, level), NEWCOMBE, "")
    for name, method, estimate, warning in (
        ("risk_ratio", KATZ, log_risk_ratio(share, reference), NO_RISK_RATIO),
        ("odds_ratio", WOOLF, log_odds_ratio(share, reference), NO_ODDS_RATIO),
    ):
        tell(name, _ratio(estimate, level), method, "" if estimate else warning)
    return rows


_EFFECTS = (("risk_difference", NEWCOMBE), ("risk_ratio", KATZ), ("odds_ratio", WOOLF))


def _ratio(estimate: Estimate | None, level: float) -> _Triple:
    if estimate is None:
        return _NONE
    low, high = estimate.interval(level)
    return math.exp(estimate.value), math.exp(low), math.exp(high)

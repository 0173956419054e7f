"""Survival under disclosure control: fewer steps, each of enough patients."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from afterload.report.number import half_up
from afterload.study.ard import Results, Statistic

_STEPS = ("survival", "ci_low", "ci_high")
_GRID = ("at_risk", "events", "censored")
_AT_HORIZON = ("survival_at", "survival_at_low", "survival_at_high")
_TIMES = ("median", "median_low", "median_high")


def survival_rows(results: Results, threshold: int, small_arms: set[str]) -> list[Statistic]:
    """The survival section with what would tell of fewer than `threshold` patients withheld.

    Args:
        results: The results as computed.
        threshold: The smallest number of patients that may be told.
        small_arms: Arms whose size is itself withheld; nothing is told of them.
    """
    rows = results.section("survival")
    kept = {
        (variable, arm): _kept(results, variable, arm, threshold)
        for variable, arm in dict.fromkeys((r.variable, r.arm) for r in rows if r.at is not None)
    }
    told: list[Statistic] = []
    for row in rows:
        told_of = kept.get((row.variable, row.arm), _Kept())
        if row.statistic in _STEPS:
            continue
        blind = bool({row.arm, row.versus} & small_arms) or (
            row.statistic not in {"p", "p_raw"}
            and (not row.arm or _few_unknown(results, row, threshold))
        )
        told.append(hide(row) if blind else _row(results, row, told_of))
    for (variable, arm), told_of in kept.items():
        first = results.curve(variable, "at_risk", arm)[:1]
        few = any(_few_unknown(results, row, threshold) for row in first)
        if arm and arm not in small_arms and not few:
            told += _coarse(results, variable, arm, told_of.times)
    return told


def _few_unknown(results: Results, row: Statistic, threshold: int) -> bool:
    """Whether a few were left out of an arm's curve: all that is told of it would tell how many."""
    lost = results.find("survival", row.variable, "missing", arm=row.arm)
    return lost is not None and lost.value is not None and 0 < lost.value < threshold


@dataclass(frozen=True, slots=True)
class _Kept:
    """The times of a curve that may be told, and whether the total of events may be."""

    times: tuple[float, ...] = ()
    total: bool = False


def _kept(results: Results, variable: str, arm: str, threshold: int) -> _Kept:
    """The most times between which nobody, or enough patients, died and were censored.

    The total is told too if some choice of times allows it: it says the most.
    """
    grid = [{r.at: r.value for r in results.curve(variable, name, arm)} for name in _GRID]
    points = []
    for at in sorted(at for at in grid[0] if at is not None):
        risk, events, censored = (part.get(at) for part in grid)
        if risk is None or events is None or censored is None or 0 < risk < threshold:
            continue
        points.append((at, events, censored))
    chains: list[tuple[float, ...]] = []
    ends: list[tuple[float, float]] = []
    for at, events, censored in points:
        before = [
            chain
            for chain, end in zip(chains, ends, strict=True)
            if chain and _apart(end, (events, censored), threshold)
        ]
        if _apart((0.0, 0.0), (events, censored), threshold):
            before.append(())
        chains.append((*max(before, key=len), at) if before else ())
        ends.append((events, censored))
    last = _total(results, variable, arm)
    closing = [
        chain
        for chain, end in zip([(), *chains], [(0.0, 0.0), *ends], strict=True)
        if last is not None and _apart(end, last, threshold) and (chain or end == (0.0, 0.0))
    ]
    if last is not None and closing and _apart((0.0, 0.0), last, threshold):
        return _Kept(max(closing, key=len), total=True)
    return _Kept(max(chains, key=len, default=()), total=False)


def _apart(one: tuple[float, float], other: tuple[float, float], threshold: int) -> bool:
    """Whether between two times nobody, or enough patients, died, and likewise censored."""
    return not any(0 < b - a < threshold for a, b in zip(one, other, strict=True))


def _total(results: Results, variable: str, arm: str) -> tuple[float, float] | None:
    """All events and all censored of an arm."""
    rows = [results.find("survival", variable, name, arm=arm) for name in ("events_total", "n")]
    events, size = (None if row is None else row.value for row in rows)
    return None if events is None or size is None else (events, size - events)


def _row(results: Results, row: Statistic, kept: _Kept) -> Statistic:
    """A row as it may be told."""
    if row.warning:  # a warning may name the day one patient was last seen
        row = replace(row, warning=re.sub(r": day \d+(\.\d+)?", "", row.warning))
    if row.statistic in _GRID:
        plain = replace(row, n=None, denominator=None)
        return plain if row.at in kept.times else hide(plain)
    if row.statistic == "events_total":
        return row if kept.total else hide(row)
    if row.statistic in _AT_HORIZON:
        grid = [r.at for r in results.curve(row.variable, "at_risk", row.arm) if r.at is not None]
        whole = bool(kept.times) and max(grid) == kept.times[-1]
        return row if whole else hide(row)
    if row.statistic in _TIMES and row.value is not None:
        return replace(row, value=half_up(row.value), n=None)
    return row


def _coarse(
    results: Results, variable: str, arm: str, times: Sequence[float]
) -> Iterator[Statistic]:
    """The curve at the kept times only."""
    for name in _STEPS:
        points = results.curve(variable, name, arm)
        for at in times:
            before = [point for point in points if point.at is not None and point.at <= at]
            if before and at > 0:
                yield replace(before[-1], at=at, n=None, denominator=None)


def hide(row: Statistic, why: str = "suppressed") -> Statistic:
    """The row without its number; `why` tells what is shown in its place."""
    return replace(row, value=None, n=None, denominator=None, warning=why)

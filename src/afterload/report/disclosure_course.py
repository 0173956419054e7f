"""Which days of an event's course may be told: who had it by then, who was lost, who is left.

Yes/no outcomes at a horizon and curves of one and the same event are one course: deaths in 30 days
and in 180 are told together only if nobody, or enough patients, died between. Between two days that
are told whole, nobody or enough patients had the event, and likewise were lost. At other days the
count of events may still be told, but neither the lost nor the curve: it would tell how many were
lost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from afterload.report.disclosure_cells import Key
from afterload.study.ard import Results
from afterload.study.design import Outcome

Mode = Literal["whole", "events"]
GRID = ("at_risk", "events", "censored")
TIME_TO = "time_to_"
"""What the time of a complication begins with."""


@dataclass(slots=True)
class Day:
    """The counts of one event in one arm up to a day.

    Args:
        at: Days since time began to count.
        events: Who had it by then.
        lost: Of whom it is not known whether; None where only events are told.
        left: Who was followed until then and had not had it before; None likewise.
        start: Who is lost from the beginning, having no time at all.
        size: All of these.
        had: The cells that count the events.
        others: The cells that tell the lost, in one way or another.
        followed: The cells that count who is left.
        outcomes: The outcomes it belongs to.
        drawn: Whether a curve has a value there.
    """

    at: float
    events: float
    lost: float | None
    left: float | None
    start: float
    size: float
    had: list[Key] = field(default_factory=list)
    others: list[Key] = field(default_factory=list)
    followed: list[Key] = field(default_factory=list)
    outcomes: list[str] = field(default_factory=list)
    drawn: bool = False

    @property
    def cells(self) -> list[Key]:
        """All its cells."""
        return [*self.had, *self.others, *self.followed]

    def key(self, kind: str) -> Key | None:
        """The cell of the events, of the censored or of the unknown; None where there is none."""
        if kind == "events":
            return self.had[0]
        return next((key for key in self.others if key[3].partition("@")[0] == kind), None)

    @property
    def counted(self) -> bool:
        """Whether a yes/no outcome stands at this day."""
        return any(key[0] == "outcomes" for key in self.had)

    def untold(self, mode: Mode | None) -> list[Key]:
        """The cells that are not told at this day; a count of 0 is told whatever the mode."""
        if mode == "whole":
            return []
        lost_known = self.lost is not None and self.lost == self.start
        hidden = [*self.followed, *([] if lost_known else self.others)]
        return hidden if mode else [*self.had, *hidden]


@dataclass(frozen=True, slots=True)
class Course:
    """One event in one arm: its days, and how each may be told (None: not at all)."""

    days: tuple[Day, ...]
    modes: tuple[Mode | None, ...]


def survival_key(outcome: str, statistic: str, arm: str, at: float | None = None) -> Key:
    """The cell of a count of the survival section."""
    return ("survival", outcome, "", statistic if at is None else f"{statistic}@{at!r}", "", arm)


def courses(
    results: Results, outcomes: Sequence[Outcome], threshold: int
) -> dict[tuple[str, str], Course]:
    """The course of each event in each arm, by event and arm; "" for all arms together.

    Args:
        results: The results as computed.
        outcomes: The outcomes of the study; those of the same event make one course.
        threshold: The smallest number of patients that may be told.
    """
    found: dict[tuple[str, str], list[Day]] = {}
    events = {outcome.name: outcome.event or outcome.name for outcome in outcomes}
    for outcome in outcomes:
        if outcome.kind == "binary" and outcome.event and outcome.horizon_days:
            for row in results.section("outcomes"):
                if (row.variable, row.statistic) == (outcome.name, "count"):
                    day = _at_horizon(results, outcome.name, row.arm, outcome.horizon_days)
                    _add(found.setdefault((outcome.event, row.arm), []), day)
    horizons = {outcome.name: outcome.horizon_days for outcome in outcomes}
    for (name, arm), grid in _grids(results).items():
        days = found.setdefault((events.get(name, name), arm), [])
        for day in _followed(results, name, arm, grid, horizons.get(name)):
            _add(days, day)
    told = {}
    for about, unsorted in found.items():
        days = sorted(unsorted, key=lambda day: day.at)
        told[about] = Course(tuple(days), _modes(days, threshold))
    return told


def _grids(results: Results) -> dict[tuple[str, str], dict[float, dict[str, float]]]:
    """The counts under every curve: by outcome and arm, by day, by what is counted."""
    grids: dict[tuple[str, str], dict[float, dict[str, float]]] = {}
    for row in results.section("survival"):
        if row.statistic == "n":
            grids.setdefault((row.variable, row.arm), {})
        if row.statistic in GRID and row.at is not None and row.value is not None:
            grid = grids.setdefault((row.variable, row.arm), {})
            grid.setdefault(row.at, {})[row.statistic] = row.value
    return grids


def _at_horizon(results: Results, name: str, arm: str, at: float) -> Day:
    """What a yes/no outcome tells: had it, had not, not known."""
    count, unknown = (results.find("outcomes", name, s, arm=arm) for s in ("count", "unknown"))
    events = (count.value if count is not None else None) or 0.0
    lost = (unknown.value if unknown is not None else None) or 0.0
    n = (count.denominator if count is not None else None) or 0
    family = ("outcomes", name, "")
    return Day(
        at, events, lost, n - events, 0.0, n + lost,
        had=[(*family, "count", "", arm)],
        others=[(*family, "unknown", "", arm), (*family, "n", "", arm)],
        outcomes=[name],
    )  # fmt: skip


def _followed(
    results: Results,
    name: str,
    arm: str,
    grid: Mapping[float, Mapping[str, float]],
    horizon: float | None,
) -> list[Day]:
    """What the counts under a curve tell, and the total of events."""

    def value(statistic: str) -> float:
        row = results.find("survival", name, statistic, arm=arm)
        return (row.value if row is not None else None) or 0.0

    n, missing, total = value("n"), value("missing"), value("events_total")
    days = []
    for at, counts in grid.items():
        risk, events, censored = (counts.get(statistic, 0.0) for statistic in GRID)
        # Who had it on the very day is also counted as at risk.
        left = min(risk, n - events - censored)
        days.append(
            Day(
                at, events, censored + missing, left, missing, n + missing,
                had=[survival_key(name, "events", arm, at)],
                others=[survival_key(name, "censored", arm, at)],
                followed=[survival_key(name, "at_risk", arm, at)],
                outcomes=[name], drawn=True,
            )
        )  # fmt: skip
    last = next((day for day in days if day.at == horizon), None)
    if last is not None and last.events == total:
        last.had.append(survival_key(name, "events_total", arm))
    elif results.find("survival", name, "events_total", arm=arm) is not None:
        whole = horizon is None
        days.append(
            Day(
                horizon or float("inf"), total, n + missing - total if whole else None,
                0.0 if whole else None, missing, n + missing,
                had=[survival_key(name, "events_total", arm)], outcomes=[name],
                drawn=not whole,
            )
        )  # fmt: skip
    return days


def _add(days: list[Day], new: Day) -> None:
    """Add a day, or its cells to a day that says the same."""
    for day in days:
        same = (day.at, day.events, day.lost, day.size) == (new.at, new.events, new.lost, new.size)
        if same:
            day.had += new.had
            day.others += new.others
            day.followed += new.followed
            day.outcomes += new.outcomes
            day.drawn |= new.drawn
            day.start = max(day.start, new.start)
            return
    days.append(new)


_Best = tuple[float, tuple[Mode | None, ...]]


def _modes(days: Sequence[Day], threshold: int) -> tuple[Mode | None, ...]:
    """How each day is told, so that the most is told: those of yes/no outcomes, and the last."""

    def apart(one: float, other: float) -> bool:
        return not 0 < abs(other - one) < threshold

    last = len(days) - 1

    @cache
    def best(place: int, events: float, lost: float) -> _Best:
        """The most worth from `place` on, after a day of so many events and, told whole, lost."""
        if place > last:
            return 0.0, ()
        day = days[place]
        choices: list[tuple[float, Mode | None, _Best]] = [
            (0.0, None, best(place + 1, events, lost))
        ]
        worth = 10.0 if day.counted else 5.0 if place == last else 1.0
        if apart(events, day.events):
            whole = day.lost is not None and day.left is not None
            if whole and apart(lost, day.lost or 0.0) and (not day.left or day.left >= threshold):
                choices.append((3 * worth, "whole", best(place + 1, day.events, day.lost or 0.0)))
            if apart(0.0, day.size - day.events - max(lost, day.start)):
                choices.append((2 * worth, "events", best(place + 1, day.events, lost)))
        worth, mode_here, (more, rest) = max(choices, key=lambda choice: choice[0] + choice[2][0])
        return worth + more, (mode_here, *rest)

    return best(0, 0.0, 0.0)[1]

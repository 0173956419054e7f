"""The analysis-results dataset: one tidy row per statistic, from which everything is rendered.

A table cell, a figure, a Word cell, a sentence and the JSON all look their numbers up here, so
prose and tables cannot disagree. Values are unrounded; how they look is the report's business.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

Section = Literal["flow", "baseline", "biology", "complications", "outcomes", "survival", "meta"]


@dataclass(frozen=True, slots=True)
class Statistic:
    """One number of a study and what it rests on.

    Args:
        section: The part of the report it belongs to.
        variable: What it is about: a variable, a complication, an outcome, a rule of the flow.
        statistic: What it is: "median", "count", "p", "smd", "risk_ratio" ...
        value: The number, unrounded; None where it cannot be computed or was suppressed.
        level: The category it is about, for a categorical variable.
        point: The nominal time point, e.g. "24h"; empty for what is recorded once.
        arm: The arm it is about; empty for all arms together or a comparison of all arms.
        versus: The reference arm, for a comparison of `arm` with it.
        at: Time in days since time zero, for the points of a curve.
        n: How many episodes it rests on.
        denominator: What a count is out of.
        unit: Unit of the value, UCUM.
        method: The method's name, as the methods paragraph prints it.
        reference: The method's citation.
        warning: What a reader must know before using it.
        text: What is not a number: the wording of a rule, a hash.
    """

    section: Section
    variable: str
    statistic: str
    value: float | None
    level: str = ""
    point: str = ""
    arm: str = ""
    versus: str = ""
    at: float | None = None
    n: int | None = None
    denominator: int | None = None
    unit: str = ""
    method: str = ""
    reference: str = ""
    warning: str = ""
    text: str = ""


_Key = tuple[str, str, str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Results:
    """All statistics of a study, found by what they are."""

    rows: tuple[Statistic, ...]
    _index: dict[_Key, Statistic] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        index = {
            (r.section, r.variable, r.statistic, r.level, r.point, r.arm, r.versus): r
            for r in self.rows
            if r.at is None
        }
        object.__setattr__(self, "_index", index)

    def __iter__(self) -> Iterator[Statistic]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def find(
        self,
        section: Section,
        variable: str,
        statistic: str,
        *,
        level: str = "",
        point: str = "",
        arm: str = "",
        versus: str = "",
    ) -> Statistic | None:
        """The one statistic that is exactly this, or None; curves are read with `curve`."""
        return self._index.get((section, variable, statistic, level, point, arm, versus))

    def curve(self, variable: str, statistic: str, arm: str) -> list[Statistic]:
        """The points of a curve of the survival section, in order of time."""
        points = [
            r
            for r in self.rows
            if r.at is not None
            and (r.section, r.variable, r.statistic, r.arm)
            == ("survival", variable, statistic, arm)
        ]
        return sorted(points, key=lambda r: r.at or 0.0)

    def section(self, section: Section) -> list[Statistic]:
        """Every statistic of one part of the report."""
        return [r for r in self.rows if r.section == section]

    def methods(self) -> list[tuple[str, str]]:
        """Each method used and its citation, once, in order of first use."""
        return list(dict.fromkeys((r.method, r.reference) for r in self.rows if r.method))

    def warnings(self) -> list[str]:
        """Each warning, once, in order of first use."""
        return list(dict.fromkeys(r.warning for r in self.rows if r.warning))


def collect(*parts: Iterable[Statistic]) -> Results:
    """One dataset of several lists of statistics."""
    return Results(tuple(row for part in parts for row in part))

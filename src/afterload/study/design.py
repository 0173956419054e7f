"""The shape of a study: its arms, variables and outcomes, with their labels but no numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from afterload.study.ard import Results


@dataclass(frozen=True, slots=True)
class Item:
    """One row group of a table: a variable, or a complication.

    Args:
        name: Name of the variable, as in the results.
        label: What the reader sees.
        unit_label: Unit as people write it; empty if there is none.
        kind: Whether it is summarised as a number or by counting categories.
        levels: Categories in order; for a yes/no item only "yes" is shown.
        level_labels: What the reader sees for each level.
        points: Nominal time points shown; ("",) for what is recorded once.
        summary: Median with quartiles, or mean with standard deviation.
    """

    name: str
    label: str
    unit_label: str = ""
    kind: Literal["number", "category"] = "number"
    levels: tuple[str, ...] = ()
    level_labels: tuple[str, ...] = ()
    points: tuple[str, ...] = ("",)
    summary: Literal["median", "mean"] = "median"

    @property
    def is_yes_no(self) -> bool:
        """Whether one line ("yes") tells all."""
        return self.levels == ("no", "yes")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One outcome of a study.

    Args:
        name: Its name, as in the results.
        label: The event, as the reader sees it: "Death from any cause".
        kind: Yes or no at a horizon, or time to the event.
        horizon_days: Until when it is counted.
        note: How it was told from the data.
        curve: What the Kaplan-Meier curve shows, e.g. "Survival"; "Free of" the event if empty.
        event: The variable that dates the event; outcomes of one event are one within the other.
    """

    name: str
    label: str
    kind: Literal["binary", "time-to-event"]
    horizon_days: float | None = None
    note: str = ""
    curve: str = ""
    event: str = ""

    @property
    def curve_label(self) -> str:
        """What the Kaplan-Meier curve shows."""
        return self.curve or f"Free of {self.label[:1].lower()}{self.label[1:]}"


@dataclass(frozen=True, slots=True)
class Design:
    """What a study compares and in what order it is shown.

    `support_margin_hours` is how long after a device an event still counts as one of support.
    """

    title: str
    arms: tuple[str, ...]
    reference: str
    question: str = ""
    authors: str = ""
    time_zero: str = ""
    population: str = ""
    arm_rules: tuple[str, ...] = ()
    baseline: tuple[Item, ...] = ()
    biology: tuple[Item, ...] = ()
    complications: tuple[Item, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    alpha: float = 0.05
    landmark_days: float | None = None
    support_margin_hours: float = 0.0
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def others(self) -> tuple[str, ...]:
        """The arms compared with the reference."""
        return tuple(arm for arm in self.arms if arm != self.reference)


@dataclass(frozen=True, slots=True)
class Study:
    """A finished study: its shape and its numbers."""

    design: Design
    results: Results

"""A row of the validation table: one number a study measured, and how to simulate it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from afterload.core.source import Source
from afterload.hemodynamics.validation.measured import Measured

Told = Literal["value", "change", "percent change", "percent of"]
Sign = Literal["up", "down", "same"]
Group = Literal["measured", "further", "memory", "simulator"]


@dataclass(frozen=True, slots=True)
class Study:
    """A study, and who was in it.

    Args:
        name: Short name and year.
        title: What was done, in words.
        n: Subjects.
        source: Where it was read.
        notes: What its rows rest on that the source does not tell, and what we took for it.
    """

    name: str
    title: str
    n: int
    source: Source
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One result of a study.

    Args:
        study: Key of `studies.STUDIES`.
        phenotype: Key of `phenotypes.PHENOTYPES`.
        index: What was measured; key of `indices.INDICES`.
        devices: Devices in place, e.g. "ecls:flow=5+iabp"; "" for none.
        against: What it is compared with; "" for no device.
        told: Whether the study tells the value itself, or its change against the comparison.
        measured: The result; None where only a direction is told.
        sign: The direction, against the comparison; None where the study does not tell it.
        tolerance: For "same": the largest change that counts as none.
        fitted: Whether the phenotype was set from this very number, so that it tells nothing.
        group: Measured and seen in its source; so too, but read later and counted apart; from
            memory; or another simulator's.
        why: Why it fails, where it does and the reason is known.
    """

    study: str
    phenotype: str
    index: str
    devices: str
    against: str = ""
    told: Told = "value"
    measured: Measured | None = None
    sign: Sign | None = None
    tolerance: float = 0.0
    fitted: bool = False
    group: Group = "measured"
    why: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A row, recomputed.

    Args:
        row: The row.
        simulated: What the row tells, simulated.
        compared: The index in what it is compared with.
        value: The index with the devices.
    """

    row: Row
    simulated: float
    compared: float
    value: float

    @property
    def within(self) -> bool | None:
        """Within one SD of what was measured (or in its range); None if no spread is told."""
        return self.row.measured.holds(self.simulated) if self.row.measured else None

    @property
    def direction(self) -> Sign:
        """The direction simulated; "same" only within the tolerance that the row allows."""
        change = self.value - self.compared
        if abs(change) <= self.row.tolerance:
            return "same"
        return "up" if change > 0 else "down"

    @property
    def sign_right(self) -> bool | None:
        """Whether it goes the measured way; None if the study tells no way."""
        return None if self.row.sign is None else self.direction == self.row.sign

    @property
    def passes(self) -> bool:
        """Neither outside one SD nor the wrong way."""
        return self.within is not False and self.sign_right is not False


def told_of(row: Row, value: float, compared: float) -> float:
    """What a row tells, from the index with the devices and in what it is compared with."""
    match row.told:
        case "value":
            return value
        case "change":
            return value - compared
        case "percent change":
            return 100.0 * (value - compared) / compared
        case _:
            return 100.0 * value / compared

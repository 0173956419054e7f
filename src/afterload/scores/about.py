"""What every score tells about itself, whatever its kind."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Literal

from afterload.core.source import Source
from afterload.core.variable import Variable

Status = Literal["exact", "provisional", "slot"]


@dataclass(frozen=True, slots=True)
class Note:
    """Something sources disagree on or leave open, and the reading taken here."""

    topic: str
    text: str
    source: Source


@dataclass(frozen=True, slots=True)
class Caution:
    """A warning shown with the result, always or when a value calls for it.

    Args:
        text: What the reader must know.
        source: Where that stands.
        about: The input (or "total") it depends on; empty for a warning that always shows.
        low, high: It shows when the value lies between the two.
        low_closed, high_closed: Whether an end belongs to the range.
        levels: It shows when a categorical input is one of these.
    """

    text: str
    source: Source
    about: str = ""
    low: float = -inf
    high: float = inf
    low_closed: bool = True
    high_closed: bool = True
    levels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limit:
    """Patients a score has no points for: it says so and gives no total.

    Args:
        variable: The input that tells.
        low, high: The population the score was made in, both included.
        readable: The values accepted so that the reason can be told instead of a refusal.
        text: The reason.
        source: Where that stands.
    """

    variable: str
    low: float
    high: float
    readable: tuple[float, float]
    text: str
    source: Source


@dataclass(frozen=True, slots=True)
class Validation:
    """How a score did in patients it was not made in.

    Args:
        cohort: Who they were, and how many.
        found: What was measured, e.g. "AUROC 0.90 (95 % CI 0.85-0.95)".
        source: Where that stands.
    """

    cohort: str
    found: str
    source: Source


@dataclass(frozen=True, slots=True)
class About:
    """Name, origin and reach of a score.

    Args:
        name: Lower-case name, as on the command line.
        title: Name as people write it.
        purpose: What it tells, in one sentence.
        version: Version of this implementation; it changes with any number of the score.
        source: The publication.
        cohort: Whom it was derived in.
        discrimination: How well it told patients apart there.
        population: For whom it holds, in words.
        status: Whether every number is settled.
        declares: Inputs that are not clinical variables of the vocabulary.
        cautions: Warnings shown with a result.
        limits: Patients it has no points for.
        notes: Conflicts between sources, gaps, and the readings taken.
        validations: How it did elsewhere.
        before_support: Whether it was made with what is known before support, and is read then
            whatever time is asked.
    """

    name: str
    title: str
    purpose: str
    version: str
    source: Source
    cohort: str = ""
    discrimination: str = ""
    population: str = ""
    status: Status = "exact"
    declares: tuple[Variable, ...] = ()
    cautions: tuple[Caution, ...] = ()
    limits: tuple[Limit, ...] = ()
    notes: tuple[Note, ...] = ()
    support: tuple[Caution, ...] = ()
    validations: tuple[Validation, ...] = ()
    before_support: bool = False

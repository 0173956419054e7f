"""What scoring one patient found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from afterload.core.source import Source
from afterload.scores.about import Status

if TYPE_CHECKING:
    from afterload.scores.coeur.rules import Applied
    from afterload.scores.coeur.unknowns import Unknown

Kind = Literal["card", "formula", "staging", "definition", "assigned", "composite"]
"""The kinds of score: points, an equation, ordered rules, criteria that make a definition, a class
the clinician assigns, several steps put together."""


@dataclass(frozen=True, slots=True)
class Given:
    """One value a result rests on.

    Args:
        name: The input's name.
        value: In the variable's own unit; a category, or several, by name.
        unit: That unit, UCUM.
        entered: The text it was entered as, where it was text.
    """

    name: str
    value: float | str | bool | tuple[str, ...]
    unit: str = ""
    entered: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One item of a score.

    Args:
        name: The item's name.
        label: What it asks, in words.
        given: The values it was read from.
        low, high: Its lowest and highest attainable points; equal when it is settled.
        band: The band (or bands) it falls in, as published.
        wants: Names of the inputs that would settle it; empty when it is settled.
        source: Where its numbers stand.
    """

    name: str
    label: str
    given: tuple[Given, ...]
    low: float
    high: float
    band: str
    wants: tuple[str, ...]
    source: Source

    @property
    def points(self) -> float | None:
        """Its points, or None while it is not settled."""
        return self.low if self.low == self.high else None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was published for one class.

    Args:
        class_name: The class.
        measure: What was counted, e.g. "survival".
        horizon: Until when, e.g. "hospital discharge".
        value: The share of patients, 0 to 1.
        source: Where the number stands.
    """

    class_name: str
    measure: str
    horizon: str
    value: float
    source: Source


@dataclass(frozen=True, slots=True)
class Predicted:
    """A risk that an equation gives for the total, as published.

    Args:
        measure: What is predicted, e.g. "mortality".
        horizon: Until when, e.g. "hospital discharge".
        low, high: The lowest and highest share of patients, 0 to 1, over the attainable totals.
        text: The equation as people write it.
        source: Where it stands.
    """

    measure: str
    horizon: str
    low: float
    high: float
    text: str
    source: Source


@dataclass(frozen=True, slots=True)
class Tally:
    """A score for one patient.

    Args:
        score: The score's name.
        title: Its name as people write it.
        kind: What kind of score it is.
        total: The total, or None while missing inputs leave it open or the score does not apply.
            For a staging, the stage's place, from 0 for the mildest.
        low, high: The attainable interval: every completion of what is missing lies in it. None
            when the score has no points for such a patient.
        unit: Unit of the total; empty for points.
        classes: Every class the interval spans, in the score's order.
        outcome: What was published for each of these classes.
        items: The score's items, in its order.
        missing: Names of the inputs that would narrow the interval, the most helpful first.
        warnings: What the reader must know: out of population, readings at a disputed edge.
        inputs: The values used.
        source: The publication.
        version: Version of the implementation.
        predicted: The risk an equation of the score gives for the total; None where it has none.
        assumed: Names of the inputs whose values were assumed, not observed.
        unknowns: What is not known of the score's rule and bears on this patient; told among the
            warnings too.
        applied: Inputs the score's own rule fills in when they are missing; told there too.
        status: Whether every number of the score is settled; one that is provisional says so among
            the warnings too.
    """

    score: str
    title: str
    kind: Kind
    total: float | None
    low: float | None
    high: float | None
    unit: str
    classes: tuple[str, ...]
    outcome: tuple[Outcome, ...]
    items: tuple[Line, ...]
    missing: tuple[str, ...]
    warnings: tuple[str, ...]
    inputs: tuple[Given, ...]
    source: Source
    version: str
    predicted: Predicted | None = None
    assumed: tuple[str, ...] = ()
    unknowns: tuple[Unknown, ...] = ()
    applied: tuple[Applied, ...] = ()
    status: Status = "exact"

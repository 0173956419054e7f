"""Scores that put several steps together and are read by functions of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from afterload.core.source import Source
from afterload.scores.about import About
from afterload.scores.tally import Tally

Values = Mapping[str, object]
"""One patient's values by name or alias."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a composite in words.

    Args:
        label: What it gives.
        text: Its equation, as people write it.
        source: Where it stands, and how sure we are of it.
    """

    label: str
    text: str
    source: Source


class Number(Protocol):
    """One number of a composite, and where it stands."""

    @property
    def name(self) -> str:
        """What it is, in words."""

    @property
    def value(self) -> float:
        """The number."""

    @property
    def source(self) -> Source:
        """Where it stands."""


@dataclass(frozen=True, slots=True, eq=False)
class Composite:
    """A score of several steps.

    Args:
        about: Name, origin and reach.
        names: Every input, in the order of the steps.
        own: The inputs nothing else asks. Where all scores of a patient are asked at once, this
            one is shown if some of them is given: the others (age, creatinine) say nothing of
            whether it applies.
        tally: Scores one patient.
        reach: The lowest and highest total one patient can have; None where there is none. Same
            ends as `tally`, without the lines and the words.
        steps: Gives its steps in words.
        numbers: Every number of it.
    """

    about: About
    names: tuple[str, ...]
    own: tuple[str, ...]
    tally: Callable[[Values], Tally]
    reach: Callable[[Values], tuple[float, float] | None]
    steps: Callable[[], tuple[Step, ...]] = tuple
    numbers: tuple[Number, ...] = ()


def input_names(score: Composite) -> Iterator[str]:
    """Every input, in the order of the steps."""
    return iter(score.names)

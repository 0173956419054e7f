"""Stages decided by ordered rules, as data.

Which stages can still hold when inputs are missing is worked out in `rules`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from afterload.core.errors import InputError
from afterload.core.source import Source
from afterload.scores.about import About
from afterload.scores.count import Count
from afterload.scores.derive import AnyOf, Equation, Test

Groups = tuple[tuple[Test, ...], ...]
"""Groups of tests: (a and b) or (c) ...; a group without tests always holds."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: it holds when every test of some group holds.

    Args:
        name: Its name.
        label: What it means.
        groups: Groups of tests: (a and b) or (c) ...; a group without tests always holds.
        source: Where the rule stands.
        value: Published share of patients with the outcome, 0 to 1.
        reach: For a gap, where the publication puts patients in no stage: the mildest and the
            gravest stage they may be in. The patient is then told to be in this gap, and the
            interval goes from the one to the other.
    """

    name: str
    label: str
    groups: Groups
    source: Source
    value: float | None = None
    reach: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity the rules test that can be worked out; given directly, it wins.

    Args:
        variable: Its name.
        derive: How it is worked out once any of its inputs is known.
        note: What the reader must know when it was worked out.
    """

    variable: str
    derive: Equation | AnyOf | Count
    note: str = ""


@dataclass(frozen=True, slots=True)
class Dispute:
    """A warning shown when a rule holds for certain: where publications part ways.

    Args:
        groups: The rule, as for a stage.
        text: What the reader must know.
        source: Where that stands.
    """

    groups: Groups
    text: str
    source: Source


@dataclass(frozen=True, slots=True, eq=False)
class Staging:
    """Stages decided by ordered rules.

    Args:
        about: Name, origin and reach.
        stages: From the mildest to the gravest. They are asked from the gravest down, and the
            first that holds is the stage. The mildest must always hold, so that everyone has a
            stage; a gap of the publication stands where it must be asked.
        measure, horizon: What the stages' values count, and until when.
        quantities: What the rules test that can be worked out from other inputs.
        disputes: Warnings that hang on several inputs together.

    A stage's total is its place among the stages that are no gap, from 0.
    """

    about: About
    stages: tuple[Stage, ...]
    measure: str = ""
    horizon: str = ""
    quantities: tuple[Quantity, ...] = ()
    disputes: tuple[Dispute, ...] = ()

    def __post_init__(self) -> None:
        assert () in self.stages[0].groups, "the mildest stage must always hold"

    def ways(self) -> dict[str, Equation | AnyOf | Count]:
        """How each quantity is worked out, by its name."""
        return {quantity.variable: quantity.derive for quantity in self.quantities}

    def totals(self) -> tuple[tuple[float, float], ...]:
        """The total of every stage, lowest and highest; they differ for a gap."""
        names = [stage.name for stage in self.stages if stage.reach is None]
        ends = (stage.reach or (stage.name, stage.name) for stage in self.stages)
        return tuple((float(names.index(low)), float(names.index(high))) for low, high in ends)


def input_names(staging: Staging) -> Iterator[str]:
    """Every input the rules ask, the gravest stage first (some twice)."""
    ways = staging.ways()
    for stage in reversed(staging.stages):
        for group in stage.groups:
            for test in group:
                yield test.variable
                if test.variable in ways:
                    yield from ways[test.variable].inputs


def check_staging(staging: Staging) -> None:
    """Make sure that a staging is sound.

    Raises:
        InputError: A source says no place, a gap reaches to a stage that is not there, a dispute
            tests what no stage does, or a quantity is worked out from another one or tested by
            no stage.
    """
    title = staging.about.title
    names = {stage.name for stage in staging.stages if stage.reach is None}
    tested = {t.variable for stage in staging.stages for group in stage.groups for t in group}
    rules = [(stage.groups, stage.source) for stage in staging.stages]
    rules += [(dispute.groups, dispute.source) for dispute in staging.disputes]
    for groups, source in rules:
        if not {test.variable for group in groups for test in group} <= tested:
            raise InputError(f"{title}: a dispute may only test what the stages test.")
        if not source.citation or not source.place:
            raise InputError(f"{title}: every rule needs a source with a citation and a place.")
    for stage in staging.stages:
        if stage.reach and not set(stage.reach) <= names:
            raise InputError(f"{title}, {stage.name}: a gap must reach to stages of the score.")
    ways = staging.ways()
    for name, derive in ways.items():
        if name not in tested or set(derive.inputs) & set(ways):
            raise InputError(
                f"{title}, {name}: a quantity that can be worked out must be tested by a rule, "
                "and not rest on another such quantity."
            )

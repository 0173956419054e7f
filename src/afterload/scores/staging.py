"""Stages decided by ordered rules, and which of them can still hold when inputs are missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise, product
from math import floor

from afterload.core.source import Source
from afterload.core.variable import Variable
from afterload.scores.about import About
from afterload.scores.derive import Test, passes


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: it holds when every test of some group holds.

    Args:
        name: Its name.
        label: What it means.
        groups: Groups of tests: (a and b) or (c) ...; a group without tests always holds.
        source: Where the rule stands.
        value: Published share of patients with the outcome, 0 to 1.
    """

    name: str
    label: str
    groups: tuple[tuple[Test, ...], ...]
    source: Source
    value: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Staging:
    """Stages decided by ordered rules.

    Args:
        about: Name, origin and reach.
        stages: From the mildest to the gravest. They are asked from the gravest down, and the
            first that holds is the stage. The mildest must always hold, so that everyone has a
            stage; where the publication leaves a gap, the mildest stage names it.
        measure, horizon: What the stages' values count, and until when.

    A stage's total is its place in `stages`, from 0.
    """

    about: About
    stages: tuple[Stage, ...]
    measure: str = ""
    horizon: str = ""

    def __post_init__(self) -> None:
        assert () in self.stages[0].groups, "the mildest stage must always hold"


def input_names(staging: Staging) -> Iterator[str]:
    """Every input the rules ask, the gravest stage first (some twice)."""
    for stage in reversed(staging.stages):
        for group in stage.groups:
            for test in group:
                yield test.variable


def verdict(
    stage: Stage, variables: Mapping[str, Variable], known: Mapping[str, float]
) -> tuple[bool, bool]:
    """Whether the stage's own rule holds for certain, and whether it can hold."""
    certain, possible = False, False
    for group in stage.groups:
        answers = [
            passes(test, variables[test.variable], known[test.variable])
            for test in group
            if test.variable in known
        ]
        if all(answers):
            possible = True
            certain = certain or len(answers) == len(group)
    return certain, possible


def stage_at(
    staging: Staging, variables: Mapping[str, Variable], known: Mapping[str, float]
) -> int:
    """The place of the stage when everything is known: the gravest that holds."""
    places = reversed(range(len(staging.stages)))
    return next(p for p in places if verdict(staging.stages[p], variables, known)[0])


def attained(
    staging: Staging, variables: Mapping[str, Variable], known: Mapping[str, float]
) -> tuple[int, ...]:
    """Places of the stages that some completion of the missing inputs gives, mildest first.

    Each missing input is tried at one value for every pattern of answers it can give to the
    rules, so the stages found are exactly the attainable ones.
    """
    cells = cells_of(staging, variables)
    missing = [name for name in cells if name not in known]
    places = {
        stage_at(staging, variables, {**known, **dict(zip(missing, values, strict=True))})
        for values in product(*(cells[name] for name in missing))
    }
    return tuple(sorted(places))


def cells_of(staging: Staging, variables: Mapping[str, Variable]) -> dict[str, tuple[float, ...]]:
    """For every input, one value for each pattern of answers it can give to the rules."""
    tests: dict[str, list[Test]] = {}
    for stage in staging.stages:
        for group in stage.groups:
            for test in group:
                tests.setdefault(test.variable, []).append(test)
    found: dict[str, tuple[float, ...]] = {}
    for name, asked in tests.items():
        patterns: dict[tuple[bool, ...], float] = {}
        for value in _values(variables[name], asked):
            patterns.setdefault(tuple(passes(t, variables[name], value) for t in asked), value)
        found[name] = tuple(patterns.values())
    return found


def _values(variable: Variable, tests: Iterable[Test]) -> list[float]:
    """Enough values of a variable to meet every pattern of answers."""
    if variable.kind == "bool":
        return [0.0, 1.0]
    if variable.kind == "enum":
        return [float(k) for k, level in enumerate(variable.levels) if level != "unknown"]
    if variable.kind == "multi":
        return [float(mask) for mask in range(2 ** len(variable.levels))]
    edges = {end for t in tests for end in (t.low, t.high) if variable.low < end < variable.high}
    ordered = sorted(edges | {variable.low, variable.high})
    if variable.kind == "int":
        steps = {float(floor(edge) + step) for edge in ordered for step in (-1, 0, 1)}
        return sorted(v for v in steps if variable.low <= v <= variable.high)
    return ordered + [(a + b) / 2 for a, b in pairwise(ordered)]

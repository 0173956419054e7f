"""Definitions: criteria that must all hold, each of which holds, fails or is unknown.

What is known of a patient may leave a criterion open. The answer is then the one that every
completion of the missing inputs shares, or none: certain when all completions say yes, impossible
when all say no. That is exact also where two criteria ask the same input.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain, pairwise, product
from math import floor

from afterload.core.source import Source
from afterload.core.variable import Variable
from afterload.scores.about import About
from afterload.scores.derive import Test, passes

CLASSES = ("not met", "met")
"""The two classes of a definition, total 0 and 1."""


@dataclass(frozen=True, slots=True)
class Every:
    """Holds when all its parts hold."""

    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """Holds when at least one of its parts holds."""

    rules: tuple[Rule, ...]


Rule = Test | Every | Some
"""A test on one input, or several rules joined by and (`Every`) or by or (`Some`)."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One of the things a definition asks.

    Args:
        name: Short name.
        label: The criterion, in words.
        rule: When it holds.
        source: Where it stands.
        part: The part of the definition it belongs to ("clinical"); empty where there are none.
    """

    name: str
    label: str
    rule: Rule
    source: Source
    part: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """Another published reading of some criteria; a result that hangs on it says so.

    Args:
        rules: The criteria by name, each with what it would be in the other reading.
        text: What the reader must know, shown where the two readings differ.
        source: Where the other reading stands.
    """

    rules: tuple[tuple[str, Rule], ...]
    text: str
    source: Source


@dataclass(frozen=True, slots=True)
class Presumed:
    """A yes that other inputs stand for while nobody says yes or no; said in the result.

    Args:
        variable: The yes/no input. Its own answer always goes first.
        tests: Any of them means yes; none of them means no.
        text: What was presumed, and how to deny it.
        source: Where that stands.
    """

    variable: str
    tests: tuple[Test, ...]
    text: str
    source: Source


@dataclass(frozen=True, slots=True)
class Lasting:
    """A duration that one reading of another input cannot tell.

    Args:
        duration: The input asked, e.g. minutes below 90 mmHg.
        reading: The input people have a single value of, e.g. the systolic pressure.
    """

    duration: str
    reading: str


@dataclass(frozen=True, slots=True, eq=False)
class Definition:
    """A definition: all criteria must hold.

    Args:
        about: Name (the definition's id), origin and reach.
        criteria: What it asks.
        readings: Other published readings of its criteria.
        presumed: What stands for a yes that nobody stated.
        lasting: Durations that single readings cannot tell.

    Its total is 1 when it is met and 0 when it is not.
    """

    about: About
    criteria: tuple[Criterion, ...]
    readings: tuple[Reading, ...] = ()
    presumed: tuple[Presumed, ...] = ()
    lasting: tuple[Lasting, ...] = ()

    def __post_init__(self) -> None:
        names = [criterion.name for criterion in self.criteria]
        assert len(set(names)) == len(names), "two criteria have the same name"
        assert all(name in names for reading in self.readings for name, _ in reading.rules)

    @property
    def rule(self) -> Rule:
        """All criteria together."""
        return Every(tuple(criterion.rule for criterion in self.criteria))

    @property
    def parts(self) -> dict[str, Rule]:
        """The parts it is made of, by name, each with its criteria together."""
        names = dict.fromkeys(c.part for c in self.criteria if c.part)
        return {n: Every(tuple(c.rule for c in self.criteria if c.part == n)) for n in names}

    def read(self, reading: Reading) -> Rule:
        """All criteria together, some of them in another reading."""
        other = dict(reading.rules)
        return Every(tuple(other.get(c.name, c.rule) for c in self.criteria))


def yes(name: str) -> Test:
    """The test that a yes/no input is yes."""
    return Test(name, low=1)


def below(name: str, limit: float) -> Test:
    """The test that a number is below a limit, the limit itself not included."""
    return Test(name, high=limit, high_closed=False)


def above(name: str, limit: float) -> Test:
    """The test that a number is above a limit, the limit itself not included."""
    return Test(name, low=limit, low_closed=False)


def tests_of(rule: Rule) -> Iterator[Test]:
    """Every test of a rule, in order (some inputs twice)."""
    if isinstance(rule, Test):
        yield rule
    else:
        for part in rule.rules:
            yield from tests_of(part)


def input_names(score: Definition) -> Iterator[str]:
    """Every input a definition reads, in order (some twice)."""
    for test in tests_of(score.rule):
        yield test.variable
    for presumed in score.presumed:
        yield from (test.variable for test in presumed.tests)
    yield from (lasting.reading for lasting in score.lasting)


def asked_of(criterion: Criterion, score: Definition) -> tuple[str, ...]:
    """Every input one criterion rests on, with those that stand for another."""
    names = [test.variable for test in tests_of(criterion.rule)]
    for presumed in score.presumed:
        if presumed.variable in names:
            names += [test.variable for test in presumed.tests]
    names += [lasting.reading for lasting in score.lasting if lasting.duration in names]
    return tuple(dict.fromkeys(names))


def presume(
    score: Definition, variables: Mapping[str, Variable], known: Mapping[str, float]
) -> tuple[dict[str, float], tuple[Presumed, ...]]:
    """What is known, with the yeses that other inputs stand for; and which those are."""
    used = tuple(
        presumed
        for presumed in score.presumed
        if presumed.variable not in known
        and any(
            passes(test, variables[test.variable], known[test.variable])
            for test in presumed.tests
            if test.variable in known
        )
    )
    return {**known, **{presumed.variable: 1.0 for presumed in used}}, used


def verdict(
    rule: Rule, variables: Mapping[str, Variable], known: Mapping[str, float]
) -> tuple[bool, bool]:
    """Whether a rule holds in every completion of the missing inputs, and whether in some.

    Kleene's logic gives both where no missing input is asked twice. One that is asked twice is
    tried at a value for every pattern of answers it can give, so that the two tests agree on it.
    """
    shared = {
        name: values for name, values in shared_of(rule, variables).items() if name not in known
    }
    found = [
        _kleene(rule, variables, {**known, **dict(zip(shared, values, strict=True))})
        for values in product(*shared.values())
    ]
    return all(certain for certain, _ in found), any(possible for _, possible in found)


def unsettled(
    rule: Rule, variables: Mapping[str, Variable], known: Mapping[str, float]
) -> Iterator[str]:
    """The missing inputs that keep a rule unknown (some twice); none when it is settled."""
    certain, possible = verdict(rule, variables, known)
    if certain or not possible:
        return
    if isinstance(rule, Test):
        yield rule.variable
    else:
        for part in rule.rules:
            yield from unsettled(part, variables, known)


def shared_of(rule: Rule, variables: Mapping[str, Variable]) -> dict[str, tuple[float, ...]]:
    """The inputs a rule asks more than once, each with the values to try."""
    asked: dict[str, list[Test]] = {}
    for test in tests_of(rule):
        asked.setdefault(test.variable, []).append(test)
    return {
        name: patterns_of(variables[name], tests)
        for name, tests in asked.items()
        if len(tests) > 1
    }  # fmt: skip


def patterns_of(variable: Variable, tests: Iterable[Test]) -> tuple[float, ...]:
    """One value of an input for each pattern of answers it can give to some tests."""
    tests = tuple(tests)
    found: dict[tuple[bool, ...], float] = {}
    for value in _values(variable, tests):
        found.setdefault(tuple(passes(test, variable, value) for test in tests), value)
    return tuple(found.values())


def answers_of(test: Test, variable: Variable) -> tuple[bool, bool]:
    """Whether every value of the input passes a test, and whether some value does."""
    answers = [passes(test, variable, value) for value in patterns_of(variable, (test,))]
    return all(answers), any(answers)


def _kleene(
    rule: Rule, variables: Mapping[str, Variable], known: Mapping[str, float]
) -> tuple[bool, bool]:
    if isinstance(rule, Test):
        variable = variables[rule.variable]
        if rule.variable not in known:
            return answers_of(rule, variable)
        answer = passes(rule, variable, known[rule.variable])
        return answer, answer
    found = [_kleene(part, variables, known) for part in rule.rules]
    join = all if isinstance(rule, Every) else any
    return join(certain for certain, _ in found), join(possible for _, possible in found)


def _values(variable: Variable, tests: tuple[Test, ...]) -> list[float]:
    """Enough values of an input to meet every pattern of answers."""
    if variable.kind == "bool":
        return [0.0, 1.0]
    if variable.kind == "enum":
        return [float(k) for k, level in enumerate(variable.levels) if level != "unknown"]
    if variable.kind == "multi":
        named = {level for test in tests for level in test.levels}
        bits = [1 << k for k, level in enumerate(variable.levels) if level in named]
        rest = [1 << k for k, level in enumerate(variable.levels) if level not in named][:1]
        masks = [sum(chosen) for chosen in product(*((0, bit) for bit in bits))]
        return [float(mask or (rest or [0])[0]) for mask in masks]
    edges = chain.from_iterable((test.low, test.high) for test in tests)
    inside = {edge for edge in edges if variable.low < edge < variable.high}
    ordered = sorted(inside | {variable.low, variable.high})
    if variable.kind == "int":
        near = {float(floor(edge) + step) for edge in ordered for step in (-1, 0, 1)}
        return sorted(v for v in near if variable.low <= v <= variable.high)
    return ordered + [(a + b) / 2 for a, b in pairwise(ordered)]


def only(score: Definition, part: str, about: About) -> Definition:
    """One part of a definition as a definition of its own."""
    kept = tuple(replace(c, part="") for c in score.criteria if c.part == part)
    names = {criterion.name for criterion in kept}
    return Definition(
        about,
        kept,
        tuple(r for r in score.readings if all(name in names for name, _ in r.rules)),
        score.presumed,
        score.lasting,
    )

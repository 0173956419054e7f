"""Quantities computed from other inputs, and what they can still be when some are missing.

The same declaration serves one patient (plain numbers) and a million (arrays): an equation is
written with the few functions of `Maths`, and says in which inputs it rises and falls, so that
its lowest and highest attainable values stand at known corners. Where the direction in an input
depends on the others (a resistance falls with the flow only while the pressures fall along it),
both of its ends are tried.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from math import inf
from typing import Any, Protocol

from afterload.core.variable import Variable
from afterload.scores.band import Range, Span, holds


class Maths(Protocol):
    """The functions an equation may use: Python's for one number, NumPy's for arrays."""

    def minimum(self, a: Any, b: Any, /) -> Any:
        """The smaller of two numbers."""

    def maximum(self, a: Any, b: Any, /) -> Any:
        """The larger of two numbers."""

    def exp(self, a: Any, /) -> Any:
        """The exponential."""

    def log(self, a: Any, /) -> Any:
        """The natural logarithm."""


class _Plain:
    minimum = staticmethod(min)
    maximum = staticmethod(max)
    exp = staticmethod(math.exp)
    log = staticmethod(math.log)


PLAIN: Maths = _Plain()
"""The functions for one number."""


@dataclass(frozen=True, slots=True)
class Equation:
    """A quantity computed from numbers, rising or falling in each of them.

    Args:
        text: The equation as people write it.
        function: Takes `Maths` and the inputs by name, gives the quantity.
        rises, falls: Names of the inputs it rises in and of those it falls in. Strictly so and
            without steps wherever such an input also gives points by itself.
        flags: Categorical inputs as (variable, level): the function finds 1 or 0 under the
            level's name.
        either: Names of the inputs in which it rises or falls depending on the others; for any
            one setting of the others, never both. An end reached through one counts as attained.
        low, high: What the quantity can be at all, both included; a value beyond means that what
            it was computed from contradicts itself.
    """

    text: str
    function: Callable[[Maths, Mapping[str, Any]], Any]
    rises: tuple[str, ...] = ()
    falls: tuple[str, ...] = ()
    flags: tuple[tuple[str, str], ...] = ()
    either: tuple[str, ...] = ()
    low: float = -inf
    high: float = inf

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of everything it is computed from."""
        return (*self.rises, *self.falls, *self.either, *(name for name, _ in self.flags))

    @property
    def is_bounded(self) -> bool:
        """Whether the quantity itself has a range."""
        return self.low > -inf or self.high < inf


@dataclass(frozen=True, slots=True)
class Test:
    """One way to answer yes: a number in a range, or a category named.

    Args:
        variable: The input asked.
        low, high, low_closed, high_closed: The range that means yes, for a number.
        levels: The categories that mean yes, for a categorical input.
    """

    __test__ = False  # the name is the clinician's, not the test runner's

    variable: str
    low: float = -inf
    high: float = inf
    low_closed: bool = True
    high_closed: bool = True
    levels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Yes as soon as one test says yes; no only when all say no.

    Args:
        tests: The tests; no two ask the same input.
        text: The rule as people write it.
    """

    tests: tuple[Test, ...]
    text: str = field(default="")

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of everything it is computed from."""
        return tuple(test.variable for test in self.tests)


Derived = Equation | AnyOf


def passes(test: Test, variable: Variable, value: float) -> bool:
    """Whether a known value answers yes."""
    if not test.levels:
        return holds(test, value)
    if variable.kind == "multi":
        return any(int(value) >> bit & 1 for bit in level_codes(variable, test.levels))
    return value in level_codes(variable, test.levels)


def level_codes(variable: Variable, levels: tuple[str, ...]) -> tuple[int, ...]:
    """The places of some levels in the variable's list."""
    return tuple(variable.levels.index(level) for level in levels)


def any_of(rule: AnyOf, variables: Mapping[str, Variable], known: Mapping[str, float]) -> Span:
    """Whether the answer can be no (0), yes (1) or both, from what is known."""
    open_, yes = False, False
    for test in rule.tests:
        if test.variable not in known:
            open_ = True
        elif passes(test, variables[test.variable], known[test.variable]):
            yes = True
    return Span(float(yes), float(yes or open_))


def corners(
    equation: Equation, variables: Mapping[str, Variable], spans: Mapping[str, Range]
) -> Iterator[tuple[dict[str, float], dict[str, float]]]:
    """Where the equation is lowest and highest, once for every category still possible.

    An input of `either` is tried at both of its ends: the equation is monotone in each input by
    itself, so its extremes over the box stand at corners.
    """
    lows = {name: spans[name].low for name in equation.rises}
    lows |= {name: spans[name].high for name in equation.falls}
    highs = {name: spans[name].high for name in equation.rises}
    highs |= {name: spans[name].low for name in equation.falls}
    answers = []
    for name, level in equation.flags:
        code = float(variables[name].levels.index(level))
        span = spans[name]
        answers.append((float(span.low == code),) if span.low == span.high else (0.0, 1.0))
    ends = [dict.fromkeys((spans[name].low, spans[name].high)) for name in equation.either]
    for chosen in product(*answers, *ends):
        flags = {level: flag for (_, level), flag in zip(equation.flags, chosen, strict=False)}
        tried = dict(zip(equation.either, chosen[len(answers) :], strict=True))
        yield lows | flags | tried, highs | flags | tried


def attainable(
    equation: Equation, variables: Mapping[str, Variable], spans: Mapping[str, Range]
) -> Span:
    """Every value the equation can take while its inputs stay in their spans.

    Empty when none lies within what the quantity can be.
    """
    ends = [
        (equation.function(PLAIN, low), equation.function(PLAIN, high))
        for low, high in corners(equation, variables, spans)
    ]
    low_closed = all(spans[n].low_closed for n in equation.rises) and all(
        spans[n].high_closed for n in equation.falls
    )
    high_closed = all(spans[n].high_closed for n in equation.rises) and all(
        spans[n].low_closed for n in equation.falls
    )
    least, most = float(min(low for low, _ in ends)), float(max(high for _, high in ends))
    # Where the equation stands still (it is cut at an end of its range) its one value is attained.
    still = least == most
    span = Span(least, most, low_closed or still, high_closed or still)
    return span.within(equation.low, equation.high) if equation.is_bounded else span

"""How many of some questions are answered by yes: drugs that run, devices in place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from afterload.core.variable import Variable
from afterload.scores.band import Span
from afterload.scores.derive import Test, passes


@dataclass(frozen=True, slots=True)
class Count:
    """The number of tests that say yes.

    Args:
        tests: The tests. Several may ask one input only if it takes several categories at once,
            so that any of them can hold together.
        text: The rule as people write it.
    """

    tests: tuple[Test, ...]
    text: str = field(default="")

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of everything that is counted, each once."""
        return tuple(dict.fromkeys(test.variable for test in self.tests))


def counted(rule: Count, variables: Mapping[str, Variable], known: Mapping[str, float]) -> Span:
    """The least and the greatest number it can be; every whole number between can be too."""
    yes = open_ = 0
    for test in rule.tests:
        if test.variable not in known:
            open_ += 1
        elif passes(test, variables[test.variable], known[test.variable]):
            yes += 1
    return Span(float(yes), float(yes + open_))

"""Ordered rules read one input at a time, and the stages they leave.

The values of an input fall into cells: inside one, every test answers the same. Reading an input
strikes out the groups of tests that failed and shortens those that passed; what remains is the
same for many patients, so that few remainders serve a million. An input that is missing is read
at every cell it can lie in: what is left is then a set of remainders, and the stages found at the
end are exactly those that some completion gives, as long as the inputs are independent. Where
they are not, because a missing input is asked twice, `Box`es cut it first (see `patient_staging`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import ceil, floor

from afterload.core.variable import Variable
from afterload.scores.derive import Test, passes
from afterload.scores.inputs import population_of
from afterload.scores.staging import Staging

Edge = tuple[float, bool]
"""Where answers change: from this value on (True), or beyond it (False)."""
Remainder = tuple[tuple[int, int], ...]
"""Groups still open, the gravest stage's first: its place, and the tests left to pass, as bits."""
State = frozenset[Remainder]
"""Every remainder that can be."""


@dataclass(frozen=True, slots=True, eq=False)
class Axis:
    """One input of the rules and the cells its values fall into.

    Args:
        variable: The input.
        edges: For a number, where one cell ends and the next begins, in rising order.
        cell_of_code: For a category, the cell of every code; -1 for "unknown".
        answers: For every cell, the tests on this input that say yes and those that say no, as
            bits; None where the variable can have no value.
    """

    variable: Variable
    edges: tuple[Edge, ...]
    cell_of_code: tuple[int, ...]
    answers: tuple[tuple[int, int] | None, ...]

    @property
    def last(self) -> int:
        """Place of the last cell."""
        return len(self.answers) - 1

    def cell(self, value: float) -> int:
        """The cell a value lies in."""
        if self.cell_of_code:
            return self.cell_of_code[int(value)]
        return sum(is_past(edge, value) for edge in self.edges)


def is_past(edge: Edge, value: float) -> bool:
    """Whether a value lies on the far side of an edge."""
    return value >= edge[0] if edge[1] else value > edge[0]


@cache
def axes(staging: Staging) -> tuple[Axis, ...]:
    """The inputs of the rules, those of the gravest stage first."""
    asked: dict[str, list[Test]] = {}
    for test in _bits_of(staging):
        asked.setdefault(test.variable, []).append(test)
    variables = population_of(staging)
    return tuple(_axis(staging, variables[name], tests) for name, tests in asked.items())


@cache
def _bits_of(staging: Staging) -> dict[Test, int]:
    """The bit of every test, the gravest stage's first."""
    rules = (group for stage in reversed(staging.stages) for group in stage.groups)
    tests = dict.fromkeys(test for group in rules for test in group)
    return {test: 1 << place for place, test in enumerate(tests)}


def _axis(staging: Staging, variable: Variable, tests: Sequence[Test]) -> Axis:
    bits = _bits_of(staging)

    def answers(value: float) -> tuple[int, int]:
        yes = sum(bits[test] for test in tests if passes(test, variable, value))
        return yes, sum(bits[test] for test in tests) - yes

    if codes := codes_of(variable):
        cells = list(dict.fromkeys(answers(code) for code in codes))
        of_code = [-1] * (int(max(codes)) + 1)
        for code in codes:
            of_code[int(code)] = cells.index(answers(code))
        return Axis(variable, (), tuple(of_code), tuple(cells))
    edges = tuple(sorted(edges_of(tests), key=lambda edge: (edge[0], not edge[1])))
    found: list[tuple[int, int] | None] = [None] * (len(edges) + 1)
    for value in samples(variable, (edge for edge, _ in edges)):
        found[sum(is_past(edge, value) for edge in edges)] = answers(value)
    return Axis(variable, edges, (), tuple(found))


def codes_of(variable: Variable) -> list[float]:
    """Every value of a category, "unknown" left out; none for a number."""
    if variable.kind == "multi":
        return [float(mask) for mask in range(2 ** len(variable.levels))]
    if variable.kind in ("bool", "enum"):
        return [float(k) for k, level in enumerate(variable.levels) if level != "unknown"]
    return []


def edges_of(tests: Iterable[Test]) -> set[Edge]:
    """Where the answers of some tests on one number change."""
    lows = {(test.low, test.low_closed) for test in tests if not test.levels}
    highs = {(test.high, not test.high_closed) for test in tests if not test.levels}
    return {edge for edge in lows | highs if abs(edge[0]) != float("inf")}


def samples(variable: Variable, edges: Iterable[float]) -> list[float]:
    """Enough values of a number to meet every cell that some edges make."""
    inside = {edge for edge in edges if variable.low < edge < variable.high}
    ordered = sorted(inside | {variable.low, variable.high})
    if variable.kind == "int":
        steps = {float(round_(edge) + k) for edge in ordered for k in (-1, 0, 1)
                 for round_ in (floor, ceil)}  # fmt: skip
        return sorted(v for v in steps if variable.low <= v <= variable.high)
    return ordered + [(a + b) / 2 for a, b in pairwise(ordered)]


def start(staging: Staging) -> State:
    """Before anything is read: every group is open."""
    bits = _bits_of(staging)
    groups = (
        (place, sum(bits[test] for test in set(group)))
        for place in reversed(range(len(staging.stages)))
        for group in staging.stages[place].groups
    )
    return frozenset([_shortened(groups)])


def _shortened(groups: Iterable[tuple[int, int]]) -> Remainder:
    """The groups that still matter: none after one that holds, none that asks more than another."""
    left: list[tuple[int, int]] = []
    for place, tests in groups:
        if any(not other & ~tests for _, other in left):
            continue
        left.append((place, tests))
        if not tests:
            break
    return tuple(left)


@cache
def read(staging: Staging, axis: int, state: State, first: int, last: int) -> State:
    """What is left once an input is known to lie in one of the cells from `first` to `last`."""
    cells = axes(staging)[axis].answers[first : last + 1]
    return frozenset(
        _shortened((place, tests & ~cell[0]) for place, tests in left if not tests & cell[1])
        for cell in cells
        if cell is not None
        for left in state
    )


def stages_left(state: State) -> int:
    """The stages found once every input is read, as bits."""
    assert all(left[0][1] == 0 for left in state)
    return sum({1 << left[0][0] for left in state})


def read_all(staging: Staging, cells: Sequence[tuple[int, int]]) -> int:
    """The stages left, as bits, when each input lies in its cells (first, last)."""
    state = start(staging)
    for axis, (first, last) in enumerate(cells):
        state = read(staging, axis, state, first, last)
    return stages_left(state)

"""Which counts to withhold so that no small one can be worked out from the others.

Counts are cells tied by sums (the arms add up to all patients, the levels to those with a value,
those with and without a value to the arm). A small cell is withheld; then a reader who knows all
sums and this rule is played: as long as only one value is possible for a withheld small cell,
another cell of its sums is withheld too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Key = tuple[str, ...]
State = Literal["small", "guard"]
_ANY = 10**9


@dataclass(slots=True)
class Cells:
    """Counts and how they add up.

    Args:
        values: Every count, by what it is.
        sums: Each a total and the parts it is the sum of; only sums that hold are kept.
        unseen: Counts the report never shows, but that can be worked out from those it does.
        pinned: Counts withheld to guard another only where nothing else would do, with how dear
            they are: 1, or 2 where losing one means losing much else.
    """

    values: dict[Key, int] = field(default_factory=dict)
    sums: list[tuple[Key, tuple[Key, ...]]] = field(default_factory=list)
    unseen: set[Key] = field(default_factory=set)
    pinned: dict[Key, int] = field(default_factory=dict)

    def tie(self, total: Key, parts: Iterable[Key]) -> None:
        """Tell that the parts add up to the total, if all are known and it is so."""
        known = tuple(parts)
        if len(known) < 1 or any(key not in self.values for key in (total, *known)):
            return
        if sum(self.values[key] for key in known) == self.values[total]:
            self.sums.append((total, known))

    def add(self, key: Key, value: float | None, *, unseen: bool = False) -> None:
        """Add a count; what is not known is left out."""
        if value is not None:
            self.values[key] = round(value)
            if unseen:
                self.unseen.add(key)


def protect(cells: Cells, threshold: int) -> dict[Key, State]:
    """The cells to withhold: the small ones, and those that would give a small one away.

    Args:
        cells: The counts and their sums.
        threshold: Counts from 1 to below this are small.
    """
    state: dict[Key, State] = {
        key: "small" for key, value in cells.values.items() if 0 < value < threshold
    }
    game = _Game(cells, state, threshold)
    safe: set[Key] = set()
    for key in sorted(key for key in state if key in game.sums_of):
        while key not in safe:
            other = _other_values(key, game)
            if other is not None:
                safe |= {k for k, value in other.items() if value != cells.values[k]}
                continue
            guard = _next_guard(key, game)
            if guard is None:
                break
            state[guard] = "guard"
    return state


@dataclass(slots=True)
class _Game:
    """What a reader can see: the cells, their sums, and which are withheld so far."""

    cells: Cells
    state: dict[Key, State]
    threshold: int
    sums_of: dict[Key, list[int]] = field(init=False)

    def __post_init__(self) -> None:
        self.sums_of = {}
        for place, (total, parts) in enumerate(self.cells.sums):
            for key in (total, *parts):
                self.sums_of.setdefault(key, []).append(place)


def _component(start: Key, game: _Game) -> tuple[list[Key], list[int]]:
    """The withheld cells tied to one another through their sums, and those sums."""
    found: dict[Key, None] = {start: None}
    sums: dict[int, None] = {}
    queue = [start]
    while queue:
        for place in game.sums_of.get(queue.pop(), ()):
            sums[place] = None
            total, parts = game.cells.sums[place]
            for key in (total, *parts):
                if key in game.state and key not in found:
                    found[key] = None
                    queue.append(key)
    return list(found), list(sums)


def _other_values(key: Key, game: _Game) -> dict[Key, int] | None:
    """Values that fit all sums, with another value for `key` than the true one; or None.

    The true values fit. If others do that differ at `key`, a reader cannot tell which is true.
    """
    found, places = _component(key, game)
    sums = [game.cells.sums[place] for place in places]
    low, high = _narrow(found, sums, game)[key]
    if low == high:
        return None
    for sign in (1, -1):
        values = _extreme(key, found, sums, game, sign)
        if values[key] != game.cells.values[key]:
            return values
    return None


def _narrow(
    found: Sequence[Key], sums: Sequence[tuple[Key, tuple[Key, ...]]], game: _Game
) -> dict[Key, tuple[int, int]]:
    """The range each withheld cell can have, narrowed sum by sum: the cheap look."""
    values, state, threshold = game.cells.values, game.state, game.threshold
    bounds = {k: (1, threshold - 1) if state[k] == "small" else (0, _ANY) for k in found}
    changed = True
    while changed:
        changed = False
        for total, parts in sums:
            signed = [(total, 1), *((part, -1) for part in parts)]
            known = sum(sign * values[k] for k, sign in signed if k not in bounds)
            free = [(k, sign) for k, sign in signed if k in bounds]
            for k, sign in free:
                rest = [(bounds[o], s) for o, s in free if o != k]
                low = -known - sum(b[1] if s > 0 else -b[0] for b, s in rest)
                high = -known - sum(b[0] if s > 0 else -b[1] for b, s in rest)
                low, high = (low, high) if sign > 0 else (-high, -low)
                new = _allowed(max(low, bounds[k][0]), min(high, bounds[k][1]), state[k], threshold)
                changed |= new != bounds[k]
                bounds[k] = new
    return bounds


def _allowed(low: int, high: int, state: State, threshold: int) -> tuple[int, int]:
    """A guard is 0 or not small: a reader knows, and narrows its range by it."""
    if state == "guard":
        low = max(low, threshold) if low > 0 else low
        high = 0 if high < threshold else high
    return low, high


def _extreme(
    key: Key,
    found: Sequence[Key],
    sums: Sequence[tuple[Key, tuple[Key, ...]]],
    game: _Game,
    sign: int,
) -> dict[Key, int]:
    """Whole numbers that fit all sums, with the least (sign 1) or greatest (-1) value at `key`."""
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp

    values, threshold = game.cells.values, game.threshold
    place = {k: i for i, k in enumerate(found)}
    guards = [k for k in found if game.state[k] == "guard"]
    width = len(found) + len(guards)
    top = sum(max(values[k] for k in (total, *parts)) for total, parts in sums) + threshold
    lines: list[Any] = []
    ends: list[tuple[float, float]] = []
    for total, parts in sums:
        line, known = np.zeros(width), 0
        for k, s in ((total, 1), *((part, -1) for part in parts)):
            if k in place:
                line[place[k]] += s
            else:
                known += s * values[k]
        lines.append(line)
        ends.append((-known, -known))
    for number, k in enumerate(guards, start=len(found)):
        # a guard is 0, or from the threshold up: threshold * b <= x <= top * b, b is 0 or 1
        for factor, end in ((threshold, (0, np.inf)), (top, (-np.inf, 0))):
            line = np.zeros(width)
            line[place[k]], line[number] = 1, -factor
            lines.append(line)
            ends.append(end)
    goal = np.zeros(width)
    goal[place[key]] = sign
    small = [game.state[k] == "small" for k in found]
    low, high = np.array(ends).T
    best = milp(
        goal,
        integrality=np.ones(width),
        bounds=Bounds(
            [1 if s else 0 for s in small] + [0] * len(guards),
            [threshold - 1 if s else top for s in small] + [1] * len(guards),
        ),
        constraints=LinearConstraint(np.array(lines), low, high),
    )
    return {k: round(float(best.x[i])) for k, i in place.items()}


def _next_guard(key: Key, game: _Game) -> Key | None:
    """The cell whose loss costs a reader least: unseen first, comfortably large, then small."""
    cells, threshold = game.cells, game.threshold
    _, tied = _component(key, game)
    for price in (0, 1, 2):
        for places in (game.sums_of.get(key, ()), tied):
            sums = [cells.sums[place] for place in places]
            totals = {total for total, _ in sums}
            useful = [
                k
                for k in {k for total, parts in sums for k in (total, *parts)} - set(game.state)
                if cells.values[k] > 0 and cells.pinned.get(k, 0) == price
            ]
            if useful:
                return min(
                    useful,
                    key=lambda k: (
                        k not in cells.unseen,
                        k in totals,
                        cells.values[k] < 2 * threshold,
                        cells.values[k],
                        k,
                    ),
                )
    return None

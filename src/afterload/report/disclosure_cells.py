"""Counts, the sums that tie them, and what a reader can work out from those that are told.

Counts are cells tied by sums (the arms add up to all patients, the levels to those with a value,
those with and without a value to the arm). The reader played here knows all sums and all marks: a
cell marked small is 1 to below the threshold, one withheld to guard another at least the threshold.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Key = tuple[str, ...]
State = Literal["small", "veiled", "guard", "silent", "unseen"]
Sum = tuple[Key, tuple[Key, ...]]
_ANY = 10**9


@dataclass(slots=True)
class Cells:
    """Counts and how they add up.

    Args:
        values: Every count, by what it is.
        sums: Each a total and the parts it is the sum of; only sums that hold are kept.
        unseen: Counts the report never shows, but that can be worked out from those it does.
        harmless: Unseen counts that tell of nobody, however small.
        pinned: Counts withheld to guard another only where nothing else would do, with how dear
            they are: 1, or 2 where losing one means losing much else.
        cheap: Counts that are missed least, to be withheld first.
        untold: Counts that are withheld whatever their size, and must not be worked out either.
        silent: Those of them whose mark says nothing: shown as withheld even where they are 0.
    """

    values: dict[Key, int] = field(default_factory=dict)
    sums: list[Sum] = field(default_factory=list)
    unseen: set[Key] = field(default_factory=set)
    harmless: set[Key] = field(default_factory=set)
    pinned: dict[Key, int] = field(default_factory=dict)
    cheap: set[Key] = field(default_factory=set)
    untold: set[Key] = field(default_factory=set)
    silent: set[Key] = field(default_factory=set)

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


@dataclass(slots=True)
class Reader:
    """What a reader sees: the cells, their sums, and which are withheld so far."""

    cells: Cells
    state: dict[Key, State]
    threshold: int
    sums_of: dict[Key, list[int]] = field(init=False)

    def __post_init__(self) -> None:
        self.sums_of = {}
        for place, (total, parts) in enumerate(self.cells.sums):
            for key in (total, *parts):
                self.sums_of.setdefault(key, []).append(place)

    def range_of(self, key: Key) -> tuple[int, int]:
        """What the mark of a withheld cell alone says: it is not 0, for 0 is told."""
        state = self.state[key]
        if state in {"unseen", "silent"}:
            return 0, _ANY
        if state == "small":
            return 1, self.threshold - 1
        least = self.threshold if state == "guard" else self.threshold - 1
        return min(least, self.cells.values[key]), _ANY

    def tied(self, start: Key) -> tuple[list[Key], list[Sum]]:
        """The withheld cells tied to one another through their sums, and those sums."""
        found: dict[Key, None] = {start: None}
        places: dict[int, None] = {}
        queue = [start]
        while queue:
            for place in self.sums_of.get(queue.pop(), ()):
                if place in places:
                    continue
                places[place] = None
                total, parts = self.cells.sums[place]
                new = [k for k in (total, *parts) if k in self.state and k not in found]
                found |= dict.fromkeys(new)
                queue += new
        return list(found), [self.cells.sums[place] for place in places]

    def other_values(self, key: Key) -> dict[Key, int] | None:
        """Values that fit all sums, with another value for `key` than the true one; or None.

        The true values fit. If others do that differ at `key`, a reader cannot tell which is true.
        """
        found, sums = self.tied(key)
        low, high = self._narrow(found, sums)[key]
        if low == high:
            return None
        for sign in (1, -1):
            values = self._extreme(key, found, sums, sign)
            if values is not None and values[key] != self.cells.values[key]:
                return values
        return None

    def _narrow(self, found: Sequence[Key], sums: Sequence[Sum]) -> dict[Key, tuple[int, int]]:
        """The range each withheld cell can have, narrowed sum by sum: the cheap look."""
        values = self.cells.values
        bounds = {k: self.range_of(k) for k in found}
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
                    new = max(low, bounds[k][0]), min(high, bounds[k][1])
                    changed |= new != bounds[k]
                    bounds[k] = new
        return bounds

    def _extreme(
        self, key: Key, found: Sequence[Key], sums: Sequence[Sum], sign: int
    ) -> dict[Key, int] | None:
        """Whole numbers that fit all sums, with the least (sign 1) or greatest (-1) at `key`.

        None where the search finds none: then nothing is taken to be hidden.
        """
        import numpy as np
        from scipy.optimize import Bounds, LinearConstraint, milp

        values = self.cells.values
        place = {k: i for i, k in enumerate(found)}
        top = 2 * sum(values[total] for total, _ in sums) + self.threshold
        lines: list[Any] = []
        known = [0] * len(sums)
        for number, (total, parts) in enumerate(sums):
            line = np.zeros(len(found))
            for k, s in ((total, 1), *((part, -1) for part in parts)):
                if k in place:
                    line[place[k]] += s
                else:
                    known[number] -= s * values[k]
            lines.append(line)
        goal = np.zeros(len(found))
        goal[place[key]] = sign
        ends = [self.range_of(k) for k in found]
        best = milp(
            goal,
            integrality=np.ones(len(found)),
            bounds=Bounds([low for low, _ in ends], [min(high, top) for _, high in ends]),
            constraints=LinearConstraint(np.array(lines), known, known),
        )
        return None if best.x is None else {k: round(float(best.x[i])) for k, i in place.items()}

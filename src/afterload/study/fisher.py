"""Fisher's exact test for tables of any size, without simulation.

The rows of the table are dealt with one after the other. What the remaining rows can do depends
only on what the rows so far have left of each column (a node), not on how they left it; so paths
that meet at a node with the same probability are carried on as one. At each step three kinds of
path need not be followed further: those all of whose completions are as unlikely as the observed
table (their whole probability counts), those none of whose completions are, and those whose
probability is too small to be seen in the result.

Sources:
    Freeman GH, Halton JH. Biometrika 1951;38:141-149 (the test).
    Mehta CR, Patel NR. J Am Stat Assoc 1983;78:427-434 (nodes, longest and shortest path).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from afterload.core.errors import NoConvergence
from afterload.study.composition import (
    compositions,
    count_compositions,
    sort_columns,
    sums_over_columns,
)

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

TIE = 1e-7
"""Tables whose probability exceeds the observed one by no more than this share count as ties."""
WORK_LIMIT = 8_000_000
"""How many continuations of paths are looked at before the test gives up."""
_UNIT = 1e10
_CHUNK = 300_000
_SEEN = 1e-10
_TOO_LARGE = "The table is too large for Fisher's exact test."


@dataclass(frozen=True, slots=True)
class _Problem:
    """A table as rows to deal with in order, in logarithms.

    Args:
        rows: Row totals, in the order they are dealt with.
        columns: Column totals.
        log_factorial: log(i!) for i = 0 ... n.
        score: The same in whole units of 1e-10, so that sums do not depend on their order.
        limit: A table counts if the sum of the scores of its cells is at least this.
    """

    rows: Ints
    columns: Ints
    log_factorial: Floats
    score: Ints
    limit: int


@dataclass(frozen=True, slots=True)
class _Paths:
    """Where the rows dealt with so far can have led to.

    Args:
        nodes: Shape (k, u), what is left of each column, sorted within a node.
        node: Shape (e,), ascending, the node each path has reached.
        score: Shape (e,), sum of the scores of its cells, ascending within a node.
        mass: Shape (e,), probability of the path.
    """

    nodes: Ints
    node: Ints
    score: Ints
    mass: Floats


def fisher(table: Ints) -> float:
    """The p value of Fisher's exact test of a table of counts.

    It is the probability, with all row and column totals kept, of the tables that are not more
    likely than the observed one; tables within a share of 1e-7 of its probability count as ties.

    Args:
        table: Shape (r, c), counts, r and c at least 1.

    Returns:
        The p value, exact to about ten digits; 1 for a table with one row or one column.

    Raises:
        NoConvergence: The table is too large to be worked through.

    Example:
        >>> round(fisher(np.array([[3, 1], [1, 3]])), 6)
        0.485714
    """
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    if min(table.shape) < 2:
        return 1.0
    long = table if table.shape[0] >= table.shape[1] else table.T
    if long.shape[1] == 2:
        problem = _problem(long.T)
        if _most_ways(problem.columns, int(problem.rows[0])) <= _CHUNK:
            return _two_rows(problem)
    problem = _problem(long)
    smallest = 1e-18
    for _ in range(4):
        p, lost = _walk(problem, smallest)
        if lost <= _SEEN * p:
            return min(1.0, p)
        smallest *= 1e-4 if p == 0.0 else min(1e-4, p)
    raise NoConvergence("Fisher's exact test did not settle: the table is too unlikely.")


@lru_cache(maxsize=64)
def _factorials(n: int) -> tuple[Floats, Ints]:
    """log(i!) for i = 0 ... n, and the same in whole units."""
    log_factorial = np.zeros(n + 1)
    np.cumsum(np.log(np.arange(1.0, n + 1.0)), out=log_factorial[1:])
    return log_factorial, np.rint(log_factorial * _UNIT).astype(np.int64)


def _problem(table: Ints) -> _Problem:
    n = int(table.sum())
    log_factorial, score = _factorials(n)
    limit = int(score[table].sum()) - round(np.log1p(TIE) * _UNIT)
    rows = np.sort(table.sum(axis=1))
    return _Problem(rows, table.sum(axis=0), log_factorial, score, limit)


def _most_ways(columns: Ints, row: int) -> float:
    """No fewer than the ways to deal a row out over the columns."""
    room = sorted(min(column, row) + 1.0 for column in columns.tolist())
    return float(math.prod(room[:-1]))


def _two_rows(problem: _Problem) -> float:
    """The p value of a table with two rows: every table is listed."""
    _, score, chance = _last_moves(problem, problem.columns[:, None], int(problem.rows[0]))
    return min(1.0, float(chance[score >= problem.limit].sum()))


def _last_moves(problem: _Problem, nodes: Ints, row: int) -> tuple[Ints, Ints, Floats]:
    """Where only two rows are left: the ways to fill them, their scores and their chances."""
    log = problem.log_factorial
    room = np.arange(int(nodes.max()) + 1)[:, None]
    cell = np.arange(row + 1)[None, :]
    left = np.maximum(room - cell, 0)
    score = problem.score[cell] + problem.score[left]
    parent, added, ways = sums_over_columns(nodes, row, score, log[room] - log[cell] - log[left])
    n = int(nodes[:, 0].sum())
    return parent, added, np.exp(ways - (log[n] - log[row] - log[n - row]))


def _walk(problem: _Problem, smallest: float) -> tuple[float, float]:
    """The probability that counts, and the probability lost in paths too unlikely to follow."""
    one = np.zeros(1, dtype=np.int64)
    paths = _Paths(np.sort(problem.columns)[:, None], one, one, np.ones(1))
    p = lost = 0.0
    work = 0
    for stage in range(len(problem.rows) - 2):
        found: list[tuple[Ints, Ints, Floats]] = []
        for part in _parts(paths, int(problem.rows[stage]), WORK_LIMIT - work):
            counted, gone, size, onward = _step(problem, stage, paths, part, smallest)
            p += counted
            lost += gone
            work += size
            if work > WORK_LIMIT:
                raise NoConvergence(_TOO_LARGE)
            found.append(onward)
        paths = _meet(found, problem)
        if not len(paths.node):
            return p, lost
    row = int(problem.rows[-2])
    for part in _parts(paths, row, WORK_LIMIT):
        p += _last_step(problem, paths, part)
    return p, lost


def _last_step(problem: _Problem, paths: _Paths, part: tuple[int, int]) -> float:
    """Fill the last two rows from some nodes: the probability that counts."""
    low, high = np.searchsorted(paths.node, part)
    node, score = paths.node[low:high] - part[0], paths.score[low:high]
    nodes = paths.nodes[:, part[0] : part[1]]
    parent, added, chance = _last_moves(problem, nodes, int(problem.rows[-2]))
    first = _reach(node, score, parent, problem.limit - added)
    return _counted(node, paths.mass[low:high], parent, first, chance)


def _counted(node: Ints, mass: Floats, parent: Ints, first: Ints, chance: Floats) -> float:
    """Probability of the moves taken from the paths of their node from the `first` on."""
    inside = first < np.searchsorted(node, np.arange(int(node[-1]) + 1), "right")[parent]
    return float(np.dot(chance, _tails(node, mass)[first] * inside))


def _parts(paths: _Paths, row: int, limit: int) -> list[tuple[int, int]]:
    """Runs of nodes, small enough to be stepped from at once."""
    if paths.nodes.shape[1] * _most_ways(paths.nodes.max(axis=1), row) <= _CHUNK:
        return [(0, paths.nodes.shape[1])]
    sizes = count_compositions(paths.nodes, row)
    total = float(sizes.sum())
    if total > limit:
        raise NoConvergence(_TOO_LARGE)
    if total <= _CHUNK:
        return [(0, len(sizes))]
    bins = (np.cumsum(sizes) / _CHUNK).astype(np.int64)
    cuts = [0, *(np.flatnonzero(np.diff(bins)) + 1).tolist(), len(bins)]
    return list(pairwise(cuts))


def _step(
    problem: _Problem, stage: int, paths: _Paths, part: tuple[int, int], smallest: float
) -> tuple[float, float, int, tuple[Ints, Ints, Floats]]:
    """Deal out one row from some nodes: what counts, what is lost, the work, what goes on."""
    low, high = np.searchsorted(paths.node, part)
    nodes = paths.nodes[:, part[0] : part[1]]
    node, score = paths.node[low:high] - part[0], paths.score[low:high]
    mass = paths.mass[low:high]
    parent, cells = compositions(nodes, int(problem.rows[stage]))
    left = nodes[:, parent] - cells
    chance = _chance(problem, nodes, parent, cells, left)
    added = problem.score[cells].sum(axis=0)
    least, most = _bounds(problem, stage + 1, left)
    first = _reach(node, score, parent, problem.limit - added - most)
    sure = _reach(node, score, parent, problem.limit - added - least)
    counted = _counted(node, mass, parent, sure, chance)
    spread = sure - first
    total = int(spread.sum())
    if total > WORK_LIMIT:
        raise NoConvergence(_TOO_LARGE)
    move = np.repeat(np.arange(len(parent)), spread)
    path = np.arange(total) - np.repeat(np.cumsum(spread) - spread, spread) + first[move]
    onward = mass[path] * chance[move]
    keep = onward >= smallest
    gone = float(onward[~keep].sum())
    move, path = move[keep], path[keep]
    found = (sort_columns(left)[:, move], score[path] + added[move], onward[keep])
    return counted, gone, len(parent) + total, found


def _chance(problem: _Problem, nodes: Ints, parent: Ints, cells: Ints, left: Ints) -> Floats:
    """Probability of each move from its node (multivariate hypergeometric)."""
    log = problem.log_factorial
    row = int(cells[:, 0].sum())
    n = int(nodes[:, 0].sum())
    ways = log[nodes].sum(axis=0)[parent] - log[cells].sum(axis=0) - log[left].sum(axis=0)
    chance: Floats = np.exp(ways - (log[n] - log[row] - log[n - row]))
    return chance


def _bounds(problem: _Problem, stage: int, left: Ints) -> tuple[Ints, Ints]:
    """Bounds of the score the remaining rows can add: the longest and the shortest path.

    The lower bound is the dual of a transport problem: any multipliers give a valid bound, and
    these are near the best. The upper bound fills each column as unevenly as it can be. Both are
    sums over the columns, so a table of what a column with room v adds is all that is needed.
    """
    rows = problem.rows[stage:]
    room = np.arange(int(left.max()) + 1)
    least, most = _least(problem, rows, room, len(left)), _most(problem, rows, room)
    return least[left].sum(axis=0), most[left].sum(axis=0)


def _least(problem: _Problem, rows: Ints, room: Ints, columns: int) -> Ints:
    log, m = problem.log_factorial, len(rows)
    by_row = np.log(rows + columns / 2.0)
    by_room = np.log(room + m / 2.0) - np.log(float(rows.sum()) + m * columns / 2.0)
    bound = by_room * room + float(by_row @ rows) / columns
    for slope in by_row[:, None] + by_room[None, :]:
        best = np.minimum(np.exp(slope).astype(np.int64), len(log) - 1)
        bound += log[best] - slope * best
    whole: Ints = np.floor(bound * _UNIT).astype(np.int64) - 100
    return whole


def _most(problem: _Problem, rows: Ints, room: Ints) -> Ints:
    descending = np.sort(rows)[::-1]
    before = np.cumsum(descending) - descending
    taken = np.clip(room[None, :] - before[:, None], 0, descending[:, None])
    bound: Ints = problem.score[taken].sum(axis=0)
    return bound


def _reach(node: Ints, score: Ints, parent: Ints, least: Ints) -> Ints:
    """For each move the first path of its node whose score is at least `least`."""
    base = int(score.min())
    span = int(score.max()) - base + 2
    if span > 2**62 // (int(node[-1]) + 2):
        raise NoConvergence(_TOO_LARGE)
    keys = node * span + (score - base)
    wanted = parent * span + np.clip(least - base, 0, span - 1)
    return np.searchsorted(keys, wanted)


def _tails(node: Ints, mass: Floats) -> Floats:
    """Sum of the mass from each path to the last of its node; 0 beyond the last path of all."""
    tails = np.append(mass, 0.0)
    ends = [*(np.flatnonzero(np.diff(node)) + 1).tolist(), len(mass)]
    start = 0
    for end in ends:
        tails[start:end] = np.add.accumulate(mass[start:end][::-1])[::-1]
        start = end
    return tails


def _meet(found: list[tuple[Ints, Ints, Floats]], problem: _Problem) -> _Paths:
    """Paths that reached the same node with the same score, carried on as one."""
    left = np.concatenate([f[0] for f in found], axis=1)
    score = np.concatenate([f[1] for f in found])
    mass = np.concatenate([f[2] for f in found])
    if not len(mass):
        return _Paths(left, score, score, mass)
    radix = int(problem.columns.max()) + 1
    if radix ** len(left) >= 2**62:
        raise NoConvergence(_TOO_LARGE)
    code = sum(column * radix**i for i, column in enumerate(left))
    _, example, node = np.unique(code, return_index=True, return_inverse=True)
    base = int(score.min())
    span = int(score.max()) - base + 2
    if span > 2**62 // (len(example) + 1):
        raise NoConvergence(_TOO_LARGE)
    key, merged = np.unique(node * span + (score - base), return_inverse=True)
    together = np.bincount(merged, weights=mass).astype(np.float64, copy=False)
    return _Paths(left[:, example], key // span, key % span + base, together)

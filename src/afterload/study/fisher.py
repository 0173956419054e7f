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
from functools import lru_cache
from itertools import pairwise

import numpy as np

from afterload.core.errors import NoConvergence
from afterload.study.composition import compositions, count_compositions, sums_over_columns
from afterload.study.fisher_paths import (
    TOO_LARGE,
    UNIT,
    WORK_LIMIT,
    Floats,
    Ints,
    Onward,
    Paths,
    Problem,
    counted_mass,
    meet,
    reach,
    step,
)

TIE = 1e-7
"""Tables whose probability exceeds the observed one by no more than this share count as ties."""
_CHUNK = 300_000
_SEEN = 1e-10
_COMMON_SIZE = 2000
_LOOKED_UP = 2_000_000


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


def _factorials(n: int) -> tuple[Floats, Ints]:
    """log(i!) for i = 0 ... n, and the same in whole units."""
    if n > _COMMON_SIZE:
        return _make_factorials(n)
    log_factorial, score = _common_factorials()
    return log_factorial[: n + 1], score[: n + 1]


@lru_cache(maxsize=1)
def _common_factorials() -> tuple[Floats, Ints]:
    return _make_factorials(_COMMON_SIZE)


def _make_factorials(n: int) -> tuple[Floats, Ints]:
    log_factorial = np.zeros(n + 1)
    np.cumsum(np.log(np.arange(1.0, n + 1.0)), out=log_factorial[1:])
    return log_factorial, np.rint(log_factorial * UNIT).astype(np.int64)


def _problem(table: Ints) -> Problem:
    n = int(table.sum())
    log_factorial, score = _factorials(n)
    limit = int(score[table].sum()) - round(np.log1p(TIE) * UNIT)
    rows = np.sort(table.sum(axis=1))
    return Problem(rows, table.sum(axis=0), log_factorial, score, limit)


def _most_ways(columns: Ints, row: int) -> float:
    """No fewer than the ways to deal a row out over the columns."""
    room = sorted(min(column, row) + 1.0 for column in columns.tolist())
    return float(math.prod(room[:-1]))


def _two_rows(problem: Problem) -> float:
    """The p value of a table with two rows: every table is listed."""
    _, score, chance = _last_moves(problem, problem.columns[:, None], int(problem.rows[0]))
    return min(1.0, float(chance[score >= problem.limit].sum()))


def _last_moves(problem: Problem, nodes: Ints, row: int) -> tuple[Ints, Ints, Floats]:
    """Where only two rows are left: the ways to fill them, their scores and their chances."""
    log, most, n = problem.log_factorial, int(nodes.max()), int(nodes[:, 0].sum())
    if (most + 1) * (row + 1) > _LOOKED_UP:
        parent, cells = compositions(nodes, row)
        room = nodes[:, parent]
        added = (problem.score[cells] + problem.score[room - cells]).sum(axis=0)
        ways = (log[room] - log[cells] - log[room - cells]).sum(axis=0)
    else:
        room, cell = np.arange(most + 1)[:, None], np.arange(row + 1)[None, :]
        left = np.maximum(room - cell, 0)
        score = problem.score[cell] + problem.score[left]
        real = log[room] - log[cell] - log[left]
        parent, added, ways = sums_over_columns(nodes, row, score, real)
    ways -= log[n] - log[row] - log[n - row]
    return parent, added, np.exp(ways, out=ways)


def _walk(problem: Problem, smallest: float) -> tuple[float, float]:
    """The probability that counts, and the probability lost in paths too unlikely to follow."""
    one = np.zeros(1, dtype=np.int64)
    paths = Paths(np.sort(problem.columns)[:, None], one, one, np.ones(1))
    p = lost = 0.0
    work = 0
    for stage in range(len(problem.rows) - 2):
        found: list[Onward] = []
        for part in _parts(paths, int(problem.rows[stage]), WORK_LIMIT - work):
            counted, gone, size, onward = step(problem, stage, paths, part, smallest)
            p += counted
            lost += gone
            work += size
            if work > WORK_LIMIT:
                raise NoConvergence(TOO_LARGE)
            found.append(onward)
        paths = meet(found, problem)
        if not len(paths.node):
            return p, lost
    row = int(problem.rows[-2])
    for part in _parts(paths, row, WORK_LIMIT):
        p += _last_step(problem, paths, part)
    return p, lost


def _last_step(problem: Problem, paths: Paths, part: tuple[int, int]) -> float:
    """Fill the last two rows from some nodes: the probability that counts."""
    low, high = np.searchsorted(paths.node, part)
    node, score = paths.node[low:high] - part[0], paths.score[low:high]
    nodes = paths.nodes[:, part[0] : part[1]]
    parent, added, chance = _last_moves(problem, nodes, int(problem.rows[-2]))
    first = reach(node, score, parent, problem.limit - added)
    return counted_mass(node, paths.mass[low:high], parent, first, chance)


def _parts(paths: Paths, row: int, limit: int) -> list[tuple[int, int]]:
    """Runs of nodes, small enough to be stepped from at once."""
    if paths.nodes.shape[1] * _most_ways(paths.nodes.max(axis=1), row) <= _CHUNK:
        return [(0, paths.nodes.shape[1])]
    sizes = count_compositions(paths.nodes, row)
    total = float(sizes.sum())
    if total > limit:
        raise NoConvergence(TOO_LARGE)
    if total <= _CHUNK:
        return [(0, len(sizes))]
    bins = (np.cumsum(sizes) / _CHUNK).astype(np.int64)
    cuts = [0, *(np.flatnonzero(np.diff(bins)) + 1).tolist(), len(bins)]
    return list(pairwise(cuts))

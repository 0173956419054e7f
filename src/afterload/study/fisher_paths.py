"""The paths of Fisher's exact test: one row dealt out after the other.

See `afterload.study.fisher` for what they are for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from afterload.core.errors import NoConvergence
from afterload.study.composition import compositions, sort_columns

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

UNIT = 1e10
"""Scores are logarithms in whole units of one over this."""
WORK_LIMIT = 8_000_000
"""How many continuations of paths are looked at before the test gives up."""
TOO_LARGE = "The table is too large for Fisher's exact test."


@dataclass(frozen=True, slots=True)
class Problem:
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
class Paths:
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


@dataclass(frozen=True, slots=True)
class Onward:
    """Paths one row further, before those that meet are joined.

    Args:
        left: Shape (k, w), what each move some path took leaves of each column, sorted.
        move: Shape (e,), the move each path took.
        score, mass: Shape (e,), as in `Paths`.
    """

    left: Ints
    move: Ints
    score: Ints
    mass: Floats


def step(
    problem: Problem, stage: int, paths: Paths, part: tuple[int, int], smallest: float
) -> tuple[float, float, int, Onward]:
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
    first = reach(node, score, parent, problem.limit - added - most)
    sure = reach(node, score, parent, problem.limit - added - least)
    counted = counted_mass(node, mass, parent, sure, chance)
    spread = sure - first
    total = int(spread.sum())
    if total > WORK_LIMIT:
        raise NoConvergence(TOO_LARGE)
    move = np.repeat(np.arange(len(parent)), spread)
    path = np.arange(total) - np.repeat(np.cumsum(spread) - spread, spread) + first[move]
    onward = mass[path] * chance[move]
    keep = onward >= smallest
    gone = float(onward[~keep].sum())
    move, path = move[keep], path[keep]
    new = np.ones(len(move), dtype=np.bool_)
    new[1:] = move[1:] != move[:-1]
    further = Onward(
        sort_columns(left[:, move[new]]),
        np.cumsum(new) - 1,
        score[path] + added[move],
        onward[keep],
    )
    return counted, gone, len(parent) + total, further


def _chance(problem: Problem, nodes: Ints, parent: Ints, cells: Ints, left: Ints) -> Floats:
    """Probability of each move from its node (multivariate hypergeometric)."""
    log = problem.log_factorial
    row = int(cells[:, 0].sum())
    n = int(nodes[:, 0].sum())
    ways = log[nodes].sum(axis=0)[parent] - log[cells].sum(axis=0) - log[left].sum(axis=0)
    chance: Floats = np.exp(ways - (log[n] - log[row] - log[n - row]))
    return chance


def _bounds(problem: Problem, stage: int, left: Ints) -> tuple[Ints, Ints]:
    """Bounds of the score the remaining rows can add: the longest and the shortest path.

    The lower bound is the dual of a transport problem: any multipliers give a valid bound, and
    these are near the best. The upper bound fills each column as unevenly as it can be. Both are
    sums over the columns, so a table of what a column with room v adds is all that is needed.
    """
    rows = problem.rows[stage:]
    room = np.arange(int(left.max()) + 1)
    least, most = _least(problem, rows, room, len(left)), _most(problem, rows, room)
    return least[left].sum(axis=0), most[left].sum(axis=0)


def _least(problem: Problem, rows: Ints, room: Ints, columns: int) -> Ints:
    log, m = problem.log_factorial, len(rows)
    by_row = np.log(rows + columns / 2.0)
    by_room = np.log(room + m / 2.0) - np.log(float(rows.sum()) + m * columns / 2.0)
    bound = by_room * room + float(by_row @ rows) / columns
    for slope in by_row[:, None] + by_room[None, :]:
        best = np.minimum(np.exp(slope).astype(np.int64), len(log) - 1)
        bound += log[best] - slope * best
    whole: Ints = np.floor(bound * UNIT).astype(np.int64) - 100
    return whole


def _most(problem: Problem, rows: Ints, room: Ints) -> Ints:
    descending = np.sort(rows)[::-1]
    before = np.cumsum(descending) - descending
    taken = np.clip(room[None, :] - before[:, None], 0, descending[:, None])
    bound: Ints = problem.score[taken].sum(axis=0)
    return bound


def reach(node: Ints, score: Ints, parent: Ints, least: Ints) -> Ints:
    """For each move the first path of its node whose score is at least `least`."""
    base = int(score.min())
    span = int(score.max()) - base + 2
    if span > 2**62 // (int(node[-1]) + 2):
        raise NoConvergence(TOO_LARGE)
    keys = node * span + (score - base)
    wanted = least - base
    np.clip(wanted, 0, span - 1, out=wanted)
    wanted += parent * span
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


def meet(found: list[Onward], problem: Problem) -> Paths:
    """Paths that reached the same node with the same score, carried on as one."""
    nodes, node = _nodes(found, problem)
    score = np.concatenate([onward.score for onward in found])
    mass = np.concatenate([onward.mass for onward in found])
    if not len(mass):
        return Paths(nodes, node, score, mass)
    base = int(score.min())
    span = int(score.max()) - base + 2
    if span > 2**62 // (nodes.shape[1] + 1):
        raise NoConvergence(TOO_LARGE)
    key = node * span + (score - base)
    order = np.argsort(key)
    key = key[order]
    starts = np.flatnonzero(np.concatenate(([True], key[1:] != key[:-1])))
    key = key[starts]
    return Paths(nodes, key // span, key % span + base, np.add.reduceat(mass[order], starts))


def _nodes(found: list[Onward], problem: Problem) -> tuple[Ints, Ints]:
    """The nodes that were reached, each once, and the node of each path."""
    left = np.concatenate([onward.left for onward in found], axis=1)
    radix = int(problem.columns.max()) + 1
    if radix ** len(left) >= 2**62:
        raise NoConvergence(TOO_LARGE)
    code = sum(column * radix**i for i, column in enumerate(left))
    _, example, place = np.unique(code, return_index=True, return_inverse=True)
    starts = np.cumsum([0] + [onward.left.shape[1] for onward in found])
    moves = [onward.move + start for onward, start in zip(found, starts, strict=False)]
    return left[:, example], place[np.concatenate(moves)]


def counted_mass(node: Ints, mass: Floats, parent: Ints, first: Ints, chance: Floats) -> float:
    """Probability of the moves taken from the paths of their node from the `first` on."""
    inside = first < np.searchsorted(node, np.arange(int(node[-1]) + 1), "right")[parent]
    # A plain sum: `np.dot` of long arrays wakes threads, which cost more than they save here.
    return float((chance * _tails(node, mass)[first] * inside).sum())

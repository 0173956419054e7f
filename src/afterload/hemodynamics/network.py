"""Blood that flows through a network of well mixed places and takes with it what it holds.

The content of a place is the mean of what flows in, by flow. With the flows known this is a linear
system, one small matrix per patient.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pipe:
    """A way from one place to another.

    Args:
        name: Its name.
        tail: Where blood leaves when the flow is positive.
        head: Where it arrives.
    """

    name: str
    tail: str
    head: str


@dataclass(frozen=True, slots=True)
class Network:
    """Places, the ways between them, and the mean flow through each.

    Args:
        places: Their names.
        pipes: The ways.
        flows: mL/s, shape (pipes, n); what flows into every place flows out of it.
    """

    places: tuple[str, ...]
    pipes: tuple[Pipe, ...]
    flows: Array

    def index(self, name: str) -> int:
        """Which pipe has a name."""
        return next(k for k, pipe in enumerate(self.pipes) if pipe.name == name)

    def flow(self, name: str) -> Array:
        """Flow through a pipe, mL/s."""
        return np.asarray(self.flows[self.index(name)])

    def upstream(self, name: str) -> NDArray[np.intp]:
        """The place that a pipe's blood comes from, shape (n,)."""
        k = self.index(name)
        tail, head = (self.places.index(p) for p in (self.pipes[k].tail, self.pipes[k].head))
        return np.where(self.flows[k] >= 0, tail, head)

    def entering(self) -> Array:
        """What flows into every place, mL/s, shape (places, n)."""
        found = np.zeros((len(self.places), self.flows.shape[1]))
        lanes = np.arange(self.flows.shape[1])
        for k, pipe in enumerate(self.pipes):
            found[self._ends(k, pipe)[1], lanes] += np.abs(self.flows[k])
        return found

    def _ends(self, k: int, pipe: Pipe) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        tail, head = self.places.index(pipe.tail), self.places.index(pipe.head)
        forward = self.flows[k] >= 0
        return np.where(forward, tail, head), np.where(forward, head, tail)

    def matrix(self, kept: Mapping[str, Array]) -> Array:
        """Flow into every place less what comes from the others, shape (n, places, places).

        Args:
            kept: Of some pipes, the share of its content that blood brings to the other end.

        A place that no blood enters keeps a content of its own: its row says that it is given.
        """
        n, count = self.flows.shape[1], len(self.places)
        found = np.zeros((n, count, count))
        lanes = np.arange(n)
        for k, pipe in enumerate(self.pipes):
            start, end = self._ends(k, pipe)
            q = np.abs(self.flows[k])
            found[lanes, end, end] += q
            found[lanes, end, start] -= q * kept.get(pipe.name, 1.0)
        still = np.abs(found).sum(axis=2) == 0.0
        found[:, np.arange(count), np.arange(count)] += still
        return found

    def into(self, amounts: Mapping[str, Array]) -> Array:
        """What pipes bring besides, mL of gas per second, where they end, shape (n, places)."""
        n = self.flows.shape[1]
        found = np.zeros((n, len(self.places)))
        lanes = np.arange(n)
        for name, amount in amounts.items():
            k = self.index(name)
            found[lanes, self._ends(k, self.pipes[k])[1]] += amount
        return found


def balanced(places: Sequence[str], pipes: Sequence[Pipe], flows: Array) -> Network:
    """A network whose flows balance in every place.

    A beat repeats itself to some 0.005 mL, so that mean flows fail to balance by as much. They are
    changed by the least squares of their relative changes, and nothing that does not flow begins
    to; what flows less than `STILL` is taken to stand.

    Args:
        places: Names.
        pipes: The ways.
        flows: mL/s, shape (pipes, n).
    """
    flows = np.where(np.abs(flows) < STILL, 0.0, flows)
    ends = np.zeros((len(places), len(pipes)))
    for k, pipe in enumerate(pipes):
        ends[places.index(pipe.tail), k] -= 1.0
        ends[places.index(pipe.head), k] += 1.0
    for _ in range(len(pipes)):
        weight = flows.T**2
        gram = np.einsum("pk,nk,qk->npq", ends, weight, ends)
        left = np.einsum("pk,kn->np", ends, flows)
        push = np.linalg.pinv(gram, rcond=1e-12, hermitian=True) @ left[..., None]
        flows = flows - (weight * np.einsum("pk,np->nk", ends, push[..., 0])).T
        still = (flows != 0.0) & (np.abs(flows) < STILL)
        flows = np.where(still, 0.0, flows)
        if not still.any() and (np.abs(ends @ flows) < 1e-12 * (1 + np.abs(flows).max())).all():
            break
    return Network(tuple(places), tuple(pipes), flows)


STILL = 0.005
"""Flow that counts as none, mL/s: what a shut valve lets by within the tolerance of a beat."""

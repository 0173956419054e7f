"""Compiled kernels: one per circuit and number of lanes, kept on disk between runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from afterload.core.progress import Progress, silent
from afterload.hemodynamics.circuit import Circuit
from afterload.hemodynamics.compiled import folder, linked, place
from afterload.hemodynamics.generate import source, width

Array = NDArray[np.float64]

WIDE = 16
"""Lanes of the kernel for many patients; one patient has a kernel of its own, with one lane."""


@dataclass(frozen=True, slots=True)
class Kernel:
    """A compiled circuit.

    Args:
        circuit: The circuit.
        watch: Signals whose means over a beat it keeps.
        lanes: How many patients it runs side by side.
        width: Numbers that the compiled function works on.
        advance: The compiled function: (work, states, parameters, activations, steps, beats, out,
            store, sums), arrays by their addresses; see `generate.source` and `compiled.linked`.
    """

    circuit: Circuit
    watch: tuple[str, ...]
    lanes: int
    width: int
    advance: Callable[..., int]

    def beat(
        self,
        states: Array,
        parameters: Array,
        activations: Array,
        dt: Array,
        steps: int,
        out: Array | None = None,
        beats: int = 1,
    ) -> tuple[Array, Array]:
        """Advance all lanes by one beat, or by several that are alike.

        Args:
            states: Shape (states, lanes).
            parameters: Shape (parameters, lanes).
            activations: Shape (2 steps + 1, activations, lanes), at every half step.
            dt: Shape (lanes,), the step in s.
            steps: Steps in the beat.
            out: Shape (beats * steps, states, lanes), filled with the states after every step;
                None to keep none.
            beats: How many beats.

        Returns:
            The new states, shape (states, lanes), and the means of the watched signals over the
            beats, shape (watched, lanes).
        """  # fmt: skip
        told = np.empty((len(parameters) + 1, self.lanes))
        told[:-1], told[-1] = parameters, dt
        new = np.array(states, np.float64, order="C")
        active = np.ascontiguousarray(activations, np.float64)
        sums = np.zeros((len(self.watch), self.lanes))
        work = _aligned(self.width)
        self._check(new, told[1:], active, steps, out, beats)
        self.advance(
            LEFT, LEFT, work.ctypes.data, new.ctypes.data, told.ctypes.data,
            active.ctypes.data, steps, beats, None if out is None else out.ctypes.data,
            out is not None, sums.ctypes.data,
        )  # fmt: skip
        time = dt * (beats * steps)
        return new, sums / np.where(time == 0.0, 1.0, time)

    def _check(
        self, states: Array, par: Array, active: Array, steps: int, out: Array | None, beats: int
    ) -> None:
        """The compiled function trusts what it is told: what it reads and writes must be there."""
        circuit, lanes = self.circuit, self.lanes
        expected = (
            (len(circuit.states), lanes), (len(circuit.parameters), lanes),
            (2 * steps + 1, len(circuit.activations), lanes),
        )  # fmt: skip
        if (states.shape, par.shape, active.shape) != expected:
            raise ValueError("the arrays are not of this kernel's shapes")
        if out is None:
            return
        if out.shape != (beats * steps, *expected[0]) or out.dtype != np.float64:
            raise ValueError("the array for the steps is not of this kernel's shape")
        if not out.flags.c_contiguous:
            raise ValueError("the array for the steps is not in one piece")


_LEFT = np.zeros(1, np.int64)
LEFT = _LEFT.ctypes.data
"""Where the compiled function would leave an error; it has none."""


def _aligned(count: int) -> Array:
    """Zeros that begin at a multiple of 64 bytes, as wide instructions read them fastest."""
    raw = np.zeros(count + 8)
    first = (-raw.ctypes.data % 64) // 8
    return raw[first : first + count]


@cache
def kernel(circuit: Circuit, watch: tuple[str, ...], lanes: int) -> Kernel:
    """The kernel of a circuit, compiled now if it is not on disk yet."""
    advance = linked(source(circuit, watch, lanes))
    return Kernel(circuit, watch, lanes, width(circuit, watch, lanes), advance)


def warm(circuit: Circuit, watch: tuple[str, ...], progress: Progress = silent) -> Path:
    """Compile the kernels of a circuit ahead of time; returns the folder they are kept in."""
    for number, lanes in enumerate((1, WIDE)):
        progress("Compiling", number / 2)
        kernel(circuit, watch, lanes)
    progress("Compiling", 1.0)
    return folder()


def is_compiled(circuit: Circuit, watch: tuple[str, ...], lanes: int) -> bool:
    """Whether the kernel is on disk, so that using it does not begin with compiling it."""
    return place(source(circuit, watch, lanes)).exists()

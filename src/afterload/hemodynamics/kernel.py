"""Compiled kernels: one per circuit and number of lanes, kept on disk between runs."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from afterload.core.progress import Progress, silent
from afterload.hemodynamics.circuit import Circuit
from afterload.hemodynamics.generate import source

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
            store, sums); see `generate.source`.
    """

    circuit: Circuit
    watch: tuple[str, ...]
    lanes: int
    width: int
    advance: Callable[..., None]

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
        kept = np.empty(0) if out is None else out.reshape(-1)
        new = np.array(states, np.float64, order="C")
        sums = np.zeros((len(self.watch), self.lanes))
        self.advance(
            _aligned(self.width), new.reshape(-1), told.reshape(-1),
            np.ascontiguousarray(activations).reshape(-1),
            steps, beats, kept, out is not None, sums.reshape(-1),
        )  # fmt: skip
        time = dt * (beats * steps)
        return new, sums / np.where(time == 0.0, 1.0, time)


def _aligned(count: int) -> Array:
    """Zeros that begin at a multiple of 64 bytes, as wide instructions read them fastest."""
    raw = np.zeros(count + 8)
    first = (-raw.ctypes.data % 64) // 8
    return raw[first : first + count]


@cache
def kernel(circuit: Circuit, watch: tuple[str, ...], lanes: int) -> Kernel:
    """The kernel of a circuit, compiled now if it is not on disk yet."""
    module = _load(source(circuit, watch, lanes))
    return Kernel(circuit, watch, lanes, module.WIDTH, module.advance)


def warm(circuit: Circuit, watch: tuple[str, ...], progress: Progress = silent) -> Path:
    """Compile the kernels of a circuit ahead of time; returns the folder they are kept in."""
    for place, lanes in enumerate((1, WIDE)):
        progress("Compiling", place / 2)
        one = kernel(circuit, watch, lanes)
        _touch(one)
    progress("Compiling", 1.0)
    return folder()


def is_compiled(circuit: Circuit, watch: tuple[str, ...], lanes: int) -> bool:
    """Whether the kernel is on disk, so that using it does not begin with compiling it."""
    path = _place(source(circuit, watch, lanes))
    return any(path.parent.glob(f"__pycache__/{path.stem}.*.nbi"))


def _touch(one: Kernel) -> None:
    circuit, lanes = one.circuit, one.lanes
    one.beat(
        np.ones((len(circuit.states), lanes)), np.ones((len(circuit.parameters), lanes)),
        np.zeros((1, len(circuit.activations), lanes)), np.zeros(lanes), 0,
    )  # fmt: skip


def folder() -> Path:
    """Where kernels are kept: AFTERLOAD_KERNELS, else the user's cache; made if it is not there."""
    told = os.environ.get("AFTERLOAD_KERNELS")
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    place = Path(told) if told else Path(base) / "afterload" / "kernels"
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError:
        place = Path(tempfile.gettempdir()) / f"afterload-kernels-{os.getuid()}"
        place.mkdir(parents=True, exist_ok=True)
    return place


def _place(text: str) -> Path:
    import numba

    calls = Path(__file__).with_name("wide.py").read_text("utf-8")
    mark = hashlib.sha256(f"{numba.__version__} {calls} {text}".encode()).hexdigest()[:16]
    return folder() / f"afterload_kernel_{mark}.py"


def _load(text: str) -> Any:
    """The module of a kernel's source, written to disk so that its compiled form is kept too."""
    path = _place(text)
    if not path.exists() or path.read_text("utf-8") != text:
        with tempfile.NamedTemporaryFile(
            "w", dir=path.parent, delete=False, encoding="utf-8"
        ) as file:
            file.write(text)
        Path(file.name).replace(path)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module

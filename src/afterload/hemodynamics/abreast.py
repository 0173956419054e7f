"""Several tiles of patients as one, so that what is done once per beat is done once for all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from afterload.hemodynamics.kernel import Kernel

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Abreast:
    """A kernel that is run for several rows of its lanes.

    Args:
        one: The kernel.
        rows: How many rows.
    """

    one: Kernel
    rows: int

    @property
    def lanes(self) -> int:
        """How many patients stand side by side."""
        return self.one.lanes * self.rows

    @property
    def watch(self) -> tuple[str, ...]:
        """Signals whose means over a beat are kept."""
        return self.one.watch

    def beat(
        self,
        states: Array,
        parameters: Array,
        activations: Array,
        dt: Array,
        steps: int,
        out: Array | None = None,
    ) -> tuple[Array, Array]:
        """As `Kernel.beat`."""
        width = self.one.lanes
        found = []
        for first in range(0, self.lanes, width):
            here = slice(first, first + width)
            kept = None if out is None else np.empty((*out.shape[:2], width))
            found.append(
                self.one.beat(
                    states[:, here], parameters[:, here], activations[:, :, here], dt[here], steps,
                    kept,
                )
            )  # fmt: skip
            if out is not None and kept is not None:
                out[:, :, here] = kept
        new, means = zip(*found, strict=True)
        return np.concatenate(new, axis=1), np.concatenate(means, axis=1)

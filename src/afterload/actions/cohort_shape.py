"""How the patients of a cohort are distributed, as densities to draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

SHAPED = (
    "hr", "map", "cvp", "pap_mean", "pcwp", "lvedp", "ef", "edv", "native_flow", "total_flow",
    "stroke_work", "pva", "coronary_flow", "cpo", "svo2",
)  # fmt: skip
"""Indices whose distributions are kept."""

POINTS = 96
"""Places at which a density is told."""

OUTER = (0.005, 0.995)
"""Quantiles between which it is told: one patient far out would squeeze all others."""


@dataclass(frozen=True, slots=True)
class Density:
    """Distributions on one axis.

    Args:
        grid: Places, in the unit of what is distributed, shape (POINTS,).
        heights: By name, the density at each; their areas are 1.
    """

    grid: tuple[float, ...]
    heights: Mapping[str, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class Shape:
    """The distributions of one index.

    Args:
        index: The index.
        levels: In every scenario.
        changes: Of its change against no device, in every strategy; None without one.
    """

    index: str
    levels: Density
    changes: Density | None


def shape(index: str, columns: Mapping[str, Array]) -> Shape | None:
    """The distributions of an index.

    Args:
        index: The index.
        columns: By scenario its values, shape (n,), NaN where unknown; the first without a device.

    Returns:
        None where nobody has it, or all have the same.
    """
    names = list(columns)
    levels = density(columns)
    if levels is None:
        return None
    return Shape(
        index, levels, density({name: columns[name] - columns[names[0]] for name in names[1:]})
    )


def density(columns: Mapping[str, Array]) -> Density | None:
    """Densities on a common axis; None where nothing differs."""
    known = {name: values[~np.isnan(values)] for name, values in columns.items()}
    known = {name: values for name, values in known.items() if len(values)}
    if not known:
        return None
    ends = [np.quantile(values, OUTER) for values in known.values()]
    low, high = min(float(e[0]) for e in ends), max(float(e[1]) for e in ends)
    if not high - low > 1e-9 * max(abs(low), abs(high), 1.0):
        return None
    margin = 0.06 * (high - low)
    edges = np.linspace(low - margin, high + margin, POINTS + 1)
    return Density(
        tuple(((edges[1:] + edges[:-1]) / 2).tolist()),
        {name: tuple(_smooth(values, edges).tolist()) for name, values in known.items()},
    )


def _smooth(values: Array, edges: Array) -> Array:
    """A kernel density: counts by bins, blurred by Silverman's width.

    Source:
        Silverman 1986, Density Estimation, eq. 3.31 (memory).
    """
    counts = np.histogram(values, edges)[0].astype(float)
    bin_ = float(edges[1] - edges[0])
    quartiles = np.quantile(values, (0.25, 0.75))
    apart = min(float(values.std()), float(quartiles[1] - quartiles[0]) / 1.349) or values.std()
    width = max(0.9 * float(apart) * len(values) ** -0.2 / bin_, 0.5)
    reach = np.arange(-POINTS, POINTS + 1)
    kernel = np.exp(-0.5 * (reach / width) ** 2)
    blurred = np.convolve(counts, kernel / kernel.sum())[POINTS : 2 * POINTS]
    return np.asarray(blurred / (len(values) * bin_))


def quantiles(values: Array, at: Sequence[float]) -> tuple[float, ...]:
    """Quantiles; NaN where there is nothing."""
    if not len(values):
        return (float("nan"),) * len(at)
    return tuple(float(q) for q in np.quantile(values, at))

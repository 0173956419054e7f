"""The marginals of the demo cohort, read from `demo_sources.toml`, with their sources."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from afterload.core.source import Source

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

STARTS: tuple[str, ...] = ("ecls", "impella", "both")
"""How support can begin; an index into this is a patient's `start`."""

_QUARTILE = 0.6744897501960817


@dataclass(frozen=True, slots=True)
class Number:
    """The distribution of one number.

    Args:
        shape: Log-normal or normal.
        median, q1, q3: Median and quartiles before support, in the variable's unit.
        low, high: Where the distribution is cut.
        at: Median at later points, for a patient whose severity has not changed.
        loadings: Correlation with the latent factors "severity", "liver", "kidney", "wall".
        shifts: Shift on support in standard deviations, by device family ("impella", "both").
        medians: Median before support where it differs by how support began.
        missing: Share not measured at each point.
        given: Share that has it at all (a drug); the others hold zero.
        decimals: Digits after the point in the spreadsheet.
        sources: Keys of the citations it rests on.
    """

    shape: Literal["log", "normal"]
    median: float
    q1: float
    q3: float
    low: float
    high: float
    at: Mapping[str, float] = field(default_factory=dict)
    loadings: Mapping[str, float] = field(default_factory=dict)
    shifts: Mapping[str, float] = field(default_factory=dict)
    medians: Mapping[str, float] = field(default_factory=dict)
    missing: Mapping[str, float] = field(default_factory=dict)
    given: Mapping[str, float] = field(default_factory=dict)
    decimals: int = 0
    sources: tuple[str, ...] = ()

    def values(self, z: Floats, center: float | Floats | None = None) -> Floats:
        """The numbers at standard-normal positions `z`, cut at `low` and `high` without heaping.

        Args:
            z: Shape (n,), positions on the standard-normal scale.
            center: The median, when it is not the one before support.
        """
        from scipy.special import ndtr, ndtri

        def scale(x: float | Floats) -> Floats:
            return np.log(x) if self.shape == "log" else np.asarray(x, dtype=np.float64)

        spread = (scale(self.q3) - scale(self.q1)) / (2 * _QUARTILE)
        middle = scale(self.median if center is None else center)
        floor, ceiling = (ndtr((scale(x) - middle) / spread) for x in (self.low, self.high))
        # Tails beyond 8 standard deviations carry no float: keep the position inside them.
        inside = np.clip(floor + ndtr(z) * (ceiling - floor), 1e-15, 1 - 1e-15)
        drawn = middle + spread * ndtri(inside)
        natural: Floats = np.exp(drawn) if self.shape == "log" else drawn
        return np.clip(natural, self.low, self.high)


@dataclass(frozen=True, slots=True)
class Marginals:
    """Every distribution of the demo cohort."""

    numbers: Mapping[str, Number]
    shares: Mapping[str, Floats]
    share_sources: Mapping[str, tuple[str, ...]]
    deaths: Mapping[str, tuple[float, str]]
    sources: Mapping[str, Source]

    def share(self, name: str, start: NDArray[np.int64]) -> Floats:
        """The share of yes for each patient, by how support began."""
        return self.shares[name][start]


@cache
def marginals() -> Marginals:
    """The marginals that come with the demo."""
    text = files("afterload.actions.synthetic").joinpath("demo_sources.toml").read_text("utf-8")
    document = tomllib.loads(text)
    shares, deaths = document["share"], document["death"]
    return Marginals(
        numbers={name: _number(row) for name, row in document["number"].items()},
        shares={
            name: np.array([row[start]["value"] for start in STARTS])
            for name, row in shares.items()
        },
        share_sources={
            name: tuple(row[start]["source"] for start in STARTS) for name, row in shares.items()
        },
        deaths={arm: (row["value"], row["source"]) for arm, row in deaths.items()},
        sources={key: Source(**row) for key, row in document["sources"].items()},
    )


def _number(row: Mapping[str, Any]) -> Number:
    def chosen(names: Sequence[str], ending: str = "") -> dict[str, float]:
        return {name: row[name + ending] for name in names if name + ending in row}

    low, high = row["range"]
    return Number(
        shape=row["shape"],
        median=row["median"],
        q1=row["q1"],
        q3=row["q3"],
        low=low,
        high=high,
        at=row.get("at", {}),
        loadings=chosen(("severity", "liver", "kidney", "wall")),
        shifts=chosen(("impella", "both"), "_shift"),
        medians=chosen(STARTS, "_median"),
        missing=row.get("missing", {}),
        given=row.get("given", {}),
        decimals=row["decimals"],
        sources=tuple(row["source"]),
    )

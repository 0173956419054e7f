"""Who the synthetic patients are before support: a latent severity, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from afterload.actions.synthetic.marginals import Bools, Floats, Marginals

CAUSES: tuple[str, ...] = ("ami", "chronic", "postcardiotomy", "myocarditis", "arrhythmia", "other")
ARRESTS: tuple[str, ...] = ("none", "ihca", "ohca")

_START_WEIGHT = np.array([0.0, -1.30, -1.20])
_START_SLOPE = np.array([0.0, -0.75, 0.15])
"""Log odds of each start against ECLS, and their change per unit of severity: the sicker patient
gets ECLS, so the arms differ before any device can have acted (confounding by indication)."""


@dataclass(frozen=True, slots=True)
class People:
    """Candidates for the cohort, as arrays of shape (n,).

    Args:
        factors: Latent "severity", "liver", "kidney" and "wall" (stress), standard normal.
        start: How support begins, index into `STARTS`.
        cause: Index into `CAUSES`.
        arrest: Index into `ARRESTS`.
        intubated_h: Hours of intubation before support; NaN if not intubated.
    """

    factors: dict[str, Floats]
    start: NDArray[np.int64]
    age: Floats
    male: Bools
    height: Floats
    weight: Floats
    cause: NDArray[np.int64]
    arrest: NDArray[np.int64]
    intubated_h: Floats
    diabetes: Bools
    ckd: Bools
    old_infarct: Bools
    transplanted: Bools
    gcs: Floats

    @property
    def severity(self) -> Floats:
        """How ill each patient is before support, standard normal."""
        return self.factors["severity"]

    def __len__(self) -> int:
        return len(self.start)


def draw_people(rng: np.random.Generator, n: int, of: Marginals) -> People:
    """Draw `n` candidates."""
    factors = {name: rng.standard_normal(n) for name in ("severity", "liver", "kidney", "wall")}
    severity = factors["severity"]
    start = _start(rng, severity)
    cause = _cause(rng, start, of)
    arrest = _arrest(rng, severity, start, of)
    male = rng.random(n) < of.share("male", start)
    age_center = np.array([of.numbers["age_years"].medians.get(s, of.numbers["age_years"].median)
                           for s in ("ecls", "impella", "both")])[start]  # fmt: skip
    # Myocarditis is a disease of the young.
    age = of.numbers["age_years"].values(
        rng.standard_normal(n), np.where(cause == CAUSES.index("myocarditis"), 37.0, age_center)
    )
    z = rng.standard_normal(n)
    height = np.where(
        male, of.numbers["height_male"].values(z), of.numbers["height_female"].values(z)
    )
    bmi = of.numbers["bmi"].values(rng.standard_normal(n))
    hours = of.numbers["intubation_hours"].values(rng.standard_normal(n))
    intubated = (rng.random(n) < of.share("intubated", start)) | (arrest > 0)
    older = np.clip((age - 30) / 40, 0.1, 1.5)
    arrested_gcs = np.where(rng.random(n) < 0.7, 3, rng.integers(4, 13, n))
    awake_gcs = 15 - np.minimum(rng.poisson(np.exp(0.7 * severity - 0.4)), 8)
    return People(
        factors=factors,
        start=start,
        age=age,
        male=male,
        height=height,
        weight=np.clip(bmi * (height / 100) ** 2, 42.0, 150.0),
        cause=cause,
        arrest=arrest,
        intubated_h=np.where(intubated, hours, np.nan),
        diabetes=rng.random(n) < of.share("diabetes", start) * older,
        ckd=rng.random(n) < of.share("ckd", start) * older * np.exp(0.5 * factors["kidney"] - 0.1),
        old_infarct=rng.random(n) < np.where(cause <= 1, 0.30, 0.10) * older,
        transplanted=(rng.random(n) < 0.1) & (cause == CAUSES.index("other")),
        gcs=np.where(arrest > 0, arrested_gcs, awake_gcs).astype(np.float64),
    )


def _start(rng: np.random.Generator, severity: Floats) -> NDArray[np.int64]:
    """How support begins, by the Gumbel trick on log odds that depend on severity."""
    odds = _START_WEIGHT[:, None] + _START_SLOPE[:, None] * severity
    chosen: NDArray[np.int64] = np.argmax(odds + rng.gumbel(size=odds.shape), axis=0)
    return chosen


def _cause(rng: np.random.Generator, start: NDArray[np.int64], of: Marginals) -> NDArray[np.int64]:
    named = np.stack([of.share(name, start) for name in ("ami", "chronic", "postcardiotomy")])
    rest = 1 - named.sum(axis=0)
    shares = np.vstack([named, rest * 0.45, rest * 0.25, rest * 0.30])
    drawn: NDArray[np.int64] = (rng.random(len(start)) > shares.cumsum(axis=0)[:-1]).sum(axis=0)
    return drawn


def _arrest(
    rng: np.random.Generator, severity: Floats, start: NDArray[np.int64], of: Marginals
) -> NDArray[np.int64]:
    share = of.share("arrest", start)
    odds = np.log(share / (1 - share)) + 0.6 * severity
    happened = rng.random(len(start)) < 1 / (1 + np.exp(-odds))
    outside = rng.random(len(start)) < 0.4
    return np.where(happened, np.where(outside, 2, 1), 0)

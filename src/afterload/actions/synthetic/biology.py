"""Repeated measurements of the synthetic patients: a Gaussian copula that moves with time.

Each variable follows the patient's latent factors and keeps part of its own noise from one point to
the next. Severity falls in those who will live and rises in those about to die. What a device does
to a variable is a shift. Nothing is measured after death, and less in those who do well.
"""

from __future__ import annotations

import numpy as np

from afterload.actions.synthetic.course import Course
from afterload.actions.synthetic.marginals import STARTS, Bools, Floats, Marginals, Number
from afterload.actions.synthetic.people import People

HOURS: dict[str, float] = {"pre": 0.0, "24h": 24.0, "48h": 48.0, "day7": 168.0}
"""Nominal points and their hours from the first blood flow."""

Measured = dict[tuple[str, str], Floats]
"""Values by variable and point, shape (n,) each; NaN where not measured."""

_KEPT = 0.8
"""Correlation of a variable's own noise between two points that follow each other."""
_EASED = {"pre": 0.0, "24h": -0.30, "48h": -0.45, "day7": -0.60}
"""How far severity has fallen by each point in those who will live."""


def draw_biology(
    rng: np.random.Generator, people: People, course: Course, of: Marginals
) -> Measured:
    """Measure every variable that has points, at its points.

    Drugs hold zero where not given. Nobody is measured after death or discharge.
    """
    measured: Measured = {}
    for name, number in of.numbers.items():
        if not number.missing:
            continue
        noise = rng.standard_normal(len(people))
        for point in ("pre", *number.at):
            if point != "pre":
                fresh = rng.standard_normal(len(people))
                noise = _KEPT * noise + np.sqrt(1 - _KEPT**2) * fresh
            values = _values(number, point, noise, people, course)
            values = _given(rng, values, number, point, people)
            missing = _missing(rng, number.missing[point], point, people, course)
            measured[name, point] = np.where(missing, np.nan, np.round(values, number.decimals))
    return measured


def severity_at(point: str, people: People, course: Course) -> Floats:
    """The latent severity at a point: eased in survivors, worse the closer death is."""
    left = np.maximum(course.death_h - HOURS[point], 0.0)
    dying = course.death_h < 30 * 24
    worse = 0.15 + 0.75 * np.exp(-left / 60.0)
    drift = np.where(dying, 0.0 if point == "pre" else worse, _EASED[point])
    return people.severity + drift


def _values(number: Number, point: str, noise: Floats, people: People, course: Course) -> Floats:
    factors = {**people.factors, "severity": severity_at(point, people, course)}
    explained = sum(loading**2 for loading in number.loadings.values())
    z = np.sqrt(1 - explained) * noise
    for factor, loading in number.loadings.items():
        z = z + loading * factors[factor]
    if point == "pre":
        center = np.array([number.medians.get(s, number.median) for s in STARTS])[people.start]
        return number.values(z, center)
    running = (course.impella[0] <= HOURS[point]) & (course.impella[1] > HOURS[point] - 24)
    z = z + np.where(running & (course.arm == 1), number.shifts.get("impella", 0.0), 0.0)
    z = z + np.where(running & (course.arm > 1), number.shifts.get("both", 0.0), 0.0)
    return number.values(z, number.at[point])


def _given(
    rng: np.random.Generator, values: Floats, number: Number, point: str, people: People
) -> Floats:
    if point not in number.given:
        return values
    share = number.given[point]
    odds = np.log(share / (1 - share)) + 0.7 * people.severity
    return np.where(rng.random(len(values)) < 1 / (1 + np.exp(-odds)), values, 0.0)


def _missing(
    rng: np.random.Generator, share: float, point: str, people: People, course: Course
) -> Bools:
    """Not at random: more before support in an arrest, more later in those who do well."""
    gone = (course.death_h <= HOURS[point]) | (course.discharge_h <= HOURS[point])
    if point == "pre":
        tilt = 0.9 * (people.arrest > 0) - 0.3
    else:
        off = course.support_end_h < HOURS[point]
        tilt = 0.8 * off - 0.35 * people.severity - 0.1
    with np.errstate(divide="ignore"):
        odds = np.log(share) - np.log1p(-share) if share < 1 else np.inf
    chance = 1 / (1 + np.exp(-(odds + tilt)))
    absent: Bools = (rng.random(len(people)) < chance) | (gone & (point != "pre"))
    return absent

"""Measurements by name, checked one by one; together they are by `fit_consistent`."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping

from afterload.core.errors import InputError, Missing, OutOfRange, UnknownName
from afterload.core.vocabulary import standard
from afterload.hemodynamics.fit_consistent import consistent
from afterload.hemodynamics.fit_measure import (
    ALIASES,
    ALL,
    MEASUREMENTS,
    PASSED,
    PLACES,
    Reading,
)

READABLE = (*MEASUREMENTS, "hr", "ci", "bsa_m2", *PASSED)
"""Every name that is read."""

LIMITS = {"hr": (30.0, 220.0), "bsa_m2": (1.0, 3.2), "lvedd": (20.0, 100.0), "co": (0.3, 20.0),
          "map": (15.0, 200.0), "lvef": (1.0, 90.0), "svo2_drain": (10.0, 100.0)}  # fmt: skip
"""Ranges that are narrower than the vocabulary's, or of what is not in it."""

UNITS = {"hr": "/min", "bsa_m2": "m²", **{name: one.unit for name, one in ALL.items()}}
"""Their units, as printed."""


def read(
    measured: Mapping[str, float],
    errors: Mapping[str, float] | None = None,
    running: Collection[str] = (),
) -> Reading:
    """Measurements by name, checked one by one and against each other.

    Args:
        measured: By a name of the vocabulary or an alias, or lvedd (mm); None or NaN is missing.
            The cardiac index (ci) needs the body surface (bsa, m²).
        errors: Errors of your own: standard deviations, of co and lvedd as a share.
        running: Slots of devices that ran; what only holds without one is then not asked.

    Raises:
        UnknownName: Not a measurement that a fit or the gases can read.
        OutOfRange: Outside what it can physically be.
        Missing: Nothing was measured, or ci without bsa.
        InputError: Values that cannot be true together.
    """
    found: dict[str, float] = {}
    for name, value in measured.items():
        if value is None or math.isnan(value):
            continue
        known = _name(name)
        if known in found:
            raise InputError(f"{known} is given twice, also as {name!r}. Give it once.")
        found[known] = _checked(known, float(value))
    index, surface = found.pop("ci", None), found.get("bsa_m2")
    if index is not None:
        if surface is None:
            raise Missing("ci needs bsa, the body surface in m², to become a flow. Give bsa or co.")
        if "co" in found and abs(found["co"] / (index * surface) - 1.0) > 0.1:
            raise InputError(
                f"co = {found['co']:g} L/min and ci x bsa = {index * surface:.2g} L/min differ by "
                "more than 10 %. Give one of them."
            )
        found.setdefault("co", index * surface)
    hr = found.pop("hr", None)
    values = {name: found[name] for name in ALL if name in found}
    if not values:
        raise Missing(f"Nothing to fit. Give at least one of {', '.join(ALL)}.")
    consistent(found, hr, running)
    return Reading(
        values, hr, {n: found[n] for n in ("hb", "fio2") if n in found}, _errors(values, errors),
        {place: factor * found[n] for n, (place, factor) in PLACES.items() if n in found},
    )  # fmt: skip


def _errors(values: Mapping[str, float], errors: Mapping[str, float] | None) -> dict[str, float]:
    own = {_name(name): value for name, value in (errors or {}).items()}
    sds = {name: own.get(name, ALL[name].sd) for name in values}
    bad = [name for name, sd in sds.items() if not (math.isfinite(sd) and sd > 0)]
    if bad:
        raise InputError(f"The error of {bad[0]} is {sds[bad[0]]:g}; it must be above 0.")
    return sds


def _name(name: str) -> str:
    known = ALIASES.get(name, name)
    vocabulary = standard()
    if known in vocabulary:
        known = vocabulary[known].name
    if known not in READABLE:
        raise UnknownName(f"measurement that a fit reads ({', '.join(READABLE)})", name, READABLE)
    return known


def _checked(name: str, value: float) -> float:
    vocabulary = standard()
    if name in vocabulary and not vocabulary[name].low <= value <= vocabulary[name].high:
        raise OutOfRange(vocabulary[name], value)
    low, high = LIMITS.get(name, (-math.inf, math.inf))
    if not low <= value <= high:
        raise InputError(
            f"{name} = {value:g} {UNITS[name]} is outside {low:g} to {high:g} {UNITS[name]}, what "
            "a fit can reach. Check the unit the value was recorded in."
        )
    return value

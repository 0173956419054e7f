"""What a fit reads: bedside measurements, how far each may be off, and which cannot be true."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from afterload.core.errors import InputError, Missing, OutOfRange, UnknownName
from afterload.core.source import Source
from afterload.core.vocabulary import standard
from afterload.hemodynamics.index import PER_MINUTE
from afterload.hemodynamics.trace import Trace

Array = NDArray[np.float64]


def _memory(place: str) -> Source:
    return Source(
        "Errors of bedside measurements", place=place, confidence="M",
        note="General knowledge; give errors of your own where you have them.",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Measurement:
    """Something measured at the bedside.

    Args:
        name: Its name in the vocabulary.
        label: What it is, in words.
        unit: Its unit, as printed.
        sd: How far it may be off (standard deviation): in its unit, or a share where `relative`.
        relative: Whether errors grow with the value; it is then compared on the log scale.
        compute: Its value in a beat, shape (n,).
        source: Where the error comes from.
    """

    name: str
    label: str
    unit: str
    sd: float
    relative: bool
    compute: Callable[[Trace], Array]
    source: Source

    def scale(self, value: Array) -> Array:
        """The value on the scale on which errors are normal."""
        scaled: Array = np.log(np.maximum(value, 1e-6)) if self.relative else value
        return scaled


def lung_flow(t: Trace) -> Array:
    """Flow through the lungs, L/min: what thermodilution in the pulmonary artery sees.

    Without ECLS that is the cardiac output; on ECLS it is what the ECLS leaves to the heart.
    """
    flow: Array = t.flows["lung_in"].mean(axis=0)
    return PER_MINUTE * flow


def teichholz(diameter: Array) -> Array:
    """End-diastolic volume, mL, from the diameter of the ventricle in mm.

    Source:
        Teichholz et al. 1976: V = 7 / (2.4 + D) D³, D in cm (memory).
    """
    d = diameter / 10.0
    return np.asarray(7.0 / (2.4 + d) * d**3)


def diameter(volume: Array) -> Array:
    """The diameter, mm, for which `teichholz` gives the volume; Newton's method."""
    d = np.cbrt(np.maximum(volume, 1.0))
    for _ in range(8):
        value = 7.0 * d**3 / (2.4 + d) - volume
        slope = 7.0 * d**2 * (7.2 + 2.0 * d) / (2.4 + d) ** 2
        d = np.maximum(d - value / slope, 0.1)
    return np.asarray(10.0 * d)


def _of(part: str, reduce: Callable[..., Array]) -> Callable[[Trace], Array]:
    return lambda t: reduce(t.pressures[part], axis=0)


def _ejection(t: Trace) -> Array:
    volume = t.volumes["lv"]
    return np.asarray(100 * np.ptp(volume, axis=0) / volume.max(axis=0))


_LINE = _memory("arterial line: mean 3 mmHg, systolic 5, diastolic 4 (damping, site)")
_CATHETER = _memory("pulmonary artery catheter: levelling and respiration, 1.5 to 4 mmHg")

MEASUREMENTS: dict[str, Measurement] = {
    m.name: m
    for m in (
        Measurement("map", "mean arterial pressure", "mmHg", 3.0, False,
                    _of("arch", np.mean), _LINE),
        Measurement("sbp", "systolic arterial pressure", "mmHg", 5.0, False,
                    _of("arch", np.max), _LINE),
        Measurement("dbp", "diastolic arterial pressure", "mmHg", 4.0, False,
                    _of("arch", np.min), _LINE),
        Measurement("cvp", "central venous pressure", "mmHg", 1.5, False,
                    _of("ra", np.mean), _CATHETER),
        Measurement("pa_sys", "systolic pulmonary pressure", "mmHg", 4.0, False,
                    _of("pa", np.max), _CATHETER),
        Measurement("pa_dia", "diastolic pulmonary pressure", "mmHg", 3.0, False,
                    _of("pa", np.min), _CATHETER),
        Measurement("pa_mean", "mean pulmonary pressure", "mmHg", 2.0, False,
                    _of("pa", np.mean), _CATHETER),
        Measurement("pcwp", "wedge pressure", "mmHg", 2.0, False,
                    _of("la", np.mean), _CATHETER),
        Measurement("co", "cardiac output", "L/min", 0.10, True, lung_flow,
                    _memory("thermodilution: 10 % after three injections")),
        Measurement("lvef", "ejection fraction", "%", 5.0, False, _ejection,
                    _memory("echocardiography, between observers: 5 points")),
        Measurement("lvedd", "LV end-diastolic diameter", "mm", 0.07, True,
                    lambda t: diameter(t.volumes["lv"].max(axis=0)),
                    _memory("one diameter for a volume, Teichholz: 7 %")),
    )
}  # fmt: skip
"""Measurements that tell about the circulation, by name."""

PASSED = ("svo2", "hb")
"""Measurements handed on to the gases, which the fit does not read."""

ALIASES = {"pap_mean": "pa_mean"}
"""Names of indices that are measurements under another one."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Measurements as read.

    Args:
        values: By name, as in `MEASUREMENTS`.
        hr: Heart rate, beats/min; None if it was not measured.
        passed: What the fit does not read but hands on.
        errors: Standard deviation of every value, on the scale it is compared on.
    """

    values: dict[str, float]
    hr: float | None
    passed: dict[str, float] = field(default_factory=dict)
    errors: dict[str, float] = field(default_factory=dict)

    @property
    def target(self) -> Array:
        """The values on the scales they are compared on, shape (m,)."""
        scaled = [MEASUREMENTS[n].scale(np.array(v)) for n, v in self.values.items()]
        return np.array(scaled, np.float64)

    @property
    def sd(self) -> Array:
        """Their errors, shape (m,)."""
        return np.array([self.errors[name] for name in self.values], np.float64)

    def observe(self, t: Trace) -> Array:
        """The same measurements of a beat, on the same scales, shape (m, n)."""
        found = [MEASUREMENTS[n].scale(MEASUREMENTS[n].compute(t)) for n in self.values]
        return np.stack(found) if found else np.empty((0, t.time.shape[1]))


def read(
    measured: Mapping[str, float],
    errors: Mapping[str, float] | None = None,
    supported: bool = False,
) -> Reading:
    """Measurements by name, checked one by one and against each other.

    Args:
        measured: By a name of the vocabulary or an alias, or lvedd (mm); None or NaN is missing.
            The cardiac index (ci) needs the body surface (bsa, m²).
        errors: Errors of your own: standard deviations, of co and lvedd as a share.
        supported: Whether a device runs; what only holds without one is then not asked.

    Raises:
        UnknownName: Not a measurement that a fit or the gases can read.
        OutOfRange: Outside what it can physically be.
        Missing: Nothing was measured, or ci without bsa.
        InputError: Values that cannot be true together.
    """  # fmt: skip
    found: dict[str, float] = {}
    for name, value in measured.items():
        if value is None or math.isnan(value):
            continue
        known = _name(name)
        if known in found:
            raise InputError(f"{known} is given twice, also as {name!r}. Give it once.")
        found[known] = _checked(known, float(value))
    index, surface = found.pop("ci", None), found.pop("bsa_m2", None)
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
    values = {name: found[name] for name in MEASUREMENTS if name in found}
    if not values:
        raise Missing(f"Nothing to fit. Give at least one of {', '.join(MEASUREMENTS)}.")
    _consistent(values, hr, supported)
    own = {_name(name): value for name, value in (errors or {}).items()}
    sds = {name: own.get(name, MEASUREMENTS[name].sd) for name in values}
    bad = [name for name, sd in sds.items() if not (math.isfinite(sd) and sd > 0)]
    if bad:
        raise InputError(f"The error of {bad[0]} is {sds[bad[0]]:g}; it must be above 0.")
    return Reading(values, hr, {n: found[n] for n in PASSED if n in found}, sds)


def _name(name: str) -> str:
    known = ALIASES.get(name, name)
    vocabulary = standard()
    if known in vocabulary:
        known = vocabulary[known].name
    readable = (*MEASUREMENTS, "hr", "ci", "bsa_m2", *PASSED)
    if known not in readable:
        raise UnknownName(f"measurement that a fit reads ({', '.join(readable)})", name, readable)
    return known


LIMITS = {"hr": (30.0, 220.0), "bsa_m2": (1.0, 3.2), "lvedd": (20.0, 100.0), "co": (0.3, 20.0),
          "map": (15.0, 200.0), "lvef": (1.0, 90.0)}  # fmt: skip
"""Ranges that are narrower than the vocabulary's, or of what is not in it."""


def _checked(name: str, value: float) -> float:
    vocabulary = standard()
    if name in vocabulary and not vocabulary[name].low <= value <= vocabulary[name].high:
        raise OutOfRange(vocabulary[name], value)
    low, high = LIMITS.get(name, (-math.inf, math.inf))
    if not low <= value <= high:
        raise InputError(
            f"{name} = {value:g} is outside {low:g} to {high:g}, what a fit can reach. "
            "Check the unit the value was recorded in."
        )
    return value


def _consistent(x: Mapping[str, float], hr: float | None, supported: bool) -> None:
    """Values that can be true together.

    Raises:
        InputError: They cannot; the message names two or three of them.
    """
    for low, mean, high in (("dbp", "map", "sbp"), ("pa_dia", "pa_mean", "pa_sys")):
        _ordered(x, low, high)
        _ordered(x, low, mean)
        _ordered(x, mean, high)
    _ordered(x, "cvp", "map")
    _ordered(x, "pcwp", "pa_mean", WEDGE_ABOVE)
    if supported or hr is None or "co" not in x:
        return
    stroke = x["co"] * 1000.0 / hr
    if "lvef" in x:
        volume = stroke / (x["lvef"] / 100.0)
        if volume > LARGEST_EDV:
            raise InputError(
                f"co = {x['co']:g} L/min at hr = {hr:g}/min is {stroke:.0f} mL a beat; with lvef = "
                f"{x['lvef']:g} % the ventricle would hold {volume:.0f} mL, more than "
                f"{LARGEST_EDV:g} mL. Check co, hr and lvef, and whether a valve leaks."
            )
    if "lvedd" in x and stroke > 0.9 * float(teichholz(np.array(x["lvedd"]))) * 1.3:
        raise InputError(
            f"co = {x['co']:g} L/min at hr = {hr:g}/min is {stroke:.0f} mL a beat, more than a "
            f"ventricle of lvedd = {x['lvedd']:g} mm can eject. Check co, hr and lvedd."
        )


LARGEST_EDV = 400.0
"""mL; larger ventricles are not believed."""

WEDGE_ABOVE = 5.0
"""mmHg by which a wedge pressure may lie above the mean pulmonary pressure, as errors go."""


def _ordered(x: Mapping[str, float], low: str, high: str, allowed: float = 0.0) -> None:
    if low in x and high in x and x[low] > x[high] + allowed:
        over = f" by more than {allowed:g} mmHg" if allowed else ""
        raise InputError(
            f"{low} = {x[low]:g} mmHg is above {high} = {x[high]:g} mmHg{over}, which cannot be. "
            f"Check {low} and {high}."
        )

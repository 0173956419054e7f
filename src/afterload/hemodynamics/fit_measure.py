"""What a fit is compared with: bedside measurements, and how far each may be off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from afterload.core.source import Source
from afterload.hemodynamics.index import PER_MINUTE, beat_by_beat, ejection_fraction, systolic
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


@dataclass(frozen=True, slots=True)
class Saturation:
    """A saturation measured in blood.

    Args:
        name: Its name.
        label: What it is, in words.
        sd: How far it may be off (standard deviation), in points.
        place: Where the blood was taken, a place of the gases' network.
        source: Where the error comes from.
    """

    name: str
    label: str
    sd: float
    place: str
    source: Source

    unit: ClassVar[str] = "%"
    relative: ClassVar[bool] = False

    def scale(self, value: Array) -> Array:
        """The value on the scale on which errors are normal: itself."""
        return value


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
    return lambda t: beat_by_beat(t, t.pressures[part], reduce)


_LINE = _memory("arterial line: mean 3 mmHg, systolic 5, diastolic 4 (damping, site)")
_OXIMETRY = Source(
    "A comparison of three pulmonary artery oximetry catheters in intensive care unit patients",
    place="SD against a co-oximeter, pooled: 3.1, 3.5 and 5.2 points, by catheter "
    "(antimicrobialmed.com, part 10)",
    confidence="C2",
    note="The best of the three; drawn blood in a co-oximeter is rather better, if drawn slowly.",
)
_CATHETER = _memory("pulmonary artery catheter: levelling and respiration, 1.5 to 4 mmHg")

MEASUREMENTS: dict[str, Measurement] = {
    m.name: m
    for m in (
        Measurement("map", "mean arterial pressure", "mmHg", 3.0, False,
                    _of("arch", np.mean), _LINE),
        Measurement("sbp", "systolic arterial pressure", "mmHg", 5.0, False,
                    systolic, _LINE),
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
        Measurement("lvef", "ejection fraction", "%", 5.0, False, ejection_fraction,
                    _memory("echocardiography, between observers: 5 points")),
        Measurement("lvedd", "LV end-diastolic diameter", "mm", 0.07, True,
                    lambda t: diameter(beat_by_beat(t, t.volumes["lv"], np.max)),
                    _memory("one diameter for a volume, Teichholz: 7 %")),
    )
}  # fmt: skip
"""Measurements that tell about the circulation, by name."""

SATURATIONS: dict[str, Saturation] = {
    m.name: m
    for m in (
        Saturation("sao2", "arterial saturation, right arm", 1.5, "innominate",
                   _memory("arterial blood in a co-oximeter, and its timing: 1.5 points")),
        Saturation("svo2", "mixed venous saturation", 3.0, "pa", _OXIMETRY),
        Saturation("svo2_drain", "saturation of the blood that an ECLS drains", 3.0, "drain",
                   _OXIMETRY),
    )
}  # fmt: skip
"""Saturations that tell about oxygen uptake and flow, by name."""

ALL: dict[str, Measurement | Saturation] = {**MEASUREMENTS, **SATURATIONS}
"""Everything that is compared with what was measured."""

PLACES = {"hb": ("blood.hb", 1.0), "fio2": ("lung.fio2", 0.01), "bsa_m2": ("body.bsa", 1.0)}
"""Measurements that are parameters of gas exchange: which, and the factor to its unit."""

PASSED = (*SATURATIONS, "hb", "fio2")
"""Measurements of gases, beside those of the circulation."""

ALIASES = {"pap_mean": "pa_mean"}
"""Names of indices that are measurements under another one."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Measurements as read.

    Args:
        values: By name, as in `ALL`.
        hr: Heart rate, beats/min; None if it was not measured.
        passed: What is taken as measured, without an error: haemoglobin, inspired oxygen.
        errors: Standard deviation of every value, on the scale it is compared on.
        gas: Parameters of gas exchange that were measured, by name.
    """

    values: dict[str, float]
    hr: float | None
    passed: dict[str, float] = field(default_factory=dict)
    errors: dict[str, float] = field(default_factory=dict)
    gas: dict[str, float] = field(default_factory=dict)

    @property
    def target(self) -> Array:
        """The values on the scales they are compared on, shape (m,)."""
        scaled = [ALL[n].scale(np.array(v)) for n, v in self.values.items()]
        return np.array(scaled, np.float64)

    @property
    def sd(self) -> Array:
        """Their errors, shape (m,)."""
        return np.array([self.errors[name] for name in self.values], np.float64)

    @property
    def saturations(self) -> tuple[str, ...]:
        """Those of the values that are saturations."""
        return tuple(name for name in self.values if name in SATURATIONS)

    def observe(self, t: Trace) -> Array:
        """The measurements of the circulation in a beat, on the same scales, shape (m, n).

        Those of saturations are NaN; they come from the gases (`fit_oxygen`).
        """
        found = np.full((len(self.values), t.time.shape[1]), np.nan)
        for row, name in enumerate(self.values):
            if name in MEASUREMENTS:
                m = MEASUREMENTS[name]
                found[row] = m.scale(m.compute(t))
        return found

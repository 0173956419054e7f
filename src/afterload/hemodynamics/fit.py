"""Fit a patient's circulation to what was measured at the bedside.

    measurements -> most probable parameters -> all who fit -> 90 % intervals

What was not measured stays as uncertain as the prior says; what cannot be true is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from afterload.core.errors import InputError, NoConvergence
from afterload.hemodynamics.brain import INTRACRANIAL
from afterload.hemodynamics.device import AbstractDevice, check_together
from afterload.hemodynamics.fit_measure import ALL, Reading
from afterload.hemodynamics.fit_oxygen import gas_of, oxygen_prior
from afterload.hemodynamics.fit_posterior import Draws, sample
from afterload.hemodynamics.fit_prior import (
    BEDS,
    HEART_RATE,
    NORMAL_ADULT,
    PRIOR,
    Prior,
    place,
    values,
)
from afterload.hemodynamics.fit_read import read
from afterload.hemodynamics.fit_search import MOST_STEPS, Found, Problem, search
from afterload.hemodynamics.fit_support import supported, turned_out, uncertain
from afterload.hemodynamics.oxygen import CAPACITY
from afterload.hemodynamics.patient.gas import GAS
from afterload.hemodynamics.regional import split

Array = NDArray[np.float64]

FARTHEST = 3.0
"""Errors by which a measurement may be missed; a fit that misses one by more is no fit."""

INTERVAL = (5.0, 95.0)
"""Percentiles that bound a 90 % interval."""


def ends(values: Array, effective: float) -> tuple[float, float]:
    """Ends of the 90 % interval, from draws worth so many independent ones.

    Between the 5th and the 95th percentile of m draws lie less than 90 % of what they are drawn
    from, because the outer draws are no ends: the k-th of m lies, on average, at k / (m + 1). The
    percentiles are moved out so that 90 % lie between them on average.
    """
    m = max(effective, 2.0)
    low = max(0.0, (INTERVAL[0] / 100.0 * (m + 1.0) - 1.0) / (m - 1.0))
    found = np.quantile(values, (low, 1.0 - low))
    return float(found[0]), float(found[1])


@dataclass(frozen=True, slots=True)
class Residual:
    """How close the fit comes to one measurement.

    Args:
        name: Its name.
        label: What it is, in words.
        unit: Its unit.
        measured, fitted: Both values.
        errors: Their difference, in standard deviations of the measurement.
    """

    name: str
    label: str
    unit: str
    measured: float
    fitted: float
    errors: float


@dataclass(frozen=True, slots=True)
class Estimated:
    """One parameter of the patient.

    Args:
        name: Its name.
        label: What it is, in words.
        unit: Its unit, "" for a factor.
        value: The most probable one.
        low, high: Ends of the 90 % interval.
        remaining: Posterior by prior standard deviation of its logarithm: 0 fully determined by
            the measurements, 1 not at all.
        informed_by: By measurement, the share by which its variance would grow without it, as
            1 - with / without; what tells nothing is left out.
    """

    name: str
    label: str
    unit: str
    value: float
    low: float
    high: float
    remaining: float
    informed_by: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Fit:
    """A patient's circulation as far as the measurements tell.

    Args:
        reading: The measurements.
        devices: Devices that ran when they were taken.
        estimates: The parameters, in the order of the prior.
        residuals: How close the fit comes, by measurement.
        parameters: All parameters of the most probable patient, without devices.
        problem: What was solved.
        found: The most probable patient.
        draws: Patients who fit.
        gas: Parameters of gas exchange of the most probable patient, as far as they are known or
            believed otherwise than of a resting adult.
        breath: The same of the patients who fit, shape (n,) each.
        warnings: What a reader must know.
    """

    reading: Reading
    devices: tuple[AbstractDevice, ...]
    estimates: tuple[Estimated, ...]
    residuals: tuple[Residual, ...]
    parameters: dict[str, float]
    problem: Problem
    found: Found
    draws: Draws
    gas: dict[str, float]
    breath: dict[str, Array]
    warnings: tuple[str, ...] = ()

    @property
    def ran(self) -> dict[str, dict[str, Array]]:
        """What the devices that ran turned out to be with the most probable patient."""
        return turned_out(self.devices, self.problem.prior, self.found.z[:, None])

    def ran_with(self, some: slice | NDArray[np.intp]) -> dict[str, dict[str, Array]]:
        """The same with patients who fit, shape (n,) each."""
        return turned_out(self.devices, self.problem.prior, self.draws.z[:, some])

    def drawn(self, some: slice | NDArray[np.intp] = slice(None)) -> dict[str, Array]:
        """All parameters of patients who fit, without devices, shape (n,) each."""
        prior = self.problem.prior
        return place(prior, values(prior, self.draws.z[:, some]), self.problem.base)


def fit(
    measured: Mapping[str, float],
    devices: Sequence[AbstractDevice] = (),
    *,
    prior: Prior = PRIOR,
    errors: Mapping[str, float] | None = None,
    base: Mapping[str, float] | None = None,
    gas: Mapping[str, float] | None = None,
    draws: int = 1000,
    rng: np.random.Generator | None = None,
    enough: float | None = None,
) -> Fit:
    """Fit a patient's circulation to what was measured.

    Args:
        measured: By name, in the units of the vocabulary: hr, map, sbp, dbp, cvp, pa_sys, pa_dia,
            pa_mean, pcwp, co (or ci with bsa), lvef, lvedd in mm, svo2 and sao2 with hb and fio2,
            on ECLS svo2_drain. There, co is what flows through the lungs, svo2 of the pulmonary
            artery, and sao2 of the right arm.
        devices: Devices that ran when they were taken.
        prior: What is free, and what is believed of it beforehand; what is uncertain of the
            devices is free besides.
        errors: Standard deviations of measurements, instead of the usual ones.
        base: All other parameters; the normal adult's by default.
        gas: Parameters of gas exchange that are known, beside those that were measured.
        draws: How many patients who fit are drawn.
        rng: For the draws; a fixed seed by default, so that a fit can be repeated.
        enough: Independent draws that suffice, where fewer than usual do.

    Raises:
        UnknownName, OutOfRange, Missing, InputError: Measurements that cannot be read, or be true.
        NoConvergence: No circulation gives them within their errors; the message names the one
            farthest off.

    Example:
        >>> found = fit({"hr": 100, "map": 60, "cvp": 12, "pcwp": 26, "co": 3.2})  # doctest: +SKIP
        >>> [(e.name, e.low, e.high) for e in found.estimates]  # doctest: +SKIP
    """
    check_together(devices)
    rng = rng or np.random.default_rng(20261125)
    reading = read(measured, errors, {device.slot for device in devices})
    problem = problem_of(reading, devices, prior, base or NORMAL_ADULT, gas)
    found = search(problem)
    _reached(reading, found)
    drawn = sample(problem, found, draws, rng, enough)
    best = place(problem.prior, values(problem.prior, found.z[:, None]), problem.base)
    exchange, breath = _breath(problem, found, drawn, rng)
    return Fit(
        reading, tuple(devices), _estimates(problem, found, drawn), _residuals(reading, found),
        {name: float(value[0]) for name, value in best.items()}, problem, found, drawn,
        {name: float(value[0]) for name, value in exchange.items()}, breath,
        tuple(_warnings(reading, devices, found, drawn)),
    )  # fmt: skip


def _breath(
    problem: Problem, found: Found, drawn: Draws, rng: np.random.Generator
) -> tuple[dict[str, Array], dict[str, Array]]:
    """Gas exchange of the most probable patient, and of those who fit.

    Without a saturation nothing tells of it, and it is drawn as it is believed.
    """
    if problem.reading.saturations:
        prior, best, many = problem.prior, found.z[:, None], drawn.z
    else:
        prior = oxygen_prior(problem.gas)
        best = np.zeros((len(prior), 1))
        many = rng.standard_normal((len(prior), drawn.z.shape[1]))
    return gas_of(prior, best, problem.gas), gas_of(prior, many, problem.gas)


def problem_of(
    reading: Reading,
    devices: Sequence[AbstractDevice],
    prior: Prior,
    base: Mapping[str, float],
    gas: Mapping[str, float] | None = None,
) -> Problem:
    """What there is to solve.

    The heart rate is as measured, or free if it was not; what is uncertain of devices that ran is
    free as well, and of gas exchange where a saturation was measured.

    Raises:
        InputError: Nothing is free.
    """
    breath = {**(gas or {}), **reading.gas}
    known = _shared(base, reading, devices, breath)
    if reading.hr is not None:
        known["beat.hr"] = reading.hr
    else:
        prior = (*prior, HEART_RATE)
    prior = (*prior, *uncertain(devices))
    if reading.saturations:
        prior = (*prior, *oxygen_prior(breath))
    if not prior:
        raise InputError(
            "Everything that a fit is free to change was told, so that there is nothing to fit. "
            "Leave out a parameter, as lv.ees, or the measurements."
        )
    slots = tuple(device.slot for device in devices if device.target is not None)
    return Problem(
        reading, prior, known, lambda p: supported(p, devices), slots, breath, tuple(devices)
    )


def _shared(
    base: Mapping[str, float],
    reading: Reading,
    devices: Sequence[AbstractDevice],
    breath: Mapping[str, float],
) -> dict[str, float]:
    """Parameters with the beds as they share the patient's output (`regional`).

    An output that was not measured is what saturations tell by Fick, or that of a patient in shock.
    The beds share it as at rest where the pressure was not measured, on ECLS, where what flows
    through the lungs is not what flows to the body, and where the beds were told.
    """
    measured = reading.values
    told = any(base[name] != NORMAL_ADULT[name] for name in (*BEDS, "brain.share"))
    if told or "map" not in measured or any(d.slot in ("ecls", "vent") for d in devices):
        return dict(base)
    held = {**GAS, **breath}
    output = measured.get("co", IN_SHOCK_OUTPUT)
    if "co" not in measured and "svo2" in measured:
        taken = max(measured.get("sao2", 97.0) - measured["svo2"], 5.0) / 100.0
        carried = 1000.0 * CAPACITY * held["blood.hb"]
        output = held["body.vo2"] * held["body.bsa"] / (taken * carried)
    venous = measured.get("cvp", INTRACRANIAL)
    return {**base, **split(measured["map"], venous, output, held["blood.hb"])}


IN_SHOCK_OUTPUT = 3.5
"""L/min by which beds share where the output is not known: the middle of the presets in shock and
a patient who is all but in shock (general knowledge)."""


def _reached(reading: Reading, found: Found) -> None:
    """Whether every measurement is reached within its errors.

    Raises:
        NoConvergence: Some are not; the message names them, the farthest first.
    """
    told = _residuals(reading, found)
    missed = sorted(
        (one for one in told if abs(one.errors) > FARTHEST), key=lambda one: -abs(one.errors)
    )
    if not missed:
        return
    names = ", ".join(
        f"{one.name} = {one.measured:g} {one.unit} (the nearest circulation has {one.fitted:.3g}, "
        f"{abs(one.errors):.1f} standard deviations of the measurement away)"
        for one in missed
    )
    others = [one.name for one in told if one not in missed]
    together = f" together with {', '.join(others)}" if others else ""
    raise NoConvergence(
        f"No circulation was found that gives {names}{together}. Check {missed[0].name}, and "
        "whether a device was running or a valve leaks."
    )


def _residuals(reading: Reading, found: Found) -> tuple[Residual, ...]:
    reached = reading.target + found.misfit * reading.sd
    told = []
    for (name, value), scaled, off in zip(
        reading.values.items(), reached, found.misfit, strict=True
    ):
        m = ALL[name]
        back = np.exp(scaled) if m.relative else scaled
        told.append(Residual(name, m.label, m.unit, value, float(back), float(off)))
    return tuple(told)


def _estimates(problem: Problem, found: Found, drawn: Draws) -> tuple[Estimated, ...]:
    variance = np.diag(np.linalg.inv(found.precision))
    without = np.stack([
        np.diag(np.linalg.inv(found.precision - np.outer(row, row))) for row in found.jacobian
    ])  # fmt: skip
    informs = 1.0 - variance / without
    names = list(problem.reading.values)
    told = []
    for k, free in enumerate(problem.prior):
        best, low, high = free.value(
            np.array([found.z[k], *ends(drawn.z[k], drawn.effective)])
        ).tolist()
        told.append(
            Estimated(
                free.name, free.label, free.unit, best, low, high, float(drawn.z[k].std(ddof=1)),
                {n: float(s) for n, s in zip(names, informs[:, k], strict=True) if s >= 0.02},
            )
        )  # fmt: skip
    return tuple(told)


def _warnings(
    reading: Reading, devices: Sequence[AbstractDevice], found: Found, drawn: Draws
) -> list[str]:
    told = []
    if found.runs >= MOST_STEPS:
        told.append("The search for the most probable patient was cut short; the draws stand.")
    if reading.hr is None:
        told.append("The heart rate was not measured, so it is as uncertain as the prior says.")
    if drawn.cut > MOST_CUT:
        told.append(
            f"A few draws would stand for {100 * drawn.cut:.0f} % of all who fit, and were made "
            "to count less: intervals are rough."
        )
    if drawn.effective < FEW:
        told.append(
            f"The draws are worth only {drawn.effective:.0f} independent ones: intervals are rough."
        )
    if any(device.slot == "ecls" for device in devices):
        told += [ON_ECLS[name] for name in ON_ECLS if name in reading.values]
    if reading.saturations:
        told += [text for name, text in UNTOLD.items() if name not in reading.gas]
    return told


FEW = 60.0
"""Independent draws below which 90 % intervals are called rough."""

MOST_CUT = 0.1
"""Share of the weight taken from single draws above which intervals are called rough."""

ON_ECLS = {
    "co": "On ECLS, co is read as the flow through the lungs, without the ECLS flow.",
    "svo2": "On ECLS, svo2 is read as of blood from the pulmonary artery; give what was drawn "
    "before the membrane lung as svo2_drain.",
    "sao2": "On ECLS, sao2 is read as of the right arm.",
}
"""What measurements are taken for while an ECLS runs."""

UNTOLD = {
    "blood.hb": "Haemoglobin (hb) was not told, so that the saturations tell the less.",
    "lung.fio2": "Inspired oxygen (fio2, %) was not told: the patient is taken to breathe air.",
}
"""What is told where a saturation was measured, and this was not."""

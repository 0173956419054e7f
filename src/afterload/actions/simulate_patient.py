"""The patient to simulate: a preset, a file, parameters by name, or what was measured at the
bedside; one, or thousands at once."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from afterload.actions.simulate_file import is_file, read_file
from afterload.core.errors import InputError, UnknownName
from afterload.hemodynamics.device import AbstractDevice, check_together, parse_device
from afterload.hemodynamics.fit_support import Ran, supported
from afterload.hemodynamics.patient import PATIENTS, Patient
from afterload.hemodynamics.patient.base import IN_SHOCK
from afterload.hemodynamics.patient.gas import GAS, VENTILATION
from afterload.hemodynamics.patient.value import read_value, settable

if TYPE_CHECKING:
    from afterload.hemodynamics.fit import Fit
    from afterload.hemodynamics.fit_prior import Free

Array = NDArray[np.float64]

DRAWS = 1000
"""Patients who fit the measurements that are drawn, for intervals."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A patient, or n of them.

    Args:
        name: The preset or file, or "".
        title: Who it is, in words.
        parameters: All parameters of the circulation, shape (n,) each.
        gas: All parameters of gas exchange, shape (n,) each.
        told: Those that were told, and not taken over from the preset.
        warnings: What a reader must know with every result.
        fit: What was measured, and all who fit it; None for a patient who was told.
        on: Devices that ran when it was measured.
        ran: What these turned out to be, where it is not the fit that tells.
    """

    name: str
    title: str
    parameters: Mapping[str, Array]
    gas: Mapping[str, Array]
    told: Mapping[str, Array] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    fit: Fit | None = None
    on: tuple[AbstractDevice, ...] = ()
    ran: Ran | None = None

    @property
    def n(self) -> int:
        """How many patients."""
        return len(self.parameters["beat.hr"])

    def supported(
        self, p: Mapping[str, Array], devices: Sequence[AbstractDevice],
        closed: Array | None = None,
    ) -> dict[str, Array]:  # fmt: skip
        """Their parameters with devices in place; those that ran when they were measured are what
        the fit found them to be."""
        return supported(p, devices, closed, ran=self.fit.ran if self.fit else self.ran)

    @property
    def own(self) -> tuple[str, ...]:
        """Names of the parameters that are the patient's, and not a device's place."""
        return settable()

    def parameters_of(self, some: slice) -> dict[str, Array]:
        """The parameters of the circulation of some of them."""
        return {name: values[some] for name, values in self.parameters.items()}

    def gas_of(self, some: slice) -> dict[str, Array]:
        """The parameters of gas exchange of some of them; minute ventilation only if it was told,
        since one that was not is turned down on an ECLS."""
        return {
            name: values[some]
            for name, values in self.gas.items()
            if name != VENTILATION or name in self.told or (values != GAS[name]).any()
        }


def find_patient(told: str | Path | Mapping[str, Any], on: Sequence[str] = ()) -> Subject:
    """The patient of that name, of that file, or with those values.

    Args:
        told: A preset's name; a TOML or JSON file; or values by name: parameters as "lv.ees",
            "base" for the preset that all others come from (the normal adult if it is left out),
            or measurements as "map", to which a circulation is fitted.
        on: Devices that ran when it was measured.

    Raises:
        UnknownName: No such preset, parameter or measurement.
        InputError: The file cannot be read, or a value is not possible.
        NoConvergence: No circulation gives the measurements.
    """
    if isinstance(told, Mapping):
        rest = {name: value for name, value in told.items() if name != "base"}
        base = preset(str(told["base"])) if "base" in told else None
        return changed(base, rest, on)
    if isinstance(told, str) and not is_file(told):
        return changed(preset(told), {}, on)
    if not isinstance(told, (str, Path)):
        raise InputError(
            f"A patient cannot be {type(told).__name__}. Give a preset's name, a file, or values "
            "by name; of many patients, an array for a parameter."
        )
    held = read_file(Path(told))
    base = preset(str(held["base"])) if "base" in held else None
    devices = [*on, *held.get("measured_on", ())]
    found = changed(base, {**held["parameters"], **held["measured"]}, devices)
    return replace(found, name=str(told), title=str(held.get("name", Path(told).stem)))


def preset(name: str) -> Subject:
    """A patient that comes with the package.

    Raises:
        UnknownName: There is none of that name.
    """
    found = PATIENTS.get(name.strip().lower())
    if found is None:
        there = f"There are {', '.join(PATIENTS)}."
        raise UnknownName("patient; a file ends in .toml or .json", name, PATIENTS, there)
    whole = {name: np.array([value]) for name, value in found.parameters.items()}
    gas = {name: np.array([value]) for name, value in {**GAS, **found.gas}.items()}
    return Subject(found.name, found.title, whole, gas, {}, found.warnings)


def presets() -> dict[str, Patient]:
    """Every patient that comes with the package, by name."""
    return PATIENTS


def changed(base: Subject | None, values: Mapping[str, Any], on: Sequence[str] = ()) -> Subject:
    """A patient with some parameters changed, or fitted to measurements.

    Args:
        base: The patient to begin with; the normal adult if None.
        values: Parameters, whose names have a dot, and measurements; arrays of parameters make
            as many patients.
        on: Devices that ran when it was measured.

    Raises:
        UnknownName, InputError, NoConvergence: As `find_patient`.
    """
    told = {name: value for name, value in values.items() if "." in name}
    measured = {name: value for name, value in values.items() if "." not in name}
    if measured:
        if base is not None:
            raise InputError(
                f"{next(iter(measured))} is read as a measurement, to which a circulation is "
                f"fitted; {base.name or 'the patient'} has one already. Leave one of them out, or "
                "change a parameter, whose name has a dot, as lv.ees=0.5."
            )
        return fitted(measured, _with(unknown(), told), on)
    if on:
        raise InputError(
            f"{on[0]} is told to have run when the patient was measured, but nothing was measured. "
            "Give measurements, as map=62 pcwp=24, or use it as a device."
        )
    return _with(base or preset("normal"), told)


def unknown() -> Subject:
    """Whom a fit begins with: the published adult that its prior is told as changes of."""
    from afterload.hemodynamics.fit_prior import NORMAL_ADULT

    whole = {name: np.array([value]) for name, value in NORMAL_ADULT.items()}
    return Subject("", "", whole, {name: np.array([value]) for name, value in GAS.items()}, {})


def _with(base: Subject, values: Mapping[str, Any]) -> Subject:
    """A patient with some parameters changed; arrays make as many patients of it."""
    if not values:
        return base
    read = {name: read_value(name, value) for name, value in values.items()}
    sizes = {len(value) for value in read.values() if len(value) > 1}
    if len(sizes) > 1:
        raise InputError(
            f"Values of several patients differ in length: {', '.join(map(str, sorted(sizes)))}. "
            "Give every one as many values as there are patients, or a single one."
        )
    n = max(base.n, sizes.pop() if sizes else 1)
    told = {name: _stretched(value, n) for name, value in read.items()}
    whole, gas = (
        {name: told.get(name, _stretched(value, n)) for name, value in held.items()}
        for held in (base.parameters, base.gas)
    )
    _limits(whole)
    return replace(base, parameters=whole, gas=gas, told={**base.told, **told}, fit=None)


def _limits(parameters: Mapping[str, Array]) -> None:
    """Refuse a plateau of the brain's flow that ends before it begins."""
    lower, upper = parameters["brain.lower"], parameters["brain.upper"]
    crossed = lower > upper
    if crossed.any():
        raise InputError(
            f"brain.lower = {lower[crossed][0]:g} is above brain.upper = {upper[crossed][0]:g}. "
            "They are the ends of the plateau of the brain's flow; the lower one cannot be higher."
        )


def _stretched(values: Array, n: int) -> Array:
    if len(values) not in (1, n):
        raise InputError(
            f"There are {len(values)} patients and {n} values of a parameter. Give as many values "
            "as there are patients, or a single one."
        )
    return np.broadcast_to(values, (n,)).copy()


def fitted(measured: Mapping[str, Any], base: Subject, on: Sequence[str] = ()) -> Subject:
    """The patient whose circulation gives what was measured, and all others who do.

    Raises:
        UnknownName, InputError: Measurements that cannot be read, or cannot be true.
        NoConvergence: No circulation gives them.
    """
    from afterload.hemodynamics.fit import fit
    from afterload.hemodynamics.fit_prior import PRIOR

    devices = tuple(parse_device(word) for word in on)
    check_together(devices)
    if base.n > 1:
        raise InputError("Measurements are fitted to one patient at a time.")
    known = {name: float(value[0]) for name, value in base.parameters.items()}
    values = {name: _number(name, value) for name, value in measured.items()}
    prior = tuple(free for free in PRIOR if not _is_told(free, base.told))
    breath = {name: float(v[0]) for name, v in base.told.items() if name in GAS}
    found = fit(values, devices, prior=prior, base=known, gas=breath, draws=DRAWS)
    gains = {name: value for name, value in IN_SHOCK.items() if name not in base.told}
    whole = {name: np.array([value]) for name, value in {**found.parameters, **gains}.items()}
    gas = {**base.gas, **{name: np.array([value]) for name, value in found.gas.items()}}
    title = "A patient fitted to measurements"
    return Subject("", title, whole, gas, base.told, found.warnings, found, devices)


def _is_told(free: Free, told: Mapping[str, Array]) -> bool:
    """Whether something that a fit could change was told, and so stays as it is."""
    places = free.scales or (("blood.volume",) if free.name == "stressed" else (free.name,))
    return any(name in told for name in places)


def _number(name: str, value: Any) -> float:
    try:
        found = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        found = math.nan
    if value is None or (isinstance(value, float) and math.isnan(value)):
        raise InputError(f"{name} = {value} is no number. What was not measured is left out.")
    if not math.isfinite(found):
        raise InputError(
            f"{name} = {value!r} is no number. Write {name}=NUMBER with a decimal point, in the "
            "vocabulary's unit."
        )
    return found

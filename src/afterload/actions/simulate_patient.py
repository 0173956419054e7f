"""The patient to simulate: a preset, a file, or parameters by name; one, or thousands at once."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from afterload.core.errors import InputError, UnknownName
from afterload.hemodynamics.patient.normal import CONTROLLED, NORMAL

Array = NDArray[np.float64]

KEYS = ("name", "base", "parameters")
"""What a patient's file can hold."""

TIMES = 100.0
"""How many times smaller or larger than in a normal adult a parameter can be."""

ENDS: dict[str, tuple[float, float]] = {
    "beat.hr": (20.0, 250.0),
    "beat.av_delay": (0.0, 0.4),
    "blood.volume": (1000.0, 15000.0),
    "perfusion.gain": (0.0, 2.0),
    "reflex.gain": (0.0, 2.0),
    "chest.thorax": (-30.0, 40.0),
    "pericardium.thorax": (-30.0, 40.0),
}
"""Lowest and highest value of parameters for which a multiple of the normal one says nothing."""

_DEVICE = ("ecls.", "vent.", "left_pump.", "left_atrial_pump.", "right_pump.", "septostomy.",
           "balloon.", "desc.balloon")  # fmt: skip
_FOUND = ("perfusion.reference", "reflex.reference")


@dataclass(frozen=True, slots=True)
class Subject:
    """A patient, or n of them.

    Args:
        name: The preset or file, or "".
        title: Who it is, in words.
        parameters: All parameters of the circulation, shape (n,) each.
        told: Those that were told, and not taken over from the preset.
        warnings: What a reader must know with every result.
    """

    name: str
    title: str
    parameters: Mapping[str, Array]
    told: Mapping[str, Array] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    @property
    def n(self) -> int:
        """How many patients."""
        return len(self.parameters["beat.hr"])

    @property
    def own(self) -> tuple[str, ...]:
        """Names of the parameters that are the patient's, and not a device's place."""
        return settable()

    def parameters_of(self, some: slice) -> dict[str, Array]:
        """The parameters of some of them."""
        return {name: values[some] for name, values in self.parameters.items()}


@dataclass(frozen=True, slots=True)
class Preset:
    """A patient that comes with the package: name, what it stands for, all parameters."""

    name: str
    title: str
    parameters: Mapping[str, float]
    warnings: tuple[str, ...] = ()


def presets() -> dict[str, Preset]:
    """Every patient that comes with the package, by name."""
    normal = Preset("normal", "A normal adult", {**NORMAL, **CONTROLLED})
    return {"normal": normal}


def find_patient(told: str | Path | Mapping[str, Any]) -> Subject:
    """The patient of that name, of that file, or with those values.

    Args:
        told: A preset's name, a TOML or JSON file, or values by name: parameters as "lv.ees", and
            "base" for the preset that all others come from (the normal adult if it is left out).

    Raises:
        UnknownName: No such preset or parameter.
        InputError: The file cannot be read, or a value is not possible.
    """
    if isinstance(told, Mapping):
        return with_values(told)
    text = str(told)
    if isinstance(told, str) and not _is_file(text):
        return _subject(_preset(text))
    held = read_file(Path(text))
    values = {"base": held.get("base", "normal"), **held.get("parameters", {})}
    found = with_values(values)
    return Subject(
        text, str(held.get("name", Path(text).stem)), found.parameters, found.told, found.warnings
    )


def with_values(values: Mapping[str, Any]) -> Subject:
    """The patient that some values make of a preset.

    Raises:
        UnknownName, InputError: As `find_patient`.
    """
    base = _subject(_preset(str(values.get("base", "normal"))))
    return changed(base, {name: value for name, value in values.items() if name != "base"})


def changed(base: Subject, values: Mapping[str, Any]) -> Subject:
    """A patient with some parameters changed; arrays make as many patients of it.

    Raises:
        UnknownName, InputError: As `find_patient`.
    """
    if not values:
        return base
    read = {name: _read(name, value) for name, value in values.items()}
    sizes = {len(value) for value in read.values() if len(value) > 1}
    if len(sizes) > 1:
        raise InputError(
            f"Values of several patients differ in length: {', '.join(map(str, sorted(sizes)))}. "
            "Give every one as many values as there are patients, or a single one."
        )
    n = max(base.n, sizes.pop() if sizes else 1)
    told = {name: _stretched(value, n) for name, value in read.items()}
    whole = {name: _stretched(value, n) for name, value in base.parameters.items()} | told
    return Subject(base.name, base.title, whole, {**base.told, **told}, base.warnings)


def _stretched(values: Array, n: int) -> Array:
    if len(values) not in (1, n):
        raise InputError(
            f"There are {len(values)} patients and {n} values of a parameter. Give as many values "
            "as there are patients, or a single one."
        )
    return np.broadcast_to(values, (n,)).copy()


def read_file(path: Path) -> dict[str, Any]:
    """What a patient's TOML or JSON file holds.

    Raises:
        InputError: It cannot be read, or holds something else.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as why:
        raise InputError(f"The patient's file {str(path)!r} cannot be read: {why}.") from None
    try:
        held = json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
    except ValueError as why:
        kind = "JSON" if path.suffix.lower() == ".json" else "TOML"
        raise InputError(f"{path} is no {kind}: {why}.") from None
    if not isinstance(held, dict):
        raise InputError(f"{path} holds no table of {', '.join(KEYS)}.")
    for key in held:
        if key not in KEYS:
            raise UnknownName(f"key of a patient's file ({', '.join(KEYS)})", key, KEYS)
    if not isinstance(held.get("parameters", {}), dict):
        raise InputError(f'{path}: parameters is no table, as [parameters] "lv.ees" = 0.6.')
    return {**held, "parameters": _flat(held.get("parameters", {}))}


def _flat(table: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Parameters by full name; TOML reads lv.ees = 1 as a table in a table."""
    found: dict[str, Any] = {}
    for name, value in table.items():
        whole = f"{prefix}{name}"
        found |= _flat(value, f"{whole}.") if isinstance(value, Mapping) else {whole: value}
    return found


def _is_file(text: str) -> bool:
    return text.lower().endswith((".toml", ".json")) or "/" in text or "\\" in text


def _preset(name: str) -> Preset:
    known = presets()
    found = known.get(name.strip().lower())
    if found is None:
        raise UnknownName("patient; a file ends in .toml or .json", name, known)
    return found


def _subject(preset: Preset) -> Subject:
    whole = {name: np.array([value]) for name, value in preset.parameters.items()}
    return Subject(preset.name, preset.title, whole, {}, preset.warnings)


def settable() -> tuple[str, ...]:
    """Parameters of a patient that can be told; those of devices come with the device."""
    every = (*NORMAL, *CONTROLLED)
    return tuple(n for n in every if not n.startswith(_DEVICE) and n not in _FOUND)


def _read(name: str, value: Any) -> Array:
    """One parameter's values, shape (n,) or (1,).

    Raises:
        UnknownName: There is no such parameter.
        InputError: It is no number, or outside of what is possible.
    """
    known = settable()
    if name not in known:
        if name in _FOUND:
            raise InputError(f"{name} is found from the beat without a device; leave it out.")
        if name.startswith(_DEVICE):
            raise InputError(f"{name} belongs to a device; add the device instead.")
        raise UnknownName("parameter of a patient", name, known)
    try:
        found = np.atleast_1d(np.asarray(value, np.float64))
    except (TypeError, ValueError):
        raise InputError(
            f"{name} = {value!r} is no number. Write {name}=NUMBER with a decimal point."
        ) from None
    low, high = ends(name)
    bad = ~((found >= low) & (found <= high))
    if found.ndim != 1 or not len(found) or bad.any():
        shown = f"{found[bad][0]:g}" if found.ndim == 1 and len(found) else "an array"
        raise InputError(
            f"{name} = {shown} is outside {low:g} to {high:g} (a normal adult has "
            f"{ {**NORMAL, **CONTROLLED}[name]:g}). Check its unit: mmHg, mL and s."
        )
    return found


def ends(name: str) -> tuple[float, float]:
    """The lowest and highest value that a parameter can take."""
    if name in ENDS:
        return ENDS[name]
    normal = {**NORMAL, **CONTROLLED}[name]
    if normal == 0.0:
        return 0.0, TIMES
    return normal / TIMES, normal * TIMES

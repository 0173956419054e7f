"""Ramps: one setting of a device step by step, as in weaning or a sweep of a balloon's timing."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from afterload.actions.simulate import Combination, Placed, Simulation, each, placed, run
from afterload.actions.simulate_lanes import NOWHERE
from afterload.actions.simulate_patient import Subject, find_patient
from afterload.core.errors import InputError, NoConvergence, UnknownName
from afterload.hemodynamics.device import DEVICES, Offer
from afterload.hemodynamics.device.option import Number, Word
from afterload.hemodynamics.device.parse import find_offer

FEWEST, MOST = 2, 101
"""Steps that a ramp can have."""

USUAL = 12
"""Steps that a ramp has at most if nothing else is told."""


@dataclass(frozen=True, slots=True)
class Ramp:
    """One setting of a device, step by step.

    Args:
        found: The patient: first without a device, then one scenario per step.
        device: The device's word.
        option: What is changed.
        unit: Its unit, as printed; "" for levels.
        settings: Its values as texts, one per step.
        positions: Where the steps stand on an axis: the values, or 0, 1, 2 ... for levels.
    """

    found: Simulation
    device: str
    option: str
    unit: str
    settings: tuple[str, ...]
    positions: tuple[float, ...]


def ramp(
    patient: str | Path | Mapping[str, Any] | Subject,
    told: str,
    devices: Combination = (),
    steps: int = 0,
) -> Ramp:
    """Simulate a patient at every step of a device's setting.

    Args:
        patient: As `simulate`.
        told: The device with one option from one end to the other, as "ecls:flow=5..1",
            "impella-cp:level=P9..P2", "iabp:inflate=-100..100".
        devices: Other devices that run at every step.
        steps: How many steps; 0 for round values, for levels for each of them.

    Raises:
        UnknownName, InputError: As `simulate`, or the ramp cannot be read.
        NoConvergence: No step settles.

    Example:
        >>> found = ramp("ami-lv-shock", "ecls:flow=5..1")  # doctest: +SKIP
        >>> [one.indices["pcwp"][0] for one in found.found.scenarios[1:]]  # doctest: +SKIP
    """
    offer, option, first, last, rest = _read(told)
    settings, positions, unit = _steps(offer, option, first, last, steps)
    others = tuple(each(devices))
    own = told.strip().partition(":")[0].strip()
    word = own if own.endswith(".py") else offer.word
    asked: list[Placed] = []
    for setting in settings:
        words = ":".join((word, *rest, f"{option}={setting}"))
        asked.append(placed([*(device for _, device in others), words]))
    asked = [(*others, pairs[-1]) for pairs in asked]
    subject = patient if isinstance(patient, Subject) else find_patient(patient)
    if subject.n > 1:
        raise InputError("A ramp is for one patient. Give one value of every parameter.")
    found = run(subject, asked, strict=False)
    if all(math.isnan(float(one.indices["map"][0])) for one in found.scenarios[1:]):
        raise NoConvergence(f"{told}: {NOWHERE}")
    return Ramp(found, offer.word, option, unit, settings, positions)


def _read(told: str) -> tuple[Offer, str, str, str, list[str]]:
    """Device, option, both ends, and other options of the device."""
    word, *parts = (part.strip() for part in told.strip().split(":"))
    ranged = [part for part in parts if ".." in part]
    found = re.fullmatch(r"([\w-]+)\s*=\s*(.+?)\.\.(.+)", ranged[0]) if len(ranged) == 1 else None
    if found is None:
        raise InputError(
            f"--ramp {told!r} tells no way of one setting. Write DEVICE:OPTION=FROM..TO, as "
            "ecls:flow=5..1 or impella-cp:level=P9..P2."
        )
    offer = find_offer(word, DEVICES)
    option, first, last = (part.strip() for part in found.groups())
    names = [one.name for one in offer.options]
    if option.lower() not in names:
        raise UnknownName(f"option of {offer.word} ({', '.join(names)})", option, names)
    return offer, option.lower(), first, last, [part for part in parts if part not in ranged]


def _steps(
    offer: Offer, option: str, first: str, last: str, steps: int
) -> tuple[tuple[str, ...], tuple[float, ...], str]:
    """The settings as texts, where they stand on an axis, and their unit."""
    if steps and not FEWEST <= steps <= MOST:
        raise InputError(f"--steps {steps} is outside {FEWEST} to {MOST}.")
    kind = next(one for one in offer.options if one.name == option)
    if isinstance(kind, Number):
        low, high = (kind.read(offer.word, text) for text in (first, last))
        if low == high:
            raise InputError(f"{offer.word}: the ramp of {option} goes from {first} to {last}.")
        values = _even(low, high, steps) if steps else _round(low, high)
        if kind.whole:
            values = _whole(low, high, steps)
        return tuple(f"{value:.10g}" for value in values), tuple(values), kind.unit
    if not isinstance(kind, Word):
        ways = [one.name for one in offer.options if isinstance(one, (Number, Word))]
        raise InputError(
            f"{offer.word}: {option} is neither a number nor a level, so that no ramp goes through "
            f"it. Ramp {' or '.join(ways)}, or compare with --versus."
        )
    levels = kind.words
    places = [_place(offer, option, text, levels) for text in (first, last)]
    if places[0] == places[1]:
        raise InputError(f"{offer.word}: the ramp of {option} goes from {first} to {last}.")
    way = 1 if places[1] > places[0] else -1
    chosen = tuple(levels[place] for place in range(places[0], places[1] + way, way))
    return chosen, tuple(float(k) for k in range(len(chosen))), ""


def _place(offer: Offer, option: str, text: str, levels: tuple[str, ...]) -> int:
    """The place of a level among all."""
    plain = text.upper().replace("-", "")
    plain = f"P{plain}" if plain.isdigit() else plain
    if plain not in levels:
        raise InputError(
            f"{offer.word} has no {option} {text!r} to go from or to"
            f". Its levels are {', '.join(levels)}."
        )
    return levels.index(plain)


def _even(low: float, high: float, steps: int) -> list[float]:
    return [low + (high - low) * k / (steps - 1) for k in range(steps)]


def _whole(low: float, high: float, steps: int) -> list[float]:
    """Whole numbers between two ends, every one of them if no steps are told."""
    every = _even(low, high, steps or 1 + round(abs(high - low)))
    return list(dict.fromkeys(float(round(value)) for value in every))


def _round(low: float, high: float) -> list[float]:
    """Round values between two ends, which are there themselves."""
    span = abs(high - low)
    power = 10.0 ** math.floor(math.log10(span / USUAL))
    step = next(m * power for m in (1, 2, 2.5, 5, 10, 20) if span / (m * power) < USUAL)
    way = math.copysign(step, high - low)
    count = math.floor(span / step + 1e-9)
    values = [round(low + way * k, 10) for k in range(count + 1)]
    return values if math.isclose(values[-1], high, abs_tol=1e-9 * span) else [*values, high]

"""Simulate a patient: without a device, with some, and with others instead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from afterload.actions import simulate_lanes as lanes
from afterload.actions.simulate_gas import belonging, breathing
from afterload.actions.simulate_patient import Subject, find_patient
from afterload.actions.simulate_warn import Finding, findings, of_gases, sentences
from afterload.core.errors import InputError, NoConvergence
from afterload.hemodynamics.augmented import augmented
from afterload.hemodynamics.device import AbstractDevice, check_together, parse_device
from afterload.hemodynamics.index import indices
from afterload.hemodynamics.indices import Indices
from afterload.hemodynamics.trace import trace

if TYPE_CHECKING:
    from afterload.hemodynamics.trace import Trace

Array = NDArray[np.float64]

MOST_LANES = 512
"""Lanes whose waveforms are kept and that are computed in one call; of more, only indices are. One
with a cycle of beats counts as several (`simulate_lanes.weight`)."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """A patient with some devices, or with none.

    Args:
        words: The devices as they were asked for, e.g. "ecls:flow=4"; none for the first scenario.
        devices: The devices.
        indices: Every index, as attribute or by name, shape (n,); `Indices.unit` tells its unit.
            NaN where there is none, and then a warning says why.
        warnings: What a reader must know.
        meeting: Where the heart's blood and the pumps' meet, a text per patient.
        ranges: Ends of 90 % intervals by index, where they were asked for.
        trace: Pressures, volumes and flows over the beat, or over the cycle of beats; None for more
            than `MOST_LANES` lanes.
        beats: Beats of the cycle that repeats itself: more than 1 with a balloon at 1:2 or 1:3, or
            a pump that pulses by its own clock.
        balloon: At 1:2 and 1:3, arterial pressures of beats with and without the balloon, by name
            (`hemodynamics.augmented`), mmHg, shape (n,).
    """

    words: tuple[str, ...]
    devices: tuple[AbstractDevice, ...]
    indices: Indices
    warnings: tuple[str, ...]
    meeting: tuple[str, ...] = ()
    trace: Trace | None = None
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    beats: int = 1
    balloon: Mapping[str, Array] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Simulation:
    """One patient, or n of them, in every scenario.

    Args:
        patient: The patient.
        scenarios: The first is without a device; the others in the order they were asked for.
    """

    patient: Subject
    scenarios: tuple[Scenario, ...]

    @property
    def warnings(self) -> tuple[str, ...]:
        """The warnings of the patient and all scenarios, each once."""
        told = (w for scenario in self.scenarios for w in scenario.warnings)
        return tuple(dict.fromkeys((*self.patient.warnings, *told)))


Combination = str | AbstractDevice | Sequence[str | AbstractDevice]
"""Devices that run together: a word, several joined by "+", a device, or a list of these."""

Placed = tuple[tuple[str, AbstractDevice], ...]
"""Devices that run together, each with the words it was asked for by."""


def simulate(
    patient: str | Path | Mapping[str, Any] | Subject,
    devices: Combination = (),
    versus: Sequence[Combination] = (),
    *,
    draws: int = 0,
) -> Simulation:
    """Simulate one patient, or thousands, without a device, with some, and with others instead.

    The beat without a device is the one at which coronary perfusion and reflexes rest; from there
    they answer to what the devices change.

    Args:
        patient: The name of a preset, a TOML or JSON file, or parameters and measurements by name;
            numbers, or arrays of shape (n,) for n patients at once.
        devices: Devices that run together, e.g. ["ecls:flow=4", "impella-cp:level=P6"].
        versus: Other combinations, each a scenario of its own, e.g. ["iabp", "ecls+iabp"].
        draws: How many draws the 90 % intervals of one patient rest on; 0 for no intervals.

    Returns:
        The scenarios: without a device, with `devices`, and one per entry of `versus`.

    Raises:
        UnknownName: No such patient, parameter, device or option.
        InputError: A value that is none, or devices that cannot run together.
        NoConvergence: No patient settles in a scenario.

    Example:
        >>> found = simulate("normal", "iabp")  # doctest: +SKIP
        >>> found.scenarios[1].indices.map  # doctest: +SKIP
    """
    subject = patient if isinstance(patient, Subject) else find_patient(patient)
    asked = [placed(devices)] if devices else []
    others = [versus] if isinstance(versus, (str, AbstractDevice)) else versus
    asked += [placed(one) for one in others]
    found = run(subject, asked)
    return with_ranges(found, draws) if draws else found


def with_ranges(found: Simulation, draws: int) -> Simulation:
    """A simulation of one patient with 90 % intervals.

    Raises:
        InputError: There are several patients, or too few draws, or too many.
        NoConvergence: No draw has a steady beat with some option.
    """
    from afterload.actions.simulate_interval import FEWEST, ranges, too_many

    if found.patient.n > 1:
        raise InputError(
            "Intervals are drawn for one patient; of several, their spread tells more."
        )
    if draws < FEWEST:
        raise InputError(f"{draws} draws are too few for 90 % intervals: take {FEWEST} or more.")
    too_many(draws, len(found.scenarios))
    told = ranges(found.patient, [one.devices for one in found.scenarios], draws)
    scenarios = zip(found.scenarios, told, strict=True)
    return replace(
        found,
        scenarios=tuple(
            replace(one, ranges=r, warnings=(*one.warnings, *w)) for one, (r, w) in scenarios
        ),
    )


def placed(told: Combination) -> Placed:
    """Devices that run together, each with the words it was asked for by.

    Raises:
        UnknownName, InputError: As `simulate`.
    """
    found = tuple(each(told))
    check_together([device for _, device in found])
    return found


def each(told: Combination) -> Iterator[tuple[str, AbstractDevice]]:
    """Devices one by one; whether they can run together is for all of them to say."""
    if isinstance(told, AbstractDevice):
        yield told.word, told
    elif isinstance(told, str):
        words = [word.strip() for word in told.split("+") if word.strip()]
        if not words:
            raise InputError(
                "A device is asked for without its word. Write it as ecls:flow=4, several joined "
                "by +."
            )
        yield from ((word, parse_device(word)) for word in words)
    elif isinstance(told, Iterable):
        for one in told:
            yield from each(one)
    else:
        raise InputError(
            f"A device cannot be {type(told).__name__}. Give its word, as ecls:flow=4, or a list."
        )


def run(
    subject: Subject, asked: Sequence[Placed], *, strict: bool = True, alone: bool = True
) -> Simulation:
    """Simulate patients in scenarios whose devices are at hand; see `simulate`.

    Args:
        subject: The patients.
        asked: The devices of every scenario but the first.
        strict: Whether a scenario in which no patient settles is an error; else its indices are
            NaN, and a warning says so.
        alone: Whether it is an error all the same if none settles without a device.

    Raises:
        InputError, NoConvergence: As `simulate`.
    """
    combinations = ((), *asked)
    kept = sum(lanes.weight([device for _, device in pairs]) for pairs in combinations)
    size = max(1, MOST_LANES // kept)
    pieces = [
        _piece(subject, slice(first, first + size), combinations)
        for first in range(0, subject.n, size)
    ]
    single = len(pieces) == 1
    scenarios = []
    for place, combination in enumerate(combinations):
        found = [piece[place] for piece in pieces]
        values = _together([one.values for one in found])
        lost = np.concatenate([one.lost for one in found])
        words = tuple(word for word, _ in combination)
        if lost.all() and (strict or (alone and not words)):
            raise NoConvergence(f"{'With ' + ' + '.join(words) if words else 'No device'}: "
                                f"{lanes.NOWHERE}")  # fmt: skip
        told = sentences([one.findings for one in found], [len(one.lost) for one in found])
        scenarios.append(
            Scenario(
                words,
                tuple(device for _, device in combination),
                Indices(values),
                told,
                tuple(words for one in found for words in one.meeting),
                found[0].trace if single else None,
                beats=found[0].trace.beats,
                balloon=_together([one.balloon for one in found]) if found[0].balloon else {},
            )
        )
    return Simulation(subject, tuple(scenarios))


def _together(parts: Sequence[Mapping[str, Array]]) -> dict[str, Array]:
    """Indices of several groups of patients; what one group does not have is NaN there."""
    names = dict.fromkeys(name for part in parts for name in part)
    none = [np.full(len(next(iter(part.values()))), np.nan) for part in parts]
    return {
        name: np.concatenate([part.get(name, n) for part, n in zip(parts, none, strict=True)])
        for name in names
    }


@dataclass(frozen=True, slots=True)
class _Found:
    """One scenario of some patients."""

    values: dict[str, Array]
    lost: NDArray[np.bool_]
    findings: tuple[Finding, ...]
    meeting: list[str]
    trace: Trace
    balloon: dict[str, Array]


def _piece(subject: Subject, some: slice, combinations: Sequence[Placed]) -> list[_Found]:
    """All scenarios of some patients: one call for what they are measured against, one for all."""
    devices = [tuple(device for _, device in pairs) for pairs in combinations]
    found: dict[int, _Found] = {}
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        rested, closed, rest, gone = lanes.at_rest(subject, some)
        given = [subject.supported(rested, these, closed) for these in devices]
        for places in lanes.together(given):
            those = [devices[place] for place in places]
            every = lanes.side_by_side([given[place] for place in places])
            settled, lost = lanes.settle(every, np.tile(rest.states, len(places)))
            gas = {name: np.tile(held, len(places)) for name, held in subject.gas_of(some).items()}
            done = _read(trace(settled), gas, those, lost, gone)
            found |= dict(zip(places, done, strict=True))
    return [found[place] for place in range(len(devices))]


def _read(
    whole: Trace,
    gas: Mapping[str, Array],
    scenarios: Sequence[tuple[AbstractDevice, ...]],
    lost: NDArray[np.bool_],
    gone: NDArray[np.bool_],
) -> list[_Found]:
    """Some scenarios of n patients, from their waveforms side by side.

    Args:
        whole: Waveforms, all patients of the first scenario, then of the next.
        gas: What gas exchange needs, in the same order.
        scenarios: The devices of each.
        lost: Who did not settle, in the same order.
        gone: Which patients do not settle without a device.
    """
    n = len(gone)
    values = indices(whole)
    held = breathing(whole, gas, [these for these in scenarios for _ in range(n)], lost)
    found = []
    for place, these in enumerate(scenarios):
        mine = slice(place * n, (place + 1) * n)
        away = lost[mine] | gone
        part = lanes.part_of(whole, mine)
        own = {name: np.where(away, np.nan, value[mine]) for name, value in values.items()}
        own |= belonging({name: value[mine] for name, value in held.values.items()}, these)
        told = (*findings(these, own, part, away), *of_gases(held.told[mine]))
        pressures = augmented(part)
        balloon = {} if pressures is None else pressures.numbers()
        balloon = {name: np.where(away, np.nan, value) for name, value in balloon.items()}
        found.append(_Found(own, away, told, held.meeting[mine], part, balloon))
    return found

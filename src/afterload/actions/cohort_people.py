"""Virtual patients who are each of a measured one: all who fit him, as numbers to choose from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from afterload.hemodynamics.cohort import FREE, places_of
from afterload.hemodynamics.device import AbstractDevice
from afterload.hemodynamics.fit_predict import PERFUSION, REFLEX
from afterload.hemodynamics.fit_support import Ran
from afterload.hemodynamics.patient.base import IN_SHOCK

if TYPE_CHECKING:
    from afterload.actions.simulate_patient import Subject
    from afterload.hemodynamics.fit import Fit

Array = NDArray[np.float64]
Places = NDArray[np.intp]
Devices = tuple[AbstractDevice, ...]
Band = tuple[str, str]
"""A device's word, and a parameter of it that was uncertain."""

OWN = tuple(
    dict.fromkeys((*(name for free in FREE for name in places_of(free)), "brain.share", *IN_SHOCK))
)
"""Parameters that a fit finds or leaves open, and so differ from one who fits to the next."""

FEEDBACK = {"perfusion.gain": PERFUSION, "reflex.gain": REFLEX}
"""Ends between which the feedbacks are drawn evenly, as for the intervals of one patient."""


@dataclass(frozen=True, slots=True)
class Person:
    """One measured patient, as all who fit him.

    Args:
        reference: What he is called in the results; "" for the only one.
        own: Parameters of the circulation, shape (d,) each, by name.
        gas: Parameters of gas exchange that are his own, shape (d,) each, by name.
        on: Devices that ran when he was measured.
        ran: What these turned out to be, factors of shape (d,).
    """

    reference: str
    own: Mapping[str, Array]
    gas: Mapping[str, Array]
    on: Devices = ()
    ran: Mapping[Band, Array] = field(default_factory=dict)

    @property
    def draws(self) -> int:
        """How many who fit there are of him."""
        return len(next(iter(self.own.values())))


def person_of(subject: Subject, rng: np.random.Generator) -> Person:
    """A fitted patient as all who fit him, feedbacks drawn; one that was told stays as told."""
    assert subject.fit is not None
    own = {name: values for name, values in subject.fit.drawn().items() if name in OWN}
    shock = in_shock(len(own["beat.hr"]), rng)
    own |= {name: values for name, values in shock.items() if name not in subject.told}
    return Person("", own, subject.fit.breath, subject.on, flat(subject.fit.ran_with(slice(None))))


def in_shock(n: int, rng: np.random.Generator) -> dict[str, Array]:
    """The feedbacks of n patients in shock, those that are uncertain drawn."""
    return {
        name: rng.uniform(*FEEDBACK[name], n) if name in FEEDBACK else np.full(n, value)
        for name, value in IN_SHOCK.items()
    }


def flat(ran: Ran) -> dict[Band, Array]:
    """What devices turned out to be, by device and parameter."""
    return {(word, name): v for word, known in ran.items() for name, v in known.items()}


def drawn(reference: str, fit: Fit, draws: int, rng: np.random.Generator) -> Person:
    """A fitted patient as some who fit, feedbacks drawn.

    Args:
        reference: What he is called.
        fit: The patient.
        draws: How many; 0 for the most probable one alone, feedbacks in the middle.
        rng: For the feedbacks.
    """
    if not draws:
        best = {**fit.parameters, **IN_SHOCK}
        gas = {name: np.array([value]) for name, value in fit.gas.items()}
        own = {name: np.array([best[name]]) for name in OWN}
        return Person(reference, own, gas, fit.devices, flat(fit.ran))
    every = fit.draws.z.shape[1]
    some = np.linspace(0, every - 1, draws).astype(np.intp)
    own = {name: values for name, values in fit.drawn(some).items() if name in OWN}
    own |= in_shock(draws, rng)
    gas = {name: values[some] for name, values in fit.breath.items()}
    return Person(reference, own, gas, fit.devices, flat(fit.ran_with(some)))


@dataclass(frozen=True, slots=True)
class People:
    """Virtual patients of one piece of work.

    Args:
        own: Parameters of the circulation that are their own, shape (n,) each.
        gas: Parameters of gas exchange that are their own, shape (n,) each.
        references: Of whom each is; empty where all are of one.
        groups: Devices that ran when they were measured, and who these are.
        ran: What these turned out to be, factors of shape (n,).
    """

    own: Mapping[str, Array]
    gas: Mapping[str, Array]
    references: tuple[str, ...]
    groups: tuple[tuple[Devices, Places], ...]
    ran: Mapping[Band, Array] = field(default_factory=dict)

    def ran_of(self, on: Devices, who: Places) -> dict[str, dict[str, Array]]:
        """What the devices that ran turned out to be with some of them."""
        return {
            device.word: {k: v[who] for (word, k), v in self.ran.items() if word == device.word}
            for device in on
        }


@dataclass(frozen=True, slots=True)
class Pool:
    """Measured patients of whom virtual ones are chosen.

    Args:
        own: Parameters of the circulation, shape (patients, draws) each.
        gas: Parameters of gas exchange, shape (patients, draws) each.
        references: What the patients are called.
        on: For every patient, the devices that ran when he was measured.
        ran: What these turned out to be, factors of shape (patients, draws); 1 where none ran.
    """

    own: Mapping[str, Array]
    gas: Mapping[str, Array]
    references: tuple[str, ...]
    on: tuple[Devices, ...]
    ran: Mapping[Band, Array] = field(default_factory=dict)

    @property
    def shape(self) -> tuple[int, int]:
        """How many patients, and how many who fit each."""
        patients, draws = next(iter(self.own.values())).shape
        return int(patients), int(draws)

    @property
    def differing(self) -> tuple[str, ...]:
        """Names of the parameters in which not all are alike."""
        every = {**self.own, **self.gas}
        return tuple(name for name, values in every.items() if (values != values.flat[0]).any())

    def each(self, first: int, n: int) -> People:
        """Everyone who fits: n of them from a place on, one of each patient in every round, so
        that a part of them is of all patients."""
        which, who = np.divmod(np.arange(first, first + n), self.shape[0])
        return self._those(who, which)

    def chosen(self, n: int, rng: np.random.Generator) -> People:
        """Chosen by chance and with replacement: a patient, then one who fits him."""
        patients, draws = self.shape
        who = rng.integers(0, patients, n) if patients > 1 else np.zeros(n, np.intp)
        return self._those(who, rng.integers(0, draws, n))

    def _those(self, who: Places, which: Places) -> People:
        kinds: list[Devices] = []
        for on in self.on:
            if on not in kinds:
                kinds.append(on)
        kind = np.array([kinds.index(on) for on in self.on])[who]
        groups = tuple((kinds[k], np.flatnonzero(kind == k)) for k in np.unique(kind))
        several = len(self.references) > 1 or any(self.references)
        return People(
            {name: values[who, which] for name, values in self.own.items()},
            {name: values[who, which] for name, values in self.gas.items()},
            tuple(self.references[person] for person in who.tolist()) if several else (),
            groups,
            {band: values[who, which] for band, values in self.ran.items()},
        )


def pool_of(people: Sequence[Person], usual: Mapping[str, float]) -> Pool:
    """Patients to choose from.

    Args:
        people: The patients, each with as many who fit.
        usual: Parameters of gas exchange of those who have none of their own.
    """
    names = dict.fromkeys(name for person in people for name in person.gas)

    def gas_of(person: Person, name: str) -> Array:
        return person.gas[name] if name in person.gas else np.full(person.draws, usual[name])

    return Pool(
        {name: np.stack([person.own[name] for person in people]) for name in people[0].own},
        {name: np.stack([gas_of(person, name) for person in people]) for name in names},
        tuple(person.reference for person in people),
        tuple(person.on for person in people),
        {
            band: np.stack([person.ran.get(band, np.ones(person.draws)) for person in people])
            for band in dict.fromkeys(band for person in people for band in person.ran)
        },
    )

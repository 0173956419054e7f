"""Who may be on a course: everyone who fits, each with devices as they may truly be."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from afterload.actions import simulate_lanes as lanes
from afterload.actions.simulate_course_plan import Plan, plan
from afterload.core.errors import InputError
from afterload.hemodynamics.cohort_band import slices
from afterload.hemodynamics.course import Running, Told
from afterload.hemodynamics.device import AbstractDevice
from afterload.hemodynamics.fit_predict import PERFUSION, REFLEX
from afterload.hemodynamics.fit_support import Ran, supported
from afterload.hemodynamics.patient.base import IN_SHOCK
from afterload.hemodynamics.solve import Settled
from afterload.hemodynamics.transient import Amount, Event

if TYPE_CHECKING:
    from afterload.actions.simulate_patient import Subject

Array = NDArray[np.float64]
Lanes = NDArray[np.intp]


class Chance:
    """How far from its usual value everything uncertain is, in each of n draws.

    One draw in each of n equally probable slices of the normal distribution, in an order of its own
    for every number, so that few draws fill the band; the same whenever it is asked.

    Args:
        n: How many draws.
        seed: What they begin with.
    """

    def __init__(self, n: int, seed: int) -> None:
        self.n, self.seed = n, seed
        self.slices = slices(n)
        self.held: dict[tuple[str, str], Array] = {}

    def __call__(self, word: str, name: str) -> Array:
        """Standard deviations from the usual value, shape (n,), of a number of something."""
        if (word, name) not in self.held:
            key = zlib.crc32(f"{word} {name}".encode())
            order = np.random.default_rng([self.seed, key]).permutation(self.n)
            self.held[word, name] = self.slices[order]
        return self.held[word, name]


@dataclass(frozen=True, slots=True)
class People:
    """Draws at the begin of a course.

    Args:
        subject: The draws as patients.
        parameters: All parameters with what runs at the begin, shape (n,) each.
        start: The beat they begin with.
        plans: What is done to each; None for who is left out.
        worth: How many independent draws they are worth.
    """

    subject: Subject
    parameters: dict[str, Array]
    start: Settled
    plans: tuple[Plan | None, ...]
    worth: float

    @property
    def lost(self) -> int:
        """How many are left out."""
        return sum(one is None for one in self.plans)


def people(
    subject: Subject, told: Sequence[Told], begins: Sequence[Running], n: int, seed: int
) -> People:
    """Draw n patients, each with what is done to them.

    Args:
        subject: One patient.
        told: The events.
        begins: What runs from the begin.
        n: How many.
        seed: Of the draws.
    """
    drawn = _drawn(subject, n, seed)
    chance, ran = Chance(n, seed), drawn.ran or {}
    many = subject.fit is not None
    rested, closed, rest, gone = lanes.at_rest(
        drawn if many else subject, slice(None) if many else slice(0, 1)
    )
    if not many:
        rested = {name: np.repeat(value, n) for name, value in rested.items()}
        closed, gone = np.repeat(closed, n), np.repeat(gone, n)
    states = rest.states if many else np.repeat(rest.states, n, axis=1)
    given = supported(rested, [one.device for one in begins], closed, ran=ran, luck=chance)
    start, lost = lanes.settle(given, states)
    lost |= gone
    plans = tuple(
        None if lost[k] else _plan_of(k, told, begins, rested, drawn, closed, chance)
        for k in range(n)
    )
    effective = subject.fit.draws.effective if subject.fit is not None else np.inf
    return People(drawn, given, start, plans, float(1.0 / (1.0 / n + 1.0 / effective)))


def _drawn(subject: Subject, n: int, seed: int) -> Subject:
    """The patient n times, or n of those who fit."""
    gas = {name: np.repeat(value, n) for name, value in subject.gas.items()}
    if subject.fit is None:
        whole = {name: np.repeat(value, n) for name, value in subject.parameters.items()}
        return replace(subject, parameters=whole, gas=gas)
    rng = np.random.default_rng(seed)
    some = np.linspace(0, subject.fit.draws.z.shape[1] - 1, n).astype(np.intp)
    whole = subject.fit.drawn(some)
    gains = {
        "perfusion.gain": rng.uniform(*PERFUSION, n),
        "reflex.gain": rng.uniform(*REFLEX, n),
        **{name: np.full(n, IN_SHOCK[name]) for name in ("reflex.centre", "brain.gain")},
    }
    whole |= {name: value for name, value in gains.items() if name not in subject.told}
    gas |= {name: value[some] for name, value in subject.fit.breath.items()}
    return replace(subject, parameters=whole, gas=gas, fit=None, ran=subject.fit.ran_with(some))


def _plan_of(
    k: int,
    told: Sequence[Told],
    begins: Sequence[Running],
    rested: Mapping[str, Array],
    drawn: Subject,
    closed: Array,
    chance: Chance,
) -> Plan | None:
    """What is done to one of them; None where it cannot be done to this one."""
    ran: Ran = {
        word: {name: value[k : k + 1] for name, value in held.items()}
        for word, held in (drawn.ran or {}).items()
    }

    def support(
        p: Mapping[str, Array], devices: Sequence[AbstractDevice], shut: Array | None = None, /
    ) -> dict[str, Array]:
        return supported(
            p, devices, shut, ran=ran, luck=lambda word, name: chance(word, name)[k : k + 1]
        )

    patient = {name: float(value[k]) for name, value in rested.items()}
    gas = {name: float(value[k]) for name, value in drawn.gas.items()}
    try:
        return plan(
            told, begins, patient, gas, float(closed[k]), support,
            lambda drug, effect: float(chance(drug, effect)[k]),
        )  # fmt: skip
    except InputError:
        return None


def events_of(plans: Sequence[Plan]) -> tuple[Event, ...]:
    """What is done to some of them as events of one computation, a number per patient."""
    found = []
    for group in zip(*(one.events for one in plans), strict=True):
        first = group[0]
        found.append(
            Event(
                first.time, _along([one.changes for one in group]), first.over, first.blood,
                _along([one.times for one in group], 1.0), _along([one.plus for one in group]),
            )
        )  # fmt: skip
    return tuple(found)


def _along(parts: Sequence[Mapping[str, Amount]], none: float = 0.0) -> dict[str, Amount]:
    """A number per patient, of every parameter; `none` for who has none."""
    names = dict.fromkeys(name for part in parts for name in part)
    return {name: np.array([part.get(name, none) for part in parts]) for name in names}


def some_of(settled: Settled, who: Lanes) -> Settled:
    """The beats of some lanes."""
    return settled.of(who)

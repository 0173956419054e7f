"""Fitting the patients of a registry, a few at a time: who fits each, or why nobody does."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from afterload.actions.cohort_measured import LeftOut, Measured
from afterload.actions.cohort_people import Person, drawn
from afterload.core.errors import InputError, NoConvergence
from afterload.hemodynamics.device import parse_device
from afterload.hemodynamics.fit import Fit, fit

AT_ONCE = 4
"""Patients fitted as one piece of work."""

SAMPLED = 128
"""Who fits is looked for by so many draws a round at least, of which those asked for are taken
evenly."""

WORTH, LEAST_WORTH = 3.0, 24.0
"""Independent draws, for each that is asked for and in all, that end the search for who fits. With
24 a patient's ranges are some 7 % narrower than with a thousand, in a twentieth of the time."""

MORE_SAMPLED = 512
"""Draws a round where none of those fits."""

UNTRUE = "numbers that cannot be, or not together"
UNREACHED = "numbers that no circulation was found for"


@dataclass(frozen=True, slots=True)
class Task:
    """Some patients to fit; no key goes with them.

    Args:
        patients: References, measurements and devices that ran.
        draws: How many who fit are wanted of each; 0 for the most probable one alone.
        seed: Of the cohort.
    """

    patients: tuple[tuple[str, Mapping[str, float], tuple[str, ...]], ...]
    draws: int
    seed: int


@dataclass(frozen=True, slots=True)
class Fitted:
    """One patient, fitted.

    Args:
        person: All who fit.
        reached: By measurement, what was measured and what the most probable patient has.
        warnings: What a reader must know of this fit.
    """

    person: Person
    reached: Mapping[str, tuple[float, float]]
    warnings: tuple[str, ...]


def tasks_of(measured: Sequence[Measured], draws: int, seed: int) -> list[Task]:
    """The patients in pieces of work."""
    told = [(one.reference, one.values, one.on) for one in measured]
    return [
        Task(tuple(told[first : first + AT_ONCE]), draws, seed)
        for first in range(0, len(told), AT_ONCE)
    ]


def fit_some(task: Task) -> list[Fitted | LeftOut]:
    """Each of some patients fitted, or why not."""
    return [_fit_one(*one, task.draws, task.seed) for one in task.patients]


def _fit_one(
    reference: str, values: Mapping[str, float], on: Sequence[str], draws: int, seed: int
) -> Fitted | LeftOut:
    """One patient; chance depends on the seed and him alone, not on who else there is."""
    rng = np.random.default_rng([seed, *hashlib.sha256(reference.encode()).digest()])
    devices = tuple(parse_device(word) for word in on)
    enough = max(LEAST_WORTH, WORTH * draws)

    def tried(sampled: int) -> Fit:
        return fit(
            readable(values), devices, draws=max(draws, sampled), rng=rng, enough=enough
        )  # fmt: skip

    try:
        try:
            found = tried(SAMPLED)
        except NoConvergence:
            found = tried(MORE_SAMPLED)
    except InputError as error:
        return LeftOut("", reference, UNTRUE, str(error))
    except NoConvergence as error:
        return LeftOut("", reference, UNREACHED, str(error))
    person = drawn(reference, found, draws, rng)
    reached = {one.name: (one.measured, one.fitted) for one in found.residuals}
    well = found.draws.effective >= enough
    warnings = tuple(text for text in found.warnings if not (well and FEW_DRAWS in text))
    return Fitted(person, reached | _handed_on(found), warnings)


FEW_DRAWS = "worth only"
"""In a warning of a fit that too few draws fit for the intervals of one patient."""


def readable(values: Mapping[str, float]) -> dict[str, float]:
    """Measurements as a fit reads them: a cardiac index only where the body surface is known."""
    if "bsa_m2" in values:
        return dict(values)
    return {name: value for name, value in values.items() if name != "ci"}


def _handed_on(found: Fit) -> dict[str, tuple[float, float]]:
    """What was measured and is not fitted; the second number is what the fit takes, if it does."""
    told = {name: (value, float("nan")) for name, value in found.reading.passed.items()}
    if found.reading.hr is not None:
        told["hr"] = (found.reading.hr, found.reading.hr)
    return told

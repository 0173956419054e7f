"""Some patients of a cohort as one piece of work: every strategy on each of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from afterload.actions.cohort_people import Devices, People
from afterload.hemodynamics.cohort import Spread, draw

if TYPE_CHECKING:
    import polars as pl

    from afterload.actions.simulate_patient import Subject

Array = NDArray[np.float64]
Places = NDArray[np.intp]
Options = tuple[tuple[str, ...], ...]
"""The strategies, each as the words of its devices."""

Caution = tuple[str, str]
"""A scenario, and what a reader must know of it."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some patients of a cohort, as one piece of work; it can be sent to another machine.

    Args:
        number: Its place, from 0; chance begins anew in each, from the seed and this number.
        first: The number of its first patient.
        n: How many patients.
        seed: The cohort's seed.
        base: All parameters of the patient they are drawn around, or that all of them share.
        gas: Parameters of gas exchange that all of them share.
        spread: How far those drawn around a patient lie apart.
        options: The strategies.
        differ: Names of the parameters in which not all patients of the cohort are alike.
        people: Those who are of measured patients; None for those drawn around one.
    """

    number: int
    first: int
    n: int
    seed: int
    base: Mapping[str, float]
    gas: Mapping[str, float]
    spread: Spread
    options: Options
    differ: tuple[str, ...]
    people: People | None = None


def compute(chunk: Chunk) -> tuple[int, pl.DataFrame, tuple[Caution, ...]]:
    """The patients of one chunk in every scenario, as a table; with their number and warnings."""
    import polars as pl

    parameters, gas = patients_of(chunk)
    indices, warnings = _simulated(parameters, gas, chunk)
    every = {**parameters, **gas}
    references = chunk.people.references if chunk.people else ()
    frames = []
    for words, values in indices.items():
        frames.append(
            pl.DataFrame(
                {
                    "patient": chunk.first + np.arange(chunk.n),
                    **({"episode": pl.Series(references, dtype=pl.String)} if references else {}),
                    "scenario": pl.Series([name_of(words)] * chunk.n, dtype=pl.String),
                    **{name: every[name] for name in chunk.differ},
                    **{f"index.{name}": of for name, of in values.items()},
                }
            )
        )
    return chunk.n, pl.concat(frames, how="diagonal"), warnings


def patients_of(chunk: Chunk) -> tuple[dict[str, Array], dict[str, Array]]:
    """The parameters of a chunk's patients: of the circulation, and of gas exchange."""
    gas = {name: np.full(chunk.n, value) for name, value in chunk.gas.items()}
    if chunk.people is None:
        rng = np.random.default_rng([chunk.seed, chunk.number])
        return draw(dict(chunk.base), chunk.n, chunk.spread, rng), gas
    shared_by_all = {name: np.full(chunk.n, value) for name, value in chunk.base.items()}
    return {**shared_by_all, **chunk.people.own}, {**gas, **chunk.people.gas}


def alike(
    parameters: Mapping[str, Array], gas: Mapping[str, Array], chunk: Chunk, most: int
) -> Iterator[tuple[Subject, Places]]:
    """The patients in parts of at most so many, and who they are.

    Patients who were measured with the same devices running are simulated together, since it is
    against that state that their feedbacks act.
    """
    from afterload.actions.simulate_patient import Subject

    groups: Iterable[tuple[Devices, Places]] = (((), np.arange(chunk.n)),)
    groups = chunk.people.groups if chunk.people else groups
    for on, everyone in groups:
        for who in np.array_split(everyone, -(-len(everyone) // most)):
            own = {name: values[who] for name, values in parameters.items()}
            breath = {name: values[who] for name, values in gas.items()}
            # A ventilation is among them only if it was told, and is then told here too.
            ran = chunk.people.ran_of(on, who) if chunk.people else None
            yield Subject("", "", own, breath, breath, on=on, ran=ran), who


def _simulated(
    parameters: Mapping[str, Array], gas: Mapping[str, Array], chunk: Chunk
) -> tuple[dict[tuple[str, ...], dict[str, Array]], tuple[Caution, ...]]:
    """Every index in every scenario, by the words of its devices, shape (n,) each; and warnings."""
    from afterload.actions.simulate import MOST_LANES, placed, run

    asked = [placed(words) for words in chunk.options]
    found: dict[tuple[str, ...], dict[str, Array]] = {}
    warnings: list[Caution] = []
    most = max(1, MOST_LANES // (len(asked) + 1))  # what `run` computes in one piece
    for subject, who in alike(parameters, gas, chunk, most):
        done = run(subject, asked, strict=False, alone=False)
        for scenario in done.scenarios:
            warnings += [(name_of(scenario.words), text) for text in scenario.warnings]
            columns = found.setdefault(scenario.words, {})
            for name, values in scenario.indices.items():
                columns.setdefault(name, np.full(chunk.n, np.nan))[who] = values
    return found, tuple(warnings)


def name_of(words: Iterable[str]) -> str:
    """A scenario's name: its devices joined by "+", "none" without any."""
    return "+".join(words) or "none"

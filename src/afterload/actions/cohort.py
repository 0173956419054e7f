"""An in-silico trial: many virtual patients, each without a device and with every strategy."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from afterload.actions.cohort_people import People, person_of, pool_of
from afterload.actions.cohort_summary import QUANTILES, Cohort, Contrast, Summary, summed
from afterload.actions.cohort_work import shared
from afterload.core.errors import InputError
from afterload.core.progress import Progress, silent
from afterload.hemodynamics.cohort import Spread, differing, draw

if TYPE_CHECKING:
    import polars as pl

    from afterload.actions.simulate_patient import Subject
    from afterload.hemodynamics.device import AbstractDevice

Array = NDArray[np.float64]
Options = tuple[tuple[str, ...], ...]
"""The strategies, each as the words of its devices."""

CHUNK = 1024
"""Patients computed and written at once; memory does not grow with the cohort."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some patients of a cohort, as one piece of work; it can be sent to another machine.

    Args:
        number: Its place, from 0; chance begins anew in each, from the seed and this number.
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
    n: int
    seed: int
    base: Mapping[str, float]
    gas: Mapping[str, float]
    spread: Spread
    options: Options
    differ: tuple[str, ...]
    people: People | None = None


def cohort(
    subject: Subject,
    options: Sequence[tuple[str, ...]],
    n: int,
    out: Path,
    *,
    spread: Spread | None = None,
    seed: int = 1,
    cluster: str = "",
    progress: Progress = silent,
) -> Cohort:
    """Draw virtual patients around one, run every strategy on each, and tell what came of it.

    Around a patient who was told they differ as `spread` says; of a patient who was measured they
    are drawn from all who fit the measurements. Of the patients of a registry they are drawn by
    `cohort_registry.cohort_of_registry`.

    Patients are written to Parquet in chunks as they are done, a row per patient and scenario with
    the patient's parameters that differ and every index, so that memory does not grow with n.

    Args:
        subject: The patient they are drawn around.
        options: The strategies, each as the words of its devices.
        n: How many patients.
        out: A folder; `patients/` is made in it and must not be there.
        spread: How far they lie apart.
        seed: The same seed gives the same patients, however the work is shared.
        cluster: Address of a Dask scheduler ("tcp://..."); "" for the cores of this machine.
        progress: Told how far it is.

    Raises:
        InputError: n is not positive, the folder is there, a device is wrong, or the cluster cannot
            be reached.
        NoConvergence: No patient settles without a device.
    """
    folder = checked(n, options, out)
    apart = spread or Spread()
    base = {name: float(values[0]) for name, values in subject.parameters.items()}
    gas = {name: float(values[0]) for name, values in subject.gas_of(slice(0, 1)).items()}
    pool = None
    if subject.fit is not None:
        pool = pool_of([person_of(subject, np.random.default_rng([seed, 1]))], {})
    differ = differing(apart) if pool is None else pool.differing

    def chunks() -> Iterator[Chunk]:
        for number, count in counts_of(n):
            rng = np.random.default_rng([seed, number])
            people = None if pool is None else pool.chosen(count, rng)
            yield Chunk(
                number, count, seed, base, gas, apart, tuple(options), differ, people
            )  # fmt: skip

    return written(chunks(), n, folder, cluster, seed, progress)


def checked(n: int, options: Sequence[tuple[str, ...]], out: Path) -> Path:
    """The folder for the patients, after what was asked for was looked at.

    Raises:
        InputError: n is not positive, the folder is there, or a device is wrong.
    """
    from afterload.actions.simulate import placed

    if n < 1:
        raise InputError(f"A cohort of {n} patients is none. Give --n 1 or more.")
    for words in options:
        placed(words)
    folder = out / "patients"
    if folder.exists():
        raise InputError(f"{folder} is there already. Name another folder for the cohort.")
    return folder


def counts_of(n: int) -> list[tuple[int, int]]:
    """Numbers of the chunks, and how many patients each has."""
    return [(number, min(CHUNK, n - first)) for number, first in enumerate(range(0, n, CHUNK))]


def written(
    chunks: Iterable[Chunk], n: int, folder: Path, cluster: str, seed: int, progress: Progress
) -> Cohort:
    """Patients computed and written, chunk by chunk, and what came of them."""
    folder.mkdir(parents=True)
    count = len(counts_of(n))
    warnings: list[str] = []
    files = []
    try:
        for done, (number, frame, told) in enumerate(shared(compute, chunks, cluster, count)):
            path = folder / f"part-{number:05d}.parquet"
            frame.write_parquet(path)
            files.append(path)
            warnings += told
            progress("Simulating", (done + 1) / count)
    finally:
        if not files:
            folder.rmdir()
    return summed(n, sorted(files), counted(warnings, n), seed)


COUNT = re.compile(r"(\d+) of \d+ patients")


def counted(warnings: Iterable[str], n: int) -> tuple[str, ...]:
    """The warnings of all chunks, each once: those that count patients with their counts added."""
    counts: dict[str, int] = {}
    for warning in warnings:
        text = re.sub(r"in \d+ % of the beat", "in part of the beat", warning)
        match = COUNT.search(text)
        key = COUNT.sub("{} of {} patients", text) if match else text
        counts[key] = counts.get(key, 0) + (int(match[1]) if match else 0)
    return tuple(
        key.replace("{} of {} patients", f"{count} of {n} patients", 1)
        for key, count in counts.items()
    )


def compute(chunk: Chunk) -> tuple[int, pl.DataFrame, tuple[str, ...]]:
    """The patients of one chunk in every scenario, as a table; with its number and warnings."""
    import polars as pl

    parameters, gas = _patients(chunk)
    groups = chunk.people.groups if chunk.people else (((), np.arange(chunk.n)),)
    indices, warnings = _simulated(parameters, gas, groups, chunk)
    every = {**parameters, **gas}
    references = chunk.people.references if chunk.people else ()
    frames = []
    for words, values in indices.items():
        frames.append(
            pl.DataFrame(
                {
                    "patient": chunk.number * CHUNK + np.arange(chunk.n),
                    **({"episode": pl.Series(references, dtype=pl.String)} if references else {}),
                    "scenario": pl.Series([name_of(words)] * chunk.n, dtype=pl.String),
                    **{name: every[name] for name in chunk.differ},
                    **{f"index.{name}": of for name, of in values.items()},
                }
            )
        )
    return chunk.number, pl.concat(frames, how="diagonal"), warnings


def _patients(chunk: Chunk) -> tuple[dict[str, Array], dict[str, Array]]:
    """The parameters of a chunk's patients: of the circulation, and of gas exchange."""
    gas = {name: np.full(chunk.n, value) for name, value in chunk.gas.items()}
    if chunk.people is None:
        rng = np.random.default_rng([chunk.seed, chunk.number])
        return draw(dict(chunk.base), chunk.n, chunk.spread, rng), gas
    shared_by_all = {name: np.full(chunk.n, value) for name, value in chunk.base.items()}
    return {**shared_by_all, **chunk.people.own}, {**gas, **chunk.people.gas}


def _simulated(
    parameters: Mapping[str, Array],
    gas: Mapping[str, Array],
    groups: Sequence[tuple[tuple[AbstractDevice, ...], NDArray[np.intp]]],
    chunk: Chunk,
) -> tuple[dict[tuple[str, ...], dict[str, Array]], tuple[str, ...]]:
    """Every index in every scenario, by the words of its devices, shape (n,) each; and warnings.

    Patients who were measured with the same devices running are simulated together, since it is
    against that state that their feedbacks act.
    """
    from afterload.actions.simulate import MOST_LANES, placed, run
    from afterload.actions.simulate_patient import Subject

    asked = [placed(words) for words in chunk.options]
    found: dict[tuple[str, ...], dict[str, Array]] = {}
    warnings: list[str] = []
    most = max(1, MOST_LANES // (len(asked) + 1))  # what `run` computes in one piece
    parts = ((on, some) for on, who in groups for some in np.array_split(who, -(-len(who) // most)))
    for on, who in parts:
        own = {name: values[who] for name, values in parameters.items()}
        breath = {name: values[who] for name, values in gas.items()}
        # A ventilation is among them only if it was told, and is then told here too.
        ran = chunk.people.ran_of(on, who) if chunk.people else None
        subject = Subject("", "", own, breath, breath, on=on, ran=ran)
        done = run(subject, asked, strict=False, alone=False)
        warnings += done.warnings
        for scenario in done.scenarios:
            columns = found.setdefault(scenario.words, {})
            for name, values in scenario.indices.items():
                columns.setdefault(name, np.full(chunk.n, np.nan))[who] = values
    return found, tuple(warnings)


def name_of(words: Iterable[str]) -> str:
    """A scenario's name: its devices joined by "+", "none" without any."""
    return "+".join(words) or "none"


__all__: list[str] = [
    "CHUNK", "QUANTILES", "Chunk", "Cohort", "Contrast", "Summary", "cohort", "compute", "name_of",
]  # fmt: skip

"""An in-silico trial: many virtual patients, each without a device and with every strategy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from afterload.actions.cohort_band import TRIED
from afterload.actions.cohort_chunk import Chunk, compute, name_of
from afterload.actions.cohort_people import person_of, pool_of
from afterload.actions.cohort_summary import QUANTILES, Cohort, Contrast, Drawn, Summary
from afterload.actions.cohort_write import devices_of, written
from afterload.core.errors import InputError
from afterload.core.progress import Progress, silent
from afterload.hemodynamics.cohort import Spread, differing
from afterload.hemodynamics.cohort_band import has_bands

if TYPE_CHECKING:
    from afterload.actions.simulate_patient import Subject

CHUNK = 512
"""Patients computed at once; memory does not grow with the cohort."""

MOST = 10_000_000
"""Patients that can be asked for."""


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

    def chunk(number: int, first: int, count: int, asked: Sequence[tuple[str, ...]]) -> Chunk:
        rng = np.random.default_rng([seed, number])
        people = None if pool is None else pool.chosen(count, rng)
        return Chunk(number, first, count, seed, base, gas, apart, tuple(asked), differ, people)

    chunks = (chunk(*place, options) for place in pieces_of(n))
    # The first patients of all, as many as there are up to `TRIED`.
    some = [chunk(0, 0, min(n, TRIED), [words]) for words in uncertain(options)]
    found = written(chunks, some, (n, len(pieces_of(n))), folder, cluster, seed, progress)
    drawn = Drawn(
        subject.title, apart.share if pool is None else None, seed, _alone(subject),
        ", ".join(f"{name} = {values[0]:g}" for name, values in subject.told.items()),
    )  # fmt: skip
    return replace(
        found, options=tuple(options), drawn=drawn, warnings=(*subject.warnings, *found.warnings)
    )


def _alone(subject: Subject) -> dict[str, float]:
    """Every index of the patient they are drawn around, without a device."""
    from afterload.actions.simulate import run

    (alone,) = run(subject, ()).scenarios
    return {name: float(values[0]) for name, values in alone.indices.items()}


def uncertain(options: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Those of some strategies of whose devices something is uncertain."""
    return [words for words in options if has_bands(devices_of(words))]


def checked(n: int, options: Sequence[tuple[str, ...]], out: Path) -> Path:
    """The folder for the patients, after what was asked for was looked at.

    Raises:
        InputError: n is not positive or beyond `MOST`, the folder is there, a device is wrong, or a
            strategy is asked for twice.
    """
    if n < 1:
        raise InputError(f"A cohort of {n} patients is none. Give --n 1 or more.")
    if n > MOST:
        raise InputError(f"A cohort of {n} patients is too large. Give --n {MOST} or less.")
    for words in options:
        devices_of(words)
    names = [name_of(words) for words in options]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise InputError(f"{twice} is asked for twice. Give each strategy once.")
    folder = out / "patients"
    if folder.exists():
        raise InputError(f"{folder} is there already. Name another folder for the cohort.")
    return folder


def pieces_of(n: int) -> list[tuple[int, int, int]]:
    """Of every piece the number, its first patient, and how many patients it has."""
    return [
        (number, first, min(CHUNK, n - first)) for number, first in enumerate(range(0, n, CHUNK))
    ]


__all__: list[str] = [
    "CHUNK", "QUANTILES", "Chunk", "Cohort", "Contrast", "Summary", "cohort", "compute", "name_of",
]  # fmt: skip

"""An in-silico trial: many virtual patients, each without a device and with every strategy."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from afterload.core.errors import InputError, NoConvergence
from afterload.core.progress import Progress, silent
from afterload.hemodynamics.cohort import Spread, draw

if TYPE_CHECKING:
    import polars as pl

    from afterload.actions.simulate_patient import Subject

Array = NDArray[np.float64]

CHUNK = 1024
"""Patients computed and written at once; memory does not grow with the cohort."""

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
"""What is told of every index; the outer two bound nine patients in ten."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some patients of a cohort, as one piece of work; it can be sent to another machine.

    Args:
        number: Its place, from 0; chance begins anew in each, from the seed and this number.
        n: How many patients.
        seed: The cohort's seed.
        base: All parameters of the patient they are drawn around, shape (1,) each; or those of all
            who fit a measured patient, shape (draws,), of whom they are drawn.
        gas: The patient's parameters of gas exchange.
        spread: How far they lie apart.
        options: The strategies, each as the words of its devices.
    """

    number: int
    n: int
    seed: int
    base: Mapping[str, Array]
    gas: Mapping[str, float]
    spread: Spread
    options: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """One index in one scenario over the whole cohort.

    Args:
        scenario: The devices, joined by "+"; "none" for the first.
        index: The index.
        n: Patients in whom it is known.
        quantiles: At `QUANTILES`, in the index's unit.
        change: Quantiles of its change against no device, patient by patient; None for the first.
        rises: Share of patients in whom it is higher than without a device; NaN for the first.
    """

    scenario: str
    index: str
    n: int
    quantiles: tuple[float, ...]
    change: tuple[float, ...] | None
    rises: float


@dataclass(frozen=True, slots=True)
class Cohort:
    """What a cohort found.

    Args:
        n: Virtual patients.
        lost: By scenario, how many settled in no beat: their hearts cannot carry it.
        scenarios: Names of the scenarios, the first "none".
        summary: Every index in every scenario.
        files: The Parquet files with every patient.
        warnings: What a reader must know.
    """

    n: int
    lost: Mapping[str, int]
    scenarios: tuple[str, ...]
    summary: tuple[Summary, ...]
    files: tuple[Path, ...]
    warnings: tuple[str, ...]


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
    are drawn from all who fit the measurements.

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
    from afterload.actions.simulate import placed

    if n < 1:
        raise InputError(f"A cohort of {n} patients is none. Give --n 1 or more.")
    for words in options:
        placed(words)
    folder = out / "patients"
    if folder.exists():
        raise InputError(f"{folder} is there already. Name another folder for the cohort.")
    folder.mkdir(parents=True)
    base = subject.fit.drawn() if subject.fit else subject.parameters_of(slice(0, 1))
    gas = {name: float(values[0]) for name, values in subject.gas.items()}
    chunks = [
        Chunk(number, min(CHUNK, n - first), seed, base, gas, spread or Spread(), tuple(options))
        for number, first in enumerate(range(0, n, CHUNK))
    ]
    warnings: list[str] = []
    files = []
    try:
        for done, (number, frame, told) in enumerate(_computed(chunks, cluster)):
            path = folder / f"part-{number:05d}.parquet"
            frame.write_parquet(path)
            files.append(path)
            warnings += told
            progress("Simulating", (done + 1) / len(chunks))
    finally:
        if not files:
            folder.rmdir()
    return _summed(n, sorted(files), counted(warnings, n))


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


def _computed(
    chunks: Sequence[Chunk], cluster: str
) -> Iterator[tuple[int, pl.DataFrame, tuple[str, ...]]]:
    """Every chunk's patients, as they are done: on a cluster, on all cores, or here."""
    if cluster:
        yield from _on_cluster(chunks, cluster)
    elif len(chunks) == 1 or (os.cpu_count() or 1) == 1:
        yield from map(compute, chunks)
    else:
        with ProcessPoolExecutor() as pool:
            yield from pool.map(compute, chunks)


def _on_cluster(
    chunks: Sequence[Chunk], address: str
) -> Iterator[tuple[int, pl.DataFrame, tuple[str, ...]]]:
    try:
        from distributed import Client, as_completed
    except ImportError as error:
        raise InputError(
            "A cluster needs the package distributed: pip install 'afterload[cluster]'."
        ) from error
    try:
        client = Client(address, timeout="5s")  # type: ignore[no-untyped-call,unused-ignore]
    except (OSError, ValueError) as error:
        raise InputError(
            f"No Dask scheduler answers at {address!r}. Check the address, as tcp://host:8786."
        ) from error
    with client:
        for future in as_completed(  # type: ignore[no-untyped-call,unused-ignore]
            client.map(compute, chunks, pure=False)
        ):
            yield future.result()
            future.release()


def compute(chunk: Chunk) -> tuple[int, pl.DataFrame, tuple[str, ...]]:
    """The patients of one chunk in every scenario, as a table; with its number and warnings."""
    import polars as pl

    from afterload.actions.simulate import placed, run
    from afterload.actions.simulate_patient import Subject

    rng = np.random.default_rng([chunk.seed, chunk.number])
    count = len(chunk.base["beat.hr"])
    if count > 1:
        chosen = rng.integers(0, count, chunk.n)
        parameters = {name: values[chosen] for name, values in chunk.base.items()}
    else:
        one = {name: float(values[0]) for name, values in chunk.base.items()}
        parameters = draw(one, chunk.n, chunk.spread, rng)
    gas = {name: np.full(chunk.n, value) for name, value in chunk.gas.items()}
    subject = Subject("", "", parameters, gas)
    found = run(subject, [placed(words) for words in chunk.options], strict=False)
    differ = {name: v for name, v in parameters.items() if not (v == v[0]).all() and v[0] == v[0]}
    frames = []
    for scenario in found.scenarios:
        frames.append(
            pl.DataFrame(
                {
                    "patient": chunk.number * CHUNK + np.arange(chunk.n),
                    "scenario": pl.Series([name_of(scenario.words)] * chunk.n, dtype=pl.String),
                    **differ,
                    **{f"index.{name}": values for name, values in scenario.indices.items()},
                }
            )
        )
    return chunk.number, pl.concat(frames, how="diagonal"), found.warnings


def name_of(words: Iterable[str]) -> str:
    """A scenario's name: its devices joined by "+", "none" without any."""
    return "+".join(words) or "none"


def _summed(n: int, files: Sequence[Path], warnings: tuple[str, ...]) -> Cohort:
    """What the files say, index by index; only the columns of one index are in memory at a time."""
    import polars as pl

    table = pl.scan_parquet(list(files))
    names = [name for name in table.collect_schema().names() if name.startswith("index.")]
    scenarios = table.select("scenario").unique(maintain_order=True).collect()["scenario"].to_list()
    rows: list[Summary] = []
    lost: dict[str, int] = {}
    for name in names:
        held = table.select("patient", "scenario", name).collect()
        columns = {
            s: held.filter(pl.col("scenario") == s).sort("patient")[name].to_numpy()
            for s in scenarios
        }
        first = columns[scenarios[0]]
        if name == names[0]:
            lost = {s: int(np.isnan(values).sum()) for s, values in columns.items()}
            if lost[scenarios[0]] == n:
                raise NoConvergence("None of the virtual patients settles without a device.")
        for s, values in columns.items():
            rows.append(_summary(s, name.removeprefix("index."), values, first, s == scenarios[0]))
    return Cohort(n, lost, tuple(scenarios), tuple(rows), tuple(files), warnings)


def _summary(scenario: str, index: str, values: Array, first: Array, is_first: bool) -> Summary:
    known = values[~np.isnan(values)]
    change = (values - first)[~np.isnan(values - first)]
    rises = float((change > 0).mean()) if len(change) and not is_first else float("nan")
    return Summary(
        scenario, index, len(known), _quantiles(known),
        None if is_first else _quantiles(change), rises,
    )  # fmt: skip


def _quantiles(values: Array) -> tuple[float, ...]:
    if not len(values):
        return (float("nan"),) * len(QUANTILES)
    return tuple(float(q) for q in np.quantile(values, QUANTILES))


__all__: list[str] = ["CHUNK", "Chunk", "Cohort", "Summary", "cohort", "compute", "name_of"]

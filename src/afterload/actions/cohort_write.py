"""A cohort computed piece by piece and written as it is done, whether or not it is stopped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from afterload.actions.cohort_band import Moved, moved
from afterload.actions.cohort_chunk import Caution, Chunk, compute
from afterload.actions.cohort_summary import Cohort, Tried, summed
from afterload.actions.cohort_work import shared
from afterload.core.alike import spanned, without_numbers
from afterload.core.progress import Progress, part
from afterload.hemodynamics.cohort_band import CURVES, has_bands

if TYPE_CHECKING:
    import polars as pl

    from afterload.hemodynamics.device import AbstractDevice

PER_FILE = 8192
"""Patients of one Parquet file; so many are in memory."""

CURVES_SHARE = 0.2
"""Share of the work that trying the devices' curves is told as."""


@dataclass(slots=True)
class _Files:
    """The Parquet files, as they are written."""

    folder: Path
    waiting: list[pl.DataFrame] = field(default_factory=list)
    count: int = 0
    written: list[Path] = field(default_factory=list)

    def add(self, frame: pl.DataFrame, n: int) -> None:
        """Keep some patients, and write them once there are enough."""
        self.waiting.append(frame)
        self.count += n
        if self.count >= PER_FILE:
            self.write()

    def write(self) -> None:
        """Write those who wait."""
        import polars as pl

        if not self.waiting:
            return
        path = self.folder / f"part-{len(self.written):05d}.parquet"
        pl.concat(self.waiting, how="diagonal").write_parquet(path)
        self.written.append(path)
        self.waiting, self.count = [], 0


def written(
    chunks: Iterable[Chunk],
    some: Sequence[Chunk],
    sizes: tuple[int, int],
    folder: Path,
    cluster: str,
    seed: int,
    progress: Progress,
) -> Cohort:
    """Patients computed and written, piece by piece, and what came of them.

    Stopped (Ctrl-C), it tells of the patients that are done.

    Args:
        chunks: All patients, in pieces; they are made as they are needed.
        some: Some patients with each strategy of whose devices something is uncertain.
        sizes: How many patients and pieces there are.
        folder: Where they are written; made here.
        cluster: As in `cohort_work.shared`.
        seed: The cohort's.
        progress: Told how far it is.

    Raises:
        InputError: The cluster cannot be reached.
        KeyboardInterrupt: It was stopped before anybody was done.
        NoConvergence: No patient settles without a device.
    """
    n, count = sizes
    first = CURVES_SHARE if some else 0.0
    ahead = part(progress, first, 1.0)
    folder.mkdir(parents=True)
    files, warnings, done, curves = _Files(folder), list[Caution](), 0, list[Moved]()

    def stopping() -> None:
        ahead("Stopping, once what was begun is done", done / n)

    try:
        for one in shared(moved, some, cluster, len(some)) if some else ():
            curves.append(one)
            progress("Trying the devices' curves", first * len(curves) / len(some))
        for size, frame, told in shared(compute, chunks, cluster, count, stopping):
            files.add(frame, size)
            warnings += told
            done += size
            ahead("Simulating", done / n)
        files.write()
    except KeyboardInterrupt:
        if not done:
            raise
        files.write()
    finally:
        if not files.written:
            folder.rmdir()
    found = summed(done, files.written, counted(warnings, done), seed, curves)
    return replace(found, asked=n, tried=_tried(some))


def _tried(some: Sequence[Chunk]) -> Tried | None:
    """What of the devices was uncertain, and in how many patients it was tried."""
    words = dict.fromkeys(
        device.word
        for chunk in some
        for device in devices_of(chunk.options[0])
        if has_bands([device])
    )
    return Tried(tuple(words), CURVES, some[0].n) if some else None


def devices_of(words: Sequence[str]) -> tuple[AbstractDevice, ...]:
    """The devices of one strategy."""
    from afterload.actions.simulate import placed

    return tuple(device for _, device in placed(words))


COUNT = re.compile(r"\d+ of \d+ patients")
NO_VALUE = re.compile(r"(\w+) has no value( in .*)")


def counted(warnings: Iterable[Caution], n: int) -> tuple[str, ...]:
    """The warnings of all pieces, each once: those that count patients with their counts added.

    Where a number differs between pieces, its lowest and highest are told.

    Args:
        warnings: By scenario.
        n: How many patients there are.
    """
    counts: dict[Caution, int] = {}
    texts: dict[Caution, list[str]] = {}
    for scenario, warning in warnings:
        match = COUNT.search(warning)
        if match is None:
            counts.setdefault(("", warning), 0)
            continue
        text = COUNT.sub(PATIENTS, warning, count=1)
        key = (scenario, without_numbers(text))
        counts[key] = counts.get(key, 0) + int(match[0].split()[0])
        texts.setdefault(key, []).append(text)
    told: dict[Caution, list[str]] = {}
    for (scenario, text), count in counts.items():
        whole = spanned(texts.get((scenario, text), [text]))
        whole = whole.replace(PATIENTS, f"{count} of {n} patients", 1)
        lacks = NO_VALUE.fullmatch(whole)
        key = (scenario, lacks[2] if lacks else whole)
        told.setdefault(key, []).extend([lacks[1]] if lacks else [])
    return tuple(_sentence(*key, names) for key, names in told.items())


def merged(texts: Iterable[str]) -> list[tuple[str, int]]:
    """Texts that differ in their numbers only as one, and how many they are of.

    Example:
        >>> merged(["It is 3 %.", "It is 5 %.", "No."])
        [('It is 3 to 5 %.', 2), ('No.', 1)]
    """
    found: dict[str, list[str]] = {}
    for text in texts:
        found.setdefault(without_numbers(text), []).append(text)
    return [(spanned(same), len(same)) for same in found.values()]


PATIENTS = "\0"
"""Where the count of patients stands."""


def _sentence(scenario: str, text: str, lacking: Sequence[str]) -> str:
    """A warning with its scenario, and what has no value."""
    where = {"": "", "none": "No device: "}.get(scenario, f"{scenario}: ")
    if not lacking:
        return where + text
    verb = "has" if len(lacking) == 1 else "have"
    return f"{where}{', '.join(lacking)} {verb} no value{text}"

"""An in-silico trial on the patients of a registry: each as measured, with every strategy."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from afterload.actions.cohort import checked, pieces_of, uncertain
from afterload.actions.cohort_band import TRIED
from afterload.actions.cohort_chunk import Chunk
from afterload.actions.cohort_fit import Fitted, fit_some, tasks_of
from afterload.actions.cohort_measured import (
    LeftOut,
    Measured,
    read_measured,
    rule_of,
)
from afterload.actions.cohort_people import Pool, pool_of
from afterload.actions.cohort_shape import density
from afterload.actions.cohort_summary import Cohort, Drawn, Known, Sampled
from afterload.actions.cohort_work import shared
from afterload.actions.cohort_write import merged, written
from afterload.actions.simulate_interval import too_many
from afterload.core.errors import InputError
from afterload.core.progress import Progress, part, silent
from afterload.core.spreadsheet import safe_text
from afterload.hemodynamics.cohort import Spread
from afterload.hemodynamics.device import check_together, parse_device
from afterload.hemodynamics.patient.gas import VENTILATION

if TYPE_CHECKING:
    from afterload.registry.store import Registry

TOGETHER, FEWEST_DRAWS, MOST_DRAWS = 1000, 8, 64
"""By default as many who fit are drawn of each patient as make some `TOGETHER` of all, within these
bounds: the more patients there are, the less it adds to draw more of each."""

FITTING = 0.5
"""Share of the work that fitting is told as."""

PERCENTILES = (5.0, 50.0, 95.0)

FILLING = ("cvp", "pcwp", "pa_sys", "pa_dia", "pa_mean")
FLOW = ("co",)


def cohort_of_registry(
    registry: Registry | str | Path,
    options: Sequence[tuple[str, ...]],
    out: Path,
    *,
    n: int | None = None,
    draws: int | None = None,
    at: str = "",
    require: Sequence[str] = (),
    unrecorded: Sequence[str] | None = None,
    seed: int = 1,
    cluster: str = "",
    keys: Path | None = None,
    progress: Progress = silent,
) -> Cohort:
    """Fit every patient of a registry, run every strategy on each, and tell what came of it.

    Each episode is read at one time and fitted as one patient is, with the devices that ran then;
    what cannot be fitted is left out and counted by reason. Of each patient so many who fit are
    drawn, and all of them are simulated: how little was measured goes into the result.

    Patients are written to Parquet as by `cohort.cohort`, with a reference in the place of the
    episode's key (`registry.reference`). The files hold single patients' numbers.

    Args:
        registry: The registry, open, or its path or URL.
        options: The strategies, each as the words of its devices.
        out: A folder; `patients/` is made in it and must not be there.
        n: How many virtual patients are chosen from them, by chance and with replacement; None for
            everyone who was drawn, once.
        draws: How many who fit are drawn of each patient; 0 for the most probable one alone, None
            for as many as make some 1,000 of all.
        at: The point the measurements are read at, e.g. "24h"; "" for the last of each in the 6 h
            up to the first device.
        require: Measurements that a patient must have to be taken.
        unrecorded: Devices that ran in episodes of which the registry does not tell; empty for
            none. None leaves such episodes out.
        seed: The same seed gives the same patients, however the work is shared.
        cluster: Address of a Dask scheduler ("tcp://..."); "" for the cores of this machine.
        keys: A CSV file to write with the key of every reference, and why an episode was left
            out; None for none. It tells who is who.
        progress: Told how far it is.

    Raises:
        RecordError: The registry cannot be opened.
        UnknownName: No such point, measurement or device.
        InputError: No episode can be simulated, n or draws make no sense, a folder or file is there
            already, or the cluster cannot be reached.
        NoConvergence: No patient settles without a device.
    """
    from afterload.registry.store import Registry, open_registry

    if not isinstance(registry, Registry):
        with open_registry(registry) as opened:
            return cohort_of_registry(
                opened, options, out, n=n, draws=draws, at=at, require=require,
                unrecorded=unrecorded, seed=seed, cluster=cluster, keys=keys, progress=progress,
            )  # fmt: skip
    if draws is not None and draws < 0:
        raise InputError(f"{draws} draws of each patient are not possible. Give 0 or more.")
    too_many(draws or 0)
    folder = checked(1 if n is None else n, options, out)
    if keys is not None and keys.exists():
        raise InputError(f"{keys} is there already. Name another file for the keys.")
    check_together([parse_device(word) for word in unrecorded or ()])
    every = read_measured(registry, at, require=require, unrecorded=unrecorded)
    measured = [one for one in every if isinstance(one, Measured)]
    draws = usual_draws(len(measured)) if draws is None else draws
    fitted, unfit = _fitted(measured, draws, seed, cluster, part(progress, 0.0, FITTING))
    left_out = [one for one in every if isinstance(one, LeftOut)]
    left_out += [replace(one, key=_key_of(measured, one.reference)) for one in unfit]
    if keys is not None:
        _write_keys(keys, every, left_out)
    told = _sampled(every, measured, fitted, left_out, (rule_of(at), draws, n is not None))
    if not fitted:
        raise InputError(f"No episode of the registry can be simulated: {_reasons(told)}.")
    pool, base, gas = _pool(fitted)
    size = pool.shape[0] * pool.shape[1] if n is None else n

    def chunk(number: int, first: int, count: int, asked: Sequence[tuple[str, ...]]) -> Chunk:
        rng = np.random.default_rng([seed, number])
        people = pool.each(first, count) if n is None else pool.chosen(count, rng)
        return Chunk(
            number, first, count, seed, base, gas, Spread(0.0), tuple(asked), pool.differing,
            people,
        )  # fmt: skip

    pieces = pieces_of(size)
    chunks = (chunk(*place, options) for place in pieces)
    some = [chunk(0, 0, min(size, TRIED), [words]) for words in uncertain(options)]
    found = written(
        chunks, some, (size, len(pieces)), folder, cluster, seed, part(progress, FITTING, 1.0)
    )
    warnings = (*_warned(fitted, told), *found.warnings)
    return replace(
        found, registry=told, warnings=warnings, options=tuple(options), drawn=Drawn(seed=seed)
    )


def usual_draws(patients: int) -> int:
    """How many who fit are drawn of each of so many patients, unless it is told.

    Example:
        >>> usual_draws(10), usual_draws(60), usual_draws(500)
        (64, 16, 8)
    """
    return min(MOST_DRAWS, max(FEWEST_DRAWS, TOGETHER // max(1, patients)))


def _fitted(
    measured: Sequence[Measured], draws: int, seed: int, cluster: str, progress: Progress
) -> tuple[list[Fitted], list[LeftOut]]:
    """Who fits each patient, in the order of their references, and those whom nobody fits."""
    tasks = tasks_of(measured, draws, seed)
    done: list[Fitted | LeftOut] = []
    for number, some in enumerate(shared(fit_some, tasks, cluster, len(tasks)) if tasks else ()):
        done += some
        progress("Fitting", (number + 1) / len(tasks))
    fitted = [one for one in done if isinstance(one, Fitted)]
    fitted.sort(key=lambda one: one.person.reference)
    return fitted, [one for one in done if isinstance(one, LeftOut)]


def _pool(fitted: Sequence[Fitted]) -> tuple[Pool, dict[str, float], dict[str, float]]:
    """Everyone to choose from, and what they share: of the circulation, and of gas exchange."""
    from afterload.actions.simulate_patient import unknown

    usual = unknown()
    base = {name: float(values[0]) for name, values in usual.parameters.items()}
    gas = {name: float(values[0]) for name, values in usual.gas.items() if name != VENTILATION}
    return pool_of([one.person for one in fitted], gas), base, gas


def _key_of(measured: Sequence[Measured], reference: str) -> str:
    return next(one.key for one in measured if one.reference == reference)


def _sampled(
    every: Sequence[Measured | LeftOut],
    measured: Sequence[Measured],
    fitted: Sequence[Fitted],
    left_out: Sequence[LeftOut],
    how: tuple[str, int, bool],
) -> Sampled:
    """Whose patients they are, and what was measured of them."""
    names = dict.fromkeys(name for one in fitted for name in one.reached)
    used = {one.person.reference for one in fitted}
    ran = Counter("+".join(one.on) or "none" for one in measured if one.reference in used)
    rule, draws, resampled = how
    return Sampled(
        len(every), len(fitted), dict(Counter(one.why for one in left_out).most_common()), rule,
        draws, resampled, tuple(_known(name, fitted) for name in names), dict(ran.most_common()),
    )  # fmt: skip


def _known(name: str, fitted: Sequence[Fitted]) -> Known:
    pairs = np.array([one.reached[name] for one in fitted if name in one.reached])
    ends = np.percentile(pairs, PERCENTILES, axis=0)
    return Known(
        name, len(pairs), tuple(ends[:, 0].tolist()), tuple(ends[:, 1].tolist()),
        density({"measured": pairs[:, 0], "fitted": pairs[:, 1]}),
    )  # fmt: skip


def _warned(fitted: Sequence[Fitted], told: Sampled) -> Iterator[str]:
    """What a reader must know of the fits: each warning once, with how many patients it is of."""
    for names, what in ((FILLING, "a filling or pulmonary pressure"), (FLOW, "the output")):
        without = sum(not any(name in one.reached for name in names) for one in fitted)
        if without:
            yield (
                f"In {without} of {told.used} measured patients {what} was not measured; it is as "
                "uncertain as the prior says."
            )
    for text, count in merged(warning for one in fitted for warning in one.warnings):
        yield f"{text} ({count} of {told.used} measured patients)"


def _reasons(told: Sampled) -> str:
    return "; ".join(f"{why} ({count})" for why, count in told.left_out.items())


COLUMNS = ("reference", "episode", "used", "why", "look_at")


def _write_keys(
    path: Path, every: Sequence[Measured | LeftOut], left_out: Sequence[LeftOut]
) -> None:
    """Who is who, and why an episode was left out."""
    away: Mapping[str, LeftOut] = {one.reference: one for one in left_out}
    try:
        with path.open("x", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            for one in every:
                out = away.get(one.reference)
                why, more = (out.why, out.more) if out else ("", "")
                used = "no" if out else "yes"
                writer.writerow([one.reference, safe_text(one.key), used, why, safe_text(more)])
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}.") from error

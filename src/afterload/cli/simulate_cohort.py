"""Cohorts of the verb `simulate`: virtual patients around one, or those of a registry."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from afterload.core.errors import InputError

if TYPE_CHECKING:
    from afterload.actions.cohort_summary import Cohort
    from afterload.actions.simulate_patient import Subject


@dataclass(frozen=True, slots=True)
class Sample:
    """What is asked of a registry's patients.

    Args:
        registry: Path or URL; None for no registry.
        at: The point they are read at.
        require: Measurements that they must have.
        keys: File for the list of keys.
        disclosure: Counts below it are withheld.
    """

    registry: str | None
    at: str
    require: tuple[str, ...]
    keys: Path | None
    disclosure: int | None

    def refuse_alone(self) -> None:
        """Refuse what says something of a registry where there is none."""
        told = {"--at": self.at, "--require": self.require, "--keys": self.keys,
                "--disclosure": self.disclosure}  # fmt: skip
        for option, value in told.items():
            if value:
                raise InputError(f"{option} is for the patients of a registry: give --registry.")


_OPTIONS = (
    click.option(
        "--registry",
        metavar="REG",
        help="Simulate the patients of a registry (a path or URL) as they were measured.",
    ),
    click.option(
        "--at",
        default="",
        metavar="POINT",
        help="With --registry: the time they were measured at, pre, 24h, ...; by default the last "
        "of each measurement in the 6 h up to the first device.",
    ),
    click.option(
        "--require",
        multiple=True,
        metavar="NAME",
        help="With --registry: only patients in whom this was measured, as pcwp.",
    ),
    click.option(
        "--keys",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE.csv",
        help="With --registry: write which episode is which, and why one was left out.",
    ),
    click.option(
        "--disclosure",
        type=click.IntRange(min=2),
        metavar="N",
        help="With --registry: withhold counts of patients below N, and what would tell them.",
    ),
)


def samples(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of a registry's patients, as one argument `sample`."""

    @functools.wraps(command)
    def gathered(**told: Any) -> None:
        names = Sample.__dataclass_fields__
        sample = Sample(**{name: told.pop(name) for name in names})
        command(**told, sample=sample)

    for option in reversed(_OPTIONS):
        gathered = option(gathered)
    return gathered


def options_of(devices: tuple[str, ...], versus: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The strategies: all devices together, and every other combination."""
    return [*([devices] if devices else []), *(tuple(one.split("+")) for one in versus)]


def of_patient(
    subject: Subject,
    options: Sequence[tuple[str, ...]],
    told: tuple[int, float | None, int, str],
    out: Path,
    json_: bool,
) -> None:
    """Virtual patients around one, told and shown."""
    from afterload.actions.cohort import cohort
    from afterload.cli.progress import progress_bar
    from afterload.hemodynamics.cohort import DEFAULT_SPREAD, Spread

    n, spread, seed, cluster = told
    if subject.fit is not None and spread is not None:
        raise InputError(
            "--spread is for a patient who was told; of one who was measured, patients lie as far "
            "apart as fit. Leave it out."
        )
    with _into(out) as place, progress_bar() as progress:
        found = cohort(
            subject, options, n, place, seed=seed, cluster=cluster, progress=progress,
            spread=Spread(DEFAULT_SPREAD if spread is None else spread),
        )  # fmt: skip
    _show(found, out, json_)


@contextmanager
def _into(out: Path) -> Iterator[Path]:
    """Where patients are written until all are done; what cannot be used of it is removed."""
    from afterload.report.cohort_report import leave, unfinished

    place = unfinished(out)
    try:
        yield place
    except KeyboardInterrupt:
        leave(out)
        click.echo("Stopped before any patient was done: nothing was written.", err=True)
        raise
    except BaseException:
        leave(out)
        raise


def of_registry(
    sample: Sample,
    options: Sequence[tuple[str, ...]],
    told: tuple[int | None, int | None, int, str],
    on: tuple[str, ...],
    out: Path,
    json_: bool,
) -> None:
    """The patients of a registry, told and shown.

    Args:
        sample: Which patients.
        options: The strategies.
        told: How many virtual patients, how many draws of each, the seed and the cluster.
        on: What ran where the registry does not tell; "none" for nothing.
        out, json_: Where to write, and whether to print JSON.
    """
    from afterload.actions.cohort_registry import cohort_of_registry
    from afterload.cli.progress import progress_bar

    assert sample.registry is not None
    n, draws, seed, cluster = told
    unrecorded = None if not on else tuple(word for word in on if word.strip().lower() != "none")
    if unrecorded and len(unrecorded) != len(on):
        raise InputError("--measured-on none and a device exclude each other. Give one of them.")
    with _into(out) as place, progress_bar() as progress:
        found = cohort_of_registry(
            sample.registry, options, place, n=n, draws=draws, at=sample.at,
            require=sample.require, unrecorded=unrecorded, seed=seed, cluster=cluster,
            keys=sample.keys, progress=progress,
        )  # fmt: skip
    if sample.disclosure is not None:
        from afterload.report.cohort_disclosure import disclose_cohort

        found = disclose_cohort(found, sample.disclosure)
    _show(found, out, json_, sample.disclosure)


def _show(found: Cohort, out: Path, json_: bool, disclosure: int | None = None) -> None:
    from afterload.report.cohort_report import leave, write_cohort
    from afterload.report.cohort_text import cohort_data, cohort_view

    found, written = write_cohort(found, out, disclosure)
    leave(out)
    if json_:
        data = cohort_data(found, disclosure)
        click.echo(json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False))
    else:
        from afterload.cli.terminal import terminal

        terminal().print(cohort_view(found, disclosure))
        click.echo(f"{len(written)} files written into {out}; open {written[0]}.")
    if found.asked > found.n:
        raise KeyboardInterrupt

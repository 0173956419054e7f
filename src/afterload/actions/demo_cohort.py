"""A synthetic cohort of temporary circulatory support, for trying afterload without patients.

140 episodes of cardiogenic shock on ECLS, Impella 5.0, both at once or one after the other. Every
marginal cites its source or says it was chosen for the demo (`synthetic/demo_sources.toml`).
SYNTHETIC: no row is a patient, and no conclusion about devices can be drawn from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from afterload.core.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from afterload.actions.synthetic.biology import Measured
    from afterload.actions.synthetic.course import Course
    from afterload.actions.synthetic.people import People
    from afterload.actions.synthetic.sheet import Chosen

__all__ = ["ARM_SIZES", "Cohort", "Files", "arm_sizes", "as_csv", "generate", "write"]

TITLE = "SYNTHETIC demo cohort: no row is a patient"
ARM_SIZES: tuple[int, ...] = (62, 28, 26, 24)
"""Episodes per arm among 140: ECLS, Impella 5.0, both together, ECLS then Impella."""
SMALLEST = 40
_FIRST_DAY = datetime(2019, 1, 7)
_YEARS = 5


@dataclass(frozen=True, slots=True)
class Cohort:
    """A synthetic cohort as a spreadsheet holds it.

    Args:
        title: What it is; always starts with SYNTHETIC.
        columns: Cells by heading, one per episode; None is an empty cell.
        arms: The strategy each episode amounts to, which the spreadsheet does not tell: it has to
            be found from the device intervals.
    """

    title: str
    columns: Mapping[str, tuple[Any, ...]]
    arms: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.arms)


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a demo: the spreadsheet, its map, its protocol and its sources."""

    cohort: Path
    map: Path
    study: Path
    sources: Path


def generate(rng: np.random.Generator, n: int = 140) -> Cohort:
    """Draw a synthetic cohort of `n` episodes; the same generator state gives the same cohort.

    Raises:
        InputError: `n` is too small for four arms.

    Example:
        >>> import numpy as np
        >>> cohort = generate(np.random.default_rng(1))
        >>> len(cohort), cohort.columns["Identifiant"][0]
        (140, 'SYN-001')
    """
    from afterload.actions.synthetic.course import ARMS
    from afterload.actions.synthetic.sheet import spreadsheet

    if n < SMALLEST:
        raise InputError(f"A demo cohort needs at least {SMALLEST} episodes, not {n}.")
    people, course, measured = _candidates(rng, n)
    index = _first_of_each_arm(course.arm, arm_sizes(n))
    while index is None:
        people, course, measured = _candidates(rng, n)
        index = _first_of_each_arm(course.arm, arm_sizes(n))
    chosen = _dated(rng, people, course, measured, index)
    arms = tuple(ARMS[arm] for arm in course.arm[index])
    return Cohort(TITLE, spreadsheet(chosen), arms)


def arm_sizes(n: int) -> tuple[int, ...]:
    """How many episodes each arm gets among `n`, by the largest remainders of `ARM_SIZES`."""
    exact = [n * size / sum(ARM_SIZES) for size in ARM_SIZES]
    sizes = [int(share) for share in exact]
    order = sorted(range(len(exact)), key=lambda arm: (sizes[arm] - exact[arm], arm))
    for arm in order[: n - sum(sizes)]:
        sizes[arm] += 1
    return tuple(sizes)


def as_csv(cohort: Cohort) -> str:
    """The cohort as European spreadsheets write CSV: semicolons, decimal commas, ISO dates."""
    rows = zip(*cohort.columns.values(), strict=True)
    lines = [cohort.columns.keys(), *(map(_cell, row) for row in rows)]
    return "".join(";".join(line) + "\r\n" for line in lines)


def write(cohort: Cohort, folder: Path) -> Files:
    """Write the spreadsheet, its map, its protocol and its sources into a folder.

    Raises:
        InputError: The folder cannot be written.
    """
    names = Files(*(folder / name for name in _NAMES))
    package = files("afterload.actions.synthetic")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # With a byte-order mark, as "CSV UTF-8" of a spreadsheet program has it.
        names.cohort.write_bytes(as_csv(cohort).encode("utf-8-sig"))
        for path in (names.map, names.study, names.sources):
            path.write_bytes(package.joinpath(path.name).read_bytes())
    except OSError as error:
        raise InputError(f"{folder} cannot be written: {error.strerror}.") from error
    return names


_NAMES = ("cohort.csv", "demo_map.toml", "study.toml", "demo_sources.toml")


def _candidates(rng: np.random.Generator, n: int) -> tuple[People, Course, Measured]:
    from afterload.actions.synthetic.biology import draw_biology
    from afterload.actions.synthetic.course import draw_course
    from afterload.actions.synthetic.marginals import marginals
    from afterload.actions.synthetic.people import draw_people

    of = marginals()
    people = draw_people(rng, 3 * n + 100, of)
    course = draw_course(rng, people, of)
    return people, course, draw_biology(rng, people, course, of)


def _first_of_each_arm(arm: NDArray[np.int64], sizes: tuple[int, ...]) -> NDArray[np.int64] | None:
    """The first candidates of each arm, in the order they were drawn; None if there are too few."""
    import numpy as np

    chosen = [np.flatnonzero(arm == which)[:size] for which, size in enumerate(sizes)]
    if any(len(found) < size for found, size in zip(chosen, sizes, strict=True)):
        return None
    return np.sort(np.concatenate(chosen))


def _dated(
    rng: np.random.Generator,
    people: People,
    course: Course,
    measured: Measured,
    index: NDArray[np.int64],
) -> Chosen:
    """Give each chosen episode its time zero: five years of admissions in order."""
    import numpy as np

    from afterload.actions.synthetic.sheet import Chosen

    minutes = np.sort(rng.integers(0, _YEARS * 365 * 24 * 60, len(index)))
    t0 = tuple(_FIRST_DAY + timedelta(minutes=int(m)) for m in minutes)
    return Chosen(people, course, measured, index, t0)


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return value.strftime("%Y-%m-%d %H:%M")
        case float():
            return repr(value).replace(".", ",")
        case _:
            return str(value)

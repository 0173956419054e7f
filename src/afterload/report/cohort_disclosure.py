"""Counts of a registry's cohort as they may be told, and its numbers without single patients.

The rule is that of `report.disclosure`: counts of patients below a threshold are withheld, and with
them those from which they follow. A quantile is told only where at least so many patients lie
beyond it, since the ends of a distribution are single patients.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from afterload.core.errors import InputError

if TYPE_CHECKING:
    from afterload.actions.cohort_interval import Interval
    from afterload.actions.cohort_summary import Cohort, Known, Sampled

NAN = float("nan")
SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Of the quantiles that a cohort tells of every index."""

Count = int | str
"""A count, or the mark of one that is withheld: "<5", or "[c]" for one that would tell it."""

_COUNTED = re.compile(r"\b\d+ of \d+ (?=measured patients)")


@dataclass(frozen=True, slots=True)
class Counts:
    """The counts of a registry's cohort as they are shown.

    Args:
        episodes: Episodes in the registry.
        used: Those that were simulated.
        left_out: Others, by reason.
        measured: By measurement, patients in whom it was taken.
        on: By the devices that ran when they were measured, patients.
    """

    episodes: Count
    used: Count
    left_out: Mapping[str, Count]
    measured: Mapping[str, Count]
    on: Mapping[str, Count]


def counts_of(told: Sampled, threshold: int | None = None) -> Counts:
    """The counts, those below the threshold and what tells them withheld; None withholds none.

    Raises:
        InputError: The threshold is below 2.
    """
    marks = {} if threshold is None else _marks(told, threshold)
    return Counts(
        marks.get(("episodes",), told.episodes),
        marks.get(("used",), told.used),
        {why: marks.get(("left_out", why), n) for why, n in told.left_out.items()},
        {one.name: marks.get(("measured", one.name), one.n) for one in told.measured},
        {on: marks.get(("on", on), n) for on, n in told.on.items()},
    )


def _marks(told: Sampled, threshold: int) -> dict[tuple[str, ...], str]:
    from afterload.report.disclosure_cells import Cells
    from afterload.report.disclosure_protect import protect

    _refuse(threshold)
    cells = Cells()
    cells.add(("episodes",), told.episodes)
    cells.add(("used",), told.used)
    for why, n in told.left_out.items():
        cells.add(("left_out", why), n)
    cells.tie(("episodes",), [("used",), *(("left_out", why) for why in told.left_out)])
    for on, n in told.on.items():
        cells.add(("on", on), n)
    cells.tie(("used",), [("on", on) for on in told.on])
    for one in told.measured:
        cells.add(("measured", one.name), one.n)
        cells.add(("without", one.name), told.used - one.n, unseen=True)
        cells.tie(("used",), [("measured", one.name), ("without", one.name)])
    state = protect(cells, threshold)
    return {key: f"<{threshold}" if of == "small" else "[c]" for key, of in state.items()}


def _refuse(threshold: int) -> None:
    if threshold < 2:
        raise InputError(
            f"A disclosure threshold of {threshold} withholds nothing. Give 2 or more, e.g. 5."
        )


def disclose_cohort(found: Cohort, threshold: int) -> Cohort:
    """The cohort without numbers that are those of too few measured patients.

    What is withheld is NaN. The counts of its registry are left as they are: see `counts_of`.

    Raises:
        InputError: The threshold is below 2, or the cohort is of no registry.
    """
    _refuse(threshold)
    if found.registry is None:
        raise InputError("Only a cohort of a registry has patients to protect.")
    used = found.registry.used
    few = used < threshold

    def cut(values: Sequence[float]) -> tuple[float, ...]:
        return _cut(values, SHARES, used, threshold)

    def ends(of: Interval | None) -> Interval | None:
        return None if of is None or few else of

    summary = tuple(
        replace(
            one, quantiles=cut(one.quantiles), change=one.change and cut(one.change),
            rises=NAN if few else one.rises, middle=ends(one.middle),
            middle_change=ends(one.middle_change),
        )
        for one in found.summary
    )  # fmt: skip
    contrasts = tuple(
        replace(
            one, quantiles=cut(one.quantiles), higher=NAN if few else one.higher,
            middle=ends(one.middle),
        )
        for one in found.contrasts
    )  # fmt: skip
    measured = tuple(_known(one, threshold) for one in found.registry.measured)
    warnings = tuple(_COUNTED.sub("[c] of ", text).replace("[c] of measured", "[c] measured")
                     for text in found.warnings)  # fmt: skip
    registry = replace(found.registry, measured=measured)
    return replace(
        found, summary=summary, contrasts=contrasts, warnings=warnings, registry=registry,
        shapes=(), who_lost=(),
    )  # fmt: skip


def _known(one: Known, threshold: int) -> Known:
    shares = (0.05, 0.5, 0.95)
    return replace(
        one,
        measured=_cut(one.measured, shares, one.n, threshold),
        fitted=_cut(one.fitted, shares, one.n, threshold),
        density=None,
    )


def _cut(
    values: Sequence[float], shares: Sequence[float], n: int, threshold: int
) -> tuple[float, ...]:
    """Quantiles, NaN where fewer than the threshold lie beyond."""
    beyond = (min(share, 1 - share) * n for share in shares)
    return tuple(
        value if some >= threshold or (share == 0.5 and n >= threshold) else NAN
        for value, some, share in zip(values, beyond, shares, strict=True)
    )

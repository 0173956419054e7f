"""What each strategy does to a cohort, and what its numbers rest on, in sentences."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from afterload.hemodynamics.device import DEVICES
from afterload.report.cohort_disclosure import counts_of
from afterload.report.cohort_label import Strategy, counted, percent, signed, span
from afterload.report.sim_rows import shown, unit_of

if TYPE_CHECKING:
    from afterload.actions.cohort_summary import Cohort, Summary

TOLD = (
    ("map", "Mean arterial pressure"),
    ("total_flow", "Flow to the body"),
    ("pcwp", "Wedge pressure"),
    ("cvp", "Central venous pressure"),
    ("pva", "The left ventricle's pressure-volume area"),
    ("coronary_flow", "Coronary flow"),
    ("svo2", "Mixed venous saturation"),
)
"""Indices of which a sentence tells, and how it begins."""

ALL = 0.995
"""Share of patients from which on it is all of them."""


def sentences(found: Cohort, strategy: Strategy) -> tuple[str, ...]:
    """What a strategy changes, patient by patient, against no device."""
    rows = {one.index: one for one in found.summary if one.scenario == strategy.scenario}
    if not any(one.n for one in rows.values()):
        return ("Nobody settles with it.",)
    return tuple(_sentence(what, rows[index]) for index, what in TOLD if _told(rows.get(index)))


def _told(row: Summary | None) -> bool:
    return row is not None and row.change is not None and math.isfinite(row.change[2])


def _sentence(what: str, row: Summary) -> str:
    assert row.change is not None
    middle, unit = row.change[2], unit_of(row.index)
    rises = middle > 0 or (middle == 0 and row.rises >= 0.5)
    share = row.rises if rises else 1 - row.rises
    who = "" if math.isnan(share) else f" in {_who(share)}"
    beyond = [_interval(row), _range(row)]
    told = ", ".join(one for one in beyond if one)
    return (
        f"{what} {'rises' if rises else 'falls'}{who}: median change "
        f"{signed(row.index, middle)} {unit}".rstrip()
        + (f" ({told})." if told else ".")
    )


def _who(share: float) -> str:
    if share >= ALL:
        return "all patients" if share == 1 else "nearly all patients"
    return f"{percent(share)} of patients"


def _interval(row: Summary) -> str:
    text = span(row.index, *row.middle_change, change=True) if row.middle_change else ""
    return f"90 % interval {text}" if text else ""


def _range(row: Summary) -> str:
    assert row.change is not None
    text = span(row.index, row.change[0], row.change[4], change=True)
    return f"nine patients in ten {text}" if text else ""


def intervals_note(found: Cohort) -> str:
    """What the intervals hold, and what does not shrink with more patients."""
    if found.registry is not None:
        first = (
            "Square brackets are 90 % intervals of the median: for who the measured patients "
            "happen to be, and what was measured of each"
        )
    else:
        first = "Square brackets are 90 % intervals of the median: for who happened to be drawn"
    tried = found.tried
    if tried is None:
        return f"{first}. Of the devices nothing is uncertain."
    return (
        f"{first}, and for what is not surely known of {_names(tried.devices)}. What a device "
        "truly is, is the same for all patients, so that this part does not shrink with their "
        f"number: {tried.curves} truths were drawn from the devices' bands, each tried on the same "
        f"{counted(tried.patients)} {'patient' if tried.patients == 1 else 'patients'}, and the "
        "median moved by as much as it moved in these."
    )


def _names(words: tuple[str, ...]) -> str:
    names = [DEVICES[word].title.partition(",")[0] if word in DEVICES else word for word in words]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def largest_device_part(found: Cohort, strategy: Strategy, index: str = "map") -> str:
    """How far the devices' truth moves an index, as "−0.9 to +0.8 mmHg"; "" for not."""
    for one in found.summary:
        if one.scenario == strategy.scenario and one.index == index and one.device:
            text = span(index, *one.device, change=True)
            return f"{text} {unit_of(index)}" if text else ""
    return ""


def stopped(found: Cohort) -> str:
    """That a cohort was stopped; "" if it was not."""
    if found.asked <= found.n:
        return ""
    return (
        f"It was stopped: {counted(found.n)} of the {counted(found.asked)} patients asked for were "
        "simulated, and everything here is of these."
    )


def lost_lines(found: Cohort) -> Iterator[str]:
    """How many settle in no beat, by scenario."""
    for name, count in found.lost.items():
        if count:
            yield (
                f"{name}: {counted(count)} of {counted(found.n)} settle in no beat and are left "
                "out."
            )


def warnings_of(found: Cohort) -> tuple[str, ...]:
    """All that a reader must know, the most important first."""
    first = stopped(found)
    return (*([first] if first else []), *lost_lines(found), *found.warnings)


def title(found: Cohort) -> str:
    """Whose patients they are."""
    return "The patients of a registry" if found.registry else found.drawn.title or "A patient"


def question(found: Cohort, every: tuple[Strategy, ...], disclosure: int | None = None) -> str:
    """How many there are, of whom, and what is tried on them."""
    names = [one.label for one in every[1:]]
    tried = f", each without a device and with {_or(names)}" if names else ", without a device"
    if found.registry is None:
        return f"{counted(found.n)} virtual patients{tried}."
    used = counts_of(found.registry, disclosure).used
    of = f" of {used} measured ones" if isinstance(used, int) else ""
    return f"{counted(found.n)} virtual patients{of}{tried}."


def _or(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', with '.join(names[:-1])} and with {names[-1]}"


def made(found: Cohort) -> Iterator[str]:
    """How the cohort was made, in sentences."""
    drawn, told = found.drawn, found.registry
    if told is not None:
        if told.draws == 0:
            each = "Of each measured patient the most probable circulation was taken"
        else:
            each = f"Of each measured patient {told.draws} circulations that fit were drawn"
        then = (
            ", and of these virtual patients by chance, with replacement."
            if told.resampled
            else "."
        )
        yield f"Measurements were read {told.rule}. {each}{then}"
        yield (
            "A circulation fits when it gives what was measured within the errors of the "
            "measurement; what was not measured stays as open as it is in shock."
        )
    elif drawn.spread is None:
        yield (
            "All who fit the patient's measurements were drawn from, by chance and with "
            "replacement: how far they lie apart is how little was measured."
        )
    else:
        yield (
            f"Every parameter that a fit may change was multiplied by a log-normal factor of "
            f"median 1, {100 * drawn.spread:.0f} % as wide as among all patients in shock "
            "(--spread). How far patients of one kind lie apart is general knowledge (M)."
        )
    yield (
        "Each patient was simulated without a device and with every strategy, to the beat that "
        "repeats itself; coronary perfusion and reflexes answer to what the devices change. "
        "Changes and differences are patient by patient."
    )
    yield intervals_note(found)
    yield (
        f"Chance began at --seed {drawn.seed}: the same seed gives the same patients, however the "
        "work is shared."
    )


def value_with_unit(index: str, value: float) -> str:
    """A value with its unit."""
    return f"{shown(index, value)} {unit_of(index)}".strip()

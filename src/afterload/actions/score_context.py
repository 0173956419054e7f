"""What a registry knows of the circumstances, for scores that ask: support, devices, drugs, time.

These inputs are not among the measurements. They follow from the device intervals, from the
infusions, or from the times of several measurements, at the moment a score is read. `TABLE` says
how; what is recorded as such always goes first, and what the record does not tell stays missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from afterload.core.vocabulary import standard
from afterload.registry.doses import highest_rates, rates_at
from afterload.registry.points import POINTS, WINDOWS
from afterload.registry.rate_units import DRUGS
from afterload.registry.running import Moment, devices_at, moment_of
from afterload.registry.sets import Sets, measurement_sets
from afterload.scores import Score
from afterload.scores.duration import longest_spell
from afterload.scores.inputs import population_of
from afterload.scores.support import SUPPORT
from afterload.scores.timing import window_of

if TYPE_CHECKING:
    from afterload.registry.store import Registry

Floats = NDArray[np.float64]
Fill = Callable[["Registry", Moment], Mapping[str, Floats]]

SUPPORT_OF: Mapping[str, str] = {
    "ecls": "ecls",
    "impella": "impella",
    "iabp": "iabp",
    "tandemheart": "tandemheart",
    "impella-rp": "right",
    "vv-ecmo": "other",
    "php": "other",
    "centrimag": "other",
    "heartmate-2": "other",
    "heartmate-3": "other",
    "other": "other",
}
"""What the scores call each family of devices. A vent or a septostomy belongs to its circuit and is
no support by itself; a CentriMag may support either side."""

NOT_CIRCULATORY = ("vv-ecmo",)
"""Families that do not support the circulation, and are not counted among its devices."""

SPELL_H = 6.0
"""Hours before the moment in which a spell of low pressure is looked for (our choice, that of the
worst values before cannulation)."""
DAY_H = 24.0
"""Hours up to the moment in which a score that asks for the worst of a day reads doses."""
PRESENTED_H = 24.0
"""Hours before first flow from which on a lactate counts as the first one (our choice)."""


@dataclass(frozen=True, slots=True)
class Context:
    """Inputs that follow from the circumstances, and how.

    Args:
        inputs: Their names, each with its kind and unit: an input of a user's own card that has
            the same name and means something else is not filled.
        text: How, for the rule told with the scores; "{when}" is the moment.
        fill: Gives them at a moment, shape (n,) each, NaN where not known.
        name: Tells the rule from others that give the same inputs.
        day: Whether it is for scores that ask for the worst of the hours before only, or for all
            but those.
    """

    inputs: Mapping[str, tuple[str, str]]
    text: str
    fill: Fill
    name: str
    day: bool | None = None


def asked(one: Score) -> tuple[Context, ...]:
    """Those of the table that feed a score."""
    return tuple(context for context in TABLE if names_of(one, context))


def names_of(one: Score, context: Context) -> tuple[str, ...]:
    """The inputs of a score that a context gives."""
    variables = population_of(one)
    window = window_of(one)
    of_day = window is not None and not window.since
    if context.day is not None and context.day is not of_day:
        return ()
    return tuple(
        name
        for name, like in context.inputs.items()
        if name in variables and (variables[name].kind, variables[name].unit) == like
    )


def moment_for(one: Score, at: str) -> Moment:
    """The moment a score is read at: just before first flow, or the point asked."""
    return moment_of("pre" if one.about.before_support or not at else at)


def when(moment: Moment) -> str:
    """A moment in words."""
    return "just before first flow" if moment.before else f"at {moment.point}"


def fitting(one: Score, name: str, values: Floats) -> Floats:
    """Values as far as the input can take them; NaN beyond."""
    variable = population_of(one)[name]
    if not variable.is_numeric:
        return values
    return np.where((values < variable.low) | (values > variable.high), np.nan, values)


def _support(registry: Registry, moment: Moment) -> Mapping[str, Floats]:
    running = devices_at(registry, moment)
    known = ~np.isnan(next(iter(running.values())))
    mask = np.zeros(len(known))
    for place, level in enumerate(SUPPORT.levels):
        families = [family for family, called in SUPPORT_OF.items() if called == level]
        runs = np.any([running[family] > 0 for family in families], axis=0) if families else False
        mask += np.where(runs, 2.0**place, 0.0)
    mask[mask == 0] = 2.0 ** SUPPORT.levels.index("none")
    return {"support": np.where(known, mask, np.nan)}


def _count(registry: Registry, moment: Moment) -> Mapping[str, Floats]:
    running = devices_at(registry, moment)
    counted = [running[family] for family in SUPPORT_OF if family not in NOT_CIRCULATORY]
    return {"n_devices": np.sum(counted, axis=0)}


def _mode(registry: Registry, moment: Moment) -> Mapping[str, Floats]:
    """Veno-venous where such a device, and no veno-arterial one, runs at first flow."""
    del moment
    running = devices_at(registry, Moment(0.0))
    alone = (running["vv-ecmo"] > 0) & (running["ecls"] == 0)
    place = float(standard()["ecmo_mode"].levels.index("vv"))
    return {"ecmo_mode": np.where(alone, place, np.nan)}


def _ecls(registry: Registry, moment: Moment) -> Mapping[str, Floats]:
    running = devices_at(registry, moment)["ecls"]
    return {"on_ecls": np.where(np.isnan(running), np.nan, (running > 0).astype(np.float64))}


def _rates(registry: Registry, moment: Moment) -> Mapping[str, Floats]:
    return rates_at(registry, DRUGS, moment)


def _highest(registry: Registry, moment: Moment) -> Mapping[str, Floats]:
    return highest_rates(registry, DRUGS, moment, DAY_H)


def _spell(registry: Registry, moment: Moment) -> Mapping[str, Floats]:
    sets = measurement_sets(registry, ["sbp"])
    spells = np.full(len(sets.keys), np.nan)
    if not np.isnan(moment.hours):
        period = (moment.hours - SPELL_H, moment.hours)
        told = sets.timed & ~np.isnan(sets.values["sbp"])
        for place, mine in _by_episode(sets, told):
            spells[place] = longest_spell(
                sets.hours[mine].tolist(), sets.values["sbp"][mine].tolist(), period_h=period
            )
    return {"sbp_below_90_min": spells}


def _lactates(registry: Registry, moment: Moment) -> Mapping[str, Floats]:
    sets = measurement_sets(registry, ["lactate"])
    n = len(sets.keys)
    first, later, between = (np.full(n, np.nan) for _ in range(3))
    lactate = sets.values["lactate"]
    told = ~np.isnan(lactate) & ~np.isnan(sets.hours)
    for place, mine in _by_episode(sets, told):
        last = _at(sets, mine, moment)
        if last is None:
            continue
        before = mine[(sets.hours[mine] >= -PRESENTED_H) & (sets.hours[mine] < sets.hours[last])]
        if before.size:
            begin = before[np.argmin(sets.hours[before])]
            first[place], later[place] = lactate[begin], lactate[last]
            between[place] = sets.hours[last] - sets.hours[begin]
    return {"lactate_first": first, "lactate_later": later, "hours_between": between}


def _by_episode(sets: Sets, told: NDArray[np.bool_]) -> Iterator[tuple[int, NDArray[np.intp]]]:
    """The rows of every episode that has some, and the episode's place."""
    rows = np.flatnonzero(told)
    rows = rows[np.argsort(sets.episode[rows], kind="stable")]
    begins = np.flatnonzero(np.diff(sets.episode[rows], prepend=-1))
    for mine in np.split(rows, begins[1:]):
        if mine.size:
            yield int(sets.episode[mine[0]]), mine


def _at(sets: Sets, rows: NDArray[np.intp], moment: Moment) -> int | None:
    """The set read at a point: one that has its name, else the closest in its window."""
    named = rows[sets.point[rows] == POINTS.index(moment.point)]
    if named.size:
        return int(named[0])
    window = WINDOWS.get(moment.point)
    if window is None:
        return None
    hours = sets.hours[rows]
    above = hours >= window.low if window.low_closed else hours > window.low
    below = hours <= window.high if window.high_closed else hours < window.high
    inside = rows[above & below & (sets.point[rows] < 0)]
    if not inside.size:
        return None
    return int(inside[np.argmin(np.abs(sets.hours[inside] - window.target))])


_UG = "ug/kg/min"
_DOSES: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(("norepi", "epi", "dobutamine", "dopamine", "milrinone"), ("num", _UG)),
    "vasopressin": ("num", "[IU]/min"),
    "levosimendan": ("bool", ""),
}
_NO_DOSE = "where no dose is recorded with the measurements, "
_DEVICES = "by the device intervals, "
TABLE: tuple[Context, ...] = (
    Context({"support": ("multi", "")}, f"{_DEVICES}{{when}}", _support, "support"),
    Context(
        {"n_devices": ("int", "{score}")},
        "counted by the device intervals that run {when} (no vent, no VV-ECMO)",
        _count,
        "devices",
    ),
    Context({"ecmo_mode": ("enum", "")}, f"{_DEVICES}at first flow", _mode, "mode"),
    Context({"on_ecls": ("bool", "")}, f"{_DEVICES}{{when}}", _ecls, "ecls"),
    Context(_DOSES, f"{_NO_DOSE}by the infusions that run {{when}}", _rates, "doses", day=False),
    Context(
        _DOSES,
        f"{_NO_DOSE}the highest at which infusions ran for 1 h of the {DAY_H:g} h before",
        _highest,
        "doses of a day",
        day=True,
    ),
    Context(
        {"sbp_below_90_min": ("num", "min")},
        f"by the time-stamped pressures of the {SPELL_H:g} h before, readings up to 30 min apart",
        _spell,
        "spell",
    ),
    Context(
        {
            "lactate_first": ("num", "mmol/L"),
            "lactate_later": ("num", "mmol/L"),
            "hours_between": ("num", "h"),
        },
        f"the first lactate from {PRESENTED_H:g} h before first flow on, and that {{when}}",
        _lactates,
        "lactates",
    ),
)
"""Every input that follows from the circumstances."""

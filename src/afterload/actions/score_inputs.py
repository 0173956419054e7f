"""What scores need of a registry, read once for all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from afterload.actions.score_context import asked, fitting, moment_for, names_of, when
from afterload.core.column import Column
from afterload.core.variable import Variable
from afterload.registry.extract import extract
from afterload.registry.points import nominal_hours, normal_point
from afterload.registry.rows import current
from afterload.registry.running import Moment
from afterload.registry.sets import Sets, measurement_sets
from afterload.registry.store import Registry
from afterload.scores import Score
from afterload.scores.inputs import needed, population_of, read_value
from afterload.scores.timing import looks_back, pick, points_of, window_of, worst

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything some scores need, for every episode.

    Args:
        keys: The episodes' keys, n of them.
        at: The nominal point asked; "" for each item's own.
        columns: By variable and point, shape (n,); "" for what is recorded once.
        sets: The measurement sets, where a score looks back over some hours.
        kept: The inputs that the registry keeps, and the points each is read at, by score.
        begins: The times at which a score's own hours begin, by name, shape (n,) in hours from
            time zero.
        context: What follows from the circumstances, by its rule's name and the moment.
    """

    keys: tuple[str, ...]
    at: str
    columns: Mapping[str, Mapping[str, Floats]]
    sets: Sets | None
    kept: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    begins: Mapping[str, Floats] = field(default_factory=dict)
    context: Mapping[tuple[str, Moment], Mapping[str, Floats]] = field(default_factory=dict)


def gather(registry: Registry, scores: Sequence[Score], at: str = "") -> Gathered:
    """Read what some scores need of a registry.

    Args:
        registry: The registry, open.
        scores: The scores.
        at: The nominal point the measurements are read at, e.g. "24h"; by default each item's own.

    Raises:
        UnknownName: There is no such point.
    """
    at = normal_point(at) if at else ""
    kept = {one.about.name: _points(registry, one, at) for one in scores}
    places: dict[str, tuple[str, str]] = {}
    several: dict[str, Variable] = {}
    back: dict[str, None] = {}
    for one in scores:
        mine = kept[one.about.name]
        for name, points in mine.items():
            variable = population_of(one)[name]
            if variable.kind == "multi":
                several[name] = registry.vocabulary[name]
                continue
            for point in points:
                places[f"{name}@{point}" if point else name] = (name, point)
        back |= dict.fromkeys(
            name for name in looks_back(one) if name in mine and _repeated(registry, name)
        )
    windows = (window_of(one) for one in scores)
    since = list(dict.fromkeys(w.since for w in windows if w is not None and w.since))
    found = extract(registry, list(dict.fromkeys([*places, *since])))
    columns: dict[str, dict[str, Any]] = {}
    for place, (name, point) in places.items():
        columns.setdefault(name, {})[point] = _places(found.columns[place])
    for name, variable in several.items():
        columns[name] = {"": _masks(registry, variable, found.keys)}
    sets = measurement_sets(registry, list(back)) if back else None
    begins = {name: found.columns[name].values for name in since}
    context: dict[tuple[str, Moment], Mapping[str, Floats]] = {}
    for one in scores:
        moment = moment_for(one, at)
        for told in asked(one):
            if (told.name, moment) not in context:
                context[told.name, moment] = told.fill(registry, moment)
    return Gathered(found.keys, at, columns, sets, kept, begins, context)


def inputs_of(one: Score, gathered: Gathered) -> dict[str, Floats]:
    """One column per input of a score, shape (n,) each; inputs not kept have none."""
    columns = {
        name: {point: gathered.columns[name][point] for point in points}
        for name, points in gathered.kept[one.about.name].items()
    }
    windows: dict[str, Floats] = {}
    window = window_of(one)
    since = gathered.begins[window.since] if window is not None and window.since else None
    if gathered.sets is not None and looks_back(one):
        sets = gathered.sets
        mine = {name: sets.values[name] for name in looks_back(one) if name in sets.values}
        hours = nominal_hours(gathered.at) if gathered.at else None
        windows = worst(one, sets.episode, sets.hours, mine, len(gathered.keys), hours, since)
    only = None if since is None else ~np.isnan(since)
    return pick(one, columns, windows, gathered.at, only)


@dataclass(frozen=True, slots=True)
class Inputs:
    """The inputs of one score, episode by episode.

    Args:
        x: One column per input, shape (n,).
        context: By input, where it follows from the circumstances; only inputs for which some do.
        how: By input, how it follows.
    """

    x: Mapping[str, Floats]
    context: Mapping[str, NDArray[np.bool_]]
    how: Mapping[str, str]


def all_inputs_of(one: Score, gathered: Gathered) -> Inputs:
    """What is recorded of a score's inputs and, where nothing is, what follows from the context."""
    x, context, how = inputs_of(one, gathered), {}, {}
    moment = moment_for(one, gathered.at)
    for told in asked(one):
        for name in names_of(one, told):
            values = fitting(one, name, gathered.context[told.name, moment][name])
            recorded = x.get(name, np.full(len(values), np.nan))
            where = np.isnan(recorded) & ~np.isnan(values)
            if where.any():
                x[name] = np.where(where, values, recorded)
                context[name], how[name] = where, told.text.format(when=when(moment))
    return Inputs(x, context, how)


def context_text(how: Mapping[str, str]) -> str:
    """How inputs follow from the circumstances, as the end of a rule; "" where none does."""
    groups: dict[str, list[str]] = {}
    for name, text in how.items():
        groups.setdefault(text, []).append(name)
    return "".join(f"; {', '.join(names)}: {text}" for text, names in groups.items())


def _points(registry: Registry, one: Score, at: str) -> dict[str, tuple[str, ...]]:
    """The points at which each input the registry keeps is read; "" for what is recorded once."""
    usual = ("pre",) if not at or one.about.before_support else (at,)
    told = points_of(one, at)
    return {
        name: told.get(name, usual) if _repeated(registry, name) else ("",)
        for name in _kept(registry, one)
    }


def _repeated(registry: Registry, name: str) -> bool:
    """Whether the registry keeps an input with the measurements, and not once for the episode."""
    return registry.vocabulary[name].table == "observation"


def _kept(registry: Registry, one: Score) -> Iterator[str]:
    """Inputs of a score that the registry keeps, this very input and not one of the same name."""
    about = one.about
    asked = {*needed(one), *(limit.variable for limit in about.limits)}
    asked |= {caution.about for caution in about.cautions if caution.about not in ("", "total")}
    for name, variable in population_of(one).items():
        if name not in asked or name not in registry.vocabulary:
            continue
        kept = registry.vocabulary[name]
        if kept.kind == "multi" and kept.table != "episode":
            continue
        if (kept.name, kept.kind, kept.unit, kept.levels) == (
            variable.name, variable.kind, variable.unit, variable.levels,
        ):  # fmt: skip
            yield name


def _places(column: Column) -> Floats:
    """A column's values; categories as their places among all words of the variable."""
    if column.levels == column.variable.levels:
        return column.values
    places = np.array([column.variable.levels.index(level) for level in column.levels], float)
    there = ~np.isnan(column.values)
    values = np.full(len(column.values), np.nan)
    values[there] = places[column.values[there].astype(np.int64)]
    return values


def _masks(registry: Registry, variable: Variable, episodes: Sequence[str]) -> Floats:
    """Several categories per episode, as bit masks of their places."""
    table = current(registry, variable.table)
    values = dict(zip(table["key"], table[variable.name], strict=True))
    masks = (read_value(variable, values.get(key)) for key in episodes)
    return np.array([np.nan if mask is None else mask for mask in masks], np.float64)

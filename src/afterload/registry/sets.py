"""Measurement sets as they were recorded: every value with its hour, for rules on windows of time.

`extract` gives one value per episode; a rule like "the worst within 6 h before cannulation" needs
them all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from afterload.core.errors import InputError, UnknownName
from afterload.registry.engine import reading
from afterload.registry.extract import expressions_of, read_columns
from afterload.registry.numbers import Numbers, Places, episodes, number, numbers_of, time_number
from afterload.registry.points import POINTS, nominal_hours
from afterload.registry.rows import holds
from afterload.registry.store import Registry


@dataclass(frozen=True, slots=True)
class Sets:
    """Every current measurement set of a registry.

    Args:
        keys: The episodes' keys, n of them, in the order they were first added.
        episode: Shape (k,), the place of each set's episode in `keys`.
        hours: Shape (k,), hours from time zero: the real time, else what the set's name stands
            for ("pre" is 0); NaN where neither tells.
        point: Shape (k,), the place of the set's name in `POINTS`; -1 without a name.
        timed: Shape (k,), whether `hours` is a real time.
        values: By variable, shape (k,), in its own unit; a word as its place in the variable's
            levels without "unknown"; NaN where nothing is recorded.
    """

    keys: tuple[str, ...]
    episode: Places
    hours: Numbers
    point: NDArray[np.int64]
    timed: NDArray[np.bool_]
    values: dict[str, Numbers]


def measurement_sets(registry: Registry, names: Sequence[str]) -> Sets:
    """The named variables of every current measurement set.

    Args:
        registry: Which registry.
        names: Variables that are measured again and again ("lactate"), without a point.

    Raises:
        UnknownName: A name is no variable of the registry.
        InputError: A variable is not kept with the measurements, or has no column.
    """
    variables = []
    for name in names:
        if name not in registry.vocabulary:
            raise UnknownName("variable", name, registry.vocabulary)
        variable = registry.vocabulary[name]
        if variable.table != "observation" or variable.kind in ("id", "text", "multi"):
            raise InputError(f"{name!r} is not measured again and again, and has no sets.")
        variables.append(variable)
    shape = registry.shapes["observation"]
    with reading(registry.engine) as connection:
        known = episodes(connection)
        d = connection.dialect.name
        named = number(shape.by_name["nominal"], d)
        selected = ['"episode"', time_number("at", d), '"at_h"', named]
        selected += expressions_of(shape, variables, d)
        sql = f'SELECT {", ".join(selected)} FROM "observation" WHERE {holds("observation")}'
        rows = numbers_of(connection, f'{sql} ORDER BY "id"', len(selected))
    places = known.places(rows[:, 0])
    hours = known.hours_of(places, rows[:, 1], rows[:, 2])
    point = np.where(np.isnan(rows[:, 3]), -1, rows[:, 3]).astype(np.int64)
    timed = ~np.isnan(hours)
    nominal = np.array([*(nominal_hours(name) for name in POINTS), np.nan])
    nominal[POINTS.index("worst6h")] = np.nan  # a window, not a moment
    values = read_columns(known, places, rows[:, 3:], variables)
    return Sets(
        known.keys,
        places,
        np.where(timed, hours, nominal[point]),
        point,
        timed,
        dict(zip((v.name for v in variables), values, strict=True)),
    )

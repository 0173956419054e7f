"""The doses of infusions at one moment of every episode, and the highest of the hours before.

A drug without any infusion may have been given all the same, so its dose is not known; nor is it
before the first row of a drug, or after a row whose end is not recorded.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from sqlalchemy import Connection

from afterload.core.variable import Variable
from afterload.registry.engine import reading
from afterload.registry.extract import extract
from afterload.registry.numbers import Episodes, Numbers, episodes, time_number
from afterload.registry.points import nominal_hours
from afterload.registry.rate_units import drug_variable, rate_form
from afterload.registry.rows import holds, select
from afterload.registry.running import Moment
from afterload.registry.store import Registry

NAN = math.nan


@dataclass(frozen=True, slots=True)
class _Rate:
    """One row of an infusion: its times in hours, its rate in the drug's own unit."""

    start: float
    stop: float
    rate: float
    point: str


def rates_at(registry: Registry, drugs: Sequence[str], moment: Moment) -> dict[str, Numbers]:
    """The rate of each drug at a moment in its own unit, shape (n,); 1 or 0 for a drug told so.

    A rate recorded at the point itself goes before what the times tell. Infusions of one drug
    that run together add up. NaN where nothing tells: before the first row of a drug, after a row
    whose end is not recorded (but of a rate of 0, which says that it was stopped), and where a
    rate that runs has no unit, or one that cannot be brought into the drug's own.
    """
    return _by_drug(registry, drugs, lambda of: _rate(of, moment))


def highest_rates(
    registry: Registry, drugs: Sequence[str], moment: Moment, hours: float, least_h: float = 1.0
) -> dict[str, Numbers]:
    """The highest rate of each drug in the hours up to a moment; see `rates_at`.

    A rate counts if the drug ran at it, or above it, for `least_h` hours on end; one recorded at a
    nominal point of these hours counts as such. Hours of which nothing tells are passed over, as
    are those in which nothing was measured: the highest is that of what is recorded.

    Args:
        registry: Where.
        drugs: The drugs.
        moment: The end of the hours.
        hours: How many hours.
        least_h: How long a rate must have run, in hours.
    """
    return _by_drug(registry, drugs, lambda of: _highest(of, moment, hours, least_h))


def _by_drug(
    registry: Registry, drugs: Sequence[str], told: Callable[[Sequence[_Rate]], float]
) -> dict[str, Numbers]:
    """What the rows of each drug amount to, episode by episode, as far as the drug can take it."""
    weights = extract(registry, ["weight_kg"]).columns["weight_kg"].values
    found = {}
    with reading(registry.engine) as connection:
        known = episodes(connection)
        rows = _rates(connection, registry, known, drugs, weights)
    for drug in drugs:
        variable = drug_variable(drug, registry.vocabulary)
        values = np.full(len(known.keys), NAN)
        for place, of in rows.get(drug, {}).items():
            values[place] = told(of)
        if variable is None:
            values = np.where(np.isnan(values), NAN, (values > 0).astype(np.float64))
        else:
            values[(values < variable.low) | (values > variable.high)] = NAN
        found[drug] = values
    return found


def _rate(of: Sequence[_Rate], moment: Moment) -> float:
    """What the rows of one drug amount to at a moment."""
    if here := [one.rate for one in of if one.point and one.point == moment.point]:
        return sum(here)
    if math.isnan(moment.hours):
        return NAN
    total, told = 0.0, False
    for one in of:
        if one.point:
            continue
        if moment.past(one.stop):
            told = True
        elif math.isnan(one.start):
            return NAN
        elif moment.within(one.start, math.inf if math.isnan(one.stop) else one.stop):
            if math.isnan(one.stop) and one.rate != 0 and one.start != moment.hours:
                return NAN
            told, total = True, total + one.rate
    return total if told else NAN


def _highest(of: Sequence[_Rate], moment: Moment, hours: float, least_h: float) -> float:
    """The highest rate that ran long enough, or was recorded at a point of these hours."""
    end, begin = moment.hours, moment.hours - hours
    if math.isnan(end):
        return _rate(of, moment)
    named: dict[str, float] = {}
    for one in of:
        if one.point and begin < nominal_hours(one.point) <= end:
            named[one.point] = named.get(one.point, 0.0) + one.rate
    timed = [one for one in of if not one.point]
    inside = {time for one in timed for time in (one.start, one.stop) if begin < time < end}
    pieces = [(b - a, _rate(timed, Moment((a + b) / 2))) for a, b in pairwise(
        sorted({begin, end, *inside}))]  # fmt: skip
    found = [rate for rate in named.values() if rate == rate]
    for first in range(len(pieces)):
        lowest, lasted = math.inf, 0.0
        for length, rate in pieces[first:]:
            if math.isnan(rate):
                break
            lowest, lasted = min(lowest, rate), lasted + length
            if lasted >= least_h - 1e-9:  # a sum of lengths may miss it by its last digit
                found.append(lowest)
                break
    return max(found, default=NAN)


def _rates(
    connection: Connection,
    registry: Registry,
    known: Episodes,
    drugs: Sequence[str],
    weights: Numbers,
) -> dict[str, dict[int, list[_Rate]]]:
    """The rows of some drugs, by drug and place of the episode."""
    d = connection.dialect.name
    place = {root: i for i, root in enumerate(known.roots.tolist())}
    marks = ", ".join("?" * len(drugs))
    sql = (
        f'SELECT "episode", "drug", "rate", "unit", "nominal", {time_number("start", d)}, '
        f'"start_h", {time_number("stop", d)}, "stop_h" FROM "infusion" '
        f'WHERE {holds("infusion")} AND "drug" IN ({marks}) ORDER BY "id"'
    )
    found: dict[str, dict[int, list[_Rate]]] = {}
    for episode, drug, rate, unit, point, *times in select(connection, sql, list(drugs)):
        if episode not in place:
            continue
        at = place[episode]
        variable = drug_variable(drug, registry.vocabulary)
        told = _own(variable, rate, unit, float(weights[at]))
        start, stop = known.hours(at, *times[:2]), known.hours(at, *times[2:])
        row = _Rate(start, stop, told, point or "")
        found.setdefault(drug, {}).setdefault(at, []).append(row)
    return found


def _own(variable: Variable | None, rate: float | None, unit: str | None, weight: float) -> float:
    """A rate in the drug's own unit, NaN where it cannot be told; 0 is 0 in any unit."""
    if rate is None:
        return NAN
    if variable is None or rate == 0:
        return rate
    form = rate_form(variable, unit, weighed=not math.isnan(weight)) if unit else None
    if form is None or not form.is_own:
        return NAN
    return rate * form.factor / (weight if form.per_kg else 1.0)

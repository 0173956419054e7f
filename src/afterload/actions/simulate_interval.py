"""How far the indices of one patient may be off: 90 % intervals.

Of a patient fitted to measurements, everyone who fits is run, with what is uncertain of devices and
feedbacks drawn as well. Of a patient whose parameters were told, only what is uncertain of the
devices is drawn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from afterload.actions import simulate_lanes as lanes
from afterload.actions.simulate_gas import belonging, breathing
from afterload.actions.simulate_patient import Subject
from afterload.core.errors import InputError
from afterload.hemodynamics.device import AbstractDevice
from afterload.hemodynamics.fit import ends
from afterload.hemodynamics.fit_predict import MANY_LOST, predict
from afterload.hemodynamics.fit_support import supported
from afterload.hemodynamics.index import indices
from afterload.hemodynamics.trace import Trace, trace

Array = NDArray[np.float64]
Devices = tuple[AbstractDevice, ...]
Ranges = dict[str, tuple[float, float]]
"""Ends of the 90 % interval, by index."""

Told = tuple[Ranges, tuple[str, ...]]
"""The intervals of a scenario, and what a reader must know of them."""

SEED = 20261127
"""Of the draws, so that a simulation can be repeated."""


def ranges(
    subject: Subject,
    options: Sequence[Devices],
    draws: int,
    rng: np.random.Generator | None = None,
) -> list[Told]:
    """The intervals of every scenario, the first without a device.

    Args:
        subject: One patient.
        options: The devices of every scenario.
        draws: How many draws.
        rng: For the draws; a fixed seed by default.
    """
    rng = rng or np.random.default_rng(SEED)
    if subject.fit is not None:
        gas = subject.gas_of(slice(0, 1))

        def breathes(
            t: Trace, these: Devices, lost: NDArray[np.bool_], own: Mapping[str, Array]
        ) -> dict[str, Array]:
            many = {name: np.repeat(value, len(lost)) for name, value in gas.items()}
            return breathing(t, {**many, **own}, [these] * len(lost), lost).values

        asked = [these for these in options if these]
        told = predict(subject.fit, asked, draws=draws, rng=rng, also=breathes)
        bounds = [
            belonging({k: np.array([r.low, r.high]) for k, r in one.indices.items()}, one.devices)
            for one in told
        ]
        return [
            ({k: (float(v[0]), float(v[1])) for k, v in found.items() if np.isfinite(v).all()},
             _left_out(one.lost, len(one.draws["map"])))
            for found, one in zip(bounds, told, strict=True)
        ]  # fmt: skip
    drawn = [these for these in options if any(device.bands for device in these)]
    if not drawn:
        return [({}, ()) for _ in options]
    done = iter(_of_devices(subject, drawn, draws, rng))
    return [next(done) if these in drawn else ({}, ()) for these in options]


def _left_out(lost: int, draws: int) -> tuple[str, ...]:
    """What a reader must know where many draws have no steady beat."""
    if lost <= MANY_LOST * draws:
        return ()
    return (f"{lost} of {draws} draws have no steady beat and are left out of the intervals.",)


def _of_devices(
    subject: Subject, options: Sequence[Devices], draws: int, rng: np.random.Generator
) -> list[Told]:
    """Intervals from what is uncertain of the devices alone."""
    found: dict[int, Told] = {}
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        rested, closed, rest, _ = lanes.at_rest(subject, slice(0, 1))
        many = {name: np.repeat(value, draws) for name, value in rested.items()}
        given = [supported(many, these, np.repeat(closed, draws), rng) for these in options]
        for places in lanes.together(given):
            those = [options[place] for place in places]
            every = lanes.side_by_side([given[place] for place in places])
            lanes_of = [these for these in those for _ in range(draws)]
            gas = subject.gas_of(slice(0, 1))
            heavy = max(lanes.weight(these) for these in those)
            size = len(lanes_of) if heavy == 1 else max(1, FEW // heavy)
            pieces = [
                _values({k: v[low : low + size] for k, v in every.items()}, rest.states, gas,
                        lanes_of[low : low + size])
                for low in range(0, len(lanes_of), size)
            ]  # fmt: skip
            values = _beside(pieces)
            done = _of_each(values, values.pop("lost") == 1.0, those, draws)
            found |= dict(zip(places, done, strict=True))
    return [found[place] for place in range(len(options))]


def _values(
    some: Mapping[str, Array], start: Array, gas: Mapping[str, Array], devices: Sequence[Devices]
) -> dict[str, Array]:
    """Every index of some draws, and "lost", 1 where one does not settle."""
    settled, lost = lanes.settle(dict(some), np.repeat(start, len(devices), axis=1))
    whole = trace(settled)
    own = {name: np.repeat(value, len(devices)) for name, value in gas.items()}
    values = {**indices(whole), **breathing(whole, own, devices, lost).values}
    return {**values, "lost": lost.astype(np.float64)}


def _beside(pieces: Sequence[Mapping[str, Array]]) -> dict[str, Array]:
    """The indices of some groups of draws; what one group does not have is NaN there."""
    names = dict.fromkeys(name for one in pieces for name in one)
    none = [np.full(len(one["lost"]), np.nan) for one in pieces]
    return {
        name: np.concatenate([one.get(name, n) for one, n in zip(pieces, none, strict=True)])
        for name in names
    }


def _of_each(
    values: Mapping[str, Array], lost: NDArray[np.bool_], options: Sequence[Devices], draws: int
) -> list[Told]:
    """The intervals of some options, from the indices of their draws side by side."""
    found: list[Told] = []
    for place, these in enumerate(options):
        mine = slice(place * draws, (place + 1) * draws)
        own = {name: np.where(lost[mine], np.nan, value[mine]) for name, value in values.items()}
        kept = belonging(own, these)
        bounds = {name: both for name, value in kept.items() if (both := _ends(value))}
        found.append((bounds, _left_out(int(lost[mine].sum()), draws)))
    return found


FEWEST = 19
"""Draws that must have settled for an interval to be told: between the least and the greatest of m
lie (m - 1) / (m + 1) of what they are drawn from, on average, so that fewer cannot hold 90 %."""

FEW = 960
"""Draws of a cycle of beats computed at once, as many times fewer as it is kept longer."""

MOST = 5000
"""Draws of all options together that can be asked for: the waveforms of each take some 1.1 MB
until they are counted, and more make the ends of an interval hardly surer."""


def too_many(draws: int, options: int = 1) -> None:
    """Refuse more draws than memory holds.

    Args:
        draws: How many draws.
        options: How many scenarios each of them is run in.

    Raises:
        InputError: They are too many.
    """
    most = MOST // max(1, options)
    if draws > most:
        of = f" in {options} scenarios" if options > 1 else ""
        raise InputError(f"{draws} draws{of} are more than memory holds: take {most} or fewer.")


def _ends(values: Array) -> tuple[float, float] | None:
    known = values[np.isfinite(values)]
    if len(known) < FEWEST:
        return None
    return ends(known, len(known))

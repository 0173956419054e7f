"""Straight to the beat that repeats itself, for many patients at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from math import lcm
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from afterload.core.errors import InputError, NoConvergence
from afterload.hemodynamics import veins
from afterload.hemodynamics.body import BODY
from afterload.hemodynamics.control import CONTROLS, Control
from afterload.hemodynamics.cycle import Place, beside, in_step, length
from afterload.hemodynamics.kernel import WIDE, kernel
from afterload.hemodynamics.mix import mixed
from afterload.hemodynamics.tile import STATES, STEP, VOLUMES, Parameters, Tile
from afterload.hemodynamics.tile import WATCH as WATCH
from afterload.hemodynamics.tile import rhythm_of as rhythm_of

Array = NDArray[np.float64]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Settled:
    """A beat that repeats itself, for every patient, or a cycle of beats that does.

    Beats of a cycle stand one after another; those of a patient with a shorter cycle repeat it.

    Args:
        parameters: Parameters as they stand in it, the slow changes included.
        states: Shape (states, n), at its begin.
        beat: Shape (cycle * steps, states, n), after every step of it.
        means: Means of the watched signals over it, shape (n,) each; "period" is that of a beat.
        slow: Where every slow change has settled, shape (n,) each.
        beats: How many beats it took.
        residual: Shape (n,), the largest volume, mL, by which it still fails to repeat itself.
        cycle: How many beats stand in it.
        places: Where each of them stands among others; none where all beats are alike.
    """

    parameters: dict[str, Array]
    states: Array
    beat: Array
    means: dict[str, Array]
    slow: dict[str, Array]
    beats: int
    residual: Array
    cycle: int = 1
    places: tuple[Place, ...] = ()

    def settled(self, tolerance: float) -> NDArray[np.bool_]:
        """Who repeats himself within a tolerance, mL, shape (n,)."""
        return np.isfinite(self.residual) & (self.residual <= tolerance)

    def of(self, lanes: slice | NDArray[np.intp]) -> Settled:
        """The beats of some patients."""

        def cut(values: Mapping[str, Array]) -> dict[str, Array]:
            return {name: value[..., lanes] for name, value in values.items()}

        return Settled(
            cut(self.parameters), self.states[:, lanes], self.beat[..., lanes], cut(self.means),
            cut(self.slow), self.beats, self.residual[lanes], self.cycle,
            tuple(place.of(lanes) for place in self.places),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Options:
    """How to look for the steady state.

    Args:
        tolerance: Largest change of a volume from beat to beat, or from cycle to cycle, mL. At
            0.002, pressures and volumes of a beat lie within 0.005 mmHg and mL of where they would
            end.
        most_beats: Beats, or cycles of beats, after which it is given up.
        memory: Beats that are mixed to guess the next one; 0 to beat on without guessing.
        controls: What changes from beat to beat.
        step: The longest step of the beat that is found, s.
        coarse: The longest step while it is looked for, s; the beat found with it is then taken as
            the begin of the search with `step`, which few beats end.
    """

    tolerance: float = 0.002
    most_beats: int = 400
    memory: int = 8
    controls: tuple[Control, ...] = CONTROLS
    step: float = STEP
    coarse: float = 0.0025


def begin(parameters: Parameters) -> Array:
    """A state to begin with, shape (states, n): plausible pressures, and all the blood there is.

    Raises:
        InputError: There is less blood than the vessels hold without pressure.
    """
    n = len(parameters["blood.volume"])
    guess = {
        "la": 10.0, "lv": 10.0, "ra": 5.0, "rv": 5.0, "asc": 80.0, "arch": 80.0, "desc": 80.0,
        "fem": 80.0, "pa": 18.0, "pcap": 15.0, "pv": 10.0, "cor_l": 40.0, "cor_r": 40.0,
    }  # fmt: skip
    states = np.zeros((len(BODY.states), n))
    place = {name: k for k, name in enumerate(BODY.states)}
    for name in BODY.volumes:
        v0 = parameters[f"{name}.v0"]
        if f"{name}.c" in parameters:
            states[place[name]] = v0 + parameters[f"{name}.c"] * guess.get(name, 0.0)
        else:
            stretch = np.log(guess[name] / parameters[f"{name}.beta"] + 1)
            states[place[name]] = v0 + stretch / parameters[f"{name}.alpha"]
    _within_the_pericardium(states, place, parameters)
    unstressed = np.sum([parameters[f"{name}.v0"] for name in BODY.volumes], axis=0)
    stressed = parameters["blood.volume"] - unstressed
    if (stressed <= 0).any():
        lane = int(np.argmax(stressed <= 0))
        raise InputError(
            f"blood.volume = {parameters['blood.volume'][lane]:g} mL is less than the vessels hold "
            "without pressure. Check the blood volume and the unstressed volumes (v0)."
        )
    filled = states.sum(axis=0) - unstressed
    share = np.minimum(1.0, 0.7 * stressed / filled)
    for name in BODY.volumes:
        v0 = parameters[f"{name}.v0"]
        states[place[name]] = v0 + share * (states[place[name]] - v0)
    return veins.given(states, stressed - share * filled, parameters)


def _within_the_pericardium(
    states: Array, place: Mapping[str, int], parameters: Parameters
) -> None:
    """Chambers no fuller than a pericardium that begins to press allows, in place."""
    chambers = [name for name in BODY.volumes if f"{name}.alpha" in parameters]
    empty = np.sum([parameters[f"{name}.v0"] for name in chambers], axis=0)
    room = np.maximum(parameters["pericardium.v0"] + TAUT - empty, 0.0)
    held = np.sum([states[place[name]] for name in chambers], axis=0) - empty
    share = np.minimum(1.0, room / held)
    for name in chambers:
        v0 = parameters[f"{name}.v0"]
        states[place[name]] = v0 + share * (states[place[name]] - v0)


TAUT = 50.0
"""mL by which the heart may stretch the pericardium where a search begins: some 2 mmHg. Far beyond,
the pericardium is so stiff that steps of 2 ms do not hold."""


def steady(
    parameters: Parameters, options: Options | None = None, start: Array | None = None
) -> Settled:
    """The beat that repeats itself, for n patients at once.

    Args:
        parameters: All parameters, shape (n,) each.
        options: How to look for it.
        start: A state to begin with, shape (states, n).

    Raises:
        InputError: A parameter lacks, or there is too little blood.
        NoConvergence: No such beat was found; the message tells the first patient.
    """
    options = options or Options()
    found = settle(parameters, options, start)
    n = len(found.residual)
    bad = ~found.settled(options.tolerance)
    if bad.any():
        raise NoConvergence(
            f"No steady beat within {options.most_beats} beats for patient {int(bad.argmax())} "
            f"(of {n}): volumes still change by {found.residual[bad.argmax()]:.3g} mL. "
            "Check the parameters: the heart may not be able to carry this circulation."
        )
    return found


def settle(
    parameters: Parameters, options: Options | None = None, start: Array | None = None
) -> Settled:
    """As `steady`, but patients who did not settle stay in the result, as their residual tells.

    Args:
        parameters: All parameters, shape (n,) each.
        options: How to look for it.
        start: A state to begin with, shape (states, n).

    Raises:
        InputError: A parameter lacks, or there is too little blood.
    """
    parts, order = _tile_by_tile(parameters, options or Options(), start, lambda found: found)
    whole = parts[0] if len(parts) == 1 else joined(parts)
    return whole if order is None else whole.of(order)


def settled_numbers(
    parameters: Parameters,
    read: Callable[[Settled], Mapping[str, Array]],
    options: Options | None = None,
    start: Array | None = None,
) -> dict[str, Array]:
    """What `read` makes of the beats that repeat themselves; the beats are not kept.

    A million patients take the memory of their numbers, not of their waveforms. The numbers of
    patients who did not settle are NaN.

    Args:
        parameters: All parameters, shape (n,) each.
        read: From the beats of some patients to shape (patients,) each; such as
            `lambda found: indices(trace(found))`.
        options: How to look for them.
        start: A state to begin with, shape (states, n).

    Raises:
        InputError: A parameter lacks, or there is too little blood.
    """
    asked = options or Options()

    def numbers(found: Settled) -> dict[str, Array]:
        lost = ~found.settled(asked.tolerance)
        return {name: np.where(lost, np.nan, v) for name, v in read(found).items()}

    parts, order = _tile_by_tile(parameters, asked, start, numbers)
    found = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    return found if order is None else {name: values[order] for name, values in found.items()}


def _tile_by_tile(
    parameters: Parameters,
    options: Options,
    start: Array | None,
    read: Callable[[Settled], T],
) -> tuple[list[T], NDArray[np.intp] | None]:
    """What `read` makes of every tile of patients, on all processors.

    Patients of one tile have cycles of as many beats; the second result tells where each one is to
    be found among all, if that is not where he was.
    """
    given = {name: np.asarray(v, np.float64) for name, v in parameters.items()}
    n = max(v.size for v in given.values())
    given = {k: v if v.shape == (n,) else np.broadcast_to(v, (n,)) for k, v in given.items()}
    first = begin(given) if start is None else np.asarray(start, np.float64)
    beats = length(given)
    groups = [np.flatnonzero(beats == k) for k in np.unique(beats)]

    def one(some: NDArray[np.intp], width: int) -> T:
        lanes = some[np.minimum(np.arange(width), len(some) - 1)]
        own = given if width == n else {k: v[lanes] for k, v in given.items()}
        tile = Tile(kernel(BODY, WATCH, width), own, options.controls, options.coarse)
        found = _search(tile, first[:, lanes], options)
        return read(found if len(some) == width else joined([found], len(some)))

    tiles = []
    for group in groups:
        width = 1 if len(group) < WORTH_A_TILE else WIDE
        tiles += [(group[low : low + width], width) for low in range(0, len(group), width)]
    order = np.argsort(np.concatenate(groups)) if len(groups) > 1 else None
    if len(tiles) == 1:
        return [one(*tiles[0])], order
    around = [copy_context() for _ in tiles]  # what the caller does about overflow holds in threads
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(lambda c, told: c.run(one, *told), around, tiles)), order


WORTH_A_TILE = 6
"""Patients from which on a tile of lanes is faster than one patient after another."""


def joined(parts: list[Settled], count: int | None = None) -> Settled:
    """The patients of some tiles side by side; of one tile, the first `count`."""

    def along(pieces: list[Array]) -> Array:
        whole = pieces[0] if len(pieces) == 1 else np.concatenate(pieces, axis=-1)
        return whole if count is None else whole[..., :count]

    one = parts[0]
    beats = lcm(*(p.cycle for p in parts))
    steps = max(len(p.beat) // p.cycle for p in parts)
    return Settled(
        {name: along([p.parameters[name] for p in parts]) for name in one.parameters},
        along([p.states for p in parts]),
        along([_repeated(p, beats, steps) for p in parts]),
        {name: along([p.means[name] for p in parts]) for name in one.means},
        {name: along([p.slow[name] for p in parts]) for name in one.slow},
        max(p.beats for p in parts),
        along([p.residual for p in parts]),
        beats,
        _places(parts, beats, count),
    )


def _repeated(one: Settled, beats: int, steps: int) -> Array:
    """Its beats, as often as they make so many, of so many steps each."""
    old = len(one.beat) // one.cycle
    each = [_stretched(one.beat[k * old : (k + 1) * old], steps) for k in range(one.cycle)]
    return each[0] if beats == 1 else np.concatenate(each * (beats // one.cycle))


def _places(parts: list[Settled], beats: int, count: int | None) -> tuple[Place, ...]:
    """Where the beats of some tiles stand; nothing if all beats are alike."""
    if not any(p.places for p in parts):
        return ()
    each = [p.places or (in_step(len(p.residual)),) for p in parts]
    wide = [beside([of[k % len(of)] for of in each]) for k in range(beats)]
    return tuple(wide if count is None else (place.of(slice(count)) for place in wide))


def _stretched(beat: Array, steps: int) -> Array:
    """A beat of fewer steps on the grid of one with more."""
    if len(beat) == steps:
        return beat
    at = np.linspace(0, len(beat) - 1, steps)
    low = np.floor(at).astype(int)
    high = np.minimum(low + 1, len(beat) - 1)
    part = (at - low)[:, None, None]
    return np.asarray(beat[low] * (1 - part) + beat[high] * part)


def _search(tile: Tile, start: Array, options: Options) -> Settled:
    """Beats on coarse steps until they repeat themselves, then on fine ones."""
    z, beats, single = tile.begin(start), 0, 0
    if options.memory and options.coarse > options.step:
        if tile.pulsing:
            z, single = _coarse(tile, z, options, alike=True)
        z, beats = _coarse(tile, z, options)
    tile.grid(options.step)
    out = np.empty((tile.record, STATES, tile.run.lanes))
    history: list[tuple[Array, Array]] = []
    while True:
        after, beats = tile.cycle(z, out), beats + 1
        gap = after - z
        residual = np.abs(gap[:VOLUMES]).max(axis=0)
        still = _still(residual, tile, z, options)
        if beats >= options.most_beats or (still | ~np.isfinite(residual)).all():
            break
        z, history = _next(tile, z, after, history, options, still)
    return Settled(
        tile.settled_parameters(z), z[:STATES], out, tile.means, tile.slow(z),
        single + beats * tile.count, residual, tile.count, tile.places,
    )  # fmt: skip


def _coarse(tile: Tile, z: Array, options: Options, alike: bool = False) -> tuple[Array, int]:
    """Where the beats on coarse steps repeat themselves, and how many it took.

    Args:
        tile: The patients.
        z: Where to begin.
        options: How to look for it.
        alike: Whether all beats are taken to be alike, as a begin for a search of a cycle.
    """
    go = tile.beat if alike else tile.cycle
    history: list[tuple[Array, Array]] = []
    begun, beats = z, 0
    while beats < options.most_beats - 1:
        after, beats = go(z), beats + 1
        residual = np.abs((after - z)[:VOLUMES]).max(axis=0)
        still = _still(residual, tile, z, options)
        if (still | ~np.isfinite(residual)).all():
            break
        z, history = _next(tile, z, after, history, options, still)
    lost = ~np.isfinite(z).all(axis=0)
    return np.where(lost, begun, z), beats


def _still(residual: Array, tile: Tile, z: Array, options: Options) -> NDArray[np.bool_]:
    """Which lanes repeat themselves."""
    still = residual < options.tolerance
    if tile.acting:
        moved = np.abs(RELAXED * (tile.target - z[STATES:]) / tile.slow_scale).max(axis=0)
        still &= moved < 1.0
    return np.asarray(still)


def _next(
    tile: Tile,
    z: Array,
    after: Array,
    history: list[tuple[Array, Array]],
    options: Options,
    still: NDArray[np.bool_],
) -> tuple[Array, list[tuple[Array, Array]]]:
    """Where to beat on from, and the beats to remember.

    Lanes that are still while others are not just beat on: a guess from beats that hardly differ
    would throw them off again.
    """
    if tile.acting:
        after[STATES:] += RELAXED * (tile.target - z[STATES:])
    history = [*history, (z, after - z)][-options.memory - 1 :]
    return np.where(still, after, mixed(history, tile.scale)), history


RELAXED = 0.5
"""Share of the way that something slow goes per beat while the steady state is looked for."""

"""Running a circuit: beat after beat, and straight to the beat that repeats itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from afterload.core.errors import InputError, NoConvergence
from afterload.hemodynamics.activation import Rhythm, table
from afterload.hemodynamics.body import BODY
from afterload.hemodynamics.control import CONTROLS, Control
from afterload.hemodynamics.kernel import WIDE, Kernel, kernel

Array = NDArray[np.float64]

STEP = 0.001
"""The longest step, s. 1 ms is enough for explicit Runge-Kutta here (hemodynamics reference B)."""

WATCH = (
    "p.asc", "p.arch", "p.ra", "p.pa", "q.aortic", "q.pulmonic", "q.coronary_l", "q.coronary_r",
    "q.head", "q.ecls", "q.vent", "q.left_pump", "q.left_atrial_pump", "q.right_pump",
)  # fmt: skip
"""Signals whose mean over every beat is kept."""

Parameters = Mapping[str, Array]
"""Parameters by name, one value per patient; those of `patient.normal`, and the circuit's."""


@dataclass(frozen=True, slots=True)
class Settled:
    """A beat that repeats itself, for every patient.

    Args:
        parameters: Parameters as they stand in it, the slow changes included.
        states: Shape (states, n), at its begin.
        beat: Shape (steps, states, n), after every step of it.
        means: Means of the watched signals over it, shape (n,) each.
        slow: Where every slow change has settled, shape (n,) each.
        beats: How many beats it took.
        residual: Shape (n,), the largest volume, mL, by which it still fails to repeat itself.
    """

    parameters: dict[str, Array]
    states: Array
    beat: Array
    means: dict[str, Array]
    slow: dict[str, Array]
    beats: int
    residual: Array

    def settled(self, tolerance: float) -> NDArray[np.bool_]:
        """Who repeats himself within a tolerance, mL, shape (n,)."""
        return np.isfinite(self.residual) & (self.residual <= tolerance)


@dataclass(frozen=True, slots=True)
class Options:
    """How to look for the steady state.

    Args:
        tolerance: Largest change of a volume from beat to beat, mL. Beats never repeat themselves
            below some 0.002 mL, because a valve falls shut within one step or the next.
        most_beats: Beats after which it is given up.
        memory: Beats that are mixed to guess the next one.
        controls: What changes from beat to beat.
    """

    tolerance: float = 0.005
    most_beats: int = 400
    memory: int = 6
    controls: tuple[Control, ...] = CONTROLS


def rows(parameters: Parameters, names: tuple[str, ...]) -> Array:
    """Some parameters as one array, shape (names, n)."""
    return np.stack([np.asarray(parameters[name], np.float64) for name in names])


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
    veins = ("v_upper", "v_visceral", "v_legs", "svc", "ivc")
    capacity = sum(parameters[f"{name}.c"] for name in veins)
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
    left = stressed - share * filled
    for name in veins:
        states[place[name]] += parameters[f"{name}.c"] * left / capacity
    return states


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
    options = options or Options()
    given = {name: np.atleast_1d(np.asarray(v, np.float64)) for name, v in parameters.items()}
    n = max(len(v) for v in given.values())
    given = {name: np.broadcast_to(v, (n,)).copy() for name, v in given.items()}
    first = begin(given) if start is None else np.array(start, np.float64)
    parts = []
    for lanes in _tiles(n):
        chosen = {name: v[lanes] for name, v in given.items()}
        parts.append(_steady_tile(chosen, first[:, lanes], options, n == 1))
    return _joined(parts, n)


def _tiles(n: int) -> Iterator[NDArray[np.intp]]:
    """The patients in groups of one kernel's lanes; the last group repeats its last patient."""
    width = 1 if n == 1 else WIDE
    for first in range(0, n, width):
        yield np.minimum(np.arange(first, first + width), n - 1)


def _joined(parts: list[Settled], n: int) -> Settled:
    def along(pieces: list[Array]) -> Array:
        whole: Array = np.concatenate(pieces, axis=-1)[..., :n]
        return whole

    one = parts[0]
    return Settled(
        {name: along([p.parameters[name] for p in parts]) for name in one.parameters},
        along([p.states for p in parts]),
        along([_stretched(p.beat, max(len(q.beat) for q in parts)) for p in parts]),
        {name: along([p.means[name] for p in parts]) for name in one.means},
        {name: along([p.slow[name] for p in parts]) for name in one.slow},
        max(p.beats for p in parts),
        along([p.residual for p in parts]),
    )


def _stretched(beat: Array, steps: int) -> Array:
    """A beat of fewer steps on the grid of one with more."""
    if len(beat) == steps:
        return beat
    at = np.linspace(0, len(beat) - 1, steps)
    low = np.floor(at).astype(int)
    high = np.minimum(low + 1, len(beat) - 1)
    part = (at - low)[:, None, None]
    return np.asarray(beat[low] * (1 - part) + beat[high] * part)


def _steady_tile(given: dict[str, Array], start: Array, options: Options, alone: bool) -> Settled:
    run = kernel(BODY, WATCH, 1 if alone else WIDE)
    tile = _Tile(run, given, options)
    history: list[tuple[Array, Array]] = []
    residual = np.full(start.shape[1], np.inf)
    after, beats = tile.beat(np.concatenate([start, tile.slow_begin()])), 1
    z = after
    while beats < options.most_beats:
        after, beats = tile.beat(z), beats + 1
        gap = after - z
        residual = np.abs(gap[: tile.volumes]).max(axis=0)
        settled = np.abs(gap[tile.states :] / tile.slow_scale).max(axis=0, initial=0.0)
        lost = ~np.isfinite(residual)
        if (lost | ((residual < options.tolerance) & (settled < 1.0))).all():
            break
        history = [*history, (z, gap)][-options.memory - 1 :]
        z = _mixed(history, after, tile)
    return tile.record(after, beats, residual)


LEAST = 4
"""Beats before any are mixed: the first ones only wash out where we began."""


def _mixed(history: list[tuple[Array, Array]], after: Array, tile: _Tile) -> Array:
    """The next guess, from the beats so far (Anderson's mixing, each lane by itself).

    A combination of beats with weights that add up to 1 keeps every lane's blood volume.
    """
    if len(history) < LEAST:
        return after
    (z, gap), past = history[-1], history[:-1]
    scale = tile.scale[:, None]
    steps = np.stack([(gap - g) / scale for _, g in past])
    moved = np.stack([(z + gap) - (x + g) for x, g in past])
    gram = np.einsum("adl,bdl->lab", steps, steps)
    gram += np.eye(len(past)) * (1e-10 * np.trace(gram, axis1=1, axis2=2)[:, None, None] + 1e-30)
    right = np.einsum("adl,dl->la", steps, gap / scale)
    weights = np.linalg.solve(gram, right[..., None])[..., 0]
    guess: Array = after - np.einsum("la,adl->dl", weights, moved)
    volumes = slice(0, tile.volumes)
    wild = (guess[volumes] < 0.3 * after[volumes]).any(axis=0)
    wild |= (guess[volumes] > 3.0 * after[volumes] + 1.0).any(axis=0)
    wild |= ~np.isfinite(guess).all(axis=0)
    guess[:, wild] = after[:, wild]
    return guess


class _Tile:
    """Some lanes of patients, and how one beat changes them; slow changes come below the states."""

    def __init__(self, run: Kernel, given: dict[str, Array], options: Options) -> None:
        self.run, self.given, self.controls = run, given, options.controls
        self.states, self.volumes = len(BODY.states), len(BODY.volumes)
        self.steps = int(np.ceil((60.0 / given["beat.hr"]).max() / STEP))
        self.slow_scale = np.array([control.scale for control in self.controls])[:, None]
        flows = np.full(self.states - self.volumes, 10.0)
        self.scale = np.concatenate([np.ones(self.volumes), flows, self.slow_scale[:, 0] * 10])
        self.means: dict[str, Array] = {}
        self.rate: Array = np.full(run.lanes, np.nan)
        self.table: Array = np.empty(0)

    def slow_begin(self) -> Array:
        if not self.controls:
            return np.zeros((0, self.run.lanes))
        return np.stack([control.begin(self.given) for control in self.controls])

    def with_slow(self, slow: Array) -> dict[str, Array]:
        changed = dict(self.given)
        for control, value in zip(self.controls, slow, strict=True):
            control.apply(value, changed)
        return changed

    def beat(self, z: Array, out: Array | None = None) -> Array:
        slow = z[self.states :]
        now = self.with_slow(slow)
        rhythm = rhythm_of(now)
        if not np.array_equal(rhythm.hr, self.rate):
            self.rate, self.table = rhythm.hr, table(rhythm, self.steps)
        states, means = self.run.beat(
            z[: self.states], rows(now, BODY.parameters), self.table,
            rhythm.period / self.steps, self.steps, out,
        )  # fmt: skip
        self.means = dict(zip(self.run.watch, means, strict=True)) | {"period": rhythm.period}
        settled = [
            control.settles_at(value, self.means, self.given)
            for control, value in zip(self.controls, slow, strict=True)
        ]
        target = np.stack(settled) if settled else np.zeros_like(slow)
        return np.concatenate([states, slow + RELAXED * (target - slow)])

    def record(self, z: Array, beats: int, residual: Array) -> Settled:
        out = np.empty((self.steps, self.states, self.run.lanes))
        self.beat(z, out)
        slow = dict(zip((c.name for c in self.controls), z[self.states :], strict=True))
        return Settled(
            self.with_slow(z[self.states :]), z[: self.states], out, self.means, slow, beats,
            residual,
        )  # fmt: skip


RELAXED = 0.5
"""Share of the way that something slow goes per beat while the steady state is looked for."""


def rhythm_of(parameters: Parameters) -> Rhythm:
    """The timing of the beat from the parameters."""
    return Rhythm(
        parameters["beat.hr"], parameters["beat.av_delay"], parameters["balloon.inflate"],
        parameters["balloon.deflate"], parameters["balloon.ramp"],
    )  # fmt: skip

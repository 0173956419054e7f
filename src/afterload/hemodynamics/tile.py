"""Some patients side by side, and what one beat makes of them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from afterload.hemodynamics import cycle
from afterload.hemodynamics.abreast import Abreast
from afterload.hemodynamics.activation import Rhythm, filled_in_some, table
from afterload.hemodynamics.body import BODY, PUMPS
from afterload.hemodynamics.control import Control
from afterload.hemodynamics.cycle import Place
from afterload.hemodynamics.kernel import Kernel

Array = NDArray[np.float64]

STEP = 0.001
"""The longest step, s. 1 ms is enough for explicit Runge-Kutta here (hemodynamics reference B)."""

WATCH = ("p.arch", "p.v_upper", "q.coronary_l", *(f"q.{slot}" for slot in PUMPS))
"""Signals whose mean over every beat is kept: those that a control follows."""

Parameters = Mapping[str, Array]
"""Parameters by name, one value per patient; those of `patient.normal`, and the circuit's."""

STATES, VOLUMES = len(BODY.states), len(BODY.volumes)
"""How many states there are, and how many of them, the first ones, are volumes."""

TIMING = ("beat.hr", "beat.av_delay", "balloon.inflate", "balloon.deflate", "balloon.ramp")
"""Parameters that set the timing of a beat."""


def rhythm_of(parameters: Parameters) -> Rhythm:
    """The timing of the beat from the parameters."""
    return Rhythm(*(parameters[name] for name in TIMING))


def rows(parameters: Parameters, names: tuple[str, ...]) -> Array:
    """Some parameters as one array, shape (names, n)."""
    return np.array([parameters[name] for name in names], np.float64)


class Tile:
    """The lanes of one kernel, and how one beat changes them.

    What changes from beat to beat, and acts on any of them, stands below the states: `z` has shape
    (states + acting controls, lanes).

    Args:
        run: The compiled circuit.
        given: All parameters, shape (lanes,) each, as they stand without the controls.
        controls: What changes from beat to beat.
        step: The longest step, s.
        follow: Whether controls that act on nobody stand below the states too.
    """

    def __init__(
        self,
        run: Kernel | Abreast,
        given: dict[str, Array],
        controls: tuple[Control, ...],
        step: float,
        follow: bool = False,
    ) -> None:
        self.run, self.controls = run, controls
        self.change(given)
        self.count = int(cycle.length(given).max())
        self.thin = 1 if self.count <= SHORT else THIN
        self.places: tuple[Place, ...] = ()
        self.acting = tuple(c for c in controls if follow or c.acts(given).any())
        self.slow_scale = np.array([control.scale for control in self.acting])[:, None]
        flows = np.full(STATES - VOLUMES, 10.0)
        self.scale = np.concatenate([np.ones(VOLUMES), flows, self.slow_scale[:, 0] * 10])
        self.means: dict[str, Array] = {}
        self.target: Array = np.empty(0)
        self.grid(step)

    def change(self, given: dict[str, Array]) -> None:
        """Go on with other parameters; the controls that stand in `z` stay the same."""
        self.given = given
        self.parameters = rows(given, BODY.parameters)
        self.pulsing = bool(cycle.pulses(given).any())

    def grid(self, step: float) -> None:
        """Go on with other steps, none longer than `step` in s at the rate told."""
        each = step * self.thin
        self.steps = self.thin * int(np.ceil((60.0 / self.given["beat.hr"]).max() / each))
        self.pulses: Array | None = None
        self.timing: tuple[Array, ...] = ()
        self.tables: dict[bytes, Array] = {}

    @property
    def record(self) -> int:
        """How many moments of a cycle are kept."""
        return self.count * self.steps // self.thin

    def begin(self, states: Array) -> Array:
        """States, and every acting control where it begins."""
        return np.concatenate([states, *(c.begin(self.given)[None] for c in self.acting)])

    def beat(self, z: Array, out: Array | None = None, place: Place | None = None) -> Array:
        """The states after a beat, the controls as they stand; `means` and `target` are its own.

        Args:
            z: States and controls.
            out: Shape (steps, states, lanes), filled with the states after every step.
            place: Where it stands among others; None where all beats are alike.
        """
        now = self._now(z)
        period = rhythm_of(now).period
        states, means = self._run(z[:STATES], now, out, place)
        self.means = dict(zip(self.run.watch, means, strict=True)) | {"period": period}
        return self._after(states, z)

    def cycle(self, z: Array, out: Array | None = None) -> Array:
        """The states after a cycle of beats, the controls as they stand; otherwise as `beat`.

        Args:
            z: States and controls.
            out: Shape (`record`, states, lanes), filled with the states after every `thin` steps.
        """
        if self.count == 1:
            return self.beat(z, out)
        now = self._now(z)
        period = rhythm_of(now).period
        if self.pulses is None:
            self.pulses = cycle.pulses_in(now, period, self.count)
        states, total = z[:STATES], np.zeros((len(self.run.watch), self.run.lanes))
        self.places = cycle.places(now, period, self.count, self.pulses)
        each = None if out is None else np.empty((self.steps, STATES, self.run.lanes))
        kept = [] if out is None else np.split(out, self.count)
        for k, place in enumerate(self.places):
            states, means = self._run(states, now, each, place)
            if each is not None:
                kept[k][:] = each[self.thin - 1 :: self.thin]
            total = total + means / self.count
        self.means = dict(zip(self.run.watch, total, strict=True)) | {"period": period}
        return self._after(states, z)

    def _run(
        self, states: Array, now: Parameters, out: Array | None, place: Place | None
    ) -> tuple[Array, Array]:
        """States after a beat, and the means of what is watched."""
        rhythm, steps = rhythm_of(now), self.steps
        active = self._table(now, rhythm, place)
        dt = rhythm.period / steps
        if place is None or not self.pulsing:
            return self.run.beat(states, self.parameters, active, dt, steps, out)
        speed = self.parameters[SPEED].copy()
        more = cycle.swing(now, speed) * cycle.pulse(now, place, rhythm.period, steps)
        ends = [*(np.flatnonzero((more[1:] != more[:-1]).any(axis=1)) + 1), steps]
        total, first = np.zeros((len(self.run.watch), self.run.lanes)), 0
        for end in map(int, ends):
            self.parameters[SPEED] = speed + more[first]
            kept = None if out is None else out[first:end]
            part = active[2 * first : 2 * end + 1]
            states, means = self.run.beat(states, self.parameters, part, dt, end - first, kept)
            total += means * ((end - first) / steps)
            first = end
        self.parameters[SPEED] = speed
        return states, total

    def _table(self, now: Parameters, rhythm: Rhythm, place: Place | None) -> Array:
        """The activations of a beat."""
        timing = tuple(now[name] for name in TIMING)
        if not self.timing or not all(map(_same, timing, self.timing)):
            self.timing, self.tables = timing, {b"": table(rhythm, self.steps)}
        whole = self.tables[b""]
        if place is None:
            return whole
        mark = place.fills.tobytes() + place.filled.tobytes()
        if mark not in self.tables:
            self.tables[mark] = filled_in_some(whole, rhythm, place.fills, place.filled)
        return self.tables[mark]

    def _after(self, states: Array, z: Array) -> Array:
        """States with the controls, which go on as they stood; tells where they would settle."""
        if not self.acting:
            return states
        self.aim(z)
        return np.concatenate([states, z[STATES:]])

    def aim(self, z: Array) -> None:
        """Tell where the controls would settle, were the means to stay as they are."""
        self.target = np.array(
            [
                c.settles_at(v, self.means, self.given)
                for c, v in zip(self.acting, z[STATES:], strict=True)
            ]
        )

    def settled_parameters(self, z: Array) -> dict[str, Array]:
        """All parameters as they stand with the controls where they are.

        In a lane that has run into infinity they stand where they began.
        """
        changed = dict(self.given)
        for control, value in zip(self.acting, z[STATES:], strict=True):
            known = np.isfinite(value)
            control.apply(
                value if known.all() else np.where(known, value, control.begin(self.given)), changed
            )
        return changed

    def slow(self, z: Array) -> dict[str, Array]:
        """Where every control stands, those that act on nobody too."""
        found = {c.name: c.begin(self.given) for c in self.controls}
        return found | {c.name: v for c, v in zip(self.acting, z[STATES:], strict=True)}

    def _now(self, z: Array) -> Parameters:
        """The parameters, of which the rows that the controls move are put in place."""
        if not self.acting:
            return self.given
        now = self.settled_parameters(z)
        for name in now:
            if now[name] is not self.given[name] and name in PLACE:
                self.parameters[PLACE[name]] = now[name]
        return now


PLACE = {name: place for place, name in enumerate(BODY.parameters)}
"""The row of every parameter of the circuit."""

SHORT, THIN = 6, 4
"""Of a cycle of more beats than the first, states are kept after every so many steps."""

SPEED = PLACE[f"{cycle.PULSED}.n"]
"""The row of the speed that can pulse."""


def _same(a: Array, b: Array) -> bool:
    return a is b or np.array_equal(a, b)

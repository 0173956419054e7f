"""A patient over minutes, beat by beat: devices switched on, ramps, drugs, blood given or lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import lcm

import numpy as np
from numpy.typing import NDArray

from afterload.core.errors import InputError, NoConvergence
from afterload.hemodynamics import cycle, veins
from afterload.hemodynamics.abreast import Abreast
from afterload.hemodynamics.body import BODY, PUMPS
from afterload.hemodynamics.control import CONTROLS, Control, Speed
from afterload.hemodynamics.cycle import Place
from afterload.hemodynamics.index import indices
from afterload.hemodynamics.kernel import WIDE, kernel
from afterload.hemodynamics.solve import WORTH_A_TILE, Settled, begin, joined
from afterload.hemodynamics.tile import STATES, STEP, VOLUMES, WATCH, Parameters, Tile
from afterload.hemodynamics.trace import Trace, one_after_another, trace

Array = NDArray[np.float64]
Amount = float | Array
"""A number, the same for all patients or one for each."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that is changed while the heart beats on.

    It shows from the first beat that begins at its time or later.

    Args:
        time: When it begins, s.
        changes: New values of parameters, such as {"ecls.on": 1.0} or {"lv.ees": 1.2}; as `times`
            and `plus` a number, or one per patient.
        over: Seconds in which the old value goes to the new one, in a straight line; 0 at once.
        blood: Blood given, mL; negative is lost. It goes into the veins, over the same seconds.
        times: What parameters are multiplied by, such as {"lv.ees": 1.3}.
        plus: What is added to parameters, such as {"beat.hr": 10.0}.

    Raises:
        InputError: The time or the duration is negative.
    """

    time: float
    changes: Mapping[str, Amount] = field(default_factory=dict)
    over: float = 0.0
    blood: float = 0.0
    times: Mapping[str, Amount] = field(default_factory=dict)
    plus: Mapping[str, Amount] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not (self.time >= 0 and self.over >= 0):
            raise InputError(
                f"An event at {self.time:g} s over {self.over:g} s: both must be 0 or more. "
                "Check when it begins and how long it takes."
            )

    def of(self, lanes: NDArray[np.intp]) -> Event:
        """The same for some patients."""

        def some(told: Mapping[str, Amount]) -> dict[str, Amount]:
            return {k: v[lanes] if np.ndim(v) else v for k, v in told.items()}  # type: ignore[index]

        return replace(
            self, changes=some(self.changes), times=some(self.times), plus=some(self.plus)
        )

    def done(self, time: Array) -> Array:
        """How much of it is done at some times, 0 to 1."""
        if self.over == 0.0:
            return (time >= self.time).astype(np.float64)
        return np.asarray(np.clip((time - self.time) / self.over, 0.0, 1.0))

    def apply(self, values: dict[str, Array], time: Array) -> None:
        """Change values, in place, as far as it is done at some times."""
        done = self.done(time)
        for name, value in self.changes.items():
            part = values[name] + done * (value - values[name])
            values[name] = np.where(done == 0, values[name], np.where(done == 1, value, part))
        for name, factor in self.times.items():
            values[name] = values[name] * (1.0 + done * (factor - 1.0))
        for name, more in self.plus.items():
            values[name] = values[name] + done * more


@dataclass(frozen=True, slots=True)
class Course:
    """What became of n patients, beat by beat.

    Patients beat at rates of their own, so that the same row is another time for each; after the
    end of what was asked for, rows are NaN.

    Args:
        time: Shape (beats, n), when each beat began, s.
        indices: By name, shape (beats, n), in the units of `index.INDICES`.
        slow: By control, where each stood, shape (beats, n).
        volume: Shape (beats, n), all blood at the begin of each beat, mL.
        states: Shape (states, n), at the end of the last beat; to go on from there.
        parameters: Parameters as they stood in the last beat, without the controls, shape (n,).
        traces: The waveforms of every beat, by tiles of patients, if they were asked for; a tile
            that is not full repeats its last patient.
    """

    time: Array
    indices: dict[str, Array]
    slow: dict[str, Array]
    volume: Array
    states: Array
    parameters: dict[str, Array]
    traces: tuple[tuple[Trace, ...], ...]


Also = Callable[[Array, Trace], Mapping[str, Array]]


def run(
    parameters: Parameters,
    seconds: float,
    events: Sequence[Event] = (),
    *,
    controls: tuple[Control, ...] = CONTROLS,
    start: Settled | None = None,
    step: float = STEP,
    waveforms: bool = False,
    also: Also | None = None,
    at: Sequence[float] | Array | None = None,
) -> Course:
    """Let n patients beat for some time.

    Args:
        parameters: All parameters at the begin, shape (n,) each.
        seconds: How long.
        events: What is changed meanwhile. Of two that change the same parameter, the later one
            begins from what the earlier one has made of it.
        controls: What follows the beats, each with its delay and time constant.
        start: The beat to begin with, such as a steady one; without it, plausible pressures.
        step: The longest step, s.
        waveforms: Whether to keep every pressure, volume and flow of every beat.
        also: More numbers of every beat, from when it began (s, shape (n,)) and its waveforms.
        at: Only the last beats before each of these times (s) are told, patient by patient, which
            takes less to compute; all beats without it. Where beats differ, with a balloon at 1:2
            or a pump that pulses, the last cycle of beats is told. Where a row tells nothing of a
            patient, it is NaN there, and `also` is given the waveforms of the others and NaN for
            its time.

    Raises:
        InputError: An event changes a parameter that does not exist, or more blood is lost than
            there is in the veins.
        NoConvergence: The numbers ran away.
    """
    given = {name: np.asarray(v, np.float64) for name, v in parameters.items()}
    n = max(v.size for v in given.values())
    given = {k: np.broadcast_to(v, (n,)) for k, v in given.items()}
    given = {**{name: np.full(n, value) for name, value in cycle.USUAL.items()}, **given}
    for event in events:
        names = (*event.changes, *event.times, *event.plus)
        wrong = next((name for name in names if name not in given), None)
        if wrong:
            raise InputError(
                f"The event at {event.time:g} s changes {wrong!r}, which is no parameter. "
                "Check its name; parameters are told as part.parameter, such as ecls.on."
            )
    width = 1 if n < WORTH_A_TILE else WIDE
    rows = 1 if at is None else -(-n // width)
    run_with = kernel(BODY, WATCH, width)
    parts = []
    for low in range(0, n, rows * width):
        lanes = np.minimum(np.arange(low, low + rows * width), n - 1)
        own = {name: v[lanes] for name, v in given.items()}
        abreast = run_with if rows == 1 else Abreast(run_with, rows)
        tile = Tile(abreast, own, controls, step, follow=True)
        z = tile.begin(begin(own) if start is None else start.states[:, lanes])
        if start is not None:
            slow = [start.slow.get(c.name) for c in tile.acting]
            for row, value in enumerate(slow, STATES):
                z[row] = z[row] if value is None else value[lanes]
        ordered = [event.of(lanes) for event in sorted(events, key=lambda event: event.time)]
        runner = _Runner(tile, own, ordered, step, waveforms, also, at)
        if start is not None:
            runner.see(trace(start.of(lanes)), np.arange(len(lanes)))
        parts.append(runner.run(z, seconds))
    return _joined(parts, n)


class _Runner:
    """One tile on its way; keeps what is recorded."""

    def __init__(
        self,
        tile: Tile,
        given: dict[str, Array],
        events: Sequence[Event],
        step: float,
        waveforms: bool,
        also: Also | None,
        at: Sequence[float] | Array | None = None,
    ) -> None:
        self.tile, self.first, self.events = tile, given, events
        self.step, self.waveforms, self.also = step, waveforms, also
        self.at = None if at is None else np.sort(np.asarray(at, np.float64))
        self.traces: list[Trace] = []
        self.seen: dict[str, Array] = {}
        self.targets: list[tuple[Array, Array]] = []
        self.since = cycle.ratio(given)
        self.means: list[dict[str, Array]] = []
        self.beats: list[Settled] = []

    def run(self, z: Array, seconds: float) -> Course:
        tile = self.tile
        time = np.zeros(tile.run.lanes)
        found: list[dict[str, Array]] = []
        begun = False
        while (time < seconds).any():
            z = self._changed(z, time, begun)
            begun = True
            slow = tile.slow(z)
            some = self._told_of(z, time)
            wanted = len(some) > 0 or self.differing
            out = np.empty((tile.steps, STATES, tile.run.lanes)) if wanted else None
            place = self._place(time)
            after = tile.beat(z, out, place)
            self._averaged(z)
            if out is not None:
                self._recorded(z, out, place)
            row = self._numbers(time, some) if len(some) else {}
            if not np.isfinite(after[:VOLUMES]).all():
                raise NoConvergence(
                    f"The pressures ran away at {time.min():.3g} s. Check the parameters and the "
                    "events: the heart may not be able to carry this circulation."
                )
            if row:
                kept = {"time": time, "volume": z[:VOLUMES].sum(axis=0), **row}
                kept |= {f"slow {name}": value for name, value in slow.items()}
                told = np.isin(np.arange(len(time)), some) & (time < seconds)
                found.append({k: np.where(told, v, np.nan) for k, v in kept.items()})
            z = self._followed(after, time)
            time = time + tile.means["period"]
        whole = {name: np.array([row[name] for row in found]) for name in found[0]}
        return Course(
            whole.pop("time"),
            {k: v for k, v in whole.items() if not k.startswith("slow ") and k != "volume"},
            {k.removeprefix("slow "): v for k, v in whole.items() if k.startswith("slow ")},
            whole["volume"], z[:STATES], tile.given, (tuple(self.traces),),
        )  # fmt: skip

    def _told_of(self, z: Array, time: Array) -> NDArray[np.intp]:
        """The lanes whose beat is told: all, or those in which a time lies that is asked for."""
        if self.at is None:
            return np.arange(len(time))
        after = time + 60.0 / self.tile.settled_parameters(z)["beat.hr"]
        first, last = (np.searchsorted(self.at, when, side="right") for when in (time, after))
        return np.flatnonzero(last > first)

    def _place(self, time: Array) -> Place | None:
        """Where the next beat stands; None while all are alike."""
        given = self.tile.given
        every = cycle.ratio(given)
        fills = self.since >= every
        place = Place(fills, self.since == 1, time, np.ones_like(time))
        self.since = np.where(fills, 1, self.since + 1)
        alike = bool(place.fills.all() and place.filled.all()) and not self.tile.pulsing
        return None if alike else place

    def _averaged(self, z: Array) -> None:
        """Let the controls see the mean of a cycle of beats where beats differ from each other.

        Muscle and vessels answer over many beats, and to what these give together.
        """
        spans = cycle.recent(self.tile.given)
        most = int(spans.max())
        self.means = [*self.means, self.tile.means][-most:] if most > 1 else []
        if most == 1 or not self.tile.acting:
            return
        part = np.arange(len(self.means))[::-1, None] < spans
        share = part / part.sum(axis=0)
        now = self.tile.means
        self.tile.means = {
            name: (share * np.array([one[name] for one in self.means])).sum(axis=0) for name in now
        }
        self.tile.aim(z)
        self.tile.means = now

    @property
    def differing(self) -> bool:
        """Whether beats differ from each other, so that one alone tells little."""
        return int(cycle.recent(self.tile.given).max()) > 1

    def _recorded(self, z: Array, out: Array, place: Place | None) -> None:
        """Keep the beat, and those before it that make a cycle with it."""
        tile = self.tile
        none = np.zeros(tile.run.lanes)
        beat = Settled(
            tile.settled_parameters(z), z[:STATES], out, tile.means, tile.slow(z), 1, none,
            places=() if place is None else (place,),
        )  # fmt: skip
        many = int(cycle.recent(tile.given).max()) if self.at is not None else 1
        self.beats = [*self.beats, beat][-many:]

    def _numbers(self, time: Array, some: NDArray[np.intp]) -> dict[str, Array]:
        """The numbers of the last beat of some lanes, NaN in the others.

        Where only some beats are told, and beats differ, they are those of the last cycle.
        """
        lanes: slice | NDArray[np.intp] = some
        if len(some) < len(time):
            time = np.where(np.isin(np.arange(len(time)), some), time, np.nan)
        else:
            lanes = slice(None)
        seen = self._cycle_of(some) if len(self.beats) > 1 else trace(self.beats[-1].of(lanes))
        self.see(seen, some)
        if self.waveforms:
            self.traces.append(seen)
        more = self.also(time, seen) if self.also else {}
        if len(some) == len(time):
            return {**indices(seen), **more}
        found: dict[str, Array] = {}
        for name, values in indices(seen).items():
            found[name] = np.full(len(time), np.nan)
            found[name][some] = values
        return {**found, **more}

    def _cycle_of(self, some: NDArray[np.intp]) -> Trace:
        """The last cycle of some lanes, of as many beats in all; shorter ones are repeated."""
        known = len(self.beats)
        spans = np.minimum(cycle.recent(self.tile.given)[some], known)
        count = known if self.tile.pulsing else lcm(*map(int, np.unique(spans)))
        beats = []
        for k in range(count):
            which = known - spans + k % spans
            kinds = [np.flatnonzero(which == place) for place in range(known)]
            parts = [self.beats[place].of(some[own]) for place, own in enumerate(kinds) if len(own)]
            order = np.argsort(np.concatenate(kinds))
            beats.append(trace(joined(parts).of(order)))
        return one_after_another(beats)

    def see(self, beat: Trace, some: NDArray[np.intp]) -> None:
        """Keep the mean pressures at the ends of pumps of a beat of some lanes."""
        for end in ENDS:
            mean = self.seen.setdefault(end, np.full(self.tile.run.lanes, np.nan))
            mean[some] = beat.pressures[end].mean(axis=0)

    def _changed(self, z: Array, time: Array, begun: bool) -> Array:
        """Parameters and blood as the events have made them by now."""
        if not self.events:
            return z
        now = dict(self.first)
        given = np.zeros(len(time))
        for event in self.events:
            event.apply(now, time)
            given = given + event.blood * event.done(time)
        more = self.first["blood.volume"] + given - self.tile.given["blood.volume"]
        now["blood.volume"] = self.first["blood.volume"] + given
        rate = self.tile.given["beat.hr"]
        z = self._started(z, now)
        self.tile.change(now)
        if not begun or not np.array_equal(rate, now["beat.hr"]):
            self.tile.grid(self.step)
        return _bled(z, more, now, time) if more.any() else z

    def _started(self, z: Array, now: Parameters) -> Array:
        """Controls as they are when parameters change: what does not act stands where it begins.

        A pump that is switched on to give a flow begins at the speed at which none goes through it,
        as it is unclamped at the bedside, and is then turned up.
        """
        z = np.array(z)
        for row, control in enumerate(self.tile.acting, STATES):
            acts = control.acts(now)
            z[row] = np.where(acts, z[row], control.begin(now))
            if isinstance(control, Speed) and self.seen:
                begins = (self.tile.given[f"{control.slot}.on"] == 0.0) & acts
                if begins.any():
                    z[row] = np.where(begins, _idle(control.slot, now, self.seen), z[row])
        return z

    def _followed(self, after: Array, time: Array) -> Array:
        """The controls a beat later, each after its delay and with its time constant."""
        tile, period = self.tile, self.tile.means["period"]
        self.targets.append((time + period, tile.target))
        for row, control in enumerate(tile.acting):
            told = tile.target[row]
            if control.delay:
                told = self._told(row, time + period - control.delay)
            place = STATES + row
            share = 1 - np.exp(-period / control.time_constant)
            moved = after[place] + share * (told - after[place])
            still = np.isnan(told)
            acts = control.acts(tile.given)
            moved = np.where(still, after[place], moved)
            after[place] = np.where(acts, moved, control.begin(tile.given))
        oldest = time - max((c.delay for c in tile.acting), default=0.0) - 3.0
        while len(self.targets) > 1 and (self.targets[1][0] < oldest).all():
            self.targets.pop(0)
        return after

    def _told(self, row: int, time: Array) -> Array:
        """The last target that was known at some time; NaN before the first one."""
        told = np.full(len(time), np.nan)
        for known, target in self.targets:
            told = np.where(known <= time + 1e-9, target[row], told)
        return told


PUMP_EDGES = tuple(edge for edge in BODY.edges if edge.name in PUMPS)
ENDS = tuple(dict.fromkeys(end for edge in PUMP_EDGES for end in (*edge.inlets, *edge.outlets)))
"""Compartments that pumps take blood from or give it to."""


def _idle(slot: str, parameters: Parameters, seen: Mapping[str, Array]) -> Array:
    """The speed at which a pump holds mean pressures at its ends, krpm."""
    edge = next(edge for edge in BODY.edges if edge.name == slot)

    def mean(ends: tuple[str, ...], way: str) -> Array:
        shares = [parameters[f"{slot}.{way}_{end}"] if len(ends) > 1 else 1.0 for end in ends]
        parts = [share * seen[end] for share, end in zip(shares, ends, strict=True)]
        return np.asarray(sum(parts))

    against = np.maximum(mean(edge.outlets, "to") - mean(edge.inlets, "from"), 0.0)
    speed = np.sqrt(against / parameters[f"{slot}.a"])
    return np.clip(speed, parameters[f"{slot}.n_low"], parameters[f"{slot}.n_high"])


def _bled(z: Array, more: Array, parameters: Parameters, time: Array) -> Array:
    """The states with some more blood in the veins, mL."""
    z = veins.given(z, more, parameters)
    for place in veins.PLACES:
        if (z[place] <= 0).any():
            raise InputError(
                f"At {time[int(z[place].argmin())]:.3g} s more blood is lost than the veins hold. "
                "Check the blood that the events take, and over how long."
            )
    return z


def _joined(parts: list[Course], n: int) -> Course:
    """Tiles side by side; those of fewer beats end with NaN."""
    most = max(len(part.time) for part in parts)

    def along(pieces: list[Array]) -> Array:
        long = [np.concatenate([p, np.full((most - len(p), p.shape[1]), np.nan)]) for p in pieces]
        return np.concatenate(long, axis=1)[:, :n]

    one = parts[0]
    return Course(
        along([p.time for p in parts]),
        {name: along([p.indices[name] for p in parts]) for name in one.indices},
        {name: along([p.slow[name] for p in parts]) for name in one.slow},
        along([p.volume for p in parts]),
        np.concatenate([p.states for p in parts], axis=1)[:, :n],
        {k: np.concatenate([p.parameters[k] for p in parts])[:n] for k in one.parameters},
        tuple(piece for p in parts for piece in p.traces),
    )  # fmt: skip

"""What is kept of every beat of a course, and for how long something lasts."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from afterload.actions.simulate_course_plan import Plan
from afterload.actions.simulate_gas import Breathing
from afterload.actions.simulate_warn import INLETS, OFTEN, SHORT, narrowed
from afterload.core.progress import Progress, silent
from afterload.hemodynamics.course import clock
from afterload.hemodynamics.cycle import recent
from afterload.hemodynamics.device.base import ML_PER_S
from afterload.hemodynamics.trace import Trace, one_after_another

Array = NDArray[np.float64]

BRIEF_S = 2.0
"""What ends sooner is not told, and what begins again sooner has not ended."""

SETTLING_S = 15.0
"""Seconds for which a pump may lack flow before it is told: its speed is still being found."""

BATCH = 64
"""Beats of which gases are worked out at once."""

SPELLS = 3
"""Spells of one kind that are told one by one."""


@dataclass(frozen=True, slots=True)
class Spell:
    """Something that lasts for some time.

    Args:
        kind: What, as one kind with others.
        what: What, as the begin of a sentence.
        begin: When it begins, s.
        end: When it ends, s; None where it lasts to the end.
        more: What is to be said of it besides, from its comma on; "" for nothing.
    """

    kind: str
    what: str
    begin: float
    end: float | None
    more: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A beat whose waveforms are kept.

    Args:
        time: When it began, s.
        trace: Its waveforms.
    """

    time: float
    trace: Trace


Breathe = Callable[[Sequence[Kept]], Breathing]


class Watch:
    """Sees every beat, and keeps what gases and warnings are worked out from.

    Args:
        times: Of the last beat before each of these times, s, all waveforms are kept.
        every: Gases are worked out of every so many beats.
        breathe: Works them out.
        progress: Told how far it is, as a share of `seconds`.
        seconds: How long the course is.
    """

    def __init__(
        self,
        times: Sequence[float],
        every: int,
        breathe: Breathe,
        progress: Progress = silent,
        seconds: float = math.inf,
    ) -> None:
        self.waiting = sorted(times)
        self.progress, self.seconds = progress, seconds
        self.every, self.breathe = every, breathe
        self.kept: dict[float, Kept] = {}
        self.last: Kept | None = None
        self.pumps: list[dict[str, float]] = []
        self.dry: dict[str, list[float]] = {slot: [] for slot in INLETS}
        self.pending: list[Kept] = []
        self.recent: list[Trace] = []
        self.cycles: list[int] = []
        self.rows: list[int] = []
        self.breaths: list[Breathing] = []

    def __call__(self, time: Array, t: Trace) -> Mapping[str, Array]:
        """See a beat of one patient."""
        now = Kept(float(time[0]), t)
        while self.waiting and now.time >= self.waiting[0]:
            at = self.waiting.pop(0)
            if self.last is not None:
                self.kept[at] = self.last
        self.recent = [*self.recent, t][-int(recent(t.parameters)[0]) :]
        self.cycles.append(len(self.recent))
        now = Kept(now.time, one_after_another(self.recent))
        if len(self.pumps) % self.every == 0:
            if self.pending and not _alike(self.pending[0], now):
                self.flush()
            self.pending.append(now)
            self.rows.append(len(self.pumps))
            if len(self.pending) == BATCH:
                self.flush()
        self.last = now
        self._see(t)
        self.progress("Beat by beat", now.time / self.seconds)
        return {}

    def flush(self) -> None:
        """Work out the gases of the beats that wait for it."""
        if self.pending:
            self.breaths.append(self.breathe(self.pending))
        self.pending = []

    def _see(self, t: Trace) -> None:
        """Keep flows and settings of pumps, and how far their inlets collapse."""
        self.pumps.append(
            {
                **{k: float(v[0]) for k, v in t.parameters.items() if k.endswith(_OF_PUMPS)},
                **{slot: float(t.flows[slot].mean()) for slot in INLETS},
            }
        )
        for slot, shares in self.dry.items():
            on = t.parameters[f"{slot}.on"][0] == 1.0
            shares.append(float(narrowed(slot, t)[0]) if on else 0.0)


_OF_PUMPS = (".on", ".target")


def _alike(one: Kept, other: Kept) -> bool:
    """Whether two beats, or cycles of beats, have as many steps."""
    same = one.trace.beats == other.trace.beats
    return same and len(one.trace.time) == len(other.trace.time)


def batches(beats: Sequence[Kept]) -> Iterator[list[Kept]]:
    """Beats in groups that can stand side by side."""
    group: list[Kept] = []
    for one in beats:
        if group and (not _alike(group[0], one) or len(group) == BATCH):
            yield group
            group = []
        group.append(one)
    if group:
        yield group


def side_by_side(beats: Sequence[Kept]) -> Trace:
    """Beats of one patient, with as many steps each, as lanes."""
    traces = [one.trace for one in beats]

    def along(parts: Sequence[Mapping[str, Array]]) -> dict[str, Array]:
        return {name: np.concatenate([p[name] for p in parts], axis=-1) for name in parts[0]}

    return Trace(
        np.concatenate([t.time for t in traces], axis=1),
        along([t.volumes for t in traces]), along([t.pressures for t in traces]),
        along([t.flows for t in traces]), along([t.outside for t in traces]),
        np.concatenate([t.septum for t in traces], axis=1),
        np.concatenate([t.end_systole for t in traces]), along([t.parameters for t in traces]),
        traces[0].beats,
    )  # fmt: skip


def breath_of(parts: Sequence[Breathing]) -> Breathing:
    """Gases of several groups of beats, one after the other."""
    names = parts[0].values
    return Breathing(
        {name: np.concatenate([part.values[name] for part in parts]) for name in names},
        [text for part in parts for text in part.meeting],
        [texts for part in parts for texts in part.told],
    )


def lasting(
    time: Array, flag: NDArray[np.bool_], end: float, shortest: float = BRIEF_S
) -> list[tuple[float, float | None]]:
    """From when to when something is so, s; None for to the end.

    Args:
        time: When each beat began.
        flag: Whether it is so in it.
        end: Of the course.
        shortest: What ends sooner is left out.

    Example:
        >>> lasting(np.arange(6.0), np.array([0, 1, 1, 1, 0, 0], bool), 6.0)
        [(1.0, 4.0)]
    """
    edges = np.diff(np.concatenate([[0], flag.astype(int), [0]]))
    begins, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    after = np.append(time, end)
    found: list[tuple[float, float]] = []
    for first, last in zip(begins, ends, strict=True):
        begin, over = float(time[first]), float(after[last])
        if found and begin - found[-1][1] < BRIEF_S:
            begin = found.pop()[0]
        found.append((begin, over))
    return [
        (begin, None if over >= end else over)
        for begin, over in found
        if over - begin >= shortest or over >= end
    ]


def spells(plan: Plan, watch: Watch, time: Array, opening: Array, end: float) -> tuple[Spell, ...]:
    """What a reader must know of how the heart and the pumps fare.

    Args:
        plan: What is done.
        watch: What was seen of every beat.
        time: When each began, s.
        opening: Share of each beat with the aortic valve open.
        end: Of the course, s.
    """
    found = [
        Spell("shut", "The aortic valve stays shut", begin, over, ": blood stands still behind it")
        for begin, over in lasting(time, opening == 0.0, end)
    ]
    for slot, shares in watch.dry.items():
        part = np.array(shares)
        for begin, over in lasting(time, part > OFTEN, end):
            most = part[(time >= begin) & (time < (over or np.inf))].max()
            found.append(
                Spell(
                    f"{slot} dry",
                    f"The inlet of {_word(plan, slot, begin)} is narrowed by suction",
                    begin, over, f", in up to {100 * most:.0f} % of the beat",
                )
            )  # fmt: skip
        found += _flows(plan, watch, slot, time, end)
    return tuple(sorted(found, key=lambda one: one.begin))


def _flows(plan: Plan, watch: Watch, slot: str, time: Array, end: float) -> list[Spell]:
    """Pumps that give too little, or through which blood runs backwards."""
    flow = np.array([one[slot] for one in watch.pumps]) / ML_PER_S
    on = np.array([one[f"{slot}.on"] for one in watch.pumps]) == 1.0
    target = np.array([one[f"{slot}.target"] for one in watch.pumps]) / ML_PER_S
    settled = np.diff(target, prepend=target[:1]) == 0
    short = on & settled & (flow < target * (1 - SHORT))
    found = []
    for begin, over in lasting(time, short, end, SETTLING_S):
        here = (time >= begin) & (time < (over or np.inf))
        at = int(np.flatnonzero(here)[-1])
        found.append(
            Spell(f"{slot} short", f"{_word(plan, slot, begin)} gives less than asked for", begin,
                  over, f": {flow[at]:.2g} of {target[at]:.2g} L/min in the end")
        )  # fmt: skip
    for begin, over in lasting(time, on & (flow < -0.1 / ML_PER_S), end):
        most = -flow[(time >= begin) & (time < (over or np.inf))].min()
        found.append(
            Spell(f"{slot} back", f"Blood runs backwards through {_word(plan, slot, begin)}",
                  begin, over, f", up to {most:.2g} L/min")
        )  # fmt: skip
    return found


def _word(plan: Plan, slot: str, time: float) -> str:
    """The device in a place at a time."""
    holders = [one.word for one in plan.running(time) if one.device.slot == slot]
    return holders[0] if holders else slot


def told(found: Sequence[Spell]) -> tuple[str, ...]:
    """Spells as sentences; many of one kind as one."""
    kinds: dict[str, list[Spell]] = {}
    for one in found:
        kinds.setdefault(one.kind, []).append(one)
    lines = []
    for group in kinds.values():
        if len(group) <= SPELLS:
            lines += [f"{one.what} {_when(one)}{one.more}." for one in group]
            continue
        first, last = group[0], group[-1]
        whole = Spell(first.kind, first.what, first.begin, last.end)
        lines.append(f"{first.what} again and again {_when(whole)} ({len(group)} times).")
    return tuple(lines)


def _when(one: Spell) -> str:
    if one.end is None:
        return "throughout" if one.begin == 0 else f"from {clock(one.begin)} to the end"
    return f"from {clock(one.begin)} to {clock(one.end)}"

"""What is kept of every beat of a course, and for how long something lasts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from afterload.actions.simulate_course_plan import Plan
from afterload.actions.simulate_warn import INLETS, OFTEN, SHORT, sucked_shut
from afterload.hemodynamics.device.base import ML_PER_S
from afterload.hemodynamics.trace import Trace

Array = NDArray[np.float64]

BRIEF_S = 2.0
"""What ends sooner is not told, and what begins again sooner has not ended."""

SETTLING_S = 15.0
"""Seconds for which a pump may lack flow before it is told: its speed is still being found."""

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


class Watch:
    """Sees every beat, and keeps what gases and warnings are worked out from.

    Args:
        times: Of the last beat before each of these times, s, all waveforms are kept.
    """

    def __init__(self, times: Sequence[float]) -> None:
        self.waiting = sorted(times)
        self.kept: dict[float, Kept] = {}
        self.last: Kept | None = None
        self.flows: list[dict[str, float]] = []
        self.pumps: list[dict[str, float]] = []
        self.dry: dict[str, list[float]] = {slot: [] for slot in INLETS}

    def __call__(self, time: Array, t: Trace) -> Mapping[str, Array]:
        """See a beat of one patient."""
        now = float(time[0])
        while self.waiting and now >= self.waiting[0]:
            at = self.waiting.pop(0)
            if self.last is not None:
                self.kept[at] = self.last
        self.last = Kept(now, t)
        self.see(t)
        return {}

    def see(self, t: Trace) -> None:
        """Keep mean flows, pumps, and how far their inlets collapse."""
        self.flows.append({name: float(flow.mean()) for name, flow in t.flows.items()})
        self.pumps.append(
            {k: float(v[0]) for k, v in t.parameters.items() if k.partition(".")[0] in INLETS}
        )
        for slot, shares in self.dry.items():
            on = t.parameters[f"{slot}.on"][0] == 1.0
            shares.append(float(sucked_shut(slot, t)[0]) if on else 0.0)


def mean_beats(first: Watch, chosen: Sequence[int]) -> Trace:
    """Some beats as lanes of one, with mean flows alone; enough for gases."""
    n = len(chosen)
    flows = {
        name: np.array([[first.flows[k][name] for k in chosen]]) for name in first.flows[0]
    }  # fmt: skip
    pumps = {name: np.array([first.pumps[k][name] for k in chosen]) for name in first.pumps[0]}
    none = np.zeros((1, n))
    return Trace(none, {}, {}, flows, none, np.zeros(n, np.intp), pumps)


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
                    f"{_word(plan, slot, begin)} draws more than comes",
                    begin, over, f", in up to {100 * most:.0f} % of the beat: its inlet is sucked "
                    "shut",
                )
            )  # fmt: skip
        found += _flows(plan, watch, slot, time, end)
    return tuple(sorted(found, key=lambda one: one.begin))


def _flows(plan: Plan, watch: Watch, slot: str, time: Array, end: float) -> list[Spell]:
    """Pumps that give too little, or through which blood runs backwards."""
    flow = np.array([one[slot] for one in watch.flows]) / ML_PER_S
    on = np.array([one[f"{slot}.on"] for one in watch.pumps]) == 1.0
    target = _targets(plan, watch, slot, time) / ML_PER_S
    short = on & (flow < target * (1 - SHORT))
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


def _targets(plan: Plan, watch: Watch, slot: str, time: Array) -> Array:
    """The flow asked of a pump in every beat, mL/s; NaN where none is."""
    del plan, time
    return np.array([one[f"{slot}.target"] for one in watch.pumps])


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


def clock(seconds: float) -> str:
    """A time as it is told, e.g. "45 s", "6 min 40 s", "2 h 5 min".

    Example:
        >>> clock(45), clock(400), clock(7500), clock(1.25)
        ('45 s', '6 min 40 s', '2 h 5 min', '1.2 s')
    """
    if seconds < 10 and seconds != round(seconds):
        return f"{seconds:.1f} s"
    whole = round(seconds)
    parts = ((whole // 3600, "h"), (whole // 60 % 60, "min"), (whole % 60, "s"))
    return " ".join(f"{count} {unit}" for count, unit in parts if count) or "0 s"

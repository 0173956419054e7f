"""From a circuit to the source of one straight line that a patient's step runs through four times.

The source does one classical Runge-Kutta step after another. Patients stand side by side in lanes,
eight at a time, so that neighbouring lanes are neighbouring numbers; nothing in a loop over lanes
branches or calls, so that the compiler runs 4 or 8 lanes in one instruction. What these loops read
and write all stands in one array at fixed places: with several arrays the compiler would have to
prove that none overlaps another, and falls back to one lane at a time. A single patient has no
lanes; there the exponentials, and the states at the end of a stage, go eight at a time.

What stays for the whole beat, such as 1 / r of a resistance, is computed before the first step. A
way that nobody has, such as the place of a pump without one or the leak of a tight valve, is
passed by (`Edge.switch`). The four stages are one piece of code: unrolled, most of its work would
be moving numbers out of registers and back.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, cached_property

from afterload.hemodynamics.circuit import Circuit
from afterload.hemodynamics.stage import Part, traced

MOVED = (0.5, 0.5, 1.0, 0.0)
"""How far each stage goes for the next one, in steps."""

WEIGHT = (1 / 6, 1 / 3, 1 / 3, 1 / 6)
"""What each stage counts in the step."""

TOGETHER = 8
"""Lanes that go together: one instruction of AVX-512. All they need stays in the nearest cache."""

STILL = 1e-12
"""Flow, mL/s, that counts as none in a way that is switched off."""


def source(circuit: Circuit, watch: tuple[str, ...], lanes: int) -> str:
    """The source of `advance` for a circuit.

    Args:
        circuit: The circuit.
        watch: Signals whose mean over the beat is kept: "p.PART" a pressure, "q.EDGE" a flow. It is
            the mean that the step itself uses, so that a mean flow is what moves the volumes.
        lanes: How many patients stand side by side.

    Raises:
        InputError: A watched signal does not exist.
    """
    return _writer(circuit, watch, lanes).text


def width(circuit: Circuit, watch: tuple[str, ...], lanes: int) -> int:
    """How many numbers the array has that `advance` works on."""
    return _writer(circuit, watch, lanes).width


def operations(circuit: Circuit, present: Iterable[str] = ()) -> int:
    """Additions, multiplications, divisions, roots, comparisons and choices in a patient's step.

    Args:
        circuit: The circuit.
        present: Names of the edges that the patient has, of those that are passed by otherwise.
    """
    model = traced(circuit, ())
    has = set(present)
    run = [part for part in model.parts if not part.edges or has & {e.name for e in part.edges}]
    known = model.once.values()
    passed = {e.name for part in model.parts if part not in run for e in part.edges}
    states = [name for name in circuit.states if name not in passed]
    work = sum(model.tape.count(part.outputs, known) + len(part.gains) for part in run)
    return 4 * (work + 4 * len(states) + 2)


@cache
def _writer(circuit: Circuit, watch: tuple[str, ...], lanes: int) -> _Writer:
    return _Writer(circuit, watch, lanes)


class _Writer:
    """The lines of a kernel.

    Its array `w` holds rows of one number per lane. The first four times `count` rows are, for
    every state and watched signal: the value in the stage, at the begin of the step, at its end,
    and the rate of change. The "value" of a signal is its integral over time. Then come
    parameters, the length of a step, what is computed once, activations, and pressures.
    """

    def __init__(self, circuit: Circuit, watch: tuple[str, ...], lanes: int) -> None:
        self.circuit, self.watch, self.lanes = circuit, watch, lanes
        self.model = traced(circuit, watch)
        self.wide = TOGETHER if lanes % TOGETHER == 0 else lanes
        self.states = {name: i for i, name in enumerate(circuit.states)}
        self.places = {name: i for i, name in enumerate((*circuit.volumes, *circuit.outside))}
        self.count = -(-(len(self.states) + len(watch)) // 8) * 8
        self.told = 4 * self.count
        self.h = self.told + len(circuit.parameters)
        self.once = self.h + 1
        self.active = self.once + len(self.model.once)
        self.pressed = self.active + len(circuit.activations)
        self.rows_together = self.wide == 1 and len(self.states) >= 16
        self.width = (self.pressed + len(self.places)) * self.wide
        self.given = {end for part in self.model.parts for end in part.gains}

    @cached_property
    def text(self) -> str:
        """The source of the module."""
        n, s, a = self.lanes, len(self.states), len(self.circuit.activations)
        wide, c = self.wide, self.count
        always, *passed = self.model.parts
        stage = [*self._step(), *self._each(self._part(always, ""))]
        for k, part in enumerate(passed):
            stage += [f"if on_{k}:", *_in(self._each(self._part(part, f"d{k}_")))]
        stage += self._ends()
        return f'''"""The circuit {self.circuit.name!r}, as generated."""

from math import sqrt

from numba import uint64

from afterload.hemodynamics.wide import exp, exps, move, onward, select


def advance(w, states, par, act, steps, beats, out, store, sums):
    for first in range(0, {n}, {wide}):
        for i in range({s}):
            for lane in range({wide}):
                w[i * {wide} + lane] = states[i * {n} + first + lane]
        for i in range({c * wide}):
            w[{2 * c * wide} + i] = 0.0
            w[{3 * c * wide} + i] = 0.0
        for i in range({len(self.circuit.parameters) + 1}):
            for lane in range({wide}):
                w[{self.told * wide} + i * {wide} + lane] = par[i * {n} + first + lane]
{_indented(self._each(self._before()), 2)}
{_indented(self._switches(passed), 2)}
        move(w, {c * wide}, w, 0, {s * wide})
        move(w, {2 * c * wide}, w, 0, {s * wide})
        for k in range(beats * steps):
            begin = {2 * a * n} * (k % steps) + first
            for stage in range(4):
                now = uint64(begin + {a * n} * ((stage + 1) // 2))
                moved = {MOVED!r}[stage]
                weight = {WEIGHT!r}[stage]
{_indented(stage, 4)}
            move(w, 0, w, {2 * c * wide}, {s * wide})
            move(w, {c * wide}, w, {2 * c * wide}, {s * wide})
            if store:
{_indented(self._stored(), 4)}
        for i in range({s}):
            for lane in range({wide}):
                states[i * {n} + first + lane] = w[i * {wide} + lane]
        for i in range({len(self.watch)}):
            for lane in range({wide}):
                sums[i * {n} + first + lane] = w[{(2 * c + s) * wide} + i * {wide} + lane]
'''

    def _at(self, row: int) -> str:
        """A row of `w`, in one lane."""
        return f"w[{row * self.wide} + lane]" if self.wide > 1 else f"w[{row}]"

    def _each(self, lines: list[str]) -> list[str]:
        """The lines in every lane."""
        return [f"for lane in range({self.wide}):", *_in(lines)] if self.wide > 1 else lines

    def _before(self) -> list[str]:
        """What is computed once."""
        model = self.model
        read = model.tape.needed(model.once.values())
        told = [name for name, e in model.symbols.items() if e.place in read]
        return [
            *(f"{name} = {self._at(self._row(name))}" for name in told),
            *model.tape.source(model.once),
            *(f"{self._at(self._row(name))} = {name}" for name in model.once),
        ]

    def _switches(self, parts: list[Part]) -> list[str]:
        """Which parts anyone has; a flow that has not ended yet counts too."""
        lines = []
        place = {name: i for i, name in enumerate(self.circuit.parameters)}
        for k, part in enumerate(parts):
            lines += [f"on_{k} = False", f"for lane in range({self.wide}):"]
            for edge in part.edges:
                some = [f"{self._at(self.told + place[edge.switch])} != 0.0"]
                if edge.inertial:
                    some.append(f"not abs({self._at(self.states[edge.name])}) <= {STILL!r}")
                lines.append(f"    on_{k} = on_{k} or {' or '.join(some)}")
        return lines

    def _step(self) -> list[str]:
        """What a stage begins with."""
        n, active = self.lanes, range(len(self.circuit.activations))
        if self.wide == 1:
            told = [f"w[{self.active + i}] = act[now + uint64({i * n})]" for i in active]
            return [*self._reach(""), *told]
        return [
            f"move(w, {(self.active + i) * self.wide}, act, now + uint64({i * n}), {self.wide})"
            for i in active
        ]

    def _part(self, part: Part, prefix: str) -> list[str]:
        """One part of a stage in one lane; names made up here begin with a prefix of its own."""
        model = self.model
        read = model.tape.needed(part.outputs, model.once.values())
        known = {name: e for name, e in (model.symbols | model.once).items() if e.place in read}
        lines = [f"{prefix}{name} = {self._at(self._row(name))}" for name in known]
        given = {f"{prefix}{name}": e for name, e in known.items()}
        named = {f"{prefix}n_{name}": e for name, e in part.rates.items()}
        named |= {f"{prefix}g_{name}": e for name, e in part.gains.items()}
        named |= {f"{prefix}v_{name}": e for name, e in part.pressures.items()}
        named |= {f"{prefix}m_{i}": e for i, e in part.signals.items()}
        powers = model.tape.exponentials(named.values(), given.values())
        if self.wide == 1 and len(powers) > 1:
            tags = range(len(powers))
            args = {f"{prefix}x_{k}": e.args("exp")[0] for k, e in enumerate(powers)}
            lines += model.tape.source(args, given, f"{prefix}x")
            found = ", ".join(f"{prefix}e_{k}" for k in tags)
            lines.append(f"{found} = exps(({', '.join(args)}))")
            given |= {f"{prefix}e_{k}": e for k, e in enumerate(powers)}
        lines += model.tape.source(named, given, prefix)
        if self.wide > 1:
            lines += self._reach(prefix)
        own = [name for name in part.rates if not (self.rows_together or name in self.given)]
        lines += [
            f"{self._rate(self.states[name])} = {prefix}n_{name}"
            for name in part.rates
            if name not in own
        ]
        rates = {self.states[name]: f"{prefix}n_{name}" for name in own}
        lines += self._onward(rates, prefix if self.wide > 1 else "")
        lines += [f"{self._rate(self.states[name])} += {prefix}g_{name}" for name in part.gains]
        lines += [
            f"{self._at(self.pressed + self.places[name])} = {prefix}v_{name}"
            for name in part.pressures
        ]
        for i in part.signals:
            place = len(self.states) + i
            if self.rows_together:
                lines.append(f"{self._rate(place)} = {prefix}m_{i}")
            else:
                much = f"{prefix}much" if self.wide > 1 else "much"
                lines.append(f"{self._at(2 * self.count + place)} += {much} * {prefix}m_{i}")
        return lines

    def _row(self, name: str) -> int:
        """The row of a symbol, or of what is computed once."""
        kind, _, i = name.partition("_")
        first = {"y": 0, "p": self.told, "f": self.once, "a": self.active, "u": self.pressed}
        return first[kind] + int(i)

    def _rate(self, place: int) -> str:
        return self._at(3 * self.count + place)

    def _reach(self, prefix: str) -> list[str]:
        h = self._at(self.h)
        return [f"{prefix}far = {h} * moved", f"{prefix}much = {h} * weight"]

    def _onward(self, rates: dict[int, str], prefix: str) -> list[str]:
        """States at the end of a stage, by places: first all that the next one begins with."""
        y, y0, total = ({k: self._at(row * self.count + k) for k in rates} for row in (0, 1, 2))
        return [
            *(f"{y[k]} = {y0[k]} + {prefix}far * {rate}" for k, rate in rates.items()),
            *(f"{total[k]} += {prefix}much * {rate}" for k, rate in rates.items()),
        ]

    def _ends(self) -> list[str]:
        """What a stage ends with."""
        if self.rows_together:
            return [f"onward(w, {self.count}, far, much)"]
        places = [self.states[name] for name in self.circuit.volumes if name in self.given]
        lines = self._onward({k: self._rate(k) for k in places}, "")
        if not lines or self.wide == 1:
            return lines
        return self._each([*self._reach(""), *lines])

    def _stored(self) -> list[str]:
        """The states, put where the caller keeps them."""
        s, n, wide = len(self.states), self.lanes, self.wide
        if wide == n:
            return [f"move(out, {s * n} * k, w, 0, {s * n})"]
        return [
            f"for i in range({s}):",
            f"    move(out, {n} * ({s} * k + i) + first, w, {wide} * i, {wide})",
        ]


def _in(lines: Iterable[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def _indented(lines: list[str], deep: int) -> str:
    return "\n".join(f"{'    ' * deep}{line}" for line in lines)

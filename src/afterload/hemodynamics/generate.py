"""From a circuit to the source of one straight line that a patient's step runs through four times.

The source does one classical Runge-Kutta step after another over one beat. Patients stand side by
side in lanes of one flat array, so that neighbouring lanes are neighbouring numbers; nothing in the
loop over lanes branches or calls, so the compiler runs 4 or 8 lanes in one instruction. What that
loop reads and writes all stands in one array at fixed places: with several arrays the compiler
would have to prove that none overlaps another, and falls back to one lane at a time. What stays for
the whole beat, such as 1 / r of a resistance, is computed before the first step. The four stages
are one piece of code: unrolled, most of its work would be moving numbers out of registers and back.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from afterload.core.errors import InputError
from afterload.hemodynamics.circuit import Circuit, Rates
from afterload.hemodynamics.expr import TRACED, Expr, Tape

MOVED = (0.5, 0.5, 1.0, 0.0)
"""How far each stage goes for the next one, in steps."""

WEIGHT = (1 / 6, 1 / 3, 1 / 3, 1 / 6)
"""What each stage counts in the step."""


@cache
def source(circuit: Circuit, watch: tuple[str, ...], lanes: int) -> str:
    """The source of `advance` for a circuit, and how many numbers per lane it works on.

    Its array holds, each for all lanes: the states of the stage, those at the begin and at the end
    of the step, sums of the watched signals, what stays for the beat, and the activations of the
    stage. Parameters come in an array of their own, the length of a step below them.

    Args:
        circuit: The circuit.
        watch: Signals whose mean over the beat is kept: "p.PART" a pressure, "q.EDGE" a flow. It is
            the mean that the step itself uses, so that a mean flow is what moves the volumes.
        lanes: How many patients stand side by side.

    Raises:
        InputError: A watched signal does not exist.
    """
    stage = _stage(circuit, watch)
    s, w, a = len(circuit.states), len(watch), len(circuit.activations)
    p = len(circuit.parameters)
    sums, fixed = 3 * s, 3 * s + w
    active = fixed + len(stage.kept)

    def at(row: int, array: str = "w") -> str:
        return f"{array}[{row * lanes} + lane]"

    before = [
        *(f"p_{i} = {at(i, 'par')}" for i in range(p)),
        f"h = {at(p, 'par')}",
        *stage.before,
        *(f"{at(fixed + i)} = {name}" for i, name in enumerate(stage.kept)),
    ]
    inner = [
        *(f"y_{i} = {at(i)}" for i in range(s)),
        *(f"{name} = {at(fixed + i)}" for i, name in enumerate(stage.kept)),
        *(f"a_{i} = {at(active + i)}" for i in range(a)),
        *stage.lines,
        "far = h * moved",
        "much = h * weight",
        *(f"{at(i)} = {at(s + i)} + far * n_{i}" for i in range(s)),
        *(f"{at(2 * s + i)} += much * n_{i}" for i in range(s)),
        *(f"{at(sums + i)} += weight * m_{i}" for i in range(w)),
    ]
    return f'''"""One beat of the circuit {circuit.name!r}, as generated."""

from math import sqrt

from numba import njit, uint64

from afterload.hemodynamics.select import select

WIDTH = {active + a}


@njit(
    cache=True,
    nogil=True,
    boundscheck=False,
    error_model="numpy",
    fastmath={{"reassoc", "contract", "arcp", "nsz"}},
)
def advance(w, par, act, steps, beats, out, store):
    for lane in range({lanes}):
{_indented(before, 2)}
    for j in range({s * lanes}):
        w[{s * lanes} + j] = w[j]
        w[{2 * s * lanes} + j] = w[j]
    for k in range(beats * steps):
        begin = {2 * a * lanes} * (k % steps)
        for stage in range(4):
            row = begin + {a * lanes} * ((stage + 1) // 2)
            for j in range({a * lanes}):
                w[{active * lanes} + j] = act[uint64(row + j)]
            moved = {MOVED!r}[stage]
            weight = {WEIGHT!r}[stage]
            for lane in range({lanes}):
{_indented(inner, 4)}
        for j in range({s * lanes}):
            new = w[{2 * s * lanes} + j]
            w[j] = new
            w[{s * lanes} + j] = new
        if store:
            place = {s * lanes} * k
            for j in range({s * lanes}):
                out[uint64(place + j)] = w[j]
'''


def _indented(lines: list[str], deep: int) -> str:
    return "\n".join(f"{'    ' * deep}{line}" for line in lines)


@dataclass(frozen=True, slots=True)
class _Stage:
    """One stage of a step of one lane.

    Args:
        before: Lines to be run once per beat, from the parameters "p_0", ... and the step "h".
        kept: Names of what the other lines read of all this.
        lines: From states "y_0", ... and activations "a_0", ... to the rates of change "n_0", ...
            and the signals "m_0", ...
        operations: How many operations these lines have.
    """

    before: list[str]
    kept: list[str]
    lines: list[str]
    operations: int


def _stage(circuit: Circuit, watch: tuple[str, ...]) -> _Stage:
    tape = Tape()
    y = {name: tape.symbol(f"y_{i}") for i, name in enumerate(circuit.states)}
    p = {name: tape.symbol(f"p_{i}", fixed=True) for i, name in enumerate(circuit.parameters)}
    a = {name: tape.symbol(f"a_{i}") for i, name in enumerate(circuit.activations)}
    rates = circuit.rates(TRACED, y, p, a)
    new = {f"n_{i}": tape.of(rates.states[name]) for i, name in enumerate(circuit.states)}
    outputs = new | {f"m_{i}": tape.of(_signal(rates, name)) for i, name in enumerate(watch)}
    once = tape.once(outputs.values())
    lines = tape.source(outputs, once)
    read = tape.needed(outputs.values(), once.values())
    given = {f"p_{i}": expr for i, expr in enumerate(p.values())} | once
    kept = ["h", *(name for name, expr in given.items() if expr.place in read)]
    return _Stage(tape.source(once), kept, lines, tape.count(outputs.values(), once.values()))


def _signal(rates: Rates, name: str) -> Expr:
    kind, _, part = name.partition(".")
    of = {"p": rates.pressures, "q": rates.flows}.get(kind, {})
    if part not in of:
        raise InputError(f"{name!r} is no pressure (p.PART) or flow (q.EDGE) of the circuit.")
    value: Expr = of[part]
    return value


def operations(circuit: Circuit) -> int:
    """Additions, multiplications, divisions, roots, comparisons and choices in a patient's step."""
    updates = 4 * len(circuit.states) + 2
    return 4 * (_stage(circuit, ()).operations + updates)

"""From a circuit to the source of one straight-line step, the same for every lane.

The source does one classical Runge-Kutta step (four stages unrolled) after another over one beat.
Patients stand side by side in lanes of one flat array, so that neighbouring lanes are neighbouring
numbers; nothing in the loop over lanes branches or calls, so the compiler runs 4 or 8 lanes in one
instruction. What the loop reads and writes all stands in one array at fixed places: with several
arrays the compiler would have to prove that none overlaps another, and falls back to one lane at a
time. What stays for the whole beat, such as 1 / r of a resistance, is computed before the first
step.
"""

from __future__ import annotations

from dataclasses import dataclass

from afterload.core.errors import InputError
from afterload.hemodynamics.circuit import Circuit, Rates
from afterload.hemodynamics.expr import TRACED, Expr, Tape

STAGES = (("a", 0), ("b", 1), ("b", 1), ("c", 2))
"""Activations of the four stages: at the start, twice in the middle, and at the end of a step."""


def source(circuit: Circuit, watch: tuple[str, ...], lanes: int) -> str:
    """The source of `advance` for a circuit, and of how many numbers per lane it works on.

    Its array holds, each for all lanes: states, sums of the watched signals, what stays for the
    beat, and the activations at begin, middle and end of the step. Parameters come in an array of
    their own, the length of a step below them.

    Args:
        circuit: The circuit.
        watch: Signals whose mean over the beat is kept: "p.PART" a pressure, "q.EDGE" a flow.
        lanes: How many patients stand side by side.

    Raises:
        InputError: A watched signal does not exist.
    """
    step = _step(circuit, watch)
    s, w, a = len(circuit.states), len(watch), len(circuit.activations)
    active = s + w + len(step.kept)
    p = len(circuit.parameters)

    def at(row: int, array: str = "w") -> str:
        return f"{array}[{row * lanes} + lane]"

    before = [
        *(f"p_{i} = {at(i, 'par')}" for i in range(p)),
        f"h = {at(p, 'par')}",
        *step.before,
        *(f"{at(s + w + i)} = {name}" for i, name in enumerate(step.kept)),
    ]
    inner = [
        *(f"y_{i} = {at(i)}" for i in range(s)),
        *(f"{name} = {at(s + w + i)}" for i, name in enumerate(step.kept)),
        *(
            f"{when}_{i} = {at(active + place * a + i)}"
            for when, place in dict(STAGES).items()
            for i in range(a)
        ),
        *step.lines,
        *(f"{at(i)} = n_{i}" for i in range(s)),
        *(f"{at(s + i)} += m_{i}" for i in range(w)),
    ]
    return f'''"""One beat of the circuit {circuit.name!r}, as generated."""

from math import sqrt

from numba import njit

from afterload.hemodynamics.select import select

WIDTH = {active + 3 * a}


@njit(
    cache=True,
    nogil=True,
    boundscheck=False,
    error_model="numpy",
    fastmath={{"reassoc", "contract", "arcp", "nsz"}},
)
def advance(w, par, act, steps, out, every):
    for lane in range({lanes}):
{_indented(before, 2)}
    for k in range(steps):
        row = {2 * a * lanes} * k
        for j in range({3 * a * lanes}):
            w[{active * lanes} + j] = act[row + j]
        for lane in range({lanes}):
{_indented(inner, 3)}
        if every > 0 and (k + 1) % every == 0:
            place = ((k + 1) // every - 1) * {s * lanes}
            for j in range({s * lanes}):
                out[place + j] = w[j]
'''


def _indented(lines: list[str], deep: int) -> str:
    return "\n".join(f"{'    ' * deep}{line}" for line in lines)


@dataclass(frozen=True, slots=True)
class _Step:
    """One step of one lane.

    Args:
        before: Lines to be run once per beat, from the parameters "p_0", ... and the step "h".
        kept: Names of what the lines of the step read of all this.
        lines: Lines of the step, from "y_0", ... to "n_0", ... and the signals "m_0", ...
        operations: How many operations the step's lines have.
    """

    before: list[str]
    kept: list[str]
    lines: list[str]
    operations: int


def _step(circuit: Circuit, watch: tuple[str, ...]) -> _Step:
    tape = Tape()
    names = circuit.states
    y = {name: tape.symbol(f"y_{i}") for i, name in enumerate(names)}
    p = {name: tape.symbol(f"p_{i}", fixed=True) for i, name in enumerate(circuit.parameters)}
    h = tape.symbol("h", fixed=True)

    def rates(at: dict[str, Expr], when: str) -> Rates:
        active = {n: tape.symbol(f"{when}_{i}") for i, n in enumerate(circuit.activations)}
        return circuit.rates(TRACED, at, p, active)

    first = rates(y, STAGES[0][0])
    slopes = [first.states]
    for (when, _), part in zip(STAGES[1:], (0.5, 0.5, 1.0), strict=True):
        at = {name: y[name] + h * part * slopes[-1][name] for name in names}
        slopes.append(rates(at, when).states)
    one, two, three, four = slopes
    new = {
        f"n_{i}": y[n] + h * (1 / 6) * (one[n] + 2.0 * (two[n] + three[n]) + four[n])
        for i, n in enumerate(names)
    }
    outputs = {**new, **{f"m_{i}": tape.of(_signal(first, name)) for i, name in enumerate(watch)}}
    once = tape.once(outputs.values())
    given = {str(tape.nodes[e.place][1][0]): e for e in (*p.values(), h)} | once
    lines = tape.source(outputs, once)
    read = tape.needed(outputs.values(), once.values())
    kept = [name for name, expr in given.items() if expr.place in read]
    return _Step(tape.source(once), kept, lines, tape.count(outputs.values(), once.values()))


def _signal(rates: Rates, name: str) -> Expr:
    kind, _, part = name.partition(".")
    of = {"p": rates.pressures, "q": rates.flows}.get(kind, {})
    if part not in of:
        raise InputError(f"{name!r} is no pressure (p.PART) or flow (q.EDGE) of the circuit.")
    value: Expr = of[part]
    return value


def operations(circuit: Circuit) -> int:
    """Additions, multiplications, divisions, roots, comparisons and choices in a patient's step."""
    return _step(circuit, ()).operations

"""From a circuit to the source of one straight-line step, the same for every lane.

The source does one classical Runge-Kutta step (four stages unrolled) after another over one beat.
Patients stand side by side in lanes of one flat array, so that neighbouring lanes are neighbouring
numbers; nothing in the loop over lanes branches or calls, so the compiler runs 4 or 8 lanes in one
instruction. States, means, parameters, step and the activations of the step all stand in one array
at fixed places: with several arrays the compiler would have to prove that none overlaps another,
and falls back to one lane at a time.
"""

from __future__ import annotations

from afterload.core.errors import InputError
from afterload.hemodynamics.circuit import Circuit, Rates
from afterload.hemodynamics.expr import TRACED, Expr, Tape

STAGES = (("a", 0), ("b", 1), ("b", 1), ("c", 2))
"""Activations of the four stages: at the start, twice in the middle, and at the end of a step."""


def source(circuit: Circuit, watch: tuple[str, ...], lanes: int) -> str:
    """The source of `advance` for a circuit.

    Args:
        circuit: The circuit.
        watch: Signals whose mean over the beat is kept: "p.PART" a pressure, "q.EDGE" a flow.
        lanes: How many patients stand side by side.

    Raises:
        InputError: A watched signal does not exist.
    """
    states, parameters = circuit.states, circuit.parameters
    s, w, a = len(states), len(watch), len(circuit.activations)
    active = width(circuit, watch) - 3 * a
    body, used = _step(circuit, watch)
    fixed = [
        *(
            f"p_{i} = w[{(s + w + i) * lanes} + lane]"
            for i in range(len(parameters))
            if f"p_{i}" in used
        ),
        f"h = w[{(active - 1) * lanes} + lane]",
    ]
    put = [
        *(f"y_{i} = w[{i * lanes} + lane]" for i in range(s)),
        *(fixed if lanes > 1 else ()),
        *(
            f"{name}_{i} = w[{(active + place * a + i) * lanes} + lane]"
            for name, place in dict(STAGES).items()
            for i in range(a)
            if f"{name}_{i}" in used
        ),
        *body,
        *(f"w[{i * lanes} + lane] = n_{i}" for i in range(s)),
        *(f"w[{(s + i) * lanes} + lane] += m_{i}" for i in range(w)),
    ]
    once = "".join(f"    {line}\n" for line in ("lane = 0", *fixed)) if lanes == 1 else ""
    inner = "\n".join(f"            {line}" for line in put)
    return f'''"""One beat of the circuit {circuit.name!r}, as generated."""

from math import sqrt

from numba import njit

from afterload.hemodynamics.select import select


@njit(
    cache=True,
    nogil=True,
    boundscheck=False,
    error_model="numpy",
    fastmath={{"reassoc", "contract", "arcp", "nsz"}},
)
def advance(w, act, steps, out, every):
{once}    for k in range(steps):
        row = {2 * a * lanes} * k
        for j in range({3 * a * lanes}):
            w[{active * lanes} + j] = act[row + j]
        for lane in range({lanes}):
{inner}
        if every > 0 and (k + 1) % every == 0:
            place = ((k + 1) // every - 1) * {s * lanes}
            for j in range({s * lanes}):
                out[place + j] = w[j]
'''


def width(circuit: Circuit, watch: tuple[str, ...]) -> int:
    """Numbers per lane in the array that the kernel works on.

    States, means of the watched signals, parameters, the step in s, and the activations at the
    begin, middle and end of a step, in this order.
    """
    numbers = len(circuit.states) + len(watch) + len(circuit.parameters)
    return numbers + 1 + 3 * len(circuit.activations)


def _step(circuit: Circuit, watch: tuple[str, ...]) -> tuple[list[str], set[str]]:
    """The lines of one step, and the names of the symbols they read."""
    tape = Tape()
    names = circuit.states
    y = {name: tape.symbol(f"y_{i}") for i, name in enumerate(names)}
    p = {name: tape.symbol(f"p_{i}") for i, name in enumerate(circuit.parameters)}
    h = tape.symbol("h")

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
    means = {f"m_{i}": tape.of(_signal(first, name)) for i, name in enumerate(watch)}
    lines = tape.source({**new, **means})
    used = {str(args[0]) for op, args in tape.nodes if op == "symbol"}
    return lines, used


def _signal(rates: Rates, name: str) -> Expr:
    kind, _, part = name.partition(".")
    of = {"p": rates.pressures, "q": rates.flows}.get(kind, {})
    if part not in of:
        raise InputError(f"{name!r} is no pressure (p.PART) or flow (q.EDGE) of the circuit.")
    value: Expr = of[part]
    return value


def operations(circuit: Circuit) -> int:
    """Additions, multiplications, divisions, roots and choices in one step of one patient."""
    lines, _ = _step(circuit, ())
    text = "\n".join(lines)
    signs = sum(text.count(sign) for sign in (" + ", " - ", " * ", " / "))
    return signs + text.count("sqrt(") + text.count("select(")

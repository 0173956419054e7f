"""One stage of a step, traced: what is always done, and what only some patients need.

A way that a parameter can switch off (`Edge.switch`) is traced by itself, from the pressures, so
that it can be passed by where nobody has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from afterload.core.errors import InputError
from afterload.hemodynamics.circuit import Circuit, Edge
from afterload.hemodynamics.expr import TRACED, Expr, Tape

SMALL = 12
"""Operations of a way below which it is passed by together with others like it, not by itself."""


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the work of a stage: what is always done, or what some edges take.

    Args:
        edges: The edges; none for what is always done.
        rates: By state, its rate of change.
        gains: By volume, what it gains through these edges.
        signals: By place among the watched signals, their values.
        pressures: By compartment or what lies around it, its pressure, for the parts that follow.
    """

    edges: tuple[Edge, ...]
    rates: dict[str, Expr]
    gains: dict[str, Expr]
    signals: dict[int, Expr]
    pressures: dict[str, Expr]

    @property
    def outputs(self) -> list[Expr]:
        """All that it computes."""
        named = (self.rates, self.gains, self.pressures)
        return [*(e for values in named for e in values.values()), *self.signals.values()]


@dataclass(frozen=True, slots=True)
class Model:
    """One stage of a step of one lane, in parts.

    Args:
        tape: What computes it.
        parts: What is always done, then what may be passed by.
        once: What is computed before the first step, by its name.
        symbols: States "y_0", ..., parameters "p_0", ..., activations "a_0", ... and pressures
            "u_0", ... by their names.
    """

    tape: Tape
    parts: list[Part]
    once: dict[str, Expr]
    symbols: dict[str, Expr]


def traced(circuit: Circuit, watch: tuple[str, ...]) -> Model:
    """A stage of a circuit.

    Args:
        circuit: The circuit.
        watch: Signals that are computed beside the rates of change, as in `generate.source`.

    Raises:
        InputError: A watched signal does not exist.
    """
    tape = Tape()
    y = {name: tape.symbol(f"y_{i}") for i, name in enumerate(circuit.states)}
    p = {name: tape.symbol(f"p_{i}", fixed=True) for i, name in enumerate(circuit.parameters)}
    a = {name: tape.symbol(f"a_{i}") for i, name in enumerate(circuit.activations)}
    u = {name: tape.symbol(f"u_{i}") for i, name in enumerate((*circuit.volumes, *circuit.outside))}
    always = circuit.rates(TRACED, y, p, a, tuple(e for e in circuit.edges if not e.switch))
    told = {f"p.{name}": value for name, value in always.pressures.items()}
    told |= {f"q.{name}": value for name, value in always.flows.items()}
    rates = {name: tape.of(value) for name, value in always.states.items()}
    signals = {i: tape.of(told[name]) for i, name in enumerate(watch) if name in told}
    base = Part((), rates, {}, signals, {})
    passed = []
    for edge in (e for e in circuit.edges if e.switch):
        way = circuit.way(edge, u, TRACED, y, p, a)
        slope = {edge.name: tape.of(way.slope)} if edge.inertial else {}
        seen = {i: tape.of(way.flow) for i, name in enumerate(watch) if name == f"q.{edge.name}"}
        passed.append(Part((edge,), slope, _summed(way.gains), seen, {}))
    known = {*told, *(f"q.{part.edges[0].name}" for part in passed)}
    for name in watch:
        if name not in known:
            raise InputError(f"{name!r} is no pressure (p.PART) or flow (q.EDGE) of the circuit.")
    once = tape.once(e for part in (base, *passed) for e in part.outputs)
    small = [part for part in passed if tape.count(part.outputs, once.values()) < SMALL]
    if len(small) > 1:
        passed = [*(part for part in passed if part not in small), _joined(small)]
    read = {place for part in passed for place in tape.needed(part.outputs)}
    told = {**always.pressures, **always.outside}
    base.pressures.update((name, tape.of(told[name])) for name, e in u.items() if e.place in read)
    once = tape.once(e for part in (base, *passed) for e in part.outputs)
    symbols = {str(tape.nodes[e.place][1][0]): e for of in (y, p, a, u) for e in of.values()}
    return Model(tape, [base, *passed], once, symbols)


def _summed(gains: Iterable[tuple[str, Expr]]) -> dict[str, Expr]:
    found: dict[str, Expr] = {}
    for end, gain in gains:
        found[end] = found[end] + gain if end in found else gain
    return found


def _joined(parts: Sequence[Part]) -> Part:
    rates = {name: e for part in parts for name, e in part.rates.items()}
    signals = {i: e for part in parts for i, e in part.signals.items()}
    gains = _summed(pair for part in parts for pair in part.gains.items())
    return Part(tuple(e for part in parts for e in part.edges), rates, gains, signals, {})

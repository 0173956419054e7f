"""The source of a kernel: what it refuses, what it computes once, how much it counts."""

from __future__ import annotations

import re

import pytest

from afterload.core.errors import InputError
from afterload.hemodynamics import regazzoni as r
from afterload.hemodynamics.body import BODY
from afterload.hemodynamics.circuit import Circuit, Compartment, Edge
from afterload.hemodynamics.expr import TRACED, Tape
from afterload.hemodynamics.generate import operations, source
from afterload.hemodynamics.law import Leak, Resistor, Vessel

TWO = Circuit(
    "two vessels",
    compartments=(Compartment("a", Vessel()), Compartment("b", Vessel())),
    edges=(Edge("q", "a", "b", Resistor()),),
)


def inner(text: str) -> str:
    """The lines of the loop over lanes within the steps."""
    return text.split("for stage in range(4):")[1].split("for lane in range")[1]


def test_a_signal_that_does_not_exist_is_refused() -> None:
    for name in ("p.nowhere", "q.nothing", "map"):
        with pytest.raises(InputError, match="no pressure"):
            source(r.CIRCUIT, (name,), 1)


def test_nothing_is_divided_by_a_parameter_within_a_step() -> None:
    for circuit in (r.CIRCUIT, BODY):
        text = source(circuit, (), 16)
        divisors = re.findall(r" / \(?(\w+)", inner(text))
        assert not [name for name in divisors if re.match(r"[pf]_\d", name)]
        assert " / p_" in text


def test_operations_of_two_vessels_counted_by_hand() -> None:
    """(V - v0) / c twice, (pa - pb) / r, minus and plus of the volumes: 1 / c, 1 / r once a beat.

    2 x (difference, product), difference, product, and 0 - q and q, of which the second is no
    operation and the first is one: 7 per stage; then 4 per state and 2 per stage for the step.
    """
    assert operations(TWO) == 4 * (7 + 4 * 2 + 2)


def test_a_way_that_nobody_has_costs_nothing() -> None:
    """A leak beside the resistance: max(pa - pb, 0), + 1, root, k times, divided: 6 per stage.

    Where someone has it, - q and two sums of what a and b gain come to it: 9.
    """
    leaking = Circuit(
        "two vessels and a leak", TWO.compartments, (*TWO.edges, Edge("leak", "a", "b", Leak()))
    )
    assert operations(leaking) == operations(TWO)
    assert operations(leaking, ["leak"]) == operations(TWO) + 4 * 9
    text = source(leaking, (), 1)
    assert text.count("sqrt(") == 1
    assert "sqrt(" in text.split("if on_0:")[1]


def test_every_pump_and_leak_of_the_circulation_can_be_passed_by() -> None:
    few, all_ = operations(BODY), operations(BODY, [edge.name for edge in BODY.edges])
    assert few < 0.75 * all_
    one = operations(BODY, ["ecls"])
    assert few < one < all_


def test_what_stays_for_a_beat_is_told_apart_from_what_does_not() -> None:
    tape = Tape()
    x, r_, c = tape.symbol("x"), tape.symbol("r", fixed=True), tape.symbol("c", fixed=True)
    value = (x + 2.0 * r_) / (r_ * c) + TRACED.exp(c)
    once = tape.once([value])
    assert len(once) == 2  # 1 / (r c), 2 r / (r c) + exp(c)
    lines = "\n".join(tape.source({"z": value}, once))
    assert set(re.findall(r"[a-z]\w*", lines)) == {"z", "x", *once}
    assert "/" not in lines

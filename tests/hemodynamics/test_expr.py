"""Tracing a law into straight-line source, against computing it with NumPy."""

from __future__ import annotations

import math

import numpy as np
import pytest

from afterload.hemodynamics.expr import TRACED, Expr, Tape
from afterload.hemodynamics.trace import ARRAYS


def run(lines: list[str], **values: float) -> dict[str, float]:
    """Execute generated lines as plain Python."""
    names: dict[str, object] = {
        "sqrt": math.sqrt, "exp": math.exp, "select": lambda c, a, b: a if c else b, **values
    }  # fmt: skip
    exec("\n".join(lines), names)
    return {name: v for name, v in names.items() if isinstance(v, float)}


def law(m: object, x: object, y: object) -> object:
    m_, x_, y_ = m, x, y
    return m_.where(  # type: ignore[attr-defined]
        x_ > y_,  # type: ignore[operator]
        m_.exp(0.1 * x_) - m_.sqrt(m_.maximum(y_, 0.5)),  # type: ignore[attr-defined,operator]
        abs(x_ - y_) / (1.0 + m_.minimum(x_, 2.0) * x_),  # type: ignore[attr-defined,arg-type,operator]
    )


@pytest.mark.parametrize(("x", "y"), [(3.0, 1.0), (1.0, 3.0), (-2.5, 4.0), (2.0, 2.0), (40.0, 0.1)])
def test_a_traced_law_computes_what_numpy_computes(x: float, y: float) -> None:
    tape = Tape()
    traced = law(TRACED, tape.symbol("x"), tape.symbol("y"))
    assert isinstance(traced, Expr)
    found = run(tape.source({"z": traced}), x=x, y=y)["z"]
    expected = float(np.asarray(law(ARRAYS, np.array(x), np.array(y))))
    assert found == pytest.approx(expected, rel=1e-10)


def test_what_stays_for_a_beat_is_gathered_so_that_it_is_computed_once() -> None:
    """(v - v0) / c + chest is a product and a sum, whatever stays is in the two numbers."""
    tape = Tape()
    v = tape.symbol("v")
    v0, c, chest = (tape.symbol(name, fixed=True) for name in ("v0", "c", "chest"))
    pressure = (v - v0) / c + chest
    once = tape.once([pressure])
    assert tape.count([pressure], once.values()) == 2
    known = run(tape.source(once), v0=30.0, c=1.5, chest=-2.0)
    found = run(tape.source({"z": pressure}, once), v=48.0, **{k: known[k] for k in once})
    assert found["z"] == pytest.approx((48.0 - 30.0) / 1.5 - 2.0, rel=1e-14)


def test_dividing_by_an_exponential_is_another_exponential() -> None:
    tape = Tape()
    x = tape.symbol("x")
    grown = TRACED.exp(0.3 * x)
    (line,) = tape.source({"z": 1.0 / grown})
    assert "/" not in line
    assert run([line], x=2.0)["z"] == pytest.approx(math.exp(-0.6), rel=1e-14)


def test_equal_computations_are_recorded_once_and_constants_are_folded() -> None:
    tape = Tape()
    x = tape.symbol("x")
    assert (x * 2.0 + 1.0).place == (2.0 * x + 1.0).place
    assert (x * 1.0).place == x.place
    assert (x + 0.0).place == x.place
    assert (tape.of(2.0) * tape.of(3.0)).place == tape.of(6.0).place
    assert "x" not in " ".join(tape.source({"z": x * 0.0}))

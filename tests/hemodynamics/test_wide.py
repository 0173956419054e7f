"""What generated source calls, compiled, against the standard library."""

from __future__ import annotations

import math
from typing import Any

import numba
import numpy as np
import pytest
from numpy.typing import NDArray

from afterload.hemodynamics import wide

Array = NDArray[np.float64]
njit: Any = numba.njit
exp: Any = wide.exp
exps: Any = wide.exps
move: Any = wide.move
onward: Any = wide.onward
select: Any = wide.select


def alone(x: Array, found: Array) -> None:
    for k in range(len(x)):
        found[k] = exp(x[k])


def six(x: Array, found: Array) -> None:
    found[0], found[1], found[2], found[3], found[4], found[5] = exps(
        (x[0], x[1], x[2], x[3], x[4], x[5])
    )


def test_the_exponential() -> None:
    x = np.concatenate([np.linspace(-30.0, 30.0, 60001), [0.0, 1e-9, -1e-9, 0.5, 600.0, -600.0]])
    found = np.empty_like(x)
    njit(alone)(x, found)
    expected = [math.exp(v) for v in x]
    np.testing.assert_allclose(found, expected, rtol=6e-11)


@pytest.mark.parametrize("x", [1e3, 1e6, np.inf, np.nan])
def test_where_the_exponential_ends(x: float) -> None:
    """Far beyond any pressure it stays huge or tiny; it never turns its sign."""
    found = np.empty(2)
    njit(alone)(np.array([x, -x]), found)
    assert found[0] == pytest.approx(math.exp(700.0))
    assert found[1] == pytest.approx(math.exp(-700.0 if x == x else 700.0))


def test_exponentials_side_by_side() -> None:
    x = np.array([-3.0, 0.2, 5.0, 0.0, 12.5, -0.7])
    found = np.empty(6)
    njit(six)(x, found)
    np.testing.assert_allclose(found, np.exp(x), rtol=6e-11)


def moved(to: Array, source: Array) -> None:
    move(to, 3, source, 2, 21)


def test_numbers_are_moved_and_no_others() -> None:
    to, source = np.zeros(30), np.arange(30.0)
    njit(moved)(to, source)
    np.testing.assert_array_equal(to[3:24], source[2:23])
    assert not to[:3].any()
    assert not to[24:].any()


def ended(w: Array, far: float, much: float) -> None:
    onward(w, 16, far, much)


def test_a_stage_ends_for_all_rows_at_once() -> None:
    w = np.random.default_rng(1).normal(size=70)
    before = w.copy()
    njit(ended)(w, 0.3, 0.7)
    _, y0, total, n = before[:64].reshape(4, 16)
    np.testing.assert_allclose(w[:16], y0 + 0.3 * n, rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(w[32:48], total + 0.7 * n, rtol=1e-13, atol=1e-15)
    np.testing.assert_array_equal(w[16:32], y0)
    np.testing.assert_array_equal(w[48:], before[48:])


def chosen(x: float) -> float:
    return float(select(x > 1.0, x, -x))


def test_one_of_two() -> None:
    assert njit(chosen)(2.0) == 2.0
    assert njit(chosen)(0.5) == -0.5

"""Cannulas lose the pressure that was measured, and every size of a kind follows from one."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterload.hemodynamics.device.base import ML_PER_S
from afterload.hemodynamics.device.cannula import (
    ARTERIAL,
    LONG_DRAIN,
    VENOUS,
    Cannula,
    inertance,
    tubing,
)

MEASURED = [
    (VENOUS, 1, 6.3), (VENOUS, 2, 23.0), (VENOUS, 3, 48.7), (VENOUS, 4, 83.1), (VENOUS, 5, 125.7),
    (ARTERIAL, 1, 42.6), (ARTERIAL, 2, 150), (ARTERIAL, 3, 315),
    (LONG_DRAIN, 0.5, 162), (LONG_DRAIN, 1, 615),
]  # fmt: skip
"""L/min and mmHg: hemodynamics reference D.5, from confirmed coefficients."""


@pytest.mark.parametrize(("cannula", "flow", "drop"), MEASURED)
def test_drops_are_the_measured_ones(cannula: Cannula, flow: float, drop: float) -> None:
    assert cannula.drop(flow * ML_PER_S) == pytest.approx(drop, rel=0.01)


@pytest.mark.parametrize(("cannula", "flow", "drop"), MEASURED)
def test_so_they_are_in_the_form_the_circulation_uses(
    cannula: Cannula, flow: float, drop: float
) -> None:
    """r q + c q² lies within 1.5 % of the largest drop, over the whole range."""
    most, largest = max((f, d) for c, f, d in MEASURED if c is cannula)
    found = cannula.loss(most=most * ML_PER_S).drop(flow * ML_PER_S)
    assert found == pytest.approx(drop, abs=0.015 * largest)


@pytest.mark.parametrize(
    ("cannula", "size", "low", "high"),
    [
        (ARTERIAL, 15, 150, 200), (ARTERIAL, 17, 90, 100), (ARTERIAL, 19, 55, 60),
        (ARTERIAL, 21, 35, 40), (VENOUS, 21, 45 * 0.85, 45 * 1.15),
        (VENOUS, 23, 35 * 0.85, 35 * 1.15), (VENOUS, 25, 25 * 0.85, 25 * 1.15),
    ],
)  # fmt: skip
def test_other_sizes_follow_from_the_measured_one(
    cannula: Cannula, size: float, low: float, high: float
) -> None:
    """At 4 L/min. The ranges are general knowledge (reference D.5), seen apart from the law."""
    assert low <= cannula.drop(4 * ML_PER_S, size) <= high


@pytest.mark.parametrize(("e", "power", "sticky"), [(1.0, 4.0, 1.0), (1.75, 4.75, 0.25), (2, 5, 0)])
def test_similarity_has_the_known_limits(e: float, power: float, sticky: float) -> None:
    """Poiseuille: D^-4 and viscosity; Blasius: D^-4.75, viscosity^1/4; Bernoulli: no viscosity."""
    cannula = Cannula(1e10, e, 20.0, 20.0, 10.0, 30.0)
    assert cannula.drop(50, 10) / cannula.drop(50, 20) == pytest.approx(2**power)
    assert cannula.drop(50, viscosity=2) / cannula.drop(50) == pytest.approx(2**sticky)


def test_similarity_holds_between_fluids() -> None:
    """dp rho / mu² is one function of Q rho / mu: water and blood of one density."""
    thicker = 3.1
    same_reynolds = ARTERIAL.drop(60 * thicker, viscosity=thicker)
    assert same_reynolds / thicker**2 == pytest.approx(ARTERIAL.drop(60))


@given(st.floats(1, 130), st.floats(12, 25))
def test_backwards_loses_as_much(q: float, size: float) -> None:
    assert ARTERIAL.drop(-q, size) == -ARTERIAL.drop(q, size)
    assert ARTERIAL.loss(size).drop(-q) == -ARTERIAL.loss(size).drop(q)


def test_tubing_is_poiseuilles() -> None:
    """2 m of 9.525 mm at 3.5 mPa s and 4 L/min: 128 mu L Q / (pi D^4) in SI."""
    pascal = 128 * 0.0035 * 2.0 * (4e-3 / 60) / (math.pi * 0.009525**4)
    assert tubing().drop(4 * ML_PER_S) == pytest.approx(pascal / 133.322)


def test_inertance_is_density_times_length_over_area() -> None:
    """In SI: rho L / A, Pa s²/m³, and 1 mmHg s²/mL is 133.322e6 of it."""
    si = 1060 * 2.0 / (math.pi / 4 * 0.009525**2)
    assert inertance(200, 0.9525) == pytest.approx(si / 133.322e6, rel=1e-4)


def test_shares_of_a_split_return_lose_what_their_flow_loses() -> None:
    """The pump feels the share-weighted mean of the limbs' drops."""
    loss = ARTERIAL.loss(17)
    for share in (0.2, 0.5, 0.9):
        q = 70.0
        apart = share * loss.drop(share * q) + (1 - share) * loss.drop((1 - share) * q)
        together = loss.carrying(share).drop(q) + loss.carrying(1 - share).drop(q)
        assert together == pytest.approx(apart)

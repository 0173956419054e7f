"""Drugs by dose: factors as published, straight lines between them, and sources for all of them."""

from __future__ import annotations

import math

import pytest

from afterload.hemodynamics.drug import ACTS_ON, DRUGS, NOT_OFFERED, Effect
from afterload.hemodynamics.patient.normal import CONTROLLED, NORMAL


def test_published_doses_give_the_published_factors() -> None:
    """Read from the abstracts: resistance 1,858 to 1,439; slope +41 %; -15 and -31 %."""
    dobutamine = DRUGS["dobutamine"].factors(5.0)
    assert dobutamine["viscera.r"] == pytest.approx(0.7745, abs=5e-5)
    assert dobutamine["lv.ees"] == pytest.approx(1.41)
    assert dobutamine["beat.hr"] == pytest.approx(1.0)
    more = DRUGS["dobutamine"].factors(10.0)
    assert more["legs.r"] == pytest.approx(17.536 / 30.097, abs=5e-4)
    assert 98.5 * more["beat.hr"] == pytest.approx(105.2)
    low, high = (DRUGS["milrinone"].factors(dose) for dose in (0.375, 0.75))
    assert (low["arms.r"], high["arms.r"]) == pytest.approx((0.85, 0.69))


@pytest.mark.parametrize("drug", DRUGS.values(), ids=str)
def test_no_dose_does_nothing_and_half_the_lowest_dose_half_of_the_logarithm(drug) -> None:  # type: ignore[no-untyped-def]
    assert set(drug.factors(0.0).values()) == {1.0}
    first = min(min(effect.factors) for effect in drug.effects.values())
    whole, half = drug.factors(first), drug.factors(first / 2)
    for name, factor in whole.items():
        assert half[name] == pytest.approx(math.sqrt(factor)), name


def test_between_two_doses_the_logarithm_goes_in_a_straight_line() -> None:
    effect = Effect({2.0: 0.8, 4.0: 0.5}, 0.1, DRUGS["dobutamine"].settling)
    assert effect.factor(3.0) == pytest.approx(math.sqrt(0.8 * 0.5))
    assert effect.factor(9.0) == pytest.approx(0.5)
    assert effect.factor(2.0, 1.0) / effect.factor(2.0) == pytest.approx(math.exp(0.1))
    assert effect.factor(0.0, 3.0) == 1.0
    assert effect.factor(1.0, 1.0) / effect.factor(1.0) == pytest.approx(math.exp(0.05))


@pytest.mark.parametrize("drug", DRUGS.values(), ids=str)
def test_every_number_has_a_source_and_acts_on_what_there_is(drug) -> None:  # type: ignore[no-untyped-def]
    known = {**NORMAL, **CONTROLLED}
    assert set(drug.factors(drug.lowest)) <= set(known)
    for name, effect in drug.effects.items():
        assert name in ACTS_ON
        assert list(effect.factors) == sorted(effect.factors)
        assert max(effect.factors) <= drug.highest
        assert effect.source.place
        assert effect.source.confidence in ("C1", "C2", "CALC")
        assert 0 < effect.sd < 0.5
    assert drug.settling.place
    assert 0 < drug.lowest < drug.highest


def test_no_drug_is_both_offered_and_not() -> None:
    assert not set(DRUGS) & set(NOT_OFFERED)

"""A low output is shared as measured: the brain by its curve, the others in proportion."""

from __future__ import annotations

import pytest

from afterload.hemodynamics import brain
from afterload.hemodynamics.patient.normal import SHARES, SYSTEMIC
from afterload.hemodynamics.regional import shares, split


def test_in_health_the_beds_share_as_they_do() -> None:
    """At 5.4 L/min, from which the brain's share of the head was worked out."""
    found, own = shares(80.0, 5.4, 140.0)
    assert found == pytest.approx(SHARES, rel=1e-3)
    assert own == pytest.approx(brain.SHARE, rel=1e-3)


@pytest.mark.parametrize(
    ("arterial", "venous", "output", "hb"),
    [(60, 12, 3.2, 130), (58, 19, 2.7, 120), (68, 15, 3.3, 120), (60, 20, 3.0, 130),
     (58, 15, 3.2, 85), (120, 5, 8.0, 140), (40, 25, 0.8, 70)],
)  # fmt: skip
def test_all_beds_together_resist_as_before(
    arterial: float, venous: float, output: float, hb: float
) -> None:
    told = split(arterial, venous, output, hb)
    together = sum(1.0 / told[f"{bed}.r"] for bed in SHARES)
    assert together == pytest.approx(sum(SHARES.values()) / SYSTEMIC, rel=1e-12)
    assert 0.0 < told["brain.share"] < 1.0
    assert all(r > 0 for r in told.values())


def test_the_brain_gets_what_its_curve_says_and_the_others_lose_alike() -> None:
    """At a perfusion pressure of 40 mmHg four fifths of its flow; of 3 L/min, 17.5 %."""
    found, own = shares(40.0, 3.0, 140.0)
    assert own * found["head"] * 3000 == pytest.approx(0.8 * 656)
    lost = {bed: found[bed] / SHARES[bed] for bed in ("arms", "viscera", "legs")}
    lost["face"] = (1 - own) * found["head"] / ((1 - brain.SHARE) * SHARES["head"])
    assert len({round(x, 12) for x in lost.values()}) == 1
    assert lost["face"] < 1.0


def test_too_little_blood_for_the_brain_leaves_some_to_the_rest() -> None:
    found, _ = shares(80.0, 0.5, 140.0)
    assert found["viscera"] > 0.0
    assert sum(found.values()) == pytest.approx(sum(SHARES.values()))

"""A median is never surer than what is known of the devices."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from afterload.actions import cohort_band
from afterload.actions.cohort import cohort
from afterload.actions.cohort_interval import device_part, median_moves, middle
from afterload.actions.simulate import simulate
from afterload.actions.simulate_patient import find_patient
from afterload.hemodynamics.cohort import Spread
from afterload.hemodynamics.cohort_band import deviates
from afterload.report.cohort_text import cohort_data
from afterload.report.cohort_words import intervals_note

Z = 1.6448536
"""The 95th percentile of the standard normal distribution."""


@pytest.mark.parametrize("n", [40, 400, 40_000])
def test_an_interval_is_both_parts_together_and_ends_at_the_devices(n: int) -> None:
    """Against the closed form: a median of n normal numbers has a variance of pi / 2n."""
    moves = 0.3 * deviates("a pump", "its curve", 1)
    widths = []
    for seed in range(20):
        values = np.random.default_rng(seed).standard_normal(n)
        low, high = middle(values, None, seed, moves)
        widths.append(high - low)
    expected = 2 * Z * np.hypot(0.3, np.sqrt(np.pi / 2 / n))
    assert np.mean(widths) == pytest.approx(expected, rel=0.12)
    part = device_part(moves)
    assert part is not None
    assert np.mean(widths) >= 0.97 * (part[1] - part[0])


def test_moves_are_paired_and_unknown_ones_left_out() -> None:
    one = np.array([[1.0, 2.0, np.nan], [np.nan, np.nan, np.nan], [3.0, 3.0, 3.0]])
    moves = median_moves(one)
    assert moves is not None
    assert moves.tolist() == [1.5, 3.0]
    both = median_moves(one, one)
    assert both is not None
    assert both.tolist() == [0.0, 0.0]
    assert median_moves(None) is None
    against = median_moves(None, one)
    assert against is not None
    assert against.tolist() == [-1.5, -3.0]


def test_patients_who_are_all_alike_have_the_interval_of_one(tmp_path: Path) -> None:
    """Against the intervals of one patient, whose draws are independent of these."""
    words = ("impella-cp:level=P6", "ecls:flow=4")
    who = find_patient("ami-lv-shock")
    alike = cohort(who, [(word,) for word in words], 2, tmp_path, spread=Spread(0.0))
    assert alike.tried is not None
    assert alike.tried.devices == ("impella-cp", "ecls")
    alone = simulate("ami-lv-shock", words[0], [words[1]], draws=200)
    told = {(s.scenario, s.index): s for s in alike.summary}
    for place, word in enumerate(words, start=1):
        for index in ("map", "total_flow", "pcwp", "device_flow", "svo2"):
            low, high = alone.scenarios[place].ranges[index]
            ours = told[word, index].middle
            assert ours is not None
            wide = high - low
            if wide < 1e-3 * abs(high):
                continue  # a flow that is reached whatever the curve
            assert ours[0] == pytest.approx(low, abs=0.35 * wide), (word, index)
            assert ours[1] == pytest.approx(high, abs=0.35 * wide), (word, index)
    none = told["none", "map"]
    assert none.device is None
    assert none.middle == pytest.approx((none.quantiles[2],) * 2, rel=1e-6)
    assert "does not shrink" in intervals_note(alike)
    assert cohort_data(alike)["devices_uncertain"]["devices"] == ["impella-cp", "ecls"]


def test_a_device_of_two_strategies_is_the_same_in_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("impella-cp:level=P5", "impella-cp:level=P6")
    found = cohort(
        find_patient("ami-lv-shock"), [(one,) for one in words], 3, tmp_path, spread=Spread(0.1)
    )
    (apart,) = (one for one in found.contrasts if one.index == "device_flow")
    parts = [s.device for s in found.summary if s.index == "device_flow" and s.device]
    assert apart.device is not None
    widths = [high - low for low, high in parts]
    assert len(widths) == 2
    # Were they two pumps, the difference would be as uncertain as both together.
    assert apart.device[1] - apart.device[0] < 0.5 * np.hypot(*widths)
    assert cohort_band.TRIED > 3
    assert found.tried is not None
    assert found.tried.patients == 3

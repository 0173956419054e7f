"""Intervals of one patient: enough draws, and what was left out of them said."""

from __future__ import annotations

import numpy as np
import pytest

from afterload.actions import simulate_interval
from afterload.actions.simulate import run, with_ranges
from afterload.actions.simulate_interval import FEWEST, _ends, _left_out
from afterload.actions.simulate_patient import find_patient


def test_fewer_draws_than_can_hold_90_percent_have_no_interval() -> None:
    """Order statistics: least and greatest of m uniform draws are (m - 1) / (m + 1) apart."""
    held = (FEWEST - 1) / (FEWEST + 1)
    assert held == pytest.approx(0.9)
    draws = np.random.default_rng(1).random(FEWEST)
    assert _ends(draws) == pytest.approx((draws.min(), draws.max()))
    assert _ends(draws[1:]) is None
    assert _ends(np.append(draws[1:], np.nan)) is None


def test_intervals_of_64_draws_hold_90_percent_on_average() -> None:
    rng = np.random.default_rng(2)
    ends = np.array([_ends(rng.random(64)) for _ in range(3000)])
    assert np.ptp(ends, axis=1).mean() == pytest.approx(0.9, abs=0.005)


def test_draws_without_a_steady_beat_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _left_out(0, 64) == _left_out(3, 64) == ()
    (line,) = _left_out(10, 64)
    assert line == "10 of 64 draws have no steady beat and are left out of the intervals."

    found = run(find_patient("normal"), [])
    monkeypatch.setattr(simulate_interval, "ranges", lambda *_: [({"map": (1.0, 2.0)}, (line,))])
    told = with_ranges(found, 64)
    assert told.scenarios[0].ranges == {"map": (1.0, 2.0)}
    assert told.warnings == (*found.warnings, line)

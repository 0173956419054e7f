"""Nominal points and their windows."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest

from afterload.core.errors import UnknownName
from afterload.registry.points import POINTS, WINDOWS, nominal_hours, normal_point


@pytest.mark.parametrize(
    ("given", "point"),
    [("pre", "pre"), ("day1", "24h"), ("day2", "48h"), ("Day 3", "72h"), ("DAY_7", "day7"),
     ("24H", "24h"), (" worst6h ", "worst6h"), ("day30", "day30")],
)  # fmt: skip
def test_points_have_one_spelling(given: str, point: str) -> None:
    assert normal_point(given) == point


@pytest.mark.parametrize("given", ["day31", "25h", "", "day0", "before"])
def test_what_is_no_point_is_refused(given: str) -> None:
    with pytest.raises(UnknownName, match="time point"):
        normal_point(given)


def test_every_point_is_its_own_normal_form() -> None:
    assert [normal_point(point) for point in POINTS] == list(POINTS)
    assert len(set(POINTS)) == len(POINTS) == 8 + 27 + 3


def test_the_24_hour_window_is_the_elso_registrys() -> None:
    """ELSO Registry Data Definitions 2018: a 24 h value is taken at 18 to 30 h."""
    window = WINDOWS["24h"]
    assert (window.low, window.high, window.low_closed, window.high_closed) == (18, 30, True, True)


def test_windows_hold_their_target_and_do_not_overlap_before_day_4() -> None:
    assert all(w.low <= w.target <= w.high for w in WINDOWS.values())
    early = [WINDOWS[p] for p in ("pre", "1h", "6h", "12h", "24h", "48h", "72h")]
    for one, later in pairwise(early):
        assert one.high <= later.low
        assert one.high < later.low or not (one.high_closed and later.low_closed)


def test_nominal_hours() -> None:
    assert [nominal_hours(p) for p in ("pre", "24h", "day7", "worst6h")] == [0, 24, 168, 0]
    assert math.isnan(nominal_hours("peak"))

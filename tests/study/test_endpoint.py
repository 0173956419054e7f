"""Outcomes told from times: never guessed when follow-up is too short."""

from __future__ import annotations

import numpy as np

from afterload.study.endpoint import by_horizon, followed

NAN = np.nan
#                 died d2, died d40, alive seen d90, alive seen d10, nothing known, died d30 sharp
EVENT_H = np.array([48, 960, NAN, NAN, NAN, 720.0])
CENSOR_H = np.array([48, 960, 2160, 240, NAN, NAN])


def test_death_within_30_days_by_hand() -> None:
    np.testing.assert_array_equal(by_horizon(EVENT_H, CENSOR_H, 30), [1, 0, 0, NAN, NAN, 1])


def test_time_to_death_closed_at_30_days_by_hand() -> None:
    found = followed(EVENT_H, CENSOR_H, 30)
    np.testing.assert_array_equal(found.days, [2, 30, 30, 10, NAN, 30])
    assert found.event.tolist() == [True, False, False, False, False, True]


def test_time_to_death_without_horizon_keeps_all() -> None:
    found = followed(EVENT_H, CENSOR_H)
    np.testing.assert_array_equal(found.days, [2, 40, 90, 10, NAN, 30])
    assert found.event.tolist() == [True, True, False, False, False, True]


def test_a_landmark_moves_the_origin_and_drops_who_did_not_reach_it() -> None:
    found = followed(EVENT_H, CENSOR_H, 30, start_days=5)
    np.testing.assert_array_equal(found.days, [NAN, 30, 30, 5, NAN, 25])
    assert found.event.tolist() == [False, False, False, False, False, True]
    np.testing.assert_array_equal(
        by_horizon(EVENT_H, CENSOR_H, 30, start_days=5), [NAN, 0, 0, NAN, NAN, 1]
    )


def test_an_event_before_the_landmark_is_not_a_new_one() -> None:
    assert np.isnan(by_horizon(np.array([48.0]), np.array([960.0]), 30, start_days=5)[0])
    assert np.isnan(followed(np.array([48.0]), np.array([960.0]), 30, start_days=5).days[0])


def test_who_died_without_the_event_did_not_have_it() -> None:
    """LVAD within 30 days: d4 death without one is a no; death after one stays a yes."""
    lvad = np.array([NAN, 240.0, NAN])
    death = np.array([96.0, 480.0, NAN])
    seen = np.array([96.0, 480.0, 240.0])
    found = by_horizon(lvad, seen, 30, death_h=death)
    np.testing.assert_array_equal(found, [0, 1, NAN])


def test_of_whom_it_is_not_known_whether_or_when_there_is_no_time() -> None:
    """Had it d2; had it, nobody knows when; had it not, seen d90; not recorded, seen d90."""
    event, seen = np.array([48, NAN, NAN, NAN]), np.array([48, 2160, 2160, 2160.0])
    had = np.array([1, 2, 0, NAN])
    np.testing.assert_array_equal(by_horizon(event, seen, 30, had=had), [1, NAN, 0, NAN])
    np.testing.assert_array_equal(followed(event, seen, 30, had=had).days, [2, NAN, 30, NAN])
    dead = np.full(4, 96.0)
    found = by_horizon(event, seen, 30, death_h=dead, had=had)
    np.testing.assert_array_equal(found, [1, NAN, 0, NAN])

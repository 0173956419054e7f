"""What must hold for the estimators of a study whatever the data."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.special import bdtr

from afterload.core.column import Column
from afterload.core.variable import Variable
from afterload.study import Groups, Item, Results, baseline
from afterload.study.kaplan_meier import join_near_times, kaplan_meier
from afterload.study.log_rank import log_rank
from afterload.study.multiplicity import benjamini_hochberg, holm
from afterload.study.proportion import Share, clopper_pearson, risk_difference, wilson
from afterload.study.quantile import quantile
from afterload.study.rate import Exposure, garwood
from afterload.study.smd import of_shares

p_values = st.lists(st.floats(0, 1), min_size=1, max_size=8)
times = st.lists(st.integers(1, 40), min_size=2, max_size=40)


@given(p_values)
def test_holm_keeps_the_order_and_never_helps(p):
    corrected = holm(p)
    assert all(new >= old for new, old in zip(corrected, p, strict=True))
    order = np.argsort(p, kind="stable")
    in_order = [corrected[i] for i in order]
    assert in_order == sorted(in_order)
    assert all(h >= b - 1e-15 for h, b in zip(corrected, benjamini_hochberg(p), strict=True))


@given(p_values)
def test_a_comparison_not_made_does_not_count(p):
    assert holm([*p, None]) == [*holm(p), None]


@given(times)
def test_without_censoring_the_curve_is_the_share_still_free(days):
    days = np.array(days, dtype=float)
    curve = kaplan_meier(days, np.ones(len(days), dtype=bool))
    wanted = [(days > t).mean() for t in curve.time]
    assert curve.survival == pytest.approx(wanted, abs=1e-12)
    inside = (curve.survival > 0) & (curve.survival < 1)
    assert (curve.low[inside] < curve.survival[inside]).all()
    assert (curve.high[inside] > curve.survival[inside]).all()


@given(times, st.data())
def test_log_rank_does_not_depend_on_the_order_of_arms(days, data):
    n = len(days)
    arm = np.array(data.draw(st.lists(st.integers(0, 2), min_size=n, max_size=n)))
    event = np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    assume(len(set(arm)) == 3)
    days = np.array(days, dtype=float)
    p = log_rank(days, event, arm)
    other = log_rank(days, event, np.array([2, 0, 1])[arm])
    assert (p is None) == (other is None)
    assert p is None or p == pytest.approx(other, rel=1e-8, abs=1e-12)


def test_near_times_become_one_time():
    joined = join_near_times(np.array([0.1 + 0.2, 0.3, 1.0]))
    assert len(set(joined.tolist())) == 2


@pytest.mark.parametrize("n", [1, 7, 40])
def test_clopper_pearson_covers_at_least_as_often_as_it_says(n):
    limits = [clopper_pearson(Share(x, n)) for x in range(n + 1)]
    for truth in np.linspace(0.01, 0.99, 50):
        covered = [x for x, (low, high) in enumerate(limits) if low <= truth <= high]
        chance = sum(bdtr(x, n, truth) - (bdtr(x - 1, n, truth) if x else 0.0) for x in covered)
        assert chance >= 0.95


@given(st.integers(0, 60), st.integers(1, 60))
def test_intervals_hold_the_estimate_and_mirror(count, total):
    assume(count <= total)
    share, other = Share(count, total), Share(total - count, total)
    for interval in (clopper_pearson, wilson):
        low, high = interval(share)
        assert 0.0 <= low <= share.value <= high <= 1.0
        mirrored = interval(other)
        assert (1 - high, 1 - low) == pytest.approx(mirrored, abs=1e-9)
    difference, low, high = risk_difference(share, other)
    assert -1.0 <= low <= difference <= high <= 1.0


@given(st.integers(0, 500))
def test_poisson_limits_hold_the_rate(events):
    low, high = garwood(Exposure(events, 1000.0))
    assert low <= events < high


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40), st.floats(0, 1))
def test_quantiles_equal_numpys(values, share):
    ordered = np.sort(np.array(values))
    wanted = float(np.quantile(ordered, share))
    assert quantile(ordered, share) == pytest.approx(wanted, rel=1e-9, abs=1e-9)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=2, max_size=5))
def test_shares_are_as_far_apart_either_way(counts):
    table = np.array(counts)
    assume(table.any(axis=0).all())
    assert of_shares(table) == pytest.approx(of_shares(table[::-1, ::-1]), rel=1e-6, abs=1e-9)
    if not (table.all(axis=1)).any():
        assert math.isinf(of_shares(table))


LEVELS = ("a", "b", "c")


@settings(deadline=None, max_examples=40)
@given(st.integers(6, 40), st.integers(0, 2**32 - 1))
def test_a_missing_value_changes_nothing_but_missing(n, seed):
    rng = np.random.default_rng(seed)
    arm = np.concatenate([[0, 1, 2], rng.integers(0, 3, n)])
    x = np.round(rng.normal(50, 10, n + 3))
    c = rng.integers(0, 3, n + 3).astype(float)

    def rows(arm, x, c):
        columns = [Column(Variable("x", ""), x), Column(Variable("c", ""), c, LEVELS)]
        items = [Item("x", ""), Item("c", "", kind="category", levels=LEVELS)]
        return Results(tuple(baseline(columns, items, Groups(("A", "B", "C"), "A", arm))))

    before = rows(arm, x, c)
    after = rows(np.append(arm, 1), np.append(x, np.nan), np.append(c, np.nan))
    assert len(before) == len(after)
    for old, new in zip(before, after, strict=True):
        if old.statistic == "missing":
            assert new.value == old.value + (old.arm in ("", "B"))
        else:
            assert new.value == old.value, old

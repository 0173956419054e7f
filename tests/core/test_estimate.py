"""An estimate's interval against the normal distribution's table, and its refusals."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afterload.core.estimate import Estimate


@pytest.mark.parametrize(
    ("level", "z"), [(0.80, 1.2815515655), (0.90, 1.6448536270), (0.95, 1.9599639845),
                     (0.99, 2.5758293035)]
)  # fmt: skip
def test_the_interval_is_the_normal_one(level, z):
    """Quantiles of the standard normal distribution (R: qnorm(0.5 + level / 2))."""
    low, high = Estimate(2.0, 0.5, "risk difference").interval(level)
    assert (low, high) == pytest.approx((2 - 0.5 * z, 2 + 0.5 * z), abs=1e-9)


def test_a_log_ratio_is_exponentiated():
    ratio, low, high = Estimate(math.log(0.5), 0.2, "log risk ratio").ratio()
    assert ratio == pytest.approx(0.5, rel=1e-14)
    factor = math.exp(0.2 * 1.9599639845)
    assert (low, high) == pytest.approx((0.5 / factor, 0.5 * factor), rel=1e-9)


def test_what_is_no_log_has_no_ratio():
    with pytest.raises(ValueError, match="'risk difference' is not a log scale"):
        Estimate(0.1, 0.2, "risk difference").ratio()


def test_a_standard_error_is_not_negative():
    with pytest.raises(ValueError, match=r"a standard error cannot be negative: -0\.1"):
        Estimate(0.0, -0.1, "risk difference")


def test_without_error_the_interval_is_the_value():
    assert Estimate(0.3, 0.0, "risk difference").interval() == (0.3, 0.3)


@settings(deadline=None)
@given(st.floats(-5, 5), st.floats(0.01, 3), st.floats(0.5, 0.99))
def test_the_interval_is_centred_and_the_ratio_its_exponential(value, se, level):
    estimate = Estimate(value, se, "log odds ratio")
    low, high = estimate.interval(level)
    assert low < value < high
    assert (low + high) / 2 == pytest.approx(value, abs=1e-9)
    assert estimate.ratio(level) == pytest.approx(tuple(map(math.exp, (value, low, high))))

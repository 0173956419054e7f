"""A column sorted arm by arm and merged says what sorting it whole by hand says."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterload.core.column import Column
from afterload.core.errors import InputError
from afterload.core.variable import Variable
from afterload.study.describe import count_levels, describe_numbers
from afterload.study.groups import Groups

ARMS = ("ECLS", "Impella 5.0", "both")
values_and_arms = st.lists(
    st.tuples(
        st.one_of(st.just(math.nan), st.integers(-3, 3).map(float), st.floats(-1e6, 1e6)),
        st.integers(-1, len(ARMS) - 1),
    ),
    max_size=60,
)


@given(values_and_arms)
def test_numbers_are_sorted_with_the_arm_of_each(told: list[tuple[float, int]]) -> None:
    values = np.array([value for value, _ in told], dtype=np.float64)
    groups = Groups(ARMS, "ECLS", np.array([arm for _, arm in told], dtype=np.int64))
    before = values.copy()
    numbers = describe_numbers(values, groups)
    known = [(value, arm) for value, arm in told if arm >= 0 and not math.isnan(value)]
    assert numbers.ordered.tolist() == sorted(value for value, _ in known)
    pairs = zip(numbers.ordered.tolist(), numbers.arm.tolist(), strict=True)
    assert sorted(pairs) == sorted(known)
    for place, ordered in enumerate(numbers.by_arm):
        assert ordered.tolist() == sorted(value for value, arm in known if arm == place)
    assert np.array_equal(values, before, equal_nan=True), "the column itself stays as it is"


@given(st.lists(st.tuples(st.sampled_from([math.nan, 0.0, 1.0, 2.0]), st.integers(-1, 2))))
def test_levels_are_counted_by_arm(told: list[tuple[float, int]]) -> None:
    levels = ("B", "C", "D")
    values = np.array([value for value, _ in told], dtype=np.float64)
    groups = Groups(ARMS, "ECLS", np.array([arm for _, arm in told], dtype=np.int64))
    counts = count_levels(Column(Variable("scai", "SCAI"), values, levels), levels, groups)
    for level in range(3):
        for arm in range(3):
            assert counts[level, arm] == told.count((float(level), arm))


def test_a_value_that_is_no_level_is_refused() -> None:
    column = Column(Variable("scai", "SCAI"), np.array([0.0, 3.0]), ("B", "C", "D"))
    with pytest.raises(InputError, match="none of its levels"):
        count_levels(column, column.levels, Groups(("a",), "a", np.zeros(2, dtype=np.int64)))


def test_members_are_the_places_of_each_arm() -> None:
    groups = Groups(("a", "b"), "a", np.array([1, -1, 0, 1]))
    assert [members.tolist() for members in groups.members] == [[2], [0, 3]]

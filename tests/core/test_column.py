"""A column names itself as a protocol does, and can be cut down."""

from __future__ import annotations

import numpy as np
import pytest

from afterload.core.column import Column
from afterload.core.vocabulary import standard

LACTATE = Column(standard()["lactate"], np.array([1.0, np.nan, 7.5]), point="24h")
SEX = Column(standard()["sex"], np.array([0.0, 1.0, np.nan]), levels=("female", "male", "unknown"))


def test_its_name_is_how_a_protocol_writes_it():
    assert LACTATE.name == "lactate@24h"
    assert SEX.name == "sex"


@pytest.mark.parametrize("keep", [np.array([True, False, True]), np.array([0, 2])])
def test_some_of_the_episodes_are_kept_with_all_else_the_same(keep):
    lactate, sex = LACTATE.where(keep), SEX.where(keep)
    assert lactate.values.tolist() == [1.0, 7.5]
    assert (lactate.variable, lactate.point, lactate.name) == (
        LACTATE.variable, "24h", "lactate@24h"
    )  # fmt: skip
    assert sex.levels == SEX.levels
    assert sex.values[0] == 0.0
    assert np.isnan(sex.values[1])


def test_the_column_it_was_cut_from_stays_whole():
    LACTATE.where(np.array([1]))
    assert len(LACTATE.values) == 3

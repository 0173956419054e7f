"""Arms: one each, told from levels or rules."""

from __future__ import annotations

import numpy as np
import pytest

from afterload.core.column import Column
from afterload.core.errors import InputError
from afterload.core.variable import Choice, Variable
from afterload.study.exposure import arm_of_columns
from afterload.study.protocol import ArmRule, Arms

GROUP = Variable(
    "grp", "Group", kind="enum", choices=tuple(Choice(x, x, x) for x in ("heart", "lung", "sepsis"))
)
COLUMNS = {
    "grp": Column(GROUP, np.array([0, 1, 2, np.nan, 0.0]), ("heart", "lung", "sepsis")),
    "age": Column(Variable("age", "Age"), np.array([30, 40, 50, 60, 90.0])),
}
KEYS = ("a", "b", "c", "d", "e")


def test_levels_make_arms_and_the_rest_are_in_none() -> None:
    arms = Arms("grp", "H", (ArmRule("H", levels=("heart",)), ArmRule("L", levels=("lung",))))
    assert arm_of_columns(arms, COLUMNS, KEYS).tolist() == [0, 1, -1, -1, 0]


def test_rules_make_arms() -> None:
    arms = Arms("age", "old", (ArmRule("old", "age >= 50"), ArmRule("young", "age < 40")))
    assert arm_of_columns(arms, COLUMNS, KEYS).tolist() == [1, -1, 0, 0, 0]


def test_an_episode_in_two_arms_is_named() -> None:
    arms = Arms("age", "x", (ArmRule("x", "age >= 50"), ArmRule("y", "age > 80")))
    with pytest.raises(InputError, match=r"Episode e belongs to 'x' and 'y' \(1 such"):
        arm_of_columns(arms, COLUMNS, KEYS)


def test_a_level_that_does_not_exist_is_refused() -> None:
    arms = Arms("grp", "x", (ArmRule("x", levels=("liver",)), ArmRule("y", levels=("lung",))))
    with pytest.raises(InputError, match="grp can be heart, lung, sepsis, not 'liver'"):
        arm_of_columns(arms, COLUMNS, KEYS)

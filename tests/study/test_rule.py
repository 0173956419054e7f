"""Rules on variables: reading, three-valued truth, and every refusal."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterload.core.column import Column
from afterload.core.errors import InputError, UnknownName
from afterload.core.variable import Choice, Variable
from afterload.study.rule import parse, worded

AGE = Variable("age_years", "Age", unit="a", low=18, high=110)
SEX = Variable(
    "sex", "Sex", kind="enum", choices=(Choice("female", "", ""), Choice("male", "", ""))
)
ECPR = Variable("ecpr", "ECPR", kind="bool")
LACTATE = Variable("lactate", "Lactate", unit="mmol/L")
NAN = np.nan

COLUMNS = {
    c.name: c
    for c in (
        Column(AGE, np.array([17.0, 18.0, 40.0, NAN])),
        Column(SEX, np.array([0.0, 1.0, NAN, 1.0]), ("female", "male")),
        Column(ECPR, np.array([1.0, 0.0, NAN, 0.0]), ("no", "yes")),
        Column(LACTATE, np.array([2.0, 9.0, NAN, 4.0]), point="24h"),
    )
}


def holds(text: str) -> list[int]:
    return parse(text).holds(COLUMNS).tolist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("age_years >= 18", [0, 1, 1, -1]),
        ("age_years<18", [1, 0, 0, -1]),
        ("sex == 'male'", [0, 1, -1, 1]),
        ("sex != 'male'", [1, 0, -1, 0]),
        ('sex in ["male", "female"]', [1, 1, -1, 1]),
        ("sex not in ['male']", [1, 0, -1, 0]),
        ("ecpr == 'yes'", [1, 0, -1, 0]),
        ("ecpr == 1", [1, 0, -1, 0]),
        ("lactate@24h is missing", [0, 0, 1, 0]),
        ("lactate@24h is known", [1, 1, 0, 1]),
        ("lactate@24h > 2 and lactate@24h <= 4.0", [0, 0, -1, 1]),
        ("age_years in [17, 40]", [1, 0, 1, -1]),
        ("not (ecpr == 'yes' or age_years < 18)", [0, 1, -1, -1]),
        # "and" binds tighter than "or"
        ("age_years < 18 or sex == 'male' and ecpr == 'no'", [1, 1, -1, 1]),
    ],
)
def test_rule_is_true_false_or_unknown(text: str, expected: list[int]) -> None:
    assert holds(text) == expected


def test_and_or_not_follow_kleenes_tables() -> None:
    """Oracle: Kleene's strong tables, where "and" is the minimum and "or" the maximum."""
    order = {0: 0.0, -1: 0.5, 1: 1.0}  # false < unknown < true
    back = {value: key for key, value in order.items()}
    bits = {1: 1.0, 0: 0.0, -1: NAN}
    for a, b in itertools.product((1, 0, -1), repeat=2):
        columns = {
            "a": Column(Variable("a", "a", kind="bool"), np.array([bits[a]]), ("no", "yes")),
            "b": Column(Variable("b", "b", kind="bool"), np.array([bits[b]]), ("no", "yes")),
        }
        both = parse("a == 'yes' and b == 'yes'").holds(columns)[0]
        either = parse("a == 'yes' or b == 'yes'").holds(columns)[0]
        opposite = parse("not a == 'yes'").holds(columns)[0]
        assert both == back[min(order[a], order[b])]
        assert either == back[max(order[a], order[b])]
        assert opposite == back[1 - order[a]]


@given(st.lists(st.floats(0, 40) | st.just(NAN), min_size=1), st.floats(0, 40))
def test_a_comparison_and_its_opposite_split_the_known(values: list[float], cut: float) -> None:
    columns = {"lactate": Column(LACTATE, np.array(values))}
    above = parse(f"lactate > {cut:.6f}").holds(columns)
    below = parse(f"lactate <= {cut:.6f}").holds(columns)
    known = ~np.isnan(values)
    assert (above[known] + below[known] == 1).all()
    assert (above[~known] == -1).all()
    assert (below[~known] == -1).all()


def test_names_are_listed_once_in_order() -> None:
    rule = parse("lactate@24h > 2 and (age_years > 3 or lactate@24h is missing)")
    assert rule.names() == ("lactate@24h", "age_years")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("age_years >=", "ends too early"),
        ("age_years", "ends too early"),
        (">= 18", "needs a variable"),
        ("age_years >= 18 18", "cannot be read at '18'"),
        ("age_years ~ 18", "cannot be read at '~ 18'"),
        ("age_years >= eighteen", "neither a number nor a word in quotes"),
        ("sex is male", "say 'is missing' or 'is known'"),
        ("sex in ['male'", "ends too early"),
        ("(sex == 'male'", "ends too early"),
        ("age_years and 3", "needs a comparison"),
    ],
)
def test_a_rule_that_cannot_be_read_is_quoted(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said.replace("(", r"\(")):
        parse(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sex == 'man'", "can be female, male, not 'man'"),
        ("age_years == 'old'", "is a number"),
        ("ecpr > 'no'", "have no order; use == or !="),
        ("sex > 'female'", "have no order; use == or !="),
    ],
)
def test_a_value_the_variable_cannot_take_is_refused(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        holds(text)


def test_an_unknown_variable_is_offered_its_neighbours() -> None:
    with pytest.raises(UnknownName, match="age_years"):
        holds("age_year > 3")


def test_a_rule_is_worded_with_labels_taken_as_they_are() -> None:
    odd = Column(Variable("odd", "C:\\g<9>\\1 path"), np.array([1.0]))
    columns = {**COLUMNS, "odd": odd}
    rule = parse("odd > 1 and lactate@24h > 2 or sex == 'male'")
    assert worded(rule, columns) == "C:\\g<9>\\1 path > 1 and Lactate (24h) > 2 or Sex is male"
    assert (
        worded(parse("not ecpr == 'yes' and sex != 'male'"), COLUMNS)
        == "not ECPR and Sex is not male"
    )

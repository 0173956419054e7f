"""The kind `Definition`, on definitions made up for the tests."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

from afterload.core.source import Source
from afterload.core.variable import Variable
from afterload.scores import Definition, score_columns, tally
from afterload.scores.about import About
from afterload.scores.change import changes
from afterload.scores.columns import missing_columns
from afterload.scores.definition import (
    Criterion,
    Every,
    Lasting,
    Presumed,
    Reading,
    Rule,
    Some,
    above,
    below,
    patterns_of,
    yes,
)
from afterload.scores.derive import Test

SOURCE = Source("Toy et al. 2020", place="table 1", confidence="M")
COLD = Variable("cold", "Cold skin", kind="bool")
SIGNS = Variable("n_signs", "Signs", kind="int", low=0, high=9)

Values = dict[str, float]


def definition(*rules: Rule, **more: Any) -> Definition:
    about = About("toy", "Toy", "A toy.", "1", SOURCE, declares=(COLD, SIGNS))
    criteria = (Criterion(f"c{k}", f"criterion {k}", r, SOURCE) for k, r in enumerate(rules))
    return Definition(about, tuple(criteria), **more)


SHARED = definition(
    Some((below("sbp", 90), above("lactate", 4))),
    Some((yes("cold"), Every((above("sbp", 60), above("lactate", 2))))),
    Some((Test("n_signs", low=2), Test("n_signs", high=0))),
)
"""Every input but one is asked twice."""

CHOICES: dict[str, list[float]] = {
    "sbp": [0, 60, 60.5, 75, 89.9, 90, 120, 300],
    "lactate": [0.1, 2, 2.1, 4, 4.1, 40],
    "cold": [0, 1],
    "n_signs": [0, 1, 2, 9],
}


def shared_by_hand(p: Values) -> int:
    """The same, as one expression on a complete patient."""
    first = p["sbp"] < 90 or p["lactate"] > 4
    second = p["cold"] == 1 or (p["sbp"] > 60 and p["lactate"] > 2)
    return int(first and second and p["n_signs"] in (0, 2, 3, 4, 5, 6, 7, 8, 9))


def partial_patients() -> list[Values]:
    """Every patient of the choices, each input also missing."""
    options = [[*values, None] for values in CHOICES.values()]
    return [
        {n: v for n, v in zip(CHOICES, values, strict=True) if v is not None}
        for values in product(*options)
    ]


def completions(known: Values) -> list[Values]:
    hidden = {name: values for name, values in CHOICES.items() if name not in known}
    return [
        {**known, **dict(zip(hidden, values, strict=True))} for values in product(*hidden.values())
    ]


def test_what_can_be_is_what_every_completion_gives_though_criteria_share_inputs() -> None:
    patients = partial_patients()
    columns = {n: np.array([p.get(n, np.nan) for p in patients]) for n in CHOICES}
    result, missing = score_columns(SHARED, columns), missing_columns(SHARED, columns)
    for row, known in enumerate(patients):
        answers = {shared_by_hand(p) for p in completions(known)}
        found = tally(SHARED, known)
        assert (found.low, found.high) == (min(answers), max(answers)), known
        assert (result.low[row], result.high[row]) == (found.low, found.high)
        assert result.classes(row) == found.classes
        assert set(missing[row]) == set(found.missing)


def test_each_criterion_holds_fails_or_is_unknown_as_its_completions_say() -> None:
    rule = Some((Every((above("sbp", 60), below("sbp", 90))), yes("cold")))
    one = definition(rule)
    for sbp, cold in product([*CHOICES["sbp"], None], [0, 1, None]):
        known = {n: v for n, v in (("sbp", sbp), ("cold", cold)) if v is not None}
        answers = {60 < p["sbp"] < 90 or p["cold"] == 1 for p in completions(known)}
        word = "unknown" if len(answers) > 1 else "holds" if answers.pop() else "fails"
        assert tally(one, known).items[0].band == word


def test_two_tests_that_cannot_both_be_no_hold_without_a_value() -> None:
    always = definition(Some((below("sbp", 100), above("sbp", 80))))
    assert tally(always, {}).total == 1
    assert tally(always, {}).missing == ()
    never = definition(Every((below("sbp", 80), above("sbp", 100))))
    assert tally(never, {}).total == 0
    columns = {"sbp": np.array([np.nan, 90.0])}
    assert list(score_columns(always, columns).total) == [1, 1]
    assert list(score_columns(never, columns).total) == [0, 0]


def test_an_input_that_cannot_change_a_settled_branch_is_not_missing() -> None:
    one = definition(Some((Every((yes("cold"), above("lactate", 2))), below("sbp", 90))))
    assert tally(one, {"cold": "no"}).missing == ("sbp",)
    assert set(tally(one, {}).missing) == {"cold", "lactate", "sbp"}
    assert tally(one, {"sbp": 80}).missing == ()


def test_the_values_a_criterion_was_read_from_stand_beside_it() -> None:
    found = tally(SHARED, {"sbp": 80, "cold": "yes", "n_signs": 3})
    assert [(line.name, line.band) for line in found.items] == [
        ("c0", "holds"), ("c1", "holds"), ("c2", "holds"),
    ]  # fmt: skip
    assert {g.name: g.value for g in found.items[1].given} == {"cold": True, "sbp": 80.0}
    assert (found.total, found.classes, found.kind) == (1, ("met",), "definition")


PRESUMING = definition(
    yes("cold"),
    presumed=(Presumed("cold", (above("norepi", 0), above("epi", 0)), "A drug runs.", SOURCE),),
)


@pytest.mark.parametrize(
    ("given", "total"),
    [
        ({"norepi": 0.1}, 1),
        ({"norepi": 0.1, "cold": "no"}, 0),
        ({"norepi": 0.1, "cold": "yes"}, 1),
        ({"norepi": 0, "epi": 0}, None),
        ({"norepi": 0}, None),
        ({"norepi": 0, "epi": 0.2}, 1),
    ],
)
def test_a_presumed_yes_gives_way_to_the_answer_and_is_said(
    given: dict[str, Any], total: int | None
) -> None:
    found = tally(PRESUMING, given)
    assert found.total == total
    assert ("A drug runs." in found.warnings) == (total == 1 and "cold" not in given)
    columns = {n: np.array([{"yes": 1.0, "no": 0.0}.get(v, v)]) for n, v in given.items()}
    result = score_columns(PRESUMING, columns)
    assert np.array_equal(result.total, [np.nan if total is None else total], equal_nan=True)


def test_a_result_that_hangs_on_a_reading_says_so_and_no_other() -> None:
    one = definition(
        below("sbp", 90),
        yes("cold"),
        readings=(Reading((("c0", Test("sbp", high=90)),), "Strict or not.", SOURCE),),
    )
    assert tally(one, {"sbp": 90, "cold": "yes"}).warnings == ("Strict or not.",)
    assert tally(one, {"sbp": 90}).warnings == ("Strict or not.",)
    assert tally(one, {"sbp": 90, "cold": "no"}).warnings == ()
    assert tally(one, {"sbp": 89.9, "cold": "yes"}).warnings == ()
    assert tally(one, {"cold": "yes"}).warnings == ()


def test_one_reading_tells_no_duration() -> None:
    one = definition(above("n_signs", 3), lasting=(Lasting("n_signs", "sbp"),))
    assert "tells no duration" in tally(one, {"sbp": 86}).warnings[0]
    assert tally(one, {"sbp": 86}).total is None
    assert tally(one, {"sbp": 86, "n_signs": 4}).warnings == ()


def test_what_would_change_the_answer_is_told() -> None:
    found = changes(SHARED, {"sbp": 80, "lactate": 1, "cold": "yes", "n_signs": 2})
    told = {(c.name, c.would) for c in found if c.classes == ("not met",)}
    assert ("sbp", "≥ 90 mmHg") in told
    assert ("cold", "no") in told


@pytest.mark.parametrize(
    ("name", "tests", "answers"),
    [
        ("whole", (Test("whole", low=2), Test("whole", high=2)), 3),
        ("word", (Test("word", levels=("b", "c")),), 2),
        ("words", (Test("words", levels=("a",)), Test("words", levels=("b", "c"))), 4),
        ("number", (below("number", 5), above("number", 5)), 3),
        ("number", (above("number", 10),), 1),
    ],
)
def test_values_are_found_for_every_pattern_of_answers(
    name: str, tests: tuple[Test, ...], answers: int
) -> None:
    from afterload.core.variable import Choice

    choices = tuple(Choice(x, x, x) for x in ("a", "b", "c", "none"))
    variables = {
        "whole": Variable("whole", "", kind="int", low=0, high=9),
        "word": Variable("word", "", kind="enum", choices=choices),
        "words": Variable("words", "", kind="multi", choices=choices),
        "number": Variable("number", "", low=0, high=10),
    }
    assert len(patterns_of(variables[name], tests)) == answers


def test_a_definition_names_its_criteria_apart() -> None:
    criterion = Criterion("c", "c", yes("cold"), SOURCE)
    with pytest.raises(AssertionError, match="same name"):
        Definition(About("toy", "Toy", "", "1", SOURCE), (criterion, criterion))
    with pytest.raises(AssertionError):
        definition(yes("cold"), readings=(Reading((("c9", yes("cold")),), "", SOURCE),))

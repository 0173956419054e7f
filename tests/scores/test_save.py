"""SAVE: the worked examples, every band edge and every documented reading."""

from __future__ import annotations

from typing import Any

import pytest

from afterload.core.errors import InputError
from afterload.core.vocabulary import standard
from afterload.scores import SAVE, tally
from afterload.scores.derive import AnyOf

# scores.md section 1.3, example 5: "all zero" patient, -6, class IV.
ZERO: dict[str, Any] = {
    "diagnosis": "other", "age": 63, "weight": 90, "acute_liver_fail": False,
    "acute_cns_dysf": False, "acute_renal_fail": False, "hx_ckd": False, "intubation_h": 0,
    "pip": 21, "cardiac_arrest": "none", "dbp": 39, "pulse_pressure": 21, "hco3": 16,
}  # fmt: skip

EXAMPLES = [
    (
        {**ZERO, "diagnosis": "myocarditis", "age": 30, "weight": 70, "intubation_h": 4,
         "pip": 18, "dbp": 50, "pulse_pressure": 30, "hco3": 20},
        12, "I", 0.75,
    ),
    (
        {**ZERO, "age": 58, "weight": 80, "acute_liver_fail": True, "acute_renal_fail": True,
         "intubation_h": 12, "pip": 25, "cardiac_arrest": "ihca", "dbp": 35,
         "pulse_pressure": 18, "hco3": 14},
        -16, "V", 0.18,
    ),
    (
        {**ZERO, "age": 45, "weight": 70, "acute_renal_fail": True, "intubation_h": 6, "pip": 20,
         "dbp": 40, "pulse_pressure": 25, "hco3": 18},
        3, "II", 0.58,
    ),
    (
        {**ZERO, "age": 45, "weight": 60, "intubation_h": 10, "pip": 20, "dbp": 40,
         "pulse_pressure": 30, "hco3": 20},
        5, "II", 0.58,
    ),
    (ZERO, -6, "IV", 0.30),
]  # fmt: skip


@pytest.mark.parametrize(("patient", "total", "name", "survival"), EXAMPLES)
def test_worked_examples(patient: dict[str, Any], total: int, name: str, survival: float) -> None:
    result = tally(SAVE, patient)
    assert (result.total, result.low, result.high) == (total, total, total)
    assert result.classes == (name,)
    assert [outcome.value for outcome in result.outcome] == [survival]
    assert result.outcome[0].horizon == "hospital discharge"
    assert result.missing == ()


EDGES = [
    ("age", [(18, 7), (38, 7), (38.9, 7), (39, 4), (52, 4), (53, 3), (62, 3), (63, 0), (90, 0)]),
    ("weight", [(40, 1), (65, 1), (65.1, 2), (89, 2), (89.9, 2), (90, 0), (120, 0)]),
    ("intubation_h", [(0, 0), (10, 0), (10.5, -2), (11, -2), (29, -2), (29.9, -2), (30, -4)]),
    ("pip", [(10, 3), (20, 3), (20.1, 0), (40, 0)]),
    ("dbp", [(20, 0), (39.9, 0), (40, 3), (80, 3)]),
    ("pulse_pressure", [(0, -2), (20, -2), (20.1, 0), (60, 0)]),
    ("hco3", [(5, -3), (15, -3), (15.1, 0), (25, 0)]),
    ("acute_liver_fail", [("no", 0), ("yes", -3)]),
    ("acute_cns_dysf", [("no", 0), ("yes", -3)]),
    ("acute_renal_fail", [("no", 0), ("yes", -3)]),
    ("hx_ckd", [("no", 0), ("yes", -6)]),
    ("cardiac_arrest", [("none", 0), ("ihca", -2), ("ohca", -2)]),
    ("diagnosis", [("other", 0), ("myocarditis", 3), ("vt_vf", 2), ("transplant", 3),
                   ("congenital", -3), ("myocarditis+vt_vf", 5), ("transplant, congenital", 0)]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "points"),
    [(name, value, points) for name, edges in EDGES for value, points in edges],
)
def test_every_band_edge_moves_the_all_zero_patient(name: str, value: Any, points: int) -> None:
    result = tally(SAVE, {**ZERO, name: value})
    assert result.total == -6 + points


def test_the_attainable_range_is_that_of_the_table_with_its_constant() -> None:
    result = tally(SAVE, {})
    assert (result.low, result.high, result.total) == (-35, 17, None)
    assert result.classes == ("I", "II", "III", "IV", "V")


@pytest.mark.parametrize(
    ("total", "name"),
    [(17, "I"), (6, "I"), (5, "II"), (1, "II"), (0, "III"), (-4, "III"), (-5, "IV"), (-9, "IV"),
     (-10, "V"), (-35, "V")],
)  # fmt: skip
def test_class_edges(total: int, name: str) -> None:
    from afterload.scores.band import holds

    assert [c.name for c in SAVE.classes if holds(c, total)] == [name]


def test_a_total_of_five_and_a_weight_of_65_say_what_is_disputed() -> None:
    five = tally(SAVE, EXAMPLES[3][0])
    assert any("exactly 5" in warning for warning in five.warnings)
    heavy = tally(SAVE, {**ZERO, "weight": 65})
    assert any("65 kg" in warning for warning in heavy.warnings)
    assert tally(SAVE, ZERO).warnings == ()


@pytest.mark.parametrize(
    ("labs", "low", "high", "wants"),
    [
        ({"bilirubin": 33}, -3, -3, ()),
        ({"bilirubin": "1.93 mg/dL"}, -3, -3, ()),
        ({"ast": 71}, -3, -3, ()),
        ({"alt": 71, "bilirubin": 10}, -3, -3, ()),
        ({"bilirubin": 32.9, "ast": 70, "alt": 70}, 0, 0, ()),
        ({"bilirubin": 32.9}, -3, 0, ("ast", "alt")),
        ({"ast": 70, "alt": 70}, -3, 0, ("bilirubin",)),
        ({}, -3, 0, ("acute_liver_fail",)),
    ],
)
def test_liver_failure_follows_the_footnote_when_it_is_not_stated(
    labs: dict[str, Any], low: int, high: int, wants: tuple[str, ...]
) -> None:
    patient = {k: v for k, v in ZERO.items() if k != "acute_liver_fail"}
    result = tally(SAVE, {**patient, **labs})
    assert (result.low, result.high) == (-6 + low, -6 + high)
    assert result.missing == wants


def test_what_is_stated_wins_over_what_is_derived_and_the_contradiction_is_told() -> None:
    result = tally(SAVE, {**ZERO, "bilirubin": 80})
    assert result.total == -6
    assert any("acute_liver_fail as given was used" in warning for warning in result.warnings)
    assert tally(SAVE, {**ZERO, "bilirubin": 20}).warnings == ()


def test_hours_of_intubation_follow_from_its_time() -> None:
    patient = {k: v for k, v in ZERO.items() if k != "intubation_h"}
    assert tally(SAVE, {**patient, "intub_dt": -12}).total == -8
    assert tally(SAVE, {**patient, "intub_dt": "-30h"}).total == -10
    assert tally(SAVE, {**patient, "intub_dt": 2}).total == -6  # intubated after first flow


def test_the_diagnosis_is_read_from_the_recorded_cause_and_the_transplant_history() -> None:
    patient = {k: v for k, v in ZERO.items() if k != "diagnosis"}
    stormy = {**patient, "etiology_detail": ["vt_vf_storm", "other"]}
    assert tally(SAVE, {**stormy, "hx_htx": "no"}).total == -4
    assert tally(SAVE, {**stormy, "hx_htx": "yes"}).total == -1
    open_ = tally(SAVE, stormy)
    assert (open_.low, open_.high, open_.missing) == (-4, -1, ("hx_htx",))
    assert tally(SAVE, {**patient, "etiology_detail": "graft_failure"}).total == -3


def test_every_category_it_reads_is_in_the_vocabulary() -> None:
    tests = [
        test
        for item in SAVE.items
        for derived in item.derive
        if isinstance(derived, AnyOf)
        for test in derived.tests
        if test.variable in standard()
    ]
    named = [(test.variable, level) for test in tests for level in test.levels]
    assert named
    assert all(level in standard()[variable].levels for variable, level in named)


@pytest.mark.parametrize(
    ("pressures", "low", "high"),
    [
        ({"sbp": 60, "dbp": 40}, 1, 1),
        ({"sbp": 61, "dbp": 40}, 3, 3),
        ({"sbp": 60}, 0, 1),  # dbp >= 40 means a pulse pressure of at most 20
        ({"sbp": 50}, -2, 1),  # dbp from 30 to below 40 gives -2, below 30 gives 0
        ({"sbp": 39}, -2, 0),  # the diastolic pressure cannot reach 40
        ({"sbp": 100}, 0, 3),
        ({"dbp": 40}, 1, 3),
        ({"dbp": 30}, -2, 0),
        ({"pulse_pressure": 15}, -2, 1),
        ({"pulse_pressure": 30}, 0, 3),
        ({}, -2, 3),
    ],
)
def test_diastolic_and_pulse_pressure_are_read_together(
    pressures: dict[str, float], low: int, high: int
) -> None:
    patient = {k: v for k, v in ZERO.items() if k not in ("dbp", "pulse_pressure")}
    result = tally(SAVE, {**patient, **pressures})
    assert (result.low, result.high) == (-6 + low, -6 + high)


def test_a_diastolic_above_the_systolic_pressure_is_refused() -> None:
    with pytest.raises(InputError, match="sbp = 80, dbp = 90 cannot all be right"):
        tally(SAVE, {"sbp": 80, "dbp": 90})


def test_a_child_gets_no_total_but_the_reason() -> None:
    result = tally(SAVE, {**ZERO, "age": 16})
    assert (result.total, result.low, result.high) == (None, None, None)
    assert result.classes == ()
    assert result.items == ()
    assert result.missing == ()
    assert any("adults only" in warning for warning in result.warnings)


def test_what_is_missing_is_ordered_by_how_much_it_would_help() -> None:
    result = tally(SAVE, {})
    widths = {"diagnosis": 11, "age_years": 7, "hx_ckd": 6, "intubation_h": 4, "weight_kg": 2}
    places = [result.missing.index(name) for name in widths]
    assert places == sorted(places)
    assert result.missing[0] == "diagnosis"

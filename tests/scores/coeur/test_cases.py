"""The agency's six cases, the reference points of the index, and every edge of every step.

The cases are those of the sheet Cas_Coeur (Agence de la biomédecine, 2022; B. Audry), quoted here
as test vectors: one male donor of 51.6 years, 197 cm, 114.5 kg, group A, procured on 2022-04-05.
"""

from __future__ import annotations

from datetime import date
from math import exp, log
from typing import Any

import pytest

from afterload.core.errors import InputError
from afterload.scores.coeur import (
    ABOUT,
    Donor,
    Reading,
    Recipient,
    coeur_result,
    coeur_tally,
    icar_tally,
    score,
    variables,
)
from afterload.scores.coeur import coefficient as c
from afterload.scores.coeur.ccb import cas, cps, xpca, xpcp
from afterload.scores.coeur.ccp import ABO, RISK_MAX, abo, dif_age, filter_, size, surface
from afterload.scores.coeur.distance import mg
from afterload.scores.coeur.icar import Biology, Support, decile, icar, index, mdrd, valid, whole
from afterload.scores.coeur.unknowns import LEAST_ASCD

PROCURED = date(2022, 4, 5)
NO = dict.fromkeys(
    ["cec", "drg", "total_artificial_heart", "biventricular_support", "rrt", "valve_or_congenital"],
    "no",
)


def age(*born: int) -> float:
    return (PROCURED - date(*born)).days / 365.25


HEART = {
    "donor_age": age(1970, 9, 3), "donor_sex": "male", "donor_height_cm": "1.97 m",
    "donor_weight_kg": 114.5, "donor_abo": "A",
}  # fmt: skip
ONE = {
    **HEART, **NO, "age": age(1959, 6, 1), "sex": "male", "blood_group": "A", "height": "1.86 m",
    "weight": 99, "ntprobnp": 1931, "creatinine": 113, "bilirubin": 46, "biology_days": 22,
    "urgency": "xpca", "urgency_months": 50 / 30.4375, "expert_over_months": 0, "travel_min": 90,
}  # fmt: skip
TWO = {
    **HEART, **NO, "age": age(1956, 9, 20), "sex": "male", "blood_group": "a_positive",
    "height": "1.78 m", "weight": 73, "ntprobnp": 12485, "creatinine": 136.6, "bilirubin": 25.4,
    "biology_days": 40, "urgency": "none", "travel_min": 90,
}  # fmt: skip
THREE = {
    **HEART, **NO, "age": age(2006, 10, 19), "sex": "female", "blood_group": "AB", "height": 150,
    "weight": 43, "ntprobnp": 6647, "creatinine": 58, "bilirubin": 10, "biology_days": 4,
    "drg": "yes", "ntprobnp_pre": 14936, "rrt_pre": "no", "creatinine_pre": 68, "bilirubin_pre": 34,
    "urgency": "xpcp2", "urgency_months": 6 / 30.4375, "travel_min": 15,
}  # fmt: skip
FOUR = {
    **HEART, **NO, "age": age(1956, 3, 12), "sex": "male", "blood_group": "A", "height": 177,
    "weight": 75, "ntprobnp": 13583, "creatinine": 279, "bilirubin": 12, "biology_days": 0,
    "cec": "yes", "drg": "yes", "ntprobnp_pre": 21239, "rrt_pre": "no", "creatinine_pre": 212,
    "bilirubin_pre": 11, "urgency": "none", "travel_min": 135,
}  # fmt: skip
FIVE = {
    **HEART, **NO, "age": age(1974, 4, 18), "sex": "female", "blood_group": "A", "height": 174,
    "weight": 87, "ntprobnp": 4320, "creatinine": 136, "bilirubin": 8, "biology_days": 105,
    "urgency": "none", "travel_min": 50,
}  # fmt: skip
SIX = {**FIVE, "blood_group": "O"}
EXPECTED = [(ONE, 820.1), (TWO, 683.4), (THREE, 1050.8), (FOUR, 777.6), (FIVE, 0), (SIX, 0)]


@pytest.mark.parametrize(("case", "expected"), EXPECTED)
def test_the_agencys_cases(case: dict[str, Any], expected: float) -> None:
    tally = coeur_tally(case)
    assert tally.total == pytest.approx(expected, abs=0.1)
    assert tally.missing == ()
    assert tally.kind == "composite"
    assert any("authoritative" in warning for warning in tally.warnings)


def test_case_five_tells_the_other_reading_of_105_days() -> None:
    result = coeur_result(FIVE)
    assert result.tally.total == 0
    told = [unknown for unknown in result.unknowns if unknown.topic == "Validity of blood tests"]
    assert [round(reading.high, 1) for reading in told[0].readings] == [0, 442.5]
    assert [one.what for one in result.applied] == ["ntprobnp", "creatinine", "bilirubin"]
    assert {one.reason for one in result.applied} == {"expired"}
    assert coeur_tally({**FIVE, "biology_days": 104}).total == pytest.approx(442.456, abs=1e-3)
    assert not [u for u in coeur_result({**FIVE, "biology_days": 104}).unknowns if "Val" in u.topic]


def test_case_two_reaches_30_only_with_the_constant_186_3_and_no_rounding_up() -> None:
    # scores.md 7: "raw 29.99 -> 30"
    tests = Biology(12485, None, 136.6, 25.4)
    found = index(tests, Support(), age(1956, 9, 20), False)
    assert found.raw == pytest.approx(29.99, abs=0.005)
    assert (found.value, found.decile) == (30, 10)


def test_case_four_bounds_the_coefficient_of_support() -> None:
    def raw(coefficient: float) -> float:
        reading = Reading(ascd=coefficient)
        today, before = Biology(13583, None, 279, 12), Biology(21239, None, 212, 11)
        ecmo, years = Support(True, True), age(1956, 3, 12)
        pair = icar(today, before, ecmo, years, False, reading)
        return max(one.raw for one in pair if one)

    assert raw(0) == pytest.approx(29.6, abs=0.05)
    assert whole(raw(LEAST_ASCD)) == 40
    assert whole(raw(LEAST_ASCD - 0.001)) == 39


def test_reference_points_of_the_index() -> None:
    # scores.md 7.1, reference points
    none = {"cec": "no", "drg": "no", "total_artificial_heart": "no", "rrt": "no"}
    normal = {**none, "biventricular_support": "no", "age": 50, "sex": "male", "biology_days": 1,
              "creatinine": 40, "bilirubin": 5, "ntprobnp": 100}  # fmt: skip
    assert icar_tally(normal).total == 0
    assert icar_tally({**normal, "ntprobnp": 20000}).total == 14
    assert icar_tally({**normal, "biventricular_support": "yes"}).total == 14
    ecmo = icar_tally({**normal, "cec": "yes", "rrt_pre": "no"})
    assert ecmo.total == 27
    assert 25 * ecmo.total == 675
    constant = 0.157691 * 1 - 0.510058 * log(150) + 0.615711 * log(5)
    assert constant == pytest.approx(-1.4070749903, abs=1e-10)
    assert abs(RISK_MAX - 0.5809) < 5e-5


@pytest.mark.parametrize(
    ("points", "expected"), [(0, 0), (30, 750), (31, 826), (36, 951), (40, 1051)]
)
def test_the_index_of_31_jumps(points: int, expected: float) -> None:
    assert cas(points) == expected


@pytest.mark.parametrize(
    ("ntprobnp", "expected"),
    [(5, 1), (927.9, 1), (928, 2), (1478, 3), (1931, 3), (2044, 4), (2661, 5), (3416, 6),
     (4406, 7), (5645, 8), (8000, 9), (11331, 9), (11332, 10), (12485, 10)],
)  # fmt: skip
def test_deciles_of_ntprobnp(ntprobnp: float, expected: int) -> None:
    assert decile(Biology(ntprobnp=ntprobnp, bnp=5000), Support()) == expected


@pytest.mark.parametrize(
    ("bnp", "expected"),
    [(1, 1), (189, 2), (314, 3), (481, 4), (622, 5), (818, 6), (1074, 7), (1317, 8), (1702, 9),
     (2695.9, 9), (2696, 10)],
)  # fmt: skip
def test_deciles_of_bnp_count_without_ntprobnp(bnp: float, expected: int) -> None:
    assert decile(Biology(bnp=bnp), Support()) == expected
    assert decile(Biology(bnp=bnp), Support(ecls=True)) == 10
    assert decile(Biology(bnp=bnp), Support(biventricular=True)) == 10
    assert decile(Biology(bnp=bnp), Support(inotropes=True)) == expected


def test_filtration_and_bilirubin_are_clamped_and_dialysis_is_15() -> None:
    assert mdrd(88.4, 1, False) == pytest.approx(186.3)
    assert mdrd(88.4, 1, True) == pytest.approx(186.3 * 0.742)
    assert mdrd(176.8, 60, False) == pytest.approx(186.3 * 2**-1.154 * 60**-0.203)
    low = index(Biology(creatinine=2500, bilirubin=1), Support(), 70, True)
    assert low.bilirubin == 5
    high = index(Biology(creatinine=10, bilirubin=900), Support(), 20, False)
    assert (high.gfr, high.bilirubin) == (150, 230)
    dialysed = index(Biology(creatinine=50, dialysis=True), Support(), 50, False)
    assert dialysed.gfr == 15
    assert dialysed.raw == pytest.approx(5.10058 * log(10))


@pytest.mark.parametrize(
    ("days", "acute", "expected"),
    [(0, False, True), (104, False, True), (105, False, False), (106, False, False),
     (3, True, True), (4, True, False), (5, True, False)],
)  # fmt: skip
def test_validity_of_blood_tests(days: int, acute: bool, expected: bool) -> None:
    for support in (Support(ecls=acute), Support(inotropes=acute)):
        assert valid(days, support) is expected
    other = Reading(expires_at_limit=False)
    assert valid(days, Support(ecls=acute), other) is (expected or days in (4, 105))


def test_rounding() -> None:
    assert [whole(raw) for raw in (-3, 0.49, 0.5, 29.49, 29.5, 40.6)] == [0, 0, 1, 29, 30, 40]
    assert [whole(raw, "up") for raw in (-3, 0, 1e-12, 0.01, 29.0, 29.01)] == [0, 0, 0, 1, 29, 30]


def test_components() -> None:
    assert xpca(21, 0, 0) == 900
    assert xpca(21, 1, 4) == 525
    assert xpca(10, 2, 4) == 450
    assert xpca(40, 0, 0) == 1000
    assert xpca(40, 0, 0, jump=True) == 1051
    assert [cps(months) for months in (0, 12, 24, 60)] == [775, 800, 825, 825]
    assert [xpcp("xpcp1", months) for months in (0, 24, 99)] == [1102, 1152, 1152]
    assert [xpcp("xpcp2", months) for months in (0, 12, 24)] == [1051, 1076, 1101]


@pytest.mark.parametrize(
    ("difference", "expected"),
    [(-90, 0), (-65, 0), (-52.5, 0.5), (-40, 1), (-1e-9, 1), (0, 1), (15, 1), (27.5, 0.5),
     (40, 0), (60, 0)],
)  # fmt: skip
def test_age_difference(difference: float, expected: float) -> None:
    assert dif_age(difference) == pytest.approx(expected)


def test_blood_groups() -> None:
    # donor (row) to recipient o, a, b, ab (column), as scores.md 7.3 says
    assert [[abo(donor, own) for own in ABO] for donor in ABO] == [
        [1, 0, 1, 0.1],
        [0, 1, 0, 1],
        [0, 0, 1, 0],
        [0, 0, 0, 1],
    ]
    assert abo("b", "ab", 1.0) == 1


def test_sizes() -> None:
    assert surface(170, 70) == pytest.approx(0.007184 * exp(0.725 * log(170) + 0.425 * log(70)))
    assert size(1.5, 1.8, False, 60, True) == 1
    assert size(1.44, 1.8, False, 60, True) == 0
    assert size(1.0, 1.8, True, 69.9, True) == 0
    assert size(1.0, 1.8, True, 70, True) == 1
    assert size(1.0, 1.8, False, 70, True) == 0
    assert size(2.0, 1.01, False, 60, False) == 1
    assert size(2.0, 1.0, False, 60, False) == 0
    assert size(2.0, 1.0, False, 60, True) == 1


def test_survival_must_exceed_a_half() -> None:
    assert [filter_(RISK_MAX + step) for step in (-1e-9, 1e-9)] == [1, 0]


def test_travel_time() -> None:
    # the three travel times of the agency's cases, as shares of 900, 750 and 1051 points
    assert mg(0) == 1
    assert 900 * mg(90) == pytest.approx(820.1, abs=0.05)
    assert 750 * mg(90) == pytest.approx(683.4, abs=0.05)
    assert 1051 * mg(135) == pytest.approx(777.6, abs=0.05)


def test_every_number_has_a_source_with_a_place_and_a_tag() -> None:
    assert len(c.ALL) == len(set(c.ALL)) > 50
    for number in c.ALL:
        assert number.source.citation, number
        assert number.source.place, number
        assert number.source.confidence in ("C2", "CALC"), number


def test_the_result_is_provisional_and_its_inputs_are_the_vocabularys_where_they_exist() -> None:
    from afterload.core.vocabulary import standard

    assert ABOUT.status == "provisional"
    for name in ("age_years", "sex", "height_cm", "weight_kg", "blood_group", "creatinine",
                 "bilirubin", "ntprobnp", "rrt"):  # fmt: skip
        assert variables()[name].units == standard()[name].units
        assert variables()[name].unit == standard()[name].unit


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"urgency": "xpcp1"}, "children"),
        ({"age": 15, "urgency": "xpca"}, "adults"),
        ({"abo": "B"}, "different groups|given twice"),
        ({"lactate": 3}, "not a known input"),
        ({"age": 130}, "outside"),
        ({"travel_min": "far"}, "takes a number"),
        ({"donor_abo": "C"}, "cannot be"),
        ({"recipient_age": 3}, "not a known input"),
    ],
)
def test_impossible_input_is_refused_in_one_sentence(change: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        coeur_tally({**TWO, **change})


def test_a_listing_that_cannot_be_is_refused() -> None:
    child = Recipient(12, False, "a", 150, 40, urgency="xpca")
    with pytest.raises(InputError, match="xpca"):
        score(child, Donor(20, False, "a", 150, 40, 10))

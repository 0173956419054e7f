"""Reading one patient's values: names, units, words, and what is refused."""

from __future__ import annotations

from math import nan
from typing import Any

import pytest

from afterload.core.errors import InputError, OutOfRange, UnknownName, UnknownUnit
from afterload.scores import ENCOURAGE, SAVE
from afterload.scores.inputs import read_patient


@pytest.mark.parametrize(
    ("name", "value", "variable", "read"),
    [
        ("age", "45", "age_years", 45),
        ("AGE", 45, "age_years", 45),
        ("weight", "72,5 kg", "weight_kg", 72.5),
        ("hco3", "14,2", "hco3", 14.2),
        ("acute_renal_fail", "oui", "acute_renal_fail", 1),
        ("acute_renal_fail", False, "acute_renal_fail", 0),
        ("arrest", "yes", "any_arrest", 1),
        ("arrest", "no", "cardiac_arrest", 0),
        ("arrest", "ohca", "cardiac_arrest", 2),
        ("diagnosis", "myocarditis+congenital", "diagnosis", 0b1001),
        ("diagnosis", {"vt_vf"}, "diagnosis", 0b10),
    ],
)
def test_values_are_read_by_name_or_alias(
    name: str, value: object, variable: str, read: float
) -> None:
    assert read_patient(SAVE, {name: value}).known == {variable: read}


def test_units_are_converted_once_by_the_variables_own_factor() -> None:
    known = read_patient(ENCOURAGE, {"lactate": "27mg/dL", "creatinine": "1.8 mg/dL"}).known
    assert known["lactate"] == pytest.approx(27 / 9.008, rel=1e-6)
    assert known["creatinine"] == pytest.approx(1.8 * 88.42)


@pytest.mark.parametrize("value", [None, nan, "", "unknown", "NA", "?"])
def test_what_is_missing_stays_missing(value: object) -> None:
    assert read_patient(SAVE, {"age": value}).known == {}


@pytest.mark.parametrize(
    ("values", "error", "said"),
    [
        ({"lactat": 3}, UnknownName, "'lactat' is not a known input of ENCOURAGE.*lactate"),
        ({"hco3": 12}, UnknownName, "ENCOURAGE"),
        ({"lactate": "3 mg/mL"}, UnknownUnit, "mg/dL"),
        ({"lactate": 300}, OutOfRange, "0.1 to 40"),
        ({"creatinine": "1.8 kg"}, UnknownUnit, "creatinine"),
        ({"age": "old"}, InputError, "takes a number"),
        ({"age": True}, InputError, "takes a number"),
        ({"gcs": 3.5}, InputError, "whole number"),
        ({"sex": "x"}, InputError, "female, male"),
        ({"age": 40, "age_years": 41}, InputError, "given twice"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(
    values: dict[str, Any], error: type[InputError], said: str
) -> None:
    with pytest.raises(error, match=said):
        read_patient(ENCOURAGE, values)


def test_a_value_in_another_unit_is_recognised() -> None:
    with pytest.raises(OutOfRange, match="looks like a value in mg/dL"):
        read_patient(ENCOURAGE, {"creatinine": 1.8})


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"hx_ckd": "perhaps"}, "yes or no"),
        ({"diagnosis": "flu"}, "myocarditis, vt_vf, transplant, congenital, other"),
        ({"cardiac_arrest": "here"}, "none, ihca, ohca"),
    ],
)
def test_words_that_are_no_choice_are_refused_with_the_choices(
    values: dict[str, Any], said: str
) -> None:
    with pytest.raises(InputError, match=said):
        read_patient(SAVE, values)

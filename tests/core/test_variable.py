"""What a variable says of itself."""

from __future__ import annotations

import dataclasses

import pytest

from afterload.core.variable import UNIT_LABELS, Choice, UnitForm, Variable
from afterload.core.vocabulary import standard
from afterload.scores import ALL

SEX = Variable(
    "sex", "Sex", "Sexe", kind="enum",
    choices=(Choice("f", "Female", "Femme"), Choice("m", "Male", "")),
)  # fmt: skip
ALIVE = Variable("alive", "Alive", kind="bool")
LACTATE = Variable("lactate", "Lactate", unit="mmol/L", units=(UnitForm("mg/dL", 0.111),))


@pytest.mark.parametrize(
    ("kind", "numeric", "categorical"),
    [
        ("num", True, False), ("int", True, False), ("calc", True, False), ("bool", False, True),
        ("enum", False, True), ("multi", False, False), ("datetime", False, False),
        ("id", False, False), ("text", False, False),
    ],
)  # fmt: skip
def test_a_kind_is_numeric_or_categorical_or_neither(kind, numeric, categorical):
    variable = Variable("x", "X", kind=kind)
    assert (variable.is_numeric, variable.is_categorical) == (numeric, categorical)


def test_levels_are_the_choices_in_order_and_no_before_yes():
    assert SEX.levels == ("f", "m")
    assert ALIVE.levels == ("no", "yes")
    assert LACTATE.levels == ()


@pytest.mark.parametrize(
    ("variable", "level", "language", "label"),
    [
        (SEX, "f", "en", "Female"), (SEX, "f", "fr", "Femme"), (SEX, "m", "fr", "Male"),
        (SEX, "x", "fr", "x"), (ALIVE, "yes", "fr", "oui"), (ALIVE, "no", "fr", "non"),
        (ALIVE, "yes", "en", "yes"), (LACTATE, "?", "en", "?"),
    ],
)  # fmt: skip
def test_a_level_has_a_label_in_both_languages(variable, level, language, label):
    assert variable.level_label(level, language) == label


def test_a_label_that_is_not_translated_stays_english():
    assert SEX.label_in("fr") == "Sexe"
    assert SEX.label_in() == "Sex"
    assert ALIVE.label_in("fr") == "Alive"


def test_its_own_unit_is_the_first_it_can_be_read_in():
    assert LACTATE.readable_units == ("mmol/L", "mg/dL")
    assert ALIVE.readable_units == ()


def test_a_unit_is_shown_as_people_write_it():
    assert Variable("p", "P", unit="mm[Hg]").unit_label == "mmHg"
    assert Variable("r", "R", unit="1").unit_label == ""
    assert LACTATE.unit_label == "mmol/L"


def test_no_unit_of_the_vocabulary_is_shown_with_ucum_s_brackets():
    labels = {v.unit_label for v in standard().values()}
    assert not [label for label in labels if set(label) & set("[]{}*")]
    of_scores = {getattr(score, "unit", "") for score in ALL.values()}
    assert set(UNIT_LABELS) <= {v.unit for v in standard().values()} | of_scores


def test_a_variable_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        LACTATE.unit = "mg/dL"  # type: ignore[misc]

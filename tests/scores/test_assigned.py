"""Classes a clinician assigns: SCAI 2022 and INTERMACS."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest

from afterload.core.errors import InputError, OutOfRange
from afterload.scores import ALL, Assigned, Tally, tally
from afterload.scores.assigned import input_names, legal
from afterload.scores.change import changes
from afterload.scores.definition import tests_of as rule_tests

SCAI, INTERMACS = ALL["scai"], ALL["intermacs"]


def scai(**values: Any) -> Tally:
    return tally(SCAI, values)


def intermacs(**values: Any) -> Tally:
    return tally(INTERMACS, values)


def guide(result: Tally) -> dict[str, str]:
    """What the values say of each descriptor, by its text."""
    lines = (line for line in result.items if line.label.startswith("Guide, "))
    return {line.label.split(": ", 1)[1]: line.band for line in lines}


# --- INTERMACS ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("profile", "modifier", "name"),
    [
        (1, "TCS", "1-TCS"),  # VA-ECMO day 1, lactate 9 rising, noradrenaline escalating
        (3, "TCS", "3-TCS"),  # Impella 5.5, off pressors, cannot wean, walking
        (4, "FF", "4-FF"),  # outpatient, three admissions in 4 months, symptoms at rest
        (2, "none", "2"),
        (7, "A", "7-A"),
        (3, "A+TCS", "3-A-TCS"),
        (3, "FF+A", "3-A-FF"),
    ],
)
def test_profiles_with_their_modifiers(profile: int, modifier: str, name: str) -> None:
    found = intermacs(intermacs=profile, modifier=modifier)
    assert (found.classes, found.total) == ((name,), profile)
    assert found.missing == ()


ALLOWED = {1: "A TCS", 2: "A TCS", 3: "A TCS FF", 4: "A FF", 5: "A FF", 6: "A FF", 7: "A FF"}


@pytest.mark.parametrize("profile", range(1, 8))
@pytest.mark.parametrize("modifier", ["A", "TCS", "FF"])
def test_a_modifier_goes_with_its_profiles_and_is_refused_with_others(
    profile: int, modifier: str
) -> None:
    if modifier in ALLOWED[profile].split():
        assert intermacs(intermacs=profile, modifier=modifier).classes == (f"{profile}-{modifier}",)
        return
    with pytest.raises(InputError) as refused:
        intermacs(intermacs=profile, modifier=modifier)
    assert f"modifier {modifier} cannot go with profile {profile}" in str(refused.value)
    assert "\n" not in str(refused.value)
    assert refused.value.exit_code == 2


def test_in_hospital_and_at_home_contradict_each_other() -> None:
    for profile in ({}, {"intermacs": 3}):
        with pytest.raises(InputError, match="cannot stand together"):
            intermacs(**profile, modifier="TCS+FF")
    with pytest.raises(InputError, match="none and FF at once"):
        intermacs(intermacs=4, modifier="none+FF")


def test_a_missing_profile_leaves_those_its_modifiers_allow() -> None:
    assert (intermacs().low, intermacs().high, intermacs().total) == (1, 7, None)
    assert intermacs().classes == ("1", "2", "3", "4", "5", "6", "7")
    assert intermacs(modifier="TCS").classes == ("1-TCS", "2-TCS", "3-TCS")
    found = intermacs(modifier="FF")
    assert (found.low, found.high, found.missing) == (3, 7, ("intermacs",))
    assert any("clinician must assign the profile" in warning for warning in found.warnings)


def test_whether_a_modifier_applies_is_never_taken_for_granted() -> None:
    found = intermacs(intermacs=2)
    assert (found.total, found.classes) == (2, ("2",))
    assert {line.band for line in found.items if line.name.startswith("modifier")} == {"not told"}
    assert any("is not told: give intermacs_modifier" in warning for warning in found.warnings)
    told = intermacs(intermacs=2, modifier="none")
    assert {line.band for line in told.items if line.name.startswith("modifier")} == {"no"}
    assert told.warnings == ()


@pytest.mark.parametrize(("profile", "said"), [(3, "home on inotropes"), (7, "rarely"), (5, "")])
def test_a_rare_pair_is_told(profile: int, said: str) -> None:
    warnings = intermacs(intermacs=profile, modifier="FF").warnings
    assert said in warnings[0] if said else warnings == ()


def test_a_profile_that_does_not_exist_is_refused() -> None:
    for profile in (0, 8):
        with pytest.raises(OutOfRange):
            intermacs(intermacs=profile)
    with pytest.raises(InputError):
        intermacs(intermacs=2.5)


def test_the_nickname_and_the_wording_are_told_for_what_they_are() -> None:
    assert isinstance(INTERMACS, Assigned)
    assert any(note.topic == "Frequent flyer" for note in INTERMACS.about.notes)
    assert {modifier.source.confidence for modifier in INTERMACS.modifiers} == {"M"}
    assert all("frequent flyer" not in level.label for level in INTERMACS.levels)
    frames = [d for level in INTERMACS.levels for d in level.descriptors]
    assert {frame.source.confidence for frame in frames} == {"M"}


# --- SCAI --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("stage", "total"), [("A", 0), ("b", 1), ("C", 2), ("d", 3), ("E", 4)])
def test_stages_and_the_arrest_modifier(stage: str, total: int) -> None:
    assert scai(scai=stage, scai_arrest_mod="no").classes == (stage.upper(),)
    found = scai(scai=stage, scai_arrest_mod="yes")
    assert (found.classes, found.total) == ((f"{stage.upper()}A",), total)
    assert any("in 2019 it meant any arrest" in warning for warning in found.warnings)


def test_no_stage_is_inferred_whatever_the_values() -> None:
    grave = scai(lactate=15, ph=6.9, sbp=50, map=30, ventilated="yes", scai_arrest_mod="no")
    assert grave.total is None
    assert grave.classes == ("A", "B", "C", "D", "E")
    assert any("clinician must assign the stage" in warning for warning in grave.warnings)
    assert grave.missing == ("scai_stage",)
    assert guide(grave) == {}
    assert scai(scai="a", lactate=15, ph=6.9, sbp=50).classes == ("A",)


@pytest.mark.parametrize(
    ("stage", "text", "values"),
    [
        ("a", "SBP ≥ 100 mmHg, or normal for the patient",
         {"met": [{"sbp": 100}, {"sbp": 92, "sbp_usual": "yes"}],
          "not met": [{"sbp": 99.9, "sbp_usual": "no"}], "open": [{"sbp": 92}]}),
        ("a", "cardiac index ≥ 2.5 L/min/m²", {"met": [{"ci": 2.5}], "not met": [{"ci": 2.49}]}),
        ("a", "CVP < 10 mmHg", {"met": [{"cvp": 9.9}], "not met": [{"cvp": 10}]}),
        ("a", "pulmonary artery saturation ≥ 65 %",
         {"met": [{"svo2": 65}], "not met": [{"svo2": 64.9}]}),
        ("b", "SBP < 90 mmHg, or MAP < 60 mmHg, or a fall of > 30 mmHg",
         {"met": [{"sbp": 89.9}, {"map": 59.9}, {"sbp_drop_30": "yes"}],
          "not met": [{"sbp": 90, "map": 60, "sbp_drop_30": "no"}],
          "open": [{"sbp": 90}, {"sbp": 90, "map": 60}]}),
        ("b", "pulse ≥ 100 /min", {"met": [{"hr": 100}], "not met": [{"hr": 99}]}),
        ("b", "cardiac index ≥ 2.2 L/min/m²", {"met": [{"ci": 2.2}], "not met": [{"ci": 2.19}]}),
        ("c", "urine < 30 mL/h", {"met": [{"urine": 29.9}], "not met": [{"urine": 30}]}),
        ("c", "lactate ≥ 2 mmol/L", {"met": [{"lactate": 2}], "not met": [{"lactate": 1.99}]}),
        ("c", "cardiac index < 2.2 L/min/m²", {"met": [{"ci": 2.19}], "not met": [{"ci": 2.2}]}),
        ("c", "PCWP > 15 mmHg", {"met": [{"pcwp": 15.1}], "not met": [{"pcwp": 15}]}),
        ("c", "RAP/PCWP ≥ 0.8", {"met": [{"rap_pcwp": 0.8}], "not met": [{"rap_pcwp": 0.79}]}),
        ("c", "PAPi < 1.85", {"met": [{"papi": 1.84}], "not met": [{"papi": 1.85}]}),
        ("c", "cardiac power output ≤ 0.6 W",
         {"met": [{"cpo_w": 0.6}], "not met": [{"cpo_w": 0.61}]}),
        ("e", "pH ≤ 7.2", {"met": [{"ph": 7.2}], "not met": [{"ph": 7.21}]}),
        ("e", "lactate ≥ 8 mmol/L", {"met": [{"lactate": 8}], "not met": [{"lactate": 7.9}]}),
    ],
)  # fmt: skip
def test_every_numeric_descriptor_stands_beside_the_values(
    stage: str, text: str, values: dict[str, list[dict[str, Any]]]
) -> None:
    assert guide(scai(scai=stage))[text] == "no value"
    for word, given in values.items():
        for some in given:
            found = scai(scai=stage, **some)
            assert guide(found)[text] == word, some
            assert found.classes == (stage.upper(),)


def test_low_pressure_needs_support_to_be_of_stage_c() -> None:
    text = next(t for t in guide(scai(scai="c")) if "drugs or a device" in t)
    assert guide(scai(scai="c", sbp=85))[text] == "open"
    assert guide(scai(scai="c", sbp=85, support_for_sbp="yes"))[text] == "met"
    assert guide(scai(scai="c", support_for_sbp="no"))[text] == "not met"


def test_a_stage_recorded_by_a_rule_is_told() -> None:
    assert any("by a rule" in w for w in scai(scai="c", scai_method="cswg_scai").warnings)
    assert not any("by a rule" in w for w in scai(scai="c", scai_method="clinician").warnings)


def test_every_mortality_names_its_cohort() -> None:
    for score in (SCAI, INTERMACS):
        assert tally(score, {}).outcome == ()
        assert score.about.validations
        assert all(v.cohort and v.source.confidence in ("C1", "C2")
                   for v in score.about.validations)  # fmt: skip
    mayo = SCAI.about.validations[0]
    assert "Mayo" in mayo.cohort
    assert "A 3.0, B 7.1, C 12.4, D 40.4, E 67.0 %" in mayo.found


# --- the kind ----------------------------------------------------------------------------------


@pytest.mark.parametrize("score", [SCAI, INTERMACS], ids=["scai", "intermacs"])
def test_every_level_descriptor_and_modifier_has_its_source(score: Assigned) -> None:
    for level in score.levels:
        assert level.source.place
        assert level.descriptors
        for descriptor in level.descriptors:
            assert descriptor.source.place
            assert descriptor.rule is None or list(rule_tests(descriptor.rule))
    assert all(modifier.source.place and modifier.text for modifier in score.modifiers)
    assert next(iter(input_names(score))) == score.variable
    assert [level.value for level in score.levels] == sorted(level.value for level in score.levels)


def test_the_legal_names_are_those_counted_by_hand() -> None:
    assert isinstance(SCAI, Assigned)
    assert isinstance(INTERMACS, Assigned)
    assert set(SCAI.names) == {stage + arrest for stage in "ABCDE" for arrest in ("", "A")}
    by_hand = set()
    for profile, words in ALLOWED.items():
        marks = words.split()
        pairs = [()] + [(m,) for m in marks] + list(combinations(marks, 2))
        by_hand |= {"-".join((str(profile), *p)) for p in pairs if set(p) != {"TCS", "FF"}}
    assert set(INTERMACS.names) == by_hand
    assert len(by_hand) == 30
    assert len(list(legal(INTERMACS))) == 30


def test_another_class_is_what_would_change_the_class() -> None:
    found = changes(SCAI, {"scai": "c", "scai_arrest_mod": "no", "lactate": 3})
    assert {(c.name, c.would, c.classes) for c in found} == {
        ("scai_stage", "a", ("A",)), ("scai_stage", "b", ("B",)), ("scai_stage", "d", ("D",)),
        ("scai_stage", "e", ("E",)), ("scai_arrest_mod", "yes", ("CA",)),
    }  # fmt: skip


def test_a_number_between_two_profiles_is_refused_on_columns_as_for_one_patient() -> None:
    import numpy as np

    from afterload.scores import score_columns

    with pytest.raises(InputError, match=r"takes a whole number, not 2\.5"):
        tally(INTERMACS, {"intermacs": 2.5})
    with pytest.raises(InputError, match=r"takes a whole number, not 2\.5\. It stands in row 1"):
        score_columns(INTERMACS, {"intermacs": np.array([2.0, 2.5, np.nan])})
    result = score_columns(INTERMACS, {"intermacs": np.array([2.0, np.nan])})
    assert np.array_equal(result.low, [2, 1])


def test_a_kind_without_modifiers_has_its_levels_alone() -> None:
    from dataclasses import replace

    import numpy as np

    from afterload.scores import score_columns

    assert isinstance(SCAI, Assigned)
    bare = Assigned(replace(SCAI.about, cautions=()), "scai_stage", SCAI.levels, "stage")
    assert bare.names == tuple("ABCDE")
    assert tally(bare, {"scai": "d"}).classes == ("D",)
    result = score_columns(bare, {"scai": np.array([3.0, np.nan])})
    assert (result.classes(0), result.classes(1)) == (("D",), tuple("ABCDE"))


@pytest.mark.parametrize("word", ["1-TCS", "1-tcs", "1 TCS", "1TCS"])
def test_a_class_and_its_modifier_may_be_one_word(word: str) -> None:
    apart = tally(INTERMACS, {"intermacs": 1, "intermacs_modifier": "tcs"})
    assert tally(INTERMACS, {"intermacs": word}).classes == apart.classes == ("1-TCS",)
    assert tally(INTERMACS, {"intermacs_profile": "2-A-TCS"}).classes == ("2-A-TCS",)
    assert tally(SCAI, {"scai": "CA"}).classes == ("CA",)
    assert tally(SCAI, {"scai": "C"}).classes == ("C",)


def test_one_word_is_refused_for_the_reason_it_is_wrong() -> None:
    with pytest.raises(InputError, match="modifier TCS cannot go with profile 6"):
        tally(INTERMACS, {"intermacs": "6-TCS"})
    with pytest.raises(InputError, match="given twice"):
        tally(INTERMACS, {"intermacs": "1-TCS", "modifier": "a"})
    with pytest.raises(InputError):
        tally(INTERMACS, {"intermacs": "8-TCS"})

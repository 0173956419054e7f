"""BARC, GUSTO, Rutherford and haemolysis: every criterion, every edge, and what is warned of."""

from __future__ import annotations

from typing import Any

import pytest

from afterload.core.vocabulary import standard
from afterload.scores import tally
from afterload.scores.barc import BARC
from afterload.scores.gusto import GUSTO
from afterload.scores.haemolysis import (
    HAEMOLYSIS_INTERMACS,
    HAEMOLYSIS_MCS_ARC,
    HAEMOLYSIS_PVAD,
)
from afterload.scores.rutherford_ali import GAP, RUTHERFORD_ALI
from afterload.scores.staging import Staging, check_staging
from afterload.scores.stagings import STAGINGS
from afterload.scores.support import check_support

BLEED: dict[str, Any] = {
    "bleeding": "overt", "bleed_actionable": "no", "hb_drop": 0, "rbc_units": 0,
    "bleed_tamponade": "no", "bleed_surgery": "no", "bleed_vasoactives": "no",
    "bleed_intracranial": "no", "bleed_intraocular": "no", "bleed_fatal": "none",
    "bleed_cabg": "no", "cabg_intracranial_48h": "no", "cabg_reoperation": "no",
    "rbc_units_48h": 0, "chest_tube_ml_24h": 0,
}  # fmt: skip
LIMB: dict[str, Any] = {
    "limb_sensory": "none", "limb_motor": "none", "doppler_arterial": "yes",
    "doppler_venous": "yes",
}  # fmt: skip


@pytest.mark.parametrize("staging", STAGINGS, ids=lambda s: s.about.name)
def test_every_staging_is_sound(staging: Staging) -> None:
    check_staging(staging)
    check_support(staging.about)


@pytest.mark.parametrize(
    ("values", "grade"),
    [
        ({"bleeding": "none"}, "0"),
        ({}, "1"),
        ({"bleeding": "occult", "bleed_actionable": "yes"}, "1"),
        ({"bleed_actionable": "yes"}, "2"),
        ({"hb_drop": 29.9}, "1"),
        ({"hb_drop": 30}, "3a"),
        ({"hb_drop": "4.9 g/dL"}, "3a"),
        ({"hb_drop": "5 g/dL"}, "3b"),
        ({"bleeding": "occult", "hb_drop": 60}, "1"),
        ({"rbc_units": 1}, "3a"),
        ({"bleed_tamponade": "yes"}, "3b"),
        ({"bleed_surgery": "yes"}, "3b"),
        ({"bleed_vasoactives": "yes"}, "3b"),
        ({"bleed_intracranial": "yes"}, "3c"),
        ({"bleed_intraocular": "yes"}, "3c"),
        ({"cabg_reoperation": "yes"}, "1"),
        ({"bleed_cabg": "yes"}, "1"),
        ({"bleed_cabg": "yes", "cabg_reoperation": "yes"}, "4"),
        ({"bleed_cabg": "yes", "cabg_intracranial_48h": "yes"}, "4"),
        ({"bleed_cabg": "yes", "rbc_units_48h": 4}, "1"),
        ({"bleed_cabg": "yes", "rbc_units_48h": 5}, "4"),
        ({"bleed_cabg": "yes", "chest_tube_ml_24h": 1999}, "1"),
        ({"bleed_cabg": "yes", "chest_tube_ml_24h": "2 L"}, "4"),
        ({"bleed_fatal": "probable"}, "5a"),
        ({"bleed_fatal": "definite", "bleed_tamponade": "yes"}, "5b"),
    ],
)
def test_the_types_of_barc(values: dict[str, Any], grade: str) -> None:
    assert tally(BARC, {**BLEED, **values}).classes == (f"barc_{grade}",)


def test_a_fall_of_haemoglobin_is_corrected_for_transfusion_and_says_so() -> None:
    known = {k: v for k, v in BLEED.items() if k not in ("hb_drop", "rbc_units")}
    known |= {"hb_before": "12.3 g/dL", "hb_lowest": "9.3 g/dL"}
    assert tally(BARC, {**known, "rbc_units": 0}).classes == ("barc_3a",)
    assert tally(BARC, {**known, "rbc_units": 2}).classes == ("barc_3b",)
    assert tally(BARC, known).classes == ("barc_3a", "barc_3b")
    assert tally(BARC, known).missing == ("rbc_units",)
    assert any("general knowledge (M)" in text for text in tally(BARC, known).warnings)
    higher = {**known, "hb_lowest": "10 g/dL"}
    # Without a unit the fall is 2.3 g/dL; one unit makes it 3.3, and counts by itself.
    assert tally(BARC, higher).classes == ("barc_1", "barc_3a", "barc_3b")


def test_no_bleeding_is_barc_0_whatever_else_is_missing() -> None:
    assert tally(BARC, {"bleeding": "none"}).classes == ("barc_0",)
    assert tally(GUSTO, {"bleeding": "none"}).classes == ("none",)
    assert "barc_0" not in tally(BARC, {"bleeding": "overt"}).classes


def test_intracranial_is_read_from_the_site_with_a_warning() -> None:
    known = {k: v for k, v in BLEED.items() if k != "bleed_intracranial"}
    result = tally(BARC, {**known, "bleed_site": "intracranial"})
    assert result.classes == ("barc_3c",)
    assert any("microbleeds" in text for text in result.warnings)
    assert tally(BARC, {**known, "bleed_site": "gi"}).classes == ("barc_1",)


def test_grades_are_named_as_the_vocabulary_names_them() -> None:
    levels = standard()["bleed_grade"].levels
    stages = [s.name for s in (*BARC.stages, *GUSTO.stages) if s.name != "none"]
    assert tuple(stages) == levels


def test_the_misprint_of_3a_is_noted() -> None:
    (note,) = (n for n in BARC.about.notes if "misprint" in n.text)
    assert "PMC6232352" in note.text


@pytest.mark.parametrize(
    ("values", "grade"),
    [
        ({}, "gusto_mild"),
        ({"bleeding": "occult"}, "gusto_mild"),
        ({"rbc_units": 1}, "gusto_moderate"),
        ({"rbc_units": 1, "bleed_compromise": "yes"}, "gusto_severe"),
        ({"bleed_intracranial": "yes"}, "gusto_severe"),
    ],
)
def test_the_grades_of_gusto(values: dict[str, Any], grade: str) -> None:
    known = {k: BLEED[k] for k in ("bleeding", "rbc_units", "bleed_intracranial")}
    assert tally(GUSTO, {**known, "bleed_compromise": "no", **values}).classes == (grade,)


@pytest.mark.parametrize(
    ("values", "category"),
    [
        ({}, "I"),
        ({"limb_sensory": "toes"}, "IIa"),
        ({"doppler_arterial": "no"}, "IIa"),
        ({"limb_sensory": "toes", "doppler_arterial": "no"}, "IIa"),
        ({"limb_sensory": "beyond_toes"}, "IIb"),
        ({"limb_motor": "weakness", "limb_sensory": "beyond_toes"}, "IIb"),
        ({"limb_motor": "weakness", "doppler_arterial": "no"}, "IIb"),
        ({"limb_motor": "paralysis"}, GAP),
        ({"limb_sensory": "anaesthesia", "limb_motor": "paralysis"}, GAP),
        ({"doppler_arterial": "no", "doppler_venous": "no"}, GAP),
        (
            {
                "limb_sensory": "anaesthesia",
                "limb_motor": "paralysis",
                "doppler_arterial": "no",
                "doppler_venous": "no",
            },
            "III",
        ),
    ],
)
def test_the_categories_of_rutherford(values: dict[str, Any], category: str) -> None:
    assert tally(RUTHERFORD_ALI, {**LIMB, **values}).classes == (category,)


def test_the_doppler_is_warned_of_under_steady_flow() -> None:
    def said(**values: Any) -> str:
        return " ".join(tally(RUTHERFORD_ALI, {**LIMB, **values}).warnings)

    assert "Doppler is unreliable" in said(support="ecls")
    assert "support is not told" in said()
    assert "unreliable" not in said(support="none")
    assert "listen again" in said(doppler_arterial="no")


FREE: dict[str, Any] = {
    "pfhb": "50 mg/dL", "ldh": 300, "ldh_uln": 250, "haemolysis_signs": "no",
    "support_hours": 96,
}  # fmt: skip


@pytest.mark.parametrize(
    ("values", "grade"),
    [
        ({}, "minor"),
        ({"pfhb": "20 mg/dL"}, "none"),
        ({"pfhb": "20.1 mg/dL"}, "minor"),
        ({"pfhb": 0, "ldh": 625}, "none"),
        ({"pfhb": 0, "ldh": 626}, "minor"),
        ({"haemolysis_signs": "yes"}, "major"),
        ({"support_hours": 72}, "not assessable in the first 72 h"),
        ({"support_hours": 72.1}, "minor"),
        ({"support_hours": 10, "pfhb": 0}, "none"),
    ],
)
def test_haemolysis_by_mcs_arc(values: dict[str, Any], grade: str) -> None:
    result = tally(HAEMOLYSIS_MCS_ARC, {**FREE, **values})
    assert result.classes == (grade,)
    assert result.score == "haemolysis_mcs_arc_20"


def test_any_clinical_finding_makes_it_major_and_all_must_be_absent_for_minor() -> None:
    known = {k: v for k, v in FREE.items() if k != "haemolysis_signs"}
    assert tally(HAEMOLYSIS_MCS_ARC, {**known, "haemoglobinuria": "yes"}).classes == ("major",)
    one = tally(HAEMOLYSIS_MCS_ARC, {**known, "haemoglobinuria": "no"})
    assert one.classes == ("minor", "major")
    assert one.missing == ("haemolytic_anaemia", "hyperbilirubinaemia", "pump_dysfunction")
    none = dict.fromkeys(("haemoglobinuria", *one.missing), "no")
    assert tally(HAEMOLYSIS_MCS_ARC, {**known, **none}).classes == ("minor",)


def test_the_first_hours_and_the_memory_are_told() -> None:
    early = tally(HAEMOLYSIS_MCS_ARC, {**FREE, "support_hours": 12})
    text = " ".join(early.warnings)
    assert "first days of an Impella" in text
    assert "general knowledge (M)" in text
    assert (early.low, early.high, early.total) == (0, 2, None)
    ami = tally(HAEMOLYSIS_MCS_ARC, {**FREE, "ami_type": "stemi"})
    assert any("infarction" in text for text in ami.warnings)


@pytest.mark.parametrize(
    ("values", "grade"),
    [
        ({"pfhb": "40 mg/dL", "haemolysis_signs": "yes"}, "none"),
        ({"pfhb": "40.1 mg/dL", "haemolysis_signs": "yes"}, "haemolysis"),
        ({"pfhb": "60 mg/dL", "haemolysis_signs": "no"}, "none"),
    ],
)
def test_haemolysis_by_the_older_intermacs(values: dict[str, Any], grade: str) -> None:
    assert tally(HAEMOLYSIS_INTERMACS, values).classes == (grade,)


@pytest.mark.parametrize(("count", "grade"), [(2, "none"), (3, "haemolysis")])
def test_haemolysis_in_the_practice_of_percutaneous_pumps(count: int, grade: str) -> None:
    result = tally(HAEMOLYSIS_PVAD, {"pfhb_high_count": count})
    assert result.classes == (grade,)
    assert any("manufacturer" in text for text in result.warnings)
    assert any("more than two" in text for text in result.warnings) == (count == 2)


def test_the_same_value_is_haemolysis_by_one_definition_and_not_by_another() -> None:
    value = {"pfhb": "30 mg/dL", "haemolysis_signs": "yes", "support_hours": 100}
    assert tally(HAEMOLYSIS_MCS_ARC, value).classes == ("major",)
    assert tally(HAEMOLYSIS_INTERMACS, value).classes == ("none",)

"""Definitions of cardiogenic shock: worked examples, every limit, and what they warn of."""

from __future__ import annotations

from typing import Any

import pytest

from afterload.core.errors import OutOfRange, UnknownName
from afterload.scores import ALL, Definition, tally
from afterload.scores.definition import tests_of as rule_tests
from afterload.scores.inputs import variables_of

DEFINITIONS = [score for score in ALL.values() if isinstance(score, Definition)]

INFARCTION = {"ami_type": "stemi", "lv_dysfunction": "yes"}
TRIAL = {**INFARCTION, "sbp_below_90_min": 40, "urine": 20, "ci": 2.0, "pcwp": 20}
IABP = {"ami_type": "nstemi", "sbp_below_90_min": 40, "congestion": "yes",
        "confusion": "no", "cold_skin": "no", "urine": 60, "lactate": 1.0}  # fmt: skip
ESC = {"sbp": 85, "adequate_volume": "yes", "cold_skin": "no", "oliguria": "no",
       "confusion": "no", "dizziness": "no", "narrow_pulse_pressure": "no",
       "metabolic_acidosis": "no", "lactate_raised": "no", "creatinine_raised": "no"}  # fmt: skip
SHARC = {"cardiac_disorder": "yes", "hypoperfusion": "yes", "sbp_below_90_min": 40}


def total(name: str, values: dict[str, Any], **more: Any) -> float | None:
    return tally(ALL[name], {**values, **more}).total


def bands(name: str, values: dict[str, Any], **more: Any) -> dict[str, str]:
    return {line.name: line.band for line in tally(ALL[name], {**values, **more}).items}


# --- worked examples of the reference ----------------------------------------------------------


def test_low_for_forty_minutes_without_congestion_is_shock_in_one_trial_and_not_in_the_other() -> (
    None
):
    seen = {"sbp": 86, "sbp_below_90_min": "40 min", "urine": "20 mL/h"}
    assert total("shock-trial-clinical", {**INFARCTION, **seen}) == 1
    found = tally(
        ALL["shock-iabp-ii"], {**seen, "ami_type": "stemi", "lactate": 1.8, "congestion": "no"}
    )
    assert (found.score, found.total, found.classes) == ("shock-iabp-ii", 0, ("not met",))
    assert [line.name for line in found.items if line.band == "fails"] == ["congestion"]


def test_a_normal_pressure_on_noradrenaline_with_wet_lungs_is_shock() -> None:
    seen = {"ami_type": "stemi", "sbp": 95, "norepi": 0.2, "congestion": "yes", "lactate": 2.1}
    found = tally(ALL["shock-iabp-ii"], seen)
    assert found.total == 1
    assert any("catecholamines_for_sbp=no" in warning for warning in found.warnings)
    assert total("shock-iabp-ii", {**seen, "catecholamines_for_sbp": "no"}) is None
    stated = {**seen, "catecholamines_for_sbp": "yes"}
    assert tally(ALL["shock-iabp-ii"], {**stated, "support": "none"}).warnings == ()


def test_a_lactate_of_exactly_two_is_no_sign() -> None:
    assert total("shock-iabp-ii", IABP, lactate=2.0) == 0
    assert total("shock-iabp-ii", IABP, lactate=2.01) == 1


# --- every limit -------------------------------------------------------------------------------

LIMITS = [
    ("shock-trial", TRIAL, "hypotension", {"support_for_sbp": "no"}, "sbp_below_90_min",
     {0: 0, 29: 0, 30: 0, 30.01: 1, 31: 1, 10080: 1}),
    ("shock-trial", TRIAL, "hypoperfusion", {"cold_skin": "no"}, "urine_ml_h",
     {0: 1, 29.9: 1, 30: 0, 31: 0}),
    ("shock-trial", TRIAL, "ci", {}, "ci", {1: 1, 2.19: 1, 2.2: 0, 2.21: 0}),
    ("shock-trial", TRIAL, "pcwp", {}, "pcwp", {14: 0, 15: 0, 15.1: 1, 30: 1}),
    ("shock-iabp-ii", {**IABP, "cold_skin": "yes"}, "hypotension",
     {"catecholamines_for_sbp": "no"}, "sbp_below_90_min", {0: 0, 30: 0, 30.01: 1}),
    ("shock-iabp-ii", IABP, "hypoperfusion", {}, "urine_ml_h", {29.9: 1, 30: 0, 60: 0}),
    ("shock-iabp-ii", IABP, "hypoperfusion", {}, "lactate", {1.9: 0, 2: 0, 2.1: 1}),
    ("shock-esc-2016", {**ESC, "oliguria": "yes", "creatinine_raised": "yes"}, "hypotension", {},
     "sbp", {40: 1, 89.9: 1, 90: 0, 120: 0}),
    ("shock-sharc-2023", SHARC, "hypotension", {"support_for_sbp": "no"}, "sbp_below_90_min",
     {0: 0, 29.9: 0, 30: 1, 31: 1}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "patient", "criterion", "more", "variable", "answers"), LIMITS)
def test_every_limit_stands_where_it_is_printed(
    name: str,
    patient: dict[str, Any],
    criterion: str,
    more: dict[str, Any],
    variable: str,
    answers: dict[float, int],
) -> None:
    spoken = {"urine_ml_h": "urine"}.get(variable, variable)
    rest = {key: value for key, value in patient.items() if key != spoken}
    for value, answer in answers.items():
        seen = {**rest, **more, variable: value}
        assert bands(name, seen)[criterion] == ("holds" if answer else "fails"), value
        assert total(name, seen) == answer, value


@pytest.mark.parametrize("sign", ["confusion", "cold_skin"])
def test_one_sign_of_impaired_perfusion_is_enough(sign: str) -> None:
    assert total("shock-iabp-ii", IABP) == 0
    assert total("shock-iabp-ii", IABP, **{sign: "yes"}) == 1


@pytest.mark.parametrize("sign", [name for name in ESC if name not in ("sbp", "adequate_volume")])
def test_one_sign_is_enough_for_the_esc_and_the_other_reading_is_told(sign: str) -> None:
    assert total("shock-esc-2016", ESC) == 0
    found = tally(ALL["shock-esc-2016"], {**ESC, sign: "yes"})
    assert found.total == 1
    assert [w for w in found.warnings if "both kinds" in w]
    laboratory = {"metabolic_acidosis", "lactate_raised", "creatinine_raised"}
    other = "oliguria" if sign in laboratory else "metabolic_acidosis"
    both = {**ESC, sign: "yes", other: "yes", "support": "none"}
    assert tally(ALL["shock-esc-2016"], both).warnings == ()


@pytest.mark.parametrize(("kind", "answer"), [("stemi", 1), ("nstemi", 1), ("none", 0)])
def test_both_trials_ask_for_an_infarction(kind: str, answer: int) -> None:
    assert total("shock-trial", {**TRIAL, "ami_type": kind}) == answer
    assert total("shock-iabp-ii", {**IABP, "cold_skin": "yes", "ami_type": kind}) == answer


def test_culprit_shock_is_iabp_shock_ii_with_two_more() -> None:
    seen = {**IABP, "cold_skin": "yes"}
    assert total("shock-culprit", seen) is None
    assert tally(ALL["shock-culprit"], seen).missing == ("multivessel_disease", "early_pci_planned")
    both = {"multivessel_disease": "yes", "early_pci_planned": "yes"}
    assert total("shock-culprit", seen, **both) == 1
    assert total("shock-culprit", IABP, **both) == 0
    assert total("shock-culprit", seen, multivessel_disease="no") == 0


# --- the two parts of the SHOCK trial ------------------------------------------------------------


def test_both_parts_of_the_shock_trial_are_shown() -> None:
    clinical = {key: value for key, value in TRIAL.items() if key not in ("ci", "pcwp")}
    found = bands("shock-trial", clinical)
    assert (found["clinical"], found["haemodynamic"]) == ("holds", "unknown")
    assert total("shock-trial", clinical) is None
    assert total("shock-trial-clinical", clinical) == 1
    assert set(tally(ALL["shock-trial"], clinical).missing) == {"ci", "pcwp"}
    found = bands("shock-trial", clinical, ci=2.6)
    assert (found["clinical"], found["haemodynamic"]) == ("holds", "fails")
    with pytest.raises(UnknownName):
        tally(ALL["shock-trial-clinical"], {"pcwp": 20})


@pytest.mark.parametrize(
    ("ci", "pcwp", "warned"),
    [(2.2, 20, True), (2.0, 15, True), (2.2, 15, True), (2.2, 14, False), (2.3, 15, False),
     (2.19, 15.1, False)],
)  # fmt: skip
def test_the_limits_of_the_original_text_are_told_where_they_matter(
    ci: float, pcwp: float, warned: bool
) -> None:
    found = tally(ALL["shock-trial"], {**TRIAL, "ci": ci, "pcwp": pcwp})
    assert any("no more than 2.2" in warning for warning in found.warnings) == warned
    assert not (warned and found.total)


# --- durations ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["shock-trial", "shock-iabp-ii", "shock-culprit",
                                  "shock-sharc-2023"])  # fmt: skip
@pytest.mark.parametrize("sbp", [86, 95])
def test_one_pressure_settles_no_duration(name: str, sbp: float) -> None:
    found = tally(ALL[name], {"sbp": sbp})
    assert bands(name, {"sbp": sbp})["hypotension"] == "unknown"
    assert "sbp_below_90_min" in found.missing
    assert any("tells no duration" in warning for warning in found.warnings)
    told = tally(ALL[name], {"sbp": sbp, "sbp_below_90_min": 45})
    assert not any("tells no duration" in warning for warning in told.warnings)


def test_a_duration_in_hours_is_read_and_an_impossible_one_refused() -> None:
    assert bands("shock-trial", {"sbp_below_90_min": "0.75 h"})["hypotension"] == "holds"
    with pytest.raises(OutOfRange):
        tally(ALL["shock-trial"], {"sbp_below_90_min": -1})


def test_a_spell_proven_by_readings_meets_the_criterion() -> None:
    from afterload.scores.duration import longest_spell

    times, pressures = [0, 0.2, 0.4, 0.6, 0.8], [84, 86, 82, 88, 96]
    minutes = longest_spell(times, pressures)
    assert bands("shock-trial", {"sbp_below_90_min": minutes})["hypotension"] == "holds"
    unknown = longest_spell([0], [84])
    assert bands("shock-trial", {"sbp_below_90_min": unknown})["hypotension"] == "unknown"


# --- honesty -----------------------------------------------------------------------------------


def test_sharc_says_that_it_is_provisional_and_computes_no_hypoperfusion() -> None:
    sharc = ALL["shock-sharc-2023"]
    assert sharc.about.status == "provisional"
    assert tally(sharc, SHARC).total == 1
    assert tally(sharc, {**SHARC, "hypoperfusion": "no"}).total == 0
    assert any("was not read" in warning for warning in tally(sharc, SHARC).warnings)
    with pytest.raises(UnknownName):
        tally(sharc, {"lactate": 5})


def test_the_esc_has_no_clause_for_a_pressure_held_by_drugs() -> None:
    found = tally(ALL["shock-esc-2016"], {**ESC, "sbp": 95, "cold_skin": "yes"})
    assert found.total == 0
    assert any("no clause" in warning for warning in found.warnings)


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda d: d.about.name)
def test_every_criterion_has_its_source_and_every_input_is_known(definition: Definition) -> None:
    assert definition.about.purpose
    assert definition.about.population
    for criterion in definition.criteria:
        assert criterion.source.place
        assert criterion.source.confidence in ("C1", "C2")
        assert list(rule_tests(criterion.rule))
    variables = variables_of(definition)
    assert all(variables[test.variable] for test in rule_tests(definition.rule))
    assert {v.name for v in definition.about.declares} <= set(variables)
    assert all(v.label_fr for v in definition.about.declares)
    empty = tally(definition, {})
    assert (empty.total, empty.low, empty.high) == (None, 0, 1)
    assert empty.missing


@pytest.mark.parametrize("score", DEFINITIONS, ids=lambda one: one.about.name)
def test_a_pressure_under_a_device_is_said_to_be_that_of_the_device(score: Definition) -> None:
    told = tally(score, {"support": "ecls"}).warnings
    assert any("under VA-ECMO: the mean arterial pressure is largely made" in w for w in told)
    assert not any("mechanical support" in w for w in tally(score, {"support": "none"}).warnings)
    assert any("running is not told" in w for w in tally(score, {"support": ""}).warnings)
    ci = score.about.name == "shock-trial"
    assert any("thermodilution" in w for w in told) == ci

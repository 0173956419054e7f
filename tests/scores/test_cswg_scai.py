"""CSWG-SCAI: the worked examples of the reference, every edge, the gaps and what is disputed."""

from __future__ import annotations

from typing import Any

import pytest

from afterload.scores import tally
from afterload.scores.cswg_scai import CSWG_SCAI
from afterload.scores.staging import check_staging

WELL: dict[str, Any] = {
    "sbp": 110, "map": 80, "lactate": 1.2, "alt": 40, "ph": 7.38, "n_drugs": 0, "n_devices": 0,
    "cardiac_arrest": "none",
}  # fmt: skip
GAP_B = "at least B, not classifiable by the criteria"
GAP_D = "at least D, not classifiable by the criteria"


def stages(**values: Any) -> tuple[str, ...]:
    return tally(CSWG_SCAI, {**WELL, **values}).classes


def counted(**values: Any) -> tuple[str, ...]:
    known = {name: value for name, value in WELL.items() if not name.startswith("n_")}
    return tally(CSWG_SCAI, {**known, **values}).classes


def said(**values: Any) -> str:
    return " ".join(tally(CSWG_SCAI, {**WELL, **values}).warnings)


def test_it_is_sound() -> None:
    check_staging(CSWG_SCAI)


@pytest.mark.parametrize(
    ("values", "stage"),
    [
        ({"sbp": 85, "map": 62, "lactate": 1.4}, "B"),
        ({"sbp": 85, "map": 62, "lactate": 3.1}, "C"),
        ({"n_drugs": 1}, "C"),
        ({"n_drugs": 1, "lactate": 3.0}, "D"),
        ({"lactate": 11}, "E"),
        ({"n_drugs": 2}, "D"),
    ],
)
def test_the_worked_examples(values: dict[str, Any], stage: str) -> None:
    assert stages(**values) == (stage,)


NO_DRUG = dict.fromkeys(("norepi", "epi", "dobutamine", "dopamine", "milrinone", "vasopressin"), 0)


def test_the_worked_examples_with_doses_instead_of_a_number_of_drugs() -> None:
    rest: dict[str, Any] = {**NO_DRUG, "levosimendan": "no", "support": "none"}
    assert counted(**{**rest, "norepi": 0.2}) == ("C",)
    assert counted(**{**rest, "norepi": 0.2, "lactate": 3.0}) == ("D",)
    assert counted(**{**rest, "norepi": 0.2, "dobutamine": 5}) == ("D",)
    assert counted(**{**rest, "levosimendan": "yes"}) == ("C",)
    assert counted(**rest) == ("A",)
    assert counted(**{**rest, "support": "impella"}) == ("C",)
    assert counted(**{**rest, "support": "impella+ecls"}) == ("D",)
    assert counted(**{**rest, "support": "ecls+impella+iabp+right"}) == ("E",)


@pytest.mark.parametrize(
    ("values", "stage"),
    [
        ({}, "A"),
        ({"sbp": 90.1}, "A"),
        ({"sbp": 90}, "B"),
        ({"sbp": 60}, "B"),
        ({"sbp": 59.9}, "E"),
        ({"map": 65.1}, "A"),
        ({"map": 65}, "B"),
        ({"map": 50}, "B"),
        ({"map": 49.9}, "E"),
        ({"lactate": 1.9}, "A"),
        ({"lactate": 2}, "B"),
        ({"lactate": 5}, "B"),
        ({"lactate": 10.1}, "E"),
        ({"alt": 199}, "A"),
        ({"alt": 200}, "B"),
        ({"alt": 500}, "B"),
        ({"ph": 7.2}, "E"),
        ({"ph": 7.21}, "A"),
        ({"cardiac_arrest": "ohca"}, "E"),
        ({"cardiac_arrest": "ihca"}, "A"),
        ({"sbp": 90, "lactate": 2}, "C"),
        ({"map": 65, "alt": 200}, "C"),
        ({"sbp": 85, "lactate": 4.9}, "C"),
        ({"sbp": 85, "lactate": 5}, "D"),
        ({"sbp": 85, "lactate": 10}, "D"),
        ({"sbp": 85, "alt": 500}, "C"),
        ({"sbp": 85, "alt": 501}, "D"),
        ({"n_devices": 1}, "C"),
        ({"n_devices": 1, "sbp": 90}, "D"),
        ({"n_devices": 1, "alt": 200}, "D"),
        ({"n_drugs": 1, "lactate": 7}, "D"),
        ({"n_drugs": 1, "map": 65}, "D"),
        ({"n_drugs": 1, "n_devices": 1}, "D"),
        ({"n_devices": 2}, "D"),
        ({"n_drugs": 3}, "D"),
        ({"n_drugs": 4}, "E"),
        ({"n_devices": 3}, "D"),
        ({"n_devices": 4}, "E"),
        ({"n_drugs": 3, "n_devices": 2}, "D"),
        ({"n_drugs": 3, "n_devices": 3}, GAP_D),
        ({"n_drugs": 4, "n_devices": 3}, "E"),
    ],
)
def test_the_edges(values: dict[str, Any], stage: str) -> None:
    assert stages(**values) == (stage,)


@pytest.mark.parametrize(
    "values",
    [
        {"lactate": 5.1},
        {"lactate": 7},
        {"lactate": 10},
        {"alt": 501},
        {"alt": 3000, "lactate": 3},
        {"lactate": 8, "alt": 300},
    ],
)
def test_bad_perfusion_alone_is_at_least_b_and_never_a(values: dict[str, float]) -> None:
    result = tally(CSWG_SCAI, {**WELL, **values})
    assert result.classes == (GAP_B,)
    assert (result.total, result.low, result.high) == (None, 1, 4)
    assert result.missing == ()


def test_the_stages_left_open_by_what_is_missing() -> None:
    known = {name: value for name, value in WELL.items() if name != "ph"}
    assert tally(CSWG_SCAI, {**known, "lactate": 7}).classes == (GAP_B, "E")
    assert tally(CSWG_SCAI, {**known, "lactate": 7}).missing == ("ph",)
    assert counted(norepi=0.1) == ("C", "D", GAP_D, "E")
    assert tally(CSWG_SCAI, {"lactate": 12}).classes == ("E",)
    assert "A" not in tally(CSWG_SCAI, {"lactate": 7}).classes


def test_one_drug_known_to_run_and_the_rest_unknown_is_at_least_c() -> None:
    result = tally(CSWG_SCAI, {"norepi": 0.1})
    assert result.classes == ("C", "D", GAP_D, "E")
    assert {"epi", "levosimendan", "n_devices"} <= set(result.missing)
    assert "n_drugs" not in result.missing


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"sbp": 90}, "exactly 90 mmHg is hypotension"),
        ({"lactate": 5}, "both bands"),
        ({"n_drugs": 3}, "D and E overlap"),
        ({"n_drugs": 2, "n_devices": 1}, "D and E overlap"),
        ({"n_drugs": 1, "n_devices": 2}, "D and E overlap"),
        ({"n_devices": 3}, "D and E overlap"),
        ({"cardiac_arrest": "ihca"}, "no criterion by itself"),
        ({"cardiac_arrest": "ohca"}, "modifier A"),
    ],
)
def test_disputed_edges_are_told(values: dict[str, Any], words: str) -> None:
    assert words in said(**values)
    assert words not in said()


def test_two_in_total_are_not_disputed() -> None:
    assert "overlap" not in said(n_drugs=2)
    assert "overlap" not in said(n_drugs=1, n_devices=1)


def test_a_count_from_doses_is_told_with_what_it_leaves_out() -> None:
    result = tally(CSWG_SCAI, {"norepi": 0.1, "support": "impella"})
    text = " ".join(result.warnings)
    assert "phenylephrine" in text
    assert "under Impella" in text
    assert "phenylephrine" not in said()


def test_no_mortality_is_attached_and_those_told_name_their_cohort() -> None:
    assert tally(CSWG_SCAI, {**WELL, "n_drugs": 2}).outcome == ()
    notes = [n for n in CSWG_SCAI.about.notes if "40.4" in n.text]
    assert [("Mayo" in n.text, n.source.confidence) for n in notes] == [(True, "C1")]

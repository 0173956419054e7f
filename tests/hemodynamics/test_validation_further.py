"""Rows read later: apart from the table's counts, as their abstracts have them, and on the page."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import pytest
from scipy import stats

from afterload.actions.validate import Validation, validate
from afterload.hemodynamics.patient import PATIENTS
from afterload.hemodynamics.solve import steady
from afterload.hemodynamics.trace import Trace, trace
from afterload.hemodynamics.validation import PHENOTYPES, ROWS, STUDIES, Row
from afterload.hemodynamics.validation.further import FURTHER, SCHEIDT_MAP, unseen
from afterload.hemodynamics.validation.read import read
from afterload.report.sim_validation import further, validation_data, verdict
from afterload.report.sim_validation_page import validation_markdown, validation_page


@pytest.fixture(scope="module")
def found() -> Validation:
    return validate()


@pytest.fixture(scope="module")
def beat() -> Trace:
    p = {name: np.array([value]) for name, value in PATIENTS["ami-lv-shock"].parameters.items()}
    return trace(steady(p))


# ---- what is read of a beat ------------------------------------------------------------------


def test_work_of_the_right_ventricle_is_the_area_of_its_loop(beat: Trace) -> None:
    v, p = beat.volumes["rv"][:, 0], beat.pressures["rv"][:, 0]
    shoelace = (v * np.roll(p, -1) - p * np.roll(v, -1)).sum() / 2.0
    assert read("rv_stroke_work", beat)[0] == pytest.approx(shoelace, rel=1e-9)
    assert shoelace > 100.0


def test_pressure_at_end_systole_lies_on_the_line_of_that_name(beat: Trace) -> None:
    p, k = beat.parameters, int(beat.end_systole[0])
    stretch = beat.volumes["lv"][k, 0] - beat.septum[k, 0] - p["lv.v0"][0]
    line = read("lv_ees", beat)[0] * stretch + beat.outside["lv"][k, 0]
    assert read("esp", beat)[0] == pytest.approx(line, rel=0.02)


def test_without_a_device_the_heart_gives_all_the_power(beat: Trace) -> None:
    assert read("native_power", beat)[0] == pytest.approx(read("cpo", beat)[0], rel=0.01)
    assert read("atrial_gradient", beat)[0] == pytest.approx(
        read("pcwp", beat)[0] - read("cvp", beat)[0], rel=1e-9
    )


# ---- apart -----------------------------------------------------------------------------------


def test_they_are_counted_apart(found: Validation) -> None:
    table = validate([row for row in ROWS if row.group != "further"])
    for count in ("within", "signs", "unchanged", "rows"):
        assert getattr(found, count)() == getattr(table, count)(), count
        assert getattr(table, count)("further").of == 0
    assert verdict(found) == verdict(table)
    assert further(table) == ""
    assert {row.group for row in FURTHER} == {"further"}
    assert Counter(row.group for row in ROWS)["further"] == len(FURTHER)


def test_their_counts_agree_with_their_rows(found: Validation) -> None:
    data = validation_data(found)
    rows = [row for row in data["rows"] if row["group"] == "further"]
    spread = [row for row in rows if row["measured_sd"]]
    inside = [abs(r["simulated"] - r["measured_mean"]) <= r["measured_sd"] for r in spread]
    ways = [r for r in rows if r["sign"] in ("up", "down")]
    right = [(r["with"] > r["without"]) == (r["sign"] == "up") for r in ways]
    assert data["further"]["within_1_sd"] == {"right": sum(inside), "of": len(inside)}
    assert data["further"]["signs"] == {"right": sum(right), "of": len(right)}
    assert data["further"]["rows_passing"]["of"] == len(rows) == len(FURTHER)


def test_none_sets_a_baseline_and_none_is_a_goal() -> None:
    studies = {row.study for row in FURTHER}
    assert not any(row.fitted for row in FURTHER)
    for phenotype in PHENOTYPES.values():
        for goal in phenotype.goals:
            assert goal.source not in [STUDIES[name].source for name in studies]


def test_every_study_has_an_address_and_says_who_stands_for_its_patients() -> None:
    for name in {row.study for row in FURTHER}:
        study = STUDIES[name]
        told = f"{study.source.doi} {study.source.place}"
        assert study.source.confidence == "C1", name
        assert "abstract" in study.source.place, name
        assert re.search(r"10\.\d{4}|pubmed|PMC|scilit|pure\.|jhltonline|scholarly", told), name
        assert study.n > 0
        assert "simulated in" in " ".join(study.notes).lower(), name


# ---- as published ----------------------------------------------------------------------------

PUBLISHED = {
    "scheidt": ["57 ± 17", "83 ± 19", "103 ± 21", "0.5"],
    "schreuder": ["14", "-6.1", "-17.5", "18", "16"],
    "recover1": ["2.7", "83.1", "19.8", "4 ± 0.6"],
    "stic": ["0.1 ± 0.2", "-0.02 ± 0.25"],
    "josiassen": ["333 (263 to 530", "830 (717 to 1121", "858 (555 to 1392"],
    "impella-rp": ["3.1 ± 0.2", "13 ± 1"],
    "bruckner": ["3.5 ± 0.8", "91 ± 4.3", "71.4 ± 7.5", "12.8 ± 5.9"],
    "feasibility": ["2.53 ± 0.65", "81.7 ± 14.6", "16.5 ± 4.8", "12.6 ± 3.6"],
    "thiele2017": ["11.85"],
    "uriel": ["-9.9 ± 6.5", "1.28 ± 1.41"],
    "ng": ["66 ± 19", "75 ± 18", "23 (12 to 34", "15 (8 to 26", "1.2 (0.7 to 1.7",
           "0.8 (0.5 to 1.3", "24.4 (15.8 to 35.5", "16.7 (10 to 28.5"],
    "baruteau": ["24.2 ± 6.9", "7.8 ± 2.6", "17.2 ± 7.1", "0.09 ± 0.5"],
    "fadel": ["-5", "-9", "-10", "-14"],
}  # fmt: skip
"""Numbers as the abstracts print them, copied a second time."""


@pytest.mark.parametrize("study", PUBLISHED)
def test_numbers_are_those_of_the_abstract(study: str) -> None:
    told = [row.measured.text for row in FURTHER if row.study == study and row.measured]
    numbers = [text.split(" (SD")[0].split(" (SEM")[0].split("; quartiles")[0] for text in told]
    assert sorted(numbers) == sorted(PUBLISHED[study])


def test_per_cent_of_calves_are_of_the_published_means() -> None:
    means = {"pva": (914.0, 849.0), "stroke_volume": (21.0, 24.0), "esp": (69.0, 64.0),
             "edv": (139.0, 137.0)}  # fmt: skip
    for row in rows_of("kawaguchi"):
        if row.index in means and row.measured:
            before, with_balloon = means[row.index]
            change = 100.0 * (with_balloon - before) / before
            assert row.measured.value == pytest.approx(change, abs=0.06), row.index
    assert {row.index for row in rows_of("kawaguchi")} >= means.keys()


def rows_of(study: str) -> list[Row]:
    return [row for row in FURTHER if row.study == study]


@pytest.mark.parametrize(("sd", "n"), [(SCHEIDT_MAP, 87), (22.0, 35), (36.0, 76)])
def test_a_change_that_was_not_seen_is_at_the_edge_of_significance(sd: float, n: int) -> None:
    p = stats.ttest_ind_from_stats(unseen(sd, n), sd, n, 0.0, sd, n).pvalue
    assert p == pytest.approx(0.05, abs=0.005)


def test_the_sd_of_mean_pressure_is_that_of_pressures_that_move_as_one() -> None:
    common = np.random.default_rng(3).normal(size=400_000)
    systolic, diastolic = 76.0 + 22.0 * common, 53.0 + 12.0 * common
    assert np.std((systolic + 2.0 * diastolic) / 3.0) == pytest.approx(SCHEIDT_MAP, rel=0.005)


@pytest.mark.parametrize(
    ("study", "index", "share"),
    [
        ("kawaguchi", "lv_ees", (3.6 - 2.9) / 3.6),
        ("kawaguchi", "total_flow", (24.0 - 21.0) / 21.0),
        ("nakajima", "coronary_flow", unseen(36.0, 76) / 53.0),
        ("remmelink", "coronary_flow", (72.0 - 61.0) / 61.0),
    ],
)
def test_tolerances_are_the_shares_that_the_notes_tell(
    found: Validation, study: str, index: str, share: float
) -> None:
    (one,) = (
        one
        for one in found.of("further")
        if one.row.study == study and one.row.index == index and one.row.sign == "same"
    )
    assert one.row.tolerance / one.compared == pytest.approx(share, rel=0.06)


# ---- simulated -------------------------------------------------------------------------------


def test_what_fails_has_a_reason_and_most_directions_are_right(found: Validation) -> None:
    for one in found.of("further"):
        assert one.passes or one.row.why, (one.row.study, one.row.index, one.row.devices)
    assert found.signs("further").percent >= 90.0
    assert found.within("further").percent >= 65.0


def test_the_pages_show_them_with_their_counts(found: Validation) -> None:
    markdown, html = validation_markdown(found), validation_page(found)
    for study in {row.study for row in FURTHER}:
        assert STUDIES[study].name in markdown
        assert STUDIES[study].name in html
    assert further(found) in markdown
    for count in (found.within("further"), found.rows("further")):
        assert f"<b>{count.right}<span> of {count.of}</span></b>" in html
    spread = [one for one in found.outcomes if one.row.measured and one.row.measured.sd > 0]
    assert html.count('<svg class="strip-sd"') == len(spread) + 1
    assert html.count('<tr class="fails">') == len([o for o in found.outcomes if not o.passes])
    assert "--accent" in html
    assert not re.search(r"(?:src|href)=\"(?!#)|@import|url\(", html)

"""The verb `score`: one patient, and every episode of a registry."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

import afterload
from afterload.actions.score import find_score, parse_values, score, score_all
from afterload.actions.score_complete import complete
from afterload.actions.score_file import COLUMNS, write_scores
from afterload.actions.score_registry import ScoredEpisodes, count, score_episode, score_registry
from afterload.core.errors import InputError, UnknownName
from afterload.core.vocabulary import standard
from afterload.registry import Batch, Registry, Rows, add, correct, memory
from afterload.scores import SAVE

T0 = datetime(2024, 3, 1, 8, 0)

# The all-zero patient of scores.md section 1.3 (SAVE -6), recorded as a registry keeps it.
EPISODE = {
    "age_years": 63.0, "weight_kg": 90.0, "acute_liver_fail": False, "acute_cns_dysf": False,
    "acute_renal_fail": False, "hx_ckd": False, "hx_htx": False, "cardiac_arrest": "none",
    "etiology_detail": "other", "intub_dt": T0 - timedelta(hours=4),
}  # fmt: skip
PRE = {"pip": 21.0, "sbp": 60.0, "dbp": 39.0, "hco3": 16.0}


@pytest.fixture
def registry() -> Registry:
    """Four episodes: all recorded; worst values too; little recorded; a myocarditis."""
    made = memory(standard())
    keys = ["e1", "e2", "e3", "e4"]
    episodes: dict[str, list[object]] = {
        name: [value, value, None, value] for name, value in EPISODE.items()
    }
    episodes["etiology_detail"] = ["other", "vt_vf_storm|congenital", None, "myocarditis"]
    episodes["age_years"] = [63.0, 63.0, 45.0, 30.0]
    observations: list[tuple[str, str, dict[str, float]]] = [
        ("e1", "pre", PRE),
        ("e2", "pre", {**PRE, "dbp": 45.0, "sbp": 90.0}),
        ("e2", "worst6h", {"dbp": 30.0, "hco3": 15.0}),
        ("e4", "pre", {**PRE, "pip": 20.0}),
        ("e4", "worst6h", {"sbp": 80.0, "dbp": 60.0}),
    ]
    names = ("pip", "sbp", "dbp", "hco3")
    rows = (
        Rows("patient", {"key": keys, "sex": ["female", "male", None, "male"]}),
        Rows("episode", {"key": keys, "patient": keys, "t0": [T0] * 4, **episodes}),
        Rows(
            "observation",
            {
                "episode": [key for key, _, _ in observations],
                "nominal": [point for _, point, _ in observations],
                **{name: [o.get(name) for _, _, o in observations] for name in names},
            },
        ),
    )
    add(made, Batch(rows, "test"), who="test", why="test", now=T0)
    return made


@pytest.fixture
def scored(registry: Registry) -> ScoredEpisodes:
    return score_registry(registry, ["save"])[0]


def test_one_patient_by_the_public_verb() -> None:
    assert afterload.score is score
    assert score("SAVE", {}).low == -35


def test_a_score_nobody_declared_is_refused_with_the_closest() -> None:
    with pytest.raises(UnknownName, match="Did you mean encourage"):
        find_score("encorage")


def test_values_are_read_as_typed() -> None:
    assert parse_values(["age=45", "lactate=27 mg/dL"]) == {"age": "45", "lactate": "27 mg/dL"}


@pytest.mark.parametrize("words", [["age"], ["=45"], ["age=45", "age=46"]])
def test_words_that_are_no_values_are_refused(words: list[str]) -> None:
    with pytest.raises(InputError, match=r"NAME=VALUE|given twice"):
        parse_values(words)


def test_an_episode_scores_as_the_same_patient_by_hand(scored: ScoredEpisodes) -> None:
    by_hand = score("save", {**{k: v for k, v in EPISODE.items() if k != "intub_dt"},
                             "intubation_h": 4, **PRE})  # fmt: skip
    assert scored.episodes[0] == "e1"
    assert scored.tally.total[0] == by_hand.total == -6


def test_worst_values_are_taken_first_and_values_of_two_points_are_not_mixed(
    scored: ScoredEpisodes,
) -> None:
    # dbp 30 (worst6h), hco3 15 (worst6h, -3); the pulse pressure 45 is that of "pre", where both
    # pressures were recorded; vt/vf +2 and congenital -3.
    assert scored.tally.total[1] == -6 - 3 + 2 - 3
    # e4: 30 years +7, myocarditis +3, pip 20 +3, dbp 60 +3, pulse pressure 20 at worst6h -2.
    assert scored.tally.total[3] == -6 + 7 + 3 + 3 + 3 - 2
    assert "worst6h" in scored.rule
    assert "dbp" in scored.rule


def test_an_episode_with_little_recorded_keeps_its_interval(scored: ScoredEpisodes) -> None:
    assert np.isnan(scored.tally.total[2])
    one = score("save", {"age": 45})
    assert (scored.tally.low[2], scored.tally.high[2]) == (one.low, one.high)
    assert set(scored.missing[2]) == set(one.missing)
    assert count(scored) == ("SAVE", 4, 3, 1, 0)


def test_several_scores_are_written_as_one_table(registry: Registry, tmp_path: Path) -> None:
    path = tmp_path / "scores.csv"
    shares: list[float] = []
    scored = score_registry(
        registry,
        ["save", "encourage", "vis", "egfr"],
        progress=lambda _, share: shares.append(share),
    )
    assert shares[-1] == 1
    assert write_scores(scored, path) == 16
    rows = list(csv.DictReader(path.read_text("utf-8").splitlines()))
    assert tuple(rows[0]) == COLUMNS
    first = rows[0]
    assert (first["episode"], first["score"], first["total"], first["classes"]) == (
        "e1", "save", "-6", "IV",
    )  # fmt: skip
    assert first["version"] == SAVE.about.version
    assert rows[2]["total"] == ""
    assert "diagnosis" in rows[2]["missing"].split("|")
    encourage = next(row for row in rows if row["score"] == "encourage")
    assert (encourage["low"], encourage["high"]) == ("12", "45")  # age 63 (5) and female (7)


def test_a_key_cannot_run_as_a_formula(tmp_path: Path) -> None:
    own = memory(standard())
    keys = ["=HYPERLINK(1)", "-2"]
    rows = (Rows("patient", {"key": keys}), Rows("episode", {"key": keys, "patient": keys}))
    add(own, Batch(rows), who="A", why="b", now=datetime(2026, 1, 1))
    write_scores(score_registry(own, ["save"]), tmp_path / "scores.csv")
    with (tmp_path / "scores.csv").open(newline="") as file:
        written = list(csv.DictReader(file))
    assert [row["episode"] for row in written] == ["'=HYPERLINK(1)", "'-2"]
    assert {row["low"] for row in written} == {"-35"}


def test_an_unknown_category_scores_as_a_missing_one() -> None:
    own = memory(standard())
    rows = (
        Rows("patient", {"key": ["f", "u"], "sex": ["female", "unknown"]}),
        Rows("episode", {"key": ["f", "u"], "patient": ["f", "u"], "age_years": [60.0, 60.0]}),
        Rows("observation", {"episode": ["f", "u"], "nominal": ["pre"] * 2,
                             "creatinine": [88.42, 88.42]}),
    )  # fmt: skip
    add(own, Batch(rows), who="A", why="b", now=datetime(2026, 1, 1))
    (found,) = score_registry(own, ["egfr"])
    assert found.tally.total[0] == pytest.approx(64.495, abs=0.01)
    assert np.isnan(found.tally.total[1])
    assert found.tally.high[1] > found.tally.low[1] > 0


def test_a_file_that_cannot_be_written_is_told(scored: ScoredEpisodes, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        write_scores([scored], tmp_path / "nowhere" / "scores.csv")


def test_an_assumed_value_fills_only_what_is_missing(registry: Registry) -> None:
    plain = score_registry(registry, ["save"])[0]
    filled = score_registry(registry, ["save"], assume={"age": 70, "hx_ckd": "no"})[0]
    assert filled.assumed["age_years"].tolist() == [False] * 4
    assert filled.assumed["hx_ckd"].tolist() == [False, False, True, False]
    np.testing.assert_array_equal(filled.tally.total[[0, 1, 3]], plain.tally.total[[0, 1, 3]])
    assert filled.tally.low[2] == plain.tally.low[2] + 6  # chronic renal failure is ruled out
    assert "assumed: age_years, hx_ckd" in filled.rule


def test_an_assumption_no_score_asks_for_is_refused(registry: Registry) -> None:
    with pytest.raises(UnknownName, match="height"):
        score_registry(registry, ["save"], assume={"height_cm": 170})


def test_one_episode_as_the_whole_registry_and_with_more_known(registry: Registry) -> None:
    whole = score_registry(registry, ["save"])[0]
    for row, key in enumerate(whole.episodes):
        found = score_episode(registry, key, ["save"])
        (one,) = found.tallies
        total = whole.tally.total[row]
        assert (one.total is None) if np.isnan(total) else one.total == total
        assert (one.low, one.high) == (whole.tally.low[row], whole.tally.high[row])
        assert found.rules["save"] == whole.rule
    more = score_episode(registry, "e3", ["save"], values={"hx_ckd": "yes"})
    assert more.tallies[0].high == whole.tally.high[2] - 6


def test_what_is_recorded_is_not_given_again(registry: Registry) -> None:
    with pytest.raises(InputError, match="is recorded for e1 as 63"):
        score_episode(registry, "e1", ["save"], values={"age": 70})
    with pytest.raises(UnknownName, match="episode"):
        score_episode(registry, "e9", ["save"])


def timed(rows: list[tuple[str, float, dict[str, float]]]) -> Registry:
    """One episode "e1" with sets by name ("" for none) and hours from time zero."""
    made = memory(standard())
    names = sorted({name for _, _, values in rows for name in values})
    batch = (
        Rows("patient", {"key": ["e1"]}),
        Rows("episode", {"key": ["e1"], "patient": ["e1"], "t0": [T0]}),
        Rows(
            "observation",
            {
                "episode": ["e1"] * len(rows),
                "nominal": [point or None for point, _, _ in rows],
                "at": [T0 + timedelta(hours=h) if h == h else None for _, h, _ in rows],
                **{name: [values.get(name) for _, _, values in rows] for name in names},
            },
        ),
    )
    add(made, Batch(batch, "test"), who="test", why="test", now=T0)
    return made


def read(registry: Registry, name: str, item: str, at: str = "") -> float:
    return float(score_registry(registry, [name], at=at)[0].inputs[item][0])


NAN = float("nan")


def test_the_worst_of_six_hours_is_found_in_time_stamped_sets() -> None:
    made = timed([
        ("", -7.0, {"dbp": 20.0}),  # too early
        ("", -5.0, {"dbp": 35.0, "sbp": 50.0}),
        ("", -2.0, {"dbp": 48.0, "sbp": 60.0}),
        ("pre", NAN, {"dbp": 44.0, "sbp": 90.0}),
        ("", 1.0, {"dbp": 10.0}),  # after first flow
    ])  # fmt: skip
    assert read(made, "save", "dbp") == 35.0
    # Row by row: 15, 12 and 46 mmHg; never 50 - 48 or 60 - 44 from two sets.
    assert read(made, "save", "pulse_pressure") == 12.0
    assert read(made, "save", "dbp", at="24h") == 35.0  # SAVE is read before support anyhow
    rule = score_registry(made, ["save"], at="24h")[0].rule
    assert "made before support, so not read at 24h" in rule
    assert "the lowest recorded in the 6 h before" in rule


def test_a_set_named_worst_goes_before_what_time_stamps_tell() -> None:
    made = timed([("worst6h", NAN, {"dbp": 38.0}), ("", -1.0, {"dbp": 30.0})])
    assert read(made, "save", "dbp") == 38.0


def test_any_other_score_is_read_at_the_time_asked() -> None:
    made = timed([
        ("pre", NAN, {"norepi": 0.1}), ("24h", NAN, {"norepi": 0.4}), ("", 47.0, {"norepi": 0.2}),
    ])  # fmt: skip
    assert read(made, "vis", "norepi") == 0.1
    assert read(made, "vis", "norepi", at="24h") == 0.4
    assert read(made, "vis", "norepi", at="day2") == 0.2
    with pytest.raises(UnknownName, match="time point"):
        score_registry(made, ["vis"], at="noon")


def test_what_follows_from_others_is_worked_out_once() -> None:
    found = complete({"age": 60, "sex": "female", "creatinine": "1.0 mg/dL", "map": 65, "co": 4,
                      "weight": 70, "height": "170 cm", "sbp": 90})  # fmt: skip
    told = {name: (value, parts) for name, value, parts in found}
    assert told["cpo_w"] == (pytest.approx(0.576, abs=5e-4), ("map", "co"))  # scores.md 8.16
    assert told["egfr"][0] == pytest.approx(64.5, abs=0.05)  # scores.md 8.15
    assert told["bmi"][0] == pytest.approx(70 / 1.7**2)
    assert "pulse_pressure" not in told  # no diastolic pressure
    assert complete({"bmi": 20, "weight": 70, "height": 170, "egfr": "unknown"})[0][0] == "bsa_m2"


def test_all_scores_of_one_patient() -> None:
    found = score_all({"weight": 70, "height": 170, "lactate": 3}, assume={"hx_ckd": "no"})
    scores = {tally.score: tally for tally in found.tallies}
    assert {"save", "encourage"} <= scores.keys()
    assert "vis" in scores  # the weight counts with vasopressin
    assert scores["save"].assumed == ("hx_ckd",)
    assert scores["encourage"].assumed == ()
    assert ("bmi", pytest.approx(70 / 1.7**2), ("weight_kg", "height_cm")) in found.completed
    assert "egfr" in found.untouched


def test_a_score_of_several_steps_is_shown_for_what_is_its_own() -> None:
    usual = {"age": 50, "sex": "male", "creatinine": 100, "bilirubin": 20, "ntprobnp": 3000}
    assert {"coeur", "icar"} <= set(score_all(usual).untouched)
    listed = score_all({**usual, "ecmo": "yes"})
    assert "icar" in {found.score for found in listed.tallies}
    assert "coeur" in listed.untouched
    offered = score_all({**usual, "donor_age": 40})
    assert "coeur" in {found.score for found in offered.tallies}
    assert score_all({}, assume={"urgency": "none"}).tallies[0].score == "coeur"


def test_the_index_of_a_registry_is_scored_by_name_only(registry: Registry) -> None:
    found = score_registry(registry, ["icar"])[0]
    # Adults of whom no test is known have the most favourable index; that of support is open.
    assert list(found.tally.low) == [0, 0, 0, 0]
    assert "icar" in score_episode(registry, "e1").untouched
    assert score_episode(registry, "e1", values={"on_ecls": "no"}).tallies[-1].score == "icar"


def test_sofa_of_a_registry_is_the_worst_of_the_day_before() -> None:
    made = timed([
        ("", -30.0, {"platelets": 10.0}),  # the day before that
        ("", -20.0, {"platelets": 40.0, "map": 75.0}),
        ("", -2.0, {"platelets": 90.0, "map": 60.0}),
        ("6h", NAN, {"platelets": 30.0}),
        ("24h", NAN, {"platelets": 120.0, "gcs_total": 9}),
    ])  # fmt: skip
    assert read(made, "sofa", "platelets") == 40.0
    assert read(made, "sofa", "map") == 60.0
    assert read(made, "sofa", "platelets", at="24h") == 30.0  # the set at 6 h
    assert read(made, "sofa", "gcs_total", at="24h") == 9
    assert "24 h before, else the value at 24h" in score_registry(made, ["sofa"], at="24h")[0].rule


def test_saps_ii_of_a_registry_is_that_of_the_first_day_in_intensive_care() -> None:
    made = timed([
        ("", -10.0, {"hr": 170.0}), ("", -1.0, {"hr": 130.0}), ("", 3.0, {"hr": 35.0}),
    ])  # fmt: skip
    assert read(made, "saps2", "hr") == 130.0  # without an admission, that of the moment
    correct(
        made, "episode", "e1", {"icu_admit_dt": T0 - timedelta(hours=4)}, who="t", why="t", now=T0
    )
    assert read(made, "saps2", "hr") == 35.0
    assert read(made, "saps2", "hr", at="pre") == 130.0  # nothing later than asked


def test_a_pulse_pressure_of_nothing_is_a_value_too() -> None:
    made = timed([("", -1.0, {"dbp": 60.0, "sbp": 60.0}), ("pre", NAN, {"dbp": 50.0, "sbp": 90.0})])
    assert read(made, "save", "pulse_pressure") == 0.0

"""What must be said wherever a score shows: that it is provisional, what it is named, what it asks.

The list of what is provisional is that of the reference (scores.md, section 10), not the code's.
"""

from __future__ import annotations

import csv
import json
import re
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from afterload.actions.score import catalogue, find_score, with_cards
from afterload.actions.score_file import write_scores
from afterload.actions.score_registry import score_registry
from afterload.cli.score import score
from afterload.core.errors import AfterloadError, InputError
from afterload.core.vocabulary import standard
from afterload.registry import Batch, Rows, add, create, memory
from afterload.report.score_data import tally_data
from afterload.report.score_html import block
from afterload.report.score_page import score_markdown
from afterload.scores import ALL, tally
from afterload.scores.slots import SLOTS

NOT_SETTLED = ("iabp-shock-ii", "cswg_scai", "kdigo", "rifle", "haemolysis_mcs_arc_20", "coeur")
"""Those the reference calls partly implementable, or whose numbers it holds from memory."""


def run(*words: str) -> str:
    result = CliRunner().invoke(score, list(words), env={"COLUMNS": "80"})
    if isinstance(result.exception, AfterloadError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def test_what_the_reference_leaves_open_is_provisional() -> None:
    assert {ALL[name].about.status for name in NOT_SETTLED} == {"provisional"}


@pytest.mark.parametrize(
    "name", [name for name, one in ALL.items() if one.about.status == "provisional"]
)
def test_a_provisional_score_says_so_wherever_it_shows(name: str, tmp_path: Path) -> None:
    found = tally(ALL[name], {})
    assert [text for text in found.warnings if "provisional" in text.lower()]
    assert tally_data(found)["status"] == "provisional"
    assert "provisional" in block(found, ALL[name].about).lower()
    assert "provisional" in score_markdown(ALL[name])
    assert "provisional" in run(name).lower()
    assert "provisional" in next(
        line for line in run("--list").splitlines() if line.startswith(name)
    )
    own = memory(standard())
    rows = (Rows("patient", {"key": ["p"]}), Rows("episode", {"key": ["e"], "patient": ["p"]}))
    add(own, Batch(rows), who="A", why="b", now=datetime(2026, 1, 1))
    write_scores(score_registry(own, [name]), tmp_path / "scores.csv")
    with (tmp_path / "scores.csv").open(newline="") as file:
        assert [row["status"] for row in csv.DictReader(file)] == ["provisional"]


def test_a_card_that_is_provisional_says_so_too(tmp_path: Path) -> None:
    card = tmp_path / "own.toml"
    card.write_text(
        'name = "own"\ntitle = "Own"\nversion = "1"\nstatus = "provisional"\n'
        '[source]\ncitation = "Nobody 2020"\nplace = "Table 1"\nconfidence = "C1"\n'
        '[[item]]\nvariable = "hx_ckd"\nyes = 3\n',
        "utf-8",
    )
    assert "Own is provisional" in run("--card", str(card), "hx_ckd=yes")
    twin = tmp_path / "twin.toml"
    twin.write_text(card.read_text("utf-8").replace('"own"', '"cswg-scai"'), "utf-8")
    with pytest.raises(InputError, match="comes with afterload"):
        with_cards([twin])


def test_a_hyphen_in_a_name_is_as_good_as_an_underscore() -> None:
    for name, one in ALL.items():
        for way in (name.replace("-", "_"), name.replace("_", "-"), name.upper()):
            assert find_score(way) is one
    for name, slot in SLOTS.items():
        for way in (name.replace("-", "_"), name.replace("_", "-")):
            with pytest.raises(InputError, match=re.escape(slot.title)):
                find_score(way)
    names = [one.name if hasattr(one, "name") else one.about.name for one in catalogue()]
    assert len({name.replace("-", "_") for name in names}) == len(names)


def test_the_overview_of_save_has_all_that_a_total_is_made_of() -> None:
    """The constant and the classes of scores.md, sections 1.1 and 1.2."""
    shown = run("save")
    assert re.search(r"Constant +for every patient −6", shown)
    for line in (r"I +> 5 +75 %", r"II +1 to 5 +58 %", r"III +-4 to 0 +42 %",
                 r"IV +-9 to -5 +30 %", r"V +≤ -10 +18 %"):  # fmt: skip
        assert re.search(line, shown)


def test_the_overview_of_a_staging_has_its_stages_and_of_a_formula_its_equation() -> None:
    shown = run("cswg-scai")
    order = [shown.index(f" {stage}, ") for stage in ("E", "D", "C", "B", "A")]
    assert order == sorted(order)
    assert "1000" in run("vis").replace("10000", "1000")
    assert "0.9938^age" in run("egfr")


def test_a_published_share_is_told_with_the_decimal_it_was_published_with() -> None:
    """scores.md 8.1 (8.7, 36, 77 %) and 8.2 (23.8, 49.2, 76.6 %)."""
    assert "30 days: 23.8 % (class low" in run("iabp-shock-ii", "age=50")
    shown = run("cardshock", "age=50", "confusion=no", "hx_mi_cabg=no", "acs=no", "lvef=50",
                "lactate=1", "egfr=70")  # fmt: skip
    assert "Published mortality to hospital discharge: 8.7 %" in shown


def test_below_the_stage_that_holds_none_is_told_to_hold() -> None:
    found = tally(ALL["cswg_scai"], {"lactate": 11})
    assert [line.band for line in found.items] == ["holds"] + ["not reached"] * 6
    shown = run("cswg-scai", "lactate=11")
    assert shown.count("not reached") == 6


def test_no_value_is_cut_off_in_a_narrow_terminal() -> None:
    for words in (("coeur", "on_ecls=no", "total_artificial_heart=no", "sex=male"),
                  ("coeur",), ("kdigo",), ("sofa",),
                  ("cardshock", "age=80", "confusion=yes", "hx_mi_cabg=yes", "lvef=30", "lactate=3",
                   "egfr=61", "shock_class=hf_cs_acute_on_chronic", "ami_type=none", "--explain"),
                  ):  # fmt: skip
        assert "…" not in run(*words)


def test_explaining_all_scores_explains_each(tmp_path: Path) -> None:
    words = ("--all", "age=74", "lactate=5.1", "--explain")
    data = json.loads(run(*words, "--json"))
    assert all("about" in one and "changes" in one for one in data["scores"])
    assert {one["score"] for one in data["scores"]} >= {"iabp-shock-ii", "encourage"}
    assert run(*words).count("Background") == len(data["scores"])


def test_explaining_an_episode_explains_its_scores(tmp_path: Path) -> None:
    where = tmp_path / "own.db"
    own = create(str(where), standard(), who="A", now=datetime(2026, 1, 1))
    rows = (
        Rows("patient", {"key": ["p"], "sex": ["male"]}),
        Rows("episode", {"key": ["e"], "patient": ["p"], "age_years": [74]}),
    )
    add(own, Batch(rows), who="A", why="b", now=datetime(2026, 1, 1))
    words = ("--registry", str(where), "--episode", "e", "iabp-shock-ii", "--explain")
    (one,) = json.loads(run(*words, "--json"))["scores"]
    assert one["about"]["status"] == "provisional"
    assert "rule" in one
    assert "Readings taken" in run(*words)
    with pytest.raises(InputError, match="name the --episode"):
        run("--registry", str(where), "save", "--out", str(tmp_path / "s.csv"), "--json")


def test_all_scores_of_nothing_are_refused_and_a_wrong_time_names_the_right_ones(
    tmp_path: Path,
) -> None:
    with pytest.raises(InputError, match="--all needs what is known"):
        run("--all")
    where = tmp_path / "own.db"
    create(str(where), standard(), who="A", now=datetime(2026, 1, 1))
    with pytest.raises(InputError, match=r"'99h' is not a known time point\..*24h"):
        run("--registry", str(where), "save", "--at", "99h", "--out", str(tmp_path / "s.csv"))


def test_a_predicted_risk_is_never_rounded_to_certainty() -> None:
    """SAPS II of 152 points predicts 99.9 %, not 100 % (the equation of scores.md 8.14)."""
    shown = run("--all", "age=75", "hr=80")
    assert "100 %" not in shown

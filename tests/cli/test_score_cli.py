"""The command `afterload score`, end to end."""

from __future__ import annotations

import csv
import json
import math
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from afterload.cli.record import record
from afterload.cli.score import score
from afterload.core.errors import AfterloadError, InputError, OutOfRange, UnknownName
from afterload.core.vocabulary import standard
from afterload.registry import Batch, Rows, add, create, current, entries, open_registry

EXAMPLE = [  # scores.md section 1.3, example 3
    "save", "diagnosis=other", "age=45", "weight=70 kg", "acute_liver_fail=no",
    "acute_cns_dysf=no", "acute_renal_fail=yes", "hx_ckd=no", "intubation_h=6", "pip=20",
    "arrest=no", "dbp=40", "pulse_pressure=25", "hco3=18,0",
]  # fmt: skip


def run(*words: str, env: dict[str, str] | None = None) -> str:
    """What the command prints; errors of the package come through as they are."""
    result = CliRunner().invoke(score, list(words), env={"COLUMNS": "100", **(env or {})})
    if isinstance(result.exception, AfterloadError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def test_one_patient_as_a_table() -> None:
    shown = run(*EXAMPLE)
    assert "SAVE  3 · class II" in shown
    assert "Published survival to hospital discharge: 58 %" in shown
    for words in ("Acute renal failure", "39-52 years", "+4", "−3", "Constant", "−6", "ehv194"):
        assert words in shown
    assert "Not a medical device" in shown


def test_an_incomplete_patient_shows_the_interval_and_what_is_missing() -> None:
    shown = run("save", "age=45", "weight=65")
    assert "between −" in shown
    assert "Missing, the most helpful first: diagnosis, hx_ckd" in shown
    assert "! 65 kg stands in both published weight bands" in shown


def test_json_has_exactly_the_promised_keys() -> None:
    found = json.loads(run(*EXAMPLE, "--json"))
    assert list(found) == [
        "score", "total", "low", "high", "classes", "outcome", "items", "missing", "source",
        "warnings", "inputs", "version", "predicted", "assumed", "title", "kind", "unit", "status",
    ]  # fmt: skip
    assert (found["score"], found["total"], found["low"], found["high"]) == ("save", 3, 3, 3)
    assert found["classes"] == ["II"]
    assert found["outcome"]["value"] == 0.58
    assert found["missing"] == []
    assert sum(item["points"] for item in found["items"]) == 3
    constant = found["items"][-1]
    assert (constant["name"], constant["points"], constant["inputs"]) == ("constant", -6, {})
    assert constant["source"]["place"] == "Table 4, last row"
    assert all(item["source"]["place"] for item in found["items"])
    assert found["source"]["doi"] == "10.1093/eurheartj/ehv194"


def test_json_of_an_interval_and_of_a_converted_value() -> None:
    found = json.loads(run("encourage", "age=65", "lactate=27mg/dL", "--json"))
    assert (found["total"], found["low"], found["high"]) == (None, 13, 42)
    assert found["outcome"]["by_class"] == {
        "13-18": 0.58,
        "19-22": 0.25,
        "23-27": 0.2,
        "≥ 28": 0.07,
    }
    assert found["inputs"]["lactate"]["value"] == pytest.approx(2.997, abs=1e-3)
    assert found["inputs"]["lactate"]["entered"] == "27mg/dL"
    assert set(found["missing"]) == {"sex", "bmi", "gcs_total", "creatinine", "pt_activity"}


def test_a_child_is_told_why_there_is_no_total() -> None:
    shown = run("egfr", "age=12", "sex=male", "creatinine=60")
    assert "no total" in shown
    assert "adults" in shown
    found = json.loads(run("egfr", "age=12", "--json"))
    assert (found["total"], found["low"], found["outcome"]) == (None, None, None)


def test_the_list_and_what_a_score_asks() -> None:
    shown = run("--list")
    for words in ("save", "encourage", "vis", "egfr", "exact", "Schmidt 2015"):
        assert words in shown
    asks = run("save")
    for words in ("pulse_pressure", "sbp", "≥ 63: 0", "For whom", "yes −6"):
        assert words in asks
    assert "creatinine (µmol/L)" in run("egfr")


@pytest.mark.parametrize(
    ("words", "error", "said"),
    [
        ([], InputError, "Which score"),
        (["sav", "age=45"], UnknownName, "Did you mean save"),
        (["save", "agee=45"], UnknownName, "Did you mean age"),
        (["save", "age"], InputError, "NAME=VALUE"),
        (["save", "hco3=900"], OutOfRange, "outside 1 to 60"),
        (["--out", "x.csv", "save"], InputError, "Which registry"),
        (["--registry", "x.db", "save"], InputError, "Where to"),
        (["--registry", "x.db", "save", "age=45", "--out", "x.csv"], InputError, "Use --assume"),
        (["--all", "save", "age=45"], InputError, "leave out 'save'"),
        (["save", "age=45", "--at", "24h"], InputError, "--at reads a registry"),
        (["save", "age=45", "--assume", "age=50"], InputError, "known and cannot be assumed"),
        (["save", "age=45", "--assume", "aged=50"], UnknownName, "Did you mean age"),
        (["--all", "agee=45"], UnknownName, "Did you mean age"),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_sentence(
    words: list[str], error: type[AfterloadError], said: str
) -> None:
    with pytest.raises(error, match=said):
        run(*words)


@pytest.fixture
def cohort(tmp_path: Path) -> Path:
    path = tmp_path / "cohort.db"
    now = datetime(2024, 3, 1, 8, 0)
    registry = create(path, standard(), who="test", now=now)
    rows = (
        Rows("patient", {"key": ["p"], "sex": ["male"]}),
        Rows("episode", {"key": ["e"], "patient": ["p"], "age_years": [60.0]}),
        Rows("observation", {"episode": ["e"], "nominal": ["pre"], "creatinine": [1.5 * 88.42]}),
    )
    add(registry, Batch(rows), who="test", why="test", now=now)
    return path


def test_a_registry_is_scored_into_a_file(cohort: Path, tmp_path: Path) -> None:
    out = tmp_path / "scores.csv"
    shown = run("--registry", str(cohort), "egfr", "save", "--out", str(out))
    assert "Written:" in shown
    egfr, save = csv.DictReader(out.read_text("utf-8").splitlines())
    assert float(egfr["total"]) == pytest.approx(53.0, abs=0.05)  # scores.md section 8.15
    assert (save["total"], save["classes"]) == ("", "I|II|III|IV|V")
    by_default = run("egfr", "--out", str(out), env={"AFTERLOAD_REGISTRY": str(cohort)})
    assert "eGFR" in by_default


def test_one_patient_needs_no_heavy_library() -> None:
    code = (
        "import sys; from afterload.cli.score import score; "
        "score(['save', 'age=45', '--json'], standalone_mode=False); "
        "heavy = {'numpy', 'scipy', 'polars', 'sqlalchemy', 'matplotlib'} & set(sys.modules); "
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_an_assumption_is_used_and_told() -> None:
    words = [word for word in EXAMPLE if not word.startswith("hco3")]
    shown = run(*words, "--assume", "hco3=18")
    assert "SAVE  3 · class II" in shown
    assert "Assumed, not observed: hco3" in shown
    found = json.loads(run(*words, "--assume", "hco3=18", "--json"))
    assert (found["total"], found["assumed"]) == (3, ["hco3"])


def test_explain_tells_what_would_change_the_class_and_the_background() -> None:
    shown = run(*EXAMPLE, "--explain")
    for words in ("What would change the class", "Acute renal failure", "Derived in", "n = 3,846",
                  "Total of exactly 5"):  # fmt: skip
        assert words in shown
    found = json.loads(run(*EXAMPLE, "--explain", "--json"))
    renal = [c for c in found["changes"] if c["input"] == "acute_renal_fail"]
    assert renal == [
        {"input": "acute_renal_fail", "now": "yes", "would": "no", "classes": ["I"]}
    ]  # 3 + 3 = 6 points
    assert found["about"]["validations"] or "0.90" in found["about"]["discrimination"]


def test_all_scores_at_once_each_value_given_once() -> None:
    words = ("--all", "age=60", "sex=female", "creatinine=1.0mg/dL", "weight=70", "height=170",
             "lactate=27mg/dL")  # fmt: skip
    found = json.loads(run(*words, "--json"))
    scores = {one["score"]: one for one in found["scores"]}
    assert {"save", "encourage", "egfr"} <= scores.keys()
    assert scores["egfr"]["total"] == pytest.approx(64.5, abs=0.05)  # scores.md section 8.15
    assert scores["encourage"]["inputs"]["lactate"]["value"] == pytest.approx(2.997, abs=1e-3)
    # 70 kg at 1.70 m is 24.2 kg/m2: no points for body-mass index.
    bmi = next(item for item in scores["encourage"]["items"] if item["name"] == "bmi")
    assert bmi["points"] == 0
    shown = run(*words)
    assert "ENCOURAGE" in shown
    assert "Nothing was known for" in shown


def test_a_page_of_its_own(tmp_path: Path) -> None:
    page = tmp_path / "save.html"
    run(*EXAMPLE, "--html", str(page))
    text = page.read_text("utf-8")
    assert "class II" in text
    assert "What would change the class" in text
    assert "http" not in text.replace("https://", "http").split("<body>")[0]
    with pytest.raises(InputError, match="is there already"):
        run(*EXAMPLE, "--html", str(page))


def test_the_score_coeur_tells_what_is_not_known_of_its_rule(tmp_path: Path) -> None:
    words = ["coeur", "age=50", "donor_age=40", "urgency=xpca", "creatinine=100 umol/L"]
    shown = run(*words, "--explain")
    assert "Score Coeur  between" in shown
    assert "the criteria for an expert listing" in shown
    assert "Readings taken, and what is open" in shown
    found = json.loads(run(*words, "--json"))
    assert {"Expert listings", "Since 2022"} <= {one["topic"] for one in found["unknowns"]}
    assert "creatinine" in {one["what"] for one in found["applied"]}
    assert all(one["source"]["citation"] for one in (*found["unknowns"], *found["applied"]))
    page = tmp_path / "coeur.html"
    run(*words, "--html", str(page))
    assert "Expected survival" in page.read_text("utf-8")
    assert "donor_age (years)" in run("coeur")
    assert "Several steps" in run("--list")


TOY = """
name = "{name}"
title = "Toy score"
version = "1.0"
population = "Nobody."
[source]
citation = "Nobody et al. 2020, J Made Up 1:1-2"
place = "Table 2"
confidence = "M"
[[item]]
variable = "age"
bands = [{{ points = 0, below = 60 }}, {{ points = 2, from = 60 }}]
[[item]]
variable = "hx_ckd"
yes = 3
[[class]]
name = "low"
to = 2
[[class]]
name = "high"
from = 3
"""


def test_a_card_of_ones_own_is_scored_like_ours(cohort: Path, tmp_path: Path) -> None:
    card = tmp_path / "toy.toml"
    card.write_text(TOY.format(name="toy"), encoding="utf-8")
    assert "Toy score  5 · class high" in run("--card", str(card), "age=70", "hx_ckd=yes")
    assert "Toy score  5 · class high" in run("toy", "--card", str(card), "age=70", "hx_ckd=yes")
    assert "save  " in run("--card", str(card), "--list")
    assert "Toy score" in run("--card", str(card), "--list")
    assert "hx_ckd=yes|no" in run("--card", str(card))
    every = json.loads(run("--card", str(card), "--all", "age=70", "hx_ckd=yes", "--json"))
    assert [one["total"] for one in every["scores"] if one["score"] == "toy"] == [5]
    assert "save" in {one["score"] for one in every["scores"]}
    out = tmp_path / "toy.csv"
    run("--registry", str(cohort), "--card", str(card), "--out", str(out))
    rows = list(csv.DictReader(out.read_text("utf-8").splitlines()))
    assert {row["score"] for row in rows} == {"toy"}
    key = rows[0]["episode"]
    one = json.loads(
        run("--registry", str(cohort), "--card", str(card), "--episode", key, "--json")
    )
    assert [found["score"] for found in one["scores"]] == ["toy"]
    assert str(one["scores"][0]["low"]) == rows[0]["low"]
    page = tmp_path / "toy.html"
    run("--card", str(card), "age=70", "--explain", "--html", str(page))
    assert "Toy score" in page.read_text("utf-8")


def test_a_card_may_fill_a_slot_but_not_replace_a_score(tmp_path: Path) -> None:
    card = tmp_path / "mine.toml"
    card.write_text(TOY.format(name="save"), encoding="utf-8")
    with pytest.raises(InputError, match="the name of a score that comes with afterload"):
        run("--card", str(card), "age=70")
    card.write_text(TOY.format(name="toy"), encoding="utf-8")
    with pytest.raises(InputError, match=r"mine\.toml: there is a score 'toy' already"):
        run("--card", str(card), "--card", str(card), "age=70")
    with pytest.raises(InputError, match="cannot be computed") as refused:
        run("tehrani-2019", "age=75")
    assert refused.value.exit_code == 2
    card.write_text(TOY.format(name="tehrani-2019"), encoding="utf-8")
    assert "Toy score  2" in run("tehrani-2019", "--card", str(card), "age=70", "hx_ckd=no")


def test_a_predicted_risk_is_written_with_the_scores(cohort: Path, tmp_path: Path) -> None:
    out = tmp_path / "scores.csv"
    run("saps2", "save", "--registry", str(cohort), "--out", str(out))
    rows = list(csv.DictReader(out.read_text("utf-8").splitlines()))
    for row in rows:
        if row["score"] == "save":
            assert row["predicted_low"] == row["predicted_high"] == ""
        else:  # the logistic of SAPS II, scores.md 8.14
            for end in ("low", "high"):
                total = float(row[end])
                logit = -7.7631 + 0.0737 * total + 0.9971 * math.log(total + 1)
                risk = 1 / (1 + math.exp(-logit))
                assert float(row[f"predicted_{end}"]) == pytest.approx(risk, abs=1e-9)


def test_results_are_kept_in_the_registry_with_who_and_why(cohort: Path) -> None:
    words = ["save", "--registry", str(cohort), "--store", "--who", "Ada"]
    with pytest.raises(InputError, match="--why"):
        run(*words)
    with pytest.raises(InputError, match="give --store too"):
        run("save", "--registry", str(cohort), "--why", "report", "--out", "x.csv")
    shown = run(*words, "--why", "report")
    assert "Kept in the registry: " in shown
    assert "Receipt" in shown
    assert "as before" in run(*words, "--why", "report")
    with open_registry(cohort) as registry:
        held = current(registry, "score")
        assert set(held["score"]) == {"save"}
        last = entries(registry)[-1]
        assert (last.who, last.why, last.action) == ("Ada", "report", "score")
        key = held["episode"][0]
    found = json.loads(
        run("save", "--registry", str(cohort), "--episode", key, "--store", "--why", "w", "--json")
    )
    assert found["stored"]["same"] == 1
    shown = CliRunner().invoke(record, ["show", str(cohort), key])
    assert shown.exit_code == 0
    assert "save" in shown.output
    assert CliRunner().invoke(record, ["verify", str(cohort)]).exit_code == 0

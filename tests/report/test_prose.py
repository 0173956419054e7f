"""The words leave out no method, cite what they use, and agree with the tables."""

import re
from dataclasses import replace

import pytest

from afterload.report import prose, prose_results
from afterload.report.tables import build_tables
from afterload.report.theme import THEMES
from afterload.study.ard import Results, Statistic
from afterload.study.design import Study


def test_every_method_used_is_told_and_cited(study):
    text = " ".join(prose.methods(study).paragraphs)
    for method, _ in study.results.methods():
        assert method in text or method[:1].lower() + method[1:] in text
    cited = {int(n) for group in re.findall(r"\[([\d, ]+)\]", text) for n in group.split(",")}
    assert cited == set(range(1, len(prose.citations(study.results)) + 1))


def test_a_citation_number_is_that_of_its_method(study):
    text = " ".join(prose.methods(study).paragraphs)
    place = int(re.search(r"Garwood exact Poisson interval \[(\d+)\]", text)[1])
    assert prose.citations(study.results)[place - 1].startswith("Garwood 1936")


def test_a_method_nobody_used_is_not_told(study):
    kept = Results(tuple(r for r in study.results if r.section != "complications"))
    assert "Garwood" not in " ".join(prose.methods(Study(study.design, kept)).paragraphs)


@pytest.mark.parametrize("theme", THEMES.values(), ids=str)
def test_numbers_in_the_text_are_those_of_the_tables(study, theme):
    table = next(t for t in build_tables(study, replace(theme, percent_sign=True)) if
                 t.name == "outcomes")  # fmt: skip
    said = " ".join(prose_results.findings(study, theme).outcomes)
    for line in table.rows:
        if line.cells[0].text:
            assert f"{line.cells[0].text} with {line.label}" in said


def test_time_zero_alpha_correction_and_landmark_are_told(study):
    text = " ".join(prose.methods(study).paragraphs)
    assert "Time zero: first blood flow" in text
    assert "p < 0.05" in text
    assert "Holm's method over the 3 other arms" in text
    landmark = Study(replace(study.design, landmark_days=2.0), study.results)
    assert "landmark 2 days" in " ".join(prose.methods(landmark).paragraphs)


def test_warnings_of_the_design_and_of_the_results_are_limitations(study):
    rows = (*study.results, Statistic("outcomes", "x", "p", 0.1, warning="Few events."))
    told = prose.cautions(Study(study.design, Results(rows))).paragraphs
    assert "Few events." in told
    assert any("immortal time" in text for text in told)
    assert any("not randomised" in text for text in told)


def test_the_flow_is_told_with_its_reasons(study):
    said = prose_results.findings(study).patients
    assert "Of 171 episodes, 140 were analysed: ECLS (58)" in said
    assert "6 (not: Age ≥ 18)" in said
    assert "2 (could not be told: Cause of shock is cardiogenic shock)" in said


def test_software_hashes_are_told(study):
    assert "afterload 0.1.0" in prose.software(study.results)
    assert "protocol SHA-256 9f2c41d07be3" in prose.software(study.results)


def test_survival_after_a_landmark_is_said_so(study):
    plain = prose_results.findings(study).outcomes[2]
    assert "at 30 days, %" in plain
    landmark = Study(replace(study.design, landmark_days=2.0), study.results)
    assert "at 30 days after the landmark, %" in prose_results.findings(landmark).outcomes[2]


def test_a_file_is_named_with_its_own_hash(study):
    rows = [r for r in study.results if r.variable != "data_sha256"]
    one, two = "e" * 64, "0123456789abcdef" * 4
    for data, said in (
        (f"rhc.csv sha256:{one}", f"data SHA-256 {'e' * 12} (rhc.csv)."),
        (f"a; b.csv sha256:{two}; c.xlsx sha256:{one}",
         f"data SHA-256 0123456789ab (a; b.csv), {'e' * 12} (c.xlsx)."),
        (two, "data SHA-256 0123456789ab."),
    ):  # fmt: skip
        meta = Statistic("meta", "data_sha256", "text", None, text=data)
        assert prose.software(Results((*rows, meta))).endswith(said)

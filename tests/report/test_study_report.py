import json
from dataclasses import replace
from datetime import datetime

import pytest

from afterload.core.errors import InputError
from afterload.report.study_report import write_report
from afterload.report.theme import JAMA
from afterload.study.ard import Results
from afterload.study.design import Study


@pytest.fixture(scope="module")
def folder(study, tmp_path_factory):
    out = tmp_path_factory.mktemp("report") / "new" / "study"
    return out, write_report(study, out)


def test_the_whole_report_is_written(folder):
    out, written = folder
    names = {path.relative_to(out).as_posix() for path in written}
    assert written[0].name == "index.html"
    assert {"index.html", "report.docx", "results.json", "results.csv"} <= names
    assert sum(name.startswith("tables/") for name in names) == 6
    assert sum(name.startswith("figures/") for name in names) == 5
    assert {p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file()} == names
    assert set(json.loads((out / "results.json").read_text())["files"]) == names


def test_the_same_study_gives_the_same_bytes_and_replaces_its_report(study, folder):
    out, written = folder
    before = {path: path.read_bytes() for path in written}
    (out / "tables" / "table-9-old.csv").write_text("kept: not ours")
    write_report(study, out)
    assert {path: path.read_bytes() for path in written} == before
    assert (out / "tables" / "table-9-old.csv").exists()


def test_a_folder_with_something_else_is_refused(study, tmp_path):
    (tmp_path / "thesis.docx").write_text("mine")
    with pytest.raises(InputError, match="not empty"):
        write_report(study, tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.docx"]
    (tmp_path / "results.json").write_text("[1, 2]")
    with pytest.raises(InputError, match="not empty"):
        write_report(study, tmp_path)
    with pytest.raises(InputError, match="is a file"):
        write_report(study, tmp_path / "thesis.docx")


def test_a_folder_listing_files_outside_itself_deletes_nothing_there(study, tmp_path):
    outside = tmp_path / "outside.txt"
    outside.write_text("mine")
    out = tmp_path / "out"
    out.mkdir()
    told = {"schema": "afterload/results/1", "files": ["../outside.txt"]}
    (out / "results.json").write_text(json.dumps(told))
    write_report(study, out, theme=JAMA, disclosure=5, now=datetime(2026, 5, 4, 3, 2))
    assert outside.read_text() == "mine"
    html = (out / "index.html").read_text()
    assert "2026-05-04 03:02" in html
    assert "Counts of 1 to 4 patients are shown as &lt;5" in html


def test_no_file_leaves_the_folder_whatever_an_outcome_is_called(study, tmp_path):
    evil = "a/../../../../ESCAPED/x"
    timed = study.design.outcomes[2]
    rows = [
        replace(row, variable=evil) if row.variable == timed.name else row for row in study.results
    ]
    design = replace(study.design, outcomes=(replace(timed, name=evil), replace(timed, name=evil)))
    out = tmp_path / "a" / "b" / "c" / "out"
    written = write_report(Study(design, Results(tuple(rows))), out)
    assert all(path.resolve().is_relative_to(out.resolve()) for path in written)
    assert not list(tmp_path.rglob("ESCAPED"))
    names = [path.name for path in written if "survival-" in path.name]
    assert [name.partition("survival-")[2] for name in names] == [
        "a-escaped-x.svg", "a-escaped-x-2.svg",
    ]  # fmt: skip


def test_a_link_that_leads_out_of_the_folder_is_refused(study, tmp_path):
    elsewhere, out = tmp_path / "elsewhere", tmp_path / "out"
    elsewhere.mkdir()
    out.mkdir()
    (out / "results.json").write_text(json.dumps({"schema": "afterload/results/1", "files": []}))
    (out / "figures").symlink_to(elsewhere)
    before = sorted(out.iterdir())
    with pytest.raises(InputError, match="outside the folder"):
        write_report(study, out)
    assert list(elsewhere.iterdir()) == []
    assert sorted(out.iterdir()) == before

import csv
import json
import math
from io import StringIO

import pytest

from afterload.report.export_tables import results_csv, results_json, table_csv
from afterload.report.table_view import Cell, ColumnHead, Row, TableView
from afterload.report.tables import build_tables
from afterload.study.ard import Results, Statistic
from afterload.study.design import Study


def test_a_csv_table_has_a_line_per_row(study):
    for view in build_tables(study):
        lines = list(csv.reader(StringIO(table_csv(view))))
        assert lines[0] == [head.plain for head in view.columns]
        for line, row in zip(lines[1:], view.rows, strict=False):
            assert len(line) == len(view.columns)
            assert line[1 : 1 + len(row.cells)] == [cell.plain for cell in row.cells]


def test_a_label_cannot_become_a_formula():
    view = TableView(
        1, "t", "T", (ColumnHead("=1+1"), ColumnHead("x")), (Row("@cmd", (Cell("-1"),)),)
    )
    lines = list(csv.reader(StringIO(table_csv(view))))
    assert lines[0][0] == "'=1+1"
    assert lines[1] == ["'@cmd", "'-1"]


def test_json_holds_every_number_unrounded(study):
    told = json.loads(results_json(study, ["b", "a"], "0.1.0"))
    assert told["files"] == ["a", "b"]
    assert told["design"]["reference"] == "ECLS"
    assert len(told["results"]) == len(study.results)
    for row, statistic in zip(told["results"], study.results, strict=True):
        assert list(row) == sorted(row)
        assert row["value"] == statistic.value
        assert row["arm"] == statistic.arm


def test_json_never_holds_what_json_does_not_know(study):
    rows = (
        Statistic("outcomes", "x", "odds_ratio_high", math.inf),
        Statistic("outcomes", "x", "odds_ratio", math.nan),
    )
    text = results_json(Study(study.design, Results(rows)), [], "0")
    told = json.loads(text, parse_constant=lambda name: (_ for _ in ()).throw(ValueError(name)))
    assert [row["value"] for row in told["results"]] == [None, None]
    assert told["results"][0]["text"] == "infinity"


def test_the_dataset_as_csv_has_a_line_per_statistic(study):
    lines = list(csv.DictReader(StringIO(results_csv(study.results))))
    assert len(lines) == len(study.results)
    assert float(lines[0]["value"]) == study.results.rows[0].value


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_text_of_the_dataset_can_become_a_formula(start):
    text = f"{start}1+1"
    row = Statistic("outcomes", text, "count", -3.5, level=text, arm=text, text=text, at=-1.0)
    lines = list(csv.DictReader(StringIO(results_csv(Results((row,))), newline="")))
    assert all(
        lines[0][name] == f"'{text}".replace("\r", "\n")
        for name in ("variable", "level", "arm", "text")
    )
    assert (lines[0]["value"], lines[0]["at"]) == ("-3.5", "-1.0")

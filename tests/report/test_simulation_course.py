"""Courses as text, JSON, a figure and a page."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from afterload.actions.simulate_course import PatientCourse, course
from afterload.report.sim_course import course_lines, extremes, follows, moment_label
from afterload.report.sim_course_data import beats_csv, columns_csv, course_data
from afterload.report.sim_course_figure import strip, time_unit
from afterload.report.sim_course_lane import lanes
from afterload.report.sim_course_page import write_course
from afterload.report.sim_course_text import course_view

EVENTS = (
    "10 ecls:flow=3", "20 iabp", "30 volume=+200 over 10 # gelatin", "35 svr=x1.2 # pressor <b>",
    "40 ecls:flow=1 over 20", "65 hr=+5", "70 off ecls",
)  # fmt: skip


@pytest.fixture(scope="module")
def found() -> PatientCourse:
    return course("ami-lv-shock", EVENTS, duration=80, name="A day's work")


def test_what_is_done_is_told_in_words(found: PatientCourse) -> None:
    assert course_lines(found) == (
        "10 s  ECLS 3 L/min",
        "20 s  IABP",
        "30 s  gelatin: Volume +200 mL over 10 s",
        "35 s  pressor <b>: SVR × 1.2",
        "40 s  ECLS 3 to 1 L/min over 20 s",
        "1 min 5 s  Heart rate +5 /min",
        "1 min 10 s  ECLS off",
    )
    assert [moment_label(one, found) for one in found.moments] == [
        "Begin", "20 s, before IABP", "30 s, before gelatin", "35 s, before pressor <b>",
        "40 s, before ECLS 1 L/min", "1 min 5 s, before Heart rate +5 /min",
        "1 min 10 s, before ECLS off", "1 min 20 s, end",
    ]  # fmt: skip


def test_extremes_are_told_where_they_lie_on_the_way(found: PatientCourse) -> None:
    at = int(found.indices["map"].argmax())
    assert f"mean arterial pressure is highest at {found.time[at]:.0f} s" in extremes(found)
    assert "lowest" not in extremes(found)


def test_the_terminal_has_a_line_per_moment(found: PatientCourse) -> None:
    console = Console(width=80, record=True, markup=False, quiet=False)
    with console.capture() as shown:
        console.print(course_view(found))
    text = shown.get()
    for start in (" Begin ", " 20 s ", " 1 min 10 s ", " 1 min 20 s, end "):
        assert re.search(rf"^{start} *\d+ ", text, re.MULTILINE), start
    assert "…" not in text
    assert "the last beat before what is done" in text
    assert "which dose of which drug" in text.replace("\n", " ")


def test_json_tells_every_beat_and_all_that_is_done(found: PatientCourse) -> None:
    data = json.loads(json.dumps(course_data(found), allow_nan=False))
    assert data["course"]["duration_s"] == 80
    assert data["course"]["devices"] == []
    events = data["course"]["events"]
    assert [one["time_s"] for one in events] == [10, 20, 30, 35, 40, 65, 70]
    assert events[2] | {"told": ""} == {
        "time_s": 30.0, "over_s": 10.0, "told": "", "note": "gelatin",
        "label": "Volume +200 mL over 10 s", "volume_ml": 200.0,
        "devices": ["ecls:flow=3", "iabp"],
    }  # fmt: skip
    assert (events[4]["before"], events[4]["after"]) == ("ecls:flow=3", "ecls:flow=1")
    assert (events[5]["parameters"], events[5]["way"]) == (["beat.hr"], "by")
    assert events[6]["devices"] == ["iabp"]
    beats = data["beats"]
    assert {len(values) for values in beats.values()} == {len(found.time)}
    assert beats["map"] == found.indices["map"].tolist()
    assert [one["time_s"] for one in data["scenarios"]] == [one.time for one in found.moments]
    assert data["scenarios"][0]["devices"] == []
    assert data["scenarios"][1]["devices"] == ["ecls:flow=3"]
    assert set(beats) <= {*data["units"], "time_s", "blood_volume", "contractility",
                          "sympathetic_drive", "cerebral_conductance", "ecls_speed"}  # fmt: skip


def test_every_column_of_the_beats_is_explained_with_its_unit(found: PatientCourse) -> None:
    rows = list(csv.DictReader(io.StringIO(beats_csv(found))))
    told = {row["column"]: row for row in csv.DictReader(io.StringIO(columns_csv(found)))}
    assert list(rows[0]) == list(told)
    assert all(row["what"] and row["unit"] for row in told.values())
    assert [float(row["map"]) for row in rows] == found.indices["map"].tolist()
    assert rows[0]["ecls_speed"] == ""
    assert float(rows[-20]["blood_volume"]) == pytest.approx(found.volume[-20], abs=0)


def test_lanes_show_what_runs_when_and_how_much(found: PatientCourse) -> None:
    by_name = {lane.name: lane.bars for lane in lanes(found)}
    assert list(by_name) == ["ECLS", "IABP", "SVR", "Heart rate", "Volume"]
    ecls = by_name["ECLS"]
    assert [(bar.begin, bar.end) for bar in ecls] == [(10, 40), (40, 60), (60, 70)]
    assert ecls[0].first == ecls[0].last == ecls[1].first == 1.0
    assert ecls[1].last == pytest.approx(ecls[2].first)
    assert ecls[2].first < 0.6
    assert [bar.text for bar in ecls] == ["3 L/min", "to 1 L/min", "1 L/min"]
    assert [(bar.begin, bar.end) for bar in by_name["IABP"]] == [(20, 80)]
    assert [(bar.begin, bar.end, bar.text) for bar in by_name["Volume"]] == [
        (30, 40, "gelatin +200 mL")
    ]


def test_lanes_of_levels_flows_from_nothing_and_ends_beyond_the_course() -> None:
    told = course(
        "ami-lv-shock",
        ["2 impella-cp:level=P2 over 12", "3 ecls:flow=2 over 6", "4 ees=x1.2 over 4",
         "8 ees=x1.1", "9 volume=-100 over 60"],
        "impella-cp:level=P4", duration=12,
    )  # fmt: skip
    by_name = {lane.name: lane.bars for lane in lanes(told)}
    assert [(bar.begin, bar.end) for bar in by_name["Impella CP"]] == [(0, 2), (2, 12)]
    assert [(bar.begin, bar.end) for bar in by_name["ECLS"]] == [(3, 9), (9, 12)]
    assert by_name["ECLS"][0].first < by_name["ECLS"][0].last == 1.0
    assert [(bar.begin, bar.end, bar.text) for bar in by_name["Contractility"]] == [
        (4, 8, ""), (8, 12, "× 1.1"),
    ]  # fmt: skip
    assert by_name["Volume"][0].end == 12


def test_what_follows_is_told_of_what_has_shown(found: PatientCourse) -> None:
    rows = follows(found)
    assert [row[0] for row in rows] == [line.partition("  ")[0] for line in course_lines(found)]
    scenarios = found.found.scenarios
    pressures = [f"{one.indices['map'][0]:.0f}" for one in scenarios]
    assert [row[2][0] for row in rows] == [(*pair, "") for pair in pairwise(pressures)]
    late = course("normal", ["2 hr=+5", "5.99 iabp"], duration=6)
    assert [row[0] for row in follows(late)] == ["2 s"]


def test_the_figure_has_every_panel_and_is_always_the_same(found: PatientCourse) -> None:
    svg = strip(found, "course")
    for words in ("What is done", "Arterial pressure, mmHg", "Flow, L/min", "Filling, mmHg",
                  "Saturation, %", "Heart rate, /min", "Time, s", "ECLS", "3 L/min", "SvO2",
                  "LVEDP", "pressor &lt;b&gt;"):  # fmt: skip
        assert words in svg, words
    assert svg == strip(found, "course")
    assert [time_unit(seconds)[1] for seconds in (60, 900, 4 * 3600)] == ["s", "min", "h"]


def test_a_course_in_which_nothing_is_done_has_a_figure() -> None:
    quiet = course("normal", [], duration=5)
    svg = strip(quiet, "quiet")
    assert "What is done" not in svg
    assert "Heart rate" not in svg
    assert "Arterial pressure" in svg


def test_a_folder_gets_the_page_figures_and_every_beat(
    found: PatientCourse, tmp_path: Path
) -> None:
    written = write_course(found, tmp_path)
    assert {str(path.relative_to(tmp_path)) for path in written} == {
        "index.html", "figures/course.svg", "figures/loops.svg", "beats.csv", "columns.csv",
        "indices.csv", "waveforms.csv.gz", "simulation.json",
    }  # fmt: skip
    page = (tmp_path / "index.html").read_text("utf-8")
    assert not re.search(r'(src|href)="(?!#)', page)
    assert "<script" not in page
    assert "pressor &lt;b&gt;" in page
    assert "<b>:" not in page
    assert "changes against the begin" in page
    identifiers = re.findall(r'\bid="([^"]+)"', page)
    assert len(identifiers) == len(set(identifiers))
    for path in written:
        content = path.read_bytes()
        text = gzip.decompress(content).decode() if path.suffix == ".gz" else content.decode()
        assert not re.search(r"\bnan\b", text, re.IGNORECASE), path
    assert write_course(found, tmp_path)[0].read_text("utf-8") == page
    assert np.isnan(found.slow["ecls speed"][0])

"""Ramps as text, JSON, figures and a page."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from afterload.actions.simulate_ramp import Ramp, ramp
from afterload.report.sim_data import ramp_data
from afterload.report.sim_figure import drawing_svg
from afterload.report.sim_ramp import ramp_drawings, ramp_sentences
from afterload.report.sim_report import write_ramp
from afterload.report.sim_text import ramp_view


@pytest.fixture(scope="module")
def found() -> Ramp:
    return ramp("ami-lv-shock", "ecls:flow=5..1", steps=3)


def test_the_terminal_has_a_line_per_step(found: Ramp) -> None:
    console = Console(width=80, record=True, markup=False, quiet=False)
    with console.capture() as shown:
        console.print(ramp_view(found))
    text = shown.get()
    assert re.search(r"^ 5 L/min +\d+ ", text, re.MULTILINE)
    assert re.search(r"^ 1 L/min +\d+ ", text, re.MULTILINE)
    assert "…" not in text
    assert "in mmHg" in text


def test_json_tells_what_is_changed(found: Ramp) -> None:
    data = json.loads(json.dumps(ramp_data(found), allow_nan=False))
    assert data["ramp"] == {
        "device": "ecls", "option": "flow", "unit": "L/min", "values": [5.0, 3.0, 1.0],
    }  # fmt: skip
    assert [one["devices"] for one in data["scenarios"]] == [
        [], ["ecls:flow=5"], ["ecls:flow=3"], ["ecls:flow=1"],
    ]  # fmt: skip
    levels = ramp_data(ramp("normal", "impella-cp:level=P3..P2"))
    assert levels["ramp"]["values"] == ["P3", "P2"]


def test_figures_follow_the_setting(found: Ramp) -> None:
    drawn = ramp_drawings(found)
    assert [one.name for one in drawn] == ["ramp", "loops"]
    svg = drawing_svg(drawn[0], ())
    for words in ("ECLS flow, L/min", "Arterial pressure, mmHg", "LVEDP", "PVA", "mixed venous"):
        assert words in svg
    assert svg == drawing_svg(drawn[0], ())


def test_words_tell_both_ends_and_the_best_between(found: Ramp) -> None:
    told = ramp_sentences(found)
    assert told[0].startswith("From 5 L/min to 1 L/min, mean arterial pressure falls from ")
    scenarios = list(found.found.scenarios)
    for place, value in ((1, 80.0), (2, 90.0), (3, 81.0)):
        indices = {**scenarios[place].indices, "map": np.array([value])}
        scenarios[place] = replace(scenarios[place], indices=indices)
    other = replace(found, found=replace(found.found, scenarios=tuple(scenarios)))
    best = "On the way, mean arterial pressure is highest at 3 L/min (90 mmHg)"
    assert any(line.startswith(best) for line in ramp_sentences(other))
    assert not any(line.startswith(best) for line in told)


def test_a_folder_gets_the_page_figures_and_numbers(found: Ramp, tmp_path: Path) -> None:
    written = write_ramp(found, tmp_path)
    names = {str(path.relative_to(tmp_path)) for path in written}
    assert names == {
        "index.html", "indices.csv", "waveforms.csv.gz", "simulation.json", "figures/ramp.svg",
        "figures/loops.svg",
    }  # fmt: skip
    page = (tmp_path / "index.html").read_text("utf-8")
    assert not re.search(r'(src|href)="(?!#)', page)
    assert "<script" not in page
    assert "ECLS flow, 5" in page
    identifiers = re.findall(r'\bid="([^"]+)"', page)
    assert len(identifiers) == len(set(identifiers))
    assert write_ramp(found, tmp_path)[0].read_text("utf-8") == page


def test_a_step_without_a_steady_beat_leaves_no_nan_anywhere(found: Ramp, tmp_path: Path) -> None:
    scenarios = list(found.found.scenarios)
    lost = {name: np.full(1, np.nan) for name in scenarios[2].indices}
    scenarios[2] = replace(scenarios[2], indices=lost, warnings=("No steady beat was found.",))
    broken = replace(found, found=replace(found.found, scenarios=tuple(scenarios)))
    for path in write_ramp(broken, tmp_path):
        content = path.read_bytes()
        text = gzip.decompress(content).decode() if path.suffix == ".gz" else content.decode()
        assert not re.search(r"\bnan\b", text, re.IGNORECASE), path
    assert "With flow 3: No steady beat was found." in ramp_data(broken)["warnings"]


def test_warnings_that_differ_in_numbers_alone_are_one() -> None:
    found = ramp("dcm", "heartmate-3:rpm=5500..7000", steps=4)
    told = [text for text in ramp_data(found)["warnings"] if "extrapolated" in text]
    assert told == [
        "HeartMate 3 at 6,500 to 7,000 rpm: extrapolated; its curve was fitted from 4,000 to 6,000 "
        "rpm."
    ]
    alone = [one.warnings for one in found.found.scenarios]
    assert sum("extrapolated" in text for warnings in alone for text in warnings) == 2

import itertools
import re
import struct
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterload.report import figure_survival, flow
from afterload.report.figure import spread_labels
from afterload.report.figure_list import build_figures
from afterload.study.design import Study


@pytest.fixture(scope="module")
def figures(built):
    return built.figures


def test_figures_are_numbered_as_they_are_read(figures):
    assert [f.name for f in figures] == [
        "flow", "balance", "outcomes", "survival-death-30d", "biology",
    ]  # fmt: skip
    assert [f.number for f in figures] == [1, 2, 3, 4, 5]


def test_the_same_results_give_the_same_bytes(study, figures):
    again = build_figures(study)
    assert [(f.svg, f.png) for f in again] == [(f.svg, f.png) for f in figures]


def test_figures_are_svg_with_words_for_those_who_cannot_see(figures):
    for one in figures:
        root = ET.fromstring(one.svg)
        assert root.get("role") == "img"
        assert len(root.get("aria-label")) > 40
        assert "<text" in one.svg
        assert "date" not in one.svg.lower()


def test_no_two_figures_share_an_identifier(figures):
    names = [name for one in figures for name in re.findall(r'\bid="([^"]+)"', one.svg)]
    assert len(names) == len(set(names))
    used = {n for one in figures for n in re.findall(r"(?:url\(|href=\")#([^)\"]+)", one.svg)}
    assert used <= set(names)


def test_images_have_300_dots_per_inch(figures):
    for one in figures:
        assert one.png[:8] == b"\x89PNG\r\n\x1a\n"
        width, _ = struct.unpack(">II", one.png[16:24])
        assert width == round(one.width * 300)
        assert one.png[33 + 4 : 33 + 8] == b"pHYs"
        assert struct.unpack(">I", one.png[41:45])[0] == round(300 / 0.0254)


def test_a_curve_starts_at_one_and_ends_where_it_was_last_followed(study):
    outcome = study.design.outcomes[2]
    times, values = figure_survival.steps(study.results, outcome, "ECLS", "survival", 30.0)
    points = study.results.curve("death_30d", "survival", "ECLS")
    assert (times[0], values[0]) == (0.0, 1.0)
    assert values[1:-1] == [p.value for p in points]
    assert times[-1] == 30.0


def test_the_counts_under_the_curve_are_those_of_the_results(study, figures):
    svg = next(f.svg for f in figures if f.name.startswith("survival"))
    shown = re.findall(r">(\d+)</text>", svg)
    for name in ("at_risk", "events", "censored"):
        for arm in study.design.arms:
            for point in study.results.curve("death_30d", name, arm):
                assert f"{point.value:.0f}" in shown


def test_the_flow_tells_every_number(study):
    svg = flow.to_svg(flow.lay_out(study), "flow")
    for text in ("n = 171", "Excluded: n = 9", "Could not be told: n = 2", "n = 140", "n = 58"):
        assert text in svg


def test_boxes_of_the_flow_never_overlap(study):
    boxes = flow.lay_out(study).boxes
    for i, a in enumerate(boxes):
        for b in boxes[i + 1 :]:
            apart_x = a.x + a.width <= b.x or b.x + b.width <= a.x
            apart_y = a.y + a.height <= b.y or b.y + b.height <= a.y
            assert apart_x or apart_y


def test_words_of_a_rule_are_escaped(study):
    box = flow.Box(0, 0, 10, ("<script>", "&"))
    svg = flow.to_svg(flow.Flow(10, (box,), ()), 'a"b')
    assert "<script>" not in svg
    ET.fromstring(svg)


@given(st.lists(st.floats(0, 1), max_size=8), st.floats(0.01, 0.2))
def test_labels_are_spread_apart_in_order(wanted, gap):
    placed = spread_labels(wanted, gap)
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    for low, high in itertools.pairwise(order):
        assert placed[high] - placed[low] >= gap - 1e-6


def test_the_axis_of_days_tells_where_it_begins(study, figures):
    assert ">Days from time zero</text>" in figures[3].svg
    told = Study(replace(study.design, landmark_days=2.0), study.results)
    curve = next(f for f in build_figures(told, png=False) if f.name.startswith("survival"))
    assert ">Days from the landmark (day 2)</text>" in curve.svg
    assert "Days from time zero" not in curve.svg
    assert "from the landmark, day 2 after time zero" in curve.caption

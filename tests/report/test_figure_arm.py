"""Sixteen arms with long names can be told apart, and nothing in a label breaks a figure."""

import itertools
import re
from dataclasses import replace

import pytest

from afterload.report import figure, figure_biology, figure_forest, figure_survival
from afterload.report.figure_arm import LETTERS, legend_height, look, middle, short_names, two_lines
from afterload.report.figure_list import build_figures
from afterload.report.theme import DEFAULT
from afterload.study.ard import Results
from afterload.study.design import Study

LONG = "Veno-arterial extracorporeal life support with an unloading device started early, group"


def many(study, names):
    """The study with as many arms as there are names, copied from its own arms."""
    old = study.design.arms
    rows = [row for row in study.results if not row.arm]
    for place, name in enumerate(names):
        source = old[0] if place == 0 else old[1 + place % 3]
        rows += [
            replace(row, arm=name, versus=names[0] if row.versus else "")
            for row in study.results
            if row.arm == source
        ]
    design = replace(study.design, arms=tuple(names), reference=names[0], arm_rules=())
    return Study(design, Results(tuple(rows)))


@pytest.fixture(scope="module")
def crowded(study):
    return many(study, [f"{LONG} {place:02d}" for place in range(12)])


def boxes(drawn, monkeypatch):
    """Every text of a drawing and where it stands, pixels."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.text import Text

    canvas, texts, plain = FigureCanvasAgg(drawn), [], Text.draw
    monkeypatch.setattr(Text, "draw", lambda one, *told: [texts.append(one), plain(one, *told)])
    canvas.draw()
    monkeypatch.undo()
    renderer = canvas.get_renderer()
    return [(one.get_text(), Text.get_window_extent(one, renderer)) for one in texts
            if one.get_text()]  # fmt: skip


def overlapping(drawn, monkeypatch, touching=2.0):
    """Pairs of texts that stand on each other, and texts that leave the drawing."""
    from matplotlib.transforms import Bbox

    width, height = drawn.canvas.get_width_height()
    told = boxes(drawn, monkeypatch)
    pairs = []
    for (a, first), (b, second) in itertools.combinations(told, 2):
        common = Bbox.intersection(first, second)
        if common is not None and common.width > touching and common.height > touching:
            pairs.append((a, b))
    outside = [a for a, box in told if box.x0 < -1 or box.x1 > width + 1 or box.y1 > height + 1]
    return pairs + outside


def test_no_two_of_sixteen_arms_look_the_same():
    looks = [look(index) for index in range(16)]
    assert len({(one.colour, str(one.dash)) for one in looks}) == 16
    assert len({(one.colour, one.marker, one.hollow) for one in looks}) == 16


def test_short_names_fit_and_stay_different():
    names = [f"{LONG} {place}" for place in range(16)]
    for letters in (19, 28, LETTERS):
        short = short_names(names, letters)
        assert max(map(len, short)) <= letters
        assert len(set(short)) == 16
    same_ends = [f"{'a' * 40}{place}{'b' * 40}" for place in range(3)]
    assert len(set(short_names(same_ends, 20))) == 3
    assert short_names(["ECLS", "Impella 5.0"], 28) == ("ECLS", "Impella 5.0")


def test_a_long_text_stands_on_two_lines_at_most():
    assert two_lines("Lactate", 20) == "Lactate"
    lines = two_lines(LONG, 20).split("\n")
    assert len(lines) == 2
    assert max(map(len, lines)) <= 20
    assert middle("abc", 3) == "abc"


def test_a_legend_grows_with_its_arms():
    assert legend_height(["ECLS"]) == legend_height(["ECLS", "Impella 5.0", "Both"])
    assert legend_height([f"{LONG} {k}" for k in range(12)]) > 3 * legend_height(["ECLS"])


@pytest.mark.parametrize("draw", [
    lambda study: figure_forest.draw_forest(study, DEFAULT),
    lambda study: figure_survival.draw_survival(study, DEFAULT, study.design.outcomes[2]),
    figure_forest.draw_balance,
    figure_biology.draw_biology,
], ids=["forest", "survival", "balance", "biology"])  # fmt: skip
@pytest.mark.parametrize("arms", ["four", "twelve"])
def test_no_word_stands_on_another(study, crowded, draw, arms, monkeypatch):
    with figure.style():
        assert overlapping(draw(study if arms == "four" else crowded), monkeypatch) == []


def test_a_long_label_does_not_run_into_the_next_panel(study, monkeypatch):
    items = tuple(
        replace(
            item, label=f"{item.label} measured in arterial blood", unit_label="µmol/L per hour"
        )
        for item in study.design.biology
    )
    with figure.style():
        drawn = figure_biology.draw_biology(Study(replace(study.design, biology=items),
                                                  study.results))  # fmt: skip
        assert overlapping(drawn, monkeypatch) == []


def test_labels_with_the_signs_of_formulas_are_drawn_as_they_are(study):
    label = "Cost $a_{$"
    names = (label, *(f"{label} {k}" for k in range(1, 4)))
    told = many(study, names)
    design = replace(
        told.design,
        biology=tuple(replace(item, label=label, unit_label="$/d^2") for item in
                      told.design.biology),
        baseline=tuple(replace(item, label=label) for item in told.design.baseline),
        outcomes=tuple(replace(one, label=label, curve=label) for one in told.design.outcomes),
    )  # fmt: skip
    figures = build_figures(Study(design, told.results))
    assert len(figures) == 5
    for one in figures:
        assert "Cost $a_{$" in re.sub(r"</?tspan[^>]*>", "", one.svg)

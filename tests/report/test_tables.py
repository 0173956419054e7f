"""Every cell is looked up in the results, and says what they say."""

from dataclasses import replace

import pytest

from afterload.report import number
from afterload.report import theme as themes
from afterload.report.number import DASH
from afterload.report.prose_results import findings
from afterload.report.tables import build_tables
from afterload.report.tables_biology import point_label
from afterload.report.theme import DEFAULT, JAMA, THEMES
from afterload.study.ard import Results, Statistic
from afterload.study.design import Study


@pytest.fixture(scope="module")
def tables(study):
    return {table.name: table for table in build_tables(study)}


def row(table, label):
    return next(r for r in table.rows if r.label == label)


@pytest.mark.parametrize("theme", THEMES.values(), ids=str)
def test_every_row_fills_its_columns(study, theme):
    for table in build_tables(study, theme):
        assert table.rows
        for line in table.rows:
            assert len(line.cells) in (0, len(table.columns) - 1)


def test_tables_are_numbered_as_they_are_read(study):
    tables = build_tables(study)
    assert [t.number for t in tables] == list(range(1, len(tables) + 1))
    assert [t.name for t in tables] == [
        "baseline", "outcomes", "survival", "biology", "complications", "comparisons",
    ]  # fmt: skip


def test_a_median_is_that_of_the_results(study, tables):
    line = row(tables["baseline"], "Lactate")
    for cell, arm in zip(line.cells, ("", *study.design.arms), strict=False):
        told = [
            number.fixed(
                study.results.find("baseline", "lactate", s, point="pre", arm=arm).value, 1
            )
            for s in ("median", "q1", "q3")
        ]
        assert cell.text == f"{told[0]} [{told[1]}, {told[2]}]"


def test_a_count_is_that_of_the_results(study, tables):
    line = row(tables["baseline"], "Myocarditis")
    arm = study.design.arms[0]
    found = study.results.find("baseline", "indication", "count", level="myocarditis", arm=arm)
    share = number.percent(found.value / found.denominator)
    assert line.cells[1].text == f"{found.value:.0f} ({share}%)"


def test_missing_values_are_counted_beside_each_variable(study, tables):
    line = row(tables["baseline"], "Diabetes")
    assert tables["baseline"].columns[-1].title == "Missing"
    found = study.results.find("baseline", "diabetes", "missing")
    assert line.cells[-1].text == f"{found.value:.0f}"


def test_a_star_stands_exactly_where_the_corrected_p_is_low(study, tables):
    arms, seen = study.design.arms, 0
    lines = iter(tables["biology"].rows)
    for item in study.design.biology:
        next(lines)
        for point in item.points:
            cells = next(lines).cells
            for arm, cell in zip(arms, cells, strict=False):
                found = study.results.find(
                    "biology", item.name, "p", point=point, arm=arm, versus=arms[0]
                )
                low = found is not None and found.value < 0.05
                assert (cell.mark == "*") == low
                if low:
                    seen += 1
                    assert cell.note.endswith(themes.p_text(DEFAULT, found.value))
    assert seen


def test_journals_print_the_corrected_p_in_columns_and_no_star(study):
    tables = {table.name: table for table in build_tables(study, JAMA)}
    biology = tables["biology"]
    assert biology.spanners[-1] == ("Adjusted P vs ECLS", 3)
    assert not any(cell.mark for line in biology.rows for cell in line.cells)
    found = study.results.find(
        "biology", "lactate", "p", point="48h", arm="Impella 5.0", versus="ECLS"
    )
    start = next(i for i, r in enumerate(biology.rows) if r.label == "Lactate")
    assert biology.rows[start + 3].cells[-3].text == themes.p_cell(JAMA, found.value)
    assert [c.title for c in tables["baseline"].columns][-2:] == ["SMD", "Missing"]


def test_every_test_used_is_a_footnote_in_order_of_appearance(study, tables):
    names = [note.text for note in tables["baseline"].footnotes]
    used = dict.fromkeys(
        study.results.find("baseline", item.name, "p", point=point).method
        for item in study.design.baseline
        for point in item.points
    )
    assert names[: len(used)] == list(used)
    letters = {letter for line in tables["baseline"].rows for c in line.cells for letter in c.refs}
    assert letters == {note.letter for note in tables["baseline"].footnotes[: len(used)]}


def test_what_is_not_in_the_results_is_a_dash(study):
    kept = tuple(r for r in study.results if (r.variable, r.statistic) != ("lactate", "median"))
    table = build_tables(Study(study.design, Results(kept)))[0]
    assert row(table, "Lactate").cells[0].text.startswith(DASH)


def test_a_warning_travels_as_a_footnote(study):
    rows = tuple(
        replace(r, warning="Few events.") if (r.variable, r.statistic) == ("stroke", "p") else r
        for r in study.results
    )
    table = next(t for t in build_tables(Study(study.design, Results(rows))) if
                 t.name == "complications")  # fmt: skip
    letter = next(note.letter for note in table.footnotes if note.text == "Few events.")
    assert letter in row(table, "Stroke").cells[5].refs


def test_a_category_nobody_had_is_not_shown(study, tables):
    item = replace(study.design.baseline[6], levels=("female", "male", "unknown"),
                   level_labels=("Female", "Male", "Unknown"))  # fmt: skip
    nobody = tuple(
        Statistic("baseline", "sex", "count", 0.0, level="unknown", arm=arm)
        for arm in ("", *study.design.arms)
    )
    design = replace(study.design, baseline=(item,))
    table = build_tables(Study(design, Results((*study.results, *nobody))))[0]
    assert [line.label for line in table.rows] == ["Sex", "Female", "Male"]


def test_two_arms_are_compared_by_the_only_p(study):
    design = replace(study.design, arms=("ECLS", "Impella 5.0"), arm_rules=())
    table = {t.name: t for t in build_tables(Study(design, study.results))}
    assert "comparisons" not in table
    assert len(table["biology"].columns) == 4
    starred = [c for line in table["biology"].rows for c in line.cells if c.mark]
    assert starred
    cells = [c for view in table.values() for line in view.rows for c in line.cells]
    assert not [cell for cell in cells if cell.mark and not cell.text]
    noted = [
        cell.note
        for name in ("baseline", "biology", "complications")
        for line in table[name].rows
        for cell in line.cells
    ]
    assert not [note for note in noted if "p=" in note or "p<" in note]


def test_with_a_landmark_times_are_told_from_it(study):
    table = {t.name: t for t in build_tables(study)}["survival"]
    assert table.columns[4].title == "Free of the event at 30 days"
    assert "landmark" not in table.note
    design = replace(study.design, landmark_days=3.0)
    table = {t.name: t for t in build_tables(Study(design, study.results))}["survival"]
    assert table.columns[4].title == "Free of the event at 30 days after the landmark"
    assert "Times are counted from the landmark, day 3 after time zero." in table.note


def test_the_reference_arm_has_no_effect(tables):
    assert [c.text for c in tables["outcomes"].rows[1].cells][2:] == ["reference", *[DASH] * 3]


@pytest.mark.parametrize(
    ("point", "label"),
    [("pre", "before support"), ("24h", "24 h"), ("day7", "day 7"), ("wean", "at weaning"),
     ("peak", "peak")],
)  # fmt: skip
def test_time_points_are_said_in_words(point, label):
    assert point_label(point) == label


def test_complications_without_an_answer_have_a_line_of_their_own(study):
    """The fixture's counts, with 3 of the first arm not recorded, and 2 of them assumed."""
    arm = study.design.arms[0]
    asked = ("complications", "stroke", "unknown")
    kept = [r for r in study.results if (r.section, r.variable, r.statistic) != asked]
    more = [
        Statistic("complications", "stroke", name, value, arm=of)
        for name, value, of in (
            ("unknown", 3.0, arm), ("unknown", 3.0, ""), ("assumed_no", 2.0, arm),
        )
    ]  # fmt: skip
    tables = build_tables(Study(study.design, Results((*kept, *more))))
    table = next(t for t in tables if t.name == "complications")
    labels = [line.label for line in table.rows]
    place = labels.index("Stroke")
    assert labels[place + 1 : place + 3] == ["not recorded", "not recorded, taken as no"]
    assert [cell.text for cell in table.rows[place + 1].cells[:3]] == ["3", "3", DASH]
    assert table.rows[place + 2].cells[1].text == "2"
    assert labels.count("not recorded") == 1


@pytest.mark.parametrize(
    ("theme", "said"),
    [
        (DEFAULT, ("31 (23%)", "16, 31%")),
        (JAMA, ("31 (22.6)", "15.9 to 30.6")),
    ],
)
def test_the_limits_of_a_percentage_are_written_as_it_is(study, theme, said):
    """R: binom.test(31, 137)$conf.int, 0.159218457 to 0.305543133."""
    row = {"section": "complications", "variable": "stroke", "arm": "", "n": 137}
    values = {"count": 31.0, "proportion": 31 / 137, "ci_low": 0.159218457, "ci_high": 0.305543133}
    kept = [
        r for r in study.results
        if (r.section, r.variable, r.arm) != ("complications", "stroke", "")
    ]  # fmt: skip
    more = [Statistic(statistic=k, value=v, denominator=137, **row) for k, v in values.items()]
    tables = build_tables(Study(study.design, Results((*kept, *more))), theme)
    table = next(t for t in tables if t.name == "complications")
    line = next(r for r in table.rows if r.label == "Stroke")
    assert line.cells[0].text == said[0]
    assert line.cells[0].note == said[1]


def test_prose_and_table_write_a_rate_of_nothing_alike(study):
    """No event: 0 per 1,000 device-days, with 0 as its lower limit, in both."""
    about = ("complications", "stroke", "")
    zero = {"rate": 0.0, "rate_low": 0.0}
    rows = [
        replace(r, value=zero[r.statistic])
        if (r.section, r.variable, r.arm) == about and r.statistic in zero else r
        for r in study.results
    ]  # fmt: skip
    shown = Study(study.design, Results(tuple(rows)))
    table = next(t for t in build_tables(shown) if t.name == "complications")
    place = [r.label for r in table.rows].index("Stroke")
    line = next(r for r in table.rows[place:] if r.label == "per 1,000 device-days")
    assert line.cells[0].text == "0"
    said = f"(0 per 1,000 device-days, 95% CI {line.cells[0].note})"
    assert said in findings(shown).complications


def test_arms_are_headed_with_n_whatever_counts_are_called(study):
    for theme in THEMES.values():
        table = next(t for t in build_tables(study, theme) if t.name == "baseline")
        assert all(c.second.startswith("n = ") for c in table.columns[1:6])

from afterload.report import theme as themes
from afterload.report.theme import DEFAULT, JAMA, LANCET, NEJM


def test_each_journal_writes_p_its_way():
    assert [themes.p_text(t, 0.0004) for t in (DEFAULT, JAMA, NEJM, LANCET)] == [
        "p<0.001", "P<.001", "P<0.001", "p=0·0004",
    ]  # fmt: skip
    assert [themes.p_text(t, 0.25) for t in (DEFAULT, JAMA, NEJM, LANCET)] == [
        "p=0.3", "P=.25", "P=0.25", "p=0·25",
    ]  # fmt: skip


def test_each_journal_writes_quartiles_its_way():
    shown = [themes.quartiles(t, "1", "2") for t in (DEFAULT, JAMA, NEJM, LANCET)]
    assert shown == ["[1, 2]", "(1–2)", "(1–2)", "(1–2)"]
    assert themes.quartiles(JAMA, "−1", "2") == "(−1 to 2)"


def test_each_journal_writes_percentages_its_way():
    assert themes.percentage(DEFAULT, 0.0512, 140) == "5.1%"
    assert themes.percentage(JAMA, 0.3456, 140) == "34.6"
    assert themes.percentage(NEJM, 0.3456, 140) == "35"


def test_stars_are_a_choice_of_the_default_theme_alone():
    assert [t.show_marks for t in (DEFAULT, JAMA, NEJM, LANCET)] == [True, False, False, False]

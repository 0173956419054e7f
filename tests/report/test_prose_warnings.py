"""What is not known is told beside what is, with the ends between which the truth must lie."""

import math
from dataclasses import replace

import numpy as np
import pytest

from afterload.report import prose, prose_results
from afterload.report.disclosure import disclose_study
from afterload.report.prose_warnings import warnings
from afterload.report.study_report_document import document
from afterload.report.tables import build_tables
from afterload.report.theme import DEFAULT
from afterload.study import Groups, baseline, collect, outcomes, survival
from afterload.study.ard import Statistic
from afterload.study.design import Design, Item, Outcome, Study

DEATH = Outcome("d30", "Death 30 d", "binary", 30.0, event="death_dt")
CURVE = Outcome("surv", "Death", "time-to-event", 30.0, curve="Survival", event="death_dt")
NAN = math.nan


def make(values, arms=("A", "B"), days=None):
    """A study of one yes/no outcome: per arm whether each episode had it, NaN if not known."""
    index = np.repeat(range(len(arms)), [len(one) for one in values])
    flat = np.concatenate([np.array(one, dtype=float) for one in values])
    groups = Groups(arms, arms[0], index)
    flow = [
        Statistic("flow", "arm", "count", float(len(one)), arm=arm)
        for arm, one in zip(arms, values, strict=True)
    ]
    chosen = (DEATH,) if days is None else (DEATH, CURVE)
    times = [] if days is None else survival(CURVE, days, np.nan_to_num(flat), groups)
    results = collect(flow, outcomes(chosen, {"d30": flat}, groups), times)
    return Study(Design("t", arms, arms[0], outcomes=chosen), results)


ONLY_DEAD = [[1] * 8 + [NAN] * 12, [1] * 8 + [NAN] * 12]


def everything(study):
    built = document(study, DEFAULT, png=False)
    cells = [c.plain for t in build_tables(study) for row in t.rows for c in row.cells]
    texts = [p for chapter in built.chapters for p in chapter.paragraphs]
    return [*built.key, *built.warnings, *(arm.outcome for arm in built.arms), *texts, *cells]


def test_where_only_the_dead_are_known_no_risk_is_told():
    """8 of 20 died, 12 were discharged alive before day 30: not 8/8 (100%)."""
    study = make(ONLY_DEAD)
    assert not any("100%)" in text or "8/8" in text for text in everything(study))
    told = {r.statistic for r in study.results.section("outcomes") if r.value is not None}
    assert told == {"count", "unknown"}
    assert prose_results.first_outcome(study, DEFAULT, "A") == "Death 30 d: 8, 12 unknown"
    assert prose_results.findings(study).outcomes == (
        "Death 30 d: 8 with A (12 unknown); 8 with B (12 unknown).",
    )


def test_the_ends_of_the_risk_are_told_before_reading_on_and_as_a_limitation():
    """8 and 8 + 12 of 20: 40% and 100%. 5 and 5 + 2 of 20: 25% and 35%."""
    study = make([ONLY_DEAD[0], [1] * 5 + [0] * 13 + [NAN] * 2])
    (text,) = warnings(study)
    assert "not known for 12 of 20 with A and 2 of 20 with B" in text
    assert "would be 40% to 100% with A and 25% to 35% with B" in text
    assert text in document(study, DEFAULT, png=False).warnings
    assert text in prose.cautions(study).paragraphs
    assert "5/18 (28%) with B (2 unknown)" in prose_results.findings(study).outcomes[0]


def test_the_curve_that_uses_the_unknown_is_pointed_at():
    days = np.array([5.0] * 8 + [12.0] * 12 + [5.0] * 8 + [12.0] * 12)
    (text,) = warnings(make(ONLY_DEAD, days=days))
    assert "Kaplan–Meier" in text
    assert "Kaplan–Meier" not in warnings(make(ONLY_DEAD))[0]


def test_nobody_known_is_a_dash():
    study = make([[NAN] * 6, [0] * 3 + [1] * 3])
    table = next(t for t in build_tables(study) if t.name == "outcomes")
    row = next(r for r in table.rows if r.label == "A")
    assert (row.cells[0].text, row.cells[0].note) == ("—", "6 unknown")


def test_where_all_is_known_nothing_is_warned_of():
    assert warnings(make([[1] * 8, [1] * 4 + [0] * 9])) == ()


def test_small_and_empty_arms_are_told_and_not_their_size_where_it_is_withheld():
    study = make([[0] * 9 + [1] * 9, [1], []], arms=("A", "B", "C"))
    told = warnings(study)
    assert "The arm B has 1 episode: tests" in told[0]
    assert told[1] == "The arm C has no episode: nothing can be told of it."
    hidden = warnings(disclose_study(study, 3))
    assert "The arm B has <3 episodes: tests" in hidden[0]


def test_withheld_unknowns_are_withheld_in_the_warning():
    study = make([[1] * 8 + [0] * 10 + [NAN] * 2, [1] * 8 + [0] * 12])
    (text,) = warnings(disclose_study(study, 5))
    assert "not known for <5 of 20 with A" in text
    assert "would be" not in text


@pytest.mark.parametrize(
    ("second", "said"),
    [
        ([5.0, 6, 7, 8, 9], "at any time point."),
        ([NAN] * 5, "where it could be tested (1 of 2 comparisons)."),
    ],
)
def test_what_was_not_tested_is_not_said_not_to_differ(second, said):
    from afterload.core.column import Column
    from afterload.core.variable import Variable

    groups = Groups(("A", "B"), "A", np.array([0] * 5 + [1] * 5))
    lactate = Variable("lactate", "Lactate", unit="mmol/L")
    item = Item("lactate", "Lactate", points=("pre", "24h"))
    first = np.array([1.0, 2, 3, 4, 5] * 2)
    columns = [
        Column(lactate, first, point="pre"),
        Column(lactate, np.array([5.0, 6, 7, 8, 9, *second]), point="24h"),
    ]
    design = Design("t", ("A", "B"), "A", biology=(item,))
    study = Study(design, collect(baseline(columns, [item], groups, section="biology")))
    assert prose_results.findings(study).biology == (
        f"No arm was found to differ from A in biology {said}"
    )
    none = Study(replace(design, biology=(item,)), collect([]))
    assert "could not be compared with A" in prose_results.findings(none).biology


def test_a_warning_of_a_number_says_what_it_is_of():
    study = make([[0] * 8, [1] * 8])
    row = Statistic("outcomes", "d30", "p", None, warning="Not tested: all have the same value.")
    told = prose.cautions(Study(study.design, collect(study.results, [row]))).paragraphs
    assert "Death 30 d: not tested: all have the same value." in told

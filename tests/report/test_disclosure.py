"""No withheld count can be worked out, by a reader who knows all sums and the rule itself."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from afterload.core.errors import InputError
from afterload.report.disclosure import disclose, disclose_study
from afterload.report.disclosure_cells import Reader
from afterload.study.ard import Results, Statistic
from afterload.study.design import Study

COUNTS = {"count", "n", "missing", "unknown", "events", "excluded", "remaining"}


def make_results(tables, lost):
    """One categorical variable: `tables[a][l]` counts, `lost[a]` without a value."""
    arms = [f"arm {a}" for a in range(len(tables))]
    rows = [
        Statistic("flow", "arm", "count", float(sum(t) + m), arm=arm)
        for arm, t, m in zip(arms, tables, lost, strict=True)
    ]
    whole = [sum(level) for level in zip(*tables, strict=True)]
    for arm, t, m in zip(["", *arms], [whole, *tables], [sum(lost), *lost], strict=True):
        n = sum(t)
        rows.append(Statistic("baseline", "v", "n", float(n), arm=arm, n=n))
        rows.append(Statistic("baseline", "v", "missing", float(m), arm=arm, n=n))
        for level, count in enumerate(t):
            key = {"level": str(level), "arm": arm, "n": n, "denominator": n}
            rows.append(Statistic("baseline", "v", "count", float(count), **key))
            share = count / n if n else None
            rows.append(Statistic("baseline", "v", "proportion", share, **key))
    rows.append(Statistic("baseline", "v", "p", 0.2, n=sum(whole)))
    return Results(tuple(rows))


def attack(tables, lost, told, threshold):
    """For each small count that was withheld, the range a reader can narrow it to.

    The reader knows how large the arms are, what the marks mean and how the counts add up.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    arms, levels = len(tables), len(tables[0])
    names = [(a, x) for a in range(arms + 1) for x in [*range(levels), "n", "missing"]]
    place = {name: i for i, name in enumerate(names)}
    whole = [sum(level) for level in zip(*tables, strict=True)]
    truth = {}
    for a, (t, m) in enumerate(zip([*tables, whole], [*lost, sum(lost)], strict=True)):
        truth |= {(a, x): c for x, c in enumerate(t)} | {(a, "n"): sum(t), (a, "missing"): m}
    width = len(names)
    low, high = np.zeros(width), np.full(width, 10_000.0)
    lines, left, right = [], [], []

    def constrain(terms, least, most):
        line = np.zeros(width)
        for name, factor in terms:
            line[name] += factor
        lines.append(line)
        left.append(least)
        right.append(most)

    hidden = []
    for (a, x), i in place.items():
        arm = f"arm {a}" if a < arms else ""
        statistic, level = ("count", str(x)) if isinstance(x, int) else (x, "")
        row = told.find("baseline", "v", statistic, level=level, arm=arm)
        if row.value is not None:
            low[i] = high[i] = row.value
        elif row.warning == f"suppressed (< {threshold})":
            low[i], high[i] = 1, threshold - 1
            hidden.append((a, x))
        else:  # "[c]" is no 0, for 0 is told, and small only where "<5" would tell counts
            low[i] = threshold - 1
            if truth[(a, x)] < threshold:
                hidden.append((a, x))
        known = {row.n, row.denominator} - {None}
        if x == "n" or isinstance(x, int):
            for n in known:
                j = place[(a, "n")]
                low[j], high[j] = max(low[j], n), min(high[j], n)
    for a in range(arms + 1):
        size = sum(tables[a]) + lost[a] if a < arms else sum(whole) + sum(lost)
        parts = [(place[(a, x)], 1) for x in range(levels)]
        constrain([*parts, (place[(a, "n")], -1)], 0, 0)
        constrain([(place[(a, "n")], 1), (place[(a, "missing")], 1)], size, size)
    for x in [*range(levels), "n", "missing"]:
        terms = [(place[(a, x)], 1) for a in range(arms)]
        constrain([*terms, (place[(arms, x)], -1)], 0, 0)
    ties = LinearConstraint(np.array(lines), left, right)
    ranges = {}
    for name in hidden:
        ends = []
        for sign in (1, -1):
            goal = np.zeros(width)
            goal[place[name]] = sign
            best = milp(
                goal, integrality=np.ones(width), bounds=Bounds(low, high), constraints=ties
            )
            ends.append(round(sign * best.fun))
        ranges[name] = (ends[0], ends[1], truth[name])
    return ranges


counts = st.one_of(st.integers(0, 2), st.integers(0, 14))
cohorts = st.integers(2, 4).flatmap(
    lambda arms: st.integers(2, 4).flatmap(
        lambda levels: st.tuples(
            st.lists(
                st.lists(counts, min_size=levels, max_size=levels), min_size=arms, max_size=arms
            ),
            st.lists(st.one_of(st.integers(0, 6), st.just(15)), min_size=arms, max_size=arms),
        )
    )
)


def large_enough(tables, lost):
    """The cohort with arms of at least 15: a small one is withheld as a whole; see below."""
    for t, m in zip(tables, lost, strict=True):
        t[-1] += max(0, 15 - sum(t) - m)
    return tables, lost


def check_attack(cohort, threshold):
    tables, lost = large_enough(*cohort)
    told = disclose(make_results(tables, lost), threshold)
    for least, most, truth in attack(tables, lost, told, threshold).values():
        assert least <= truth <= most
        assert least < most


# the same cohorts each time; for a longer search give more examples and derandomize=False
@settings(max_examples=25, deadline=None, derandomize=True)
@given(cohorts)
@example(([[1, 0, 0, 14], [1, 0, 0, 10], [1, 0, 0, 14], [1, 0, 0, 8]], [0, 4, 0, 6]))
@example(([[1, 1], [1, 1]], [15, 15]))  # 4 with a value, in all; no row or column alone tells
def test_a_reader_can_never_work_out_a_withheld_count(cohort):
    check_attack(cohort, 5)


@pytest.mark.parametrize("threshold", [2, 3, 4, 7, 10])
def test_nor_at_other_thresholds(threshold):
    check_attack(([[1, 0, 14], [1, 2, 10], [1, 6, 30]], [0, 4, 9]), threshold)
    check_attack(([[1, 2, 1, 30], [1, 1, 2, 25]], [0, 1]), threshold)
    check_attack(([[9, 40], [1, 40]], [0, 0]), threshold)


def table_as_told(tables):
    told = disclose(make_results(tables, [0] * len(tables)), 5)
    return [(r.statistic, r.level, r.arm, r.value, r.n, r.warning) for r in told]


def test_a_total_just_small_reads_as_one_just_not():
    """Four arms below 5 and in all below 5 are 1 each; a mark for a total of 4 alone says so."""
    rest = [[1, 20], [1, 30], [1, 25]]
    four = table_as_told([[1, 40], *rest])
    five = table_as_told([[2, 39], *rest])
    assert four == five
    marks = {(statistic, level, arm): (value, why) for statistic, level, arm, value, _, why in four}
    assert marks["count", "0", "arm 0"] == (None, "suppressed (< 5)")
    assert marks["count", "0", ""] == (None, "suppressed: it would tell a small count")
    assert marks["n", "", ""] == (119.0, "")


def test_events_do_not_tell_how_many_had_them():
    """Of 14 in arms a and z, 10 events in z would leave at least 4 in a, where it is at most 4."""
    arms = {"": (23, 24, 120), "a": (4, 4, 40), "c": (9, 10, 40), "z": (10, 10, 40)}
    rows = [Statistic("flow", "arm", "count", 40.0, arm=arm) for arm in "acz"]
    for arm, (had, events, n) in arms.items():
        key = {"arm": arm, "n": n, "denominator": n}
        rows.append(Statistic("complications", "x", "count", float(had), **key))
        rows.append(Statistic("complications", "x", "events", float(events), arm=arm))
    told = disclose(Results(tuple(rows)), 5)
    had, events = (
        {arm: told.find("complications", "x", name, arm=arm).value for arm in arms}
        for name in ("count", "events")
    )
    assert (had["a"], events["a"], had[""]) == (None, None, 23)
    most = [events[arm] or 40 if had[arm] is None else had[arm] for arm in "cz"]
    assert had[""] - sum(most) < 4


def test_where_the_search_for_other_values_fails_everything_is_withheld(monkeypatch):
    monkeypatch.setattr(Reader, "_extreme", lambda *_: None)
    told = disclose(make_results([[2, 30, 0], [9, 20, 3]], [0, 7]), 5)
    rows = [r for r in told if r.statistic in COUNTS | {"proportion", "p"}]
    assert len(rows) == 27
    for row in rows:
        assert row.value in (None, 0)
        assert "<" not in row.warning


def test_no_more_is_withheld_than_guards_a_count():
    told = disclose(make_results([[2, 30], [4, 30], [16, 30], [5, 30]], [0, 0, 0, 0]), 5)
    counts = {(r.level, r.arm): r.value for r in told if r.statistic == "count" and r.level}
    assert sorted(key for key, value in counts.items() if value is None) == [
        ("0", "arm 0"), ("0", "arm 1"), ("1", "arm 0"), ("1", "arm 1"),
    ]  # fmt: skip


def test_the_attack_finds_a_count_that_is_only_blanked():
    results = make_results([[3, 20], [10, 20]], [0, 0])
    rows = [
        Statistic("baseline", "v", "count", None, level="0", arm="arm 0",
                  warning="suppressed (< 5)")
        if (r.statistic, r.level, r.arm) == ("count", "0", "arm 0") else r
        for r in results
    ]  # fmt: skip
    assert attack([[3, 20], [10, 20]], [0, 0], Results(tuple(rows)), 5) == {(0, 0): (3, 3, 3)}


@pytest.fixture(scope="module")
def told(study):
    return disclose(study.results, 5)


def test_no_small_count_is_left(told):
    for row in told:
        if row.statistic in COUNTS | {"at_risk", "censored", "events_total"}:
            assert row.value is None or row.value == 0 or row.value >= 5
        assert row.n is None or row.n == 0 or row.n >= 5


def test_smallest_and_largest_values_are_one_patients(told):
    assert not any(row.statistic in {"min", "max"} for row in told)


def test_what_follows_from_a_withheld_count_goes_with_it(told):
    for row in told.section("complications"):
        if row.statistic in {"proportion", "ci_low", "ci_high"}:
            count = told.find("complications", row.variable, "count", arm=row.arm)
            assert (row.value is None) or count.value is not None
    stroke = told.find("complications", "stroke", "p")
    assert stroke.value is None
    assert stroke.warning.startswith("suppressed")


def test_almost_everybody_is_as_telling_as_almost_nobody():
    rows = [
        Statistic("flow", "arm", "count", 30.0, arm="a"),
        Statistic("flow", "arm", "count", 30.0, arm="b"),
    ]
    for arm, count, n in (("", 37, 60), ("a", 28, 30), ("b", 9, 30)):
        key = {"arm": arm, "n": n, "denominator": n}
        rows.append(Statistic("complications", "x", "count", float(count), **key))
        rows.append(Statistic("complications", "x", "proportion", count / n, **key))
    told = disclose(Results(tuple(rows)), 5)
    assert told.find("complications", "x", "count", arm="a").value is None
    assert told.find("complications", "x", "proportion", arm="a").value is None


def test_a_small_exclusion_cannot_be_taken_from_those_left():
    flow = [
        ("start", "count", 100), ("rule:1", "excluded", 3), ("rule:1", "unknown", 0),
        ("rule:1", "remaining", 97), ("rule:2", "excluded", 17), ("rule:2", "unknown", 0),
        ("rule:2", "remaining", 80), ("arm:none", "count", 0),
    ]  # fmt: skip
    rows = [Statistic("flow", v, s, float(x), n=100, text="rule") for v, s, x in flow]
    rows += [Statistic("flow", "arm", "count", 40.0, arm=arm) for arm in "ab"]
    told = disclose(Results(tuple(rows)), 5)
    excluded = told.find("flow", "rule:1", "excluded")
    assert (excluded.warning, excluded.text) == ("suppressed (< 5)", "rule")
    assert told.find("flow", "rule:1", "remaining").value is None
    assert told.find("flow", "rule:2", "excluded").value is None
    assert told.find("flow", "arm", "count", arm="a").value == 40
    assert told.find("flow", "start", "count").value == 100
    assert not any(row.n for row in told)


def test_a_small_arm_is_told_of_nothing():
    told = disclose(make_results([[2, 1], [20, 30], [10, 20]], [0, 0, 0]), 5)
    for row in told:
        if row.arm == "arm 0":
            assert row.value in (None, 0)
            assert row.n is None


def test_a_curve_steps_only_where_enough_patients_died(study, told):
    for arm in study.design.arms:
        events = [r.value for r in told.curve("death_30d", "events", arm) if r.value is not None]
        assert events == sorted(events)
        assert all(b - a == 0 or b - a >= 5 for a, b in itertools.pairwise(events))
        curve = told.curve("death_30d", "survival", arm)
        grid = study.results.curve("death_30d", "at_risk", arm)
        assert {point.at for point in curve} <= {point.at for point in grid}
        full = study.results.curve("death_30d", "survival", arm)
        for point in curve:
            exact = [p for p in full if p.at <= point.at][-1].value
            assert point.value == pytest.approx(exact, abs=0.00501)
            assert point.n is None


def test_a_few_without_a_time_silence_the_curve_of_their_arm(study):
    lost = Statistic("survival", "death_30d", "missing", 2.0, arm="ECLS")
    told = disclose(Results((*study.results, lost)), 5)
    assert told.curve("death_30d", "survival", "ECLS") == []
    assert told.curve("death_30d", "survival", "Impella 5.0")
    for row in told.section("survival"):
        assert row.arm != "ECLS" or row.value is None


def test_a_warning_does_not_name_the_day_a_patient_was_last_seen(study):
    warning = "Follow-up in the arm ECLS ends before day 30: day 23.5."
    row = Statistic(
        "survival", "death_30d", "survival_at", None, arm="ECLS", at=30.0, warning=warning
    )
    rows = [r for r in study.results if (r.statistic, r.arm) != ("survival_at", "ECLS")]
    told = disclose(Results((*rows, row)), 5).curve("death_30d", "survival_at", "ECLS")[0]
    assert told.warning == "Follow-up in the arm ECLS ends before day 30."


def test_numbers_that_tell_no_count_are_kept(study, told):
    for section, variable, point in (("biology", "lactate", "48h"), ("baseline", "age_years", "")):
        for name in ("p", "median"):
            arm = "ECLS" if name == "median" else ""
            before = study.results.find(section, variable, name, point=point, arm=arm)
            after = told.find(section, variable, name, point=point, arm=arm)
            figures = 0.501 * 10 ** (math.floor(math.log10(before.value)) - 1)
            assert after.value == pytest.approx(before.value, abs=figures)
    assert told.find("survival", "death_30d", "p").value is not None


def test_the_threshold_is_told_and_must_mean_something(study, told):
    assert told.find("meta", "disclosure", "text").text == "5"
    with pytest.raises(InputError, match="2 or more"):
        disclose(study.results, 1)


def _small_arm_results() -> Results:
    """Arms of 20 and 1; one patient of the small arm bled, and has the only lactate of the arm."""
    from afterload.core.column import Column
    from afterload.core.variable import Variable
    from afterload.study import Groups, baseline, collect, complications
    from afterload.study.design import Item

    groups = Groups(("a", "b"), "a", np.array([0] * 20 + [1]))
    lactate = Column(Variable("lactate", "Lactate"), np.array([*range(1, 21), 4.0]))
    bled = np.array([1.0] * 8 + [0.0] * 12 + [1.0])
    flow = [
        Statistic("flow", "start", "count", 21.0, n=21),
        Statistic("flow", "arm", "count", 20.0, arm="a", n=21, denominator=21),
        Statistic("flow", "arm", "count", 1.0, arm="b", n=21, denominator=21),
    ]
    return collect(
        flow,
        baseline([lactate], [Item("lactate", "Lactate", summary="mean")], groups),
        complications(
            [Item("bleeding", "Bleeding", kind="category", levels=("no", "yes"))],
            {"bleeding": bled}, np.array([5.0] * 20 + [17.0]), groups,
        ),
    )  # fmt: skip


def test_device_days_of_one_patient_are_told_nowhere() -> None:
    told = disclose(_small_arm_results(), 5)
    for arm in ("b", ""):
        for statistic in ("device_days", "rate", "rate_low", "rate_high"):
            found = told.find("complications", "bleeding", statistic, arm=arm)
            assert found is None or found.value is None, (arm, statistic)
    large = told.find("complications", "bleeding", "device_days", arm="a")
    assert large is not None
    assert large.value == 100


def test_the_reason_for_no_test_tells_no_count() -> None:
    whole = _small_arm_results()
    assert any("fewer than 2 values" in row.warning for row in whole)
    assert not any("fewer than" in row.warning for row in disclose(whole, 5))


def _unanswered_results(assumed: bool) -> Results:
    """Arms of 20; in a, two of unequal device-days have no answer (or an assumed one)."""
    from afterload.study import Groups, collect, complications
    from afterload.study.design import Item

    groups = Groups(("a", "b"), "a", np.array([0] * 20 + [1] * 20))
    flow = [Statistic("flow", "arm", "count", 20.0, arm=arm, n=40, denominator=40) for arm in "ab"]
    untold = np.zeros(40, dtype=bool)
    untold[:2] = True
    bled = np.array([0.0] * 2 + [1.0] * 8 + [0.0] * 22 + [1.0] * 8)
    days = np.array([31.0, 17.0] + [5.0] * 38)
    items = [Item(name, name, kind="category", levels=("no", "yes")) for name in ("x", "y")]
    told = {"x": bled if assumed else np.where(untold, np.nan, bled), "y": bled}
    return collect(
        flow,
        complications(items, told, days, groups, assumed={"x": untold} if assumed else None),
    )


def test_the_device_days_of_two_without_an_answer_are_told_nowhere() -> None:
    told = disclose(_unanswered_results(assumed=False), 5)
    for arm in ("a", ""):
        for statistic in ("unknown", "device_days", "rate", "rate_low", "rate_high"):
            found = told.find("complications", "x", statistic, arm=arm)
            assert found is not None
            assert found.value is None, (arm, statistic)
    whole = told.find("complications", "y", "device_days", arm="a")
    assert whole is not None
    assert whole.value == 31 + 17 + 18 * 5


def test_few_assumed_answers_are_withheld() -> None:
    told = disclose(_unanswered_results(assumed=True), 5)
    row = told.find("complications", "x", "assumed_no", arm="a")
    assert row is not None
    assert (row.value, row.warning) == (None, "suppressed (< 5)")
    nobody = told.find("complications", "x", "assumed_no", arm="b")
    assert nobody is not None
    assert nobody.value == 0


def test_a_count_in_a_warning_of_the_design_is_withheld(study):
    text = "Of {} of all episodes no device is recorded; times count from day 30."
    design = replace(study.design, warnings=(text.format("1,203"), text.format("3")))
    meta = Statistic("meta", "warning", "text", None, text=text.format(3), warning=text.format(3))
    told = disclose_study(Study(design, Results((*study.results, meta))), 5)
    assert told.design.warnings == (text.format("[c]"),) * 2
    assert told.results.rows[-2].text == text.format("[c]")


def test_those_assumed_free_do_not_tell_the_few_who_are_known_to_be() -> None:
    """Of 20, 8 had it and 9 are assumed not to have: 3 are known not to have had it."""
    rows = [Statistic("flow", "arm", "count", 20.0, arm=arm) for arm in "ab"]
    for arm, taken in (("a", 9.0), ("b", 6.0)):
        key = {"arm": arm, "n": 20, "denominator": 20}
        rows.append(Statistic("outcomes", "d", "count", 8.0, **key))
        rows.append(Statistic("outcomes", "d", "unknown", 0.0, arm=arm))
        rows.append(Statistic("outcomes", "d", "assumed_no", taken, arm=arm))
    told = disclose(Results(tuple(rows)), 5)
    seen = [told.find("outcomes", "d", s, arm="a").value for s in ("count", "assumed_no")]
    assert None in seen
    assert told.find("outcomes", "d", "assumed_no", arm="b").value == 6


def test_events_during_support_and_all_do_not_tell_the_few_later_ones() -> None:
    arms = {"": (20, 20, 23), "a": (9, 9, 12), "b": (11, 11, 11)}
    rows = [Statistic("flow", "arm", "count", 40.0, arm=arm) for arm in "ab"]
    for arm, (had, support, every) in arms.items():
        key = {"arm": arm, "n": 80 if not arm else 40, "denominator": 80 if not arm else 40}
        rows.append(Statistic("complications", "x", "count", float(had), **key))
        rows.append(Statistic("complications", "x", "events", float(support), arm=arm))
        rows.append(Statistic("complications", "x", "events_all", float(every), arm=arm))
    told = disclose(Results(tuple(rows)), 5)
    for arm in ("a", ""):
        pair = [told.find("complications", "x", s, arm=arm).value for s in ("events", "events_all")]
        assert None in pair


def test_all_events_of_nearly_all_patients_are_withheld_with_them() -> None:
    """27 of 30 bled, once each: 27 events would tell that 3 did not."""
    rows = [Statistic("flow", "arm", "count", 30.0, arm=arm) for arm in "ab"]
    for arm, had in (("a", 27.0), ("b", 12.0)):
        key = {"arm": arm, "n": 30, "denominator": 30}
        rows.append(Statistic("complications", "x", "count", had, **key))
        rows.append(Statistic("complications", "x", "events", had, arm=arm))
        rows.append(Statistic("complications", "x", "rate", had * 10, arm=arm))
    told = disclose(Results(tuple(rows)), 5)
    for statistic in ("count", "events", "rate"):
        assert told.find("complications", "x", statistic, arm="a").value is None, statistic
    assert told.find("complications", "x", "rate", arm="b").value == 120


def test_beside_a_small_arm_the_large_one_is_told() -> None:
    """40 and 3: all 43 are told nowhere, and the 40 and their 12 dead are."""
    rows = [Statistic("flow", "start", "count", 43.0), Statistic("flow", "arm:none", "count", 0.0)]
    rows += [Statistic("flow", "rule:1", s, v) for s, v in
             (("excluded", 0.0), ("unknown", 0.0), ("remaining", 43.0))]  # fmt: skip
    rows += [Statistic("flow", "arm", "count", n, arm=a) for a, n in (("a", 40.0), ("b", 3.0))]
    for arm, dead, n in (("a", 12.0, 40), ("b", 1.0, 3), ("", 13.0, 43)):
        key = {"arm": arm, "n": n, "denominator": n}
        rows.append(Statistic("outcomes", "d", "count", dead, **key))
        rows.append(Statistic("outcomes", "d", "unknown", 0.0, arm=arm))
    told = disclose(Results(tuple(rows)), 5)
    assert {r.value for r in told if r.arm == "a"} == {40, 12, 0}
    assert all(43 not in {r.value, r.n, r.denominator} and r.value != 13 for r in told)

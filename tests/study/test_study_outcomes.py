import numpy as np
import pytest

from afterload.core.errors import InputError, UnknownName
from afterload.study import Groups, Item, Outcome, Results, complications, outcomes, survival

NAN = float("nan")
ARMS = ("ECLS", "Impella", "both")
GROUPS = Groups(ARMS, "ECLS", np.repeat([0, 1, 2, -1], [10, 10, 5, 2]))
DEATH = Outcome("death", "Death", "binary", 30)
LATE = Outcome("late", "Death", "time-to-event", 30)


def _repeat(*counts):
    """Yes, no and unknown, so many each, arm after arm; the two in no arm are yes."""
    values = [1.0] * counts[0] + [0.0] * counts[1] + [NAN] * counts[2]
    values += [1.0] * counts[3] + [0.0] * counts[4] + [NAN] * counts[5]
    return np.array(values + [1.0] * counts[6] + [0.0] * counts[7] + [NAN] * counts[8] + [1.0] * 2)


def test_outcomes_by_hand():
    values = _repeat(4, 4, 2, 8, 2, 0, 0, 5, 0)
    results = Results(tuple(outcomes([DEATH, LATE], {"death": values}, GROUPS)))

    def row(statistic, arm="", versus=""):
        return results.find("outcomes", "death", statistic, arm=arm, versus=versus)

    assert {r.variable for r in results} == {"death"}
    share = row("proportion", "ECLS")
    assert (share.value, share.denominator, row("unknown", "ECLS").value) == (0.5, 8, 2)
    assert row("proportion").value == 12 / 23
    assert row("ci_low", "both").value == 0.0
    assert row("risk_difference", "Impella", "ECLS").value == pytest.approx(0.3)
    assert row("risk_ratio", "Impella", "ECLS").value == pytest.approx(1.6)
    assert row("odds_ratio", "Impella", "ECLS").value == pytest.approx(4.0)
    for name in ("risk_ratio", "odds_ratio"):
        none = row(name, "both", "ECLS")
        assert none.value is None
        assert "not estimable" in none.warning
    assert row("risk_difference_low", "both", "ECLS").value < -0.5


def test_an_outcome_nobody_knows_is_not_estimated():
    values = _repeat(4, 6, 0, 0, 0, 10, 2, 3, 0)
    results = Results(tuple(outcomes([DEATH], {"death": values}, GROUPS)))
    assert results.find("outcomes", "death", "proportion", arm="Impella").value is None
    found = results.find("outcomes", "death", "risk_difference", arm="Impella", versus="ECLS")
    assert (found.value, found.warning[:13]) == (None, "Not estimable")
    assert results.find("outcomes", "death", "p").value is None


def test_two_arms_have_effects_but_no_second_p():
    groups = Groups(ARMS[:2], "ECLS", np.repeat([0, 1], 10))
    rows = outcomes([DEATH], {"death": np.tile([0.0, 1.0], 10)}, groups)
    assert [r.arm for r in rows if r.statistic in ("p", "p_raw")] == [""]
    assert [r.value for r in rows if r.statistic == "risk_ratio"] == [1.0]


def test_outcomes_refuse_what_is_not_yes_or_no():
    with pytest.raises(InputError, match="1, 0 or missing"):
        outcomes([DEATH], {"death": np.full(27, 2.0)}, GROUPS)
    with pytest.raises(InputError, match="3 values for 27"):
        outcomes([DEATH], {"death": np.zeros(3)}, GROUPS)
    with pytest.raises(UnknownName):
        outcomes([DEATH], {"deth": np.zeros(27)}, GROUPS)


def test_complications_by_hand():
    events = np.zeros(27)
    events[[0, 1, 10, 25]] = [3, 1, 2, 9]
    events[2] = NAN
    days = np.full(27, 10.0)
    days[10] = NAN
    item = Item("bleeding", "Bleeding", kind="category", levels=("no", "yes"))
    results = Results(tuple(complications([item], {"bleeding": events}, days, GROUPS)))

    def row(statistic, arm="", versus=""):
        return results.find("complications", "bleeding", statistic, arm=arm, versus=versus)

    assert [row("count", arm).value for arm in (*ARMS, "")] == [2, 1, 0, 3]
    assert row("count", "ECLS").denominator == 9
    assert [row("events", arm).value for arm in (*ARMS, "")] == [4, 0, 0, 4]
    assert [row("device_days", arm).value for arm in (*ARMS, "")] == [90, 90, 50, 230]
    assert row("rate", "ECLS").value == pytest.approx(1000 * 4 / 90)
    assert row("rate", "Impella").warning
    assert not row("rate", "ECLS").warning
    assert row("rate_ratio", "both", "ECLS").value == 0.0
    assert row("p").value is not None


def test_a_rate_ratio_without_an_event_in_the_reference_is_not_estimated():
    events = np.zeros(27)
    events[10] = 1
    item = Item("bleeding", "Bleeding", kind="category", levels=("no", "yes"))
    rows = complications([item], {"bleeding": events}, np.full(27, 10.0), GROUPS)
    ratios = [r for r in rows if r.statistic.startswith("rate_ratio")]
    assert {r.value for r in ratios} == {None}
    assert all("no event in the reference arm" in r.warning for r in ratios)


def test_complications_refuse_negative_days():
    item = Item("bleeding", "Bleeding")
    with pytest.raises(InputError, match="cannot be negative"):
        complications([item], {"bleeding": np.zeros(27)}, np.full(27, -1.0), GROUPS)


def test_survival_tells_when_follow_up_ends_too_early():
    days = np.concatenate([np.full(10, 40.0), np.full(10, 20.0), np.full(5, 3.0), [1, 1]])
    event = np.concatenate([np.zeros(20), np.ones(5), [1, 1]])
    event[0] = NAN
    results = Results(tuple(survival(LATE, days, event, GROUPS, grid=[0, 30])))

    def at(name, arm):
        return results.curve("late", name, arm)[-1]

    assert results.find("survival", "late", "missing", arm="ECLS").value == 1
    assert at("survival_at", "ECLS").value == 1.0
    assert at("survival_at", "Impella").value is None
    assert "ends before day 30" in at("survival_at", "Impella").warning
    assert at("survival_at", "both").value == 0.0
    assert at("at_risk", "ECLS").value == 9
    assert [r.value for r in results.curve("late", "survival", "both")] == [1.0, 0.0]


def test_follow_up_can_be_cut():
    days, event = np.arange(1.0, 28.0), np.ones(27)
    results = Results(tuple(survival(LATE, days, event, GROUPS, until=15.0)))
    assert results.find("survival", "late", "events_total", arm="Impella").value == 5
    assert max(r.at for r in results.curve("late", "survival", "both")) == 15.0


def test_survival_refuses_a_time_before_time_zero():
    with pytest.raises(InputError, match="before time zero"):
        survival(LATE, np.full(27, -1.0), np.ones(27), GROUPS)


def _bleeding(events, **more):
    item = Item("bleeding", "Bleeding", kind="category", levels=("no", "yes"))
    rows = complications([item], {"bleeding": events}, np.full(27, 10.0), GROUPS, **more)
    results = Results(tuple(rows))

    def row(statistic, arm=""):
        return results.find("complications", "bleeding", statistic, arm=arm)

    return row, rows


def test_a_share_is_of_those_with_an_answer():
    """Ten, ten and five episodes in arms; the last five of the first have no answer."""
    events = np.zeros(27)
    events[0], events[5:10] = 1, NAN
    row, _ = _bleeding(events)
    assert [row("unknown", arm).value for arm in (*ARMS, "")] == [5, 0, 0, 5]
    assert (row("count", "ECLS").value, row("count", "ECLS").denominator) == (1, 5)
    assert row("proportion", "ECLS").value == pytest.approx(1 / 5)
    assert row("device_days", "ECLS").value == 50
    assert row("rate", "ECLS").value == pytest.approx(1000 / 50)
    assert row("proportion").value == pytest.approx(1 / 20)


def test_of_a_list_of_events_alone_no_share_is_told():
    events = np.full(27, NAN)
    events[[0, 10]] = [2, 1]
    row, rows = _bleeding(events)
    assert [row("count", arm).value for arm in (*ARMS, "")] == [1, 1, 0, 2]
    assert [row("events", arm).value for arm in (*ARMS, "")] == [2, 1, 0, 3]
    assert [row("unknown", arm).value for arm in (*ARMS, "")] == [9, 9, 5, 23]
    others = [r for r in rows if r.statistic not in ("count", "events", "unknown")]
    assert {r.value for r in others} == {None}
    assert {r.method for r in others} == {""}
    assert all("cannot be told" in r.warning for r in others)


def test_where_all_had_it_and_all_answered_the_share_is_told():
    row, _ = _bleeding(np.ones(27))
    assert row("proportion").value == 1.0


def test_assumed_answers_are_counted_apart():
    which = np.zeros(27, dtype=bool)
    which[[0, 1, 10]] = True
    row, _ = _bleeding(np.zeros(27), assumed={"bleeding": which})
    assert [row("assumed_no", arm).value for arm in (*ARMS, "")] == [2, 1, 0, 3]
    assert row("unknown").value == 0


def test_under_a_curve_all_are_at_risk_dead_or_lost():
    """At the horizon too: who reaches it is at risk there, and not censored before it."""
    days = np.array([1.0, 3, 3, 8, 30, 30, 30, 12, 30, 30] * 2 + [5.0] * 7)
    event = np.array([1.0, 1, 0, 1, 0, 1, 0, 0, 0, 0] * 2 + [0.0] * 7)
    results = Results(tuple(survival(LATE, days, event, GROUPS, grid=(0, 3, 8, 20, 30))))
    for arm, today in (("ECLS", {3: 1, 8: 1, 30: 1}), ("both", {})):
        n = results.find("survival", "late", "n", arm=arm).value
        columns = [results.curve("late", s, arm) for s in ("at_risk", "events", "censored")]
        for risk, dead, lost in zip(*columns, strict=True):
            assert risk.value + dead.value + lost.value - today.get(risk.at, 0) == n
    at_end = [results.curve("late", s, "ECLS")[-1].value for s in ("at_risk", "events", "censored")]
    assert at_end == [5, 4, 2]


def test_a_rate_is_of_events_during_support():
    """Ten days each; the first of ECLS had two events, one of them after the device was out."""
    events, support = np.zeros(27), np.zeros(27)
    events[[0, 10]], support[[0, 10]] = [2, 1], [1, 1]
    row, _ = _bleeding(events, during={"bleeding": support})
    assert [row("events", arm).value for arm in (*ARMS, "")] == [1, 1, 0, 2]
    assert [row("events_all", arm).value for arm in (*ARMS, "")] == [2, 1, 0, 3]
    assert row("rate", "ECLS").value == pytest.approx(1000 * 1 / 100)
    support[0] = NAN
    row, _ = _bleeding(events, during={"bleeding": support})
    told = {arm: row("rate", arm).value for arm in (*ARMS, "")}
    assert told == {"ECLS": None, "Impella": pytest.approx(10), "both": 0, "": None}
    assert "so it cannot be told whether it fell into support" in row("rate", "ECLS").warning
    assert row("count", "ECLS").value == 1


def test_where_only_those_with_the_outcome_are_known_no_risk_is_told():
    values = _repeat(4, 0, 6, 8, 2, 0, 0, 5, 0)
    results = Results(tuple(outcomes([DEATH], {"death": values}, GROUPS)))

    def value(statistic, arm="", versus=""):
        return results.find("outcomes", "death", statistic, arm=arm, versus=versus).value

    assert (value("count", "ECLS"), value("unknown", "ECLS")) == (4, 6)
    assert value("proportion", "ECLS") is None
    assert value("risk_difference", "Impella", "ECLS") is None
    assert value("p") is None
    assert value("proportion", "Impella") == 0.8

import numpy as np
import pytest

from afterload.core.column import Column
from afterload.core.errors import InputError, UnknownName
from afterload.core.variable import Variable
from afterload.study import Groups, Item, Results, baseline

NAN = float("nan")
ARMS = ("ECLS", "Impella", "both")


def _column(name, values, levels=(), point="", unit=""):
    return Column(Variable(name, name, unit=unit), np.array(values, dtype=float), levels, point)


def _rows(column, item, arm, arms=ARMS, **options):
    groups = Groups(arms, arms[0], np.array(arm))
    return Results(tuple(baseline([column], [item], groups, **options)))


def test_numbers_by_hand():
    column = _column("lactate", [1, 2, 4, NAN, 8, 10, 12, 5], unit="mmol/L")
    results = _rows(column, Item("lactate", "Lactate"), [0, 0, 0, 0, 1, 1, 2, -1])

    def value(statistic, arm=""):
        return results.find("baseline", "lactate", statistic, arm=arm).value

    assert [value(s, "ECLS") for s in ("n", "missing", "median", "q1", "q3")] == [3, 1, 2, 1.5, 3]
    assert [value(s, "Impella") for s in ("mean", "min", "max")] == [9, 8, 10]
    assert value("sd", "both") is None
    assert [value(s) for s in ("n", "missing", "median")] == [6, 1, 6]
    row = results.find("baseline", "lactate", "median", arm="ECLS")
    assert (row.n, row.denominator, row.unit) == (3, 4, "mmol/L")
    assert "type 7" in row.method


def test_episodes_in_no_arm_are_counted_nowhere():
    column = _column("sex", [0, 1, 1, 0, 1], ("female", "male"))
    item = Item("sex", "Sex", kind="category", levels=("female", "male"))
    results = _rows(column, item, [0, 0, 1, 2, -1])
    counts = [results.find("baseline", "sex", "count", level=level).value for level in item.levels]
    assert counts == [2, 2]
    assert results.find("baseline", "sex", "n").denominator == 4


def test_missing_is_in_no_denominator():
    column = _column("iabp", [1, NAN, 0, 1, 1, 0], ("no", "yes"))
    item = Item("iabp", "IABP", kind="category", levels=("no", "yes"))
    results = _rows(column, item, [0, 0, 0, 1, 1, 2])
    share = results.find("baseline", "iabp", "proportion", level="yes", arm="ECLS")
    assert (share.value, share.denominator) == (0.5, 2)
    assert results.find("baseline", "iabp", "missing", arm="ECLS").value == 1


def test_no_comparison_with_the_reference_for_two_arms():
    column = _column("age", np.arange(20))
    two = _rows(column, Item("age", "Age"), [0, 1] * 10, ARMS[:2])
    assert [r.arm for r in two if r.statistic in ("p", "p_raw")] == [""]
    three = _rows(column, Item("age", "Age"), [0, 1, 2, 0, 1] * 4)
    versus = [(r.arm, r.versus) for r in three if r.statistic == "p_raw"]
    assert versus == [("Impella", "ECLS"), ("both", "ECLS")]
    off = _rows(column, Item("age", "Age"), [0, 1, 2, 0, 1] * 4, pairwise=False)
    assert not [r for r in off if r.statistic == "p_raw"]


def test_a_single_arm_is_described_and_not_compared():
    results = _rows(_column("age", [1, 2, 3]), Item("age", "Age"), [0, 0, 0], ARMS[:1])
    assert not [r for r in results if r.statistic in ("p", "smd")]
    assert results.find("baseline", "age", "median").value == 2


def test_an_arm_without_data_is_not_compared_and_says_why():
    column = _column("age", [1, 2, 3, 4, NAN])
    results = _rows(column, Item("age", "Age"), [0, 0, 1, 1, 2])
    p = results.find("baseline", "age", "p")
    assert p.value is None
    assert p.warning == "Not tested: no data in the arm both."
    assert results.find("baseline", "age", "p_raw", arm="Impella", versus="ECLS").value is not None
    assert results.find("baseline", "age", "smd").value is None
    assert results.find("baseline", "age", "median", arm="both").value is None


@pytest.mark.parametrize("summary", ["median", "mean"])
def test_constants_are_not_tested(summary):
    results = _rows(
        _column("dose", [5.0] * 9), Item("dose", "Dose", summary=summary), [0, 1, 2] * 3
    )
    p = results.find("baseline", "dose", "p")
    assert p.value is None
    assert p.warning.startswith("Not tested:")
    assert results.find("baseline", "dose", "smd").value == 0.0


def test_one_level_for_all_is_not_tested():
    item = Item("iabp", "IABP", kind="category", levels=("no", "yes"))
    results = _rows(_column("iabp", [0] * 6, ("no", "yes")), item, [0, 1, 2] * 2)
    assert results.find("baseline", "iabp", "p").warning == (
        "Not tested: all episodes have the same value."
    )


def test_arms_that_share_no_level_are_infinitely_far_apart():
    item = Item("cause", "Cause", kind="category", levels=("a", "b", "c"))
    column = _column("cause", [0, 0, 1, 2, 1, 2], ("a", "b", "c"))
    results = _rows(column, item, [0, 0, 1, 1, 1, 1], ARMS[:2])
    smd = results.find("baseline", "cause", "smd", arm="Impella", versus="ECLS")
    assert smd.value == float("inf")
    assert smd.warning


def test_small_counts_go_to_fisher_and_large_ones_to_chi_square():
    item = Item("iabp", "IABP", kind="category", levels=("no", "yes"))
    for repeat, name in ((1, "Fisher"), (20, "Pearson")):
        column = _column("iabp", [0, 1, 1, 0, 1, 0] * repeat, ("no", "yes"))
        results = _rows(column, item, [0, 0, 0, 1, 1, 1] * repeat, ARMS[:2])
        assert results.find("baseline", "iabp", "p").method.startswith(name)


def test_levels_may_be_shown_in_another_order_but_none_is_dropped():
    column = _column("sex", [0, 1, 1], ("female", "male"))
    turned = Item("sex", "Sex", kind="category", levels=("male", "unknown", "female"))
    results = _rows(column, turned, [0, 1, 2])
    counts = [results.find("baseline", "sex", "count", level=lv).value for lv in turned.levels]
    assert counts == [2, 0, 1]
    with pytest.raises(InputError, match="male, which the table does not show"):
        _rows(column, Item("sex", "Sex", kind="category", levels=("female",)), [0, 1, 2])


def test_biology_has_its_points():
    columns = [_column("lactate", [1, 2, 3, 4], point=point) for point in ("pre", "24h")]
    item = Item("lactate", "Lactate", points=("pre", "24h"))
    groups = Groups(ARMS[:2], "ECLS", np.array([0, 0, 1, 1]))
    rows = baseline(columns, [item], groups, section="biology")
    assert {(row.section, row.point) for row in rows} == {("biology", "pre"), ("biology", "24h")}


def test_threads_change_nothing():
    rng = np.random.default_rng(0)
    columns = [_column(f"x{i}", rng.normal(size=300)) for i in range(6)]
    items = [Item(f"x{i}", "") for i in range(6)]
    groups = Groups(ARMS, "ECLS", rng.integers(0, 3, 300))
    assert baseline(columns, items, groups, threads=2) == baseline(columns, items, groups)


def test_bad_input_is_named():
    groups = Groups(ARMS, "ECLS", np.array([0, 1, 2]))
    with pytest.raises(UnknownName, match="lactat"):
        baseline([_column("lactate", [1, 2, 3])], [Item("lactat", "")], groups)
    with pytest.raises(InputError, match="2 values for 3 episodes"):
        baseline([_column("lactate", [1, 2])], [Item("lactate", "")], groups)
    item = Item("sex", "", kind="category", levels=("female", "male"))
    with pytest.raises(InputError, match="none of its levels"):
        baseline([_column("sex", [0, 1, 2], ("female", "male"))], [item], groups)


def test_arms_must_make_sense():
    with pytest.raises(UnknownName, match="Impela"):
        Groups(ARMS, "Impela", np.array([0]))
    with pytest.raises(InputError, match="different names"):
        Groups(("A", "A"), "A", np.array([0]))
    with pytest.raises(InputError, match="between 0 and 2"):
        Groups(ARMS, "ECLS", np.array([3]))


@pytest.mark.parametrize("summary", ["median", "mean"])
def test_a_constant_variable_differs_nowhere(summary):
    """Seven times 1.1 has the mean 1.0999999999999999 in floating point, and no spread."""
    groups = Groups(("a", "b"), "a", np.array([0] * 15 + [1] * 7))
    column = Column(Variable("lactate", "Lactate"), np.full(22, 1.1))
    rows = baseline([column], [Item("lactate", "Lactate", summary=summary)], groups)
    found = Results(tuple(rows))
    assert found.find("baseline", "lactate", "smd", arm="b", versus="a").value == 0
    p = found.find("baseline", "lactate", "p").value
    assert p is None or p == 1

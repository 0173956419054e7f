"""Selection: who stays, who leaves, and that the flow adds up."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from afterload.core.column import Column
from afterload.core.variable import Variable
from afterload.study.population import select
from afterload.study.rule import parse

AGE = Variable("age_years", "Age", unit="a")
ECPR = Variable("ecpr", "ECPR", kind="bool")


def _flow(selection: object) -> dict[tuple[str, str], float]:
    return {(s.variable, s.statistic): s.value for s in selection.flow}  # type: ignore[attr-defined]


def test_flow_of_six_patients_by_hand() -> None:
    columns = {
        "age_years": Column(AGE, np.array([17, 30, 40, np.nan, 50, 60.0])),
        "ecpr": Column(ECPR, np.array([0, 1, 0, 0, np.nan, 0.0]), ("no", "yes")),
    }
    found = select(6, [parse("age_years >= 18")], [parse("ecpr == 'yes'")], columns)
    assert found.keep.tolist() == [False, False, True, False, True, True]
    assert _flow(found) == {
        ("start", "count"): 6,
        ("rule:1", "excluded"): 1,
        ("rule:1", "unknown"): 1,
        ("rule:1", "remaining"): 4,
        ("rule:2", "excluded"): 1,
        ("rule:2", "unknown"): 0,
        ("rule:2", "unknown_kept"): 1,
        ("rule:2", "remaining"): 3,
    }


@given(
    st.lists(
        st.tuples(st.floats(0, 100) | st.just(np.nan), st.sampled_from([0.0, 1.0, np.nan])),
        max_size=40,
    )
)
def test_nobody_is_lost_between_the_stages(rows: list[tuple[float, float]]) -> None:
    columns = {
        "age_years": Column(AGE, np.array([r[0] for r in rows], dtype=float)),
        "ecpr": Column(ECPR, np.array([r[1] for r in rows], dtype=float), ("no", "yes")),
    }
    rules = [parse("age_years >= 18"), parse("age_years < 80")]
    found = select(len(rows), rules, [parse("ecpr == 'yes'")], columns)
    flow = _flow(found)
    left = flow["start", "count"]
    for number in (1, 2, 3):
        gone = flow[f"rule:{number}", "excluded"] + flow[f"rule:{number}", "unknown"]
        assert left - gone == flow[f"rule:{number}", "remaining"]
        left = flow[f"rule:{number}", "remaining"]
    assert left == found.keep.sum()

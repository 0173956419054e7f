"""Stages whose rules test quantities worked out from other inputs, gaps, and disputes.

The rules are written out a second time as plain comparisons; which stages can still hold is told
by trying completions, those near every edge included.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afterload.core.errors import InputError
from afterload.core.source import Source
from afterload.core.variable import Variable
from afterload.scores import Staging, score_columns, tally
from afterload.scores.about import About
from afterload.scores.columns import missing_columns
from afterload.scores.count import Count
from afterload.scores.derive import AnyOf, Equation, Test
from afterload.scores.staging import Dispute, Quantity, Stage, check_staging

SOURCE = Source("Toy et al. 2021", place="figure 2", confidence="M")
Patient = dict[str, Any]

TOY = Staging(
    About(
        "toy",
        "Toy stage",
        "A toy.",
        "1.0",
        SOURCE,
        declares=(
            Variable("creatinine_baseline", "Usual creatinine", low=10, high=2500, unit="umol/L"),
            Variable("creatinine_ratio", "Ratio to the usual one", low=0, high=250, unit="1"),
            Variable("creatinine_rise", "Rise over it", low=-2500, high=2500, unit="umol/L"),
            Variable("n_drugs", "Drugs", kind="int", low=0, high=10),
            Variable("shocked", "Shocked", kind="bool"),
        ),
    ),
    (
        Stage("0", "none", ((),), SOURCE, 0.1),
        Stage(
            "1",
            "risen",
            ((Test("creatinine_ratio", 1.5),), (Test("creatinine_rise", 26.5),)),
            SOURCE,
        ),
        Stage(
            "at least 1", "gap", ((Test("n_drugs", 2, 2),),), SOURCE, reach=("1", "3")
        ),
        Stage("2", "twice", ((Test("creatinine_ratio", 2), Test("shocked", 1)),), SOURCE),
        Stage(
            "3",
            "grave",
            (
                (Test("creatinine_ratio", 3, low_closed=False),),
                (Test("creatinine", 353.6), Test("creatinine_rise", 26.5)),
                (Test("n_drugs", 3),),
            ),
            SOURCE,
            0.5,
        ),
    ),
    quantities=(
        Quantity(
            "creatinine_ratio",
            Equation(
                "creatinine / baseline",
                lambda _, x: x["creatinine"] / x["creatinine_baseline"],
                rises=("creatinine",),
                falls=("creatinine_baseline",),
            ),
        ),
        Quantity(
            "creatinine_rise",
            Equation(
                "creatinine - baseline",
                lambda _, x: x["creatinine"] - x["creatinine_baseline"],
                rises=("creatinine",),
                falls=("creatinine_baseline",),
            ),
        ),
        Quantity(
            "n_drugs",
            Count(
                tuple(Test(d, 0, low_closed=False) for d in ("norepi", "epi", "dobutamine")),
                "drugs that run",
            ),
            note="The drugs were counted.",
        ),
        Quantity("shocked", AnyOf((Test("sbp", high=90, high_closed=False), Test("lactate", 4)))),
    ),
    disputes=(Dispute(((Test("n_drugs", 3, 3),),), "Three drugs are disputed.", SOURCE),),
)  # fmt: skip

NAMES = [stage.name for stage in TOY.stages]
ENDS = {"0": (0, 0), "1": (1, 1), "at least 1": (1, 3), "2": (2, 2), "3": (3, 3)}


def stage(p: Patient) -> str:
    """The toy's rules for a complete patient, written out."""
    ratio = p.get("creatinine_ratio")
    rise = p.get("creatinine_rise")
    if ratio is None:
        ratio = p["creatinine"] / p["creatinine_baseline"]
    if rise is None:
        rise = p["creatinine"] - p["creatinine_baseline"]
    drugs = p.get("n_drugs")
    if drugs is None:
        drugs = sum(p[d] > 0 for d in ("norepi", "epi", "dobutamine"))
    shocked = p["shocked"] if "shocked" in p else p["sbp"] < 90 or p["lactate"] >= 4
    if ratio > 3 or (p["creatinine"] >= 353.6 and rise >= 26.5) or drugs >= 3:
        return "3"
    if ratio >= 2 and shocked:
        return "2"
    if drugs == 2:
        return "at least 1"
    return "1" if ratio >= 1.5 or rise >= 26.5 else "0"


CHOICES: dict[str, list[Any]] = {
    "creatinine": [10, 30, 60, 79, 80, 120, 180, 300, 353, 353.6, 400, 2500],
    "creatinine_baseline": [10, 20, 53, 60, 100, 240, 330, 353, 2500],
    "creatinine_ratio": [0, 1.4, 1.5, 1.9, 2, 3, 3.1, 250],
    "creatinine_rise": [-2500, 0, 26.4, 26.5, 2500],
    "n_drugs": [0, 1, 2, 3, 10],
    "norepi": [0, 0.1],
    "epi": [0, 0.1],
    "dobutamine": [0, 5],
    "shocked": [True, False],
    "sbp": [0, 89.9, 90, 300],
    "lactate": [0.1, 3.9, 4, 40],
}
WAYS = {
    "creatinine_ratio": ("creatinine", "creatinine_baseline"),
    "creatinine_rise": ("creatinine", "creatinine_baseline"),
    "n_drugs": ("norepi", "epi", "dobutamine"),
    "shocked": ("sbp", "lactate"),
}


def completions(known: Patient) -> Iterator[Patient]:
    """Every completion worth trying, the edges that move with other inputs included.

    A quantity of which nothing is known may be given itself.
    """
    hidden: dict[str, list[Any]] = {}
    for name, parts in WAYS.items():
        if name in known:
            continue
        if any(part in known for part in parts):
            hidden |= {part: CHOICES[part] for part in parts if part not in known}
        else:
            hidden[name] = CHOICES[name]
    if "creatinine" not in known:
        hidden["creatinine"] = CHOICES["creatinine"]
    near = (0, 1e-9, -1e-9)
    if "creatinine" in hidden and (base := known.get("creatinine_baseline")):
        edges = [1.5 * base, 2 * base, 3 * base, base + 26.5, 353.6]
        middles = [(a + b) / 2 for a, b in zip(sorted(edges), sorted(edges)[1:], strict=False)]
        extra = [e + d for e in edges for d in near] + middles
        hidden["creatinine"] = [*hidden["creatinine"], *(x for x in extra if 10 <= x <= 2500)]
    if "creatinine_baseline" in hidden and (cr := known.get("creatinine")):
        edges = [cr / 1.5, cr / 2, cr / 3, cr - 26.5]
        middles = [(a + b) / 2 for a, b in zip(sorted(edges), sorted(edges)[1:], strict=False)]
        extra = [e + d for e in edges for d in near] + middles
        hidden["creatinine_baseline"] = [
            *hidden["creatinine_baseline"],
            *(x for x in extra if 10 <= x <= 2500),
        ]
    for values in product(*hidden.values()):
        yield {**known, **dict(zip(hidden, values, strict=True))}


def test_the_toy_is_sound() -> None:
    check_staging(TOY)


@st.composite
def patients(draw: st.DrawFn) -> Patient:
    """Some values of some inputs, quantities given now and then."""
    given_names = draw(st.sets(st.sampled_from(sorted(CHOICES)), min_size=4))
    for name in WAYS:
        if draw(st.booleans()):
            given_names.discard(name)
    return {name: draw(st.sampled_from(CHOICES[name])) for name in given_names}


@given(patients())
@settings(deadline=None, max_examples=120)
def test_the_stages_that_can_hold_are_those_of_every_completion(known: Patient) -> None:
    found = {stage(p) for p in completions(known)}
    result = tally(TOY, known)
    assert set(result.classes) == found
    assert result.low == min(ENDS[name][0] for name in found)
    assert result.high == max(ENDS[name][1] for name in found)
    if result.low == result.high or found == {"at least 1"}:
        assert result.missing == ()


@given(st.lists(patients(), min_size=1, max_size=30))
@settings(deadline=None, max_examples=40)
def test_columns_give_the_stages_of_the_one_patient_path(rows: list[Patient]) -> None:
    names = {name for row in rows for name in row}
    if not names:
        return
    columns = {name: np.array([float(row.get(name, math.nan)) for row in rows]) for name in names}
    result = score_columns(TOY, columns)
    missing = missing_columns(TOY, columns)
    for k, row in enumerate(rows):
        one = tally(TOY, row)
        assert result.classes(k) == one.classes
        assert (result.low[k], result.high[k]) == (one.low, one.high)
        assert sorted(missing[k]) == sorted(one.missing)


def test_a_gap_is_told_as_a_gap_with_the_stages_it_reaches_to() -> None:
    told = {"creatinine": 60, "creatinine_baseline": 60, "norepi": 1, "epi": 1, "dobutamine": 0}
    result = tally(TOY, told)
    assert result.classes == ("at least 1",)
    assert (result.total, result.low, result.high, result.missing) == (None, 1, 3, ())
    columns = score_columns(TOY, {name: np.array([value]) for name, value in told.items()})
    assert columns.class_names[columns.class_code[0]] == "at least 1"
    assert (columns.low[0], columns.high[0]) == (1, 3)
    assert np.isnan(columns.total[0])


def test_totals_count_the_stages_and_leave_the_gap_out() -> None:
    result = tally(TOY, {"creatinine_ratio": 2.5, "shocked": True, "n_drugs": 0,
                         "creatinine_rise": 0, "creatinine": 100})  # fmt: skip
    assert (result.classes, result.total) == (("2",), 2)


def test_a_dispute_shows_only_when_its_rule_holds_for_certain() -> None:
    drugs = {"norepi": 1, "epi": 1, "dobutamine": 1}
    assert "Three drugs are disputed." in tally(TOY, drugs).warnings
    assert "The drugs were counted." in tally(TOY, drugs).warnings
    del drugs["epi"]
    assert "Three drugs are disputed." not in tally(TOY, drugs).warnings
    assert tally(TOY, {"n_drugs": 3}).warnings == ("Three drugs are disputed.",)


def test_what_is_missing_is_named_by_the_parts_once_one_is_known() -> None:
    settled = {"n_drugs": 0, "shocked": False, "creatinine_rise": 0}
    assert "creatinine_ratio" in tally(TOY, settled).missing
    begun = tally(TOY, {**settled, "creatinine": 100}).missing
    assert begun == ("creatinine_baseline",)


def test_values_that_contradict_each_other_are_refused() -> None:
    narrow = Staging(
        About("toy", "Toy", "A toy.", "1", SOURCE,
              declares=(Variable("pulse", "Pulse", low=0, high=200, unit="mm[Hg]"),)),
        (Stage("A", "a", ((),), SOURCE), Stage("B", "b", ((Test("pulse", high=20),),), SOURCE)),
        quantities=(Quantity("pulse", Equation(
            "sbp - dbp", lambda _, x: x["sbp"] - x["dbp"], rises=("sbp",), falls=("dbp",))),),
    )  # fmt: skip
    with pytest.raises(InputError, match="sbp = 60, dbp = 80 cannot all be right"):
        tally(narrow, {"sbp": 60, "dbp": 80})
    result = score_columns(narrow, {"sbp": np.array([60.0, 90]), "dbp": np.array([80.0, 40])})
    assert np.isnan(result.low[0])
    assert (result.classes(0), result.classes(1)) == ((), ("A",))

"""What would change the class, against changing each input by brute force."""

from __future__ import annotations

import random
from typing import Any

import pytest

from afterload.core.source import Source
from afterload.scores import ALL, Score, Staging, tally
from afterload.scores.about import About
from afterload.scores.band import holds
from afterload.scores.change import changes
from afterload.scores.derive import Test
from afterload.scores.inputs import population_of
from afterload.scores.staging import Stage

SOURCE = Source("Toy et al. 2020", place="figure 1", confidence="M")

SAVE_CLASS_II: dict[str, Any] = {  # scores.md section 1.3, example 3: 3 points, class II
    "diagnosis": "other", "age": 45, "weight": 70, "acute_liver_fail": "no",
    "acute_cns_dysf": "no", "acute_renal_fail": "yes", "hx_ckd": "no", "intubation_h": 6,
    "pip": 20, "any_arrest": "no", "dbp": 40, "pulse_pressure": 25, "hco3": 18,
}  # fmt: skip


def test_a_patient_of_the_reference() -> None:
    found = {change.name: (change.would, change.classes) for change in changes(
        ALL["save"], SAVE_CLASS_II
    ) if change.name not in ("diagnosis", "age_years")}  # fmt: skip
    assert found == {
        "acute_liver_fail": ("yes", ("III",)),  # 3 - 3 = 0
        "acute_cns_dysf": ("yes", ("III",)),
        "acute_renal_fail": ("no", ("I",)),  # 3 + 3 = 6
        "hx_ckd": ("yes", ("III",)),  # 3 - 6 = -3
        "intubation_h": ("≥ 30 h", ("III",)),  # 3 - 4 = -1; 11 to 29 h give 1, still II
        "pip": ("> 20 cmH2O", ("III",)),
        "dbp": ("< 40 mmHg", ("III",)),
        "hco3": ("≤ 15 mmol/L", ("III",)),
    }


def test_derived_inputs_have_their_edges() -> None:
    values = {k: v for k, v in SAVE_CLASS_II.items() if k not in ("pulse_pressure", "dbp")}
    found = changes(ALL["save"], {**values, "dbp": 45, "sbp": 64.5, "age": 53})  # 2 - 2 = 0: III
    ranges = [(c.would, c.classes) for c in found if c.name == "sbp"]
    # From 65 mmHg up the pulse pressure is above 20; below 45 the two pressures contradict.
    assert ranges == [("> 65 mmHg", ("II",))]


def test_nothing_is_told_while_several_classes_are_open() -> None:
    assert changes(ALL["save"], {"age": 45}) == ()
    assert changes(ALL["vis"], {"dopamine": 3}) == ()


def _value(rng: random.Random, score: Score, name: str) -> float:
    variable = population_of(score)[name]
    if variable.kind == "bool":
        return float(rng.randint(0, 1))
    if variable.kind in ("enum", "int"):
        low, high = (0, len(variable.levels) - 1) if variable.levels else (
            int(variable.low), int(variable.high))  # fmt: skip
        return float(rng.randint(low, high))
    return round(rng.uniform(variable.low, variable.high), 1)


def _plain(score: Score, name: str, code: float) -> object:
    variable = population_of(score)[name]
    if variable.kind == "bool":
        return bool(code)
    return variable.levels[int(code)] if variable.kind == "enum" else code


ENCOURAGE_INPUTS = ("age_years", "sex", "bmi", "gcs_total", "creatinine", "lactate", "pt_activity")


@pytest.mark.parametrize("seed", range(40))
def test_a_value_lies_in_a_range_exactly_when_it_changes_the_class(seed: int) -> None:
    score, rng = ALL["encourage"], random.Random(seed)
    base = {name: _value(rng, score, name) for name in ENCOURAGE_INPUTS}
    base["sex"] = float(rng.randint(0, 1))
    told = changes(score, {k: _plain(score, k, v) for k, v in base.items()})
    now = tally(score, {k: _plain(score, k, v) for k, v in base.items()}).classes
    for name in ENCOURAGE_INPUTS:
        for _ in range(20):
            value = float(rng.randint(0, 1)) if name == "sex" else _value(rng, score, name)
            other = {**base, name: value}
            then = tally(score, {k: _plain(score, k, v) for k, v in other.items()}).classes
            inside = [c.classes for c in told if c.name == name and holds(c.span, value)]
            assert inside == ([] if then == now else [then]), (name, value)


def test_stagings_are_told_too(toy_staging: Staging) -> None:
    found = changes(toy_staging, {"sbp": 85, "lactate": 1, "n_drugs": 1})
    assert {(c.name, c.would, c.classes) for c in found} == {
        ("sbp", "≥ 90 mmHg", ("A",)),
        ("lactate", "> 5 mmol/L", ("C",)),
        ("n_drugs", "≥ 2", ("C",)),
    }


def test_every_edge_of_a_staging_counts(toy_staging: Staging) -> None:
    found = changes(toy_staging, {"sbp": 120, "lactate": 1, "n_drugs": 1})
    assert [(c.would, c.classes) for c in found if c.name == "lactate"] == [
        ("> 2 and ≤ 5 mmol/L", ("B",)),
        ("> 5 mmol/L", ("C",)),
    ]


def test_the_edge_of_the_range_is_told_where_it_gives_another_class() -> None:
    drug = Staging(
        About("toy", "Toy", "A toy.", "1.0", SOURCE),
        (
            Stage("none", "no drug", ((),), SOURCE),
            Stage("some", "a little", ((Test("norepi", 0, low_closed=False),),), SOURCE),
            Stage("much", "much", ((Test("norepi", 0.5),),), SOURCE),
        ),
    )
    found = [(c.would, c.classes) for c in changes(drug, {"norepi": 0.7})]
    assert found == [("0 µg/kg/min", ("none",)), ("> 0 and < 0.5 µg/kg/min", ("some",))]

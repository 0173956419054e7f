"""Every card scores the episodes of a registry as it scores the same patients by hand."""

from __future__ import annotations

from datetime import datetime

import pytest

from afterload.actions.score import find_score, score
from afterload.actions.score_registry import score_registry
from afterload.core.vocabulary import standard
from afterload.registry import Batch, Registry, Rows, add, memory
from afterload.scores.inputs import needed

T0 = datetime(2024, 3, 1, 8, 0)
EPISODE = {
    "age_years": 76.0, "confusion": True, "hx_mi_cabg": False, "shock_class": "ami_cs",
    "ami_type": "stemi", "hx_stroke": True, "timi_post": 2,
}  # fmt: skip
PRE: dict[str, object] = {
    "lvef": 25.0, "lactate": 6.0, "creatinine": 180.0, "glucose": 12.0, "po2": 80.0, "fio2": 50.0,
    "ventilated": True, "platelets": 90.0, "bilirubin": 30.0, "map": 60.0, "dopamine": 0.0,
    "dobutamine": 5.0, "epi": 0.0, "norepi": 0.3, "gcs_total": 14, "urine_ml_h": 10.0, "hr": 125.0,
    "sbp": 85.0, "temp_c": 36.0, "urea": 12.0, "wbc": 15.0, "potassium": 4.5, "sodium": 138.0,
    "hco3": 17.0,
}  # fmt: skip
LESS = {name: value for name, value in PRE.items() if name not in ("lactate", "norepi", "fio2")}


@pytest.fixture(scope="module")
def registry() -> Registry:
    """Two episodes of the same patient's values; three of them missing in the second."""
    made = memory(standard())
    keys = ["full", "less"]
    rows = (
        Rows("patient", {"key": keys, "sex": ["male", "male"]}),
        Rows(
            "episode",
            {"key": keys, "patient": keys, "t0": [T0] * 2,
             **{name: [value] * 2 for name, value in EPISODE.items()}},
        ),
        Rows(
            "observation",
            {"episode": keys, "nominal": ["pre", "pre"],
             **{name: [value, LESS.get(name)] for name, value in PRE.items()}},
        ),
    )  # fmt: skip
    add(made, Batch(rows, "test"), who="test", why="test", now=T0)
    return made


# By hand: CardShock 1 age + 1 confusion + 1 ACS + 1 LVEF + 2 lactate + 1 eGFR 33; IABP-SHOCK II
# 1 age + 2 stroke + 1 glucose + 1 creatinine + 2 TIMI + 2 lactate; SOFA 3 + 2 + 1 + 4 + 1 + 3.
# Without FiO2 a PaO2 of 80 is 80 to 381: 4 to 1 points; without noradrenaline dobutamine gives 2.
@pytest.mark.parametrize(
    ("name", "full", "less"),
    [
        ("cardshock", (7, 7), (5, 7)),
        ("iabp-shock-ii", (9, 9), (7, 9)),
        ("sofa", (14, 14), (10, 15)),
    ],
)
def test_a_card_scores_a_registry(
    registry: Registry, name: str, full: tuple[int, int], less: tuple[int, int]
) -> None:
    found = score_registry(registry, [name])[0]
    places = [found.episodes.index(key) for key in ("full", "less")]
    assert [(found.tally.low[k], found.tally.high[k]) for k in places] == [full, less]


@pytest.mark.parametrize("name", ["cardshock", "iabp-shock-ii", "sofa", "saps2"])
def test_it_is_that_of_the_same_patient_by_hand(registry: Registry, name: str) -> None:
    found = score_registry(registry, [name])[0]
    asked = needed(find_score(name))
    for key, measured in (("full", PRE), ("less", LESS)):
        told = {"sex": "male", **EPISODE, **measured}
        hand = score(name, {k: v for k, v in told.items() if k in asked})
        row = found.episodes.index(key)
        assert (found.tally.low[row], found.tally.high[row]) == (hand.low, hand.high)
        assert found.tally.classes(row) == hand.classes
        assert sorted(found.missing[row]) == sorted(hand.missing)

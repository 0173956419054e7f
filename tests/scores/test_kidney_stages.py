"""KDIGO and RIFLE: every edge of the reference, in both units, and what is from memory."""

from __future__ import annotations

from typing import Any

import pytest

from afterload.scores import tally
from afterload.scores.kdigo import KDIGO
from afterload.scores.rifle import RIFLE
from afterload.scores.staging import Staging, check_staging

URINE: dict[str, Any] = {
    "urine_ml_kg_h_6h": 1, "urine_ml_kg_h_12h": 1, "urine_ml_kg_h_24h": 1, "anuria_h": 0,
}  # fmt: skip
NO_AKI: dict[str, Any] = {
    **URINE, "creatinine": 80, "creatinine_baseline": 80, "creatinine_lowest_48h": 80, "rrt": "no",
}  # fmt: skip
NO_RIFLE: dict[str, Any] = {
    **URINE, "creatinine": 80, "creatinine_baseline": 80, "egfr": 90, "egfr_baseline": 90,
    "kidney_loss": "none",
}  # fmt: skip


def kdigo(**values: Any) -> str:
    (stage,) = tally(KDIGO, {**NO_AKI, **values}).classes
    return stage


def rifle(**values: Any) -> str:
    (stage,) = tally(RIFLE, {**NO_RIFLE, **values}).classes
    return stage


@pytest.mark.parametrize("staging", [KDIGO, RIFLE], ids=["kdigo", "rifle"])
def test_they_are_sound_and_provisional(staging: Staging) -> None:
    check_staging(staging)
    assert staging.about.status == "provisional"


@pytest.mark.parametrize(
    ("values", "stage"),
    [
        ({}, "0"),
        ({"creatinine": 119}, "1"),  # the rise of 39 µmol/L
        ({"creatinine": 106.4}, "0"),
        ({"creatinine": 106.5}, "1"),
        ({"creatinine": 119, "creatinine_lowest_48h": 110}, "0"),
        ({"creatinine": 120, "creatinine_lowest_48h": 110}, "1"),
        ({"creatinine": 159.9}, "1"),
        ({"creatinine": 160}, "2"),
        ({"creatinine": 239.9}, "2"),
        ({"creatinine": 240}, "3"),
        ({"creatinine": 353.5, "creatinine_baseline": 300, "creatinine_lowest_48h": 300}, "1"),
        ({"creatinine": 353.6, "creatinine_baseline": 300, "creatinine_lowest_48h": 300}, "3"),
        ({"creatinine": 353.6, "creatinine_baseline": 340, "creatinine_lowest_48h": 340}, "0"),
        ({"creatinine": 600, "creatinine_baseline": 590, "creatinine_lowest_48h": 590}, "0"),
        ({"rrt": "yes"}, "3"),
        ({"urine_ml_kg_h_6h": 0.5}, "0"),
        ({"urine_ml_kg_h_6h": 0.49}, "1"),
        ({"urine_ml_kg_h_12h": 0.5}, "0"),
        ({"urine_ml_kg_h_12h": 0.49}, "2"),
        ({"urine_ml_kg_h_24h": 0.3}, "0"),
        ({"urine_ml_kg_h_24h": 0.29}, "3"),
        ({"anuria_h": 11.9}, "0"),
        ({"anuria_h": 12}, "3"),
    ],
)
def test_the_edges_of_kdigo(values: dict[str, Any], stage: str) -> None:
    assert kdigo(**values) == stage


@pytest.mark.parametrize(
    ("now", "baseline", "stage"),
    [
        ("2.1 mg/dL", "1.4 mg/dL", "1"),
        ("1.3 mg/dL", "1.0 mg/dL", "1"),
        ("1.2 mg/dL", "1.0 mg/dL", "0"),
        ("2.8 mg/dL", "1.4 mg/dL", "2"),
        ("4.2 mg/dL", "1.4 mg/dL", "3"),
        ("4.0 mg/dL", "3.7 mg/dL", "3"),
        ("3.9 mg/dL", "3.6 mg/dL", "1"),
    ],
)
def test_kdigo_in_milligrams(now: str, baseline: str, stage: str) -> None:
    values = {"creatinine": now, "creatinine_baseline": baseline}
    assert kdigo(**values, creatinine_lowest_48h=baseline) == stage


def test_urine_per_kg_is_worked_out_from_volume_and_weight() -> None:
    known = {k: v for k, v in NO_AKI.items() if not k.startswith("urine")}
    known |= {"urine_ml_6h": 210, "urine_ml_12h": 900, "urine_ml_24h": 2000}
    assert tally(KDIGO, {**known, "weight": 70}).classes == ("0",)
    assert tally(KDIGO, {**known, "weight": 71}).classes == ("1",)
    # 900 mL in 12 h and 2,000 in 24 h fall below their limits from 150 and 278 kg on.
    assert tally(KDIGO, known).classes == ("0", "1", "2", "3")
    assert tally(KDIGO, known).missing == ("weight_kg",)
    enough = {**known, "urine_ml_12h": 2100, "urine_ml_24h": 2520}
    assert tally(KDIGO, enough).classes == ("0", "1")


def test_a_missing_creatinine_moves_ratio_rise_and_threshold_together() -> None:
    known = {k: v for k, v in NO_AKI.items() if k != "creatinine"}
    high = {**known, "creatinine_baseline": 300, "creatinine_lowest_48h": 300}
    # Twice 300 is beyond 353.6: stage 3 comes before stage 2.
    assert tally(KDIGO, high).classes == ("0", "1", "3")
    assert tally(KDIGO, known).classes == ("0", "1", "2", "3")
    lower = {**high, "creatinine_baseline": 400, "creatinine_lowest_48h": 400}
    assert tally(KDIGO, lower).classes == ("0", "3")


def test_what_is_from_memory_is_said_where_it_decides() -> None:
    def said(**values: Any) -> str:
        always, *others = tally(KDIGO, {**NO_AKI, "support": "none", **values}).warnings
        assert "KDIGO is provisional" in always
        return " ".join(others)

    assert said() == ""
    assert "general knowledge (M)" in said(urine_ml_kg_h_6h=0.4)
    assert "general knowledge (M)" in said(anuria_h=12)
    four = {"creatinine": 400, "creatinine_baseline": 390, "creatinine_lowest_48h": 390}
    assert "a public program gives stage 3" in said(**four)
    assert "by urine output alone" in said(**four, urine_ml_kg_h_6h=0.4)
    assert kdigo(**four, urine_ml_kg_h_6h=0.4) == "3"
    assert "whatever it was begun for" in said(rrt="yes")
    assert "under VA-ECMO" in " ".join(tally(KDIGO, {**NO_AKI, "support": "ecls"}).warnings)


@pytest.mark.parametrize(
    ("values", "stage"),
    [
        ({}, "none"),
        ({"creatinine": 119.9}, "none"),
        ({"creatinine": 120}, "R"),
        ({"creatinine": 160}, "I"),
        ({"creatinine": 240}, "F"),
        ({"egfr": 67.6}, "none"),
        ({"egfr": 67.5}, "R"),
        ({"egfr": 45}, "I"),
        ({"egfr": 22.5}, "F"),
        ({"creatinine": 360, "creatinine_baseline": 316}, "none"),
        ({"creatinine": 360, "creatinine_baseline": 315}, "F"),
        ({"creatinine": 353.5, "creatinine_baseline": 300}, "none"),
        ({"creatinine": "4.0 mg/dL", "creatinine_baseline": "3.5 mg/dL"}, "none"),
        ({"creatinine": "4.1 mg/dL", "creatinine_baseline": "3.5 mg/dL"}, "F"),
        ({"urine_ml_kg_h_6h": 0.49}, "R"),
        ({"urine_ml_kg_h_12h": 0.49}, "I"),
        ({"urine_ml_kg_h_24h": 0.29}, "F"),
        ({"anuria_h": 12}, "F"),
        ({"kidney_loss": "over_4_weeks"}, "L"),
        ({"kidney_loss": "over_3_months"}, "E"),
        ({"creatinine": 240, "kidney_loss": "over_4_weeks"}, "L"),
    ],
)
def test_the_edges_of_rifle(values: dict[str, Any], stage: str) -> None:
    assert rifle(**values) == stage


def test_rifle_tells_the_disputed_rise_and_what_is_from_memory() -> None:
    half = {"creatinine": "4.0 mg/dL", "creatinine_baseline": "3.5 mg/dL"}
    assert any("AKIN" in text for text in tally(RIFLE, {**NO_RIFLE, **half}).warnings)
    lost = tally(RIFLE, {**NO_RIFLE, "kidney_loss": "over_4_weeks"}).warnings
    assert any("general knowledge (M)" in text for text in lost)

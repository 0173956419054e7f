"""SOFA: every band edge of the table, its gaps as documented, and its silence under support."""

from __future__ import annotations

from typing import Any

import pytest

from afterload.scores import SOFA, tally

ZERO: dict[str, Any] = {
    "pao2": 420, "fio2": 100, "ventilated": "no", "niv": "no", "platelets": 200, "bilirubin": 10,
    "map": 80, "dopamine": 0, "dobutamine": 0, "epi": 0, "norepi": 0, "gcs": 15, "creatinine": 80,
    "urine": "1500mL/d", "support": "none",
}  # fmt: skip


def points_of(item: str, told: dict[str, Any]) -> float | None:
    lines = tally(SOFA, {**ZERO, **told}).items
    return next(line.points for line in lines if line.name == item)


def test_the_range_is_that_published() -> None:
    assert tally(SOFA, ZERO).total == 0
    nothing = tally(SOFA, {})
    assert (nothing.low, nothing.high) == (0, 24)
    worst = {
        "pao2": 50, "ventilated": "yes", "platelets": 5, "bilirubin": 300, "norepi": 1, "gcs": 3,
        "creatinine": 500,
    }  # fmt: skip
    assert tally(SOFA, {**ZERO, **worst}).total == 24


@pytest.mark.parametrize("ventilation", [{"ventilated": "yes"}, {"niv": "yes"}, {}])
@pytest.mark.parametrize(
    ("ratio", "points"),
    [(400, 0), (399, 1), (300, 1), (299, 2), (200, 2), (199, 3), (100, 3), (99, 4)],
)
def test_respiration_is_capped_at_two_without_support(
    ratio: float, points: int, ventilation: dict[str, str]
) -> None:
    told = {"pao2": ratio, **ventilation}
    assert points_of("respiration", told) == (points if ventilation else min(points, 2))
    # The same ratio at 50 % oxygen, and given directly.
    assert points_of("respiration", {**told, "pao2": ratio / 2, "fio2": 50}) == (
        points if ventilation else min(points, 2)
    )
    direct = {k: v for k, v in ZERO.items() if k not in ("pao2", "fio2")}
    lines = tally(SOFA, {**direct, **ventilation, "pf_ratio": ratio}).items
    assert lines[0].points == (points if ventilation else min(points, 2))


def test_not_ventilated_leaves_non_invasive_support_open() -> None:
    told = {k: v for k, v in ZERO.items() if k != "niv"} | {"pao2": 80}
    line = tally(SOFA, told).items[0]
    assert (line.low, line.high, line.wants) == (2, 4, ("niv",))
    line = tally(SOFA, {**told, "pao2": 250}).items[0]
    assert (line.low, line.high, line.wants) == (2, 2, ())


@pytest.mark.parametrize(
    ("item", "name", "value", "points"),
    [
        ("platelets", "platelets", 150, 0), ("platelets", "platelets", 149, 1),
        ("platelets", "platelets", 100, 1), ("platelets", "platelets", 99, 2),
        ("platelets", "platelets", 50, 2), ("platelets", "platelets", 49, 3),
        ("platelets", "platelets", 20, 3), ("platelets", "platelets", 19, 4),
        ("bilirubin", "bilirubin", 19, 0), ("bilirubin", "bilirubin", 20, 1),
        ("bilirubin", "bilirubin", 32, 1), ("bilirubin", "bilirubin", 33, 2),
        ("bilirubin", "bilirubin", 101, 2), ("bilirubin", "bilirubin", 102, 3),
        ("bilirubin", "bilirubin", 204, 3), ("bilirubin", "bilirubin", 205, 4),
        ("bilirubin", "bilirubin", "12.0mg/dL", 4),
        ("cardiovascular", "map", 70, 0), ("cardiovascular", "map", 69, 1),
        ("cardiovascular", "dopamine", 0.1, 2), ("cardiovascular", "dopamine", 5, 2),
        ("cardiovascular", "dopamine", 5.1, 3), ("cardiovascular", "dopamine", 15, 3),
        ("cardiovascular", "dopamine", 15.1, 4), ("cardiovascular", "dobutamine", 0.5, 2),
        ("cardiovascular", "dobutamine", 20, 2), ("cardiovascular", "epi", 0.1, 3),
        ("cardiovascular", "epi", 0.11, 4), ("cardiovascular", "norepi", 0.01, 3),
        ("cardiovascular", "norepi", 0.1, 3), ("cardiovascular", "norepi", 0.11, 4),
        ("gcs_total", "gcs", 15, 0), ("gcs_total", "gcs", 14, 1), ("gcs_total", "gcs", 13, 1),
        ("gcs_total", "gcs", 12, 2), ("gcs_total", "gcs", 10, 2), ("gcs_total", "gcs", 9, 3),
        ("gcs_total", "gcs", 6, 3), ("gcs_total", "gcs", 5, 4),
        ("renal", "creatinine", 109, 0), ("renal", "creatinine", 110, 1),
        ("renal", "creatinine", 170, 1), ("renal", "creatinine", 171, 2),
        ("renal", "creatinine", 299, 2), ("renal", "creatinine", 300, 3),
        ("renal", "creatinine", 440, 3), ("renal", "creatinine", 441, 4),
        ("renal", "creatinine", "5.0mg/dL", 4),
        ("renal", "urine", "500mL/d", 0), ("renal", "urine", "499mL/d", 3),
        ("renal", "urine", "200mL/d", 3), ("renal", "urine", "199mL/d", 4),
        ("renal", "urine", "0.5L/d", 0), ("renal", "urine", "0.2L/d", 3),
        ("renal", "urine", 20, 3), ("renal", "urine", 0, 4),
    ],
)  # fmt: skip
def test_every_band_edge(item: str, name: str, value: Any, points: int) -> None:
    assert points_of(item, {name: value}) == points


MG_DL = {
    "creatinine": ((1.2, 0), (2.0, 1), (3.5, 2), (5.0, 3)),
    "bilirubin": ((1.2, 0), (2.0, 1), (6.0, 2), (12.0, 3)),
}


@pytest.mark.parametrize(
    ("name", "differ"), [("creatinine", {"1.2": 0, "3.4": 3}), ("bilirubin", {})]
)
def test_the_two_columns_of_the_table_agree_to_one_decimal(
    name: str, differ: dict[str, int]
) -> None:
    """The mg/dL column, read to one decimal, against what the µmol/L column gives."""
    item = "renal" if name == "creatinine" else name
    found = {}
    for tenths in range(3, 160):
        text = f"{tenths / 10:.1f}"
        column = next((p for end, p in MG_DL[name] if tenths / 10 < end), 4)
        given = points_of(item, {name: f"{text}mg/dL"})
        if given != column:
            found[text] = given
            said = tally(SOFA, {**ZERO, name: f"{text}mg/dL"}).warnings
            assert any("two columns" in warning for warning in said)
    assert found == differ


def test_the_worst_of_pressure_and_drugs_counts() -> None:
    told = {"map": 60, "dobutamine": 5, "norepi": 0.05}
    assert points_of("cardiovascular", told) == 3
    line = tally(SOFA, {**ZERO, **told}).items[3]
    assert line.band == "Noradrenaline > 0 and ≤ 0.1 µg/kg/min"
    known = {k: v for k, v in ZERO.items() if k not in ("dopamine", "dobutamine")}
    line = tally(SOFA, {**known, **told, "dobutamine": 5}).items[3]
    assert (line.low, line.high, line.wants) == (3, 4, ("dopamine",))


def test_a_drug_not_told_is_missing_not_zero() -> None:
    line = tally(SOFA, {"map": 80}).items[3]
    assert (line.low, line.high) == (0, 4)
    assert set(line.wants) == {"dopamine", "dobutamine", "epi", "norepi"}


@pytest.mark.parametrize("device", ["ecls", "impella", "iabp", "tandemheart", "right", "other"])
def test_the_cardiovascular_part_is_flagged_invalid_under_support(device: str) -> None:
    said = tally(SOFA, {**ZERO, "support": device}).warnings
    assert any("cardiovascular part of SOFA is not valid" in warning for warning in said)
    assert any("PaO2/FiO2 under VA-ECMO" in warning for warning in said) == (device == "ecls")


def test_nothing_is_flagged_without_support() -> None:
    assert [w for w in tally(SOFA, ZERO).warnings if "Urine" not in w] == []
    untold = {k: v for k, v in ZERO.items() if k != "support"}
    assert any("is not told" in warning for warning in tally(SOFA, untold).warnings)


@pytest.mark.parametrize(
    ("name", "value"), [("milrinone", 0.3), ("vasopressin", 0.03), ("levosimendan", "yes")]
)
def test_drugs_without_a_rule_are_told(name: str, value: Any) -> None:
    said = tally(SOFA, {**ZERO, name: value})
    assert said.total == 0
    assert any("gives no points in SOFA" in warning for warning in said.warnings)
    off = {"levosimendan": "no"}.get(name, 0)
    assert not any("gives no points" in w for w in tally(SOFA, {**ZERO, name: off}).warnings)


def test_renal_replacement_and_children() -> None:
    assert any("SOFA-2" in w for w in tally(SOFA, {**ZERO, "rrt": "yes"}).warnings)
    assert tally(SOFA, {**ZERO, "age": 10}).low is None

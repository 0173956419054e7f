"""Every pump gives the flows that were published, as closely as its file says."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterload.hemodynamics.device import (
    centrimag,
    impella,
    impella_rp,
    php,
    rotaflow,
    tandemheart,
)
from afterload.hemodynamics.device.base import ML_PER_S
from afterload.hemodynamics.device.curve import Curve
from afterload.hemodynamics.device.heartmate import CURVES as HEARTMATE
from afterload.hemodynamics.device.parse import parse_device

FITTED: dict[str, Any] = json.loads(
    (Path(__file__).parents[3] / "validation" / "hemodynamics" / "pumps.json").read_text("utf-8")
)["pumps"]

PUMPS: dict[str, Curve] = {
    **{model.word: model.curve for model in impella.MODELS},
    "impella-rp": impella_rp.CURVE,
    "php": php.CURVE,
    "tandemheart": tandemheart.CURVE,
    "heartmate-2": HEARTMATE["II"],
    "heartmate-3": HEARTMATE["3"],
    "rotaflow": rotaflow.ROTAFLOW,
    "centrimag": centrimag.CENTRIMAG,
}
WITH_FLOWS = sorted(PUMPS.keys() - {"tandemheart", "rotaflow", "centrimag"})


def litres(curve: Curve, n: float, head: float) -> float:
    return curve.flow(n, head) / ML_PER_S


def test_every_pump_has_its_fit() -> None:
    assert PUMPS.keys() == FITTED.keys()


@pytest.mark.parametrize("word", sorted(PUMPS))
def test_the_file_holds_the_fitted_numbers(word: str) -> None:
    curve, fit = PUMPS[word], FITTED[word]
    assert {"a": curve.a, "b": curve.b, "c": curve.c, "r": curve.r} == fit["room"]
    bands = {name: fit[f"band_{name}"] for name in "abc" if f"band_{name}" in fit}
    assert bands == curve.sds


@pytest.mark.parametrize("word", WITH_FLOWS)
def test_flows_are_the_published_ones_within_the_residual(word: str) -> None:
    curve, points = PUMPS[word], FITTED[word]["points"]
    off = [litres(curve, n, head) - q for n, head, q in points]
    assert (sum(x * x for x in off) / len(off)) ** 0.5 <= curve.residual
    # the room's coefficients are rounded to four digits
    assert max(abs(x) for x in off) <= FITTED[word]["largest"] + 0.005


@pytest.mark.parametrize("model", impella.MODELS, ids=lambda m: m.word)
def test_levels_read_by_the_rule_give_their_flow_range(model: impella.Model) -> None:
    """From P2 up, at the heads told of the 5.5; the tables are in the script a second time."""
    upper, lower = FITTED[model.word]["heads"]
    assert (upper, lower) == ((25, 70) if model.word == "impella-5.0" else (30, 60))
    table = {level: (n, low, high) for level, n, low, high in FITTED[model.word]["table"]}
    assert {k: v / 1000 for k, v in model.speeds.levels.items() if k != "P0"} == {
        level: n for level, (n, _, _) in table.items()
    }
    assert model.flows == {level: (low, high) for level, (_, low, high) in table.items()}
    most = FITTED[model.word]["largest"] + 0.005
    for level, (n, low, high) in table.items():
        if level != "P1":
            assert litres(model.curve, n, upper) == pytest.approx(high, abs=most)
            assert litres(model.curve, n, lower) == pytest.approx(low, abs=most)


def test_impella_cp_reaches_its_peak_in_systole() -> None:
    """Up to 4.3 L/min at P-9 (its instructions, Table 5.3, footnote): the fit did not see it."""
    assert litres(impella.IMPELLA_CP.curve, 46, 0) == pytest.approx(4.3, abs=0.25)


def test_one_curve_holds_the_whole_table_of_the_5_5() -> None:
    """Flows at two told heads and eight speeds follow a n² - (b n + r) q - c q² within 0.27 L/min,
    and P-9 gives 5.0 to 5.5: its speeds, which were not seen, are borne out by it."""
    curve = impella.IMPELLA_55.curve
    assert litres(curve, 33, 60) == pytest.approx(5.0, abs=0.05)
    assert FITTED["impella-5.5"]["rms"] < 0.12
    assert litres(curve, 10, 30) < 0  # P-1: no flow


def test_impella_rp_has_its_range_at_the_heads_of_the_right_heart() -> None:
    """3.9 to 4.4 L/min at P-9, between 48 and 5 mmHg."""
    assert litres(impella_rp.CURVE, 33, 48) == pytest.approx(3.9, abs=0.03)
    assert litres(impella_rp.CURVE, 33, 5) == pytest.approx(4.4, abs=0.06)


@pytest.mark.parametrize(
    ("n", "head", "flows"),
    [
        (8, 40, (4.64, 4.61, 4.95)), (8, 60, (2.07, 2.27, 2.88)), (8, 80, (0.14, 0.80)),
        (9, 40, (6.38,)), (9, 60, (4.32, 4.21)), (9, 80, (2.00, 2.05)),
        (10, 40, (8.14,)), (10, 60, (6.63, 6.16)), (10, 80, (3.93, 4.18)), (10, 100, (1.84, 2.20)),
    ],
)  # fmt: skip
def test_heartmate_2_lies_among_three_published_fits(
    n: float, head: float, flows: tuple[float, ...]
) -> None:
    """Hemodynamics reference D.3: the fits differ by 0.2-0.8 L/min among themselves."""
    found = litres(HEARTMATE["II"], n, head)
    assert min(flows) - 0.8 < found < max(flows) + 0.8
    assert abs(found - sum(flows) / len(flows)) < 0.55


@pytest.mark.parametrize(
    ("n", "head", "flow"),
    [(5, 40, 5.80), (5, 60, 4.40), (5, 80, 1.83), (6, 40, 7.22), (6, 60, 6.75), (6, 80, 5.69),
     (6, 100, 4.05)],
)  # fmt: skip
def test_heartmate_3_gives_the_flows_of_the_reference(n: float, head: float, flow: float) -> None:
    assert litres(HEARTMATE["3"], n, head) == pytest.approx(flow, abs=0.46)


def test_rotaflow_has_the_published_shut_off_heads() -> None:
    assert rotaflow.ROTAFLOW.head(2.0, 0.0) == pytest.approx(108, abs=5)
    assert rotaflow.ROTAFLOW.head(5.0, 0.0) == 700


@pytest.mark.parametrize(
    ("curve", "rpm", "flow", "head", "off"),
    [
        (rotaflow.ROTAFLOW, 3000, 4.2, 250, 10),
        (centrimag.CENTRIMAG, 3425, 4.2, 250, 10),
        (centrimag.CENTRIMAG, 4000, 5.0, 352, 10),
    ],
)
def test_centrifugal_pumps_give_the_heads_measured_with_blood(
    curve: Curve, rpm: float, flow: float, head: float, off: float
) -> None:
    """Two abstracts: a blood loop at 250 ± 10 mmHg, and the CentriMag's hydraulic performance."""
    assert curve.head(rpm / 1000, flow * ML_PER_S) == pytest.approx(head, abs=off)


@pytest.mark.parametrize("n", [2.0, 3.5, 5.0])
def test_rotaflow_has_more_head_and_flow_than_centrimag(n: float) -> None:
    """Guan et al., abstract: shut-off head and flow are higher at every speed."""
    assert rotaflow.ROTAFLOW.head(n, 0) > centrimag.CENTRIMAG.head(n, 0)
    head = 0.6 * centrimag.CENTRIMAG.head(n, 0)
    assert litres(rotaflow.ROTAFLOW, n, head) > litres(centrimag.CENTRIMAG, n, head)


def test_rotaflow_reaches_the_point_pumps_are_compared_at() -> None:
    """5 L/min against about 350 mmHg (hemodynamics reference D.5), within its speeds."""
    at_full_speed = rotaflow.ROTAFLOW.flow(rotaflow.SPEEDS.fastest / 1000, 350) / ML_PER_S
    assert at_full_speed > 5


def test_php_has_its_design_point() -> None:
    assert litres(php.CURVE, 20, 60) == pytest.approx(4.0, abs=0.03)


@pytest.mark.parametrize("curve", PUMPS.values(), ids=PUMPS.keys())
@given(
    n=st.floats(1.0, 60.0), more=st.floats(1.01, 1.5), head=st.floats(-20, 150), up=st.floats(1, 50)
)
def test_flow_rises_with_speed_and_falls_with_head(
    curve: Curve, n: float, more: float, head: float, up: float
) -> None:
    if curve.b + curve.c + curve.r == 0:  # TandemHeart: losses are its cannulas'
        curve = Curve(curve.a, 0, 0.03, 0.4, (), {}, 0)
    q = curve.flow(n, head)
    assert curve.flow(n, head + up) < q
    if head >= 0:  # a pump driven by pressure may be a brake
        assert curve.flow(n * more, head) > q
    assert curve.head(n, q) == pytest.approx(head, abs=1e-6 + 1e-9 * curve.a * n * n)


@pytest.mark.parametrize(
    ("word", "french"),
    [("impella-2.5", 12), ("impella-cp", 14), ("impella-5.0", 21), ("impella-5.5", 21)],
)
def test_less_runs_back_through_a_standing_impella_than_through_a_bare_hole(
    word: str, french: float
) -> None:
    """Torricelli's law, at 60 mmHg and a hole as wide as the whole pump."""
    found = parse_device(f"{word}:level=P0").parameters()
    r, c = found["left_pump.r"], found["left_pump.c"]
    back = litres(Curve(0.0, 0.0, c, r, (), {}, 0.0), 0.0, 60.0)
    hole = math.pi / 4 * (french / 30) ** 2 * math.sqrt(2 * 60 * 1333.22 / 1.06) / ML_PER_S
    assert -hole < back < 0
    assert found["left_pump.n"] == 0.0

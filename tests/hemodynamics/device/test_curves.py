"""Every pump gives the flows that were published, as closely as its file says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterload.hemodynamics.device import impella, impella_rp, php, rotaflow, tandemheart
from afterload.hemodynamics.device.base import ML_PER_S
from afterload.hemodynamics.device.curve import Curve
from afterload.hemodynamics.device.heartmate import CURVES as HEARTMATE

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
}
WITH_FLOWS = sorted(PUMPS.keys() - {"tandemheart", "rotaflow"})


def litres(curve: Curve, n: float, head: float) -> float:
    return curve.flow(n, head) / ML_PER_S


def test_every_pump_has_its_fit() -> None:
    assert PUMPS.keys() == FITTED.keys()


@pytest.mark.parametrize("word", sorted(PUMPS))
def test_the_file_holds_the_fitted_numbers(word: str) -> None:
    curve, fit = PUMPS[word], FITTED[word]
    assert {"a": curve.a, "b": curve.b, "c": curve.c, "r": curve.r} == fit["room"]
    bands = {name: fit[f"band_{name}"] for name in "ab" if f"band_{name}" in fit}
    assert bands == curve.sds


@pytest.mark.parametrize("word", WITH_FLOWS)
def test_flows_are_the_published_ones_within_the_residual(word: str) -> None:
    curve, points = PUMPS[word], FITTED[word]["points"]
    off = [litres(curve, n, head) - q for n, head, q in points]
    assert (sum(x * x for x in off) / len(off)) ** 0.5 <= curve.residual
    # the room's coefficients are rounded to four digits
    assert max(abs(x) for x in off) <= FITTED[word]["largest"] + 0.005


@pytest.mark.parametrize("model", impella.MODELS[:3], ids=lambda m: m.word)
def test_levels_read_by_the_rule_give_their_flow_range(model: impella.Model) -> None:
    """Upper end at 25 mmHg, lower at 70, from P2 up; the tables are in the script a second time."""
    table = {level: (n, low, high) for level, n, low, high in FITTED[model.word]["table"]}
    assert {k: v / 1000 for k, v in model.speeds.levels.items() if k != "P0"} == {
        level: n for level, (n, _, _) in table.items()
    }
    assert model.flows == {level: (low, high) for level, (_, low, high) in table.items()}
    most = FITTED[model.word]["largest"] + 0.005
    for level, (n, low, high) in table.items():
        if level != "P1":
            assert litres(model.curve, n, 25) == pytest.approx(high, abs=most)
            assert litres(model.curve, n, 70) == pytest.approx(low, abs=most)


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

"""CPO: the worked examples, the physics behind 451, and what its cut-offs say."""

from __future__ import annotations

import pytest

from afterload.core.errors import InputError
from afterload.scores import tally
from afterload.scores.cpo import CPO

PASCAL = 133.322
"""One mmHg, in Pa."""


def warned(total: float) -> str:
    """The warnings at a total, reached with a pressure of 90.2 mmHg."""
    return "\n".join(tally(CPO, {"map": 90.2, "co": total * 5, "support": "none"}).warnings)


@pytest.mark.parametrize(("pressure", "output", "watts"), [(65, 4, 0.576), (80, 5, 0.887)])
def test_worked_examples(pressure: float, output: float, watts: float) -> None:
    result = tally(CPO, {"map": pressure, "co": output})
    assert result.total == pytest.approx(watts, abs=5e-4)
    assert result.unit == "W"


def test_451_turns_mmhg_and_litres_per_minute_into_watts() -> None:
    watts = 65 * PASCAL * 4 / 1000 / 60  # pressure in Pa times flow in m³/s
    assert tally(CPO, {"map": 65, "co": 4}).total == pytest.approx(watts, rel=0.0025)


@pytest.mark.parametrize(
    ("watts", "said"),
    [(0.50, "not above either cut-off"), (0.52999, "not above either cut-off"),
     (0.531, "Between the cut-offs"), (0.599, "Between the cut-offs")],
)  # fmt: skip
def test_both_cut_offs_are_told_with_how_sure_we_are(watts: float, said: str) -> None:
    text = warned(watts)
    assert said in text
    assert "SHOCK registry, 0.53 W: seen in a secondary source" in text
    assert "SCAI stage C: seen in a secondary source" in text


def test_above_both_cut_offs_nothing_is_said() -> None:
    assert warned(0.601) == ""


def test_the_edges_of_the_cut_offs_are_as_written() -> None:
    low, between = CPO.about.cautions[1:]
    assert (low.high, low.high_closed) == (0.53, True)
    assert (between.low, between.low_closed, between.high, between.high_closed) == (
        0.53, False, 0.6, True,
    )  # fmt: skip


def test_a_missing_output_leaves_the_interval_of_the_vocabulary() -> None:
    result = tally(CPO, {"map": 45.1})
    assert (result.low, result.high) == pytest.approx((0, 2))  # CO 0 to 20 L/min
    assert result.missing == ("co",)
    assert tally(CPO, {"map": 250}).high == 4


def test_impossible_power_is_refused() -> None:
    with pytest.raises(InputError, match=r"map = 250, co = 20 cannot all be right.*0 to 4 W"):
        tally(CPO, {"map": 250, "co": 20})


@pytest.mark.parametrize(
    ("support", "said"),
    [("ecls", "thermodilution is not valid"), ("impella", "made by the pump"),
     ("iabp", "augmentation")],
)  # fmt: skip
def test_what_a_device_does_to_it(support: str, said: str) -> None:
    result = tally(CPO, {"map": 65, "co": 6, "support": support})
    assert any(said in warning for warning in result.warnings)
    untold = tally(CPO, {"map": 65, "co": 6})
    assert any("not told" in warning for warning in untold.warnings)

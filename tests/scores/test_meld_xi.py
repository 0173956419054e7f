"""MELD-XI: the worked examples, as published and floored."""

from __future__ import annotations

import math

import pytest

from afterload.core.vocabulary import standard
from afterload.scores import tally
from afterload.scores.egfr import MOLAR as CREATININE
from afterload.scores.meld_xi import BILIRUBIN, MELD_XI


def both(bilirubin: str, creatinine: str) -> list[float | None]:
    """The result as published and by the convention of a floor."""
    result = tally(MELD_XI, {"bilirubin": bilirubin, "creatinine": creatinine})
    assert result.total == result.items[0].points
    return [line.points for line in result.items]


def test_worked_example() -> None:
    assert both("2.0 mg/dL", "1.5 mg/dL") == pytest.approx([17.75, 17.75], abs=0.005)


@pytest.mark.parametrize(("bilirubin", "creatinine"), [(1, 1), (0.5, 1), (1, 0.4), (0.3, 0.6)])
def test_with_both_at_one_or_below_the_floored_reading_is_9_44(
    bilirubin: float, creatinine: float
) -> None:
    published, floored = both(f"{bilirubin} mg/dL", f"{creatinine} mg/dL")
    assert floored == pytest.approx(9.44, abs=1e-9)
    by_hand = 9.44 + 5.11 * math.log(bilirubin) + 11.76 * math.log(creatinine)
    assert published == pytest.approx(by_hand, abs=1e-9)


def test_which_reading_is_shown_is_told_only_when_they_differ() -> None:
    low = tally(MELD_XI, {"bilirubin": 10, "creatinine": 60, "support": "none"}).warnings
    assert ["below 1 mg/dL" in w for w in low] == [True, True]
    at_one = {"bilirubin": BILIRUBIN, "creatinine": CREATININE, "support": "none"}
    assert tally(MELD_XI, at_one).warnings == ()


def test_the_molar_factors_are_those_of_the_vocabulary() -> None:
    for name, factor in (("bilirubin", BILIRUBIN), ("creatinine", CREATININE)):
        forms = {form.unit: form.factor for form in standard()[name].units}
        assert forms["mg/dL"] == factor


def test_a_missing_input_leaves_an_interval() -> None:
    result = tally(MELD_XI, {"bilirubin": "2.0 mg/dL"})
    ends = [tally(MELD_XI, {"bilirubin": "2.0 mg/dL", "creatinine": x}).total for x in (10, 2500)]
    assert [result.low, result.high] == ends
    assert result.missing == ("creatinine",)


def test_what_a_device_does_to_it() -> None:
    values = {"bilirubin": 40, "creatinine": 150, "support": "ecls+impella"}
    ecls, impella = tally(MELD_XI, values).warnings
    assert "haemolysis in the circuit" in ecls
    assert "creatinine" in ecls
    assert "haemolysis at the pump" in impella

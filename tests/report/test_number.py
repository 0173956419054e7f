"""Number formats, against gtsummary's documented and tested outputs and the AMA's rules."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterload.report import number
from afterload.report.number import DASH, MINUS, Marks

P = (1.5, 1, 0.999, 0.5, 0.25, 0.2, 0.12, 0.10, 0.06, 0.03, 0.002, 0.0002, 0.00002, -1)
# gtsummary 2.x, tests/testthat/test-style_pvalue.R (NA there is a dash here)
GTSUMMARY = {
    "1": "NA >0.9 >0.9 0.5 0.3 0.2 0.12 0.10 0.060 0.030 0.002 <0.001 <0.001 NA",
    "2": "NA >0.99 >0.99 0.50 0.25 0.20 0.12 0.10 0.060 0.030 0.002 <0.001 <0.001 NA",
    "3": "NA >0.999 0.999 0.500 0.250 0.200 0.120 0.100 0.060 0.030 0.002 <0.001 <0.001 NA",
}


@pytest.mark.parametrize("style", GTSUMMARY)
def test_p_values_are_gtsummarys(style):
    shown = [number.p_value(p, style) for p in P]
    assert " ".join(shown).replace(DASH, "NA") == GTSUMMARY[style]


@pytest.mark.parametrize(
    ("p", "shown"),
    [(0.197, "0.2"), (0.0999, "0.10"), (0.001, "0.001"), (0.00099, "<0.001"), (0.9, "0.9")],
)
def test_p_values_at_the_edges_of_gtsummarys_help_page(p, shown):
    assert number.p_value(p, "1") == shown


@pytest.mark.parametrize(
    ("p", "shown"),
    [
        (0.995, ">0·99"), (0.99, "0·99"), (0.10, "0·10"), (0.096, "0·10"), (0.0949, "0·095"),
        (0.01, "0·010"), (0.0094, "0·0094"), (0.0001, "0·0001"), (0.00009, "<0·0001"),
    ],
)  # fmt: skip
def test_p_values_of_the_lancet(p, shown):
    assert number.p_value(p, "lancet", Marks("·")) == shown


@pytest.mark.parametrize(
    ("p", "shown"),
    [
        (0.5, ".50"), (0.03, ".03"), (0.01, ".01"), (0.0099, ".010"), (0.003, ".003"),
        (0.0009, "<.001"), (0.995, ">.99"), (0.049, ".049"), (0.0496, ".0496"), (0.051, ".05"),
        (0.044, ".04"), (1.2, DASH),
    ],
)  # fmt: skip
def test_p_values_of_the_ama(p, shown):
    assert number.p_value(p, "ama") == shown


@given(st.floats(0, 1))
def test_a_p_value_is_never_zero_or_on_the_wrong_side_of_five_percent(p):
    shown = number.p_value(p, "ama")
    assert float("0" + shown.lstrip("<>")) > 0
    if p < 0.05 and not shown.startswith("<") and p < 0.0499995:
        assert float("0" + shown) < 0.05


def test_percentages_are_gtsummarys():
    values = (0, 0.00001, 0.0001, 0.005, 0.01, 0.10, 0.45356, 0.99, 1.45)
    shown = [number.percent(x) for x in values]
    assert shown == ["0", "<0.1", "<0.1", "0.5", "1.0", "10", "45", "99", "145"]
    shown = [number.percent(x, 1) for x in values]
    assert shown == ["0", "<0.01", "0.01", "0.50", "1.00", "10.0", "45.4", "99.0", "145.0"]


def test_ama_percentages_follow_the_number_of_people():
    assert [number.percent_of(1 / 3, n) for n in (99, 100, 999, 1000)] == [
        "33", "33.3", "33.3", "33.33",
    ]  # fmt: skip


def test_significant_figures_are_gtsummarys():
    values = (0.123, 0.9, 1.1234, 12.345, -0.123, -0.9, -1.1234, -132.345, -0.001)
    shown = [number.sigfig(x).replace(MINUS, "-") for x in values]
    assert shown == ["0.12", "0.90", "1.1", "12", "-0.12", "-0.90", "-1.1", "-132", "0.00"]
    assert number.sigfig(9.96) == "10"


def test_ratios_are_gtsummarys():
    values = (0.123, 0.9, 1.1234, 12.345, 101.234, -0.123, -0.9, -1.1234, -12.345, -101.234)
    shown = [number.ratio(x).replace(MINUS, "-") for x in values]
    assert shown == [
        "0.12", "0.90", "1.12", "12.3", "101", "-0.12", "-0.90", "-1.12", "-12.3", "-101",
    ]  # fmt: skip


@given(st.integers(-10_000_000, 10_000_000), st.integers(0, 3))
def test_rounding_is_half_up_as_on_paper(thousandths, digits):
    paper = (Decimal(thousandths) / 1000).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    shown = number.fixed(thousandths / 1000, digits, Marks(thousands=""))
    assert Decimal(shown.replace(MINUS, "-")) == paper
    assert Decimal(str(number.half_up(thousandths / 1000, digits))) == paper


@pytest.mark.parametrize(("x", "shown"), [(0.5, "1"), (1.5, "2"), (2.5, "3"), (-2.5, f"{MINUS}3")])
def test_halves_are_never_rounded_to_even(x, shown):
    assert number.fixed(x) == shown


def test_numbers_have_the_marks_of_their_theme():
    lancet = Marks("·", " ", 10_000)
    assert number.fixed(1234.5, 1) == "1,234.5"
    assert number.fixed(1234.5, 1, lancet) == "1234·5"
    assert number.fixed(12345.6, 1, lancet) == "12 345·6"
    assert number.fixed(-0.004, 2) == "0.00"
    assert number.fixed(float("inf")) == "∞"


def test_an_end_that_is_not_known_is_joined_by_a_word():
    """Lancet: 3.0 to not reached is not "3·0–—"."""
    assert number.join("3·0", "—", "–") == "3·0 to —"
    assert number.join("—", "3·0", "–") == "— to 3·0"
    assert number.join("3·0", "—", ", ") == "3·0, —"


def test_a_dash_never_meets_a_minus():
    assert number.join("1", "2", "–") == "1–2"
    assert number.join(f"{MINUS}1", "2", "–") == f"{MINUS}1 to 2"
    assert number.join(f"{MINUS}1", "2", ", ") == f"{MINUS}1, 2"


@pytest.mark.parametrize(
    ("spread", "digits"),
    [(900, 0), (15, 0), (8, 0), (4, 1), (0.8, 1), (0.12, 2), (0.01, 3), (0, 1), (1e-9, 4)],
)
def test_decimals_follow_the_spread(spread, digits):
    assert number.digits_for(spread) == digits

"""How numbers look: p-values, percentages, ratios, intervals, rounded half up.

The rules are those of gtsummary's documented output and of the journals' own pages; every one is a
pure function from a number to text. Python's own rounding (half to even) is never used.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Style = Callable[[float], str]
PStyle = Literal["1", "2", "3", "lancet", "ama"]
MINUS = "\N{MINUS SIGN}"
DASH = "\N{EM DASH}"
INFINITY = "\N{INFINITY}"
_LEEWAY = 2.0**-26
"""What R's `round5` adds, so that 0.145 stored as 0.14499999999999999 still rounds up."""


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of a number.

    Args:
        decimal: What stands before the decimals.
        thousands: What groups the thousands; empty for none.
        grouped_from: The smallest number that is grouped.
    """

    decimal: str = "."
    thousands: str = ","
    grouped_from: int = 1_000


PLAIN = Marks()


def half_up(x: float, digits: int = 0) -> float:
    """Round half away from zero, as people do on paper.

    Example:
        >>> half_up(2.5), half_up(0.145, 2), half_up(-2.5)
        (3.0, 0.15, -3.0)
    """
    scaled = math.floor(abs(x) * 10**digits + 0.5 + _LEEWAY) / 10**digits
    return math.copysign(scaled, x) if scaled else 0.0


def fixed(x: float, digits: int = 0, marks: Marks = PLAIN) -> str:
    """A number with so many decimals, a true minus sign and grouped thousands.

    Example:
        >>> fixed(-1234.25, 1)
        '−1,234.3'
    """
    if math.isinf(x):
        return INFINITY if x > 0 else MINUS + INFINITY
    whole = math.floor(abs(x) * 10**digits + 0.5 + _LEEWAY)
    head, tail = divmod(whole, 10**digits)
    text = f"{head:,}".replace(",", marks.thousands) if head >= marks.grouped_from else str(head)
    if digits > 0:
        text += f"{marks.decimal}{tail:0{digits}d}"
    return MINUS + text if x < 0 and whole else text


def count(x: float, marks: Marks = PLAIN) -> str:
    """A number of people, events or days."""
    return fixed(x, 0, marks)


def p_value(p: float, style: PStyle = "1", marks: Marks = PLAIN) -> str:
    """A p-value in a journal's style, e.g. "0.12", "<0.001", ">0.9".

    Args:
        p: The p-value; outside 0 to 1 there is nothing to show.
        style: "1", "2", "3" (gtsummary's digits), "lancet", or "ama" (no leading zero).
        marks: The decimal mark to use.

    Returns:
        The text, a dash for a number that is no p-value.
    """
    if not -1e-15 <= p <= 1 + 1e-15:
        return DASH
    if style == "ama":
        return _p_ama(p, marks)
    top, low, _ = _P_RULES[style]
    if p > top:
        return f">{_bare(top, marks)}"
    if p < low:
        return f"<{_bare(low, marks)}"
    return fixed(p, _p_digits(p, style), marks)


_P_RULES: dict[str, tuple[float, float, tuple[tuple[int, float], ...]]] = {
    # above this: ">"; below this: "<"; (digits, shown when p rounded to them is at least)
    "1": (0.9, 0.001, ((1, 0.2), (2, 0.1), (3, 0.0))),
    "2": (0.99, 0.001, ((2, 0.1), (3, 0.0))),
    "3": (0.999, 0.001, ((3, 0.0),)),
    "lancet": (0.99, 0.0001, ((2, 0.10), (3, 0.01), (4, 0.0))),
}


def _p_digits(p: float, style: PStyle) -> int:
    _, _, steps = _P_RULES[style]
    return next(digits for digits, least in steps if half_up(p, digits) >= least - 1e-12)


def _p_ama(p: float, marks: Marks) -> str:
    """AMA: .03, .003, <.001, >.99; a digit more where rounding would cross .05."""
    if p > 0.99:
        return f">{marks.decimal}99"
    if p < 0.001:
        return f"<{marks.decimal}001"
    digits = 2 if p >= 0.01 else 3
    while p < 0.05 and half_up(p, digits) >= 0.05 and digits < 6:
        digits += 1
    return fixed(p, digits, marks).removeprefix("0")


def _bare(x: float, marks: Marks) -> str:
    return f"{x:g}".replace(".", marks.decimal)


def percent(proportion: float, digits: int = 0, marks: Marks = PLAIN) -> str:
    """A proportion in percent, gtsummary's way: a decimal more below 10, "<0.1" if tiny.

    Example:
        >>> percent(0.45356), percent(0.005), percent(0.0001), percent(0.0)
        ('45', '0.5', '<0.1', '0')
    """
    value = proportion * 100
    if value <= 0:
        return "0"
    if half_up(value, digits + 1) >= 10:
        return fixed(value, digits, marks)
    if value >= 10.0 ** -(digits + 1) - 1e-12:
        return fixed(value, digits + 1, marks)
    return f"<{_bare(10.0 ** -(digits + 1), marks)}"


def percent_of(proportion: float, n: int, marks: Marks = PLAIN) -> str:
    """A proportion in percent, AMA's way: no decimal below 100 people, 1 below 1000, else 2."""
    return fixed(proportion * 100, percent_of_digits(n), marks)


def percent_of_digits(n: int) -> int:
    """The decimals of a percentage of so many people, AMA's way."""
    return 0 if n < 100 else 1 if n < 1000 else 2


def sigfig(x: float, digits: int = 2, marks: Marks = PLAIN) -> str:
    """About so many significant figures, never dropping those before the decimal mark.

    Example:
        >>> sigfig(0.123), sigfig(1.1234), sigfig(123.45)
        ('0.12', '1.1', '123')
    """
    size = abs(x)
    kept = range(digits, 0, -1)
    decimals = next((d for d in kept if half_up(size, d) < 10 ** (digits - d)), 0)
    return fixed(x, decimals, marks)


def ratio(x: float, marks: Marks = PLAIN) -> str:
    """A ratio: two decimals below 10, one below 100, none above.

    Example:
        >>> ratio(0.123), ratio(1.1234), ratio(12.345), ratio(101.234)
        ('0.12', '1.12', '12.3', '101')
    """
    size = abs(x)
    digits = 2 if half_up(size, 2) < 10 else 1 if half_up(size, 1) < 100 else 0
    return fixed(x, digits, marks)


def join(low: str, high: str, separator: str) -> str:
    """Two ends of an interval; a dash gives way to "to" where it could be read as a minus."""
    signed = low.startswith(MINUS) or high.startswith(MINUS) or DASH in {low, high}
    if separator.strip() in {"-", "\N{EN DASH}", DASH} and (signed or INFINITY in high):
        separator = " to "
    return f"{low}{separator}{high}"


def digits_for(spread: float) -> int:
    """How many decimals a measurement deserves, from its interquartile range.

    Eight or more: none; 0.8 or more: one; and so on. The unit a variable is kept in decides: a
    lactate spread of 4 mmol/L gets one decimal, a BNP spread of 900 pg/mL none.
    """
    if not math.isfinite(spread) or spread <= 0:
        return 1
    return min(4, max(0, 1 - math.floor(math.log10(spread / 0.8))))

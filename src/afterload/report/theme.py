"""A journal's way of writing the same numbers: data, and the few functions that read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from afterload.report import number
from afterload.report.number import Marks, PStyle


@dataclass(frozen=True, slots=True)
class Theme:
    """How numbers and words look in a report.

    Args:
        name: Name of the theme.
        p_style: How p-values are rounded.
        p_symbol: "p" or "P".
        p_italic: Whether it stands in italics.
        marks: Decimal mark and grouping of thousands.
        quartiles: What opens, joins and closes the two quartiles.
        quartile_name: What they are called; their ends are named if empty.
        interval: What joins the ends of a confidence interval.
        percent_by_n: Decimals of a percentage from the number of people, not from its size.
        percent_sign: Whether "%" stands in each cell.
        count_symbol: "n" or "No."
        show_marks: Whether "*" marks an arm that differs from the reference.
        pairwise: Where the p-values against the reference stand: under the cells, or in columns.
        baseline_p: Whether Table 1 has p-values (JAMA asks for standardised differences alone).
        baseline_smd: Whether Table 1 has standardised mean differences.
    """

    name: str
    p_style: PStyle = "1"
    p_symbol: str = "p"
    p_italic: bool = False
    marks: Marks = number.PLAIN
    quartiles: tuple[str, str, str] = ("[", ", ", "]")
    quartile_name: str = ""
    interval: str = ", "
    percent_by_n: bool = False
    percent_sign: bool = True
    count_symbol: str = "n"
    show_marks: bool = True
    pairwise: Literal["under", "columns"] = "under"
    baseline_p: bool = True
    baseline_smd: bool = True

    @property
    def iqr_words(self) -> str:
        """How the two quartiles are announced, e.g. "[Q1, Q3]" or "(IQR)"."""
        before, between, after = self.quartiles
        if self.quartile_name:
            return f"{before}{self.quartile_name}{after}"
        return f"{before}Q1{between}Q3{after}"


_DASHED = ("(", "\N{EN DASH}", ")")
DEFAULT = Theme("default")
JAMA = Theme(
    "jama",
    p_style="ama",
    p_symbol="P",
    p_italic=True,
    quartiles=_DASHED,
    quartile_name="IQR",
    interval=" to ",
    percent_by_n=True,
    percent_sign=False,
    count_symbol="No.",
    show_marks=False,
    pairwise="columns",
    baseline_p=False,
)
NEJM = Theme(
    "nejm",
    p_style="2",
    p_symbol="P",
    quartiles=_DASHED,
    interval=" to ",
    percent_sign=False,
    count_symbol="no.",
    show_marks=False,
    pairwise="columns",
)
LANCET = Theme(
    "lancet",
    p_style="lancet",
    marks=Marks("\N{MIDDLE DOT}", "\N{THIN SPACE}", 10_000),
    quartiles=_DASHED,
    interval="\N{EN DASH}",
    show_marks=False,
    pairwise="columns",
)
THEMES: dict[str, Theme] = {theme.name: theme for theme in (DEFAULT, JAMA, NEJM, LANCET)}


def p_cell(theme: Theme, p: float) -> str:
    """A p-value as it stands in a table."""
    return number.p_value(p, theme.p_style, theme.marks)


def p_text(theme: Theme, p: float, label: str = "") -> str:
    """A p-value as it stands in a sentence, e.g. "p=0.03", "P<.001"."""
    shown = p_cell(theme, p)
    sign = "" if shown[:1] in {"<", ">"} else "="
    return f"{label or theme.p_symbol}{sign}{shown}"


def percentage(theme: Theme, proportion: float, n: int, sign: bool = True) -> str:
    """A proportion in percent; `n` is what it is out of."""
    if theme.percent_by_n:
        shown = number.percent_of(proportion, n, theme.marks)
    else:
        shown = number.percent(proportion, marks=theme.marks)
    return f"{shown}%" if sign and theme.percent_sign else shown


def percent_digits(theme: Theme, proportion: float, n: int) -> int:
    """The decimals of a proportion in percent, which its interval shares."""
    if theme.percent_by_n:
        return number.percent_of_digits(n)
    return 1 if proportion > 0 and number.half_up(proportion * 100, 1) < 10 else 0


def interval(theme: Theme, low: str, high: str) -> str:
    """A confidence interval of two ends already shown as text."""
    return number.join(low, high, theme.interval)


def quartiles(theme: Theme, low: str, high: str) -> str:
    """The two quartiles with what opens and closes them."""
    before, between, after = theme.quartiles
    return f"{before}{number.join(low, high, between)}{after}"

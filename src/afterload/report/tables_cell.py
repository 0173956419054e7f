"""How one statistic, or the few that belong together, becomes the text of a cell.

Nothing is computed: every number is looked up in the results. What is not there is a dash, what
was withheld says so, and a warning that travels with a number becomes a footnote.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from afterload.report import number
from afterload.report import theme as themes
from afterload.report.number import DASH
from afterload.report.table_view import Cell, ColumnHead, Notes
from afterload.report.theme import Theme
from afterload.study.ard import Results, Section, Statistic
from afterload.study.design import Design, Item

SUPPRESSED = "suppressed"
WITHHELD = "[c]"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a row is about: where its statistics are found."""

    section: Section
    variable: str
    level: str = ""
    point: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What every table is built from."""

    design: Design
    results: Results
    theme: Theme
    notes: Notes

    def find(
        self, about: Subject, statistic: str, arm: str = "", versus: str = ""
    ) -> Statistic | None:
        """The statistic of that name about the subject; a comparison needs no level."""
        return self.results.find(
            about.section,
            about.variable,
            statistic,
            level=about.level,
            point=about.point,
            arm=arm,
            versus=versus,
        )

    def value(
        self, about: Subject, statistic: str, arm: str = "", versus: str = ""
    ) -> float | None:
        """Its value, or None."""
        found = self.find(about, statistic, arm, versus)
        return None if found is None else found.value

    def refs(self, row: Statistic | None, *more: str) -> tuple[str, ...]:
        """The footnotes of a statistic: its warning, and what else is given."""
        warning = row.warning if row is not None else ""
        return self.notes.refs(*more, *([] if is_suppressed(row) else [warning]))

    def fixed(self, x: float, digits: int = 0) -> str:
        """A number in the theme's marks."""
        return number.fixed(x, digits, self.theme.marks)


def is_suppressed(row: Statistic | None) -> bool:
    """Whether the number was withheld to protect patients."""
    return row is not None and row.value is None and row.warning.startswith(SUPPRESSED)


def shown(row: Statistic | None, style: Callable[[float], str]) -> str:
    """The number of a statistic as text: styled, withheld or a dash."""
    if row is None:
        return DASH
    if row.value is None:
        return withheld(row) if is_suppressed(row) else DASH
    return style(row.value)


def withheld(row: Statistic) -> str:
    """What stands for a number that was withheld: "<5" for a small count, else "[c]"."""
    small = row.warning.partition("(< ")[2].partition(")")[0]
    return f"<{small}" if small else WITHHELD


def arm_heads(sheet: Sheet, overall: bool) -> tuple[ColumnHead, ...]:
    """A column per arm with its size, all together first if wanted."""
    heads = [ColumnHead("All", total(sheet))] if overall else []
    return (*heads, *(ColumnHead(arm, arm_size(sheet, arm)) for arm in sheet.design.arms))


def arm_size(sheet: Sheet, arm: str) -> str:
    """The number of episodes in an arm, e.g. "n = 52"."""
    row = sheet.results.find("flow", "arm", "count", arm=arm)
    return f"n = {shown(row, sheet.fixed)}" if row else ""


def total(sheet: Sheet) -> str:
    """The number of episodes in all arms together, where the results tell it."""
    known = analysed(sheet.results, sheet.design)
    return f"n = {sheet.fixed(known)}" if known is not None else ""


def analysed(results: Results, design: Design) -> float | None:
    """How many episodes are in the arms; None where an arm's size is withheld."""
    sizes = [results.find("flow", "arm", "count", arm=arm) for arm in design.arms]
    values = [size.value for size in sizes if size is not None and size.value is not None]
    return sum(values) if len(values) == len(design.arms) else None


def p_cell(sheet: Sheet, row: Statistic | None, method: bool = True) -> Cell:
    """A p-value with the letter of its test."""
    text = shown(row, lambda p: themes.p_cell(sheet.theme, p))
    name = row.method if row is not None and method and row.value is not None else ""
    return Cell(text, refs=sheet.refs(row, name))


def median_cell(sheet: Sheet, about: Subject, arm: str, digits: int) -> Cell:
    """The median with its quartiles."""
    middle = sheet.find(about, "median", arm)
    low, high = sheet.value(about, "q1", arm), sheet.value(about, "q3", arm)
    text = shown(middle, lambda x: sheet.fixed(x, digits))
    if low is not None and high is not None:
        ends = sheet.fixed(low, digits), sheet.fixed(high, digits)
        text += f" {themes.quartiles(sheet.theme, *ends)}"
    return Cell(text, refs=sheet.refs(middle))


def mean_cell(sheet: Sheet, about: Subject, arm: str, digits: int) -> Cell:
    """The mean with its standard deviation."""
    middle, sd = sheet.find(about, "mean", arm), sheet.value(about, "sd", arm)
    text = shown(middle, lambda x: sheet.fixed(x, digits))
    text += f" ({sheet.fixed(sd, digits)})" if sd is not None else ""
    return Cell(text, refs=sheet.refs(middle))


def number_cell(sheet: Sheet, about: Subject, item: Item, arm: str, digits: int) -> Cell:
    """The summary a variable asks for."""
    summary = mean_cell if item.summary == "mean" else median_cell
    return summary(sheet, about, arm, digits)


def count_cell(sheet: Sheet, about: Subject, arm: str) -> Cell:
    """A count with its percentage, e.g. "12 (34%)"."""
    row, share = sheet.find(about, "count", arm), sheet.find(about, "proportion", arm)
    text = shown(row, sheet.fixed)
    if share is not None and share.value is not None:
        out_of = share.denominator or share.n or 0
        text += f" ({themes.percentage(sheet.theme, share.value, out_of)})"
    return Cell(text, refs=sheet.refs(row))


def ends(
    sheet: Sheet,
    about: Subject,
    names: tuple[str, str],
    style: Callable[[float], str],
    arm: str = "",
    versus: str = "",
) -> str:
    """The two ends of an interval joined; empty where either is not known."""
    low, high = (sheet.value(about, name, arm, versus) for name in names)
    if low is None or high is None:
        return ""
    return themes.interval(sheet.theme, style(low), style(high))


def digits_of(sheet: Sheet, item: Item, section: Section) -> int:
    """The decimals of a variable, the same in all its cells: from its widest middle half."""
    spreads, plain = [], True
    for point in item.points:
        about = Subject(section, item.name, point=point)
        for arm in ("", *sheet.design.arms):
            names = ("median", "q1", "q3", "sd")
            middle, low, high, sd = (sheet.value(about, name, arm) for name in names)
            if item.summary == "mean" and sd is not None:
                spreads.append(sd * 1.349)
            elif low is not None and high is not None:
                spreads.append(high - low)
            plain &= item.summary == "median" and all(
                x is None or (x * 4).is_integer() for x in (middle, low, high)
            )
    digits = number.digits_for(sorted(spreads)[len(spreads) // 2]) if spreads else 1
    return min(digits, 1 if plain else digits)


def compare(sheet: Sheet, about: Subject, arm: str, cell: Cell) -> Cell:
    """The cell with its "*" and, with more than two arms, the p-value behind it."""
    if sheet.theme.pairwise != "under" or arm == sheet.design.reference:
        return cell
    row = against_reference(sheet, about, arm)
    if row is None or row.value is None or row.value >= sheet.design.alpha:
        return cell
    if len(sheet.design.arms) == 2:  # the p-value stands in its column; an empty cell has no mark
        return replace(cell, mark="*" if sheet.theme.show_marks and cell.text else "")
    told, mark = themes.p_text(sheet.theme, row.value), "*" if sheet.theme.show_marks else ""
    if not cell.text:
        return replace(cell, text=told, mark=mark)
    return replace(cell, mark=mark, note=_both(cell.note, told))


def against_reference(sheet: Sheet, about: Subject, arm: str) -> Statistic | None:
    """The corrected p-value of an arm against the reference; with two arms, the only one."""
    whole = replace(about, level="")
    row = sheet.find(whole, "p", arm, sheet.design.reference)
    return sheet.find(whole, "p") if row is None and len(sheet.design.arms) == 2 else row


def _both(first: str, second: str) -> str:
    return f"{first}; {second}" if first else second


def pairwise_heads(sheet: Sheet) -> tuple[ColumnHead, ...]:
    """A column of corrected p-values per arm, in the themes that print them so."""
    if sheet.theme.pairwise != "columns" or len(sheet.design.arms) < 3:
        return ()
    over = f"Adjusted {sheet.theme.p_symbol} vs {sheet.design.reference}"
    return tuple(ColumnHead(arm, spanner=over, kind="narrow") for arm in sheet.design.others)


def pairwise_cells(sheet: Sheet, about: Subject) -> tuple[Cell, ...]:
    """The cells under `pairwise_heads`."""
    if not pairwise_heads(sheet):
        return ()
    return tuple(p_cell(sheet, against_reference(sheet, about, arm)) for arm in sheet.design.others)


def alpha_words(sheet: Sheet) -> str:
    """What counts as a difference, e.g. "p < 0.05", never broken over two lines."""
    return f"{sheet.theme.p_symbol}\N{NO-BREAK SPACE}<\N{NO-BREAK SPACE}{sheet.design.alpha:g}"


def mark_note(sheet: Sheet) -> str:
    """What the "*" means, with the way the p-values were corrected."""
    if not sheet.theme.show_marks or not sheet.design.others:
        return ""
    if len(sheet.design.arms) == 2:
        return f"* {alpha_words(sheet)}."
    return (
        f"* Differs from {sheet.design.reference}: {alpha_words(sheet)} after Holm's correction "
        "over the arms; the corrected p-value is printed under the cell."
    )

"""Scores for the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from afterload.core.source import CONFIDENCE_MEANING
from afterload.core.variable import UNIT_LABELS
from afterload.scores.tally import Given, Line, Tally

if TYPE_CHECKING:
    from rich.console import RenderableType

NOT_A_DEVICE = "For research, quality work and teaching. Not a medical device."


def tally_view(tally: Tally) -> RenderableType:
    """A score for one patient: the result, its items one by one, warnings and source."""
    from rich.console import Group
    from rich.text import Text

    parts: list[RenderableType] = [_headline(tally)]
    if tally.outcome:
        parts.append(Text(_outcome_line(tally)))
    if tally.items:
        parts += [Text(), _items_table(tally)]
    if tally.missing:
        missing = Text("Missing, the most helpful first: ")
        parts.append(missing.append(", ".join(tally.missing), style="yellow"))
    parts += [Text(f"! {warning}", style="yellow") for warning in tally.warnings]
    parts += [Text(), *(Text(line, style="dim") for line in _source_lines(tally))]
    return Group(*parts)


def _headline(tally: Tally) -> RenderableType:
    from rich.text import Text

    text = Text(f"{tally.title}  ", style="bold")
    if tally.low is None or tally.high is None:
        return text.append("no total")
    if tally.kind != "staging":
        unit = f" {UNIT_LABELS.get(tally.unit, tally.unit)}" if tally.unit else ""
        if tally.total is not None:
            text.append(f"{short(tally.total)}{unit}  ")
        else:
            text.append(f"between {short(tally.low)} and {short(tally.high)}{unit}  ")
    if tally.classes:
        one, many = ("stage", "stages") if tally.kind == "staging" else ("class", "classes")
        text.append(f"{one if len(tally.classes) == 1 else many} {', '.join(tally.classes)}")
    return text


def _outcome_line(tally: Tally) -> str:
    first = tally.outcome[0]
    several = len(tally.outcome) > 1
    shares = ", ".join(
        f"{100 * o.value:.0f} %" + (f" (class {o.class_name})" if several else "")
        for o in tally.outcome
    )
    horizon = f"at {first.horizon}" if first.horizon[0].isdigit() else f"to {first.horizon}"
    return f"Published {first.measure} {horizon}: {shares}"


def _source_lines(tally: Tally) -> list[str]:
    """The citation, and how sure we are of the points and of the published outcome."""
    lines = [f"Source: {tally.source}."]
    sources = {"Numbers": tally.items[0].source if tally.items else tally.source}
    if tally.outcome:
        sources["Published outcome"] = tally.outcome[0].source
    for what, source in sources.items():
        sure = CONFIDENCE_MEANING[source.confidence]
        lines.append(f"{what}: {sure}. {source.note}".rstrip())
    return [*lines, f"{tally.title} version {tally.version}. {NOT_A_DEVICE}"]


def _items_table(tally: Tally) -> RenderableType:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("Stage" if tally.kind == "staging" else "Item")
    table.add_column("Value")
    table.add_column("Equation" if tally.kind == "formula" else "Band")
    table.add_column("Points" if tally.kind == "card" else "Result", justify="right", no_wrap=True)
    for line in tally.items:
        settled = not line.wants
        table.add_row(
            line.label,
            ", ".join(_given_text(given, line.name) for given in line.given)
            or ("missing" if line.wants else ""),
            line.band if settled or tally.kind == "formula" else "",
            _result(tally, line),
            style="" if settled else "yellow",
        )
    return table


def _result(tally: Tally, line: Line) -> str:
    if tally.kind == "staging":
        return line.band
    sign = "+" if tally.kind == "card" else ""
    low, high = (short(value, sign) for value in (line.low, line.high))
    return low if line.low == line.high else f"{low} to {high}"


def short(value: float, sign: str = "") -> str:
    """A number as people read it, with a true minus sign."""
    text = f"{abs(value):.0f}" if float(value).is_integer() else f"{abs(value):.1f}"
    if value < 0:
        return f"−{text}"
    return f"{sign}{text}" if value else text


def _given_text(given: Given, item: str) -> str:
    value = given.value
    if isinstance(value, bool):
        return ("yes" if value else "no") + ("" if given.name == item else f" ({given.name})")
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return " + ".join(value) or "none"
    text = f"{value:.4g} {UNIT_LABELS.get(given.unit, given.unit)}".strip()
    if given.name != item:
        text = f"{given.name} {text}"
    entered = given.entered.strip()
    converted = entered and not entered.replace(",", ".").startswith(f"{value:.4g}")
    return f"{text} ({entered})" if converted else text


def registry_view(counts: Sequence[tuple[str, int, int, int, int]], path: str) -> RenderableType:
    """What scoring a registry gave.

    Args:
        counts: For each score: title, episodes, with a total, with an interval, not applicable.
        path: The file that was written.
    """
    from rich import box
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("Score")
    for name in ("Episodes", "Total", "Interval only", "Not applicable"):
        table.add_column(name, justify="right")
    for title, *numbers in counts:
        table.add_row(title, *(str(number) for number in numbers))
    return Group(table, Text(f"Written: {path}"), Text(NOT_A_DEVICE, style="dim"))

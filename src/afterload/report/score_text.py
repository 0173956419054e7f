"""Scores for the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from afterload.core.source import CONFIDENCE_MEANING, Source
from afterload.core.variable import UNIT_LABELS
from afterload.scores.tally import Given, Kind, Line, Predicted, Tally

if TYPE_CHECKING:
    from rich.console import RenderableType

    from afterload.registry.scored import Kept
    from afterload.scores.about import About
    from afterload.scores.change import Change

SHOWN = 10
"""Results that could not be kept are named up to this many."""
NOT_A_DEVICE = "For research, quality work and teaching. Not a medical device."


def tally_view(
    tally: Tally, about: About | None = None, changes: Sequence[Change] = ()
) -> RenderableType:
    """A score for one patient: the result, its items one by one, warnings and source.

    Args:
        tally: The score.
        about: Its background, to be told as well.
        changes: What would change the class, to be told as well.
    """
    from rich.console import Group
    from rich.text import Text

    parts: list[RenderableType] = [_headline(tally)]
    if tally.outcome:
        parts.append(Text(outcome_line(tally)))
    if tally.predicted:
        parts.append(Text(predicted_line(tally.predicted)))
    if tally.assumed:
        parts.append(Text(f"Assumed, not observed: {', '.join(tally.assumed)}", style="yellow"))
    if tally.items:
        parts += [Text(), _items_table(tally)]
    if tally.missing:
        missing = Text("Missing, the most helpful first: ")
        parts.append(missing.append(", ".join(tally.missing), style="yellow"))
    parts += [Text(f"! {warning}", style="yellow") for warning in tally.warnings]
    if about is not None:
        from afterload.report.score_explain import explain_parts

        parts += explain_parts(about, changes)
    parts += [Text(), *(Text(line, style="dim") for line in source_lines(tally))]
    return Group(*parts)


def predicted_line(predicted: Predicted) -> str:
    """The risk an equation gives, as a sentence."""
    ends = dict.fromkeys(share_text(share) for share in (predicted.low, predicted.high))
    share = f"{' to '.join(ends)} %"
    return f"Predicted {predicted.measure} {until(predicted.horizon)}: {share} ({predicted.text})"


def until(horizon: str) -> str:
    """A horizon as it stands in a sentence: "at 30 days", "to hospital discharge"."""
    return f"at {horizon}" if horizon[:1].isdigit() else f"to {horizon}"


def _headline(tally: Tally) -> RenderableType:
    from rich.text import Text

    return Text(f"{tally.title}  ", style="bold").append(result_text(tally), style="bold")


def result_text(tally: Tally) -> str:
    """The result in a few words: "3 · class II", "between −4 and 6 · classes I, II, III"."""
    if tally.low is None or tally.high is None:
        return "no total"
    named = tally.kind in NAMED and bool(tally.classes)
    parts = []
    if not named:
        unit = f" {UNIT_LABELS.get(tally.unit, tally.unit)}" if tally.unit else ""
        if tally.total is not None:
            parts.append(f"{short(tally.total)}{unit}")
        else:
            parts.append(f"between {short(tally.low)} and {short(tally.high)}{unit}")
    if tally.classes:
        parts.append(class_text(tally))
    return " · ".join(parts)


NAMED: dict[Kind, tuple[str, str]] = {
    "staging": ("stage", "stages"),
    "assigned": ("", "one of"),
    "definition": ("", "open:"),
}
"""Kinds of score whose result is the class itself, and what stands before one class and several."""


def class_text(tally: Tally) -> str:
    """The class, or the classes still open."""
    one, many = NAMED.get(tally.kind, ("class", "classes"))
    word = one if len(tally.classes) == 1 else many
    return f"{word} {', '.join(tally.classes)}".strip()


def outcome_line(tally: Tally) -> str:
    """What was published for the class, or for each class still open, as a sentence."""
    first = tally.outcome[0]
    several = len(tally.outcome) > 1
    shares = ", ".join(
        f"{share_text(o.value)} %" + (f" (class {o.class_name})" if several else "")
        for o in tally.outcome
    )
    return f"Published {first.measure} {until(first.horizon)}: {shares}"


def share_text(share: float) -> str:
    """A share in per cent, to the decimal shares are published with: "76.6", "58".

    What an equation predicts is never certain: "> 99.9", "< 0.1".
    """
    if 0 < share < 0.0005 or 0.9995 <= share < 1:
        return "< 0.1" if share < 0.5 else "> 99.9"
    return f"{100 * share:.1f}".removesuffix(".0")


def source_lines(tally: Tally) -> list[str]:
    """The citation, and how sure we are of the points and of the published outcome."""
    lines = [f"Source: {tally.source}."]
    first = tally.items[0].source if tally.items else tally.source
    sources = {"Numbers": first, **_less_sure(tally, first)}
    if tally.outcome:
        sources["Published outcome"] = tally.outcome[0].source
    for what, source in sources.items():
        sure = CONFIDENCE_MEANING[source.confidence]
        lines.append(f"{what}: {sure}. {source.note}".rstrip())
    return [*lines, f"{tally.title} version {tally.version}. {NOT_A_DEVICE}"]


def _less_sure(tally: Tally, first: Source) -> dict[str, Source]:
    """Items whose numbers are known otherwise than the first item's, by what they are called.

    A gap that is told as such has no numbers of a publication and is left out.
    """
    found: dict[Source, list[str]] = {}
    for line in tally.items:
        source = line.source
        if source.confidence != first.confidence and source.citation == first.citation:
            named = line.name if tally.kind == "staging" else line.label
            found.setdefault(source, []).append(named)
    return {f"Numbers of {', '.join(names)}": source for source, names in found.items()}


def _items_table(tally: Tally) -> RenderableType:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    *heads, last = table_heads(tally.kind)
    for head in heads:
        table.add_column(head, overflow="fold")
    table.add_column(last, justify="right", no_wrap=True)
    for line in tally.items:
        settled = not line.wants
        table.add_row(
            line.label,
            ", ".join(given_text(given, line.name) for given in line.given)
            or ("missing" if line.wants else ""),
            line_band(tally, line),
            line_result(tally, line),
            style="" if settled else "yellow",
        )
    return table


def table_heads(kind: Kind) -> tuple[str, str, str, str]:
    """The heads of the table of a score's items."""
    first = {"staging": "Stage", "definition": "Criterion", "assigned": "Class"}.get(kind, "Item")
    band = "Equation" if kind in ("formula", "composite") else "Band"
    band = "Would settle it" if kind in JUDGED else band
    return first, "Value", band, "Points" if kind == "card" else "Result"


JUDGED: tuple[Kind, ...] = ("staging", "definition", "assigned")
"""Kinds of score whose items are judged in words, and tell what would settle them."""


def line_band(tally: Tally, line: Line) -> str:
    """What stands beside an item's value: its band or equation, or what would settle it."""
    if tally.kind in JUDGED:
        return ", ".join(line.wants)
    return line.band if not line.wants or tally.kind in ("formula", "composite") else ""


def line_result(tally: Tally, line: Line) -> str:
    """What one item gave: its points, or whether its rule holds."""
    if tally.kind in JUDGED:
        return line.band
    sign = "+" if tally.kind == "card" else ""
    low, high = (short(value, sign) for value in (line.low, line.high))
    return low if line.low == line.high else f"{low} to {high}"


def short(value: float, sign: str = "") -> str:
    """A number as people read it, with a true minus sign; below 10 to three figures."""
    size = abs(value)
    decimals = 0 if float(value).is_integer() else 3 if size < 1 else 2 if size < 10 else 1
    text = f"{size:.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if decimals > 1 else text
    if value < 0:
        return f"−{text}"
    return f"{sign}{text}" if value else text


def given_text(given: Given, item: str) -> str:
    """A value as people read it, with its name where it is not the item's own."""
    value = given.value
    if isinstance(value, bool):
        return ("yes" if value else "no") + ("" if given.name == item else f" ({given.name})")
    if isinstance(value, (str, tuple)):
        words = value if isinstance(value, str) else " + ".join(value) or "none"
        return words if given.name == item else f"{given.name} {words}"
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
        path: The file that was written; empty for none.
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
    written = [Text(f"Written: {path}")] if path else []
    return Group(table, *written, Text(NOT_A_DEVICE, style="dim"))


def stored_view(kept: Kept, left_out: Sequence[tuple[str, str, str]] = ()) -> RenderableType:
    """What keeping results in a registry came to.

    Args:
        kept: How many results are new, changed or as before.
        left_out: Episode, score and reason of those that could not be scored.
    """
    from rich.console import Group
    from rich.text import Text

    from afterload.report.record_text import receipt_line

    counts = ((kept.new, "new"), (kept.changed, "changed"), (kept.same, "as before"))
    told = ", ".join(f"{count} {word}" for count, word in counts if count) or "nothing"
    parts: list[RenderableType] = [Text(f"Kept in the registry: {told}.")]
    parts += [
        Text(f"! Not kept, {score} of {episode}: {why}", style="yellow")
        for episode, score, why in left_out[:SHOWN]
    ]
    if len(left_out) > SHOWN:
        parts.append(Text(f"! and {len(left_out) - SHOWN} more not kept", style="yellow"))
    if kept.entry is not None:
        parts.append(receipt_line(kept.entry))
    return Group(*parts)

"""What a score makes of its inputs, for the terminal: its classes, its stages, its equation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from afterload.report.score_text import share_text, until
from afterload.scores import Card, Composite, Definition, Formula, Score, Staging
from afterload.scores.band import wording

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table


def rules(score: Score) -> list[RenderableType]:
    """The classes of a card, the stages of a staging, the equations of a formula."""
    from rich.text import Text

    if isinstance(score, Card) and score.classes:
        return [_classes(score)]
    if isinstance(score, Staging):
        head = "Asked from the gravest down; the first that holds is the stage:"
        return [Text(head), _plain((stage.label,) for stage in reversed(score.stages))]
    if isinstance(score, Formula):
        return [_plain((term.label, term.equation.text) for term in score.terms)]
    if isinstance(score, Composite):
        return [_plain((step.label, step.text) for step in score.steps())]
    if isinstance(score, Definition):
        return [Text("Met when every one of these holds.")]
    return []


def always(score: Score) -> list[RenderableType]:
    """What is warned of whatever the values, first that a score is provisional."""
    from rich.text import Text

    about = score.about
    texts = [caution.text for caution in about.cautions if not caution.about]
    if about.status == "provisional" and not any("provisional" in t.lower() for t in texts):
        texts.insert(0, f"{about.title} is provisional: its notes tell why (--explain).")
    return [Text(f"! {text}", style="yellow") for text in texts]


def _classes(card: Card) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    counted = f"Published {card.measure} {until(card.horizon)}" if card.measure else ""
    for head in ("Class", "Total", *([counted] if counted else [])):
        table.add_column(head)
    for class_ in card.classes:
        share = "" if class_.value is None else f"{share_text(class_.value)} %"
        table.add_row(class_.name, wording(class_), *([share] if counted else []))
    return table


def _plain(lines: Iterable[tuple[str, ...]]) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE, pad_edge=False, show_header=False)
    for line in lines:
        table.add_row(*line)
    return table

"""Scores as HTML: one block each, to stand in a report, or a page of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from afterload.core.errors import InputError
from afterload.report.html import environment, style
from afterload.report.score_explain import background_rows, change_rows
from afterload.report.score_text import (
    NOT_A_DEVICE,
    given_text,
    line_band,
    line_result,
    outcome_line,
    predicted_line,
    result_text,
    source_lines,
    table_heads,
)
from afterload.scores.about import About
from afterload.scores.change import Change
from afterload.scores.tally import Line, Tally

Scored = tuple[Tally, About, Sequence[Change]]
"""A score of one patient, its background, and what would change its class."""


@dataclass(frozen=True, slots=True)
class _Row:
    label: str
    value: str
    band: str
    result: str
    open: bool


@dataclass(frozen=True, slots=True)
class _Card:
    """What the template of a block asks for."""

    name: str
    title: str
    result: str
    settled: bool
    outlook: tuple[str, ...]
    warnings: tuple[str, ...]
    heads: tuple[str, ...]
    rows: tuple[_Row, ...]
    missing: str
    assumed: str
    changes: tuple[tuple[str, str, str, str], ...]
    background: tuple[tuple[str, str], ...]
    sources: tuple[tuple[str, str], ...]
    notes: tuple[tuple[str, str], ...]


def block(tally: Tally, about: About, changes: Sequence[Change] = ()) -> str:
    """One score as a block of HTML; all text is escaped. Its style is `html.style("score")`."""
    module = environment().get_template("score.html").make_module({})
    return str(module.block(_card(tally, about, changes)))  # type: ignore[attr-defined]


def page(scored: Sequence[Scored]) -> str:
    """Scores of one patient as one HTML page that needs nothing from outside."""
    from markupsafe import Markup

    cards = [_card(*one) for one in scored]
    title = cards[0].title if len(cards) == 1 else f"{len(cards)} scores of one patient"
    return (
        environment()
        .get_template("score_page.html")
        .render(cards=cards, title=title, notice=NOT_A_DEVICE, css=Markup(style("score")))
        + "\n"
    )


def write_page(path: Path, scored: Sequence[Scored]) -> None:
    """Write the page.

    Raises:
        InputError: The file is there already, or cannot be written.
    """
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(page(scored))
    except FileExistsError:
        raise InputError(f"{path} is there already. Name another file for the page.") from None
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}.") from error


def _card(tally: Tally, about: About, changes: Sequence[Change]) -> _Card:
    outlook = [outcome_line(tally)] if tally.outcome else []
    if tally.predicted:
        outlook.append(predicted_line(tally.predicted))
    return _Card(
        name=tally.score,
        title=tally.title,
        result=result_text(tally),
        settled=tally.total is not None,
        outlook=tuple(outlook),
        warnings=tally.warnings,
        heads=table_heads(tally.kind),
        rows=tuple(_row(tally, line) for line in tally.items),
        missing=", ".join(tally.missing),
        assumed=", ".join(tally.assumed),
        changes=tuple(change_rows(changes)),
        background=tuple(background_rows(about)),
        sources=tuple(line.split(": ", 1) for line in source_lines(tally)[:-1]),  # type: ignore[misc]
        notes=tuple((n.topic, f"{n.text} [{n.source.confidence}]") for n in about.notes),
    )


def _row(tally: Tally, line: Line) -> _Row:
    value = ", ".join(given_text(given, line.name) for given in line.given)
    settled = not line.wants
    return _Row(
        line.label,
        value or ("missing" if line.wants else ""),
        line_band(tally, line),
        line_result(tally, line),
        not settled,
    )

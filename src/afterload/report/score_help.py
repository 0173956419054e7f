"""What scores there are and what each asks, for the terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from afterload.core.source import Source
from afterload.core.variable import Variable
from afterload.report.score_guide import assigned_needs, definition_needs, guide
from afterload.report.score_rules import always, rules
from afterload.report.score_text import NOT_A_DEVICE, short
from afterload.scores import Assigned, Card, Definition, Score
from afterload.scores.band import holds, wording
from afterload.scores.card import Composed, Item, Row
from afterload.scores.derive import AnyOf
from afterload.scores.inputs import kind_of, needed, variables_of
from afterload.scores.slots import Slot

if TYPE_CHECKING:
    from rich.console import RenderableType


def needs_view(score: Score) -> RenderableType:
    """What a score asks, how to give it, and the points of each band."""
    from rich import box
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    about = score.about
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("It asks", "Give", *(["Points"] if isinstance(score, Card) else [])):
        table.add_column(name, overflow="fold")
    for row in _needs(score):
        table.add_row(*row)
    return Group(
        Text(about.title, style="bold"),
        Text(about.purpose),
        Text(f"For whom: {about.population}"),
        *always(score),
        table,
        *rules(score),
        *([guide(score)] if isinstance(score, Assigned) else []),
        Text(f"Source: {about.source}.", style="dim"),
        Text(NOT_A_DEVICE, style="dim"),
    )


def _needs(score: Score) -> Iterator[tuple[str, ...]]:
    """The rows of the table: what is asked, how to give it, and a card's points."""
    if isinstance(score, Card):
        yield from _item_needs(score)
    elif isinstance(score, Definition):
        yield from definition_needs(score, how)
    elif isinstance(score, Assigned):
        yield from assigned_needs(score, how)
    else:
        yield from _other_needs(score)


def _item_needs(card: Card) -> Iterator[tuple[str, str, str]]:
    """For every item: what it asks, the inputs that tell it, its points."""
    variables = variables_of(card)
    for item, mark in rows(card.items):
        if isinstance(item, Composed):
            which = "worst" if item.take == "most" else "least"
            yield f"{mark}{item.label}", "", f"the {which} of these:"
            continue
        asked = item.asks or (item.variable,)
        ways = [" and ".join(how(variables[name], _level(item, name)) for name in asked)]
        for derived in item.derive:
            others = [spoken(variables[name]) for name in derived.inputs if name not in asked]
            if others:
                ways.append(", ".join(others))
        points = band_points(item, variables[item.variable], is_part=bool(mark))
        yield f"{mark}{item.label}", " or ".join(ways), points
    if card.constant:
        yield "Constant", "", f"for every patient {short(card.constant, '+')}"


def rows(items: Iterable[Row], mark: str = "") -> Iterator[tuple[Row, str]]:
    """Every row of a card, the parts of a composed one after it and set in."""
    for row in items:
        yield row, mark
        if isinstance(row, Composed):
            yield from rows(row.parts, f"{mark}  ")


def _other_needs(score: Score) -> Iterator[tuple[str, str]]:
    variables = variables_of(score)
    for name in needed(score):
        yield variables[name].label, how(variables[name])


def band_points(item: Item, variable: Variable, *, is_part: bool) -> str:
    """An item's bands and their points, in one line."""
    if variable.kind == "bool":
        no, yes = (short(band.points, "+") for band in item.bands)
        return f"no: {no}; yes: {yes}" if is_part else f"yes {yes}"
    if variable.kind == "enum":
        places = ((c.name, float(k)) for k, c in enumerate(variable.choices) if c.name != "unknown")
        given = ((name, b.points) for name, k in places for b in item.bands if holds(b, k))
        return "; ".join(f"{name}: {short(points, '+')}" for name, points in given)
    return "; ".join(f"{b.text or wording(b)}: {short(b.points, '+')}" for b in item.bands)


def spoken(variable: Variable) -> str:
    """The name people type: "age" for age_years, "bilirubin" for bilirubin."""
    short = (alias for alias in variable.aliases if variable.name.startswith(f"{alias}_"))
    return next(short, variable.name)


def _level(item: Item, name: str) -> str:
    """The category of an input that means yes for this item."""
    tests = (t for d in item.derive if isinstance(d, AnyOf) for t in d.tests)
    levels = next((test.levels for test in tests if test.variable == name), ())
    return "|".join(levels)


def _choice(name: str, levels: Iterable[str]) -> str:
    """A name and the words it takes, set apart where a narrow column must break the line."""
    text = f"{name}={'|'.join(levels)}"
    return text if len(text) <= LONG else text.replace("|", " | ")


LONG = 22
"""Characters that fit a column of a narrow terminal."""


def how(variable: Variable, level: str = "") -> str:
    """How a value of the variable is typed."""
    name = spoken(variable)
    if level:
        return _choice(name, level.split("|"))
    if variable.kind == "bool":
        return f"{name}=yes|no"
    if variable.kind == "enum":
        return _choice(name, [level for level in variable.levels if level != "unknown"])
    if variable.kind == "multi":
        return f"{name}={'+'.join(variable.levels[:2])}"
    return f"{name} ({variable.unit_label})" if variable.unit_label else name


KINDS = {
    "card": "Points",
    "formula": "Equations",
    "staging": "Stages and grades by rules",
    "definition": "Definitions",
    "assigned": "Classes that a clinician assigns",
    "composite": "Several steps",
    "slot": "Listed, not computed: asking for one tells why",
}
"""The kinds of score, as headings."""


def list_view(scores: Iterable[Score | Slot]) -> RenderableType:
    """Every score by kind, with its status and source; those not computed, too."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    parts: list[RenderableType] = []
    for kind, members in by_kind(scores):
        table = Table.grid(padding=(0, 2))
        table.add_column(no_wrap=True, min_width=23)
        table.add_column(no_wrap=True, min_width=11)
        table.add_column()
        for name, title, status in members:
            style = "yellow" if status == "provisional" else "dim" if status == "slot" else ""
            table.add_row(name, Text(status, style=style), title)
        parts += [Text(), Text(KINDS[kind], style="bold"), table]
    return Group(*parts)


def by_kind(scores: Iterable[Score | Slot]) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Name, title with source, and status of every score, by kind."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for score in scores:
        if isinstance(score, Slot):
            title = _titled(score.title, score.source)
            found.setdefault("slot", []).append((score.name, title, "slot"))
            continue
        about = score.about
        title = _titled(about.title, about.source)
        found.setdefault(kind_of(score), []).append((about.name, title, about.status))
    return [(kind, found[kind]) for kind in KINDS if kind in found]


def _titled(title: str, source: Source) -> str:
    """A title with first author and year, where there are both and the title lacks them."""
    author = published(source)
    said = author.split()[0] in title or not re.fullmatch(r"[^\d;:]{2,24} (19|20)\d\d", author)
    return title if said else f"{title}, {author}"


def published(source: Source) -> str:
    """First author and year."""
    year = r"\b((?:19|20)\d\d)"
    years = re.findall(f"{year};", source.citation) or re.findall(f"{year}$", source.citation)
    author = re.split(r" [A-Z]{1,3}[,.]| et al| for |, ", source.citation)[0]
    return " ".join([author.rstrip("."), *years[-1:]])

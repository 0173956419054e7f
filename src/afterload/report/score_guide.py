"""What definitions and assigned classes ask, and the guide to a class a clinician assigns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from afterload.core.variable import Variable
from afterload.scores.assigned import Assigned, Level, input_names
from afterload.scores.definition import Definition, tests_of
from afterload.scores.inputs import variables_of

if TYPE_CHECKING:
    from rich.console import RenderableType

How = Callable[[Variable], str]
"""Tells how a value of a variable is typed."""


def definition_needs(score: Definition, how: How) -> Iterator[tuple[str, str]]:
    """For every criterion: what it asks, and the inputs that tell it."""
    variables = variables_of(score)
    for criterion in score.criteria:
        part = f"{criterion.part}: " if criterion.part else ""
        names = dict.fromkeys(test.variable for test in tests_of(criterion.rule))
        ways = [how(variables[name]) for name in names]
        for presumed in score.presumed:
            if presumed.variable in names:
                ways += [how(variables[test.variable]) for test in presumed.tests]
        yield f"{part}{criterion.label}", ", ".join(ways)


def assigned_needs(score: Assigned, how: How) -> Iterator[tuple[str, str]]:
    """The class, its modifiers, and the values that can stand beside the descriptors."""
    variables = variables_of(score)
    way = how(variables[score.variable])
    if "=" not in way:
        way += f"={'|'.join(level.name for level in score.levels)}"
    yield f"{score.noun.capitalize()}, assigned by a clinician", way
    if score.marked:
        variable = variables[score.marked]
        several = " or several joined by +" if variable.kind == "multi" else ""
        words = "|".join(variable.levels) if several else "yes|no"
        yield variable.label, f"{how(variable).split('=')[0]}={words}{several}"
    beside = [
        n for n in dict.fromkeys(input_names(score)) if n not in (score.variable, score.marked)
    ]
    if beside:
        yield "Values to stand beside the guide", ", ".join(how(variables[name]) for name in beside)


def guide(score: Assigned) -> RenderableType:
    """Every class with its definition and descriptors, and every modifier, as a table."""
    from rich import box
    from rich.console import Group
    from rich.table import Table

    classes = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    classes.add_column(score.noun.capitalize(), no_wrap=True)
    classes.add_column(f"What it typically looks like [{score.about.source.confidence}]")
    for level in score.levels:
        classes.add_row(level.name, "\n".join(level_lines(level)), end_section=True)
    if not score.modifiers:
        return classes
    added = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in ("Modifier", "When it is added", "Goes with"):
        added.add_column(head)
    for one in score.modifiers:
        text = f"{one.label}: {one.text} [{one.source.confidence}]"
        added.add_row(one.name, text, ", ".join(one.levels))
    return Group(classes, added)


def level_lines(level: Level) -> Iterator[str]:
    """One class as lines: its name, its definition, its descriptors by domain."""
    yield f"{level.label}: {level.text}" if level.text else level.label
    for domain, members in groupby(level.descriptors, lambda d: (d.domain, d.source.confidence)):
        name, confidence = domain
        other = f" [{confidence}]" if confidence != level.source.confidence else ""
        yield f"{name}: {'; '.join(member.text for member in members)}{other}"

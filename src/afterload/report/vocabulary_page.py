"""The reference page of the vocabulary, as Markdown."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from math import isfinite

from afterload.core.variable import Variable
from afterload.core.vocabulary import Vocabulary

_HEADER = ["Name", "Label", "French label", "Kind", "Unit", "Hard range", "Soft range"]
_HEADER += ["Other units", "Codes"]

_INTRODUCTION = """# Vocabulary

{count} variables: {core} core, {extended} extended{site}. Each is declared once; its name is the
same in the registry, the map, the protocol and on the command line.

What lies outside the hard range is refused. What lies outside the soft range is asked about: soft
ranges are afterload's own choice of what is usual in an adult in shock, and come from no
publication. Codes carry how sure we are of them: CONFIRMED was seen in a source, MEMORY is general
knowledge to check before use, NO CODE means that no standard code is known.
"""


def vocabulary_markdown(vocabulary: Vocabulary) -> str:
    """The page that lists every variable, a table for each section.

    Args:
        vocabulary: The standard vocabulary, or one with a site's own variables.

    Returns:
        Markdown, ending in a newline.
    """
    variables = list(vocabulary.values())
    levels = [variable.level for variable in variables]
    site = f", {levels.count('site')} of this site" if "site" in levels else ""
    parts = [
        _INTRODUCTION.format(
            count=len(levels),
            core=levels.count("core"),
            extended=levels.count("extended"),
            site=site,
        )
    ]
    for section, members in groupby(variables, key=lambda variable: variable.section):
        rows = [_row(_HEADER), _row(["---"] * len(_HEADER)), *map(_variable_row, members)]
        parts.append(f"## {section}\n\n" + "\n".join(rows) + "\n")
    return "\n".join(parts)


def _variable_row(variable: Variable) -> str:
    choices = ", ".join(choice.name for choice in variable.choices)
    kind = f"{variable.kind}: {choices}" if choices else variable.kind
    others = ", ".join(f"`{form.unit}`" for form in variable.units)
    codes = f"{variable.codes} ({variable.tag})" if variable.codes else variable.tag
    hard = _range(variable.low, variable.high)
    soft = _range(variable.soft_low, variable.soft_high)
    label, french = variable.label, variable.label_fr
    return _row(
        [f"`{variable.name}`", label, french, kind, variable.unit_label, hard, soft, others, codes]
    )


def _range(low: float, high: float) -> str:
    return f"{low:.10g} to {high:.10g}" if isfinite(low) or isfinite(high) else ""


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(_escaped(cell) for cell in cells) + " |"


def _escaped(cell: str) -> str:
    return cell.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")

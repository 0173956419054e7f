"""The verb `score`: score one patient, or every patient of a registry."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from afterload.actions import score as verb
from afterload.core.errors import InputError

if TYPE_CHECKING:
    from rich.console import RenderableType


@click.command(
    "score",
    epilog="""\b
Examples:
  afterload score save                       what SAVE asks, and its points
  afterload score save age=45 weight=70 ...  score one patient
  afterload score encourage lactate=27mg/dL creatinine=1,8mg/dL --json
  afterload score --registry cohort.db save vis --out scores.csv
""",
)
@click.argument("words", nargs=-1, metavar="[NAME] [VARIABLE=VALUE]...")
@click.option("--list", "list_", is_flag=True, help="List every score with its status and source.")
@click.option("--json", "json_", is_flag=True, help="Print the result as JSON.")
@click.option(
    "--registry",
    metavar="REG",
    help="Score every episode of a registry (a path or URL; by default AFTERLOAD_REGISTRY).",
)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="The CSV file to write."
)
@click.option("--force", is_flag=True, help="Write over a file that does not hold scores.")
def score(
    words: tuple[str, ...],
    list_: bool,
    json_: bool,
    registry: str | None,
    out: Path | None,
    force: bool,
) -> None:
    """Score one patient, or every patient of a registry.

    Give a score's name and values as NAME=VALUE, in the variable's own unit or with a unit. What
    is left out stays missing: the result is then the attainable interval and the classes it
    spans, never a guess.
    """
    if list_:
        _list()
    elif registry or out:
        _registry(words, registry or os.environ.get("AFTERLOAD_REGISTRY", ""), out, force)
    elif not words:
        raise InputError("Which score? See `afterload score --list`.")
    elif len(words) == 1 and not json_:
        _needs(words[0])
    else:
        _patient(words[0], words[1:], json_)


def _list() -> None:
    from afterload.report.score_help import list_view

    _show(list_view(verb.catalogue()))


def _needs(name: str) -> None:
    from afterload.report.score_help import needs_view

    _show(needs_view(verb.find_score(name)))


def _patient(name: str, words: tuple[str, ...], json_: bool) -> None:
    found = verb.score(name, verb.parse_values(words))
    if json_:
        from afterload.report.score_data import tally_data

        click.echo(json.dumps(tally_data(found), ensure_ascii=False, indent=2))
    else:
        from afterload.report.score_text import tally_view

        _show(tally_view(found))


def _registry(names: tuple[str, ...], where: str, out: Path | None, force: bool) -> None:
    from afterload.report.score_text import registry_view

    if not where:
        raise InputError("Which registry? Give --registry REG, or set AFTERLOAD_REGISTRY.")
    if out is None:
        raise InputError("Where to? Give --out FILE.csv.")
    if not names:
        raise InputError("Which scores? Name them before --out; see `afterload score --list`.")
    scored = verb.score_registry_at(where, names, out, force=force)
    _show(registry_view([verb.count(one) for one in scored], str(out)))


def _show(view: RenderableType) -> None:
    from rich.console import Console

    Console(highlight=False).print(view)

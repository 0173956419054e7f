"""The verb `score`: score one patient, an episode of a registry, or all of them."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from afterload.actions import score as verb
from afterload.cli.record_words import now, reason_of, who_is, writes
from afterload.core.errors import InputError
from afterload.scores import ALL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from afterload.actions.score_store import Keeper, Stored
    from afterload.report.score_html import Scored
    from afterload.scores import Tally


@click.command(
    "score",
    epilog="""\b
Examples:
  afterload score --list                     every score, and whether it can be computed
  afterload score save                       what SAVE asks, and its points
  afterload score save age=45 weight=70 ...  score one patient
  afterload score encourage lactate=27mg/dL creatinine=1,8mg/dL --json
  afterload score save age=45 --assume hx_ckd=no --explain
  afterload score --all age=61 sex=male lactate=6 map=58 co=3.1 creatinine=160
  afterload score --registry cohort.db --episode E17 --at 24h
  afterload score --registry cohort.db save vis --out scores.csv
  afterload score --registry cohort.db sofa --at 24h --store --why "annual report"
  afterload score --card paper.toml age=61 lactate=6    a score of your own
""",
)
@click.argument("words", nargs=-1, metavar="[NAME]... [VARIABLE=VALUE]...")
@click.option("--list", "list_", is_flag=True, help="List every score with its status and source.")
@click.option("--all", "all_", is_flag=True, help="Every score the values can feed, at once.")
@click.option(
    "--assume",
    multiple=True,
    metavar="VARIABLE=VALUE",
    help="Take a value for granted where none is known; the result says so.",
)
@click.option(
    "--card",
    "cards",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE.toml",
    help="Add a score written as a TOML card; without a name it is the one asked.",
)
@click.option(
    "--explain", is_flag=True, help="Also what would change the class, and the score's background."
)
@click.option("--json", "json_", is_flag=True, help="Print the result as JSON.")
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write the result as a page of its own.",
)
@click.option(
    "--registry",
    metavar="REG",
    help="Score episodes of a registry (a path or URL; by default AFTERLOAD_REGISTRY).",
)
@click.option("--episode", metavar="KEY", help="One episode of the registry, by its key.")
@click.option(
    "--at",
    default="",
    metavar="POINT",
    help="The time the registry's measurements are read at: pre, 6h, 24h, 48h, day7, ...",
)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="The CSV file to write."
)
@click.option("--force", is_flag=True, help="Write over a file that does not hold scores.")
@click.option("--store", is_flag=True, help="Keep the results in the registry.")
@writes
def score(
    words: tuple[str, ...],
    list_: bool,
    all_: bool,
    assume: tuple[str, ...],
    cards: tuple[Path, ...],
    explain: bool,
    json_: bool,
    html: Path | None,
    registry: str | None,
    episode: str | None,
    at: str,
    out: Path | None,
    force: bool,
    store: bool,
    who: str | None,
    why: str | None,
) -> None:
    """Score one patient, an episode of a registry, or all of them.

    Give a score's name and values as NAME=VALUE, in the variable's own unit or with a unit. What
    is left out stays missing: the result is then the attainable interval and the classes it
    spans, never a guess.
    """
    names = tuple(word for word in words if "=" not in word)
    values = verb.parse_values(word for word in words if "=" in word)
    taken = verb.parse_values(assume)
    among = verb.with_cards(cards) if cards else ALL
    if cards and not names and not all_:
        names = tuple(among)[len(ALL) :]
    keeper = _keeper(who, why) if store else None
    if why and not store:
        raise InputError("--why says for what reason results are kept: give --store too.")
    if list_:
        _list(among)
    elif episode:
        _episode(
            names, values, taken, _where(registry), episode, at, explain, json_, html, among, keeper
        )  # fmt: skip
    elif registry or out or store:
        if explain or json_ or html:
            raise InputError(
                "--explain, --json and --html are for one patient: name the --episode."
            )
        if values:
            raise InputError("Values are for one patient; a registry has its own. Use --assume.")
        _registry(names, taken, _where(registry), at, out, force, among, keeper)
    elif at:
        raise InputError("--at reads a registry: give --registry REG too.")
    elif all_:
        if names:
            raise InputError(f"--all is every score: leave out {names[0]!r}, or leave out --all.")
        if not values and not taken:
            raise InputError("--all needs what is known of the patient, like age=61 lactate=6.")
        _all(values, taken, explain, json_, html, among)
    elif not names:
        raise InputError("Which score? See `afterload score --list`.")
    elif len(names) > 1:
        raise InputError(
            f"{names[1]!r} is not NAME=VALUE, like age=45 or lactate=27mg/dL. "
            "For one patient give one score, or every score with --all."
        )
    elif not values and not taken and not json_ and not html:
        _needs(names[0], among)
    else:
        _patient(names[0], values, taken, explain, json_, html, among)


def _keeper(who: str | None, why: str | None) -> Keeper:
    from afterload.actions.score_store import Keeper

    return Keeper(who_is(who), reason_of(why), now())


def _where(registry: str | None) -> str:
    where = registry or os.environ.get("AFTERLOAD_REGISTRY", "")
    if not where:
        raise InputError("Which registry? Give --registry REG, or set AFTERLOAD_REGISTRY.")
    return where


def _list(among: verb.Scores) -> None:
    from afterload.report.score_help import list_view

    _show(list_view(verb.catalogue(among)))


def _needs(name: str, among: verb.Scores) -> None:
    from afterload.report.score_help import needs_view

    _show(needs_view(verb.find_score(name, among)))


def _patient(
    name: str,
    values: dict[str, str],
    assume: dict[str, str],
    explain: bool,
    json_: bool,
    html: Path | None,
    among: verb.Scores,
) -> None:
    found = verb.score(name, values, assume, among=among)
    about = verb.find_score(name, among).about if explain else None
    changes = verb.changes(name, values, assume, among=among) if explain or html else ()
    if html:
        from afterload.report.score_html import write_page

        write_page(html, [(found, verb.find_score(name, among).about, changes)])
    if json_:
        from afterload.report.score_data import tally_data

        _print_json(tally_data(found, about, changes))
        return
    from afterload.report.score_text import tally_view

    _show(tally_view(found, about, changes if explain else ()))


def _all(
    values: dict[str, str],
    assume: dict[str, str],
    explain: bool,
    json_: bool,
    html: Path | None,
    among: verb.Scores,
) -> None:
    found = verb.score_all(values, assume, among=among)
    told = _explained(found.tallies, among) if explain or html else ()
    if html:
        from afterload.report.score_html import write_page

        write_page(html, told)
    if json_:
        from afterload.report.score_all import all_data

        _print_json(all_data(found, told if explain else ()))
        return
    from afterload.report.score_all import all_view

    _show(all_view(found))
    if explain:
        _show_each(told)


def _explained(tallies: Sequence[Tally], among: verb.Scores) -> list[Scored]:
    """Each score of a patient with its background and what would change its class."""
    return [(t, among[t.score].about, verb.changes_of(t, among)) for t in tallies]


def _show_each(told: Sequence[Scored]) -> None:
    from afterload.report.score_text import tally_view

    for found, about, changes in told:
        click.echo()
        _show(tally_view(found, about, changes))


def _episode(
    names: tuple[str, ...],
    values: dict[str, str],
    assume: dict[str, str],
    where: str,
    episode: str,
    at: str,
    explain: bool,
    json_: bool,
    html: Path | None,
    among: verb.Scores,
    keeper: Keeper | None,
) -> None:
    from afterload.actions.score_registry import score_episode_at

    found, stored = score_episode_at(
        where, episode, names, at=at, values=values, assume=assume, among=among, keeper=keeper
    )
    told = _explained(found.tallies, among) if explain or html else ()
    if html:
        from afterload.report.score_html import write_page

        write_page(html, told)
    if json_:
        from afterload.report.score_all import episode_data

        _print_json(episode_data(found, stored, told if explain else ()))
        return
    from afterload.report.score_all import episode_view

    _show(episode_view(found))
    if explain:
        _show_each(told)
    _told(stored)


def _registry(
    names: tuple[str, ...],
    assume: dict[str, str],
    where: str,
    at: str,
    out: Path | None,
    force: bool,
    among: verb.Scores,
    keeper: Keeper | None,
) -> None:
    from afterload.actions.score_registry import count, score_registry_at
    from afterload.report.score_text import registry_view

    if out is None and keeper is None:
        raise InputError("Where to? Give --out FILE.csv, --store, or one --episode KEY.")
    scored, stored = score_registry_at(
        where, names, out, at=at, assume=assume, among=among, force=force, keeper=keeper
    )
    _show(registry_view([count(one) for one in scored], str(out or "")))
    _told(stored)


def _told(stored: Stored | None) -> None:
    """What keeping the results came to."""
    if stored is None:
        return
    from afterload.report.score_text import stored_view

    _show(stored_view(stored.kept, stored.left_out))


def _print_json(data: object) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


def _show(view: RenderableType) -> None:
    from afterload.cli.terminal import terminal

    terminal().print(view)

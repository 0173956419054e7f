"""Many scores of one patient, for the terminal and for JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from afterload.core.vocabulary import standard
from afterload.report.score_data import tally_data
from afterload.report.score_text import NOT_A_DEVICE, result_text, share_text, until
from afterload.scores.tally import Tally

if TYPE_CHECKING:
    from rich.console import RenderableType

    from afterload.actions.score import AllScores
    from afterload.actions.score_registry import ScoredEpisode
    from afterload.actions.score_store import Stored
    from afterload.registry.scored import Kept
    from afterload.report.score_html import Scored

SHOWN = 2
"""Missing inputs named in a row of the overview; the rest is counted."""


def all_view(found: AllScores) -> RenderableType:
    """Every score of one patient: an overview, then what the reader must know."""
    from rich.console import Group
    from rich.text import Text

    told = [
        f"Worked out: {name} = {value:.4g} {_unit(name)} from {', '.join(parts)}.".replace(
            " .", "."
        )
        for name, value, parts in found.completed
    ]
    return Group(
        _overview(found.tallies),
        *(Text(line) for line in told),
        *_closing(found.tallies, found.untouched),
    )


def episode_view(found: ScoredEpisode) -> RenderableType:
    """The scores of one episode of a registry, and at which time points they were read."""
    from rich.console import Group
    from rich.text import Text

    when = f"Episode {found.episode}" + (f", read at {found.at}" if found.at else "")
    rules: dict[str, list[str]] = {}
    for name, rule in found.rules.items():
        rules.setdefault(rule, []).append(name)
    return Group(
        Text(when, style="bold"),
        _overview(found.tallies),
        *_closing(found.tallies, found.untouched),
        Text(),
        Text("How the inputs were picked", style="bold"),
        *(Text(f"{', '.join(names)}: {rule}.", style="dim") for rule, names in rules.items()),
    )


def _unit(name: str) -> str:
    return standard()[name].unit_label


def _overview(tallies: Sequence[Tally]) -> RenderableType:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("Score", max_width=30)
    table.add_column("Result", max_width=44)
    table.add_column("Still missing")
    for tally in tallies:
        result = Text(_result(tally), style="" if tally.total is not None else "yellow")
        if outlook := _outlook(tally):
            result.append(f"\n{outlook}", style="dim")
        provisional = "\n(provisional)" if tally.status == "provisional" else ""
        table.add_row(f"{tally.title}{provisional}", result, _missing(tally))
    return table


def _result(tally: Tally) -> str:
    """The result in few words; of many classes the first and the last."""
    classes = tally.classes
    if len(classes) > MANY:
        first, last = (f"“{name}”" if "," in name else name for name in (classes[0], classes[-1]))
        classes = (f"{first} to {last}",)
        text = result_text(replace(tally, classes=classes))
        return text.replace("class ", "classes ", 1).replace("stage ", "stages ", 1)
    return result_text(tally)


MANY = 2
"""Classes that are named one by one in a row of the overview."""


def _outlook(tally: Tally) -> str:
    """What was published for the class, or predicted from the total, in a few words."""
    if tally.predicted:
        ends = dict.fromkeys(share_text(x) for x in (tally.predicted.low, tally.predicted.high))
        share = f"{'–'.join(ends)} %"
        return f"{tally.predicted.measure} {until(tally.predicted.horizon)} {share}"
    if not tally.outcome:
        return ""
    values = sorted(outcome.value for outcome in tally.outcome)
    ends = dict.fromkeys(share_text(value) for value in (values[0], values[-1]))
    share = f"{'–'.join(ends)} %"
    return f"{tally.outcome[0].measure} {until(tally.outcome[0].horizon)} {share}"


def _missing(tally: Tally) -> str:
    shown = ", ".join(tally.missing[:SHOWN])
    more = len(tally.missing) - SHOWN
    return f"{shown} and {more} more" if more > 0 else shown


def _closing(tallies: Iterable[Tally], untouched: Sequence[str]) -> list[RenderableType]:
    from rich.text import Text

    parts: list[RenderableType] = []
    warned: dict[str, list[str]] = {}
    assumed: dict[str, None] = {}
    for tally in tallies:
        assumed |= dict.fromkeys(tally.assumed)
        for warning in tally.warnings:
            warned.setdefault(warning, []).append(tally.title)
    if assumed:
        parts.append(Text(f"Assumed, not observed: {', '.join(assumed)}", style="yellow"))
    for warning, titles in warned.items():
        parts.append(Text(f"! {', '.join(titles)}: {warning}", style="yellow"))
    if untouched:
        parts += [Text(), Text(f"Nothing was known for: {', '.join(untouched)}.", style="dim")]
    parts.append(Text(NOT_A_DEVICE, style="dim"))
    return parts


def all_data(found: AllScores, told: Sequence[Scored] = ()) -> dict[str, Any]:
    """Every score of one patient as plain data, for JSON; `told` has the background of each."""
    return {
        "scores": _scores_data(found.tallies, told),
        "untouched": list(found.untouched),
        "completed": [
            {"name": name, "value": value, "unit": standard()[name].unit, "from": list(parts)}
            for name, value, parts in found.completed
        ],
    }


def _scores_data(tallies: Sequence[Tally], told: Sequence[Scored]) -> list[dict[str, Any]]:
    return [tally_data(*one) for one in told] or [tally_data(tally) for tally in tallies]


def episode_data(
    found: ScoredEpisode, stored: Stored | None = None, told: Sequence[Scored] = ()
) -> dict[str, Any]:
    """The scores of one episode as plain data, for JSON; and what keeping them came to."""
    kept = {} if stored is None else {"stored": _stored_data(stored.kept)}
    return {
        **kept,
        "episode": found.episode,
        "at": found.at,
        "scores": [
            {**data, "rule": found.rules[data["score"]]}
            for data in _scores_data(found.tallies, told)
        ],
        "untouched": list(found.untouched),
    }


def _stored_data(kept: Kept) -> dict[str, Any]:
    entry = None if kept.entry is None else {"id": kept.entry.id, "receipt": kept.entry.hash}
    return {"new": kept.new, "changed": kept.changed, "same": kept.same, "entry": entry}

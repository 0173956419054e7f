"""Keep the results of scores in the registry they come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from afterload.actions.score import score_with
from afterload.core.errors import InputError
from afterload.core.progress import Progress, silent
from afterload.registry.scored import Kept, Result, keep_results
from afterload.scores import Tally
from afterload.scores.inputs import as_given, population_of

if TYPE_CHECKING:
    from afterload.actions.score_registry import ScoredEpisode, ScoredEpisodes
    from afterload.registry.store import Registry


@dataclass(frozen=True, slots=True)
class Keeper:
    """Who keeps results in a registry, for what reason, and when."""

    who: str
    why: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Stored:
    """What storing came to.

    Args:
        kept: How many results are new, changed or as before, and the audit entry.
        left_out: Episodes and scores whose recorded values contradict each other, and why.
    """

    kept: Kept
    left_out: tuple[tuple[str, str, str], ...] = ()


def store_scored(
    registry: Registry,
    scored: Sequence[ScoredEpisodes],
    keeper: Keeper,
    progress: Progress = silent,
) -> Stored:
    """Keep scores of every episode, each with the values it rests on and its warnings.

    An episode of which a score knows nothing has no result to keep.

    Args:
        registry: Where.
        scored: The scores.
        keeper: Who keeps them, for what reason, and when.
        progress: Told how far it is.

    Raises:
        InputError: `who` or `why` is empty.
        RecordError: The registry cannot be written.
    """
    results: list[Result] = []
    left_out: list[tuple[str, str, str]] = []
    for count, one in enumerate(scored):
        for row, episode in enumerate(one.episodes):
            known, taken = _values(one, row)
            if not known:
                continue
            try:
                found = score_with(one.score, known, taken)
            except InputError as error:
                left_out.append((episode, one.score.about.name, str(error)))
                continue
            results.append(_result(found, episode, one.at, one.rule))
        progress("Storing", (count + 1) / len(scored))
    return Stored(_keep(registry, results, keeper), tuple(left_out))


def store_episode(registry: Registry, found: ScoredEpisode, keeper: Keeper) -> Stored:
    """Keep the scores of one episode.

    Raises:
        InputError: `who` or `why` is empty.
        RecordError: The registry cannot be written.
    """
    results = [
        _result(tally, found.episode, found.at, found.rules[tally.score])
        for tally in found.tallies
        if tally.inputs
    ]
    return Stored(_keep(registry, results, keeper))


def _keep(registry: Registry, results: Sequence[Result], keeper: Keeper) -> Kept:
    return keep_results(registry, results, who=keeper.who, why=keeper.why, now=keeper.now)


def _values(one: ScoredEpisodes, row: int) -> tuple[dict[str, object], dict[str, object]]:
    """One episode's values as people read them: those known, and those assumed."""
    variables = population_of(one.score)
    known: dict[str, object] = {}
    taken: dict[str, object] = {}
    for name, column in one.inputs.items():
        code = float(column[row])
        if code == code:
            was_assumed = name in one.assumed and bool(one.assumed[name][row])
            (taken if was_assumed else known)[name] = as_given(variables[name], code).value
    return known, taken


def _result(tally: Tally, episode: str, at: str, rule: str) -> Result:
    return Result(
        episode=episode,
        score=tally.score,
        version=tally.version,
        nominal=at,
        total=tally.total,
        low=tally.low,
        high=tally.high,
        classes=tally.classes,
        inputs=dict(_inputs(tally)),
        assumed=tally.assumed,
        wanting=tally.missing,
        rule=rule,
        source=str(tally.source.citation),
        doi=tally.source.doi,
        warnings=tally.warnings,
    )


def _inputs(tally: Tally) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The values of a result by input, each with its unit."""
    for given in tally.inputs:
        value = list(given.value) if isinstance(given.value, tuple) else given.value
        yield given.name, {"value": value, **({"unit": given.unit} if given.unit else {})}
